"""Who sits, counted for the home of a body in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from taskforce.enums import Civility
from taskforce.models import Mandate, Seat, TaskForce
from taskforce.queries.roster import seats_on

CIVILITIES = dict(Civility.choices)


@dataclass(frozen=True)
class Holder:
    """A mandate in force: who, of which rank, until when (None: open), and whether a successor is known."""

    person_id: int
    name: str
    rank: int
    ends_on: date | None
    is_followed: bool


@dataclass(frozen=True)
class SeatHolders:
    """A seat in force and its holders, the titular first."""

    seat: Seat
    holders: list[Holder]

    @property
    def is_vacant(self) -> bool:
        return not any(holder.rank == 0 for holder in self.holders)


def seat_holders(body: TaskForce, on: date) -> list[SeatHolders]:
    """The seats in force on `on` as `roster_on` orders them, with the mandates in force: one query."""
    successors = Mandate.objects.filter(seat=OuterRef("seat"), rank=OuterRef("rank"), period__startswith__gt=on)
    mandates = (
        Mandate.objects.filter(seat=OuterRef("pk"), period__contains=on)
        .order_by("rank")
        .values(
            data=JSONObject(
                person="person_id",
                civility="person__civility",
                given="person__given_name",
                family="person__family_name",
                rank="rank",
                end="period__endswith",
                followed=Exists(successors),
            )
        )
    )
    return [
        SeatHolders(seat, [_holder(row) for row in seat.held])
        for seat in seats_on(body, on).annotate(held=ArraySubquery(mandates))
    ]


def _holder(row: dict) -> Holder:
    words = (str(CIVILITIES.get(row["civility"], "")), row["given"], row["family"])
    # A stored period ends on the day after its last.
    last = date.fromisoformat(row["end"]) - timedelta(days=1) if row["end"] else None
    return Holder(row["person"], " ".join(word for word in words if word), row["rank"], last, row["followed"])


def ending(lines: list[SeatHolders], *, on: date, within: timedelta = timedelta(days=60)) -> list[tuple[Seat, Holder]]:
    """Mandates that end within the window and have no successor, the first to end first: see `to_renew`."""
    found = [
        (line.seat, holder)
        for line in lines
        for holder in line.holders
        if holder.ends_on is not None and holder.ends_on <= on + within and not holder.is_followed
    ]
    return sorted(found, key=lambda pair: (pair[1].ends_on, pair[0].pk))
