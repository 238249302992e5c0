"""The organisations that a text may name, found whatever their writing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.text import normalise
from meetings.imports.minutes.organisations import is_known
from taskforce.models import Agency, AgencyAlias

# Words that make a name one of an organisation, whoever it may be.
ORGANISATION_WORDS = re.compile(
    r"(?i)\b(minist[èe]re|ministry|direction|directorate|division|d[ée]partement|department|d[ée]l[ée]gation|agence|agency|"
    r"programme|program|projet|project|association|ong|ngo|fondation|foundation|universit[ée]|university|institut[e]?|"
    r"banque|bank|commission|commissariat|cellule|unit[ée]|comit[ée]|committee|conseil|council|fonds|fund|"
    r"ambassade|embassy|coop[ée]ration|f[ée]d[ée]ration|federation|union|syndicat|mairie|pr[ée]fecture|gouvernorat|"
    r"r[ée]seau|network|croix[- ]rouge|red cross|caritas|centre|center|bureau|office|secr[ée]tariat|soci[ée]t[ée]|"
    r"cluster|international|save the children|oxfam|consortium|coordination|plateforme|platform|organisation|organization)\b"
)
ACRONYM = re.compile(r"^(?=.*[A-ZÉÈ].*[A-ZÉÈ])[A-ZÉÈÀÇ][A-Za-zÉÈÀÇéè0-9&./’'-]{1,14}$")
# Written in capitals and no organisation.
NO_ORGANISATION = frozenset(
    "tdr tdrs tor tors himo pv cr odj aob nb od ps rsvp pm am tbc tbd na n/a covid odd sdg sdgs pnps i3n uct rdc usa fcfa usd "
    "eur m mr mme dr ok ppt pdf excel word fin ii iii iv vi vii viii ix xi xii ctp kpi faq fy q1 q2 q3 q4 ansp who's "
    "action actions point points date nom noms lieu objet note agenda divers".split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation at a place of a text."""

    agency: str
    label: str
    start: int
    end: int


class Directory:
    """Acronyms by every name: `match` reads one label, `find` a whole text."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names`: written form → acronym."""
        self._exact: dict[str, str] = {}
        for label, acronym in names.items():
            self._exact.setdefault(normalise(label), acronym)
        self._short = {label for label in names if _is_short(label)}
        shapes = sorted((re.escape(label) for label in names if label.strip()), key=len, reverse=True)
        # Acronyms keep their capitals (« plan », « cape » are words); long names do not.
        short = [shape for shape in shapes if _is_short(re.sub(r"\\(.)", r"\1", shape))]
        long = [shape.replace(r"\ ", r"\s+") for shape in shapes if shape not in set(short)]
        self._pattern = re.compile(
            rf"(?<![\w-])(?:(?P<short>{'|'.join(short) or '(?!)'})|(?i:(?P<long>{'|'.join(long) or '(?!)'})))(?![\w])"
        )

    def match(self, label: str) -> str | None:
        """The acronym of the organisation written `label`; a name with its acronym in brackets counts as well."""
        label = label.strip(" .,;:–—-")
        for candidate in (label, *re.findall(r"\(([^()]{2,20})\)", label), re.sub(r"\s*\([^)]*\)", "", label)):
            if found := self._exact.get(normalise(candidate.strip())):
                return found
        without_article = re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", label)
        if found := self._exact.get(normalise(without_article)):
            return found
        # « UNICEF Niger », « OCHA – Niamey »: the office of an organisation that is known.
        first = re.split(r"[\s/–-]+", without_article, maxsplit=1)[0]
        if first in self._short and len(without_article.split()) <= 3 and not re.search(r"(?i)\s(?:et|and|&)\s", label):
            return self._exact.get(normalise(first))
        return None

    def find(self, text: str) -> list[Named]:
        """Every organisation named in `text`, in order."""
        return [
            Named(self._exact[normalise(" ".join(match.group(0).split()))], match.group(0), match.start(), match.end())
            for match in self._pattern.finditer(text)
            if normalise(" ".join(match.group(0).split())) in self._exact
        ]

    def looks_like_organisation(self, text: str) -> bool:
        """Known, written as an acronym, or with a word that only organisations carry."""
        text = re.sub(r"(?i)^(?:l[’']|la |le |les |the )", "", text.strip(" .,;:()"))
        if not text or normalise(text) in NO_ORGANISATION:
            return False
        return bool(self.match(text) or is_known(text) or ACRONYM.match(text) or ORGANISATION_WORDS.search(text))

    def is_organisation(self, text: str) -> bool:
        """Known, here or anywhere, or with a word that only organisations carry: an acronym alone is not enough."""
        return bool(self.match(text) or is_known(text) or ORGANISATION_WORDS.search(text))


def _is_short(label: str) -> bool:
    return (" " not in label and label.upper() == label) or bool(re.fullmatch(r"[A-Z][\w-]{1,9}", label))


def directory_from_database() -> Directory:
    """The agencies of the portal with their aliases, completed by those it ships."""
    return Directory(directory_names())


def directory_names() -> dict[str, str]:
    """Written form → acronym, of the agencies of the portal and of those it ships."""
    names: dict[str, str] = {}
    for acronym, name_fr, name_en in Agency.objects.values_list("acronym", "name_fr", "name_en"):
        _add(names, acronym, (acronym, name_fr, name_en))
    for label, acronym in AgencyAlias.objects.values_list("label", "agency__acronym"):
        _add(names, acronym, (label,))
    return reference_names() | names


def reference_names() -> dict[str, str]:
    """Written form → acronym, of the organisations that come with the portal."""
    names: dict[str, str] = {}
    path = Path(settings.BASE_DIR) / "taskforce" / "reference" / "agencies.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            _add(names, row["acronym"], (row["acronym"], row["name_fr"], row["name_en"], *row["aliases"].split("|")))
    return names


def _add(names: dict[str, str], acronym: str, labels: Iterable[str]) -> None:
    for label in labels:
        if len(label.strip()) > 1:
            names.setdefault(label.strip(), acronym)
