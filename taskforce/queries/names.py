"""All the names of agencies: whoever writes « OIT » means the BIT."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Lower, Replace

from core.text import normalise
from taskforce.models import Agency, AgencyAlias


def other_names(names: Sequence[str]) -> dict[str, list[str]]:
    """For those of the normalised `names` that an agency goes by: all its names, acronym first. One query at most.

    A name that several agencies go by (a ministry's acronym in two countries) has the names of all of them.
    """
    if not names:
        return {}
    by_alias = AgencyAlias.objects.filter(normalised__in=names).values("agency")
    labels = AgencyAlias.objects.filter(agency=OuterRef("pk")).order_by("label").values("label")
    called = (
        Agency.objects.annotate(labels=ArraySubquery(labels), a=_key("acronym"), f=_key("name_fr"), e=_key("name_en"))
        .filter(Q(a__in=names) | Q(f__in=names) | Q(e__in=names) | Q(pk__in=by_alias))
        .order_by("pk")
    )
    wanted = set(names)
    found: dict[str, list[str]] = {}
    for agency in called:
        own = [agency.acronym, agency.name_fr, agency.name_en, *agency.labels]
        own = list(dict.fromkeys(name for name in own if name))
        for key in {normalise(name) for name in own} & wanted:
            found[key] = list(dict.fromkeys([*found.get(key, []), *own]))
    return found


def _key(field: str) -> Func:
    """As `core.text.normalise`, for a name written with single spaces."""
    plain = Replace(Lower(F(field)), Value("’"), Value("'"))
    return Func(plain, function="socle_unaccent", output_field=TextField())
