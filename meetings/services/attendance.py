"""The list of presence: who came, for whom, in which capacity (invariants 1 to 3 of the domain page)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.history import recorded
from core.validators import validate_characters
from meetings.enums import ATTENDING, REPRESENTING, AttendanceStatus, Capacity
from meetings.models import Attendance, Meeting
from meetings.queries import Presence, attendances_of, presence_of
from meetings.services.common import locked_for_logging
from taskforce.enums import OfficeRole
from taskforce.models import Agency, Mandate, Office, Person
from taskforce.queries import mandates_on
from taskforce.services.people import create_person

Errors = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class PresenceEntry:
    """A line of the list as somebody filled it in.

    `key` names the line: other entries point at it by `represented_by`. Either `person`, or `new_person`
    (fields of a person to create). `status` "" records nobody: an earlier record of the person is taken back.
    `capacity` "" follows from the mandate. `seen` is the `fingerprint` of what the author had before their
    eyes; None skips the comparison.
    """

    key: str
    status: str
    person: Person | None = None
    new_person: Mapping[str, Any] | None = None
    agency: Agency | None = None
    capacity: str = ""
    proxy_granted_by: str = ""
    represented_by: str = ""
    arrived_at: time | None = None
    left_at: time | None = None
    seen: str | None = None


class AttendanceRefused(ValidationError):
    """Something in the list cannot be; `by_entry` has the messages by entry and field ("" for the line)."""

    def __init__(self, by_entry: Errors) -> None:
        self.by_entry = by_entry
        super().__init__([text for fields in by_entry.values() for texts in fields.values() for text in texts])


@dataclass
class Plan:
    """What saving the entries would give: the whole list, the rows to write and to delete, what is wrong."""

    rows: list[Attendance] = field(default_factory=list)
    to_save: list[tuple[PresenceEntry, Attendance]] = field(default_factory=list)
    to_delete: list[Attendance] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


def fingerprint(row: Attendance | None) -> str:
    """What the form showed of a record, to notice what was changed, and by whom: its author or somebody else."""
    if row is None:
        return ""
    return _fingerprint(
        row.status,
        "" if row.mandate_id else row.capacity,
        row.agency_id,
        row.proxy_granted_by,
        person_key(row.represented_by.person_id) if row.represented_by else "",
        row.arrived_at,
        row.left_at,
    )


def _fingerprint(
    status: str, capacity: str, agency_id: int | None, proxy: str, representative: str, *times: time | None
) -> str:
    moments = [moment.strftime("%H%M") if moment else "" for moment in times]
    return "|".join((status, capacity, str(agency_id or ""), proxy.strip(), representative, *moments)) if status else ""


def person_key(person_id: int) -> str:
    """The key of the line of a known person."""
    return f"p{person_id}"


def record_attendance(meeting: Meeting, entries: Sequence[PresenceEntry], *, actor: Any) -> Presence:
    """Enter who was there, all at once or not at all; people without a line among `entries` stay as they are.

    Capacities follow from the mandates in force on the meeting's day (invariant 2). Raises AttendanceRefused with
    messages by entry, ValidationError for a meeting closed or cancelled.
    """
    with recorded(actor):
        current = locked_for_logging(meeting)
        plan = plan_attendance(current, entries)
        if plan.errors:
            raise AttendanceRefused(plan.errors)
        for entry, row in plan.to_save:
            if row.person_id is None:
                row.person = _create(entry, actor=actor)
        # Who is represented points at a row: it has to exist before, and to go after.
        saved = sorted((row for _entry, row in plan.to_save), key=lambda row: row.represented_by is not None)
        for row in saved:
            # The assignment takes the primary key that the other row has got by now.
            row.represented_by = row.represented_by
            row.save()
        for row in sorted(plan.to_delete, key=lambda row: row.represented_by_id is None):
            row.delete()
    return presence_of(current)


def presence_if(meeting: Meeting, entries: Sequence[PresenceEntry]) -> Presence:
    """The presence that `entries` would give, errors or not; nothing is written."""
    return presence_of(meeting, attendances=plan_attendance(meeting, entries).rows)


def plan_attendance(meeting: Meeting, entries: Sequence[PresenceEntry]) -> Plan:
    """Check the entries against each other, the stored list and the mandates of the day. Writes nothing."""
    return _Planner(meeting, entries).plan()


class _Planner:
    def __init__(self, meeting: Meeting, entries: Sequence[PresenceEntry]) -> None:
        self.meeting = meeting
        self.entries = entries
        self.stored = {row.person_id: row for row in attendances_of(meeting)}
        self.mandates: dict[int, list[Mandate]] = {}
        for mandate in mandates_on(meeting.task_force, meeting.date):
            self.mandates.setdefault(mandate.person_id, []).append(mandate)
        self.offices: dict[int, set[str]] = {}
        held = Office.objects.filter(task_force=meeting.task_force, period__contains=meeting.date)
        for person_id, role in held.values_list("person_id", "role"):
            self.offices.setdefault(person_id, set()).add(role)
        self.result = Plan()
        # The final row of each line; lines that no entry mentions are those of the stored list.
        self.final: dict[str, Attendance] = {person_key(pk): row for pk, row in self.stored.items()}
        # A person of the list who was also typed by name stands on the line of that name.
        self.alias: dict[str, str] = {}

    def plan(self) -> Plan:
        lines: dict[Any, PresenceEntry] = {}
        changed = []
        for entry in self.entries:
            if not entry.status:
                continue
            who = entry.person.pk if entry.person else self._name_of(entry)
            if who in lines:
                self._error(entry, "person", _("Cette personne figure deux fois dans la liste."))
                continue
            lines[who] = entry
        for entry in self.entries:
            if entry.person and not entry.status and entry.person.pk in lines:
                continue
            if entry.person and entry.key != person_key(entry.person.pk):
                self.final.pop(person_key(entry.person.pk), None)
                self.alias[person_key(entry.person.pk)] = entry.key
            if entry.seen is not None and self._fingerprint_of(entry) == entry.seen:
                # Not touched: whatever somebody else made of it meanwhile stays.
                continue
            changed.append(entry)
            self._plan_line(entry)
        for entry in changed:
            if entry.key in self.final:
                self._plan_representation(entry, self.final[entry.key])
            self._compare(entry)
        self._check_pointers()
        self.result.rows = list(self.final.values())
        return self.result

    def _fingerprint_of(self, entry: PresenceEntry) -> str:
        return _fingerprint(
            entry.status,
            entry.capacity,
            entry.agency.pk if entry.agency else None,
            entry.proxy_granted_by,
            entry.represented_by,
            entry.arrived_at,
            entry.left_at,
        )

    def _name_of(self, entry: PresenceEntry) -> tuple[str, ...]:
        new = entry.new_person or {}
        return (
            str(new.get("given_name", "")),
            str(new.get("family_name", "")),
            str(entry.agency),
            "" if new else entry.key,
        )

    def _plan_line(self, entry: PresenceEntry) -> None:
        if not entry.status:
            self.final.pop(entry.key, None)
            return
        stored = self.stored.get(entry.person.pk) if entry.person else None
        row = Attendance(meeting=self.meeting, pk=stored.pk if stored else None, status=entry.status)
        row._state.adding = stored is None
        row.person = entry.person or self._unsaved_person(entry)
        if entry.status not in AttendanceStatus.values:
            self._error(entry, "status", _("Choisissez une présence dans la liste."))
        self._give_capacity(entry, row)
        self._give_times(entry, row)
        self.final[entry.key] = row

    def _unsaved_person(self, entry: PresenceEntry) -> Person:
        return Person(agency=entry.agency, **(entry.new_person or {}))

    def _give_capacity(self, entry: PresenceEntry, row: Attendance) -> None:
        mandate = self._mandate_for(entry)
        natural = Capacity(mandate.role.value) if mandate else None
        row.agency = entry.agency or (mandate.seat.agency if mandate else entry.person.agency if entry.person else None)
        row.proxy_granted_by = entry.proxy_granted_by.strip()
        if entry.capacity and entry.capacity not in Capacity.values:
            self._error(entry, "capacity", _("Choisissez une qualité dans la liste."))
        elif entry.capacity:
            row.capacity = Capacity(entry.capacity)
        else:
            row.capacity = natural or self._capacity_without_mandate(entry)
        if mandate is not None and row.capacity == natural:
            row.mandate = mandate
            row.proxy_granted_by = ""
            return
        self._check_proxy(entry, row)
        if row.capacity == Capacity.WITHOUT_MANDATE and natural is not None:
            self._error(entry, "capacity", _("%(person)s a un mandat ce jour-là.") % {"person": row.person})
        if row.capacity in REPRESENTING and row.agency is None:
            text = _("Indiquez l’agence ou la structure que %(person)s représente.") % {"person": row.person}
            self._error(entry, "agency", text)

    def _mandate_for(self, entry: PresenceEntry) -> Mandate | None:
        """The mandate in force that day, for the agency named if one is (invariant 2)."""
        held = self.mandates.get(entry.person.pk, []) if entry.person else []
        return next((one for one in held if entry.agency is None or one.seat.agency_id == entry.agency.pk), None)

    def _capacity_without_mandate(self, entry: PresenceEntry) -> Capacity:
        if entry.proxy_granted_by.strip():
            return Capacity.SUBSTITUTE
        roles = self.offices.get(entry.person.pk, set()) if entry.person else set()
        if OfficeRole.SECRETARIAT in roles:
            return Capacity.SECRETARIAT
        if OfficeRole.CHAIR in roles:
            return Capacity.CHAIR
        return Capacity.WITHOUT_MANDATE

    def _check_proxy(self, entry: PresenceEntry, row: Attendance) -> None:
        """A one-off proxy makes a titular or a substitute of somebody without the mandate, on a named person's word."""
        acts = row.capacity in {Capacity.TITULAR, Capacity.SUBSTITUTE}
        if acts and not row.proxy_granted_by:
            text = _(
                "%(person)s n’a pas de mandat de %(capacity)s ce jour-là. "
                "Indiquez qui lui a donné procuration, ou choisissez « Sans mandat »."
            ) % {"person": row.person, "capacity": row.get_capacity_display().lower()}
            self._error(entry, "proxy_granted_by", text)
        if row.proxy_granted_by and not acts:
            text = _(
                "Une procuration fait d’une personne un titulaire ou un suppléant : choisissez l’une de ces qualités."
            )
            self._error(entry, "capacity", text)
        try:
            validate_characters(row.proxy_granted_by)
        except ValidationError as error:
            self._error(entry, "proxy_granted_by", error.messages[0])
        if len(row.proxy_granted_by) > 200:
            self._error(entry, "proxy_granted_by", _("Ce texte est trop long : 200 caractères au plus."))

    def _give_times(self, entry: PresenceEntry, row: Attendance) -> None:
        row.arrived_at, row.left_at = entry.arrived_at, entry.left_at
        if (row.arrived_at or row.left_at) and not row.is_attending:
            name = "arrived_at" if row.arrived_at else "left_at"
            self._error(entry, name, _("Une personne qui n’est pas venue n’a ni heure d’arrivée ni heure de départ."))
        if row.arrived_at and row.left_at and row.left_at <= row.arrived_at:
            self._error(entry, "left_at", _("L’heure de départ précède l’heure d’arrivée. Corrigez l’une des deux."))

    def _plan_representation(self, entry: PresenceEntry, row: Attendance) -> None:
        if entry.status != AttendanceStatus.REPRESENTED:
            if entry.represented_by:
                self._error(entry, "represented_by", _("Seule une personne « représentée » a un représentant."))
            return
        target = self.final.get(self.alias.get(entry.represented_by, entry.represented_by))
        if not entry.represented_by:
            text = _("Indiquez par qui %(person)s est représenté(e).") % {"person": row.person}
        elif target is row:
            text = _("Une personne ne se représente pas elle-même.")
        elif target is None or target.status not in ATTENDING:
            text = _("La personne choisie n’est pas notée présente : notez d’abord sa présence.")
        else:
            row.represented_by = target
            return
        self._error(entry, "represented_by", text)

    def _compare(self, entry: PresenceEntry) -> None:
        """Write what the author changed, unless it would overwrite what they did not see."""
        stored = self.stored.get(entry.person.pk) if entry.person else None
        row = self.final.get(entry.key)
        if entry.seen is not None and fingerprint(stored) not in {entry.seen, self._fingerprint_of(entry)}:
            text = _(
                "Quelqu’un a noté « %(said)s » entre-temps. Enregistrez de nouveau pour mettre votre réponse à la place."
            )
            self._error(entry, "status", text % {"said": stored.get_status_display() if stored else _("rien")})
        if row is not None:
            self.result.to_save.append((entry, row))
        elif stored is not None:
            self.result.to_delete.append(stored)

    def _check_pointers(self) -> None:
        """Whoever represents somebody stays in the list, present."""
        by_pk = {row.pk: row for row in self.final.values() if row.pk}
        keys = {id(row): key for key, row in self.final.items()}
        by_key = {entry.key: entry for entry in self.entries}
        for row in self.final.values():
            target = row.represented_by
            if target is None:
                continue
            if target.pk:
                # A stored row that the author changed has a new object.
                target = by_pk.get(target.pk)
            if target is not None and target.is_attending:
                row.represented_by = target
                continue
            text = _("%(person)s est représenté(e) par une personne qui n’est plus notée présente.") % {
                "person": row.person
            }
            entry = by_key.get(keys[id(row)])
            self.result.errors.setdefault(entry.key if entry else "", {}).setdefault("represented_by", []).append(text)

    def _error(self, entry: PresenceEntry, name: str, text: str) -> None:
        self.result.errors.setdefault(entry.key, {}).setdefault(name, []).append(text)


def _create(entry: PresenceEntry, *, actor: Any) -> Person:
    try:
        return create_person(actor=actor, agency=entry.agency, **(entry.new_person or {}))
    except ValidationError as error:
        raise AttendanceRefused({entry.key: {"person": error.messages}}) from error
