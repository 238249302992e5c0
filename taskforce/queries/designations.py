"""Who was asked to designate, who has answered, who is late; and whom to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone

from core.models import OutgoingEmail, Solicitation
from taskforce.enums import DesignationStanding, OfficeRole, Role, SeatStatus, TermsState
from taskforce.models import (
    DesignatedPerson,
    DesignationRequest,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
    TaskForce,
    TermsOfReference,
)
from taskforce.queries.grants import grants_of
from taskforce.queries.ordering import french_order
from taskforce.queries.roster import RosterEntry, mandates_on, roster_on, to_renew

READERS = (Role.SECRETARIAT, Role.CHAIR, Role.RESIDENT_COORDINATOR)
# The director may still answer; in these, no second request is made for the seat.
WAITING_STATES = frozenset({"sent", "opened"})
OPEN_STATES = frozenset({"draft", "sent", "opened", "submitted", "returned"})


def designations_visible_to(user: Any) -> QuerySet[DesignationRequest]:
    """Requests of the bodies that the user runs, chairs or follows as Resident Coordinator: nobody else sees any."""
    return DesignationRequest.objects.filter(task_force__in=grants_of(user).body_ids(*READERS)).select_related(
        "task_force__country",
        "seat__agency",
        "office__agency",
        "director",
        "signatory",
        "solicitation",
        "replaces__person",
    )


def standing_of(request: DesignationRequest | None, now: datetime) -> DesignationStanding:
    """Where a structure stands; a deadline that has passed makes an unanswered request late."""
    if request is None or request.solicitation is None:
        return DesignationStanding.NOT_ASKED if request is None else DesignationStanding.DRAFT
    solicitation = request.solicitation
    if solicitation.state in WAITING_STATES and solicitation.deadline and solicitation.deadline < now:
        return DesignationStanding.LATE
    if solicitation.state == "accepted" and request.declined:
        return DesignationStanding.DECLINED
    return DesignationStanding(solicitation.state)


@dataclass(frozen=True)
class BoardRow:
    """A structure of the board: its latest request (or none), who sits today, when it was last written to."""

    entry: RosterEntry
    request: DesignationRequest | None
    head: OfficeHead | None
    standing: DesignationStanding
    last_mail_at: datetime | None

    @property
    def seat(self) -> Seat:
        return self.entry.seat

    @property
    def deadline(self) -> datetime | None:
        return self.request.solicitation.deadline if self.request and self.request.solicitation else None

    @property
    def director(self) -> Person | None:
        """Whom the request went to; before any, who heads the office today."""
        if self.request is not None:
            return self.request.director
        return self.head.person if self.head else None

    @property
    def is_waiting(self) -> bool:
        """The director can still answer by link."""
        return self.request is not None and self.request.state in WAITING_STATES

    @property
    def is_declined(self) -> bool:
        return self.request is not None and self.request.declined and self.request.state in ("submitted", "accepted")

    @property
    def is_missing(self) -> bool:
        """A member without a titular: somebody is to be designated."""
        return self.entry.titular is None and self.seat.status == SeatStatus.MEMBER


def latest_requests(body: TaskForce) -> dict[int, DesignationRequest]:
    """By seat, the latest request with its solicitation and the persons named: two queries."""
    requests = (
        body.designations.select_related("seat__agency", "director", "solicitation", "office__agency", "task_force")
        .prefetch_related(Prefetch("persons", DesignatedPerson.objects.order_by("rank")))
        .order_by("seat_id", "-created_at", "-pk")
        .distinct("seat_id")
    )
    return {request.seat_id: request for request in requests}


def board_of(body: TaskForce, *, now: datetime | None = None) -> list[BoardRow]:
    """Every structure in force today, members first, with its latest request: six queries whatever their number."""
    now = now or timezone.now()
    today = timezone.localdate(now, body.tz)
    entries = roster_on(body, today)
    requests = latest_requests(body)
    heads = heads_of([entry.seat for entry in entries], body, on=today)
    mails = _last_mails([request.solicitation for request in requests.values() if request.solicitation])
    rows = []
    for entry in entries:
        request = requests.get(entry.seat.pk)
        if request is not None:
            # The very seat of the list: no query for its agency or body.
            entry.seat.task_force = body
            request.seat = entry.seat
        rows.append(
            BoardRow(
                entry,
                request,
                heads.get(entry.seat.agency_id),
                standing_of(request, now),
                mails.get(request.solicitation_id) if request and request.solicitation_id else None,
            )
        )
    return rows


def _last_mails(asked: Iterable[Solicitation]) -> dict[int, datetime]:
    """When each director was last written to: one query. Mails to the secretariat do not count."""
    addresses = {solicitation.pk: solicitation.email.lower() for solicitation in asked}
    rows = (
        OutgoingEmail.objects.filter(
            about_type=ContentType.objects.get_for_model(Solicitation), about_id__in=list(addresses)
        )
        .order_by()
        .values("about_id", "recipient")
        .annotate(last=Max("created_at"))
    )
    return {
        row["about_id"]: row["last"]
        for row in rows
        if row["about_id"] is not None and addresses[row["about_id"]] == row["recipient"].lower()
    }


@dataclass(frozen=True)
class BoardCounts:
    """What stands above the board. A late one is also asked; accepted and declined ones were answered."""

    asked: int
    opened: int
    answered: int
    late: int
    accepted: int
    declined: int
    missing: int
    to_send: int


def counts_of(rows: Iterable[BoardRow]) -> BoardCounts:
    rows = list(rows)
    by = Counter(row.standing for row in rows)
    opened = sum(1 for row in rows if row.request and row.request.solicitation and row.request.solicitation.opened_at)
    return BoardCounts(
        asked=len(rows) - by[DesignationStanding.NOT_ASKED] - by[DesignationStanding.DRAFT],
        opened=opened,
        answered=by[DesignationStanding.SUBMITTED],
        late=by[DesignationStanding.LATE],
        accepted=by[DesignationStanding.ACCEPTED],
        declined=sum(1 for row in rows if row.is_declined),
        missing=sum(1 for row in rows if row.is_missing),
        to_send=by[DesignationStanding.DRAFT],
    )


def late_requests(body: TaskForce, *, now: datetime | None = None) -> list[DesignationRequest]:
    """Unanswered requests whose deadline has passed, of seats still in force, in French order of the agencies."""
    now = now or timezone.now()
    return list(
        body.designations.filter(
            solicitation__state__in=WAITING_STATES,
            solicitation__deadline__lt=now,
            seat__period__contains=timezone.localdate(now, body.tz),
        )
        .select_related("seat__agency", "seat__task_force", "director", "solicitation", "task_force", "office__agency")
        .order_by(*french_order("seat__agency__acronym"), "pk")
    )


# Whom to ask ----------------------------------------------------------------------------------


def heads_of(seats: Iterable[Seat], body: TaskForce, *, on: date) -> dict[int, OfficeHead]:
    """By agency, who heads on `on` its office in the body's country: one query. Of several offices, the first by place."""
    heads = (
        OfficeHead.objects.filter(
            office__agency__in=[seat.agency_id for seat in seats],
            office__country=body.country_id,
            period__contains=on,
        )
        .select_related("office__agency", "person")
        .order_by("office__duty_station", "pk")
    )
    found: dict[int, OfficeHead] = {}
    for head in heads:
        found.setdefault(head.office.agency_id, head)
    return found


