"""Finding: only what the reader may read now, counted and quoted from that alone."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Case, Count, F, Func, IntegerField, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Left, Right
from django.utils.safestring import SafeString

from core.search.base import SearchSource, sources
from core.search.models import CONFIGS, SearchEntry
from core.search.quoting import ENDS, WHOLE, extract, marked, safe_marks, tree_of, with_ellipses
from core.search.words import Words
from core.text import normalise

PER_PAGE = 20
# Nobody reads further: the page asks for another word instead.
MOST_PAGES = 25
# Above it the latest stand first: weighing each would take longer than a page may.
MOST_RANKED = 1000
# Above it naming the bodies is no quicker.
MOST_SCOPES = 8
# How near a word of a title must be to what was typed: 1 is the same.
NEAR = 0.7
# And of somebody's name, to be offered as such.
NEAR_NAME = 0.55
# Shorter words are common words or acronyms.
SHORTEST_GUESS = 5


@dataclass(frozen=True)
class Hit:
    """One result: its entry, and title, facts and extract as safe HTML with <mark>."""

    entry: SearchEntry
    source: SearchSource
    title: SafeString
    facts: SafeString
    extract: SafeString

    @property
    def links(self) -> list[tuple[Any, str]]:
        return self.source.links(self.entry)


@dataclass(frozen=True)
class Choice:
    """A value of a filter and how many results it would leave."""

    value: Any
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Found:
    """A page of results with the counts of its filters."""

    total: int = 0
    # With no filter at all.
    everything: int = 0
    hits: list[Hit] = field(default_factory=list)
    kinds: list[tuple[SearchSource, Choice]] = field(default_factory=list)
    scopes: list[Choice] = field(default_factory=list)
    years: list[Choice] = field(default_factory=list)
    page: int = 1
    pages: int = 0
    # The latest first, there being too many to weigh.
    is_by_date: bool = False
    # Where it was looked for, for `guess`.
    among: QuerySet[SearchEntry] | None = field(default=None, compare=False, repr=False)

    @property
    def is_capped(self) -> bool:
        return self.total > PER_PAGE * MOST_PAGES


@dataclass(frozen=True)
class Guess:
    """What may have been meant when nothing is found: other words, and things named alike.

    `is_common`: the words are too common to be looked for at all.
    """

    text: str = ""
    named: list[SearchEntry] = field(default_factory=list)
    is_common: bool = False


def entries_visible_to(user: Any, scopes: Collection[int] | None = None) -> QuerySet[SearchEntry]:
    """The entries of what `user` may read at this moment: what each source says, as subqueries of one condition.

    `scopes`: keys of all the bodies that the user may open, when they are known; it is quicker.
    """
    visible = Q(pk__in=[])
    for source in sources():
        rows = source.visible_to(user).order_by().values("pk")
        visible |= Q(kind=source.slug, object_id__in=rows)
    entries = SearchEntry.objects.filter(visible)
    if scopes is None or len(scopes) > MOST_SCOPES:
        return entries
    return entries.filter(Q(scope_id__in=scopes) | Q(scope_id__isnull=True))


def _compiled(entries: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
    """The same rows, their condition written once for the queries of a request: that takes longer than asking it.

    Not to be used as a subquery, whose table has another name.
    """
    query = entries.query
    condition, parameters = query.get_compiler(connection=connection).compile(query.where)
    return SearchEntry.objects.filter(RawSQL(condition, parameters, output_field=BooleanField()))  # noqa: S611 - the ORM's


def matching(entries: QuerySet[SearchEntry], words: Words) -> QuerySet[SearchEntry]:
    """Those of `entries` that answer the words, each read in its own language."""
    wanted = Q()
    for language in CONFIGS:
        wanted |= Q(language=language, vector=words.query(language))
    return entries.filter(wanted)


def find(
    user: Any,
    words: Words,
    *,
    kind: str = "",
    scope_id: int | None = None,
    year: int | None = None,
    page: int = 1,
    scopes: Collection[int] | None = None,
) -> Found:
    """A page of what answers `words`: one query for all the counts, one for the page.

    An unknown kind, body or year finds nothing. A page beyond the last is the last. `scopes`: see `entries_visible_to`.
    """
    if words.is_empty:
        return Found()
    among = _compiled(entries_visible_to(user, scopes))
    matched = matching(among, words)
    rows: Any = (
        matched.order_by()
        .values("kind", "scope_id", "year")
        .annotate(n=Count("pk"), few=_few("pk"), **{f"tree_{code}": tree_of(words, code) for code in CONFIGS})
    )
    groups: list[dict[str, Any]] = list(rows)
    counts = {(group["kind"], group["scope_id"], group["year"]): group["n"] for group in groups}
    trees = {code: groups[0][f"tree_{code}"] for code in CONFIGS} if groups else {}
    asked = (kind or None, scope_id, year)
    total = sum(count for key, count in counts.items() if _agrees(key, asked))
    by_slug = {source.slug: source for source in sources()}
    kinds = _choices(counts, asked, 0)
    pages = min(-(-total // PER_PAGE), MOST_PAGES)
    page = max(1, min(page, pages))
    if groups and groups[0]["few"] is not None:
        # They are known: no need to ask again which they are.
        wanted = [pk for group, key in zip(groups, counts, strict=True) if _agrees(key, asked) for pk in group["few"]]
        matched = SearchEntry.objects.filter(pk__in=wanted)
    else:
        if kind:
            matched = matched.filter(kind=kind)
        if scope_id is not None:
            matched = matched.filter(scope_id=scope_id)
        if year is not None:
            matched = matched.filter(year=year)
    return Found(
        total=total,
        everything=sum(counts.values()),
        hits=_hits(matched, words, trees, by_slug, page, ranked=total <= MOST_RANKED) if total else [],
        kinds=[(source, kinds[slug]) for slug, source in by_slug.items() if slug in kinds],
        scopes=sorted(_choices(counts, asked, 1).values(), key=lambda choice: -choice.count),
        years=sorted(_choices(counts, asked, 2).values(), key=lambda choice: -choice.value),
        page=page,
        pages=pages,
        is_by_date=total > MOST_RANKED,
        among=among,
    )


def _few(name: str) -> Func:
    """The keys of a group, unless all the groups have too many."""
    return Func(
        ArrayAgg(name),
        template=f"(CASE WHEN SUM(COUNT(*)) OVER () <= {MOST_RANKED} THEN %(expressions)s END)",
        output_field=ArrayField(BigIntegerField()),
    )


def _agrees(key: tuple, asked: tuple, but: int | None = None) -> bool:
    return all(want is None or key[n] == want for n, want in enumerate(asked) if n != but)


def _choices(counts: dict[tuple, int], asked: tuple, part: int) -> dict[Any, Choice]:
    """How many results each value of one filter leaves, the other filters staying as they are."""
    left: Counter[Any] = Counter()
    for key, count in counts.items():
        if key[part] is not None and _agrees(key, asked, but=part):
            left[key[part]] += count
    if asked[part] is not None:
        # The one that was chosen stays to be taken off.
        left[asked[part]] += 0
    return {value: Choice(value, count, value == asked[part]) for value, count in left.items()}


def _hits(
    matched: QuerySet[SearchEntry],
    words: Words,
    trees: dict[str, str],
    by_slug: dict[str, SearchSource],
    page: int,
    *,
    ranked: bool,
) -> list[Hit]:
    latest = F("date").desc(nulls_last=True)
    order: list[Any] = [F("rank").desc(), latest, "pk"] if ranked else [latest, "-pk"]

    def ordered(rows: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
        return (rows.annotate(rank=_by_language(words, SearchRank)) if ranked else rows).order_by(*order)

    start = (page - 1) * PER_PAGE
    of_page, parameters = ordered(matched).values("pk")[start : start + PER_PAGE].query.sql_with_params()
    # Texts are quoted for the page alone: each is read through again for it.
    rows = ordered(SearchEntry.objects.filter(pk__in=RawSQL(of_page, parameters)))  # noqa: S611 - the ORM's
    rows = rows.defer("text", "vector").annotate(
        marked_title=marked(words.short, "title", WHOLE),
        marked_facts=marked(words.short, "facts", WHOLE),
        extract=extract(words, "text", trees),
        text_begin=Left("text", ENDS),
        text_end=Right("text", ENDS),
    )
    return [
        Hit(
            row,
            by_slug[row.kind],
            safe_marks(row.marked_title),
            safe_marks(row.marked_facts),
            safe_marks(with_ellipses(row.extract, row.text_begin, row.text_end)),
        )
        for row in rows
    ]


def _by_language(words: Words, rank: Any) -> Case:
    *others, last = CONFIGS
    whens = [When(language=one, then=rank(F("vector"), words.query(one))) for one in others]
    return Case(*whens, default=rank(F("vector"), words.query(last)))


def guess(
    user: Any,
    words: Words,
    *,
    scopes: Collection[int] | None = None,
    among: QuerySet[SearchEntry] | None = None,
) -> Guess:
    """What may have been meant by words that find nothing: from the titles that `user` may read. One query.

    `among`: what `find` found nothing among, for the same user; otherwise it is asked again.
    """
    typed = [clause.text for clause in words.clauses if not clause.is_without]
    # A number is not misspelt, and is near every other number.
    spelt = [word for word in " ".join(typed).split() if not any(char.isdigit() for char in word)]
    long = [word for word in spelt if len(normalise(word)) >= SHORTEST_GUESS][:5]
    if not long:
        return Guess(is_common=_is_common(words))
    wanted, nearness = Q(), []
    for word in long:
        wanted |= Q(key__trigram_word_similar=normalise(word))
        nearness.append(TrigramWordSimilarity(normalise(word), "key"))
    near = nearness[0] if len(nearness) == 1 else Greatest(*nearness)
    rows: list[Any] = list(
        (entries_visible_to(user, scopes) if among is None else among)
        .filter(wanted)
        .annotate(near=near, nodes=_nodes(words))
        .order_by("-near", "pk")
        .defer("text", "vector", "facts")[:30]
    )
    is_common = bool(rows) and rows[0].nodes == 0
    by_slug = {source.slug: source for source in sources()}
    names = [row for row in rows if by_slug[row.kind].is_name]
    titles = [(row.title, row in names) for row in rows]
    return Guess(_corrected(words.text, long, titles), [row for row in names if row.near >= NEAR_NAME][:5], is_common)


def _nodes(words: Words) -> Func:
    return Func(words.query("fr"), function="numnode", output_field=IntegerField())


def _is_common(words: Words) -> bool:
    """Whether no word is left once the common ones are taken off (« le », « de », « pour »)."""
    row = SearchEntry.objects.annotate(nodes=_nodes(words)).values_list("nodes", flat=True)[:1]
    return list(row) == [0]


def _corrected(text: str, typed: Iterable[str], titles: Iterable[tuple[str, bool]]) -> str:
    """The text with each word replaced by the nearest one of the titles; empty when that changes nothing.

    `titles`: with whether it is a name, whose capitals stay.
    """
    written: dict[str, str] = {}
    for title, is_name in titles:
        for word in re.findall(r"\w+", title):
            written.setdefault(normalise(word), word if is_name or word.isupper() else word.lower())
    corrected = text
    for word in typed:
        bare = "".join(re.findall(r"\w+", word))
        if not bare or normalise(bare) in written:
            continue
        nearest = difflib.get_close_matches(normalise(bare), list(written), n=1, cutoff=NEAR)
        if nearest:
            corrected = corrected.replace(bare, written[nearest[0]], 1)
    return corrected if normalise(corrected) != normalise(text) else ""


__all__ = ["Choice", "Found", "Guess", "Hit", "entries_visible_to", "find", "guess", "matching"]
