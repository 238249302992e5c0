"""Names of places as text: keys, words that tell the kind of unit, resemblance, names of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from core.text import normalise
from interventions.enums import UnitLevel

# How much two names resemble each other (0 to 1): to be offered; to stand beside a code that agrees.
OFFERED = 0.7
NEAR = 0.75
# In a column of departments, the whole of the region beside it.
WHOLE_REGION = frozenset(
    "tous toutes all touslesdepartements toutelaregion ensembledelaregion alldepartments wholeregion region".split()
)

_OTHER_THAN_LETTERS = re.compile(r"[\W_]+")
_KIND_BEFORE = re.compile(
    r"^(?P<kind>region|departement|department|dept|dpt|commune)\b\.?\s*:?\s*(?:de la |de l'|du |des |de |d'|of )?\s*"
)
_KIND_AFTER = re.compile(r"[\s,(\-]+(?P<kind>region|departement|department|dept|commune)\)?$")
_KINDS = {"region": UnitLevel.REGION, "commune": UnitLevel.COMMUNE}


def fold(name: str) -> str:
    """The letters and digits of a name, without accents or case: « N'Guigmi », « Nguigmi » and « N’GUIGMI » are one."""
    return _OTHER_THAN_LETTERS.sub("", normalise(name))


def without_kind(name: str) -> tuple[str, int | None]:
    """The key of a name without « Région de… » or « (département) », and the level that these words tell."""
    text = normalise(name)
    said = _KIND_BEFORE.match(text) or _KIND_AFTER.search(text)
    rest = fold(text[: said.start()] + text[said.end() :]) if said else ""
    if said is None or not rest:
        return fold(name), None
    return rest, _KINDS.get(said["kind"], UnitLevel.DEPARTMENT)


def resemblance(key: str, names: Iterable[str], least: float) -> float:
    """How much the closest of `names` (keys) resembles `key`, 0 to 1; 0 for less than `least`."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    best = 0.0
    for name in names:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            best = max(best, matcher.ratio())
    return best if best >= least else 0.0


def same_list(said: str, known: str) -> bool:
    """« 2023 » and « v02 » name the list « v02 2023-07-20 »."""
    said = normalise(said)
    return bool(said) and (said == normalise(known) or any(part.startswith(said) for part in normalise(known).split()))
