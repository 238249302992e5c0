"""Quoting what was found: the words marked, and of a long text only the stretch where they stand.

PostgreSQL reads a text again to quote it, so a report of a hundred pages is first narrowed by a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.search import SearchHeadline
from django.db.models import Case, F, Func, IntegerField, TextField, Value, When
from django.db.models.functions import Greatest, Length, Substr
from django.db.models.lookups import GreaterThan
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.search.models import CONFIGS
from core.search.words import Words

# Characters that no entry holds (indexing.CONTROL) stand around the words found until the text is escaped.
START, STOP = "\x02", "\x03"
WHOLE = {"highlight_all": True}
BRIEF = {"max_words": 35, "min_words": 18, "max_fragments": 2, "fragment_delimiter": " … "}
# Characters: what is longer is quoted from a stretch that begins so far before the first word found.
LONG, STRETCH, BEFORE = 4000, 1500, 300
# So many at either end tell whether an extract begins or ends with its text.
ENDS = 40

TOKENS = re.compile(r"'((?:[^']|'')*)'(?::[*A-D]+)?|<(-|\d+)>|([&|!()])")
# As a lexeme is written, and as people write it.
ACCENTED = str.maketrans(
    {"a": "[aàâä]", "c": "[cç]", "e": "[eéèêë]", "i": "[iîï]", "o": "[oôö]", "u": "[uùûü]", "y": "[yÿ]", "n": "[nñ]"}
)


def tree_of(words: Words, language: str) -> Func:
    """The lexemes that are looked for, as PostgreSQL writes them, without those to leave out: see `pattern_of`."""
    return Func(words.query(language), function="querytree", output_field=TextField())


def pattern_of(tree: str) -> str:
    """The regular expression of the first place where something of `tree` may stand; empty when it says nothing.

    A phrase counts as a whole. A stem is the beginning of its words, but for the last letter (« social », sociaux).
    """
    chains: list[str] = []
    gap = ""
    for lexeme, distance, _other in TOKENS.findall(tree):
        if distance:
            skipped = 0 if distance == "-" else max(int(distance) - 1, 0)
            gap = rf"\w*\W+(?:\w+\W+){{{skipped}}}"
        elif lexeme:
            stem = "".join(char for char in lexeme if char.isalnum())
            stem = stem[:-1] if len(stem) > 4 and stem.isalpha() else stem
            written = stem.translate(ACCENTED)
            if gap and chains:
                chains[-1] += gap + written
            elif written:
                chains.append(written)
            gap = ""
        else:
            gap = ""
    return rf"\m(?:{'|'.join(dict.fromkeys(chains))})" if chains else ""


def marked(words: Words, name: str, options: dict[str, Any]) -> Case:
    """The field with the words found between START and STOP."""
    return _by_language(words, {language: F(name) for language in CONFIGS}, options)


def extract(words: Words, name: str, trees: Mapping[str, str]) -> Case:
    """Two short fragments of the field with the words found; `trees` of the languages, see `tree_of`."""
    return _by_language(
        words, {language: _stretch(name, pattern_of(trees.get(language, ""))) for language in CONFIGS}, BRIEF
    )


def _by_language(words: Words, texts: Mapping[str, Any], options: dict[str, Any]) -> Case:
    def headline(language: str) -> SearchHeadline:
        return SearchHeadline(
            texts[language],
            words.query(language),
            config=CONFIGS[language],
            start_sel=START,
            stop_sel=STOP,
            **options,
        )

    *others, last = CONFIGS
    return Case(
        *(When(language=one, then=headline(one)) for one in others), default=headline(last), output_field=TextField()
    )


def _stretch(name: str, pattern: str) -> Any:
    """The field, or of a long one the stretch around the first match."""
    place: Any = Value(1)
    if pattern:
        found = Func(
            F(name),
            Value(pattern),
            function="regexp_instr",
            template="%(function)s(%(expressions)s, 1, 1, 0, 'i')",
            output_field=IntegerField(),
        )
        place = Greatest(found - BEFORE, Value(1))
    return Case(
        When(GreaterThan(Length(name), LONG), then=Substr(name, place, STRETCH)),
        default=F(name),
        output_field=TextField(),
    )


def with_ellipses(quoted: str, begin: str, end: str) -> str:
    """An extract with « … » where the text, of which `begin` and `end` are the first and last characters, goes on."""
    # Spaces count for nothing: the quotation may leave out those of the edges.
    plain = "".join(quoted.replace(START, "").replace(STOP, "").split())
    if not plain:
        return quoted
    begin, end = "".join(begin.split()), "".join(end.split())
    before = "" if plain.startswith(begin[: len(plain)]) else "…\u00a0"
    after = "" if plain.endswith(end[-len(plain) :]) else "\u00a0…"
    return f"{before}{quoted.strip()}{after}"


def safe_marks(text: str) -> SafeString:
    """A text with the words found between START and STOP, as HTML: everything else is escaped."""
    safe = escape(text).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped above