@dataclass(frozen=True)
class Candidate:
    """A structure that may be asked: who heads its office, who sits, whether a request is open."""

    seat: Seat
    head: OfficeHead | None
    titular: Mandate | None
    open_request: DesignationRequest | None

    @property
    def is_askable(self) -> bool:
        return self.head is not None and self.open_request is None

    @property
    def is_wanted(self) -> bool:
        """Proposed at once: a member without a titular whom nobody has asked yet."""
        return self.is_askable and self.titular is None and self.seat.status == SeatStatus.MEMBER


def candidates_of(body: TaskForce, *, on: date) -> list[Candidate]:
    """Every structure in force, members first: five queries."""
    entries = roster_on(body, on)
    heads = heads_of([entry.seat for entry in entries], body, on=on)
    requests = latest_requests(body)
    return [
        Candidate(
            entry.seat,
            heads.get(entry.seat.agency_id),
            entry.titular,
            request if (request := requests.get(entry.seat.pk)) and request.state in OPEN_STATES else None,
        )
        for entry in entries
    ]


def signatories_of(body: TaskForce, *, on: date) -> QuerySet[Person]:
    """Who may sign for the body: its Resident Coordinator, chair and secretariat on `on`."""
    roles = [OfficeRole.RESIDENT_COORDINATOR, OfficeRole.CHAIR, OfficeRole.SECRETARIAT]
    holders = Office.objects.filter(task_force=body, role__in=roles, period__contains=on)
    return (
        Person.objects.filter(pk__in=holders.values("person"))
        .select_related("agency")
        .order_by(*french_order("family_name", "given_name"))
    )


