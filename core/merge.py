"""Two people changed one text: the text that holds the changes of both."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.richtext.cleaning import serialise
from core.richtext.nodes import List
from core.richtext.tree import read

# Comparing costs the product of both sides: about two seconds at worst.
MOST_UNITS = 300
WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Merged:
    """`html`: the merged text. `overlaps`: passages that both changed, which stand one after the other in it."""

    html: str
    overlaps: int


@dataclass(frozen=True)
class _Unit:
    """The smallest passage that is taken whole: a paragraph, a table, an item of a list.

    `opening` is empty for what stands alone, else the list that the item belongs to.
    """

    html: str
    opening: str = ""
    closing: str = ""


def merge_html(base: str | None, *, mine: str, theirs: str) -> Merged:
    """Merge rich texts paragraph by paragraph, against the text both began with; no addition is lost.

    What only one side changed is taken from it. What both changed differently appears twice: theirs,
    then mine. Without `base` nobody can tell a removal from an addition: every passage is kept. The
    result may be longer than what can be stored; saving says so.
    """
    a, b, origin = _units(mine), _units(theirs), _units(base or "")
    if max(len(a), len(b), len(origin)) > MOST_UNITS:
        return Merged(theirs + mine, 1)
    if base is None:
        merged, overlaps = _union(a, b), 0
    else:
        merged, overlaps = _merge(origin, a, b)
    return Merged(_join(merged), overlaps)


def _units(html: str) -> list[_Unit]:
    units = []
    for block in read(html):
        if isinstance(block, List):
            tag = "ol" if block.ordered else "ul"
            for item in block.items:
                inside = serialise([List(block.ordered, items=[item])])[4:-5]
                start = f' start="{block.start}"' if block.start != 1 else ""
                units.append(_Unit(inside, f"<{tag}{start}>", f"</{tag}>"))
        else:
            units.append(_Unit(serialise([block])))
    return units


def _join(units: Sequence[_Unit]) -> str:
    parts = []
    opened = _Unit("")
    for unit in units:
        if unit.opening != opened.opening:
            parts += [opened.closing, unit.opening]
        parts.append(unit.html)
        opened = unit
    return "".join([*parts, opened.closing])


@dataclass
class _Changes:
    """What a side made of the base: the unit that each base unit became (None: removed), and what it put
    before each of them (the last place is the end)."""

    became: list[_Unit | None]
    inserted: list[list[_Unit]]


def _changes(base: Sequence[_Unit], side: Sequence[_Unit]) -> _Changes:
    changes = _Changes([None] * len(base), [[] for _place in range(len(base) + 1)])
    opcodes = difflib.SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    for _tag, i1, i2, j1, j2 in opcodes:
        at = i1
        for unit in side[j1:j2]:
            # The same unit, or the first one left that it can be a new writing of.
            found = next((index for index in range(at, i2) if _is_kin(base[index], unit)), None)
            if found is None:
                changes.inserted[at].append(unit)
            else:
                changes.became[found] = unit
                at = found + 1
    return changes


def _is_kin(old: _Unit, new: _Unit) -> bool:
    """Whether `new` can be `old` rewritten: they share at least two words in five."""
    if old == new:
        return True
    if old.opening != new.opening:
        return False
    before, after = _words(old), _words(new)
    return len(before & after) * 5 >= len(before | after) * 2


@lru_cache(maxsize=2048)
def _words(unit: _Unit) -> frozenset[str]:
    return frozenset(WORDS.findall(unit.html))


def _merge(base: list[_Unit], mine: list[_Unit], theirs: list[_Unit]) -> tuple[list[_Unit], int]:
    a, b = _changes(base, mine), _changes(base, theirs)
    merged: list[_Unit] = []
    overlaps = 0
    for place in range(len(base) + 1):
        merged += _union(a.inserted[place], b.inserted[place])
        if place == len(base):
            break
        old, new_mine, new_theirs = base[place], a.became[place], b.became[place]
        if new_mine in (old, new_theirs):
            kept = [new_theirs]
        elif new_theirs == old:
            kept = [new_mine]
        else:
            # Both rewrote it, or one removed what the other rewrote: every word that was typed stays.
            overlaps += 1
            kept = [new_theirs, new_mine]
        merged += [unit for unit in kept if unit is not None]
    return merged, overlaps


def _union(mine: Sequence[_Unit], theirs: Sequence[_Unit]) -> list[_Unit]:
    """Every unit of both, common ones once, theirs before mine where they differ."""
    merged: list[_Unit] = []
    for _tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        merged += theirs[i1:i2]
        merged += [unit for unit in mine[j1:j2] if unit not in theirs[i1:i2]]
    return merged
