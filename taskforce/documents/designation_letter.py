"""The letter that asks a director who represents the agency; every word depends on the request alone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.base import Document, documents
from core.typography import date_fr
from taskforce.enums import DesignationPurpose
from taskforce.models import DesignationRequest, Mandate
from taskforce.queries.designations import designations_visible_to

SCAN_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@documents.register
class DesignationLetter(Document):
    slug = "designation-letter"
    title = gettext_lazy("Lettre de demande de désignation")
    model = DesignationRequest
    template = "taskforce/documents/designation_letter.html"
    stylesheet = "css/print-letter.css"
    permission = "taskforce.view_designations"
    scope_path = "task_force"

    def queryset(self, user: Any) -> QuerySet[DesignationRequest]:
        return designations_visible_to(user)

    def language(self, obj: DesignationRequest) -> str:
        return obj.director.language

    def filename(self, obj: DesignationRequest) -> str:
        return f"designation-{obj.task_force.slug}-{obj.year}-{obj.number:03d}"

    def page_context(self, obj: DesignationRequest) -> dict[str, Any]:
        return {
            "body": obj.task_force,
            "label": _("Lettre %(reference)s à %(agency)s") % {"reference": obj.reference, "agency": obj.seat.agency},
            "back_url": reverse("taskforce:designation_detail", args=[obj.pk]),
            "back_label": _("Demande de désignation"),
        }

    def get_context(self, obj: DesignationRequest) -> dict[str, Any]:
        # Here: the room of messages imports this file for the mail that carries the letter.
        from taskforce.notifications.wording import salutation

        body, director, agency = obj.task_force, obj.director, obj.seat.agency
        return {
            "body": {
                "name": body.name,
                "acronym": body.acronym,
                "country": str(body.country),
                "kind": body.get_kind_display(),
                "convened_by": body.convened_by.name if body.convened_by else "",
            },
            "reference": obj.reference,
            "written_on": obj.written_on,
            "director": {
                "name": director.full_name,
                "function": director.job_title,
                "salutation": salutation(director),
            },
            "agency": {"acronym": agency.acronym, "name": agency.name, "place": obj.office.duty_station},
            "subject": subject_of(obj),
            "purpose": obj.purpose,
            "is_observer": obj.seat.status == "observer",
            "terms": self._terms(obj),
            "sitting": [] if obj.purpose == DesignationPurpose.FIRST else self._sitting(obj),
            "replaced": obj.replaces.person.full_name if obj.replaces else "",
            "replaced_rank": obj.replaces.rank_label if obj.replaces else "",
            "starts_on": obj.starts_on,
            "ends_on": obj.ends_on,
            "answer_by": obj.answer_by,
            "signatory": {
                "name": obj.signatory.full_name,
                "function": obj.signatory_function,
                "agency": str(obj.signatory.agency or ""),
            },
        }

    def _terms(self, obj: DesignationRequest) -> str:
        """« « Termes de référence », version 2, adoptés le 1er mars 2016 »."""
        if obj.terms is None:
            return ""
        text = _("« %(title)s », version %(number)d") % {"title": obj.terms.title, "number": obj.terms.number}
        # What was not adopted yet when the letter was written stays a shared text in the letter.
        if obj.terms.adopted_on and obj.terms.adopted_on <= obj.written_on:
            return _("%(text)s, adoptés le %(day)s") % {"text": text, "day": date_fr(obj.terms.adopted_on)}
        return _("%(text)s, partagés entre les agences") % {"text": text}

    def _sitting(self, obj: DesignationRequest) -> list[dict[str, str]]:
        """Who sat on the day of the letter, in order."""
        held = Mandate.objects.filter(seat=obj.seat_id, period__contains=obj.written_on).select_related("person")
        lines = []
        for mandate in held.order_by("rank"):
            mandate.seat = obj.seat
            until = date_fr(mandate.ends_on) if mandate.ends_on else ""
            lines.append({"name": mandate.person.full_name, "rank": mandate.rank_label, "until": until})
        return lines


def subject_of(request: DesignationRequest) -> str:
    """What the letter and the mail are about, without a final stop."""
    names = {"agency": request.seat.agency.acronym, "body": request.task_force.name}
    if request.purpose == DesignationPurpose.REPLACEMENT and request.replaces is not None:
        return _("Remplacement de %(person)s (%(agency)s) au sein de « %(body)s »") % {
            **names,
            "person": request.replaces.person.full_name,
        }
    if request.purpose == DesignationPurpose.RENEWAL:
        return _("Renouvellement des représentants (%(agency)s) au sein de « %(body)s »") % names
    return _("Désignation des représentants (%(agency)s) au sein de « %(body)s »") % names


def letter_attachments(request: DesignationRequest) -> list[dict[str, Any]]:
    """What a mail carries: the scan of the signed letter when there is one, otherwise the letter made here."""
    name = DesignationLetter().file_stem(request)
    if request.signed_letter:
        stored = request.signed_letter.name
        suffix = f".{stored.rpartition('.')[2].lower()}"
        kind = SCAN_TYPES.get(suffix, "application/octet-stream")
        return [{"file": stored, "name": f"{name}{suffix}", "content_type": kind}]
    return [{"document": DesignationLetter.slug, "object": request.pk, "format": "pdf"}]
