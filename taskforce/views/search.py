"""Search over everything that one may read."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.search.base import sources
from core.search.queries import MOST_PAGES, PER_PAGE, Found, Guess, find, guess
from core.search.words import MOST_CHARACTERS, read_words
from taskforce.queries import only_body, visible_bodies
from taskforce.queries.names import other_names

# Years that a filter may name; what is outside filters nothing.
YEARS = range(1900, 2200)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What answers « q », among what the reader may read now; filters by kind, body and year with their counts."""
    words = read_words(request.GET.get("q", ""), synonyms=other_names)
    bodies = {body.pk: body for body in visible_bodies(request.user)}
    kind = next((source.slug for source in sources() if source.slug == request.GET.get("type")), "")
    scope = next((body.pk for body in bodies.values() if body.slug == request.GET.get("instance")), None)
    year = _number(request.GET.get("annee"))
    found = find(
        request.user,
        words,
        kind=kind,
        scope_id=scope,
        year=year if year in YEARS else None,
        page=_number(request.GET.get("page")) or 1,
        scopes=bodies.keys(),
    )
    is_filtered = bool(kind or scope or year in YEARS)
    context = {
        "body": only_body(request.user),
        "nav": "search",
        "words": words,
        "found": found,
        # Where there are results under other filters, the words are no mistake.
        "guess": guess(request.user, words, scopes=bodies.keys(), among=found.among)
        if not (found.everything or words.is_empty)
        else Guess(),
        "page": Paginator(range(min(found.total, PER_PAGE * MOST_PAGES)), PER_PAGE).get_page(found.page),
        "hits": [(hit, bodies.get(hit.entry.scope_id)) for hit in found.hits],
        "filters": _filters(found, bodies),
        "is_filtered": is_filtered,
        "most_characters": MOST_CHARACTERS,
    }
    return render(request, "taskforce/search.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else None


def _filters(found: Found, bodies: dict[int, Any]) -> dict[str, list[dict[str, Any]]]:
    """The options of each filter: value, label, count, whether it is chosen."""

    def option(value: Any, label: Any, choice: Any) -> dict[str, Any]:
        return {"value": value, "label": label, "count": choice.count, "is_chosen": choice.is_chosen}

    return {
        "kinds": [option(source.slug, source.plural, choice) for source, choice in found.kinds],
        "bodies": [
            option(bodies[choice.value].slug, bodies[choice.value], choice)
            for choice in found.scopes
            if choice.value in bodies
        ],
        "years": [option(choice.value, choice.value, choice) for choice in found.years],
    }
