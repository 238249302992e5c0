"""From what a file writes (P-code, name, region) to the one unit that is meant, or to the reason why not.

Nothing is guessed: a name that only resembles another is never taken for it, but offered. Everything is read once
when `Places` is made; resolving asks the database nothing.

Two traps of the field stand behind the rules:

- P-codes change their meaning between lists: NE007001 was Damagaram Takaya in 2015 and is Belbedji since. A code of a
  country where that happened is believed only with a name that agrees or with the list that it comes from.
- A region and a department often share a name (Dakar, Tahoua, Dosso): a name is looked for inside its region, and at
  the level of its column. A region in a column of departments stays a region: it is spread over none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from core.typography import date_fr
from interventions.enums import UnitLevel
from interventions.models import AdminUnit, AdminUnitAlias, FormerCode
from interventions.place_names import NEAR, OFFERED, WHOLE_REGION, fold, resemblance, same_list, without_kind
from taskforce.models import Country

MOST_OFFERED = 3

_CODE = re.compile(r"^[A-Z]{2,3}\d{2,}$")
# « SEN0RR0DD » for SNRRDD, « NERrrrddd » for NErrrddd: the digits in groups of three, by OCHA's older lists.
_GROUPS_OF_THREE = re.compile(r"^[A-Z]{3}(?:\d{3})+$")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a place came to.

    `unit` None: refused, `code` and `message` (in the language of the page) say why and `suggestions` offer units.
    With a unit, a `code` is something to tell: `region_only` (known to its region, no closer), `near_name`.
    """

    unit: AdminUnit | None
    code: str = ""
    message: str = ""
    region_only: bool = False
    suggestions: tuple[AdminUnit, ...] = ()


