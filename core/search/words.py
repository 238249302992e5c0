"""What somebody types, as a query: words, « phrases », -without, OU; other names; the last word as far as it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.postgres.search import SearchQuery

from core.search.models import CONFIGS
from core.text import normalise

# What is longer is cut, and the page says so.
MOST_CHARACTERS = 200
MOST_CLAUSES = 20
# Shorter beginnings of words would find half of everything.
SHORTEST_PREFIX = 3
# Words of a name of several (« Programme des Nations Unies pour le développement »).
LONGEST_NAME = 9

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
PIECES = re.compile(r'(-?)"([^"]*)"?|(\S+)')
REFERENCE = re.compile(r"\b([A-Za-z])-(\d{4})-(\d{2,})\b")
# « note_de_cadrage.pdf »: PostgreSQL would take it for the name of a machine.
FILE_NAME = re.compile(r"(?<=\w)[_.](?=\w)")
OR_WORDS = frozenset({"OU", "OR"})
# Common words that PostgreSQL's French list lacks: not required beside others.
COMMON = frozenset({"les", "cet", "cette", "dont"})
# Quotes of every kind are quotes; « <b> » is a tag for PostgreSQL, which would leave it out.
PLAIN = {ord(quote): '"' for quote in "«»“”„"} | dict.fromkeys(map(ord, "<>"), " ")

# The other names of what is called so: normalised name → names, for those of the names given that are known.
Synonyms = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


def searchable(text: str) -> str:
    """The text as the index reads it: « D-2016-01 » is one word, which the parser of PostgreSQL would take apart."""
    text = FILE_NAME.sub(" ", text.replace("\N{NO-BREAK SPACE}", " "))
    return REFERENCE.sub(lambda found: "".join(found.groups()), text)


@dataclass(frozen=True)
class Clause:
    """A word, a phrase (in quotes), or a name of several words; `others`: what else it is called.

    `is_without`: must not stand there. `is_or`: it or the clause before. `is_prefix`: the word may go on.
    """

    text: str
    is_phrase: bool = False
    is_without: bool = False
    is_or: bool = False
    is_prefix: bool = False
    others: tuple[str, ...] = ()

    def query(self, config: str) -> SearchQuery:
        text = searchable(self.text)
        found = SearchQuery(text, config=config, search_type="phrase" if self.is_phrase else "plain")
        if self.is_prefix:
            quoted = text.replace("\\", "\\\\").replace("'", "''")
            found |= SearchQuery(f"'{quoted}':*", config=config, search_type="raw")
        for name in self.others:
            found |= SearchQuery(searchable(name), config=config, search_type="phrase")
        return ~found if self.is_without else found


@dataclass(frozen=True)
class Words:
    """A query as it was read. `is_cut`: it was too long."""

    text: str
    clauses: tuple[Clause, ...]
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing is looked for: no word, or only words to leave out (which the whole portal answers)."""
        return all(clause.is_without for clause in self.clauses)

    @property
    def others(self) -> list[str]:
        """The other names that are looked for as well."""
        return list(dict.fromkeys(name for clause in self.clauses if not clause.is_without for name in clause.others))

    @property
    def short(self) -> Words:
        """The same without other names of several words, whose words would each be marked wherever they stand."""
        clauses = (replace(c, others=tuple(name for name in c.others if " " not in name)) for c in self.clauses)
        return replace(self, clauses=tuple(clauses))

    def query(self, language: str) -> SearchQuery:
        """The query for texts of a language. ValueError when there is no clause."""
        config = CONFIGS[language]
        if not self.clauses:
            raise ValueError("no words")
        groups: list[SearchQuery] = []
        for clause in self.clauses:
            query = clause.query(config)
            if clause.is_or and groups:
                groups[-1] |= query
            else:
                groups.append(query)
        whole = groups[0]
        for group in groups[1:]:
            whole &= group
        return whole


def read_words(typed: str, *, synonyms: Synonyms | None = None) -> Words:
    """Read what was typed. Never raises: whatever is no operator is a word."""
    typed = CONTROL.sub(" ", typed)
    # No look at the rest of ten thousand characters.
    is_cut = len(typed) > MOST_CHARACTERS
    text = " ".join(typed[:MOST_CHARACTERS].split())
    clauses = _pieces(text.translate(PLAIN))
    is_cut = is_cut or len(clauses) > MOST_CLAUSES
    clauses = clauses[:MOST_CLAUSES]
    if synonyms is not None:
        clauses = _with_names(clauses, synonyms)
    clauses = [c for c in clauses if c.is_phrase or c.others or normalise(c.text) not in COMMON] or clauses
    if clauses and not (last := clauses[-1]).is_phrase and not last.is_without and len(last.text) >= SHORTEST_PREFIX:
        clauses[-1] = replace(last, is_prefix=" " not in last.text)
    return Words(text, tuple(clauses), is_cut)


def _pieces(text: str) -> list[Clause]:
    clauses: list[Clause] = []
    is_or = False
    for minus, phrase, word in PIECES.findall(text):
        if word in OR_WORDS and clauses:
            is_or = True
            continue
        is_without = bool(minus)
        if word.startswith("-") and not phrase:
            is_without, word = True, word.lstrip("-")
        said = phrase.strip() or word
        if not any(char.isalnum() for char in said):
            continue
        clauses.append(Clause(said, is_phrase=bool(phrase.strip()), is_without=is_without, is_or=is_or))
        is_or = False
    return clauses


def _with_names(clauses: list[Clause], synonyms: Synonyms) -> list[Clause]:
    """The clauses with their other names; words that together are a name become one clause. One call of `synonyms`."""
    runs = list(_runs(clauses))
    known = synonyms(sorted({normalise(name) for _start, _end, name in runs}))
    found: list[Clause] = []
    position = 0
    while position < len(clauses):
        # The longest name first.
        best = max(
            (run for run in runs if run[0] == position and normalise(run[2]) in known),
            key=lambda run: run[1],
            default=None,
        )
        if best is None:
            found.append(clauses[position])
            position += 1
            continue
        _start, end, name = best
        others = tuple(other for other in known[normalise(name)] if normalise(other) != normalise(name))
        found.append(replace(clauses[position], text=name, others=others))
        position = end
    return found


def _runs(clauses: Sequence[Clause]) -> Iterable[tuple[int, int, str]]:
    """(start, end, name) of each clause, and of words that follow one another without an operator."""
    for start, first in enumerate(clauses):
        yield start, start + 1, first.text
        if first.is_phrase or first.is_without:
            continue
        for end in range(start + 2, min(start + LONGEST_NAME, len(clauses)) + 1):
            last = clauses[end - 1]
            if last.is_phrase or last.is_without or last.is_or:
                break
            yield start, end, " ".join(clause.text for clause in clauses[start:end])
