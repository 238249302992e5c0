"""The whole list of presence as one sheet: it works without a script, and is saved at once or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.text import normalise
from meetings.enums import AttendanceStatus, Capacity
from meetings.forms.attendance_lines import CONTROLS, Group, Line, LineForm
from meetings.forms.attendance_names import TypedNames
from meetings.forms.common import person_label
from meetings.models import Attendance, Meeting
from meetings.queries import agencies_for, attendances_of, known_people, seat_lines
from meetings.queries.proposed_presence import proposed_presence
from meetings.services.attendance import Errors, PresenceEntry, fingerprint, person_key
from meetings.wording import gendered
from taskforce.enums import OfficeRole
from taskforce.models import Agency, Mandate, Office, Person
from taskforce.queries import mandates_on

# Lines for people who are not in the list yet: shown at first, and at most.
BLANKS, MOST_BLANKS = 1, 60
# Where nobody sits yet (11 February 2016), everybody is typed.
BLANKS_WITHOUT_SEATS = 5


class PresenceSheet:
    """Everybody who could have come, and who did. `data` is what was posted."""

    def __init__(self, meeting: Meeting, data: Mapping[str, Any] | None = None) -> None:
        self.meeting = meeting
        self.body = meeting.task_force
        # No field of the sheet repeats: one value each.
        self.data = None if data is None else {name: data[name] for name in data}
        self.stored = {
            row.person_id: row
            for row in attendances_of(meeting).select_related(
                "person__agency", "agency", "represented_by__person__agency"
            )
        }
        self.answers = proposed_presence(meeting) if self.data is None else {}
        self.names = TypedNames(self.body)
        self.seats = seat_lines(self.body, self.meeting.date)
        self.lines: list[Line] = []
        self.groups: list[Group] = []
        self.blanks: list[Line] = []
        self._build()

    # The lines ------------------------------------------------------------------------------

    def _build(self) -> None:
        listed: set[int] = set()
        has_seats = self._build_seats(listed)
        offices = Office.objects.filter(
            task_force=self.body,
            period__contains=self.meeting.date,
            role__in=[OfficeRole.SECRETARIAT, OfficeRole.CHAIR],
        ).select_related("person__agency")
        officers = [self._known(office.person, listed, note=office.get_role_display()) for office in offices]
        self._group(_("Secrétariat et présidence"), officers)
        others = [self._known(row.person, listed) for row in self.stored.values()]
        # Asked without sitting here: guests, and whoever represents somebody without a mandate.
        others += [
            self._known(answer.person, listed, capacity="" if answer.stands_in else Capacity.GUEST)
            for answer in self.answers.values()
            if answer.is_coming
        ]
        # Somebody whose mandate was taken away between the page and its answer: what was typed is kept.
        posted = self._posted_people(listed)
        others += [self._known(person, listed) for person in posted]
        self._group(_("Autres personnes") if has_seats else _("Personnes"), others)
        self._name_representatives()
        first = BLANKS if has_seats or self.stored else BLANKS_WITHOUT_SEATS
        for number in range(self._posted_count(first)):
            self.blanks.append(self._line(f"n{number}", initial={"status": AttendanceStatus.PRESENT}))

    def _build_seats(self, listed: set[int]) -> bool:
        by_agency: dict[int, list[Mandate]] = {}
        for mandate in mandates_on(self.body, self.meeting.date).select_related(
            "seat__agency", "seat__task_force", "person__agency"
        ):
            by_agency.setdefault(mandate.seat.agency_id, []).append(mandate)
        stored_by_agency: dict[int, list[Attendance]] = {}
        for row in self.stored.values():
            if row.agency_id is not None:
                stored_by_agency.setdefault(row.agency_id, []).append(row)
        seats = sorted(
            self.seats,
            key=lambda seat: (seat.is_observer, normalise(seat.acronym), seat.acronym),
        )
        for seat in seats:
            mandates = by_agency.get(seat.agency_id, [])
            lines = [self._known(mandate.person, listed, mandate=mandate, note=_rank(mandate)) for mandate in mandates]
            lines += [self._known(row.person, listed) for row in stored_by_agency.get(seat.agency_id, [])]
            note = _("observateur") if seat.is_observer else ""
            if not mandates:
                note = _("personne n’est désigné à cette date : ajoutez qui est venu en bas de page")
            self._group(seat.acronym, lines, note=note, always=True)
        return bool(seats)

    def _name_representatives(self) -> None:
        """« Représentée par » of the answers, by the name under which the sheet finds the line."""
        labels = {line.person.pk: line.label for line in self.lines if line.person is not None}
        for line in self.lines:
            answer = self.answers.get(line.person.pk) if line.person and line.stored is None else None
            if answer is not None and answer.representative_id in labels:
                line.form.initial["represented_by"] = labels[answer.representative_id]

    def _group(self, title: str, lines: list[Line | None], *, note: str = "", always: bool = False) -> None:
        kept = [line for line in lines if line is not None]
        if kept or always:
            self.groups.append(Group(title, kept, note))

    def _known(
        self, person: Person, listed: set[int], *, mandate: Mandate | None = None, note: str = "", capacity: str = ""
    ) -> Line | None:
        """The line of a known person; None when they already have one (two seats, a seat and a function)."""
        if person.pk in listed:
            return None
        listed.add(person.pk)
        stored = self.stored.get(person.pk)
        agency = mandate.seat.agency if mandate else (stored.agency if stored else person.agency)
        initial: dict[str, Any] = {"agency": agency.acronym if agency else "", "seen": fingerprint(stored)}
        if stored is not None:
            initial |= {
                "status": stored.status,
                "capacity": "" if stored.mandate_id else stored.capacity,
                "proxy_granted_by": stored.proxy_granted_by,
                "represented_by": person_label(stored.represented_by.person) if stored.represented_by else "",
                "arrived_at": stored.arrived_at,
                "left_at": stored.left_at,
            }
        elif person.pk in self.answers:
            # What they answered is proposed, not recorded: saving the sheet does it.
            answer = self.answers[person.pk]
            initial |= {
                "status": answer.status,
                "capacity": capacity,
            }
        line = self._line(person_key(person.pk), initial=initial)
        line.person, line.mandate, line.stored, line.agency, line.note = person, mandate, stored, agency, note
        return line

    def _line(self, key: str, *, initial: dict[str, Any]) -> Line:
        line = Line(key, LineForm(self.data, prefix=key, initial=initial))
        self.lines.append(line)
        return line

    def _posted_people(self, listed: set[int]) -> list[Person]:
        if self.data is None:
            return []
        keys = {name.partition("-")[0] for name in self.data}
        wanted = {
            int(key[1:])
            for key in keys
            if key[:1] == "p" and key[1:].isascii() and key[1:].isdecimal() and len(key) < 12
        }
        return list(known_people(self.body).filter(pk__in=wanted - listed)) if wanted - listed else []

    def _posted_count(self, least: int) -> int:
        """How many empty lines: those posted, and as many more as « Ajouter » asks for."""
        if self.data is None:
            return least
        posted = str(self.data.get("lines", ""))
        count = int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 4 else least
        return min(count + (1 if "add" in self.data else 0), MOST_BLANKS)

    # The answer -----------------------------------------------------------------------------

    @property
    def is_bound(self) -> bool:
        return self.data is not None

    def entries(self) -> list[PresenceEntry]:
        """What the services take. Lines with errors are left out; see `has_errors`."""
        names = self._names()
        found = []
        for line in self.lines:
            # Fills line.errors even where the browser let something through.
            if line.form.is_valid():
                entry = self._entry(line, names)
                if entry is not None and not line.errors:
                    found.append(entry)
            else:
                for name, texts in line.form.errors.items():
                    line.errors.setdefault(name, []).extend(str(text) for text in texts)
        return found

    @property
    def has_errors(self) -> bool:
        return any(line.errors for line in self.lines)

    def refuse(self, errors: Errors) -> None:
        """Show the errors of the service on their lines.

        Their `seen` becomes what the database holds now: sending the same answer again then replaces, knowingly,
        what somebody else entered meanwhile.
        """
        by_key = {line.key: line for line in self.lines}
        seen: dict[str, str] = {}
        for key, fields in errors.items():
            line = by_key.get(key)
            if line is None:
                self.errors_without_line.extend(text for texts in fields.values() for text in texts)
                continue
            for name, texts in fields.items():
                line.errors.setdefault(name, []).extend(texts)
            seen[f"{key}-seen"] = fingerprint(line.stored)
        data = {**(self.data or {}), **seen}
        for line in self.lines:
            line.form.data = data

    @cached_property
    def errors_without_line(self) -> list[str]:
        return []

    @property
    def error_list(self) -> list[tuple[str, str, str]]:
        """(id of the control, whose line, text) for the summary on top of the page."""
        return [
            (f"id_{line.key}-{name if name in CONTROLS else 'status'}", line.label or _("Nouvelle personne"), text)
            for line in self.lines
            for name, texts in line.errors.items()
            for text in texts
        ]

    def _entry(self, line: Line, names: dict[str, str]) -> PresenceEntry | None:
        values = line.form.cleaned_data
        status = values["status"]
        typed = ("person", "email", "proxy_granted_by", "represented_by", "arrived_at", "left_at")
        if line.person is None and not any(values[name] for name in (*typed, "agency")):
            return None
        if not status and any(values[name] for name in typed) and not self._is_as_stored(line):
            line.errors.setdefault("status", []).append(_("Choisissez une présence."))
            return None
        person, new_person, agency = line.person, None, line.agency
        if line.mandate is None:
            agency = self.names.agency(line, values["agency"])
        if person is None:
            person, new_person = self.names.person(line, values, agency)
            if person is not None and agency is None:
                agency = person.agency
        representative = ""
        if status == AttendanceStatus.REPRESENTED and values["represented_by"]:
            representative = names.get(normalise(values["represented_by"]), "")
            if not representative:
                text = _("Cette personne n’est pas dans la liste : choisissez un nom proposé, ou ajoutez-la.")
                line.errors.setdefault("represented_by", []).append(text)
        return PresenceEntry(
            key=line.key,
            status=status,
            person=person,
            new_person=new_person,
            agency=agency,
            capacity=values["capacity"],
            proxy_granted_by=values["proxy_granted_by"],
            represented_by=representative,
            arrived_at=values["arrived_at"],
            left_at=values["left_at"],
            seen=values["seen"] if line.key[0] == "p" else None,
        )

    def _is_as_stored(self, line: Line) -> bool:
        """« Non noté » was chosen for somebody recorded: the details go with the record."""
        return line.stored is not None

    def _names(self) -> dict[str, str]:
        """Names by which a line is found: with the agency, and without where only one person has it."""
        names: dict[str, str] = {}
        bare: dict[str, list[str]] = {}
        for line in self.lines:
            if not line.label:
                continue
            names[normalise(line.label)] = line.key
            short = line.person.full_name if line.person else line.label.partition("(")[0]
            bare.setdefault(normalise(short), []).append(line.key)
        return {name: keys[0] for name, keys in bare.items() if len(keys) == 1} | names

    # What the page offers to choose from ------------------------------------------------------

    def people_options(self) -> list[str]:
        """Known people who have no line yet."""
        here = {line.person.pk for line in self.lines if line.person is not None}
        return [person_label(person) for person in known_people(self.body) if person.pk not in here]

    def agency_options(self) -> list[Agency]:
        return list(agencies_for(self.body))

    def present_options(self) -> list[str]:
        """Everybody in the sheet, for « représenté par »."""
        return [line.label for line in self.lines if line.label]


def _rank(mandate: Mandate) -> str:
    person = mandate.person
    if mandate.is_titular:
        return _("titulaire")
    return gendered(person, _("suppléant"), _("suppléante"), _("suppléant(e)"))