@dataclass
class Places:
    """The units of a country, to resolve what files write.

    `on`: the day on which a place has to exist, unless `resolve` says another. `vintage`: the list from which the
    codes come, as somebody declared it (« 2015 », « v02 », « 2023-07-20 »).
    """

    country: Country
    on: date | None = None
    vintage: str | None = None
    units: dict[str, AdminUnit] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        units = list(AdminUnit.objects.filter(country=self.country))
        self.units = {unit.pcode: unit for unit in units}
        self._by_pk = {unit.pk: unit for unit in units}
        self._regions = {unit.pk: self._region_of(unit) for unit in units}
        self._named: dict[str, list[AdminUnit]] = {}
        self._names_of: dict[int, set[str]] = {unit.pk: set() for unit in units}
        for unit in units:
            self._name(unit, unit.name)
        for unit_id, label in AdminUnitAlias.objects.filter(unit__country=self.country).values_list("unit_id", "label"):
            self._name(self._by_pk[unit_id], label)
        self._former: dict[str, list[FormerCode]] = {}
        for former in FormerCode.objects.filter(country=self.country):
            self._former.setdefault(former.pcode, []).append(former)
        self._lists = {unit.vintage for unit in units if unit.vintage}
        self._memo: dict[tuple[str, str, str, int | None], Resolution] = {}

    def resolve(
        self, pcode: str = "", name: str = "", region: str = "", level: int | None = None, on: date | None = None
    ) -> Resolution:
        """The unit meant by a row. `region`: name or P-code; `level`: of the column that `name` comes from."""
        key = (pcode, name, region, level)
        if key not in self._memo:
            self._memo[key] = self._resolve(pcode.strip(), " ".join(name.split()), region.strip(), level)
        found, day = self._memo[key], on or self.on
        if found.unit is None or day is None or found.unit.exists_on(day):
            return found
        return _not_there(found.unit, day)

    def region_of(self, unit: AdminUnit) -> AdminUnit:
        """The region in which a unit lies; itself for a region. Asks nothing."""
        return self._regions[unit.pk]

    def names_of(self, unit: AdminUnit) -> frozenset[str]:
        """The keys (`place_names.fold`) of a unit's name and other names."""
        return frozenset(self._names_of[unit.pk])

    def canonical(self, pcode: str) -> str:
        """A P-code as the current lists write it: « sen001004 » is SN0104, « NER004007 » NE004007."""
        code = fold(pcode).upper()
        if code in self.units or not code.startswith(self.country.iso3):
            return code
        short = self.country.iso2 + code[3:]
        if short in self.units or not _GROUPS_OF_THREE.match(code):
            return short
        groups = re.findall(r"\d{3}", code)
        pairs = self.country.iso2 + "".join(group[1:] for group in groups)
        return pairs if all(group[0] == "0" for group in groups) and pairs in self.units else short

    # Reading what is there ------------------------------------------------------------------------------

    def _name(self, unit: AdminUnit, label: str) -> None:
        key = fold(label)
        if key and key not in self._names_of[unit.pk]:
            self._names_of[unit.pk].add(key)
            self._named.setdefault(key, []).append(unit)

    def _region_of(self, unit: AdminUnit) -> AdminUnit:
        while unit.parent_id is not None and unit.parent_id in self._by_pk:
            unit = self._by_pk[unit.parent_id]
        return unit

    # Resolving ------------------------------------------------------------------------------------------

    def _resolve(self, pcode: str, name: str, region: str, level: int | None) -> Resolution:
        if not pcode and _CODE.match(fold(name).upper()):
            pcode, name = name, ""
        inside = None
        if region:
            found = self._region(region)
            if found.unit is None:
                return found
            inside = found.unit
        if pcode:
            return self._by_code(pcode, name, inside, level)
        if not name:
            return self._only_region(inside)
        return self._by_name(name, inside, level)

    def _region(self, text: str) -> Resolution:
        unit = self.units.get(self.canonical(text))
        if unit is not None:
            return Resolution(self._regions[unit.pk])
        found = self._by_name(text, None, UnitLevel.REGION)
        return replace(found, code="region_unknown") if found.code == "place_unknown" else found

    def _only_region(self, region: AdminUnit | None) -> Resolution:
        if region is None:
            return Resolution(None, "place_missing", _("Aucun lieu n’est indiqué."))
        message = _("Le lieu n’est connu qu’au niveau de la région %(name)s.") % {"name": region.name}
        return Resolution(region, "region_only", message, region_only=True)

    def _by_code(self, pcode: str, name: str, inside: AdminUnit | None, level: int | None) -> Resolution:
        code = self.canonical(pcode)
        if self.vintage and not self._is_current(self.vintage):
            return self._by_former_code(code, name, inside, level)
        unit = self.units.get(code)
        if unit is None:
            return self._unknown_code(pcode, code, name, inside, level)
        if inside is not None and self._regions[unit.pk] != inside:
            return self._elsewhere(unit, inside, called=f"{unit.name} ({code})")
        if not name:
            return self._code_alone(unit, code)
        if self._is_called(unit, name):
            return Resolution(unit, **_told_of_region(unit, level))
        if unit.level == UnitLevel.REGION:
            # The code of the region beside the name of one of its departments.
            return self._by_name(name, unit, level)
        former = next((one for one in self._former.get(code, []) if fold(one.name) == self._bare(name)[0]), None)
        if former is not None:
            return Resolution(
                None,
                "former_code",
                _(
                    "%(code)s désignait %(then)s dans la liste de %(vintage)s et désigne %(now)s aujourd’hui. "
                    "Indiquez le millésime des codes, ou corrigez le code."
                )
                % {"code": code, "then": former.name, "vintage": former.vintage, "now": unit.name},
                suggestions=self._known(former.unit_id),
            )
        return self._disagreement(unit, code, name, inside, level)

    def _disagreement(
        self, unit: AdminUnit, code: str, name: str, inside: AdminUnit | None, level: int | None
    ) -> Resolution:
        """A code beside another name: another place, unless the name is a spelling that nobody else bears."""
        key, _level = self._bare(name)
        peers = [one for one in self.units.values() if one.level == unit.level]
        if key not in self._named and unit in self._close(key, peers, NEAR)[:1]:
            message = _("« %(name)s » est lu comme %(unit)s, que désigne le code %(code)s.")
            return Resolution(unit, "near_name", message % {"name": name, "unit": unit.name, "code": code})
        message = _("Le code %(code)s désigne %(unit)s, mais le nom écrit est « %(name)s ».") % {
            "code": code,
            "unit": unit.name,
            "name": name,
        }
        return Resolution(None, "code_name_disagree", message, suggestions=(unit, *self._offered(name, inside, level)))

    def _code_alone(self, unit: AdminUnit, code: str) -> Resolution:
        if unit.level == UnitLevel.REGION or not self._former or self.vintage:
            return Resolution(unit, **_told_of_region(unit, None))
        message = _(
            "Le code %(code)s ne suffit pas : des codes de ce pays ont changé de sens entre deux listes. "
            "Ajoutez le nom du lieu, ou indiquez le millésime des codes."
        )
        return Resolution(None, "code_needs_name", message % {"code": code}, suggestions=(unit,))

    def _unknown_code(
        self, pcode: str, code: str, name: str, inside: AdminUnit | None, level: int | None
    ) -> Resolution:
        if not code.startswith((self.country.iso2, self.country.iso3)):
            message = _("Le code %(code)s n’est pas un P-code de ce pays.")
            return Resolution(None, "other_country", message % {"code": pcode})
        message = _("Le code %(code)s ne figure pas dans la liste des lieux.") % {"code": pcode}
        return Resolution(None, "code_unknown", message, suggestions=self._offered(name, inside, level))

    def _offered(self, name: str, inside: AdminUnit | None, level: int | None) -> tuple[AdminUnit, ...]:
        found = self._by_name(name, inside, level) if name else Resolution(None)
        return (found.unit,) if found.unit is not None else found.suggestions

    def _by_former_code(self, code: str, name: str, inside: AdminUnit | None, level: int | None) -> Resolution:
        """A code of an older list: what it meant then, where that is known; otherwise it has to agree with its name."""
        assert self.vintage is not None
        former = next((one for one in self._former.get(code, []) if same_list(self.vintage, one.vintage)), None)
        if former is None:
            now = self.units.get(code)
            if now is not None and (now.level == UnitLevel.REGION or (name and self._is_called(now, name))):
                if inside is not None and self._regions[now.pk] != inside:
                    return self._elsewhere(now, inside, called=f"{now.name} ({code})")
                return Resolution(now, **_told_of_region(now, level if name else None))
            message = _(
                "Ce que %(code)s désigne dans la liste « %(vintage)s » n’est pas connu. Écrivez le nom actuel du lieu "
                "sans son code, ou faites ajouter l’ancien code sur la page « Lieux »."
            )
            message %= {"code": code, "vintage": self.vintage}
            return Resolution(None, "former_code_unknown", message, suggestions=() if now is None else (now,))
        unit = self._by_pk[former.unit_id]
        if inside is not None and self._regions[unit.pk] != inside:
            return self._elsewhere(unit, inside, called=f"{former.name} ({code})")
        if name and fold(former.name) != self._bare(name)[0] and not self._is_called(unit, name):
            message = _("Dans la liste de %(vintage)s, %(code)s désigne %(unit)s, mais le nom écrit est « %(name)s ».")
            values = {"vintage": former.vintage, "code": code, "unit": former.name, "name": name}
            return Resolution(None, "code_name_disagree", message % values, suggestions=(unit,))
        return Resolution(unit)

    def _by_name(self, name: str, inside: AdminUnit | None, level: int | None) -> Resolution:
        key, said = self._bare(name)
        level = said or level
        if inside is not None and key in WHOLE_REGION:
            return self._only_region(inside)
        named = self._named.get(key, [])
        here = [unit for unit in named if inside is None or self._regions[unit.pk] == inside]
        if not here:
            if named and inside is not None:
                return self._elsewhere(_at(named, level)[0], inside, called=_at(named, level)[0].name)
            return self._unknown(name, key, inside, level)
        fitting = _at(here, level) if level is not None or inside is None else _below_region(here)
        if len(fitting) > 1:
            labels = ", ".join(self.label(unit) for unit in fitting)
            message = _("« %(name)s » peut désigner plusieurs lieux : %(places)s.")
            return Resolution(None, "ambiguous", message % {"name": name, "places": labels}, suggestions=tuple(fitting))
        return self._at_level(fitting[0], name, level)

    def _at_level(self, unit: AdminUnit, name: str, level: int | None) -> Resolution:
        if level is None or unit.level == level:
            return Resolution(unit)
        if unit.level == UnitLevel.REGION:
            return Resolution(unit, **_told_of_region(unit, level))
        message = _("« %(name)s » est une unité d’un autre niveau : %(place)s.")
        above = unit
        while above.level > level and above.parent_id in self._by_pk:
            above = self._by_pk[above.parent_id]
        return Resolution(
            None, "wrong_level", message % {"name": name, "place": self.label(unit)}, suggestions=(above,)
        )

    def _unknown(self, name: str, key: str, inside: AdminUnit | None, level: int | None) -> Resolution:
        among = [
            unit
            for unit in self.units.values()
            if (inside is None or self._regions[unit.pk] == inside) and (level is None or unit.level <= level)
        ]
        offered = tuple(self._close(key, among, OFFERED)[:MOST_OFFERED])
        values = {"name": name, "places": ", ".join(self.label(unit) for unit in offered)}
        message = _("« %(name)s » n’est pas un lieu connu.") % values
        if inside is not None:
            values["region"] = inside.name
            message = _("« %(name)s » n’est pas un lieu connu de la région %(region)s.") % values
        if offered:
            close = _("Lieux proches : %(places)s.") % values
            message = f"{message} {close}"
        return Resolution(None, "place_unknown", message, suggestions=offered)

    def _elsewhere(self, unit: AdminUnit, inside: AdminUnit, *, called: str) -> Resolution:
        message = _("%(unit)s est dans la région %(region)s, mais la région écrite est %(written)s.") % {
            "unit": called,
            "region": self._regions[unit.pk].name,
            "written": inside.name,
        }
        return Resolution(None, "wrong_region", message, suggestions=(unit,))

    # Names ------------------------------------------------------------------------------------------------

    def label(self, unit: AdminUnit) -> str:
        """« Tahoua (région) », « Dosso (département, Dosso) »: the name with what tells it from others."""
        level = UnitLevel(unit.level).label.lower()
        if unit.level == UnitLevel.REGION:
            return f"{unit.name} ({level})"
        return f"{unit.name} ({level}, {self._regions[unit.pk].name})"

    def _bare(self, name: str) -> tuple[str, int | None]:
        """A name's key and the level that its own words tell; a name that is known as it is tells none."""
        return (fold(name), None) if fold(name) in self._named else without_kind(name)

    def _is_called(self, unit: AdminUnit, name: str) -> bool:
        key, said = self._bare(name)
        return key in self._names_of[unit.pk] and said in (None, unit.level)

    def _close(self, key: str, among: list[AdminUnit], least: float) -> list[AdminUnit]:
        """The units whose names resemble `key`, the closest first."""
        scored = [(resemblance(key, self._names_of[unit.pk], least), unit) for unit in among]
        found = [(-score, unit.pcode, unit) for score, unit in scored if score >= least]
        return [unit for _score, _pcode, unit in sorted(found, key=lambda entry: entry[:2])]

    def _known(self, unit_id: int) -> tuple[AdminUnit, ...]:
        return (self._by_pk[unit_id],) if unit_id in self._by_pk else ()

    def _is_current(self, vintage: str) -> bool:
        return any(same_list(vintage, one) for one in self._lists)


