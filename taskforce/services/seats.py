"""Membership of a body: begins, changes quality, ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.fields import last_day as last_day_of
from core.fields import period
from core.history import recorded
from core.typography import date_fr
from taskforce.enums import BodyState, MandateEnd, SeatStatus
from taskforce.models import Agency, Mandate, Seat, TaskForce
from taskforce.services.mandates import check_order, end_locked

ONE_DAY = timedelta(days=1)


def add_seat(
    body: TaskForce,
    agency: Agency,
    *,
    starts_on: date,
    actor: Any,
    ends_on: date | None = None,
    status: str = SeatStatus.MEMBER,
    counts: bool | None = None,
) -> Seat:
    """Make an agency a member (or observer) of a body. An observer never counts for the quorum.

    Raises ValidationError: dates out of order, already a member at these dates, body closed.
    """
    check_order(starts_on, ends_on)
    if body.state == BodyState.CLOSED:
        raise ValidationError(_("Cette instance est close : aucune structure ne peut y entrer."), code="closed")
    is_member = status == SeatStatus.MEMBER
    seat = Seat(
        task_force=body,
        agency=agency,
        status=status,
        counts=is_member if counts is None else counts,
        period=period(starts_on, ends_on),
    )
    with conflict_as_validation_error("seat_once"), recorded(actor):
        seat.full_clean()
        seat.save()
    return seat


def end_seat(seat: Seat, last_day: date, *, actor: Any, reason: str = MandateEnd.WITHDRAWN) -> Seat:
    """End a membership on `last_day`; the mandates that would go beyond end with it.

    Raises ValidationError for a day before its beginning, after the end it has, before the last use of a
    mandate, or when a mandate is only to begin later: that one is discarded first.
    """
    with conflict_as_validation_error("seat_period"), recorded(actor):
        locked = _lock(seat)
        _end_seat(locked, last_day, reason)
    seat.period = locked.period
    return seat


def change_seat(seat: Seat, *, status: str, counts: bool, starts_on: date, actor: Any) -> Seat:
    """Change a seat's quality from `starts_on` on: the membership ends the day before and a new one begins.

    Mandates in force go on in the new one with their ranks and ends. From its very first day the change is a
    correction, made in place. Returns the seat in force on `starts_on`. Raises ValidationError as `end_seat`.
    """
    with conflict_as_validation_error("seat_once"), recorded(actor):
        old = _lock(seat)
        if (old.status, old.counts) == (status, counts):
            return old
        if starts_on == old.period.lower:
            old.status, old.counts = status, counts
            old.full_clean()
            old.save(update_fields=["status", "counts"])
            return old
        last = last_day_of(old.period)
        if last is not None and starts_on > last:
            raise ValidationError(
                {"starts_on": _("Cette structure n’est membre que jusqu’au %(last)s.") % {"last": date_fr(last)}}
            )
        going_on = [
            (mandate.person_id, mandate.rank, mandate.ends_on, mandate.is_focal_point, mandate.designation_id)
            for mandate in old.mandates.filter(period__contains=starts_on)
        ]
        _end_seat(old, starts_on - ONE_DAY, MandateEnd.REPLACED, field="starts_on")
        new = Seat(
            task_force=old.task_force, agency=old.agency, status=status, counts=counts, period=period(starts_on, last)
        )
        new.full_clean()
        new.save()
        for person_id, rank, ends_on, is_focal_point, designation_id in going_on:
            Mandate.objects.create(
                seat=new,
                person_id=person_id,
                rank=rank,
                period=period(starts_on, ends_on),
                is_focal_point=is_focal_point,
                designation_id=designation_id,
            )
    return new


def _lock(seat: Seat) -> Seat:
    return (
        Seat.objects.select_for_update(of=("self",), no_key=True).select_related("task_force", "agency").get(pk=seat.pk)
    )


def _end_seat(seat: Seat, last_day: date, reason: str, *, field: str = "last_day") -> None:
    first, last = seat.period.lower, last_day_of(seat.period)
    check_order(first, last_day, field)
    if last is not None and last_day > last:
        raise ValidationError(
            {
                field: _(
                    "Cette structure n’est membre que jusqu’au %(last)s. Pour aller au-delà, ajoutez-la de nouveau."
                )
                % {"last": date_fr(last)}
            }
        )
    for mandate in seat.mandates.select_for_update(no_key=True).select_related("person"):
        if mandate.starts_on > last_day:
            raise ValidationError(
                _("Le mandat de %(person)s ne commence que le %(start)s. Effacez d’abord ce mandat.")
                % {"person": mandate.person, "start": date_fr(mandate.starts_on)},
                code="mandate-later",
            )
        if mandate.ends_on is None or mandate.ends_on > last_day:
            end_locked(mandate, last_day, reason, field=field)
    seat.period = period(first, last_day)
    seat.save(update_fields=["period"])
