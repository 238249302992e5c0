"""The calendar of a body's meetings: its rule, and the meetings made from it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.typography import date_fr
from meetings.enums import MeetingState
from meetings.models import Meeting, MeetingSeries
from meetings.recurrence import (
    FIRST_DAY,
    LAST_DAY,
    clean_rrule,
    dates_of_year,
    expand,
    occurrence_times,
    occurrences,
)
from meetings.services.common import check_fields
from meetings.services.series_changes import ChangeLine, apply_changes, plan_changes
from taskforce.models import TaskForce

FIELDS = ("rrule", "starts_on", "until", "start_time", "duration_minutes", "place", "link")
# What makes another series of one that has begun (invariant 7); the rest only concerns meetings to come.
RULE_FIELDS = ("rrule", "starts_on", "start_time", "duration_minutes")


def create_series(
    body: TaskForce,
    *,
    rrule: str,
    starts_on: date,
    start_time: time,
    actor: Any,
    until: date | None = None,
    duration_minutes: int = 120,
    place: str = "",
    link: str = "",
) -> tuple[MeetingSeries, bool]:
    """A new calendar of meetings, and True; or the same one entered before, and False (a button pressed twice).

    Raises ValidationError (by field), also for a rule that gives no date from `starts_on` on.
    """
    values = {
        "rrule": clean_rrule(rrule),
        "starts_on": starts_on,
        "until": until,
        "start_time": start_time,
        "duration_minutes": duration_minutes,
        "place": place,
        "link": link,
    }
    with recorded(actor):
        TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
        twin = body.series.filter(
            rrule=values["rrule"], starts_on=starts_on, start_time=start_time, until=until
        ).first()
        if twin is not None:
            return twin, False
        series = MeetingSeries(task_force=body, **values)
        _check(series)
        with conflict_as_validation_error():
            series.save()
    return series, True


def change_series(
    series: MeetingSeries, *, actor: Any, meetings: Mapping[int, str] | None = None, **changes: Any
) -> MeetingSeries:
    """Change the rule, the hours or the place; returns the series in force afterwards.

    Before its first date, and for what is not the rule, the series itself changes. A rule that has
    begun is closed on the eve of the change (`starts_on` of `changes`, today at the earliest) and a successor
    starts (invariant 7). `meetings` says what becomes of those already made, by key (see
    `series_changes.plan_changes`); without a word, those in preparation on a date of the new rule pass to it and
    the others stay as they are. Raises ValidationError (by field).
    """
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise TypeError(f"cannot change {', '.join(sorted(unknown))} here")
    if "rrule" in changes:
        changes["rrule"] = clean_rrule(changes["rrule"])
    with recorded(actor), conflict_as_validation_error():
        current = (
            MeetingSeries.objects.select_for_update(of=("self",))
            .select_related("task_force__country")
            .get(pk=series.pk)
        )
        changed = {name: value for name, value in changes.items() if getattr(current, name) != value}
        if not changed:
            return current
        if has_begun(current) and set(changed) & set(RULE_FIELDS):
            return _succeed(current, changed, meetings, actor=actor)
        is_rule = bool(set(changed) & set(RULE_FIELDS))
        old = copy(current)
        for name, value in changed.items():
            setattr(current, name, value)
        current.sequence += 1
        _check(current)
        lines = plan_changes(old, current) if is_rule else []
        current.save()
        apply_changes(lines, current, meetings, actor=actor)
        return current


def preview_changes(series: MeetingSeries, changes: Mapping[str, Any]) -> list[ChangeLine]:
    """What `change_series` would propose for the meetings already made; empty when the rule stays. Writes nothing."""
    changed = {name: value for name, value in changes.items() if getattr(series, name) != value}
    if not set(changed) & set(RULE_FIELDS):
        return []
    if not has_begun(series):
        new = copy(series)
        for name, value in changed.items():
            setattr(new, name, value)
        return plan_changes(series, new)
    starts_on = max(changed.get("starts_on") or series.task_force.today(), series.task_force.today())
    values = {name: getattr(series, name) for name in FIELDS} | changed | {"starts_on": starts_on}
    return plan_changes(series, MeetingSeries(task_force=series.task_force, **values))


def has_begun(series: MeetingSeries) -> bool:
    """Its first date is past, or one of its meetings was convened or held."""
    first = occurrences(series, count=1)
    if first and first[0] < series.task_force.today():
        return True
    return series.meetings.exclude(state=MeetingState.DRAFT).exists()


def _succeed(
    old: MeetingSeries, changed: dict[str, Any], meetings: Mapping[int, str] | None, *, actor: Any
) -> MeetingSeries:
    today = old.task_force.today()
    starts_on = changed.get("starts_on") or today
    if starts_on < today:
        raise ValidationError(
            {
                "starts_on": _(
                    "Ce calendrier a déjà commencé : la nouvelle règle vaut à partir d’aujourd’hui (%(today)s) au plus tôt."
                )
                % {"today": date_fr(today)}
            },
            code="starts-in-the-past",
        )
    values = {name: getattr(old, name) for name in FIELDS} | changed | {"starts_on": starts_on}
    successor = MeetingSeries(task_force=old.task_force, predecessor=old, **values)
    _check(successor)
    lines = plan_changes(old, successor)
    old.until = max(starts_on - timedelta(days=1), old.starts_on)
    old.sequence += 1
    old.save(update_fields=["until", "sequence"])
    successor.save()
    apply_changes(lines, successor, meetings, actor=actor)
    return successor


def end_series(series: MeetingSeries, *, last_day: date, actor: Any) -> MeetingSeries:
    """End the calendar after `last_day`, included. Meetings already made stay. Raises ValidationError."""
    with recorded(actor), conflict_as_validation_error():
        current = MeetingSeries.objects.select_for_update().get(pk=series.pk)
        if current.until != last_day:
            current.until = last_day
            current.sequence += 1
            current.save(update_fields=["until", "sequence"])
    return current


@dataclass(frozen=True)
class YearDay:
    """A date that the rule gives in a year: the meeting that stands there already, or None."""

    date: date
    existing: Meeting | None


def plan_year(series: MeetingSeries, year: int) -> list[YearDay]:
    """The dates of the rule in `year`, with what exists on them: a meeting of that slot, even moved or
    cancelled, or another meeting of the body on the same day."""
    days = dates_of_year(series, year)
    if not days:
        return []
    zone = series.task_force.tz
    around = (
        datetime.combine(days[0], time.min, tzinfo=zone),
        datetime.combine(days[-1], time.max, tzinfo=zone),
    )
    by_day: dict[date, Meeting] = {}
    meetings = series.task_force.meetings.filter(Q(series=series, slot__in=days) | Q(starts_at__range=around))
    for meeting in meetings.select_related("task_force"):
        if meeting.series_id == series.pk and meeting.slot is not None:
            by_day[meeting.slot] = meeting
        if meeting.state != MeetingState.CANCELLED:
            by_day.setdefault(meeting.date, meeting)
    return [YearDay(day, by_day.get(day)) for day in days]


def create_year_meetings(series: MeetingSeries, year: int, *, actor: Any, include_past: bool = False) -> list[Meeting]:
    """The meetings of `year` that the rule gives and that do not exist yet, in preparation; returns the new ones.

    Without `include_past`, only from today on. Pressed twice, or by two people at once, it makes each
    meeting once: the series' row is locked, and a slot is unique in the database.
    """
    with recorded(actor):
        current = (
            MeetingSeries.objects.select_for_update(of=("self",), no_key=True)
            .select_related("task_force__country")
            .get(pk=series.pk)
        )
        today = current.task_force.today()
        wanted = [
            line.date
            for line in plan_year(current, year)
            if line.existing is None and (include_past or line.date >= today)
        ]
        with conflict_as_validation_error("meeting_slot_once"):
            return Meeting.objects.bulk_create(_occurrence(current, day) for day in wanted)


def _occurrence(series: MeetingSeries, day: date) -> Meeting:
    starts_at, ends_at = occurrence_times(series, day)
    return Meeting(
        task_force=series.task_force,
        series=series,
        slot=day,
        starts_at=starts_at,
        ends_at=ends_at,
        place=series.place,
        link=series.link,
    )


def _check(series: MeetingSeries) -> None:
    check_fields(series)
    if series.until is not None and series.until < series.starts_on:
        raise ValidationError(
            {
                "until": _("La date de fin (%(until)s) précède la date de début (%(start)s). Corrigez l’une des deux.")
                % {"until": date_fr(series.until), "start": date_fr(series.starts_on)}
            }
        )
    for name in ("starts_on", "until"):
        day = getattr(series, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(
                {
                    name: _("L’année %(year)d n’est pas possible ici. Écrivez une année entre %(first)d et %(last)d.")
                    % {"year": day.year, "first": FIRST_DAY.year, "last": LAST_DAY.year}
                }
            )
    if not 5 <= series.duration_minutes <= 1440:
        raise ValidationError({"duration_minutes": _("La durée va de 5 minutes à 24 heures.")})
    if not expand(series.rrule, series.starts_on, last=series.until, count=1):
        raise ValidationError({"rrule": _("Cette règle ne donne aucune date dans la période choisie.")})
