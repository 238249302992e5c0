"""Which minutes a fingerprint belongs to. Says nothing of what they contain."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from core.models import Artefact
from meetings.models import Minutes, MinutesVersion


@dataclass(frozen=True)
class Found:
    """What a fingerprint is of. `versions`: those of this very text, the latest first; empty for a file made
    before the text was shared. `is_latest`: no later text replaces it."""

    minutes: Minutes
    versions: tuple[MinutesVersion, ...]
    latest: MinutesVersion | None
    is_latest: bool
    is_file: bool

    @property
    def kept(self) -> set[MinutesVersion]:
        """The versions that the page names."""
        return {*self.versions, *([self.latest] if self.latest else [])}


def minutes_with_fingerprint(sha256: str) -> Found | None:
    """The minutes whose text, or the file made of it, has this SHA-256 (64 hexadecimal digits); None for unknown."""
    version = MinutesVersion.objects.filter(sha256=sha256).order_by("-number").first()
    artefact = None
    if version is None:
        artefact = (
            Artefact.objects.filter(Q(sha256=sha256) | Q(content_sha256=sha256), document="minutes", is_preview=False)
            .order_by("-created_at")
            .first()
        )
        if artefact is None:
            return None
    minutes_pk = version.minutes_id if version is not None else artefact.object_id  # type: ignore[union-attr]
    minutes = Minutes.objects.select_related("meeting__task_force").filter(pk=minutes_pk).first()
    if minutes is None:
        return None
    versions = list(minutes.versions.order_by("-number"))
    latest = versions[0] if versions else None
    if artefact is not None:
        # The text that stood when the file was made.
        made_of = next((one for one in versions if one.created_at <= artefact.created_at), None)
        text = made_of.sha256 if made_of is not None else ""
    else:
        text = sha256
    same = tuple(one for one in versions if one.sha256 == text)
    is_latest = latest is not None and latest.sha256 == text
    return Found(minutes, same, latest, is_latest, artefact is not None and artefact.sha256 == sha256)
