"""A text typed while the session ended is shown again, never thrown away by the way to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.richtext import RichTextWidget, TypedText, richtext_to_text

# Fields of a posted form that are shown again; a form has ten or so, the list of presence a thousand.
MOST_FIELDS = 2000


def keeps_typed_text(*names: str) -> Callable[[Callable], Callable]:
    """A view whose posted fields `names` hold rich text: see `TypedTextMiddleware`."""

    def mark(view: Callable) -> Callable:
        view.typed_text = names  # type: ignore[attr-defined]
        return view

    return mark


class TypedTextMiddleware:
    """An anonymous POST to a view that `keeps_typed_text` is answered by a page with the text.

    The sign-in redirection would lose it: the session ended while somebody was typing. The page offers
    the text to copy, a way to sign in in another tab, and the same form to send again afterwards.
    Stands before LoginRequiredMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or request.user.is_authenticated:
            return None
        return typed_text_page(request, view, status=401)


def typed_text_page(request: HttpRequest, view: Callable, *, status: int, may_send: bool = True) -> HttpResponse | None:
    """The page that shows what was posted to `view`; None when that view keeps no typed text.

    With `may_send`, a button posts the same fields again: only for a form that is surely ours.
    """
    names = getattr(view, "typed_text", ())
    if not names:
        return None
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"error": _("Votre session est terminée.")}, status=status)
    texts = []
    for name in names:
        if raw := request.POST.get(name, ""):
            typed = TypedText(raw, request.POST.get(RichTextWidget.writing_name(name), ""))
            texts.append({"name": name, "text": _as_text(typed)})
    fields = [
        (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    context = {
        "texts": texts,
        "fields": fields[:MOST_FIELDS],
        "may_send": may_send,
        "is_signed_in": request.user.is_authenticated,
    }
    return render(request, "core/typed_text.html", context, status=status)


def _as_text(typed: TypedText) -> str:
    if typed.writing == "text":
        return str(typed)
    try:
        return richtext_to_text(typed)
    except ValidationError:
        return str(typed)
