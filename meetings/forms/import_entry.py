"""From a reviewed sheet to what entering it writes: agencies and people found, points and dates checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.text import normalise
from core.typography import time_fr
from meetings.enums import AttendanceStatus, Capacity
from meetings.forms.attendance_names import TypedNames, parse_person
from meetings.forms.import_sheet import Row, SheetForms
from meetings.queries import known_people
from meetings.recurrence import FIRST_DAY, LAST_DAY
from meetings.services.import_entry import ActionLine, DecisionLine, Entry, ItemLine, PersonLine, UpdateLine
from taskforce.enums import ActionState
from taskforce.models import Agency, Person, TaskForce

EVERYBODY = frozenset(
    normalise(words)
    for words in (
        "tous", "toutes", "tous les membres", "toutes les agences", "tous les partenaires", "l’ensemble des membres",
        "all", "all members", "all agencies", "all partners", "everyone",
    )
)  # fmt: skip


@dataclass
class NewPerson:
    """Somebody who will be entered, and the known people of a similar name."""

    place: int
    name: str
    agency: Agency | None
    similar: list[Person] = field(default_factory=list)
    chosen: Person | None = None


class SheetEntry:
    """What the sheet stands for in `body`; the errors that only this shows go to the fields of `forms`.

    `same`: by place in the list, the known person that a new name stands for.
    """

    def __init__(self, body: TaskForce, forms: SheetForms, *, same: Mapping[int, int] | None = None) -> None:
        self.body = body
        self.forms = forms
        self.same = same or {}
        self.names = TypedNames(body)
        self.new_people: list[NewPerson] = []
        self.unknown: list[str] = []
        self.uncounted = 0
        self.entry = self._entry()
        forms.check()
        self.is_valid = self.entry is not None and forms.is_valid

    def _entry(self) -> Entry | None:
        head = self.forms.head
        moments = self._moments()
        people = [self._person(row) for row in self.forms.rows["people"] if row.form.is_bound]
        self._replace(people)
        items = [self._item(row) for row in self.forms.rows["items"] if row.form.is_bound]
        updates = [self._update(row) for row in self.forms.rows["updates"] if row.form.is_bound]
        decisions = [
            DecisionLine(_value(row, "text"), self._point(row, len(items)))
            for row in self.forms.rows["decisions"]
            if row.form.is_bound
        ]
        actions = [self._action(row, len(items)) for row in self.forms.rows["actions"] if row.form.is_bound]
        if moments is None:
            return None
        given = head.cleaned_data
        entry = Entry(
            starts_at=moments[0],
            ends_at=moments[1],
            title=given.get("title", ""),
            place=given.get("place", ""),
            people=people,
            items=items,
            updates=updates,
            decisions=decisions,
            actions=actions,
            next_date=given.get("next_date"),
            **{
                name: given.get(name, "")
                for name in ("context", "discussion", "follow_up", "conclusions", "next_theme", "next_text")
            },
        )
        self._chair(entry)
        return entry

    # The head -------------------------------------------------------------------------------

    def _moments(self) -> tuple[datetime, datetime] | None:
        head = self.forms.head
        day, start, end = (head.cleaned_data.get(name) for name in ("date", "start", "end"))
        if day is None:
            return None
        if not FIRST_DAY <= day <= LAST_DAY:
            text = _("L’année %(year)d n’est pas possible ici.") % {"year": day.year}
            head.add_error("date", text)
            return None
        if day > timezone.localdate(timezone=self.body.tz):
            head.add_error("date", _("Un compte rendu importé est celui d’une réunion passée. Vérifiez l’année."))
            return None
        if start is None or end is None:
            return None
        if end <= start:
            text = _("L’heure de fin (%(end)s) ne vient pas après l’heure de début (%(start)s).")
            head.add_error("end", text % {"end": time_fr(end) or "0 h", "start": time_fr(start) or "0 h"})
            return None
        tz = self.body.tz
        return datetime.combine(day, start, tzinfo=tz), datetime.combine(day, end, tzinfo=tz)

    def _chair(self, entry: Entry) -> None:
        head = self.forms.head
        typed = head.cleaned_data.get("chair", "")
        if not typed:
            return
        names = parse_person(typed)
        key = _key(names["given_name"], names["family_name"])
        for place, line in enumerate(entry.people):
            if key in self._keys_of(line):
                entry.chair = place
                return
        agency = self._agency(head, "chair_agency", head.cleaned_data.get("chair_agency", ""))
        entry.other_chair = self._somebody(agency, names, AttendanceStatus.PRESENT, place=-1)

    def _keys_of(self, line: PersonLine) -> set[tuple[str, ...]]:
        if line.person is not None:
            return {_key(line.person.given_name, line.person.family_name)}
        return {_key(line.names.get("given_name", ""), line.names.get("family_name", ""))}

    # People ---------------------------------------------------------------------------------

    def _person(self, row: Row) -> PersonLine:
        form = row.form
        name, status = _value(row, "name"), _value(row, "status")
        agency = self._agency(form, "agency", _value(row, "agency"))
        names = parse_person(name) | ({"civility": _value(row, "civility")} if _value(row, "civility") else {})
        if name and (not names["family_name"] or max(len(names["given_name"]), len(names["family_name"])) > 100):
            form.add_error("name", _("Écrivez un prénom et un nom, par exemple « Mme Aïssa Oumarou »."))
        line = self._somebody(agency, names, status, place=row.place)
        if status != Capacity.GUEST and agency is None and not _value(row, "agency") and line.person is None:
            self.uncounted += 1
        return line

    def _somebody(self, agency: Agency | None, names: Mapping[str, str], status: str, *, place: int) -> PersonLine:
        key = _key(names["given_name"], names["family_name"])
        people = self._people.get(key, [])
        same = [one for one in people if agency is not None and one.agency_id == agency.pk]
        if agency is None and len(people) == 1:
            same = people
        if len(same) == 1:
            return PersonLine(status, agency, same[0])
        similar = same or people or self._namesakes(names, agency)
        chosen = next((one for one in similar if one.pk == self.same.get(place)), None)
        if names["family_name"]:
            shown = " ".join(part for part in (names["given_name"], names["family_name"]) if part)
            self.new_people.append(NewPerson(place, shown, agency, similar[:8], chosen))
        return PersonLine(status, agency, chosen, names)

    def _namesakes(self, names: Mapping[str, str], agency: Agency | None) -> list[Person]:
        """The same family name in the same agency: perhaps one person, written otherwise."""
        family = normalise(names["family_name"])
        return [
            one
            for people in self._people.values()
            for one in people
            if agency is not None and one.agency_id == agency.pk and normalise(one.family_name) == family
        ]

    @cached_property
    def _people(self) -> dict[tuple[str, ...], list[Person]]:
        """Those the body knows and those of the agencies named, by the words of their name."""
        named = {
            agency.pk
            for row in self.forms.rows["people"]
            if row.form.is_bound and (agency := self.names.agencies.get(normalise(_value(row, "agency"))))
        }
        if agency := self.names.agencies.get(normalise(self.forms.head.cleaned_data.get("chair_agency", ""))):
            named.add(agency.pk)
        people = Person.objects.filter(Q(agency__in=named) | Q(pk__in=known_people(self.body).order_by().values("pk")))
        found: dict[tuple[str, ...], list[Person]] = {}
        for person in people.select_related("agency").order_by("pk"):
            found.setdefault(_key(person.given_name, person.family_name), []).append(person)
        return found

    def _replace(self, people: list[PersonLine]) -> None:
        """« Remplace » makes the one who is away represented by the one who came."""
        rows = [row for row in self.forms.rows["people"] if row.form.is_bound]
        for place, row in enumerate(rows):
            typed = _value(row, "replaces")
            if not typed:
                continue
            names = parse_person(typed)
            key = _key(names["given_name"], names["family_name"])
            target = next((one for one, line in enumerate(people) if one != place and key in self._keys_of(line)), None)
            if target is None:
                text = _(
                    "« %(name)s » n’est pas dans la liste. Ajoutez une ligne « Excusé(e) » à ce nom, ou effacez-le."
                )
                row.form.add_error("replaces", text % {"name": typed[:60]})
            elif people[target].status in {AttendanceStatus.PRESENT, AttendanceStatus.REMOTE}:
                text = _("%(name)s est noté(e) présent(e) : personne ne l’a donc remplacé(e).") % {"name": typed[:60]}
                row.form.add_error("replaces", text)
            elif people[place].status not in {AttendanceStatus.PRESENT, AttendanceStatus.REMOTE}:
                row.form.add_error("replaces", _("Seule une personne présente en remplace une autre."))
            else:
                people[target].status = AttendanceStatus.REPRESENTED
                people[target].represented_by = place

    # The rest -------------------------------------------------------------------------------

    def _item(self, row: Row) -> ItemLine:
        typed = _value(row, "presenter")
        agency = self.names.agencies.get(normalise(typed)) if typed else None
        names = parse_person(typed)
        known = self._people.get(_key(names["given_name"], names["family_name"]), []) if typed and not agency else []
        text = _value(row, "text")
        if typed and agency is None and len(known) != 1:
            # Nobody the portal knows: the words stay, in the text.
            text = _("Présenté par %(who)s.") % {"who": typed} + (f"\n{text}" if text else "")
        return ItemLine(
            _value(row, "title"),
            row.form.cleaned_data.get("minutes"),
            agency,
            known[0] if len(known) == 1 else None,
            text,
        )

    def _update(self, row: Row) -> UpdateLine:
        agency = self._agency(row.form, "agency", _value(row, "agency"))
        reporter = self._agency(row.form, "reported_by", _value(row, "reported_by"))
        return UpdateLine(_value(row, "text"), agency, _value(row, "label"), reporter)

    def _action(self, row: Row, points: int) -> ActionLine:
        due = row.form.cleaned_data.get("due")
        day = self.forms.head.cleaned_data.get("date")
        if due and day and due < day:
            row.form.add_error("due", _("L’échéance précède la date de la réunion. Corrigez-la, ou laissez-la vide."))
        line = ActionLine(
            _value(row, "text"),
            due_on=due,
            state=_value(row, "state") or ActionState.NOT_STARTED,
            item=self._point(row, points),
        )
        typed = _value(row, "owners")
        if normalise(typed) in EVERYBODY:
            line.owner_all = True
        elif typed:
            others = []
            for part in re.split(r"\s*[,;/&+]\s*|\s(?:et|and)\s", typed):
                if agency := self.names.agencies.get(normalise(part.strip())):
                    line.owners.append(agency)
                elif part.strip():
                    others.append(part.strip())
            if others:
                # A function or a person: kept as words.
                line.owner_function = ", ".join(others)
                if len(line.owner_function) > 120:
                    row.form.add_error("owners", _("Ce texte est trop long : 120 caractères au plus hors des sigles."))
        return line

    def _point(self, row: Row, points: int) -> int | None:
        number = row.form.cleaned_data.get("item")
        if number is None:
            return None
        if number > points:
            row.form.add_error("item", _("Il n’y a pas de point %(number)d à l’ordre du jour.") % {"number": number})
            return None
        return number - 1

    def _agency(self, form: Any, name: str, typed: str) -> Agency | None:
        if not typed:
            return None
        agency = self.names.agencies.get(normalise(typed))
        if agency is None:
            if typed not in self.unknown:
                self.unknown.append(typed)
            text = _(
                "« %(typed)s » n’est pas une structure connue. Choisissez un sigle proposé, ou créez la structure."
            )
            form.add_error(name, text % {"typed": typed[:60]})
        return agency


def _value(row: Row, name: str) -> str:
    return str(row.form.cleaned_data.get(name) or "").strip()


def _key(*names: str) -> tuple[str, ...]:
    """The words of a name in any order: lists write « OUMAROU Aïssa » as often as « Aïssa Oumarou »."""
    return tuple(sorted(normalise(" ".join(names)).replace("-", " ").split()))
