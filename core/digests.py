"""The weekly digest's plug board: each app brings a section; the app that knows people writes the mail.

A section reads for all readers at once when it is made; `lines` then speaks to one of them, in the language that is
active, without a query. `core` only hands the readers on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.functional import Promise

from core.registry import Registry


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One thing to know or to do: `text`, where it stands (absolute address), and a note (« dans 3 jours »)."""

    text: str
    url: str = ""
    note: str = ""
    is_urgent: bool = False


class DigestSection:
    """What one app has to say about a week; the number of its queries must not grow with the readers."""

    slug: ClassVar[str]
    label: ClassVar[str | Promise]
    order: ClassVar[int] = 50

    def __init__(self, readers: Sequence[Any], *, now: datetime) -> None:
        self.readers = readers
        self.now = now

    def lines(self, reader: Any) -> list[DigestLine]:
        """What waits for `reader`; empty when nothing does."""
        raise NotImplementedError


digest_sections: Registry[DigestSection] = Registry("digest sections")


def sections_for(readers: Sequence[Any], *, now: datetime) -> list[DigestSection]:
    """The sections of every app, in order, with what they have read for all `readers`."""
    ordered = sorted(digest_sections, key=lambda section: (section.order, section.slug))
    return [section(readers, now=now) for section in ordered]
