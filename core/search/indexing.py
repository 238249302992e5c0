"""Keeping the entries up to date with what they speak of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Value
from django.utils import timezone

from core.search.base import Findable, SearchSource, sources
from core.search.models import CONFIGS, TITLE_LENGTH, SearchEntry, SearchMark
from core.search.words import searchable
from core.text import normalise

# Rows indexed in one transaction, and marks taken at once.
CHUNK = 200
MARKS = 500
# Characters of a text that are kept: forty pages of minutes are half of it.
MOST_TEXT = 200_000
# One indexer at a time: of two, the one that read first could write last. (Any number; ours.)
LOCK = 7_241_604
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
WRITTEN = [field.name for field in SearchEntry._meta.concrete_fields if field.name not in {"id", "kind", "object_id"}]


def index_marked() -> int:
    """Index what was marked, all of it; return how many entries were looked at.

    Does nothing while another process is at it. Fills the table when it has never been filled.
    """
    if not SearchEntry.objects.exists():
        return reindex()
    done = 0
    while True:
        with transaction.atomic():
            if not _lock(wait=False):
                return done
            marks = _take_marks()
            if not marks:
                return done
            done += _index_touched(marks)


def reindex() -> int:
    """Index everything again and forget what is no longer there; return how many entries there are."""
    # Whatever they speak of is committed, and read below.
    SearchMark.objects.all().delete()
    for source in sources():
        last = 0
        while True:
            pks = list(source.model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
            if not pks:
                break
            with transaction.atomic():
                _lock(wait=True)
                _index(source, pks)
            last = pks[-1]
        gone = SearchEntry.objects.filter(kind=source.slug).exclude(object_id__in=source.model.objects.values("pk"))
        gone.delete()
    SearchEntry.objects.exclude(kind__in=[source.slug for source in sources()]).delete()
    return SearchEntry.objects.count()


def _lock(*, wait: bool) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return True if wait else bool(row[0])


def _take_marks() -> dict[str, set[int]]:
    """The oldest marks, by table; deleted with this transaction."""
    taken: dict[str, set[int]] = {}
    pks = []
    for mark in SearchMark.objects.order_by("pk")[:MARKS]:
        pks.append(mark.pk)
        taken.setdefault(mark.table_name, set()).add(mark.object_id)
    SearchMark.objects.filter(pk__in=pks).delete()
    return taken


def _index_touched(marks: dict[str, set[int]]) -> int:
    done = 0
    for source in sources():
        touched: set[int] = set(marks.get(source.model._meta.db_table, ()))
        for table, lookup in source.watches.items():
            if table in marks:
                touched |= set(
                    source.model.objects.filter(**{f"{lookup}__in": marks[table]}).values_list("pk", flat=True)
                )
        for pks in _chunks(sorted(touched)):
            _index(source, pks)
        done += len(touched)
    return done


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]


def _index(source: SearchSource, pks: Collection[int]) -> None:
    """Write the entries of these rows; those without words, or gone, lose theirs."""
    content_type = ContentType.objects.get_for_model(source.model)
    entries = []
    for row in source.rows().filter(pk__in=pks):
        findable = source.findable(row)
        if findable is not None:
            entries.append(_entry(source.slug, content_type, row.pk, findable))
    kept = [entry.object_id for entry in entries]
    SearchEntry.objects.filter(kind=source.slug, object_id__in=pks).exclude(object_id__in=kept).delete()
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=WRITTEN
    )


def _entry(kind: str, content_type: ContentType, pk: int, findable: Findable) -> SearchEntry:
    title, facts, text = (CONTROL.sub(" ", words).strip() for words in (findable.title, findable.facts, findable.text))
    title, text = title[:TITLE_LENGTH], text[:MOST_TEXT]
    config = CONFIGS[findable.language]
    vector: Any = (
        SearchVector(Value(searchable(title)), config=config, weight="A")
        + SearchVector(Value(searchable(facts)), config=config, weight="B")
        + SearchVector(Value(searchable(text)), config=config, weight="C")
    )
    return SearchEntry(
        kind=kind,
        content_type=content_type,
        object_id=pk,
        scope_id=findable.scope_id,
        language=findable.language,
        title=title,
        key=normalise(title)[: TITLE_LENGTH * 2],
        facts=facts,
        text=text,
        date=findable.date,
        year=findable.date.year if findable.date else None,
        url_name=findable.url_name,
        url_arg=str(findable.url_arg),
        url_suffix=findable.url_suffix,
        vector=vector,
        indexed_at=timezone.now(),
    )
