"""A meeting, or a year of meetings, as one ZIP: documents, scans, attachments, and a manifest with fingerprints.

It holds what every member of the body may read, hence nothing restricted and no minutes that are not shared.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.documents.base import Document, DocumentRefused, content_sha256, documents
from core.documents.services import artefact_now
from core.models import Artefact
from meetings.documents.common import MeetingDocument, meeting_words
from meetings.enums import AttachmentKind, MeetingState
from meetings.models import Attachment, Meeting, MeetingYear
from meetings.queries import SHARED
from meetings.queries.attachments import attachments_of
from taskforce.queries import grants_of

# The oldest moment that a ZIP file can tell.
NO_DATE = (1980, 1, 1, 0, 0, 0)
LIMIT = 2_000_000_000
PIECE = 1024 * 1024
# Already as small as they get.
PACKED = {"pdf", "docx", "xlsx", "pptx", "odt", "jpg", "png"}
# In the order in which they stand in the folder.
OF_A_MEETING = ("agenda", "sign-in-sheet", "meeting-actions")


class Pack(Document):
    """A ZIP of documents and files: `get_context` names them (`entries`)."""

    formats = ("zip",)
    template = ""
    built_later = True

    def is_preview(self, obj: Any) -> bool:
        """Everything in it is kept on its own: the pack goes after some days."""
        return True

    def language(self, obj: Any) -> str:
        return obj.task_force.language

    def build(self, canonical: dict[str, Any], *, while_waiting: Callable[[], None]) -> Path:
        context = canonical["content"]
        size = sum(entry.get("size", 0) for entry in context["entries"])
        if size > LIMIT:
            raise DocumentRefused(_("Ce dossier serait trop lourd (plus de 2 Go). Téléchargez-le réunion par réunion."))
        with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as handle:
            path = Path(handle.name)
        try:
            with zipfile.ZipFile(path, "w") as package:
                lines = [_put(package, entry, while_waiting) for entry in context["entries"]]
                package.writestr(_info("MANIFEST.txt"), _manifest(context, lines))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, NO_DATE)
    info.create_system = 0
    is_packed = path.rpartition(".")[2].lower() in PACKED
    info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    return info


def _put(package: zipfile.ZipFile, entry: dict[str, Any], while_waiting: Callable[[], None]) -> str:
    """Write one file into the ZIP; its line of the manifest."""
    while_waiting()
    if "file" in entry:
        name = entry["file"]
    else:
        made: Artefact = artefact_now(entry["document"], entry["object"], "pdf", while_waiting=while_waiting)
        name = made.file.name
    digest = hashlib.sha256()
    try:
        source = default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise DocumentRefused(
            _("Le fichier « %(name)s » a été perdu. Prévenez l’administration.") % {"name": entry["path"]}
        ) from error
    with source, package.open(_info(entry["path"]), "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            target.write(piece)
            while_waiting()
    return f"{digest.hexdigest()}  {entry['path']}"


def _manifest(context: dict[str, Any], lines: Iterable[str]) -> str:
    """As `sha256sum --check` reads it; what stands before begins with #."""
    return "\n".join([f"# {context['title']}", f"# {context['body']}", *lines, ""])


def entries_of(meeting: Meeting, folder: str = "") -> list[dict[str, Any]]:
    """What the pack of a meeting holds, below `folder`: documents by their content, files by their fingerprint."""
    wanted: list[tuple[str, Any]] = [(slug, meeting) for slug in OF_A_MEETING]
    minutes = getattr(meeting, "minutes", None)
    if minutes is not None and minutes.state in SHARED:
        minutes.meeting = meeting
        wanted.insert(1, ("minutes", minutes))
    entries: list[dict[str, Any]] = []
    for slug, obj in wanted:
        document = documents.get(slug)()
        entries.append(
            {
                "path": f"{folder}{document.file_stem(obj)}.pdf",
                "document": slug,
                "object": obj.pk,
                "content": content_sha256(document.canonical(obj)),
            }
        )
    taken = {entry["path"].casefold() for entry in entries}
    for row in attachments_of(meeting, restricted=False):
        path = _free(folder + _place(row), taken)
        entries.append({"path": path, "file": row.file.name, "sha256": row.sha256, "size": row.size})
    return entries


def _place(row: Attachment) -> str:
    if row.kind == AttachmentKind.SIGNED_SHEET:
        folder = pgettext("nom de fichier", "feuille-signee")
        return f"{folder}/{row.name}"
    folder = pgettext("nom de fichier", "pieces-jointes")
    if row.agenda_item is not None:
        item = pgettext("nom de fichier", "point")
        return f"{folder}/{item}-{row.agenda_item.position:02d}/{row.name}"
    return f"{folder}/{row.name}"


def _free(path: str, taken: set[str]) -> str:
    """`path`, or « path (2) » where another file has this name: some systems do not tell case apart."""
    stem, dot, extension = path.rpartition(".")
    tried, number = path, 1
    while tried.casefold() in taken:
        number += 1
        tried = f"{stem} ({number}){dot}{extension}"
    taken.add(tried.casefold())
    return tried


@documents.register
class MeetingPack(Pack, MeetingDocument):
    slug = "meeting-pack"
    name = pgettext_lazy("nom de fichier", "dossier")
    title = gettext_lazy("Dossier de la réunion")
    permission = "meetings.view_files"
    scope_path = ""
    formats = ("zip",)

    def filename(self, obj: Meeting) -> str:
        return f"{self.name}-{obj.task_force.slug}-{obj.date:%Y-%m-%d}"

    def get_context(self, obj: Meeting) -> dict[str, Any]:
        return {"title": meeting_words(obj), "body": obj.task_force.name, "entries": entries_of(obj)}


@documents.register
class YearPack(Pack):
    slug = "year-pack"
    title = gettext_lazy("Dossier de l’année")
    model = MeetingYear
    permission = "meetings.view_files"

    def queryset(self, user: Any) -> QuerySet[MeetingYear]:
        return MeetingYear.objects.filter(task_force_id__in=grants_of(user).body_ids()).select_related(
            "task_force__country"
        )

    def filename(self, obj: MeetingYear) -> str:
        return f"{MeetingPack.name}-{obj.task_force.slug}-{obj.year}"

    def page_context(self, obj: MeetingYear) -> dict[str, Any]:
        return {
            "body": obj.task_force,
            "label": _("Dossier des réunions de %(year)d") % {"year": obj.year},
            "back_url": reverse("meetings:meeting_list", args=[obj.task_force.slug]),
            "back_label": _("Réunions"),
        }

    def get_context(self, obj: MeetingYear) -> dict[str, Any]:
        body = obj.task_force
        entries: list[dict[str, Any]] = []
        meetings = body.meetings.exclude(state__in=[MeetingState.DRAFT, MeetingState.CANCELLED])
        related = ("task_force__country", "lead_agency", "chair", "rapporteur", "next_meeting", "minutes")
        # The body's own year: a meeting on New Year's Eve may lie in another one in UTC.
        near = meetings.filter(starts_at__year__range=(obj.year - 1, obj.year + 1))
        folders: set[str] = set()
        for meeting in near.select_related(*related).order_by("starts_at", "pk"):
            if meeting.date.year == obj.year:
                folder = _free(f"{meeting.date:%Y-%m-%d}.", folders).rstrip(".")
                entries += entries_of(meeting, f"{folder}/")
        title = _("Réunions de %(year)d") % {"year": obj.year}
        return {"title": title, "body": body.name, "entries": entries}
