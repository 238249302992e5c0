"""Dated functions: begin, end, hand over. A hand-over is a new row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.fields import period
from core.history import recorded
from core.typography import date_fr
from taskforce.enums import BodyState, OfficeRole
from taskforce.models import Country, Office, Person, TaskForce
from taskforce.services.mandates import check_order

ONE_DAY = timedelta(days=1)


def begin_office(
    role: str,
    person: Person,
    *,
    starts_on: date,
    actor: Any,
    body: TaskForce | None = None,
    country: Country | None = None,
    ends_on: date | None = None,
) -> Office:
    """Give `person` a function from `starts_on` to `ends_on`, both included (None: open).

    The data manager serves a `country`, the others a `body`. A body has one chair and one Resident
    Coordinator at a time, and as many in its secretariat as it wants. Raises ValidationError.
    """
    with conflict_as_validation_error(_expected(role)), recorded(actor):
        _lock_scope(body, country)
        return _begin(role, person, starts_on, ends_on, body, country)


def end_office(office: Office, last_day: date, *, actor: Any, may_leave_vacant: bool = False) -> Office:
    """End a function on `last_day`. Ending it again on the same day changes nothing.

    The last person of a secretariat hands over instead, unless `may_leave_vacant` (an administrator): a body
    without secretariat is one that nobody can run. Raises ValidationError.
    """
    with conflict_as_validation_error("office_period"), recorded(actor):
        _lock_scope(office.task_force, office.country)
        locked = Office.objects.select_for_update(no_key=True, of=("self",)).get(pk=office.pk)
        if locked.role == OfficeRole.SECRETARIAT and not may_leave_vacant:
            others = Office.objects.filter(
                task_force=locked.task_force_id, role=OfficeRole.SECRETARIAT, period__contains=last_day + ONE_DAY
            ).exclude(pk=locked.pk)
            if not others.exists():
                raise ValidationError(
                    _(
                        "Personne d’autre ne tient le secrétariat après le %(day)s. Passez la fonction à quelqu’un au lieu d’y mettre fin."
                    )
                    % {"day": date_fr(last_day)},
                    code="last-secretariat",
                )
        _end(locked, last_day)
    office.period = locked.period
    return office


def hand_over_office(
    office: Office, person: Person, starts_on: date, *, actor: Any, ends_on: date | None = None
) -> Office:
    """End a function the day before `starts_on` and give it to `person`, in one act. Raises ValidationError."""
    with conflict_as_validation_error(_expected(office.role)), recorded(actor):
        _lock_scope(office.task_force, office.country)
        old = Office.objects.select_for_update(no_key=True, of=("self",)).get(pk=office.pk)
        if old.person_id == person.pk and (old.ends_on is None or old.ends_on >= starts_on):
            raise ValidationError(
                {"person": _("Cette personne tient déjà cette fonction. Choisissez qui lui succède.")}
            )
        if starts_on <= old.starts_on:
            raise ValidationError(
                {
                    "starts_on": _(
                        "La fonction en cours a commencé le %(start)s : la passation a lieu au plus tôt le lendemain."
                    )
                    % {"start": date_fr(old.starts_on)}
                }
            )
        if old.ends_on is None or old.ends_on >= starts_on:
            _end(old, starts_on - ONE_DAY, field="starts_on")
        new = _begin(old.role, person, starts_on, ends_on, old.task_force, old.country)
    office.period = old.period
    return new


def _expected(role: str) -> str:
    return "office_chair_once" if role in {OfficeRole.CHAIR, OfficeRole.RESIDENT_COORDINATOR} else "office_once"


def _lock_scope(body: TaskForce | None, country: Country | None) -> None:
    """Hold the body's (or the country's) row: two hand-overs at once pass one by one."""
    if body is not None:
        TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
    elif country is not None:
        Country.objects.select_for_update(no_key=True).get(pk=country.pk)


def _begin(
    role: str,
    person: Person,
    starts_on: date,
    ends_on: date | None,
    body: TaskForce | None,
    country: Country | None,
) -> Office:
    check_order(starts_on, ends_on)
    if body is not None and body.state == BodyState.CLOSED:
        raise ValidationError(_("Cette instance est close : aucune fonction ne peut y commencer."), code="closed")
    office = Office(role=role, person=person, task_force=body, country=country, period=period(starts_on, ends_on))
    office.full_clean()
    office.save()
    return office


def _end(office: Office, last_day: date, *, field: str = "last_day") -> None:
    check_order(office.starts_on, last_day, field)
    if office.ends_on is not None and last_day > office.ends_on:
        raise ValidationError(
            {
                field: _("Cette fonction se termine déjà le %(end)s. Pour aller au-delà, donnez-la de nouveau.")
                % {"end": date_fr(office.ends_on)}
            }
        )
    office.period = period(office.starts_on, last_day)
    office.save(update_fields=["period"])
