"""Fields that the forms of interventions share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CharactersMixin
from core.text import normalise
from core.typography import count_fr
from interventions.enums import UnitLevel
from interventions.models import AdminUnit, Instrument, TargetGroup
from taskforce.models import Country

SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")


class CleanForm(CharactersMixin, forms.Form):
    """A form whose texts PostgreSQL can hold."""

    use_required_attribute = False


class CountInput(forms.TextInput):
    """A whole number with its thousands apart; digits on the keyboard of a phone."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "numeric", "autocomplete": "off", "maxlength": 20, "data-width": "date"} | (attrs or {})
        )

    def format_value(self, value: Any) -> str | None:
        return count_fr(value) if isinstance(value, int) else value


class CountField(forms.IntegerField):
    """« 12 500 », « 12500 ». A comma or a point is refused: nobody can tell whether it parts thousands."""

    widget = CountInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 2_000_000_000)
        super().__init__(localize=False, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else value
        text = SPACES.sub("", str(value))
        if not text:
            return None
        if "%" in text:
            raise ValidationError(_("Écrivez un nombre, pas un pourcentage."), code="percent")
        if re.fullmatch(r"-\d{1,15}", text):
            raise ValidationError(_("Un nombre de bénéficiaires n’est pas négatif."), code="negative")
        if not re.fullmatch(r"\d{1,15}", text, flags=re.ASCII):
            raise ValidationError(
                _("« %(typed)s » n’est pas un nombre entier. Écrivez-le en chiffres, par exemple 12 500."),
                code="invalid",
                params={"typed": str(value)[:40]},
            )
        return int(text)


class AmountInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "decimal", "autocomplete": "off", "maxlength": 30, "data-width": "date"} | (attrs or {})
        )

    def format_value(self, value: Any) -> str | None:
        return count_fr(value) if isinstance(value, Decimal | int) else value


class AmountField(forms.DecimalField):
    """« 15 000 », « 1 500,50 »; a point before one or two digits is the decimal one too."""

    widget = AmountInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("max_digits", 14)
        super().__init__(localize=False, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        text = SPACES.sub("", str(value))
        if not text:
            return None
        places = self.decimal_places or 2
        if not re.fullmatch(rf"-?\d{{1,16}}(?:[.,]\d{{1,{places}}})?", text, flags=re.ASCII) or re.fullmatch(
            r"-?\d{1,3}\.\d{3}", text
        ):
            raise ValidationError(
                _("« %(typed)s » n’est pas un montant. Écrivez-le comme 15 000 ou 1 500,50."),
                code="invalid",
                params={"typed": str(value)[:40]},
            )
        return Decimal(text.replace(",", "."))


class PlaceField(forms.ModelChoiceField):
    """A region or a department of the country, departments under their region; none: « national / diffus »."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", AdminUnit.objects.none())
        kwargs.setdefault("required", False)
        kwargs.setdefault("empty_label", gettext_lazy("National ou diffus"))
        super().__init__(**kwargs)

    def offer(self, country: Country, *, keep: Any = None) -> None:
        """The units of `country` that exist still, `keep` (a unit of the past) beside them."""
        rows = list(places_of(country))
        self.queryset = AdminUnit.objects.filter(country=country)
        self.widget.choices = [("", self.empty_label), *grouped_places(rows, keep=keep)]


NATIONAL = "national"


class LinePlaceField(PlaceField):
    """The place of a line: « national ou diffus » is a choice of its own, so that no place is forgotten unseen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, empty_label=gettext_lazy("Choisissez un lieu"), **kwargs)

    def offer(self, country: Country, *, keep: Any = None) -> None:
        super().offer(country, keep=keep)
        first, *places = self.widget.choices
        self.widget.choices = [first, (NATIONAL, _("National ou diffus")), *places]

    def clean(self, value: Any) -> Any:
        if value == NATIONAL:
            return None
        if value in self.empty_values:
            raise ValidationError(_("Choisissez un département ou une région, ou « National ou diffus »."))
        return super().clean(value)


def places_of(country: Country) -> QuerySet[AdminUnit]:
    """Regions and departments that exist still; one query."""
    return AdminUnit.objects.filter(country=country, level__lte=UnitLevel.DEPARTMENT, valid_until=None).select_related(
        "parent"
    )


def grouped_places(
    units: Iterable[AdminUnit], *, keep: AdminUnit | None = None
) -> list[tuple[str, list[tuple[int, str]]]]:
    """(region, [(key, name)…]): the region itself first, its departments in French order."""
    rows = list(units)
    if keep is not None and all(unit.pk != keep.pk for unit in rows):
        rows.append(keep)
    groups: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for unit in sorted(rows, key=lambda one: normalise(one.name)):
        if unit.parent_id is None:
            groups[unit.pk] = (unit.name, [(unit.pk, _("%(region)s (toute la région)") % {"region": unit.name})])
    for unit in sorted(rows, key=lambda one: normalise(one.name)):
        if unit.parent_id is not None:
            region = groups.setdefault(unit.parent_id, (str(unit.parent), []))
            region[1].append((unit.pk, unit.name))
    return list(groups.values())


def instruments_offered(keep: int | None = None) -> QuerySet[Instrument]:
    """Those proposed, and the one that a line already has."""
    return Instrument.objects.filter(is_active=True) | Instrument.objects.filter(pk=keep)


def groups_offered(keep: int | None = None) -> QuerySet[TargetGroup]:
    return TargetGroup.objects.filter(is_active=True) | TargetGroup.objects.filter(pk=keep)
