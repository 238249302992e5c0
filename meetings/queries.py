"""Readings of meetings and minutes, and what each may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import TransitionRecord
from core.text import normalise
from meetings.enums import (
    ATTENDING,
    REPRESENTING,
    Capacity,
    ItemKind,
    ItemOutcome,
    MeetingState,
    MinutesState,
    Visibility,
)
from meetings.holidays import Holiday, holiday_on
from meetings.models import (
    AgencyUpdate,
    AgendaItem,
    Attendance,
    Invitation,
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingSeries,
    Minutes,
    MinutesSection,
)
from meetings.recurrence import occurrences
from taskforce.enums import Role, SeatStatus
from taskforce.models import Agency, Mandate, Office, Person, Seat, TaskForce
from taskforce.queries import french_order, grants_of, members_in_office

# States in which every member of the body reads the minutes.
SHARED = (MinutesState.CIRCULATED, MinutesState.APPROVED, MinutesState.PUBLISHED)


def meetings_visible_to(user: Any) -> QuerySet[Meeting]:
    """Meetings whose page the user may open.

    Members and officers of the body see every meeting; whoever reads what is published in the country
    sees the meetings whose minutes are published; an administrator likewise, everywhere.
    """
    grants = grants_of(user)
    published = Q(minutes__state=MinutesState.PUBLISHED)
    visible = Q(task_force_id__in=grants.body_ids())
    if grants.is_administrator:
        visible |= published
    elif grants.published_in:
        visible |= published & Q(task_force__country_id__in=grants.published_in)
    return Meeting.objects.filter(visible).select_related("task_force", "task_force__country")


def minutes_visible_to(user: Any) -> QuerySet[Minutes]:
    """Minutes the user may read: a draft for the secretariat, the chair and the rapporteur; once shared,
    every member; once published, the country's other readers and the administrator."""
    grants = grants_of(user)
    visible = Q(meeting__task_force_id__in=grants.body_ids(Role.SECRETARIAT, Role.CHAIR))
    visible |= Q(state__in=SHARED, meeting__task_force_id__in=grants.body_ids())
    if grants.person_id is not None:
        visible |= Q(meeting__task_force_id__in=grants.body_ids(), meeting__rapporteur_id=grants.person_id)
    if grants.is_administrator:
        visible |= Q(state=MinutesState.PUBLISHED)
    elif grants.published_in:
        visible |= Q(state=MinutesState.PUBLISHED, meeting__task_force__country_id__in=grants.published_in)
    return Minutes.objects.filter(visible).select_related(
        "meeting", "meeting__task_force", "meeting__task_force__country"
    )


def sees_restricted(user: Any, meeting: Meeting) -> bool:
    """Whether restricted points, decisions and actions of the meeting are shown to the user (invariant 11)."""
    return bool(user.has_perm("meetings.view_restricted", meeting))


def series_visible_to(user: Any) -> QuerySet[MeetingSeries]:
    """Series of the bodies where the user holds a role, and of every body for an administrator."""
    grants = grants_of(user)
    series = MeetingSeries.objects.select_related("task_force", "task_force__country")
    if grants.is_administrator:
        return series
    return series.filter(task_force_id__in=grants.body_ids())


def series_in_force(body: TaskForce, on: date) -> QuerySet[MeetingSeries]:
    """Series not ended by the day `on`, the latest first."""
    return body.series.filter(Q(until__isnull=True) | Q(until__gte=on)).order_by("-starts_on", "-pk")


# Presence (invariants 1 to 3) -------------------------------------------------------------------


@dataclass(frozen=True)
class SeatLine:
    """A seat in force on the day of a meeting, with no more than presence needs."""

    agency_id: int
    acronym: str
    is_observer: bool
    counts: bool


@dataclass(frozen=True)
class PresenceLine:
    """One agency or structure at a meeting: who came for it, and whether it is represented.

    `seat` is None for one that does not sit in the body. Without `people`, nobody was entered.
    """

    acronym: str
    agency_id: int
    agency: Agency | None
    seat: SeatLine | None
    people: tuple[Attendance, ...]
    is_represented: bool


