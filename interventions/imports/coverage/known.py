"""What the portal knows, read once before a file: places, organisations, instruments, groups, interventions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.text import normalise
from interventions.enums import RoleKind, UnitLevel
from interventions.imports.coverage.countries import bare_country, countries
from interventions.imports.coverage.organisations import Organisations
from interventions.imports.coverage.proposal import InterventionRef
from interventions.imports.coverage.vocabulary import Groups, Instruments
from interventions.models import Intervention, InterventionRole
from interventions.places import Places
from taskforce.models import Country

MOST_VINTAGES = 8


class Known:
    """Reading a file asks the database nothing once this is made."""

    def __init__(
        self, country: Country, values: Mapping[str, Mapping[str, str]] | None = None, vintage: str | None = None
    ) -> None:
        self.country = country
        chosen = {kind: dict(one) for kind, one in (values or {}).items() if isinstance(one, Mapping)}
        self._places: dict[str, Places] = {}
        self.vintage = vintage or ""
        self.places = self.places_of(self.vintage)
        self.has_communes = any(unit.level == UnitLevel.COMMUNE for unit in self.places.units.values())
        self.chosen_places = {normalise(written): code for written, code in chosen.get("place", {}).items()}
        self.organisations = Organisations(country, chosen.get("organisation"))
        self.instruments = Instruments(chosen.get("instrument"))
        self.groups = Groups(chosen.get("group"))
        self.own_names = {normalise(one) for one in (country.iso2, country.iso3, country.name_fr, country.name_en)} | {
            name for name, code in countries().items() if code == country.iso2
        }
        self._load_interventions()

    def places_of(self, vintage: str) -> Places:
        """The places as the list `vintage` codes them; a file has few lists."""
        if vintage not in self._places:
            if len(self._places) >= MOST_VINTAGES:
                return self.places
            self._places[vintage] = Places(self.country, vintage=vintage or None)
        return self._places[vintage]

    def country_of(self, text: str) -> str:
        """« own », « other » or « unknown »."""
        for key in (normalise(text), bare_country(text), normalise(re.sub(r"\s*\([^()]*\)", "", text))):
            if key in self.own_names:
                return "own"
            if key in countries():
                return "own" if countries()[key] == self.country.iso2 else "other"
        return "unknown"

    def is_foreign_code(self, pcode: str) -> bool:
        """A P-code of another country, by its first letters: « ML0101 » for Niger."""
        match = re.match(r"^([A-Za-z]{2,3})\d{2,}", pcode.strip())
        if match is None:
            return False
        code = countries().get(match.group(1).lower())
        return code is not None and code != self.country.iso2

    def _load_interventions(self) -> None:
        self._by_code: dict[str, InterventionRef] = {}
        self._by_title: dict[str, list[tuple[InterventionRef, int | None]]] = {}
        leads = dict(
            InterventionRole.objects.filter(intervention__country=self.country, kind=RoleKind.ACCOUNTABLE).values_list(
                "intervention_id", "agency_id"
            )
        )
        rows: Any = Intervention.objects.filter(country=self.country).values_list("pk", "code", "title", "title_en")
        for pk, code, title, title_en in rows.order_by("pk").iterator(chunk_size=2000):
            ref = InterventionRef(f"pk:{pk}", code, title, pk)
            self._by_code.setdefault(normalise(code), ref)
            for name in {normalise(title), normalise(title_en)} - {""}:
                self._by_title.setdefault(name, []).append((ref, leads.get(pk)))

    def intervention_coded(self, code: str) -> InterventionRef | None:
        return self._by_code.get(normalise(code))

    def intervention_titled(self, title: str, lead: int | None) -> InterventionRef | None:
        """The intervention of that title; of several, the one that `lead` (agency) is accountable for."""
        found = self._by_title.get(normalise(title), [])
        mine = [ref for ref, agency in found if agency == lead]
        if mine:
            return mine[0]
        return found[0][0] if len(found) == 1 and (lead is None or found[0][1] is None) else None