def _at(units: list[AdminUnit], level: int | None) -> list[AdminUnit]:
    """Those of the level asked for; otherwise the closest above it, otherwise all."""
    if level is None:
        return units
    for wanted in range(level, 0, -1):
        found = [unit for unit in units if unit.level == wanted]
        if found:
            return found
    return units


def _below_region(units: list[AdminUnit]) -> list[AdminUnit]:
    """Beside its region a name is that of a part of it, unless only the region bears it."""
    return [unit for unit in units if unit.level > UnitLevel.REGION] or units


def _told_of_region(unit: AdminUnit, level: int | None) -> dict:
    if unit.level != UnitLevel.REGION or level in (None, UnitLevel.REGION):
        return {"region_only": unit.level == UnitLevel.REGION}
    message = _(
        "La colonne attend un département, « %(name)s » est une région : la ligne reste au niveau de la région."
    )
    return {"code": "region_only", "message": message % {"name": unit.name}, "region_only": True}


def _not_there(unit: AdminUnit, day: date) -> Resolution:
    if unit.valid_from is not None and day < unit.valid_from:
        message = _("%(name)s n’existe que depuis le %(since)s ; la date est le %(day)s.")
        values = {"name": unit.name, "since": date_fr(unit.valid_from), "day": date_fr(day)}
        return Resolution(None, "not_yet", message % values)
    message = _("%(name)s a cessé d’exister le %(until)s ; la date est le %(day)s.")
    assert unit.valid_until is not None
    values = {"name": unit.name, "until": date_fr(unit.valid_until), "day": date_fr(day)}
    return Resolution(None, "no_longer", message % values)