@dataclass(frozen=True)
class Presence:
    """Who was at a meeting, counted by agencies; used alike by the page, the minutes and their PDF.

    `lines`: agencies that sit or came, in French order, those represented first. `others`: people who never
    represent (observers without a seat, guests, secretariat, chair). `represented`: the agencies that count as
    represented, each once. `quorum_needed` is None without a rule, and then nothing about a quorum is shown.
    """

    attendances: tuple[Attendance, ...]
    lines: tuple[PresenceLine, ...]
    others: tuple[Attendance, ...]
    represented: tuple[Agency, ...]
    counting_seats: int
    seats_represented: int
    quorum_needed: int | None

    @property
    def is_recorded(self) -> bool:
        return bool(self.attendances)

    @property
    def quorum_reached(self) -> bool | None:
        """None without a rule."""
        return None if self.quorum_needed is None else self.seats_represented >= self.quorum_needed

    @property
    def attending(self) -> tuple[Attendance, ...]:
        """Everybody present or remote, in any capacity."""
        return tuple(row for row in self.attendances if row.is_attending)


def attendances_of(meeting: Meeting) -> QuerySet[Attendance]:
    """The meeting's list of presence with the people and agencies it names."""
    return meeting.attendances.select_related("person", "agency", "represented_by__person").order_by(
        *french_order("agency__acronym", "person__family_name"), "pk"
    )


def seat_lines(body: TaskForce, on: date) -> list[SeatLine]:
    """The seats in force on the day `on`."""
    rows = Seat.objects.filter(task_force=body, period__contains=on).values_list(
        "agency_id", "agency__acronym", "status", "counts"
    )
    return [SeatLine(pk, acronym, status == SeatStatus.OBSERVER, counts) for pk, acronym, status, counts in rows]


def presence_of(
    meeting: Meeting, *, attendances: Iterable[Attendance] | None = None, seats: Iterable[SeatLine] | None = None
) -> Presence:
    """The presence at `meeting`, from its stored list or from `attendances` not saved yet. Two queries at most."""
    rows = tuple(attendances_of(meeting) if attendances is None else attendances)
    return count_presence(
        meeting.task_force, rows, list(seat_lines(meeting.task_force, meeting.date) if seats is None else seats)
    )


def count_presence(body: TaskForce, attendances: Sequence[Attendance], seats: Sequence[SeatLine]) -> Presence:
    """Invariant 1: an agency counts once, whoever of its titular, substitutes or representatives without
    mandate is present or remote; guests, observers, secretariat and chair never count. A quorum counts the
    body's counting seats the same way."""
    seat_of = {seat.agency_id: seat for seat in seats}
    people: dict[int, list[Attendance]] = {pk: [] for pk in seat_of}
    others: list[Attendance] = []
    for row in attendances:
        speaks = row.capacity in REPRESENTING or (row.capacity == Capacity.OBSERVER and row.agency_id in seat_of)
        if speaks and row.agency_id is not None:
            people.setdefault(row.agency_id, []).append(row)
        else:
            others.append(row)
    lines = []
    for agency_id, rows in people.items():
        seat = seat_of.get(agency_id)
        lines.append(
            PresenceLine(
                acronym=seat.acronym if seat else str(rows[0].agency),
                agency_id=agency_id,
                agency=rows[0].agency if rows else None,
                seat=seat,
                people=tuple(rows),
                is_represented=any(row.represents_agency for row in rows),
            )
        )
    lines.sort(key=lambda line: (not line.is_represented, not line.people, normalise(line.acronym), line.acronym))
    represented = [line for line in lines if line.is_represented]
    counting = [seat for seat in seats if seat.counts]
    return Presence(
        attendances=tuple(attendances),
        lines=tuple(lines),
        others=tuple(others),
        represented=tuple(line.agency for line in represented if line.agency is not None),
        counting_seats=len(counting),
        seats_represented=sum(1 for line in represented if line.seat and line.seat.counts),
        # A rule over no seat says nothing: « sans objet ».
        quorum_needed=body.quorum_for(len(counting)) if counting else None,
    )


# One meeting ------------------------------------------------------------------------------------


def _local_day(moment: str, zone: str) -> Cast:
    """The date of a moment in the body's time zone, in the database."""
    local = Func(OuterRef(zone), OuterRef(moment), function="timezone", output_field=DateTimeField())
    return Cast(local, DateField())


def _history() -> ArraySubquery:
    """The changes of state of the meeting and of its minutes, as one column."""
    # Kept by Django for the life of the process: no query of its own, and the index serves both halves.
    meeting, minutes = (ContentType.objects.get_for_model(model).pk for model in (Meeting, Minutes))
    records = (
        TransitionRecord.objects.filter(
            Q(content_type=meeting, object_id=OuterRef("pk"))
            | Q(content_type=minutes, object_id=OuterRef("minutes__pk"))
        )
        .order_by("at", "pk")
        .values(
            data=JSONObject(
                kind="content_type_id", at="at", before="before", after="after", who="actor_label", comment="comment"
            )
        )
    )
    return ArraySubquery(records)


