"""The director's form: who represents the agency, in order; or a word of refusal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from taskforce.enums import Civility, DesignationPurpose
from taskforce.forms.fields import TEXT_LIMIT, CleanForm, MayLack, NameField, PersonField
from taskforce.models import DesignatedPerson, DesignationRequest, Person
from taskforce.queries.designations import sitting_on
from taskforce.queries.designees import people_of_agency, titular_elsewhere

# A titular and nine substitutes.
MOST = 10
TYPED = ("civility", "given_name", "family_name", "job_title", "email", "phone")


class Edited(QueryDict):
    """What the form shows after « Ajouter » or « Retirer »: typed so far, not to be checked yet."""


class AddressField(MayLack, forms.EmailField):
    may_lack = True


class DesigneeForm(CleanForm):
    """One person: known to the portal, or typed."""

    person = PersonField(label=_("Une personne déjà connue"), empty_label=_("— Saisir une autre personne —"))
    civility = forms.ChoiceField(label=_("Civilité"), choices=[("", "—"), *Civility.choices], required=False)
    given_name = NameField(label=_("Prénom"), max_length=100)
    family_name = NameField(label=_("Nom"), max_length=100)
    job_title = forms.CharField(label=_("Poste"), max_length=160, required=False)
    email = AddressField(label=_("Adresse électronique"))
    phone = forms.CharField(label=_("Téléphone"), max_length=40, required=False)

    def __init__(self, *args: Any, rank: int, label: str, people: list[Person], **kwargs: Any) -> None:
        # A line left empty is nobody; the first one is asked for.
        super().__init__(*args, prefix=f"p{rank}", empty_permitted=rank > 0, **kwargs)
        self.rank = rank
        self.label = label
        self.has_known = bool(people)
        if people:
            field = self.fields["person"]
            field.may_lack = True
            field.queryset = Person.objects.filter(pk__in=[person.pk for person in people])
            # The list is read once for all lines.
            choices = [("", field.empty_label), *((person.pk, _listed(person)) for person in people)]
            field.widget = forms.Select(choices=choices)
        else:
            del self.fields["person"]
        for name, keyboard in (("email", "email"), ("phone", "tel")):
            self.fields[name].widget.attrs["inputmode"] = keyboard
        for name in self.fields:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def is_blank(self) -> bool:
        """Nothing was typed nor chosen: a line for nobody."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in ("person", *TYPED))

    @property
    def shows_typed(self) -> bool:
        """Whether the fields of a new person stand open."""
        if not self.has_known:
            return True
        if self.is_bound and any(self.data.get(self.add_prefix(name), "").strip() for name in TYPED):
            return True
        return any(self.initial.get(name) for name in TYPED) or bool(self.is_bound and self.errors)

    def clean(self) -> Any:
        cleaned = super().clean()
        data = self.cleaned_data
        if "person" in self.errors:
            return cleaned
        chosen, family = data.get("person"), data.get("family_name")
        if chosen:
            if family or data.get("given_name"):
                self.add_error(
                    "person", _("Choisissez quelqu’un dans la liste ou saisissez une nouvelle personne, pas les deux.")
                )
            elif not (chosen.email or data.get("email") or "email" in self.errors):
                self.add_error("email", _("Nous n’avons pas l’adresse électronique de cette personne. Écrivez-la."))
            return cleaned
        if not family and "family_name" not in self.errors:
            self.add_error("family_name", _("Écrivez le nom de la personne."))
        if not data.get("given_name") and "given_name" not in self.errors:
            self.add_error("given_name", _("Écrivez le prénom de la personne."))
        if not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Écrivez son adresse électronique : les invitations y partent."))
        return cleaned

    def designee(self, request: DesignationRequest, rank: int) -> DesignatedPerson:
        """The person as the answer keeps them; not saved."""
        person = self.cleaned_data.get("person")
        if person is None:
            facts = {name: self.cleaned_data[name] for name in TYPED}
        else:
            facts = {name: getattr(person, name) or self.cleaned_data.get(name, "") for name in TYPED}
        facts["email"] = facts["email"].lower()
        return DesignatedPerson(request=request, rank=rank, person=person, **facts)


def _listed(person: Person) -> str:
    name = " ".join(part for part in (person.family_name, person.given_name) if part)
    return f"{name}, {person.job_title}" if person.job_title else name


