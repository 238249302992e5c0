"""Administrative units as lists show them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from core.text import normalise
from interventions.models import AdminUnit
from taskforce.models import Country


def units_of(country: Country, *, words: str = "", level: int | None = None) -> QuerySet[AdminUnit]:
    """The units of a country by code, with their parent and other names; found by name, other name or code."""
    rows = (
        AdminUnit.objects.filter(country=country).select_related("parent").prefetch_related("aliases", "former_codes")
    )
    if level is not None:
        rows = rows.filter(level=level)
    if words.strip():
        rows = rows.filter(
            Q(name__unaccent__icontains=words.strip())
            | Q(pcode__icontains="".join(words.split()))
            | Q(pk__in=AdminUnit.objects.filter(aliases__normalised__contains=normalise(words)).values("pk"))
        )
    return rows
