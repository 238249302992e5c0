"""Organisations as files write them: by acronym, name or alias, several in one cell, with the office's country."""

from __future__ import annotations

import re

from django.db.models import Q

from core.text import normalise
from interventions.imports.coverage.countries import bare_country, countries
from interventions.imports.coverage.numbers import NOTHING
from interventions.imports.coverage.proposal import Organisation
from taskforce.models import Agency, AgencyAlias, Country

_STRONG = re.compile(r"\s*(?:/|;|\||\+|&|\n|\\|//)\s*")
_WEAK = re.compile(r"\s*,\s*|\s+(?:et|and|-|–)\s+", re.IGNORECASE)
# « ADKOUL, KARKARA et CADEV »: three acronyms in a row are a list; words may be one name.
_ACRONYM = re.compile(r"^[A-ZÀ-Þ][A-ZÀ-Þ0-9.&-]{0,11}$")
_LABEL_LENGTH = 120
# What follows an organisation's name and tells only which office of it.
OFFICES = frozenset(
    (
        "dakar;niamey;bamako;ouagadougou;abuja;international;internationale;intl;sahel;afrique;africa;afrique de l'ouest;west africa;"
        "bureau;bureau pays;country office;co;ro;rbd;waro;wcaro;afrique centrale"
    ).split(";")
)
MOST_OFFICE_WORDS = 3


class Organisations:
    """The agencies that a country's files may name; nothing is asked after it is made."""

    def __init__(self, country: Country, mapping: dict[str, str] | None = None) -> None:
        agencies = {
            agency.pk: agency
            for agency in Agency.objects.filter(Q(country__isnull=True) | Q(country=country)).order_by("-country", "pk")
        }
        self._named: dict[str, Agency] = {}
        for agency in agencies.values():
            for name in (agency.acronym, agency.name_fr, agency.name_en):
                self._add(name, agency)
        for agency_id, key in AgencyAlias.objects.filter(agency__in=agencies).values_list("agency_id", "normalised"):
            self._add(key, agencies[agency_id])
        for written, chosen in (mapping or {}).items():
            agency = agencies.get(int(chosen)) if str(chosen).isdigit() else self._named.get(_key(str(chosen)))
            if agency is not None:
                self._named[_key(written)] = agency
        self._memo: dict[str, tuple[Organisation, ...]] = {}

    def _add(self, name: str, agency: Agency) -> None:
        key = _key(name or "")
        if key:
            self._named.setdefault(key, agency)

    def read(self, text: str) -> tuple[Organisation, ...]:
        """The organisations that a cell names, in its order: « PAM/UNICEF » is two, « ONU/DAES » one."""
        if text not in self._memo:
            self._memo[text] = tuple(self._split(text))
        return self._memo[text]

    def known(self, text: str) -> Agency | None:
        """The agency that `text` names whole; « UNICEF Niger » and « PAM (WFP) » count as well."""
        text = text.strip(" .,;:*-–")
        outside = re.sub(r"\s*\([^()]*\)", "", text)
        inside = re.findall(r"\(([^()]{2,40})\)", text)
        for candidate in (text, outside, *inside, re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", outside)):
            found = self._named.get(_key(candidate))
            if found is not None:
                return found
        # « UNICEF Niger », « PAM – Dakar », « Save the Children Sénégal ».
        words = re.split(r"[\s,–-]+", outside)
        for length in range(len(words) - 1, max(0, len(words) - MOST_OFFICE_WORDS - 1), -1):
            office = normalise(" ".join(words[length:]))
            if office in OFFICES or bare_country(office) in countries():
                return self._named.get(_key(" ".join(words[:length])))
        return None

    def _split(self, text: str) -> list[Organisation]:
        if normalise(text) in NOTHING:
            return []
        whole = self.known(text) if ";" not in text else None
        if whole is not None:
            return [Organisation(text, whole)]
        # A name known whole keeps its own sign: « PAM; ONU/DAES » is two.
        parts = [
            part
            for one in text.split(";")
            for part in ([one] if self.known(one) else _STRONG.split(one))
            if normalise(part) not in NOTHING
        ]
        found: list[Organisation] = []
        for part in parts:
            agency = self.known(part)
            pieces = [piece for piece in _WEAK.split(part) if piece.strip()]
            known = [self.known(piece) for piece in pieces]
            listed = [piece for piece in part.split(",") if piece.strip()]
            is_list = len(pieces) > 1 and all(known)
            is_list = is_list or (len(pieces) > 2 and all(_ACRONYM.match(piece.strip()) for piece in pieces))
            if agency is None and is_list:
                found += [Organisation(piece.strip(), one) for piece, one in zip(pieces, known, strict=True)]
            elif agency is None and len(listed) > 1 and any(self.known(piece) for piece in listed):
                # « PAM, ONG XYZ »: a list. « Ministère de l’Emploi, du Travail et… »: one name.
                found += [Organisation(piece.strip()[:_LABEL_LENGTH], self.known(piece)) for piece in listed]
            else:
                found.append(Organisation(part.strip()[:_LABEL_LENGTH], agency))
        seen: set[object] = set()
        return [
            one
            for one in found
            if (mark := one.agency.pk if one.agency else normalise(one.label)) not in seen and not seen.add(mark)
        ]


def _key(name: str) -> str:
    return re.sub(r"[\s\W_]+", " ", normalise(name)).strip()
