"""Mandates begin, end and are replaced; they are never edited in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.fields import period
from core.history import recorded
from core.typography import date_fr
from taskforce.enums import BodyState, MandateEnd
from taskforce.models import DesignationRequest, Mandate, Person, Seat

ONE_DAY = timedelta(days=1)
# Upper apps tell here on which days a mandate was used (a presence): it cannot end before the last one.
# Each takes a mandate and returns the last day of use, or None.
last_uses: list[Callable[[Mandate], date | None]] = []


def begin_mandate(
    seat: Seat,
    person: Person,
    rank: int,
    starts_on: date,
    ends_on: date | None = None,
    *,
    actor: Any,
    is_focal_point: bool = True,
    designation: DesignationRequest | None = None,
) -> Mandate:
    """Let `person` represent the seat's agency from `starts_on` to `ends_on`, both included (None: open).

    `rank` is 0 for the titular, 1 to 9 for the substitutes in order; `designation` is the accepted request it
    comes from. Raises ValidationError, by field where
    one is wrong: dates out of order or outside the membership, a rank or a person already taken at these dates.
    """
    with conflict_as_validation_error("mandate_rank_once"), recorded(actor):
        locked = _lock(seat)
        return _begin(locked, person, rank, starts_on, ends_on, is_focal_point, designation)


def end_mandate(mandate: Mandate, last_day: date, reason: str, *, actor: Any) -> Mandate:
    """End a mandate on `last_day`, its last day in force, whose passing ends its rights.

    Ending it again on the same day changes nothing. Raises ValidationError for a day before its beginning or
    before its last use, and for a later day than the end it already has.
    """
    if reason not in MandateEnd.values:
        raise ValidationError({"reason": _("Choisissez un motif de fin.")})
    with conflict_as_validation_error("mandate_period"), recorded(actor):
        _lock(mandate.seat)
        locked = Mandate.objects.select_for_update(no_key=True).get(pk=mandate.pk)
        end_locked(locked, last_day, reason)
    mandate.period, mandate.end_reason = locked.period, locked.end_reason
    return mandate


def replace_mandate(
    mandate: Mandate, person: Person, starts_on: date, *, actor: Any, ends_on: date | None = None
) -> Mandate:
    """End a mandate the day before `starts_on` and give its rank to `person`, in one act.

    A substitute who becomes titular leaves the former rank the same day. Raises ValidationError as
    `begin_mandate` and `end_mandate` do; then nothing has changed.
    """
    with conflict_as_validation_error("mandate_rank_once"), recorded(actor):
        seat = _lock(mandate.seat)
        old = Mandate.objects.select_for_update(no_key=True).get(pk=mandate.pk)
        if old.person_id == person.pk and (old.ends_on is None or old.ends_on >= starts_on):
            raise ValidationError({"person": _("Cette personne tient déjà ce mandat. Choisissez qui lui succède.")})
        if starts_on <= old.starts_on:
            raise ValidationError(
                {
                    "starts_on": _(
                        "Le mandat en cours a commencé le %(start)s : le remplacement commence au plus tôt le lendemain."
                    )
                    % {"start": date_fr(old.starts_on)}
                }
            )
        if old.ends_on is None or old.ends_on >= starts_on:
            end_locked(old, starts_on - ONE_DAY, MandateEnd.REPLACED, field="starts_on")
        others = seat.mandates.select_for_update(no_key=True).filter(
            person=person, period__contains=starts_on, period__startswith__lt=starts_on
        )
        for other in others:
            end_locked(other, starts_on - ONE_DAY, MandateEnd.REPLACED, field="starts_on")
        new = _begin(seat, person, old.rank, starts_on, ends_on, old.is_focal_point)
    mandate.period, mandate.end_reason = old.period, old.end_reason
    return new


def discard_mandate(mandate: Mandate, *, actor: Any) -> None:
    """Remove a mandate entered by mistake that nothing has used. The history keeps that it was there.

    Raises ValidationError once something points at it: then it is ended instead.
    """
    with recorded(actor):
        _lock(mandate.seat)
        try:
            Mandate.objects.filter(pk=mandate.pk).delete()
        except ProtectedError as error:
            raise ValidationError(
                _("Ce mandat a déjà servi : il ne peut plus être effacé. Mettez-y fin."), code="used"
            ) from error


def _lock(seat: Seat) -> Seat:
    """The seat's row, held to the end of the transaction: writers of one seat pass one by one."""
    return (
        Seat.objects.select_for_update(of=("self",), no_key=True).select_related("task_force", "agency").get(pk=seat.pk)
    )


def _begin(
    seat: Seat,
    person: Person,
    rank: int,
    starts_on: date,
    ends_on: date | None,
    is_focal_point: bool,
    designation: DesignationRequest | None = None,
) -> Mandate:
    if seat.task_force.state == BodyState.CLOSED:
        raise ValidationError(_("Cette instance est close : aucun mandat ne peut y commencer."), code="closed")
    check_order(starts_on, ends_on)
    first, last = seat.period.lower, seat.period.upper and seat.period.upper - ONE_DAY
    if starts_on < first:
        raise ValidationError(
            {
                "starts_on": _(
                    "%(agency)s n’est membre que depuis le %(first)s : le mandat ne peut pas commencer le %(start)s."
                )
                % {"agency": seat.agency, "first": date_fr(first), "start": date_fr(starts_on)}
            }
        )
    if last is not None and (ends_on is None or ends_on > last):
        raise ValidationError(
            {
                "ends_on": _(
                    "%(agency)s n’est membre que jusqu’au %(last)s : indiquez une date de fin qui ne la dépasse pas."
                )
                % {"agency": seat.agency, "last": date_fr(last)}
            }
        )
    mandate = Mandate(
        seat=seat,
        person=person,
        rank=rank,
        period=period(starts_on, ends_on),
        is_focal_point=is_focal_point,
        designation=designation,
    )
    mandate.full_clean()
    mandate.save()
    return mandate


def end_locked(mandate: Mandate, last_day: date, reason: str, *, field: str = "last_day") -> None:
    """End a mandate whose seat the caller holds. Raises ValidationError on `field`, as `end_mandate` tells."""
    if last_day < mandate.starts_on:
        raise ValidationError(
            {
                field: _("La date de fin (%(end)s) précède la date de début (%(start)s). Corrigez l’une des deux.")
                % {"end": date_fr(last_day), "start": date_fr(mandate.starts_on)}
            }
        )
    if mandate.ends_on is not None and last_day > mandate.ends_on:
        raise ValidationError(
            {
                field: _("Ce mandat se termine déjà le %(end)s. Pour aller au-delà, commencez un nouveau mandat.")
                % {"end": date_fr(mandate.ends_on)}
            }
        )
    used = [day for day in (last_use(mandate) for last_use in last_uses) if day is not None]
    if used and last_day < max(used):
        raise ValidationError(
            {field: _("Ce mandat a servi le %(day)s : il ne peut pas se terminer avant.") % {"day": date_fr(max(used))}}
        )
    mandate.period = period(mandate.starts_on, last_day)
    mandate.end_reason = reason
    mandate.save(update_fields=["period", "end_reason"])


def check_order(starts_on: date, ends_on: date | None, field: str = "ends_on") -> None:
    """Raise ValidationError on `field` when the last day stands before the first."""
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError(
            {
                field: _("La date de fin (%(end)s) précède la date de début (%(start)s). Corrigez l’une des deux.")
                % {"end": date_fr(ends_on), "start": date_fr(starts_on)}
            }
        )
