"""Forms of the designation board."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import FrenchDateField
from core.models import AnswerChannel
from core.text import normalise
from core.validators import validate_scan
from taskforce.enums import DesignationStanding
from taskforce.forms.fields import TEXT_LIMIT, CleanForm, NewPersonMixin, PersonField
from taskforce.models import Person, Seat, TaskForce
from taskforce.queries.designations import Candidate
from taskforce.services.designations import Letter

TIME_TO_ANSWER = timedelta(days=21)
OPEN_END = _("Laissez vide si la fin n’est pas connue.")


class LetterMixin(forms.Form):
    """What every letter has: dates, deadline, reference, who signs."""

    deadline = FrenchDateField(label=_("Réponse au plus tard le"))
    starts_on = FrenchDateField(label=_("Mandats à partir du"))
    ends_on = FrenchDateField(label=_("Jusqu’au"), required=False, help_text=OPEN_END)
    reference = forms.CharField(label=_("Référence"), max_length=60)
    signatory = PersonField(label=_("Signataire"), widget=forms.Select)
    signatory_function = forms.CharField(label=_("Qualité du signataire"), max_length=160)

    def set_up(self, body: TaskForce, signatories: QuerySet[Person], letter: Letter | None) -> None:
        self.fields["signatory"].queryset = signatories
        today = body.today()
        self.initial = {
            "deadline": today + TIME_TO_ANSWER,
            "starts_on": today + TIME_TO_ANSWER + timedelta(days=1),
            **(
                {
                    "reference": letter.prefix,
                    "signatory": letter.signatory.pk,
                    "signatory_function": letter.signatory_function,
                }
                if letter
                else {}
            ),
            **self.initial,
        }

    def clean(self) -> Any:
        cleaned = super().clean()
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("La date de fin précède la date de début. Corrigez l’une des deux."))
        return cleaned

    @property
    def letter(self) -> Letter:
        data = self.cleaned_data
        return Letter(data["reference"], data["signatory"], data["signatory_function"])


class RequestForm(LetterMixin, CleanForm):
    """Which structures are asked, by when, in whose name."""

    seats = forms.ModelMultipleChoiceField(
        label=_("Structures"),
        queryset=Seat.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une structure.")},
    )

    def __init__(
        self,
        *args: Any,
        body: TaskForce,
        candidates: list[Candidate],
        signatories: QuerySet[Person],
        letter: Letter | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        askable = [candidate.seat.pk for candidate in candidates if candidate.is_askable]
        self.fields["seats"].queryset = Seat.objects.filter(pk__in=askable).select_related("agency", "task_force")
        self.set_up(body, signatories, letter)
        self.initial.setdefault("seats", [candidate.seat.pk for candidate in candidates if candidate.is_wanted])

    @property
    def ticked(self) -> set[str]:
        """The keys of the ticked seats, as text, for the list that the page writes itself."""
        value = self["seats"].value() or []
        return {str(key) for key in value}


class ReplacementForm(LetterMixin, CleanForm):
    """A successor is asked for one person."""

    def __init__(
        self, *args: Any, body: TaskForce, signatories: QuerySet[Person], letter: Letter | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.set_up(body, signatories, letter)


class DirectorForm(NewPersonMixin, CleanForm):
    """Who heads the agency's office here, entered on the spot."""

    duty_station = forms.CharField(label=_("Lieu du bureau"), max_length=120)
    person = PersonField(label=_("Directeur ou directrice"))
    address_of_record = forms.EmailField(
        label=_("Adresse officielle"), help_text=_("Là où partent les courriers adressés à la direction.")
    )
    is_interim = forms.BooleanField(label=_("Par intérim"), required=False)
    starts_on = FrenchDateField(label=_("En fonction depuis le"))

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_among(people)


class AcceptForm(CleanForm):
    """From when to when the new mandates run; who the unknown persons are."""

    starts_on = FrenchDateField(label=_("Mandats à partir du"))
    ends_on = FrenchDateField(label=_("Jusqu’au (dernier jour)"), required=False, help_text=OPEN_END)

    def __init__(self, *args: Any, named: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: list[str] = []
        for item in named:
            if item.known is None and item.namesakes:
                name = f"person_{item.designated.rank}"
                self.fields[name] = forms.ModelChoiceField(
                    label=_("%(name)s : qui est-ce ?") % {"name": item.designated.full_name},
                    queryset=Person.objects.filter(pk__in=[person.pk for person in item.namesakes]),
                    required=False,
                    empty_label=_("Quelqu’un de nouveau : créer sa fiche"),
                    widget=forms.RadioSelect,
                    help_text=_("Une personne du même nom est déjà connue."),
                )
                self.fields[name].label_from_instance = _person_label  # type: ignore[attr-defined]
                self.questions.append(name)

    @property
    def people(self) -> dict[int, Person]:
        """Who was recognised, by rank."""
        return {
            int(name.removeprefix("person_")): self.cleaned_data[name]
            for name in self.questions
            if self.cleaned_data.get(name)
        }


def _person_label(person: Person) -> str:
    facts = [str(person.agency or ""), person.email]
    return f"{person.full_name} ({', '.join(fact for fact in facts if fact)})"


class ReasonForm(CleanForm):
    """Why an answer goes back, or a request is withdrawn."""

    reason = forms.CharField(label=_("Raison"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 4}))


class WithdrawForm(CleanForm):
    """A request is withdrawn; the reason stays in the history."""

    reason = forms.CharField(
        label=_("Raison"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeadlineForm(CleanForm):
    """Another deadline."""

    deadline = FrenchDateField(label=_("Réponse attendue au plus tard le"))


class ScanForm(CleanForm):
    """The signed original, scanned."""

    scan = forms.FileField(
        label=_("Lettre signée, numérisée"), help_text=_("PDF, JPEG ou PNG, 10 Mo au plus."), validators=[validate_scan]
    )


class OnRecordForm(CleanForm):
    """How an answer came that was not given by link."""

    channel = forms.ChoiceField(
        label=_("Réponse reçue"),
        choices=[(AnswerChannel.PAPER, _("Sur papier")), (AnswerChannel.MAIL, _("Par courriel"))],
        widget=forms.RadioSelect,
        initial=AnswerChannel.PAPER,
    )
    scan = forms.FileField(
        label=_("Réponse numérisée"),
        required=False,
        help_text=_("PDF, JPEG ou PNG, 10 Mo au plus."),
        validators=[validate_scan],
    )
    record_note = forms.CharField(
        label=_("Note pour le dossier"), max_length=TEXT_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class BoardFilter(CleanForm):
    """Standing, and part of a structure's name."""

    etat = forms.ChoiceField(label=_("État"), required=False)
    structure = forms.CharField(label=_("Structure"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["etat"].choices = [
            ("", _("Tous")),
            ("manquantes", _("Sans titulaire")),
            *DesignationStanding.choices,
        ]

    def apply(self, rows: list[Any]) -> list[Any]:
        """The rows asked for; a wrong value filters nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("etat") == "manquantes":
            rows = [row for row in rows if row.is_missing]
        elif asked.get("etat"):
            rows = [row for row in rows if row.standing == asked["etat"]]
        for word in normalise(asked.get("structure") or "").split():
            rows = [row for row in rows if word in normalise(f"{row.seat.agency.acronym} {row.seat.agency.name_fr}")]
        return rows
