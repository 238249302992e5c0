"""Reference data as their lists show them: headings, and a row of words for each entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.choices import choice_label
from core.text import in_language
from interventions.enums import LifeStage
from interventions.models import (
    AreaProfile,
    Complementarity,
    CoverageLine,
    Instrument,
    PolicyAxis,
    SdgTarget,
    SpfGuarantee,
    TargetGroup,
)
from taskforce.models import Country

ALIASES_SHOWN = 4
Label = str | Promise


@dataclass(frozen=True)
class EntryList:
    """One list of reference data: its place in addresses, its words, and how a row of it reads."""

    slug: str
    model: type[Model]
    title: Label
    intro: Label
    new: Label
    headings: tuple[Label, ...]
    cells: Callable[[Any], list[str]]
    # Of one country, and edited by those who run it; the others are shared by all countries.
    of_country: bool = False
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()

    def entries(self, country: Country) -> QuerySet[Any]:
        rows = self.model._default_manager.all()
        if self.of_country:
            rows = rows.filter(country=country)
        return rows.select_related(*self.related).prefetch_related(*self.prefetched)


@dataclass(frozen=True)
class EntryRow:
    """A line of a list: `other_name` in the other language, `depth` in a tree."""

    entry: Any
    name: str
    other_name: str
    other_language: str
    cells: list[tuple[Label, str]]
    depth: int = 0


def rows_of(listed: EntryList, country: Country) -> list[EntryRow]:
    """Every entry in the order of its list, a tree from its roots down."""
    entries = list(listed.entries(country))
    placed = _as_tree(entries) if listed.model is TargetGroup else [(entry, 0) for entry in entries]
    return [
        EntryRow(
            entry,
            str(entry),
            *_other_name(entry),
            list(zip(listed.headings, listed.cells(entry), strict=True)),
            depth,
        )
        for entry, depth in placed
    ]


def _as_tree(groups: Sequence[TargetGroup]) -> list[tuple[TargetGroup, int]]:
    below: dict[int | None, list[TargetGroup]] = {}
    for group in groups:
        below.setdefault(group.parent_id, []).append(group)
    found: list[tuple[TargetGroup, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for group in below.get(parent, ()):
            found.append((group, depth))
            walk(group.pk, depth + 1)

    walk(None, 0)
    return found


def _other_name(entry: Any) -> tuple[str, str]:
    """The name in the language that the page does not speak, and that language."""
    language = in_language("en", "fr")
    return getattr(entry, f"name_{language}", ""), language


def _instrument(entry: Instrument) -> list[str]:
    labels = [alias.label for alias in entry.aliases.all()]
    shown = ", ".join(labels[:ALIASES_SHOWN])
    if len(labels) > ALIASES_SHOWN:
        shown += f", … (+ {len(labels) - ALIASES_SHOWN})"
    codes = [entry.aspire_class, entry.ilo_function, entry.dac_code and _now("CAD %(code)s") % {"code": entry.dac_code}]
    return [choice_label(entry, "side"), " · ".join(filter(None, codes)), shown]


def _group(entry: TargetGroup) -> list[str]:
    who = [choice_label(entry, "sex") if entry.sex else "", ages(entry.age_from, entry.age_to)]
    return [choice_label(entry, "life_stage"), choice_label(entry, "counted"), ", ".join(filter(None, who))]


def ages(first: int | None, last: int | None) -> str:
    """« 6 à 11 ans », « 60 ans et plus », « jusqu’à 4 ans »."""
    if first is None and last is None:
        return ""
    if last is None:
        return _now("%(first)d ans et plus") % {"first": first}
    if not first:
        return _now("jusqu’à %(last)d ans") % {"last": last}
    return _now("%(first)d à %(last)d ans") % {"first": first, "last": last}


def _axis(entry: PolicyAxis) -> list[str]:
    return [
        _now("%(policy)s, axe %(number)d") % {"policy": entry.policy, "number": entry.number},
        _now("à vérifier") if entry.to_check else "",
    ]


def _guarantee(entry: SpfGuarantee) -> list[str]:
    stages = ", ".join(str(LifeStage(stage).label) for stage in entry.life_stages)
    return [stages, ", ".join(str(instrument) for instrument in entry.instruments.all())]


def _complementarity(entry: Complementarity) -> list[str]:
    return [choice_label(entry, "kind"), in_language(entry.rationale_fr, entry.rationale_en)]


LISTS = {
    listed.slug: listed
    for listed in (
        EntryList(
            "instruments",
            Instrument,
            _("Instruments"),
            _("Ce qu’une intervention apporte, avec ses codes dans les classements internationaux."),
            _("Nouvel instrument"),
            (_("Nature"), _("Classements"), _("Autres noms")),
            _instrument,
            prefetched=("aliases",),
        ),
        EntryList(
            "groupes-cibles",
            TargetGroup,
            _("Groupes cibles"),
            _("Pour qui : un arbre, du plus large au plus précis."),
            _("Nouveau groupe cible"),
            (_("Âge de la vie"), _("Unité comptée"), _("Sexe et âge")),
            _group,
        ),
        EntryList(
            "axes",
            PolicyAxis,
            _("Axes de politique"),
            _("Les axes des politiques nationales auxquels une intervention contribue."),
            _("Nouvel axe"),
            (_("Politique"), pgettext_lazy("axe de politique", "État")),
            _axis,
            of_country=True,
        ),
        EntryList(
            "garanties",
            SpfGuarantee,
            _("Garanties du socle"),
            _("Les garanties de la recommandation 202, et les instruments qui y répondent."),
            _("Nouvelle garantie"),
            (_("Âges de la vie"), _("Instruments")),
            _guarantee,
            prefetched=("instruments",),
        ),
        EntryList(
            "complementarites",
            Complementarity,
            _("Complémentarités"),
            _("Deux instruments qui font plus ensemble, et pourquoi."),
            _("Nouvelle complémentarité"),
            (_("Nature"), _("Raison")),
            _complementarity,
            related=("first", "second"),
        ),
        EntryList(
            "cibles-odd",
            SdgTarget,
            _("Cibles des ODD"),
            _("Les cibles des objectifs de développement durable."),
            _("Nouvelle cible"),
            (_("Cible"),),
            lambda entry: [entry.code],
        ),
    )
}


def uses_of(entry: Any) -> int:
    """How many coverage lines or sheets name an entry: what setting it aside leaves as it is."""
    if isinstance(entry, Instrument):
        return CoverageLine.objects.filter(instrument=entry).count()
    if isinstance(entry, TargetGroup):
        return CoverageLine.objects.filter(target_group=entry).count()
    if isinstance(entry, PolicyAxis | SdgTarget):
        return entry.interventions.count()
    return 0


def measures_of(country: Country) -> list[str]:
    """The names of measures known for the country's places."""
    rows = AreaProfile.objects.filter(unit__country=country).order_by("measure")
    return list(rows.values_list("measure", flat=True).distinct())


def profiles_listed(country: Country, *, measure: str = "", words: str = "") -> QuerySet[AreaProfile]:
    """What is known of the country's places, the newest of a measure first."""
    rows = AreaProfile.objects.filter(unit__country=country).select_related("unit__parent")
    if measure:
        rows = rows.filter(measure=measure)
    if words.strip():
        rows = rows.filter(Q(unit__name__unaccent__icontains=words.strip()) | Q(unit__pcode__iexact=words.strip()))
    return rows.order_by("measure", "-as_of", "unit__pcode")


def unit_counts(country: Country) -> dict[int, int]:
    """How many units of each level are in force."""
    rows = country.admin_units.filter(valid_until=None).order_by().values("level").annotate(n=Count("pk"))
    return {row["level"]: row["n"] for row in rows}
