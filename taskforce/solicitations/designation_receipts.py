"""Receipts with a link of their own: « ce n’était pas moi »."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.models import Solicitation, SolicitationState
from core.solicitations.base import SolicitationKind, solicitations
from taskforce.forms.designees import ObjectionForm
from taskforce.models import DesignatedPerson, DesignationRequest
from taskforce.notifications.designation_named import DesignationNamed
from taskforce.notifications.designation_receipt import DesignationReceipt
from taskforce.services.designees import NAMED, RECEIPT, disown_answer, object_to_being_named

ANSWERED = (SolicitationState.SUBMITTED, SolicitationState.ACCEPTED)


class Objection(SolicitationKind):
    """Nobody waits for an answer: only who was not asked, or does not agree, says so."""

    form_class = ObjectionForm
    link_valid_for = timedelta(days=60)
    welcome_template = "taskforce/solicitations/objection_welcome.html"
    template = "taskforce/solicitations/objection_form.html"
    done_template = "taskforce/solicitations/objection_done.html"
    continue_label = gettext_lazy("Ce n’était pas moi, ou je ne suis pas d’accord")
    submit_label = gettext_lazy("Prévenir le secrétariat")

    def made(self, solicitation: Solicitation) -> DesignationRequest | None:
        raise NotImplementedError

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        made = self.made(solicitation)
        assert made is not None
        return {
            "made": made,
            "body": made.task_force,
            "agency": made.seat.agency,
            "heading": _("Désignation de %(agency)s") % {"agency": made.seat.agency},
            "persons": list(made.persons.order_by("rank")),
        }

    def refusal(self, solicitation: Solicitation) -> str:
        made = self.made(solicitation)
        if made is None or made.state not in (*ANSWERED, SolicitationState.SENT, SolicitationState.OPENED):
            return _("La réponse dont parle ce courriel a été remplacée.")
        return ""


def asked_about(solicitation: Solicitation) -> Any:
    """The request, or the person named, that the receipt speaks of."""
    return solicitation.target


@solicitations.register
class ReceiptOfDesignation(Objection):
    """To the director, at the address of record: what was answered in the office's name."""

    slug = RECEIPT
    label = gettext_lazy("Accusé de réception d’une désignation")
    model = DesignationRequest

    def made(self, solicitation: Solicitation) -> DesignationRequest | None:
        return solicitation.target

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        disown_answer(asked_about(solicitation), note=form.cleaned_data["note"], actor=actor)

    def message(self, solicitation: Solicitation, url: str) -> DesignationReceipt:
        return DesignationReceipt(solicitation, url, request=asked_about(solicitation))

    reminder = message


@solicitations.register
class NoticeOfDesignation(Objection):
    """To each person named: the director gave this name."""

    slug = NAMED
    label = gettext_lazy("Avis à une personne désignée")
    model = DesignatedPerson

    def made(self, solicitation: Solicitation) -> DesignationRequest | None:
        return solicitation.target.request if solicitation.target is not None else None

    def get_context(self, solicitation: Solicitation) -> dict[str, Any]:
        return {**super().get_context(solicitation), "persons": [solicitation.target]}

    def submit(self, solicitation: Solicitation, form: forms.Form, *, actor: Actor) -> None:
        object_to_being_named(asked_about(solicitation), note=form.cleaned_data["note"], actor=actor)

    def message(self, solicitation: Solicitation, url: str) -> DesignationNamed:
        return DesignationNamed(solicitation, url, designee=asked_about(solicitation))

    reminder = message
