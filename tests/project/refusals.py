"""Pages that refuse, drawn as often as they can differ: once for each address, once for each reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import urls
from django.http import HttpRequest, HttpResponse


class DrawnOnce:
    """Django's view of a refusal; the same one again is its status alone. A page that breaks breaks each time."""

    def __init__(self, view: Callable[..., HttpResponse], status: int) -> None:
        self.view, self.status = view, status
        self.drawn: set[tuple[str, object]] = set()

    def __call__(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        match = request.resolver_match
        new = {("address", match.view_name if match else None), ("reader", request.user.pk)} - self.drawn
        if not new:
            return HttpResponse(status=self.status)
        response = self.view(request, exception=exception)
        self.drawn |= new
        return response


@pytest.fixture(scope="module")
def refusals_drawn_once() -> Iterator[None]:
    """For sweeps that ask for the status: most of their answers are refusals, and one page takes longer than the answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "handler403", DrawnOnce(urls.handler403, 403))
        patch.setattr(urls, "handler404", DrawnOnce(urls.handler404, 404))
        yield
