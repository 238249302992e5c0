"""Directors without an account are asked for comments by a personal link."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from core.models import Solicitation
from core.solicitations.models import OPEN_STATES
from core.solicitations.services import revoke, send, solicit
from taskforce.models import TermsOfReference, TermsReview
from taskforce.queries.terms import COMMENTS_KIND, ReviewRow, directors_of, requests_of


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


def requests_to_remind(waiting: list[ReviewRow]) -> list[Solicitation]:
    """Open requests to directors of the agencies of `waiting`, which have neither commented nor agreed."""
    asked = [row.request for row in waiting if row.request is not None]
    prefetch_related_objects(asked, "addressee")
    return [solicitation for solicitation in asked if solicitation.state in OPEN_STATES and solicitation.email]


def close_requests(terms: TermsOfReference, *, actor: Any) -> None:
    """The text takes no comments any more: links that still wait are revoked."""
    for solicitation in requests_of(terms.reviews.all()).filter(state__in=OPEN_STATES):
        revoke(solicitation, actor=actor)
