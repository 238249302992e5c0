"""The plug board of documents: one registered class, in one file, adds one document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.registry import Registry

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}


class DocumentRefused(Exception):
    """This document cannot be made; the message, in French, is for the person who asked."""


class UnknownFormat(LookupError):
    """The document is not offered in this format."""


class Document:
    """A document made from one object.

    A subclass gives the attributes and `get_context`; everything printed comes from that context,
    plain data, so that the page, the PDF, the Word file and the fingerprint cannot disagree.
    """

    slug: ClassVar[str]
    title: ClassVar[Any]
    model: ClassVar[type[models.Model]]
    # Of the HTML, hence of the PDF; the stylesheet lies below `static/`.
    template: ClassVar[str]
    stylesheet: ClassVar[str] = ""
    permission: ClassVar[str]
    # From the model to the scope whose page of documents lists its files ("meeting__task_force"); none: listed nowhere.
    scope_path: ClassVar[str] = ""
    formats: ClassVar[tuple[str, ...]] = ("pdf",)
    # Its content takes too long to put together in a request: a worker looks whether the file is stored already.
    built_later: ClassVar[bool] = False
    # Raised when the template changes what is printed: the same object then gives a new version.
    layout: ClassVar[int] = 1

    def queryset(self, user: Any) -> models.QuerySet:
        """The objects whose document `user` may know of; what is outside is a 404."""
        raise NotImplementedError

    def get_context(self, obj: Any) -> dict[str, Any]:
        """All that is printed, as plain data: text, numbers, booleans, dates, lists and dictionaries of them."""
        raise NotImplementedError

    def stamp(self, obj: Any) -> str:
        """A quick mark of all the rows that `get_context` reads (see `stamps`); "" builds the context each time."""
        return ""

    def filename(self, obj: Any) -> str:
        """The name of the file, without its extension."""
        return slugify(f"{self.title} {obj}")

    def file_stem(self, obj: Any) -> str:
        """`filename` in the words of the document's own language, whoever asks."""
        with override(self.language(obj)):
            return self.filename(obj)

    def is_preview(self, obj: Any) -> bool:
        """Whether `obj` is still being worked on: its files take no version number and are not kept."""
        return False

    def language(self, obj: Any) -> str:
        """The language it is written in."""
        return "fr"

    def page_context(self, obj: Any) -> dict[str, Any]:
        """For the page that shows the progress: `label`, where to go back to, and `body` for the shell."""
        return {"label": f"{self.title} – {obj}", "back_url": "/", "back_label": _("Accueil"), "body": None}

    def canonical(self, obj: Any) -> dict[str, Any]:
        """What the fingerprint is taken of: everything printed, and which layout prints it."""
        language = self.language(obj)
        with override(language):
            return {
                "document": self.slug,
                "layout": self.layout,
                "language": language,
                "content": self.get_context(obj),
            }

    def fingerprint(self, canonical: dict[str, Any]) -> str:
        """The SHA-256 that is printed: of all the content, unless the document keeps that of its text alone."""
        return content_sha256(canonical)

    def build(self, canonical: dict[str, Any], *, while_waiting: Callable[[], None]) -> Path:
        """A file that is no text, as a temporary file that the caller takes away. For workers.

        Raises DocumentRefused; `while_waiting` is called now and then.
        """
        raise UnknownFormat(self.slug)

    def render_html(self, canonical: dict[str, Any]) -> str:
        """The HTML of a canonical content; no query is made and no right is asked here."""
        with override(canonical["language"]):
            return render_to_string(
                self.template,
                {
                    **canonical["content"],
                    "document": self,
                    "language": canonical["language"],
                    "fingerprint": self.fingerprint(canonical),
                },
            )


documents: Registry[Document] = Registry("documents")


def canonical_json(canonical: dict[str, Any]) -> bytes:
    """The one writing of a canonical content: sorted keys, no spaces, UTF-8, dates as ISO 8601.

    Raises TypeError for anything that is not plain data: a model in a context would print what the
    fingerprint does not cover.
    """
    return json.dumps(
        canonical, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def content_sha256(canonical: dict[str, Any]) -> str:
    """SHA-256 of the canonical content, 64 hexadecimal digits: what the document prints."""
    return hashlib.sha256(canonical_json(canonical)).hexdigest()
