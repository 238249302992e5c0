"""What every page with a text in versions shares: how it opens, what is answered, the page of a conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.merge import merge_html
from core.richtext import richtext_to_text
from core.services.drafts import StaleVersion, drafts_seen
from core.typography import time_fr


def opening_text(request: HttpRequest, text: Any) -> tuple[int, str, bool]:
    """What an editor opened by GET starts from: version, body, and whether that is not saved.

    `?version=3` starts again from an older version, `?brouillon=1` from the reader's draft.
    """
    number = request.GET.get("version", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        old = text.versions.filter(number=int(number)).first()
        if old is not None and old.body != text.body:
            return text.version, old.body, True
    elif "brouillon" in request.GET:
        draft = drafts_seen([], reader=request.user, about=text, stored=text.body).own
        if draft is not None:
            return draft.base_version, draft.text, True
    return text.version, text.body, False


def newer_words(text: Any) -> str:
    """What is said to somebody who types on an older version of `text`."""
    return _(
        "%(author)s vient d’enregistrer une autre version de ce texte. Continuez : à l’enregistrement, les deux textes "
        "vous seront montrés côte à côte."
    ) % {"author": text.updated_by or _("Quelqu’un")}


def saved_json(request: HttpRequest, text: Any, *, tz: ZoneInfo, url: str = "") -> JsonResponse:
    """The answer to the editor's script: the version that stands now, when, and where to go (nowhere: stay)."""
    at = time_fr(timezone.localtime(text.updated_at, tz)) if text.updated_at else ""
    return JsonResponse({"user": request.user.pk, "version": text.version, "at": at, "url": url})


def stale_json(stale: StaleVersion) -> JsonResponse:
    return JsonResponse({"version": stale.version}, status=409)


def conflict_context(stale: StaleVersion, tz: ZoneInfo) -> dict[str, Any]:
    """Both texts and the merged one, for `components/merge.html`."""
    merged = merge_html(stale.base, mine=stale.mine, theirs=stale.theirs)
    return {
        "mine": richtext_to_text(stale.mine),
        "theirs": richtext_to_text(stale.theirs),
        "mine_html": stale.mine,
        "theirs_html": stale.theirs,
        "merged": merged,
        "theirs_author": stale.author,
        "theirs_at": timezone.localtime(stale.at, tz) if stale.at else None,
        "is_base_known": stale.base is not None,
    }


def _two_versions(request: HttpRequest, versions: Sequence[Any]) -> tuple[Any, Any]:
    """Of `versions` (latest first), those that `?nouvelle=` and `?ancienne=` name; by default the latest and the one before."""
    by_number = {str(version.number): version for version in versions}
    latest = versions[0] if versions else None
    new = by_number.get(request.GET.get("nouvelle", "")) or latest
    before = next((version for version in versions if new and version.number < new.number), None)
    return new, by_number.get(request.GET.get("ancienne", "")) or before


def versions_context(request: HttpRequest, section: Any, *, tz: ZoneInfo, edit_url: str) -> dict[str, Any]:
    """For `core/section_versions.html`: all versions of `section`, latest first, and the two that are compared."""
    versions = list(section.versions.select_related("author__person").order_by("-number"))
    for version in versions:
        version.local_at = timezone.localtime(version.created_at, tz)
    new, old = _two_versions(request, versions)
    return {
        "section": section,
        "versions": versions,
        "new": new,
        "old": old,
        "new_text": richtext_to_text(new.body) if new else "",
        "old_text": richtext_to_text(old.body) if old else "",
        "edit_url": edit_url,
    }