class DesignationForm(CleanForm):
    """The whole answer. `rows` are the persons in order; lines left empty are nobody."""

    answer = forms.ChoiceField(widget=forms.RadioSelect, initial="designate", label=_("Votre réponse"))
    note = forms.CharField(
        label=_("Un mot au secrétariat"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lines = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, request: DesignationRequest) -> None:
        self.request = request
        is_edited = isinstance(data, Edited)
        super().__init__(None if is_edited else data, initial=_texts(data) if is_edited else _former(request))
        self.is_replacement = request.purpose == DesignationPurpose.REPLACEMENT
        agency = request.seat.agency
        self.fields["answer"].choices = [
            (
                "designate",
                gettext("%(agency)s désigne une remplaçante ou un remplaçant") % {"agency": agency}
                if self.is_replacement
                else gettext("%(agency)s désigne ses représentants") % {"agency": agency},
            ),
            (
                "decline",
                gettext("%(agency)s ne remplace pas cette personne") % {"agency": agency}
                if self.is_replacement
                else gettext("%(agency)s ne souhaite pas siéger") % {"agency": agency},
            ),
        ]
        people = list(people_of_agency(agency))
        known = [] if is_edited or self.is_bound else _former_rows(request)
        count = _count(data, len(known), is_replacement=self.is_replacement)
        self.fields["lines"].initial = self.initial["lines"] = count
        self.rows = [
            DesigneeForm(
                self.data if self.is_bound else None,
                initial=_row_texts(data, rank) if is_edited else (known[rank] if rank < len(known) else None),
                rank=rank,
                label=self._label(rank),
                people=people,
            )
            for rank in range(count)
        ]
        self.can_add = not self.is_replacement and count < MOST

    def _label(self, rank: int) -> str:
        if self.is_replacement and self.request.replaces is not None:
            return gettext("À la place de %(person)s") % {"person": self.request.replaces.person}
        return gettext("Titulaire") if rank == 0 else gettext("Suppléant(e) %(rank)d") % {"rank": rank}

    @property
    def parts(self) -> list[forms.Form]:
        """The forms in page order, for the summary of errors."""
        return [] if self.declined else list(self.rows)

    @property
    def declined(self) -> bool:
        return self.is_bound and self.data.get("answer") == "decline"

    @property
    def filled(self) -> list[DesigneeForm]:
        """The lines that name somebody; the first one always is asked for."""
        return [row for row in self.rows if row.rank == 0 or not row.is_blank]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not self.is_bound or self.declined:
            return valid
        rows_valid = _all_valid(self.filled)
        return rows_valid and self._check_twice() and valid

    def _check_twice(self) -> bool:
        """The same person on two lines, told on the second."""
        seen: set[Any] = set()
        found = True
        for row in self.filled:
            designee = row.designee(self.request, row.rank)
            keys = {designee.email} | ({designee.person_id} if designee.person_id else set())
            if keys & seen:
                row.add_error(
                    "person" if designee.person_id else "email",
                    _("Cette personne ou cette adresse est déjà donnée plus haut. Chacune n’a qu’un rang."),
                )
                found = False
            seen |= keys
        return found

    def designees(self) -> list[DesignatedPerson]:
        """Who is named, in order, without gaps; not saved. Only of a valid form."""
        if self.declined:
            return []
        return [row.designee(self.request, rank) for rank, row in enumerate(self.filled)]

    @property
    def is_incomplete(self) -> bool:
        """Nobody stands in for the titular."""
        return not self.declined and not self.is_replacement and len(self.filled) == 1

    def warnings(self) -> list[str]:
        """What the director should know before sending; it forbids nothing."""
        named = self.designees()
        held = titular_elsewhere(
            self.request,
            people=[person.person_id for person in named if person.person_id],
            emails=[person.email for person in named],
            on=self.request.starts_on,
        )
        return [
            gettext("%(person)s siège déjà comme titulaire pour %(agency)s au sein de « %(body)s ».")
            % {"person": item.mandate.person, "agency": item.mandate.seat.agency, "body": item.mandate.seat.task_force}
            for item in held
        ]


def edit_lines(data: QueryDict, *, is_replacement: bool) -> QueryDict | None:
    """What the form shows after a button « Ajouter », « Retirer » or « Monter »; None for any other."""
    pressed = next((name for name in ("ajouter", "retirer", "monter") if name in data), None)
    if pressed is None:
        return None
    count = _count(data, 0, is_replacement=is_replacement)
    rows = [_row_texts(data, rank) for rank in range(count)]
    place = _number(data.get(pressed), -1)
    if pressed == "ajouter" and len(rows) < MOST and not is_replacement:
        rows.append({})
    elif pressed == "retirer" and 0 < place < len(rows):
        del rows[place]
    elif pressed == "monter" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    shown = Edited(mutable=True)
    for name in ("answer", "note"):
        shown[name] = data.get(name, "")
    shown["lines"] = str(len(rows))
    for rank, row in enumerate(rows):
        for name, value in row.items():
            shown[f"p{rank}-{name}"] = value
    return shown


def _all_valid(rows: list[DesigneeForm]) -> bool:
    """Every line is checked, so that every error is shown at once."""
    results = [row.is_valid() for row in rows]
    return all(results)


def _count(data: Any, known: int, *, is_replacement: bool) -> int:
    if is_replacement:
        return 1
    usual = max(2, known)
    return min(MOST, max(1, _number(data.get("lines"), usual))) if data is not None else usual


def _number(text: Any, otherwise: int) -> int:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else otherwise


def _row_texts(data: Any, rank: int) -> dict[str, str]:
    return {name: data.get(f"p{rank}-{name}", "") for name in ("person", *TYPED)}


def _texts(data: Any) -> dict[str, str]:
    return {"answer": data.get("answer") or "designate", "note": data.get("note", "")}


def _former(request: DesignationRequest) -> dict[str, Any]:
    """What was answered before, when the answer came back for completion."""
    return {"answer": "decline" if request.declined else "designate", "note": request.note}


def _former_rows(request: DesignationRequest) -> list[dict[str, Any]]:
    """The persons of the former answer; for a renewal, who sits today."""
    named = list(request.persons.order_by("rank"))
    if named:
        agency = request.seat.agency_id
        known = {person.person_id for person in named if person.person_id and person.person.agency_id == agency}
        return [
            {"person": person.person_id}
            if person.person_id in known
            else {name: getattr(person, name) for name in TYPED}
            for person in named
        ]
    if request.purpose != DesignationPurpose.RENEWAL:
        return []
    agency = request.seat.agency_id
    sitting = [mandate.person for mandate in sitting_on(request, request.task_force.today())]
    return [
        {"person": person.pk} if person.agency_id == agency else {name: getattr(person, name) for name in TYPED}
        for person in sitting[:MOST]
    ]


class ObjectionForm(CleanForm):
    """« Ce n’était pas moi », with a word if one likes."""

    note = forms.CharField(
        label=_("Un mot au secrétariat"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
