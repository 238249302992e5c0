"""Two people changed one text: the text that holds the changes of both."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from core.richtext.cleaning import serialise
from core.richtext.tree import List, read


MOST_COMPARISONS = 4_000_000


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
    """Merge rich texts paragraph by paragraph (diff3); nothing of either side's additions is lost.

    What only one side changed is taken from it. What both changed differently appears twice: theirs,
    then mine. The result may be longer than what can be stored; saving says so. Without `base` nobody can tell a removal from an addition: every passage is kept.
    """
    a, b = _units(mine), _units(theirs)
    if len(a) * len(b) > MOST_COMPARISONS:
        # Comparing costs the product of both: thousands of equal lines would take minutes.
        return Merged(theirs + mine, 1)
    if base is None:
        merged, overlaps = _union(a, b), 0
    else:
        merged, overlaps = _merge(_units(base), a, b)
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


def _matches(base: Sequence[_Unit], side: Sequence[_Unit]) -> dict[int, int]:
    """Where units of `base` stand in `side`."""
    blocks = difflib.SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}


def _merge(base: list[_Unit], a: list[_Unit], b: list[_Unit]) -> tuple[list[_Unit], int]:
    in_a, in_b = _matches(base, a), _matches(base, b)
    merged: list[_Unit] = []
    overlaps = 0
    at = at_a = at_b = 0
    # A unit of the base that both sides kept parts the texts into passages; the end parts them too.
    for index in [*(index for index in range(len(base)) if index in in_a and index in in_b), len(base)]:
        end_a, end_b = in_a.get(index, len(a)), in_b.get(index, len(b))
        before, mine, theirs = base[at:index], a[at_a:end_a], b[at_b:end_b]
        if mine in (before, theirs):
            merged += theirs
        elif theirs == before:
            merged += mine
        elif len(before) == len(mine) == len(theirs):
            # Neighbours changed, one by each: paragraph by paragraph.
            for old, new_mine, new_theirs in zip(before, mine, theirs, strict=True):
                if new_mine in (old, new_theirs):
                    merged.append(new_theirs)
                elif new_theirs == old:
                    merged.append(new_mine)
                else:
                    overlaps += 1
                    merged += [new_theirs, new_mine]
        else:
            # Both added, or one removed what the other changed: keep every word that was typed.
            overlaps += 1
            merged += _union(mine, theirs)
        merged += base[index : index + 1]
        at, at_a, at_b = index + 1, end_a + 1, end_b + 1
    return merged, overlaps


def _union(mine: Sequence[_Unit], theirs: Sequence[_Unit]) -> list[_Unit]:
    """Every unit of both, common ones once, theirs before mine where they differ."""
    merged: list[_Unit] = []
    for _tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        merged += theirs[i1:i2]
        merged += [unit for unit in mine[j1:j2] if unit not in theirs[i1:i2]]
    return merged