def usual_signatory(body: TaskForce, *, on: date) -> Office | None:
    """The function in whose name letters usually leave: the Resident Coordinator's, otherwise the secretariat's."""
    offices = list(
        Office.objects.filter(
            task_force=body,
            role__in=[OfficeRole.RESIDENT_COORDINATOR, OfficeRole.SECRETARIAT],
            period__contains=on,
        ).select_related("person")
    )
    offices.sort(key=lambda office: (office.role != OfficeRole.RESIDENT_COORDINATOR, office.pk))
    return offices[0] if offices else None


def latest_letter(body: TaskForce) -> DesignationRequest | None:
    """The body's last request: the next letter takes its prefix, signatory and function from it."""
    return body.designations.select_related("signatory").order_by("-created_at", "-pk").first()


def terms_for_letter(body: TaskForce) -> TermsOfReference | None:
    """The text that a letter goes by: the one in force, otherwise the one that was shared; None before that."""
    texts = list(body.terms.exclude(state=TermsState.DRAFT).order_by("-number"))
    adopted = [text for text in texts if text.is_adopted]
    return adopted[0] if adopted else (texts[0] if texts else None)


# One seat, one answer ---------------------------------------------------------------------------


def history_of(seat: Seat) -> QuerySet[DesignationRequest]:
    """Every request for the seat with what became of it, the latest first."""
    return seat.designations.select_related("director", "solicitation", "replaces__person").order_by(
        "-created_at", "-pk"
    )


def sitting_on(request: DesignationRequest, on: date) -> list[Mandate]:
    """The seat's mandates in force on `on`, titular first."""
    mandates = request.seat.mandates.filter(period__contains=on).select_related("person").order_by("rank")
    return [_with_seat(mandate, request.seat) for mandate in mandates]


def _with_seat(mandate: Mandate, seat: Seat) -> Mandate:
    mandate.seat = seat
    return mandate


# Renewal ------------------------------------------------------------------------------------------


def seats_to_renew(
    body: TaskForce, *, on: date, within: timedelta = timedelta(days=60)
) -> list[tuple[Seat, list[Mandate]]]:
    """Seats in force with mandates that end within the window and have no successor, soonest first: two queries."""
    by_seat: dict[int, list[Mandate]] = {}
    for mandate in to_renew(mandates_on(body, on), on=on, within=within):
        by_seat.setdefault(mandate.seat_id, []).append(mandate)
    return [(mandates[0].seat, sorted(mandates, key=lambda m: m.rank)) for mandates in by_seat.values()]
