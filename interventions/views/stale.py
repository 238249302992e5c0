"""Two people wrote at once: both entries are shown, and the next save is made knowingly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.typography import count_fr, date_fr
from interventions.forms.fields import NATIONAL, LinePlaceField


def both_entries(form: forms.BaseForm, theirs: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(label, mine, theirs) of each field that differs, in words; `form` is bound and clean where it can be."""
    found = []
    for bound in form.visible_fields():
        mine = form.cleaned_data.get(bound.name, bound.value())
        other = theirs.get(bound.name)
        if isinstance(mine, list) and isinstance(other, str):
            # One value a line.
            other = bound.field.clean(other)
        shown = (in_words(bound.field, mine), in_words(bound.field, other))
        if shown[0] != shown[1]:
            found.append((str(bound.label), *shown))
    return found


def seen_of(form: forms.BaseForm) -> str:
    """The imprint of what the writer saw, taken out of the clean values; a form without it was written by hand."""
    return str(form.cleaned_data.pop("version", ""))


def seen_version(request: HttpRequest) -> int:
    """The version that the page showed; -1, which nothing has, where the form says none."""
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else -1


def carry_version(form: forms.BaseForm, version: int | str) -> None:
    """The form, shown again with what was typed, now writes over `version`."""
    data = form.data.copy()
    data[form.add_prefix("version")] = str(version)
    form.data = data


def in_words(field: forms.Field, value: Any) -> str:
    """A value as a person reads it: the label of a choice, the date, the number."""
    if isinstance(field, LinePlaceField) and value in (None, NATIONAL):
        return _("National ou diffus")
    if value in (None, "", []):
        return _("(vide)")
    if isinstance(value, QuerySet | list | tuple | set):
        return ", ".join(sorted(in_words(field, one) for one in value)) or _("(vide)")
    if isinstance(value, Model):
        return str(value)
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=value).first()  # type: ignore[union-attr]
        return str(found if found is not None else value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return date_fr(value)
    if isinstance(value, Decimal | int):
        return count_fr(value)
    return str(value)
