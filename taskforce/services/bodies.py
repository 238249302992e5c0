"""Bodies: created, described, led, put to sleep and closed."""

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
from core.validators import validate_texts
from core.workflow import transition
from taskforce.models import Agency, LeadAgency, TaskForce, Theme
from taskforce.services.mandates import check_order

ONE_DAY = timedelta(days=1)
FIELDS = frozenset(
    {
        "country",
        "kind",
        "name",
        "acronym",
        "slug",
        "time_zone",
        "language",
        "parent",
        "joins",
        "host_agency",
        "convened_by",
        "government_request_on",
        "quorum_share",
        "calls_for_contributions",
        "agenda_freeze_days",
        "tacit_adoption",
    }
)


def create_body(*, actor: Any, **fields: Any) -> TaskForce:
    """Set a body up, proposed; `fields` are those of `FIELDS`. Raises ValidationError by field."""
    return _save(TaskForce(), fields, actor)


def update_body(body: TaskForce, *, actor: Any, **fields: Any) -> TaskForce:
    """Change what describes a body, not its state. Raises ValidationError by field."""
    return _save(body, fields, actor)


def change_body_state(body: TaskForce, to: str, *, actor: Any, comment: str = "") -> TaskForce:
    """Found, put to sleep, wake or close a body. Raises TransitionRefused."""
    with recorded(actor):
        return transition(body, to, actor=actor, comment=comment)


def begin_lead(
    body: TaskForce,
    agency: Agency,
    *,
    starts_on: date,
    actor: Any,
    theme: Theme | None = None,
    ends_on: date | None = None,
) -> LeadAgency:
    """Let an agency lead a body, on one theme or (None) on all. Several may lead at once. Raises ValidationError."""
    check_order(starts_on, ends_on)
    with conflict_as_validation_error("lead_once"), recorded(actor):
        lead = LeadAgency(task_force=body, agency=agency, theme=theme, period=period(starts_on, ends_on))
        lead.full_clean()
        lead.save()
    return lead


def end_lead(lead: LeadAgency, last_day: date, *, actor: Any) -> LeadAgency:
    """End a lead on `last_day`. Raises ValidationError for a day before its beginning or after its end."""
    with conflict_as_validation_error("lead_period"), recorded(actor):
        locked = LeadAgency.objects.select_for_update(no_key=True).get(pk=lead.pk)
        check_order(locked.period.lower, last_day, "last_day")
        last = last_day_of(locked.period)
        if last is not None and last_day > last:
            raise ValidationError(
                {"last_day": _("Ce rôle de chef de file se termine déjà le %(end)s.") % {"end": date_fr(last)}}
            )
        locked.period = period(locked.period.lower, last_day)
        locked.save(update_fields=["period"])
    lead.period = locked.period
    return lead


def _save(body: TaskForce, fields: dict[str, Any], actor: Any) -> TaskForce:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        setattr(body, name, " ".join(value.split()) if isinstance(value, str) else value)
    validate_texts({name: getattr(body, name) for name in fields})
    if body.pk is not None:
        for name, message in (
            ("parent", _("Une instance ne peut pas être rattachée à elle-même ni à l’une des siennes.")),
            ("joins", _("Une instance ne peut pas se rejoindre elle-même.")),
        ):
            if _leads_back(body, name):
                raise ValidationError({name: message})
    with conflict_as_validation_error(), recorded(actor):
        body.full_clean()
        body.save()
    return body


def _leads_back(body: TaskForce, field: str) -> bool:
    """Following `field` from the body comes back to it. Bounded: a chain of bodies is short."""
    other = getattr(body, field)
    for _step in range(20):
        if other is None:
            return False
        if other.pk == body.pk:
            return True
        other = getattr(other, field)
    return True
