"""The form of an answer to an invitation: the same by link, in the portal and at the secretariat."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.enums import AttendMode, PartStat
from meetings.forms.common import SocleForm
from meetings.models import Invitation
from meetings.queries.answers import StandIn, stand_ins
from meetings.services.answers import LONGEST_COMMENT, answer_invitation, representative_named

IN_PERSON, REMOTE, DECLINED, DELEGATED = "in-person", "remote", "declined", "delegated"
OTHER = "other"


class AnswerForm(SocleForm):
    """Present, at a distance, excused, or represented by somebody: a substitute, a colleague, or one to name."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=[
            (IN_PERSON, gettext_lazy("Je serai présent(e)")),
            (REMOTE, gettext_lazy("Je participerai à distance")),
            (DECLINED, gettext_lazy("Je ne pourrai pas venir")),
            (DELEGATED, gettext_lazy("Je serai représenté(e) par…")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez l’une des quatre réponses.")},
    )
    representative = forms.ChoiceField(label=gettext_lazy("Par qui ?"), required=False)
    given_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=100, required=False)
    family_name = forms.CharField(label=gettext_lazy("Nom"), max_length=100, required=False)
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"), max_length=254, required=False)
    comment = forms.CharField(
        label=gettext_lazy("Un mot au secrétariat"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, invitation: Invitation, data: Any = None, *, first_person: bool = True, **kwargs: Any) -> None:
        self.invitation = invitation
        self.first_person = first_person
        self.choices: list[StandIn] = stand_ins(invitation)
        super().__init__(data, initial=_initial(invitation, self.choices) | kwargs.pop("initial", {}), **kwargs)
        labels = [(str(one.person.pk), one.label) for one in self.choices]
        # Nobody is proposed in the place of a substitute: the person must choose among colleagues.
        nobody = [] if _proposed(invitation, self.choices) else [("", _("Choisissez une personne"))]
        self.fields["representative"].choices = [*nobody, *labels, (OTHER, _("Une autre personne de la structure"))]
        if not first_person:
            self.fields["answer"].label = _("Réponse de %(name)s") % {"name": invitation.person.full_name}
            self.fields["answer"].choices = [
                (IN_PERSON, _("Sera sur place")),
                (REMOTE, _("Participera à distance")),
                (DECLINED, _("Excusé(e)")),
                (DELEGATED, _("Sera représenté(e) par…")),
            ]
            self.fields["comment"].label = _("Commentaire")

    def clean(self) -> Any:
        values = super().clean()
        if values.get("answer") == DELEGATED and not self.errors:
            if not values.get("representative"):
                self.add_error("representative", self._missing_representative())
            elif values["representative"] == OTHER and not values.get("family_name"):
                self.add_error("family_name", self._missing_name())
        return values

    def _missing_representative(self) -> str:
        return _("Choisissez qui vous représente.") if self.first_person else _("Choisissez qui vient à sa place.")

    def _missing_name(self) -> str:
        if self.first_person:
            return _("Indiquez le nom de la personne qui vous représente.")
        return _("Indiquez le nom de la personne qui vient à sa place.")

    def save(self, *, actor: Any, channel: str) -> bool:
        """Record the answer; False when it is refused, the reasons then stand in the form."""
        try:
            self.record(actor=actor, channel=channel)
        except ValidationError as error:
            self.refuse(error)
            return False
        return True

    @transaction.atomic
    def record(self, *, actor: Any, channel: str) -> Invitation:
        """Record the answer of a valid form. Raises ValidationError."""
        values = self.cleaned_data
        answer = values["answer"]
        partstat = {DECLINED: PartStat.DECLINED, DELEGATED: PartStat.DELEGATED}.get(answer, PartStat.ACCEPTED)
        representative = None
        if answer == DELEGATED and values["representative"] == OTHER:
            named = {name: values[name] for name in ("given_name", "family_name", "email")}
            representative = representative_named(self.invitation, actor=actor, **named)
        elif answer == DELEGATED:
            chosen = int(values["representative"])
            representative = next(one.person for one in self.choices if one.person.pk == chosen)
        return answer_invitation(
            self.invitation,
            partstat=partstat,
            mode=AttendMode.REMOTE if answer == REMOTE else AttendMode.IN_PERSON,
            delegated_to=representative,
            comment=values["comment"],
            channel=channel,
            actor=actor,
        )


def _initial(invitation: Invitation, choices: list[StandIn]) -> dict[str, Any]:
    answer = {PartStat.DECLINED: DECLINED, PartStat.DELEGATED: DELEGATED}.get(PartStat(invitation.partstat), "")
    if invitation.partstat == PartStat.ACCEPTED:
        answer = REMOTE if invitation.attend_mode == AttendMode.REMOTE else IN_PERSON
    initial: dict[str, Any] = {"answer": answer}
    return initial | {"representative": _proposed(invitation, choices)}


def _proposed(invitation: Invitation, choices: list[StandIn]) -> str:
    """Who represents already, else the substitute next in rank; "" when only colleagues without a rank remain."""
    if invitation.delegated_to_id:
        return str(invitation.delegated_to_id)
    if not choices:
        return OTHER
    return str(choices[0].person.pk) if choices[0].mandate is not None else ""
