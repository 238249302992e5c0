"""The text of minutes as it was shared, adopted or rectified: printed again as it was kept, whatever changed since."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.documents.base import canonical_json, content_sha256
from meetings.canonical import thawed
from meetings.enums import MinutesState
from meetings.models import Minutes, MinutesVersion

# What depends on where the minutes stand, and is no part of the text.
STATUS_KEYS = (
    "state",
    "state_label",
    "is_preview",
    "is_adopted",
    "adopted_on",
    "status",
    "text_version",
    "text_sha256",
    "errata",
    "verify_url",
)


def text_of(content: dict[str, Any]) -> dict[str, Any]:
    """The text alone of a context of the document, as plain JSON data."""
    text = {key: value for key, value in content.items() if key not in STATUS_KEYS}
    return json.loads(canonical_json(text))


def canonical_text(language: str, text: dict[str, Any]) -> tuple[str, str]:
    """The one writing of a version's text, and its SHA-256: the fingerprint that its document prints."""
    canonical = {"document": "minutes", "language": language, "text": text}
    return canonical_json(canonical).decode(), content_sha256(canonical)


def content_of(version: MinutesVersion) -> dict[str, Any]:
    """The text kept in a version. Raises ValueError when what is stored is no such text."""
    try:
        return json.loads(version.content)["text"]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"version {version.pk} holds no text") from error


def kept_version(minutes: Minutes) -> MinutesVersion | None:
    """The version that stands: none while the text is a draft, or was never shared through the portal."""
    if minutes.state == MinutesState.DRAFT:
        return None
    return minutes.versions.order_by("-number").first()


def kept_text(version: MinutesVersion) -> dict[str, Any]:
    """The text of a version as templates print it, with its number and its fingerprint."""
    return thawed(content_of(version)) | {"text_version": version.number, "text_sha256": version.sha256}


def errata_of(minutes: Minutes) -> list[dict[str, Any]]:
    """The errata, for the document."""
    tz = minutes.meeting.task_force.tz
    return [
        {
            "number": erratum.number,
            "date": timezone.localtime(erratum.created_at, tz).date(),
            "title": erratum.title,
            "reason": erratum.reason,
        }
        for erratum in minutes.errata.order_by("number")
    ]


def verify_url() -> str:
    """Where anyone checks a fingerprint."""
    return f"{settings.SITE_URL}{reverse('meetings:verification')}"
