"""Pages of a list: `page` and `page_size`, with the addresses of those around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from interventions.views.api.access import refuse_unknown

T = TypeVar("T")
PER_PAGE, MOST = 100, 500


class PageIn(Schema):
    """Every list takes these; a list's own filters come beside."""

    page: int = Field(1, ge=1, le=100_000)
    page_size: int = Field(PER_PAGE, ge=1, le=MOST)


class PageOut(Schema, Generic[T]):
    count: int = Field(description="Nombre total de lignes, toutes pages ensemble")
    next: str | None = Field(description="Adresse de la page suivante")
    previous: str | None
    items: list[T]


def page_of(request: HttpRequest, rows: QuerySet[Any], asked: PageIn, out: Callable[[Any], Any]) -> dict[str, Any]:
    """The page asked for of ordered `rows`, each told by `out`; one past the last is empty. One query more than `rows`."""
    refuse_unknown(request, type(asked).model_fields)
    count = rows.order_by().count()
    start = (asked.page - 1) * asked.page_size
    items = [out(row) for row in rows[start : start + asked.page_size]] if start < count else []
    return {
        "count": count,
        "next": _address(request, asked.page + 1) if start + asked.page_size < count else None,
        "previous": _address(request, asked.page - 1) if asked.page > 1 else None,
        "items": items,
    }


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
