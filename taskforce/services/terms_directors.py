"""Directors without an account are asked for comments by a personal link."""

from __future__ import annotations

from typing import Any

from core.models import Solicitation
from core.solicitations.models import OPEN_STATES
from core.solicitations.services import revoke, send, solicit
from taskforce.models import TermsOfReference, TermsReview
from taskforce.queries.terms import COMMENTS_KIND, directors_of, requests_of, waited_for


def ask_directors(terms: TermsOfReference, *, actor: Any) -> int:
    """Ask whoever heads the office of each member, until the deadline of the round; how many mails left."""
    asked = []
    for head in directors_of(terms.task_force):
        review, _created = TermsReview.objects.get_or_create(terms=terms, agency=head.office.agency, round=terms.round)
        asked.append(
            solicit(
                COMMENTS_KIND,
                review,
                scope=terms.task_force,
                addressee=head.person,
                email=head.address_of_record,
                deadline=terms.comments_deadline,
                actor=actor,
            )
        )
    return send(asked, actor=actor)


def requests_to_remind(terms: TermsOfReference) -> list[Solicitation]:
    """Open requests to directors of agencies that have neither commented nor agreed."""
    reviews = [row.review for row in waited_for(terms) if row.review is not None]
    return list(requests_of(reviews).filter(state__in=OPEN_STATES).exclude(email="").prefetch_related("addressee"))


def close_requests(terms: TermsOfReference, *, actor: Any) -> None:
    """The text takes no comments any more: links that still wait are revoked."""
    for solicitation in requests_of(terms.reviews.all()).filter(state__in=OPEN_STATES):
        revoke(solicitation, actor=actor)
