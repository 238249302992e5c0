"""Figures as people type them: a whole number of people, or the reason why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from core.imports.tables import Formula
from core.text import normalise

# No region of the countries concerned has as many inhabitants: money or a telephone number in a column of people.
HIGHEST = 40_000_000
HIGHEST_AMOUNT = Decimal(10) ** 13

NOTHING = frozenset(
    {"", "-", "--", "---", "–", "—", "n/a", "na", "n.a", "n.a.", "n/d", "nd", "n.d", "n.d.", "nr", "n/r", "none", "neant", "null", "nil",
     "?", "x", "xx", "tbd", "tbc", "a determiner", "a preciser", "non disponible", "not available", "non renseigne", "inconnu",
     "unknown", "...", "…", ".", "/", "a confirmer", "aucun", "aucune", "pas disponible", "en attente", "ras"}
)  # fmt: skip
_ABOUT = re.compile(
    r"^(?:env(?:iron)?\.?|about|approx(?:\.|imativement|imately)?|circa|ca\.|pres de|around|plus de|over|≈|~|±)\s*",
    re.IGNORECASE,
)
# « 50-100 », « 300 à 400 », « entre 20 et 30 ».
_BETWEEN = re.compile(
    r"^(?:entre |between |de )?\d[\d\s.,]*(?:\s*[-–—]\s*|\s+(?:a|et|to|and)\s+)\d[\d\s.,]*(?:[^\W\d].*)?$"
)
_UNIT = re.compile(r"^(?P<number>[+-]?\d[\d\s.,'’\u00a0\u202f]*)\s*(?P<unit>[^\d\s].*)?$")
_HOUSEHOLDS = re.compile(r"^(?:menages?|households?|hhs?|familles?|families|foyers?)\b")
# « 300 mén. »: without its accent it is the English word for men.
_HOUSEHOLDS_SHORT = re.compile(r"\bmén\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"^(?:personnes?|people|persons?|individus?|individuals?|pers|ind|beneficiaires?|beneficiaries|enfants?|children|eleves?|femmes?|"
    r"women|hommes?|men|habitants|travailleurs?)\b"
)
_QUANTITY = re.compile(
    r"^(?:t|tonnes?|tons?|mt|tm|kg|kgs|quintaux|q|g|l|litres?|ha|hectares?|km|m|m2|m3|f ?cfa|fcfa|xof|usd|\$|€|eur|euros?|cfa|"
    r"kits?|sacs?|ecoles?|schools?|villages?|communes?|sites?|mois|months?|jours?|days?|sessions?|points?|unites?|units?|"
    r"milliards?|groupements?|structures?|centres?|forages?|tetes?|animaux|mares?|ouvrages?|repas|meals?|rations?)\b"
)


@dataclass(frozen=True, slots=True)
class Number:
    """`value` None with an empty `code`: nothing was said. `counted`: what the cell itself says it counts."""

    value: int | None = None
    code: str = ""
    is_estimate: bool = False
    counted: str = ""


def read_count(raw: Any) -> Number:
    """A cell that counts people or households. `code` says why it is refused.

    text, formula, error, date, percentage, range, two_figures, negative, not_whole, huge, not_people.
    """
    if raw is None:
        return Number()
    if isinstance(raw, bool):
        return Number(code="text")
    if isinstance(raw, (datetime, date, time)):
        return Number(code="date")
    if isinstance(raw, Formula):
        return Number(code="formula")
    if isinstance(raw, (int, float)):
        return _checked(Decimal(str(raw)))
    text = str(raw).strip()
    words = normalise(text)
    if words in NOTHING:
        return Number()
    if words.startswith("#"):
        return Number(code="error")
    if words.startswith("="):
        return Number(code="formula")
    if "%" in text:
        return Number(code="percentage")
    bare = _ABOUT.sub("", words)
    if _BETWEEN.match(bare):
        return Number(code="range")
    match = _UNIT.match(bare)
    if match is None:
        return Number(code="text")
    unit = (match.group("unit") or "").strip(" .()")
    counted = ""
    if unit and any(char.isdigit() for char in unit.replace("m2", "").replace("m3", "")):
        # « 300 ménages (2 100 personnes) », « 1 200 ind / 200 HH ».
        return Number(code="two_figures")
    if _HOUSEHOLDS_SHORT.search(text):
        counted = "household"
    elif unit:
        if _QUANTITY.match(unit):
            return Number(code="not_people")
        if _HOUSEHOLDS.match(unit):
            counted = "household"
        elif _PEOPLE.match(unit):
            counted = "person"
        else:
            return Number(code="text")
    value = _decimal(match.group("number"))
    if value is None:
        return Number(code="text")
    return _checked(value, is_estimate=bare != words, counted=counted)


def read_amount(raw: Any) -> tuple[Decimal | None, str]:
    """(amount, code) of a cell that holds money; both empty where nothing was said."""
    if raw is None or isinstance(raw, bool):
        return None, ""
    if isinstance(raw, Formula):
        return None, "formula"
    if isinstance(raw, (datetime, date, time)):
        return None, "date"
    if isinstance(raw, (int, float)):
        value: Decimal | None = Decimal(str(raw))
    else:
        words = _ABOUT.sub("", normalise(str(raw)))
        if words in NOTHING:
            return None, ""
        if words.startswith("#"):
            return None, "error"
        factor = Decimal(1)
        for pattern, times in ((r"\s*milliards?\b", 10**9), (r"\s*millions?\b", 10**6), (r"\s*billions?\b", 10**9)):
            if re.search(pattern, words):
                words, factor = re.sub(pattern, "", words), Decimal(times)
        words = re.sub(r"f\s*cfa|fcfa|xof|cfa|usd|us\$|\$|eur(?:os?)?|€|/.*$|par .*$|per .*$", " ", words).strip()
        value = _decimal(words) if re.fullmatch(r"[+-]?\d[\d\s.,']*", words) else None
        if value is None:
            return None, "text"
        value *= factor
    if not value.is_finite():
        return None, "text"
    if value < 0:
        return None, "negative"
    if value > HIGHEST_AMOUNT:
        return None, "huge"
    return value.quantize(Decimal("0.01")), ""


def _checked(value: Decimal, *, is_estimate: bool = False, counted: str = "") -> Number:
    if not value.is_finite():
        return Number(code="text")
    if value < 0:
        return Number(code="negative")
    if value > HIGHEST:
        return Number(code="huge")
    if value != value.to_integral_value():
        # What Excel computed: 1200.0000000001.
        rounded = value.to_integral_value()
        if abs(value - rounded) > Decimal("0.000001"):
            return Number(code="not_whole")
        value = rounded
    return Number(int(value), is_estimate=is_estimate, counted=counted)


def _decimal(text: str) -> Decimal | None:
    """« 1 234 », « 1 234,5 », « 1,234 », « 1.234.567 », « 12'500 »: groups of three digits are thousands."""
    bare = re.sub(r"[\s'’]", "", text).rstrip(".,")
    if re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", bare) and not re.fullmatch(r"[+-]?0[.,]\d{3}", bare):
        signs = {sign for sign in bare if sign in ".,"}
        if len(signs) == 1:
            bare = bare.replace(",", "").replace(".", "")
    if "," in bare and "." in bare:
        thousands = "," if bare.rfind(".") > bare.rfind(",") else "."
        bare = bare.replace(thousands, "")
    bare = bare.replace(",", ".")
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None