def with_page_facts(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """All that the meeting's page says beside its lists, in the query that finds the meeting.

    `seat_rows` (seats in force that day), `history` (changes of state), `invited` (number of people asked).
    """
    seats = (
        Seat.objects.filter(
            task_force_id=OuterRef("task_force_id"), period__contains=_local_day("starts_at", "task_force__time_zone")
        )
        .order_by()
        .values(data=JSONObject(agency="agency_id", acronym="agency__acronym", status="status", counts="counts"))
    )
    invited = (
        Invitation.objects.filter(meeting=OuterRef("pk"))
        .order_by()
        .values("meeting")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return meetings.select_related("chair", "rapporteur__agency", "lead_agency", "minutes", "next_meeting").annotate(
        seat_rows=ArraySubquery(seats),
        history=_history(),
        invited=invited,
    )


def page_seats(meeting: Meeting) -> list[SeatLine]:
    """The seats that `with_page_facts` read."""
    return [
        SeatLine(row["agency"], row["acronym"], row["status"] == SeatStatus.OBSERVER, row["counts"])
        for row in meeting.seat_rows  # type: ignore[attr-defined]
    ]


@dataclass(frozen=True)
class HistoryEntry:
    """A line of the meeting's history: `text` says what became of what, `at` in the body's time zone."""

    text: str
    at: datetime
    actor: str
    comment: str


def page_history(meeting: Meeting) -> list[HistoryEntry]:
    """The changes of state of the meeting and of its minutes, the latest first."""
    minutes = ContentType.objects.get_for_model(Minutes).pk
    entries = []
    for row in meeting.history:  # type: ignore[attr-defined]
        is_minutes = row["kind"] == minutes
        states = dict((MinutesState if is_minutes else MeetingState).choices)
        said = {
            "what": _("Compte rendu") if is_minutes else _("Réunion"),
            "before": states.get(row["before"], row["before"]),
            "after": states.get(row["after"], row["after"]),
        }
        entries.append(
            HistoryEntry(
                text=_("%(what)s : %(before)s → %(after)s") % said,
                at=datetime.fromisoformat(row["at"]).astimezone(meeting.task_force.tz),
                actor=row["who"],
                comment=row["comment"],
            )
        )
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def agenda_of(meeting: Meeting, *, restricted: bool) -> QuerySet[AgendaItem]:
    """The points of the agenda in order; restricted ones only with `restricted`."""
    items = meeting.agenda.select_related("presenter_person", "presenter_agency", "carried_from__meeting__task_force")
    return items if restricted else items.filter(visibility=Visibility.MEMBERS)


def decisions_of(meeting: Meeting, *, restricted: bool) -> QuerySet[MeetingDecision]:
    """The decisions taken in the meeting, by number."""
    links = meeting.decision_links.select_related("decision", "agenda_item")
    if not restricted:
        links = links.filter(decision__is_restricted=False).exclude(agenda_item__visibility=Visibility.RESTRICTED)
    return links


def actions_of(meeting: Meeting, *, restricted: bool) -> QuerySet[MeetingAction]:
    """The actions born in the meeting, by number, each with the acronyms of its agencies (`owner_acronyms`)."""
    owners = (
        Agency.objects.filter(action_ownerships__action_id=OuterRef("action_id"))
        .order_by(*french_order("acronym"))
        .values("acronym")
    )
    links = meeting.action_links.select_related("action__owner_person", "agenda_item").annotate(
        owner_acronyms=ArraySubquery(owners, output_field=_text_array())
    )
    if not restricted:
        links = links.filter(action__is_restricted=False).exclude(agenda_item__visibility=Visibility.RESTRICTED)
    return links


def _text_array() -> Any:
    from django.contrib.postgres.fields import ArrayField

    return ArrayField(CharField())


def owner_words(action: Any, acronyms: Sequence[str]) -> list[str]:
    """Who owns an action, in words; empty when nobody does, which is flagged."""
    words = [_("Toutes les agences")] if action.owner_all else []
    words += list(acronyms)
    if action.owner_function:
        words.append(action.owner_function)
    if action.owner_person is not None:
        words.append(action.owner_person.full_name)
    return words


# Closing (invariant 5) --------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """Something to settle before a meeting is closed. `where` names the page that mends it."""

    code: str
    text: str
    where: str
    is_blocking: bool = True


def closing_conditions(
    meeting: Meeting,
    *,
    presence: Presence | None = None,
    items: Iterable[AgendaItem] | None = None,
    decisions: Iterable[MeetingDecision] | None = None,
    actions: Iterable[MeetingAction] | None = None,
) -> list[Condition]:
    """What is still open: blocking conditions first, then advice. Empty when the meeting can be closed as it is.

    What the caller has read already (all of it, restricted points too) costs no query.
    """
    if presence is None:
        is_attended = meeting.attendances.filter(status__in=ATTENDING).exists()
    else:
        is_attended = bool(presence.attending)
    items = agenda_of(meeting, restricted=True) if items is None else items
    decisions = decisions_of(meeting, restricted=True) if decisions is None else decisions
    actions = actions_of(meeting, restricted=True) if actions is None else actions
    decided = {link.agenda_item_id for link in decisions}
    blocking: list[Condition] = []
    advice: list[Condition] = []
    if meeting.state != MeetingState.HELD:
        blocking.append(Condition("state", _("La réunion n’est pas encore tenue."), "meetings:meeting_detail"))
    if not is_attended:
        blocking.append(Condition("attendance", _("Aucune présence n’est enregistrée."), "meetings:attendance_edit"))
    for item in items:
        names = {"position": item.position, "title": item.title}
        if item.kind == ItemKind.DECISION and item.pk not in decided and item.outcome != ItemOutcome.POSTPONED:
            said = _("Le point %(position)s (%(title)s) appelle une décision : enregistrez-la ou reportez le point.")
            blocking.append(Condition("undecided", said % names, "meetings:agenda_edit"))
        elif item.outcome == ItemOutcome.OPEN:
            said = _("Le point %(position)s (%(title)s) n’est ni traité ni reporté.")
            advice.append(Condition("open-item", said % names, "meetings:agenda_edit", is_blocking=False))
    if meeting.started_at is None or meeting.ended_at is None:
        text = _("Les heures réelles de début et de fin ne sont pas indiquées.")
        advice.append(Condition("times", text, "meetings:meeting_times", is_blocking=False))
    unowned = [link.action.reference for link in actions if _lacks_owner_or_date(link)]
    if unowned:
        text = _("Sans responsable ou sans échéance : %(actions)s.") % {"actions": ", ".join(unowned)}
        advice.append(Condition("actions", text, "meetings:meeting_detail", is_blocking=False))
    if meeting.next_meeting_id is None:
        text = _("La prochaine réunion n’est pas fixée.")
        advice.append(Condition("next", text, "meetings:next_meeting", is_blocking=False))
    return blocking + advice


def _lacks_owner_or_date(link: MeetingAction) -> bool:
    action = link.action
    owned = owner_words(action, link.owner_acronyms)  # type: ignore[attr-defined]
    return action.is_open and (not owned or action.due_on is None)


# The next meeting -------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextProposal:
    """What the rule gives after a meeting: the date, and the meeting that already stands there."""

    series: MeetingSeries
    slot: date
    existing: Meeting | None
    holiday: Holiday | None


def propose_next(meeting: Meeting) -> NextProposal | None:
    """The first date of the body's rule after the meeting whose meeting is not cancelled; None without a rule."""
    after = max(meeting.date, meeting.slot or meeting.date)
    candidates = []
    for series in series_in_force(meeting.task_force, after + timedelta(days=1)):
        cancelled = set(
            series.meetings.filter(state=MeetingState.CANCELLED, slot__gt=after).values_list("slot", flat=True)
        )
        slot = next(
            (day for day in occurrences(series, after=after, count=len(cancelled) + 1) if day not in cancelled), None
        )
        if slot is not None:
            candidates.append((slot, -series.pk, series))
    if not candidates:
        return None
    slot, _rank, series = min(candidates, key=lambda candidate: candidate[:2])
    existing = series.meetings.filter(slot=slot).first()
    return NextProposal(series, slot, existing, holiday_on(meeting.task_force.country.iso2, slot))


# Lists ------------------------------------------------------------------------------------------


def meeting_rows(user: Any, body: TaskForce) -> QuerySet[Meeting]:
    """The meetings of a body that the user may open, with what their list says of each.

    `agencies_represented`, `decision_count`, `action_count`, and `minutes_state` (None where the user reads no
    minutes of the meeting, or there are none). One query, whatever their number.
    """
    visible = meetings_visible_to(user).filter(task_force=body)
    representing = (
        Attendance.objects.filter(meeting=OuterRef("pk"), capacity__in=REPRESENTING, status__in=ATTENDING)
        .order_by()
        .values("meeting")
        .annotate(n=Count("agency", distinct=True))
        .values("n")
    )
    decisions = MeetingDecision.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    actions = MeetingAction.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return visible.select_related("task_force", "lead_agency").annotate(
        agencies_represented=representing,
        decision_count=decisions.annotate(n=Count("pk")).values("n"),
        action_count=actions.annotate(n=Count("pk")).values("n"),
        minutes_state=F("minutes__state"),
    )


def coming_meetings(body: TaskForce, *, since: datetime) -> QuerySet[Meeting]:
    """Meetings of the body that end after `since`, the soonest first, cancelled ones included."""
    return body.meetings.filter(ends_at__gte=since).select_related("task_force__country").order_by("starts_at", "pk")


# People -----------------------------------------------------------------------------------------


def people_to_invite(meeting: Meeting) -> QuerySet[Person]:
    """Who a convened meeting asks: the members in office on its day, with or without an address."""
    return members_in_office(meeting.task_force, meeting.date)


def known_people(body: TaskForce) -> QuerySet[Person]:
    """People the body knows: members and officers of any time, those who attended or were invited, in French order."""
    return (
        Person.objects.filter(
            Q(pk__in=Mandate.objects.filter(seat__task_force=body).values("person"))
            | Q(pk__in=Office.objects.filter(task_force=body).values("person"))
            | Q(pk__in=Attendance.objects.filter(meeting__task_force=body).values("person"))
            | Q(pk__in=Invitation.objects.filter(meeting__task_force=body).values("person"))
        )
        .select_related("agency")
        .order_by(*french_order("family_name", "given_name"), "pk")
    )


def agencies_for(body: TaskForce) -> QuerySet[Agency]:
    """Organisations of the world and structures of the body's country, in French order."""
    return Agency.objects.filter(Q(country__isnull=True) | Q(country=body.country_id)).order_by(
        *french_order("acronym"), "pk"
    )


def left_since_invited(meeting: Meeting, *, on: date | None = None, person_id: int | None = None) -> set[int]:
    """Ids of people invited as members or officers who are neither any more on `on` (today by default).

    Guests were neither on the day of their invitation: they are not among them. `person_id` asks about one
    person. Two queries.
    """
    body = meeting.task_force
    today = on or body.today()
    invitations = meeting.invitations.all() if person_id is None else meeting.invitations.filter(person=person_id)
    invited = {
        person: timezone.localdate(created_at, body.tz)
        for person, created_at in invitations.values_list("person_id", "created_at")
    }
    mandates = Mandate.objects.order_by().filter(seat__task_force=body, person__in=invited)
    offices = Office.objects.order_by().filter(task_force=body, person__in=invited)
    terms: dict[int, list[tuple]] = {}
    for person, *days in mandates.values_list("person_id", "period", "seat__period").union(
        offices.values_list("person_id", "period", "period"), all=True
    ):
        terms.setdefault(person, []).append(tuple(days))

    def in_office(person: int, day: date) -> bool:
        return any(all(day in days for days in term) for term in terms.get(person, ()))

    return {person for person, day in invited.items() if in_office(person, day) and not in_office(person, today)}


# Minutes ----------------------------------------------------------------------------------------


def sections_of(minutes: Minutes, *, restricted: bool) -> QuerySet[MinutesSection]:
    """The sections in order; those of restricted points only with `restricted` (invariant 11)."""
    sections = minutes.sections.select_related("agenda_item", "updated_by__person")
    return sections if restricted else sections.exclude(agenda_item__visibility=Visibility.RESTRICTED)


def updates_of(meeting: Meeting) -> QuerySet[AgencyUpdate]:
    """The contributions to the round table in order, those that nobody wrote yet included."""
    return meeting.updates.select_related("agency", "reported_by", "updated_by__person")


def last_update_before(update: AgencyUpdate) -> AgencyUpdate | None:
    """What the same agency wrote for the latest earlier meeting of the body; None for a joint contribution."""
    if update.agency_id is None:
        return None
    return (
        AgencyUpdate.objects.filter(
            agency_id=update.agency_id,
            meeting__task_force_id=update.meeting.task_force_id,
            meeting__starts_at__lt=update.meeting.starts_at,
        )
        .exclude(body="")
        .select_related("meeting__task_force")
        .order_by("-meeting__starts_at", "-pk")
        .first()
    )


def last_attended(mandate: Mandate) -> date | None:
    """The day of the last meeting whose list of presence names this mandate, in the body's time zone."""
    last = (
        Attendance.objects.filter(mandate=mandate)
        .select_related("meeting__task_force")
        .order_by("-meeting__starts_at")
        .first()
    )
    return last.meeting.date if last else None
