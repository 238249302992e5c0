"""« Qui représente votre agence ? »: asked of a director, answered from a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Artefact, Solicitation
from core.solicitations.base import SolicitationKind, solicitations
from taskforce.documents.designation_letter import subject_of
from taskforce.enums import BodyState, DesignationPurpose
from taskforce.forms.designees import DesignationForm, edit_lines
from taskforce.models import DesignationRequest, TaskForce
from taskforce.notifications.designation_asked import DesignationAsked, DesignationReminder, terms_document
from taskforce.queries.designations import sitting_on
from taskforce.queries.designees import head_today, next_dates, terms_of
from taskforce.queries.terms import sections_of
from taskforce.services.designees import record_designation


@solicitations.register
class Designation(SolicitationKind):
    """Answered once, with a code mailed to the address of record; the secretariat then accepts or returns it."""

    slug = "designation"
    label = gettext_lazy("Désignation")
    model = DesignationRequest
    needs_code = True
    link_valid_for = timedelta(days=30)
    reminder_days = tuple(settings.SOCLE_DESIGNATION_REMINDER_DAYS)
    welcome_template = "taskforce/solicitations/designation_welcome.html"
    template = "taskforce/solicitations/designation_form.html"
    summary_template = "taskforce/solicitations/designation_summary.html"
    done_template = "taskforce/solicitations/designation_done.html"

    def get_form(self, solicitation: Solicitation, data: Any = None, files: Any = None) -> forms.Form:
        return DesignationForm(data, request=request_of(solicitation))

    def edited(self, solicitation: Solicitation, data: QueryDict) -> QueryDict | None:
        is_replacement = request_of(solicitation).purpose == DesignationPurpose.REPLACEMENT
        return edit_lines(data, is_replacement=is_replacement)

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        made = request_of(solicitation)
        body = made.task_force
        terms = terms_of(made)
        return {
            "made": made,
            "body": body,
            "agency": made.seat.agency,
            "heading": subject_of(made),
            "sitting": sitting_on(made, body.today()),
            "terms": terms,
            "terms_sections": list(sections_of(terms)) if terms is not None else [],
            "terms_file": stored_terms(made) is not None,
            "dates": next_dates(body),
        }

    def done_context(self, solicitation: Solicitation) -> dict[str, Any]:
        made = request_of(solicitation)
        return {"made": made, "persons": list(made.persons.order_by("rank"))}

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        assert isinstance(form, DesignationForm)
        record_designation(
            request_of(solicitation),
            form.designees(),
            declined=form.declined,
            note=form.cleaned_data["note"],
            actor=actor,
        )

    def refusal(self, solicitation: Solicitation) -> str:
        made = request_of(solicitation)
        today = made.task_force.today()
        if made.seat.ends_on is not None and made.seat.ends_on < today:
            return _("La structure n’est plus membre de l’instance.")
        if made.task_force.state == BodyState.CLOSED:
            return _("L’instance est close.")
        head = head_today(made)
        if head is None or head.person_id != made.director_id:
            return _("La direction du bureau a changé depuis la demande : faites une nouvelle demande.")
        if head.address_of_record.lower() != solicitation.email.lower():
            return _("L’adresse officielle du bureau a changé depuis la demande : faites une nouvelle demande.")
        return ""

    def message(self, solicitation: Solicitation, url: str) -> DesignationAsked:
        return DesignationAsked(solicitation, url, request=request_of(solicitation))

    def reminder(self, solicitation: Solicitation, url: str) -> DesignationReminder:
        return DesignationReminder(solicitation, url, request=request_of(solicitation))

    def download(self, solicitation: Solicitation, name: str) -> HttpResponseBase | None:
        artefact = stored_terms(request_of(solicitation)) if name == "termes-de-reference" else None
        if artefact is None:
            return None
        return FileResponse(
            artefact.file.open("rb"), as_attachment=True, filename=artefact.filename, content_type="application/pdf"
        )


def request_of(solicitation: Solicitation) -> DesignationRequest:
    """The request with what every page of it reads; kept on the solicitation."""
    kept = solicitation.__dict__.get("_designation_request")
    if kept is None:
        kept = DesignationRequest.objects.select_related(
            "seat__agency",
            "office__agency",
            "director",
            "signatory__agency",
            "replaces__person",
            "replaces__seat",
            "terms",
            "solicitation",
        ).get(pk=solicitation.target_id)
        # One body object for a mailing: its Reply-To is then read once.
        if isinstance(solicitation.scope, TaskForce):
            kept.task_force = kept.seat.task_force = solicitation.scope
        solicitation.__dict__["_designation_request"] = kept
    return kept


def stored_terms(made: DesignationRequest) -> Artefact | None:
    """The PDF that was made for the mail, if the text it speaks of has one on disk."""
    terms, document = terms_of(made), terms_document()
    if terms is None or document is None:
        return None
    artefact = (
        Artefact.objects.filter(document=document.slug, object_id=terms.pk, format="pdf", is_preview=False)
        .order_by("-version")
        .first()
    )
    return artefact if artefact is not None and artefact.file.storage.exists(str(artefact.file.name)) else None
