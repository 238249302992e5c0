"""What reading leaves to do: white space within paragraphs, Word's flat lists."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from core.richtext.nodes import BREAK, MAX_CONTAINERS, Block, List, Paragraph, Run

WHITE = " \t\r\n\f"
COLLAPSE = re.compile(f"[{WHITE}]+")
ORDERED_MARKER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]{1,4})[.)]")


def split(paragraph: Paragraph) -> list[Block]:
    """The paragraph with tidy white space; two line breaks in a row part it in two; empty ones vanish."""
    lines: list[list[Run]] = [[]]
    for run in paragraph.runs:
        if run.text == BREAK:
            lines.append([])
        else:
            lines[-1].append(run)
    kept: list[Block] = []
    current: Paragraph | None = None
    for line in lines:
        runs = _tidy(line)
        if not runs:
            current = None
        elif current is None:
            current = Paragraph(runs, paragraph.mso_level, paragraph.mso_marker)
            kept.append(current)
        else:
            current.runs += [Run(BREAK), *runs]
    return kept


def _tidy(line: list[Run]) -> list[Run]:
    """White space collapsed across runs and cut at both ends; equal neighbours merged."""
    runs: list[Run] = []
    ends_with_space = True
    for marks, group in groupby(line, key=lambda run: (run.strong, run.em, run.href)):
        text = COLLAPSE.sub(" ", "".join(run.text for run in group))
        if ends_with_space:
            text = text.lstrip(" ")
        if not runs:
            text = text.lstrip()
        if text:
            ends_with_space = text.endswith(" ")
            runs.append(Run(text, *marks))
    while runs:
        runs[-1].text = runs[-1].text.rstrip()
        if runs[-1].text:
            break
        runs.pop()
    for run in runs:
        run.text = unicodedata.normalize("NFC", run.text)
    return runs


def group_mso(blocks: list[Block]) -> list[Block]:
    """Word's list paragraphs, which are flat and carry their level in a style, as real lists."""
    if not any(isinstance(block, Paragraph) and block.mso_level for block in blocks):
        return blocks
    grouped: list[Block] = []
    open_lists: list[List] = []
    for block in blocks:
        level = block.mso_level if isinstance(block, Paragraph) else 0
        if not isinstance(block, Paragraph) or not level:
            open_lists = []
            grouped.append(block)
            continue
        ordered = bool(ORDERED_MARKER.match(block.mso_marker))
        block.mso_level, block.mso_marker = 0, ""
        level = min(level, len(open_lists) + 1, MAX_CONTAINERS // 2)
        del open_lists[level:]
        if len(open_lists) == level and open_lists[-1].ordered != ordered:
            open_lists.pop()
        if len(open_lists) < level:
            new = List(ordered)
            (open_lists[-1].items[-1] if open_lists else grouped).append(new)
            open_lists.append(new)
        open_lists[-1].items.append([block])
    return grouped
