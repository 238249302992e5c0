"""Who a mailing about a meeting goes to, who is left out, and why: what the page « n courriels vont partir » shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.utils.translation import gettext as _

from core.models import EmailState, OutgoingEmail
from core.notifications.delivery import failing_addresses, is_failing
from core.text import normalise
from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.queries.lists import left_since_invited
from taskforce.models import Mandate, Person
from taskforce.queries import french_order
from taskforce.queries.roster import mandates_on, offices_on


@dataclass(frozen=True)
class Recipient:
    """One person of the list: in which quality, told when before; `reason`: why left out (empty: on the list)."""

    person: Person
    agency: str
    rank: str
    told_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class MailingList:
    """Who would be written to now. `digest` names exactly this list: who confirms another one sees it again."""

    meeting: Meeting
    recipients: tuple[Recipient, ...]
    left_out: tuple[Recipient, ...] = ()
    # Addresses (in lower case) from which mails come back: nothing is sent there.
    failing: frozenset[str] = frozenset()

    @property
    def people(self) -> list[Person]:
        return [recipient.person for recipient in self.recipients]

    @property
    def reachable(self) -> list[Recipient]:
        return [one for one in self.recipients if one.person.email and one.person.email.lower() not in self.failing]

    @property
    def closed(self) -> list[Recipient]:
        """Those whose address fails."""
        return [recipient for recipient in self.recipients if recipient.person.email.lower() in self.failing]

    @property
    def unreachable(self) -> list[Recipient]:
        return [recipient for recipient in self.recipients if not recipient.person.email]

    @property
    def was_told(self) -> bool:
        return any(recipient.told_at for recipient in self.recipients)

    @property
    def digest(self) -> str:
        meeting = self.meeting
        lines = [f"{meeting.pk}:{meeting.state}:{meeting.sequence}"]
        lines += sorted(f"{person.pk}:{person.email.lower()}" for person in self.people)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def convening_list(meeting: Meeting, *, titulars_only: bool = False, extra: Iterable[Person] = ()) -> MailingList:
    """Who convening asks: members and officers in office that day (titulars and officers only, if wanted), those
    invited before as guests, and `extra`. For a meeting already convened: only who is not invited yet."""
    mandates, ranks, in_office, failing = _ranks(meeting)
    invitations = meeting.invitations.select_related("person__agency").annotate(fails=is_failing("person__email"))
    invited = {}
    for invitation in invitations.order_by(*french_order("person__family_name", "person__given_name")):
        invited[invitation.person_id] = invitation.person
        _note(failing, invitation)
    is_convened = meeting.state == MeetingState.CONVENED
    # Nobody was told before the first convening; and who is invited already is not on the list of a convened meeting.
    told = _told(meeting) if meeting.convened_at is not None and not is_convened else {}
    left = left_since_invited(meeting) if invited.keys() - in_office.keys() else set()
    kept: dict[int, Recipient] = {}
    out: list[Recipient] = []

    def put(person: Person, reason: str, rank: str = "") -> None:
        mandate = mandates.get(person.pk)
        # A member's own agency is not read: it is the seat's.
        agency = str(mandate.seat.agency) if mandate else str(person.agency or "")
        recipient = Recipient(person, agency, rank or ranks.get(person.pk, ""), told.get(person.email.lower()), reason)
        if reason:
            out.append(recipient)
        else:
            kept.setdefault(person.pk, recipient)

    extra = list(extra)
    failing |= set(failing_addresses(person.email for person in extra))
    wanted = {person.pk for person in extra}
    for person in sorted(in_office.values(), key=lambda one: (normalise(one.family_name), normalise(one.given_name))):
        held = mandates.get(person.pk)
        is_substitute = held is not None and held.rank > 0 and person.pk not in _officers(ranks, mandates)
        if is_convened and person.pk in invited:
            put(person, _("déjà invité(e)"))
        elif titulars_only and is_substitute and person.pk not in wanted:
            put(person, _("suppléance : seuls les titulaires sont invités"))
        else:
            put(person, "")
    listed = {*kept, *(one.person.pk for one in out)}
    for pk, person in invited.items():
        if pk in listed:
            continue
        if pk in left:
            put(person, _("son mandat ou sa fonction a pris fin depuis l’invitation"))
        else:
            put(person, _("déjà invité(e)") if is_convened else "", _("Invité(e)"))
    for person in extra:
        if person.pk not in kept and person.pk not in invited:
            put(person, "", _("Invité(e)"))
    return MailingList(meeting, tuple(kept.values()), tuple(out), frozenset(failing))


def told_list(meeting: Meeting) -> MailingList:
    """Who is told that the meeting is moved, put off or called off: everybody invited who has not left."""
    mandates, ranks, _in_office, failing = _ranks(meeting)
    told = _told(meeting)
    left = left_since_invited(meeting)
    kept: list[Recipient] = []
    out: list[Recipient] = []
    invitations = meeting.invitations.select_related("person__agency").annotate(fails=is_failing("person__email"))
    for invitation in invitations.order_by(*french_order("person__family_name", "person__given_name"), "pk"):
        person = invitation.person
        _note(failing, invitation)
        mandate = mandates.get(person.pk)
        agency = str(mandate.seat.agency) if mandate else str(person.agency or "")
        reason = _("son mandat ou sa fonction a pris fin depuis l’invitation") if person.pk in left else ""
        rank = ranks.get(person.pk, "") or _("Invité(e)")
        recipient = Recipient(person, agency, rank, told.get(person.email.lower()), reason)
        (out if reason else kept).append(recipient)
    return MailingList(meeting, tuple(kept), tuple(out), frozenset(failing))


def _note(failing: set[str], row: Any) -> None:
    """Keep the address of the row's person if `is_failing` says so."""
    if row.fails:
        failing.add(row.person.email.lower())


