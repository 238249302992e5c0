"""Indicators of an intervention and their values by place and period."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.validators import validate_texts
from interventions.enums import Aggregation
from interventions.models import Indicator, IndicatorValue, Intervention
from interventions.services.interventions import held, touched_by
from interventions.services.stale import imprint, lock_as_seen

FIELDS = frozenset("name kind measure over_areas over_periods baseline baseline_on target target_on source".split())
VALUE_FIELDS = frozenset("unit starts_on ends_on value weight source".split())


def add_indicator(intervention: Intervention, *, actor: Any, **fields: Any) -> Indicator:
    """One more indicator. Raises ValidationError by field."""
    with recorded(actor) as who, conflict_as_validation_error("indicator_once"):
        current = held(intervention)
        indicator = _save(Indicator(intervention=current), fields, FIELDS)
        touched_by(current, who)
    return indicator


def edit_indicator(indicator: Indicator, *, actor: Any, seen: str | None = None, **fields: Any) -> Indicator:
    """Correct what describes it; its values stay. Raises Stale when it is no longer as `seen` (`indicator_imprint`)."""
    with recorded(actor) as who, conflict_as_validation_error("indicator_once"):
        current = held(indicator.intervention_id)
        lock_as_seen(indicator, seen, indicator_imprint)
        _save(indicator, fields, FIELDS)
        touched_by(current, who)
    return indicator


def indicator_imprint(indicator: Indicator) -> str:
    """What the page of an indicator shows to be corrected, in a few letters."""
    return imprint(indicator, FIELDS)


def value_imprint(value: IndicatorValue) -> str:
    """The same of one of its values."""
    return imprint(value, VALUE_FIELDS)


def remove_indicator(indicator: Indicator, *, actor: Any) -> None:
    """Take it away. One that has values stays: ValidationError."""
    with recorded(actor) as who:
        current = held(indicator.intervention_id)
        if indicator.values.exists():
            raise ValidationError(_("Cet indicateur a des valeurs : retirez-les d’abord."), code="has-values")
        indicator.delete()
        touched_by(current, who)


def add_value(indicator: Indicator, *, actor: Any, **fields: Any) -> IndicatorValue:
    """A value for a place (None: the whole intervention) and a period. Raises ValidationError by field."""
    with recorded(actor) as who, conflict_as_validation_error("indicator_value_once"):
        current = held(indicator.intervention_id)
        _check_value(indicator, current, fields)
        value = _save(IndicatorValue(indicator=indicator), fields, VALUE_FIELDS)
        touched_by(current, who)
    return value


def edit_value(value: IndicatorValue, /, *, actor: Any, seen: str | None = None, **fields: Any) -> IndicatorValue:
    """Correct a value. Raises ValidationError by field; Stale when it is no longer as `seen` (`value_imprint`)."""
    with recorded(actor) as who, conflict_as_validation_error("indicator_value_once"):
        current = held(value.indicator.intervention_id)
        lock_as_seen(value, seen, value_imprint)
        _check_value(value.indicator, current, fields)
        _save(value, fields, VALUE_FIELDS)
        touched_by(current, who)
    return value


def remove_value(value: IndicatorValue, *, actor: Any) -> None:
    """Take away a value entered by mistake."""
    with recorded(actor) as who:
        current = held(value.indicator.intervention_id)
        value.delete()
        touched_by(current, who)


def _check_value(indicator: Indicator, sheet: Intervention, fields: dict[str, Any]) -> None:
    unit = fields.get("unit")
    if unit is not None and unit.country_id != sheet.country_id:
        raise ValidationError({"unit": _("Choisissez un lieu de ce pays.")})
    if Aggregation.MEAN in (indicator.over_areas, indicator.over_periods) and not fields.get("weight"):
        raise ValidationError(
            {"weight": _("Cet indicateur s’agrège en moyenne pondérée : donnez le poids de cette valeur.")}
        )


def _save(target: Any, fields: dict[str, Any], allowed: frozenset[str]) -> Any:
    unknown = set(fields) - allowed
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        setattr(target, name, " ".join(value.split()) if isinstance(value, str) else value)
    validate_texts({name: getattr(target, name) for name in fields})
    target.full_clean(exclude=["intervention", "indicator", "unit"])
    target.save()
    return target
