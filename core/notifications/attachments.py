"""The files of a mail, read or made when it leaves: the row only names them."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage

from core.models import Artefact

# Name, content, media type (None: told by the name).
Part = tuple[str, bytes | str, str | None]


def part_of(attachment: dict[str, Any]) -> Part:
    """The file that a row's attachment stands for.

    {"artefact": pk} a stored document · {"document": slug, "object": pk, "format": "pdf"} a document as it stands
    now, made here when it is not stored (in a worker) · {"file": name in the storage, "name", "content_type"}
    · {"name", "content", "content_type"} a text; with "method" (RFC 5546) a calendar's, which also stands as an
    alternative of the mail's text (`smtp.build`).
    """
    if "artefact" in attachment:
        return _read(Artefact.objects.get(pk=attachment["artefact"]))
    if "document" in attachment:
        from core.documents.services import artefact_now

        return _read(artefact_now(attachment["document"], attachment["object"], attachment["format"]))
    if "file" in attachment:
        with default_storage.open(attachment["file"], "rb") as file:
            return attachment["name"], file.read(), attachment["content_type"]
    if "method" in attachment:
        # Not text/calendar again: programs would act on it twice.
        return attachment["name"], attachment["content"].encode(), "application/ics"
    return attachment["name"], attachment["content"], attachment["content_type"]


def _read(artefact: Artefact) -> Part:
    with artefact.file.open("rb") as file:
        return artefact.filename, file.read(), None