def _ranks(meeting: Meeting) -> tuple[dict[int, Mandate], dict[int, str], dict[int, Person], set[str]]:
    """The first mandate of each person on the meeting's day, what they are (« Titulaire », « Secrétariat »…), the
    people themselves (those of `lists.people_to_invite`), and those of their addresses that fail."""
    failing: set[str] = set()
    mandates: dict[int, Mandate] = {}
    words: dict[int, list[str]] = {}
    people: dict[int, Person] = {}
    fails = is_failing("person__email")
    for office in offices_on(meeting.task_force, meeting.date).annotate(fails=fails):
        _note(failing, office)
        words.setdefault(office.person_id, []).append(str(office.get_role_display()))
        people[office.person_id] = office.person
    held = mandates_on(meeting.task_force, meeting.date).annotate(fails=fails)
    for mandate in sorted(held, key=lambda mandate: mandate.rank):
        _note(failing, mandate)
        mandates.setdefault(mandate.person_id, mandate)
        words.setdefault(mandate.person_id, []).append(mandate.rank_label)
        people.setdefault(mandate.person_id, mandate.person)
    return mandates, {person: ", ".join(dict.fromkeys(labels)) for person, labels in words.items()}, people, failing


def _officers(ranks: dict[int, str], mandates: dict[int, Mandate]) -> set[int]:
    """People with a function beside a mandate."""
    return {person for person, label in ranks.items() if person not in mandates or ", " in label}


def _told(meeting: Meeting) -> dict[str, datetime]:
    """When each address was last written to about the meeting."""
    rows = (
        OutgoingEmail.objects.filter(about_type=ContentType.objects.get_for_model(Meeting), about_id=meeting.pk)
        .exclude(state=EmailState.SKIPPED)
        .order_by()
        .values("recipient")
        .annotate(last=Max("created_at"))
    )
    return {row["recipient"].lower(): row["last"] for row in rows}
