"""What the editor asks of the server while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.richtext import VersionedForm
from core.services.drafts import discard_draft, save_draft
from core.typography import date_fr, time_fr


def wants_json(request: HttpRequest) -> bool:
    """Whether the editor's script asks, and not a browser that shows the answer."""
    return request.headers.get("Accept") == "application/json"


def said_in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the editor's script: refusals as JSON, in words that can be shown beside the text."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not wants_json(request):
            return view(request, *args, **kwargs)
        if request.headers.get("X-Socle-User", str(request.user.pk)) != str(request.user.pk):
            # Somebody else signed in, in another tab of this browser: the page's text is not theirs.
            return JsonResponse({"error": _("Votre session est terminée.")}, status=401)
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied:
            text = _("Vous ne pouvez plus modifier ce texte. Votre saisie reste dans cette page : copiez-la.")
            return JsonResponse({"error": text}, status=403)
        except Http404:
            text = _(
                "Ce texte n’existe plus, ou vous n’y avez plus accès. Votre saisie reste dans cette page : copiez-la."
            )
            return JsonResponse({"error": text}, status=404)

    return wrapper


def autosave(
    request: HttpRequest,
    obj: models.Model,
    *,
    tz: ZoneInfo,
    newer: str = "",
    key: str = "body",
    stored: str | None = None,
) -> JsonResponse:
    """Keep the posted text as the draft of `request.user` of `obj` (fields `body` and `version`).

    With another `key` it is a text about `obj`, not its own: `stored` says what it began with.

    Answers `user`, `kept` (False when the text is the stored one), `at` (the hour in `tz`), and `newer`:
    the sentence `newer` when the draft started from an older version; 400 with `error` for a text that
    cannot be stored.
    """
    form = VersionedForm(request.POST)
    if not form.is_valid():
        return refused_json(form)
    draft = save_draft(
        obj,
        author=request.user,
        text=form.cleaned_data["body"],
        base_version=form.cleaned_data["base_version"],
        stored=obj.body if stored is None else stored,  # type: ignore[attr-defined]
        key=key,
    )
    is_stale = draft is not None and draft.base_version != getattr(obj, "version", draft.base_version)
    return JsonResponse(
        {
            "user": request.user.pk,
            "kept": draft is not None,
            "at": time_fr(timezone.localtime(timezone=tz)),
            "newer": newer if is_stale else "",
        }
    )


def refused_json(form: forms.BaseForm, error: ValidationError | None = None) -> JsonResponse:
    """400 with every error of `form`, or of `error`, in one sentence after the other."""
    texts = error.messages if error else [text for errors in form.errors.values() for text in errors]
    return JsonResponse({"error": " ".join(dict.fromkeys(texts))}, status=400)


def discard(request: HttpRequest, obj: models.Model) -> bool:
    """Forget the draft when the posted form asks for it (« Écarter »); whether it did."""
    if "discard" not in request.POST:
        return False
    discard_draft(obj, author=request.user)
    return True


def saved_words(at: Any, tz: ZoneInfo) -> str:
    """« Enregistré à 14 h 32 », « Enregistré le 11 février 2016 à 14 h 32 » for another day; empty for None."""
    if at is None:
        return ""
    local = timezone.localtime(at, tz)
    if local.date() == timezone.localdate(timezone=tz):
        return _("Enregistré à %(time)s") % {"time": time_fr(local)}
    return _("Enregistré le %(day)s à %(time)s") % {"day": date_fr(local.date()), "time": time_fr(local)}
