"""« Que pensez-vous de ces termes de référence ? »: comments of a director, without an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Solicitation
from core.solicitations.base import SolicitationKind, solicitations
from taskforce.enums import SeatStatus
from taskforce.forms.terms_director import DirectorForm
from taskforce.models import OfficeHead, Seat, TermsReview
from taskforce.notifications.terms_request import TermsCommentsReminder, TermsCommentsRequest
from taskforce.queries.terms import COMMENTS_KIND, sections_of
from taskforce.services.terms_course import agree, comment_terms


@solicitations.register
class TermsComments(SolicitationKind):
    """Answered as often as one wants until the deadline; no code: nothing is decided by a comment."""

    slug = COMMENTS_KIND
    label = gettext_lazy("Commentaires sur les termes de référence")
    model = TermsReview
    single_use = False
    reminder_days = (3,)
    welcome_template = "taskforce/solicitations/terms_welcome.html"
    template = "taskforce/solicitations/terms_form.html"
    done_template = "taskforce/solicitations/terms_done.html"

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        sections = [section for section in sections_of(review_asked(solicitation).terms) if section.body]
        return DirectorForm(data, sections=sections)

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        review = review_asked(solicitation)
        return {
            "terms": review.terms,
            "review": review,
            "agency": review.agency,
            "body": review.terms.task_force,
            "heading": review.terms.title,
            "said": list(
                review.terms.comments.filter(agency=review.agency, round=review.round)
                .select_related("section", "person")
                .order_by("created_at", "pk")
            ),
        }

    def done_context(self, solicitation: Solicitation) -> dict[str, Any]:
        return self.get_context(solicitation)

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, DirectorForm)
        review = review_asked(solicitation)
        for section, text in form.comments:
            comment_terms(
                review.terms, review.agency, text=text, section=section, person=solicitation.addressee, actor=actor
            )
        if form.cleaned_data["agreed"]:
            agree(review.terms, review.agency, person=solicitation.addressee, actor=actor)
        # The receipt page reads what has just been written.
        solicitation.__dict__.pop("_review", None)

    def refusal(self, solicitation: Solicitation) -> str:
        review = review_asked(solicitation)
        if review is None or not review.terms.takes_comments or review.round != review.terms.round:
            return _("Ce texte n’attend plus de commentaires.")
        body = review.terms.task_force
        seats = Seat.objects.filter(
            task_force=body, agency=review.agency, status=SeatStatus.MEMBER, period__contains=body.today()
        )
        if not seats.exists():
            return _("La structure n’est plus membre de l’instance.")
        heads = OfficeHead.objects.filter(
            office__agency=review.agency,
            person=solicitation.addressee_id,
            address_of_record__iexact=solicitation.email,
            period__contains=body.today(),
        )
        if not heads.exists():
            return _("Cette personne ne dirige plus ce bureau, ou son adresse officielle a changé.")
        return ""

    def link_expires_at(self, solicitation: Solicitation, now: datetime) -> datetime:
        return solicitation.deadline or now + self.link_valid_for

    def message(self, solicitation: Solicitation, url: str) -> TermsCommentsRequest:
        return TermsCommentsRequest(solicitation, url, review=review_asked(solicitation))

    def reminder(self, solicitation: Solicitation, url: str) -> TermsCommentsReminder:
        return TermsCommentsReminder(solicitation, url, review=review_asked(solicitation))


def review_asked(solicitation: Solicitation) -> Any:
    """The agency's reading that was asked for, with its text and body; None when it is gone. Kept for the request."""
    kept = solicitation.__dict__.get("_review")
    if kept is None:
        kept = solicitation.__dict__["_review"] = (
            TermsReview.objects.select_related("terms__task_force__country", "agency")
            .filter(pk=solicitation.target_id)
            .first()
        )
    return kept
