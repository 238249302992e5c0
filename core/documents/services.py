"""The life of a document: asked for, claimed by a worker, rendered, stored as an immutable file."""

from __future__ import annotations

import hashlib
import logging
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.documents.base import Document, DocumentRefused, UnknownFormat, content_sha256, documents
from core.documents.files import sha256_of, write_whole
from core.jobs import enqueue
from core.models import Artefact, DocumentJob, JobState

logger = logging.getLogger(__name__)

RENDER_TASK = "core.render_document"
# A worker's claim on a job, renewed while it renders: a killed one frees it after this.
CLAIM = timedelta(seconds=45)
# How long a message may take to reach a worker before it is thought lost.
PATIENCE = timedelta(seconds=20)
MAX_ATTEMPTS = 3
PREVIEWS_KEPT = timedelta(days=7)
JOBS_KEPT = timedelta(days=90)


# Asking -----------------------------------------------------------------------------------------


def request_document(user: Any, document: Document, obj: Any, extension: str) -> DocumentJob:
    """The job that makes this document for `user`: done at once when the same content is stored already.

    A second call while the first waits or runs returns the same job. Raises UnknownFormat; the caller
    has checked the rights.
    """
    if extension not in document.formats:
        raise UnknownFormat(extension)
    stamp = _stamp(document, obj)
    # With a stamp the request is spared the building of the context: the worker finds what is stored.
    stored = None
    if stamp:
        stored = _stamped(document, obj.pk, extension, stamp)
    elif not document.built_later:
        stored = _stored(document, obj.pk, extension, content_sha256(document.canonical(obj)))
    if stored is not None:
        return _finished_job(user, stored, stamp)
    asked = {"requested_by": user, "document": document.slug, "object_id": obj.pk, "format": extension}
    try:
        job, created = DocumentJob.objects.get_or_create(
            **asked,
            state__in=[JobState.QUEUED, JobState.RUNNING],
            defaults={"state": JobState.QUEUED, "is_preview": document.is_preview(obj)},
        )
    except IntegrityError:
        # The other click's job was there a moment ago and has just come to its end.
        job, created = DocumentJob.objects.filter(**asked).latest("created_at"), False
    if created:
        enqueue(RENDER_TASK, str(job.pk))
    return job


def _stamp(document: Document, obj: Any) -> str:
    """The document's mark of the rows, with what else decides its content: this version of the code."""
    rows = document.stamp(obj)
    mark = f"{settings.SOCLE_VERSION}/{document.layout}/{rows}"
    return hashlib.sha256(mark.encode()).hexdigest() if rows else ""


def _stamped(document: Document, object_id: int, extension: str, stamp: str) -> Artefact | None:
    """The artefact made when the object's rows were just as they are, without building the context."""
    job = (
        DocumentJob.objects.select_related("artefact")
        .filter(document=document.slug, object_id=object_id, format=extension, source_stamp=stamp, state=JobState.DONE)
        .first()
    )
    return job.artefact if job is not None and _has_file(job.artefact) else None


def _has_file(artefact: Artefact | None) -> bool:
    return artefact is not None and artefact.file.storage.exists(artefact.file.name)


def _stored(document: Document, object_id: int, extension: str, sha: str) -> Artefact | None:
    """The artefact of this very content, when its file is there."""
    artefact = Artefact.objects.filter(
        document=document.slug, object_id=object_id, format=extension, content_sha256=sha
    ).first()
    return artefact if _has_file(artefact) else None


def _finished_job(user: Any, artefact: Artefact, stamp: str) -> DocumentJob:
    job = DocumentJob.objects.filter(requested_by=user, artefact=artefact, state=JobState.DONE).first()
    if job is not None:
        if job.source_stamp != stamp:
            job.source_stamp = stamp
            job.save(update_fields=["source_stamp"])
        return job
    return DocumentJob.objects.create(
        requested_by=user,
        document=artefact.document,
        object_id=artefact.object_id,
        format=artefact.format,
        is_preview=artefact.is_preview,
        state=JobState.DONE,
        artefact=artefact,
        source_stamp=stamp,
        finished_at=timezone.now(),
    )


# Making -----------------------------------------------------------------------------------------


def run_job(job_id: uuid.UUID) -> None:
    """Claim the job and bring it to an end, done or failed; nothing when another worker has it.

    Called again for the same job (a message delivered twice, a worker killed) it renders once.
    """
    job = _claim(job_id)
    if job is None:
        return
    try:
        artefact, stamp = _make(job)
    except DocumentRefused as refused:
        _finish(job, state=JobState.FAILED, error=str(refused))
    except (OperationalError, InterfaceError):
        # The database went away: the row keeps its claim, and the sweeper sends it again.
        raise
    except Exception:
        logger.exception("document job %s failed", job.pk)
        error = _(
            "Une erreur inattendue a empêché la préparation du document. Réessayez ; si elle se répète, prévenez l’administration."
        )
        _finish(job, state=JobState.FAILED, error=error)
    else:
        _finish(job, state=JobState.DONE, artefact=artefact, source_stamp=stamp)


def _claim(job_id: uuid.UUID) -> DocumentJob | None:
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, claimed_until__lt=now)
    with transaction.atomic():
        job = (
            DocumentJob.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("requested_by")
            .filter(free, pk=job_id)
            .first()
        )
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            job.state = JobState.FAILED
            job.error = _(
                "La préparation du document s’est interrompue %(count)s fois. Réessayez plus tard ou prévenez l’administration."
            ) % {"count": job.attempts}
            job.finished_at = now
            job.save(update_fields=["state", "error", "finished_at"])
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.claimed_until = now + CLAIM
        job.save(update_fields=["state", "attempts", "claimed_until"])
    return job


def _mine(job: DocumentJob) -> Any:
    """The row, as long as this claim holds: a worker that slept too long has lost it."""
    return DocumentJob.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def _renew(job: DocumentJob) -> None:
    _mine(job).update(claimed_until=timezone.now() + CLAIM)


def _finish(job: DocumentJob, **result: Any) -> None:
    _mine(job).update(finished_at=timezone.now(), claimed_until=None, **result)


def _make(job: DocumentJob) -> tuple[Artefact, str]:
    """The artefact, and the stamp of the rows it was made from ("" when they changed meanwhile)."""
    if job.document not in documents:
        raise DocumentRefused(_("Ce document n’est plus proposé."))
    document = documents.get(job.document)()
    obj = visible_object(document, job.requested_by, job.object_id)
    if obj is None:
        raise DocumentRefused(_("Ce document n’existe plus, ou vous n’y avez plus accès."))
    before = _stamp(document, obj)
    canonical = document.canonical(obj)
    # Several queries: had somebody saved between two of them, the stamps would differ.
    stamp = before if _stamp(document, obj) == before else ""
    sha = content_sha256(canonical)
    stored = _stored(document, obj.pk, job.format, sha)
    if stored is not None:
        return stored, stamp
    if job.format == "zip":
        built = document.build(canonical, while_waiting=lambda: _renew(job))
        try:
            return _store(document, obj, job.format, sha, built), stamp
        finally:
            built.unlink(missing_ok=True)
    data = render(document, canonical, job.format, while_waiting=lambda: _renew(job))
    return _store(document, obj, job.format, sha, data), stamp


def artefact_now(slug: str, object_id: int, extension: str, *, while_waiting: Any = None) -> Artefact:
    """The document as its object stands now, stored, for a mail or a pack that carries it. For workers: it may render.

    No right is asked: whoever wrote the mail chose its reader. Raises DocumentRefused, UnknownFormat.
    """
    document = documents.get(slug)()
    obj = document.model._default_manager.filter(pk=object_id).first()
    if obj is None:
        raise DocumentRefused(_("Ce document n’existe plus."))
    canonical = document.canonical(obj)
    stored = _stored(document, obj.pk, extension, content_sha256(canonical))
    if stored is not None:
        return stored
    data = render(document, canonical, extension, while_waiting=while_waiting)
    return _store(document, obj, extension, content_sha256(canonical), data)


def visible_object(document: Document, user: Any, object_id: int) -> Any | None:
    """The object, when `user` may have its document at this moment; None otherwise."""
    obj = document.queryset(user).filter(pk=object_id).first()
    return obj if obj is not None and user.has_perm(document.permission, obj) else None


def render(document: Document, canonical: dict[str, Any], extension: str, *, while_waiting: Any = None) -> bytes:
    """The file of a canonical content, the same bytes each time. Raises DocumentRefused, UnknownFormat."""
    if extension not in {"html", "pdf", "docx"}:
        raise UnknownFormat(extension)
    html = document.render_html(canonical)
    if extension == "html":
        return html.encode()
    # Workers and the shell only: a web process never loads WeasyPrint nor python-docx.
    if extension == "docx":
        from core.documents import docx

        return docx.render_docx(html, language=canonical["language"], while_waiting=while_waiting)
    from core.documents import pdf

    return pdf.render_pdf(
        html,
        stylesheet=document.stylesheet,
        identifier=bytes.fromhex(content_sha256(canonical))[:16],
        while_waiting=while_waiting,
    )


def _store(document: Document, obj: Any, extension: str, sha: str, data: bytes | Path) -> Artefact:
    """The artefact of this content: a new one, or the one that another worker stored meanwhile."""
    is_preview = document.is_preview(obj)
    row = {"document": document.slug, "object_id": obj.pk, "format": extension}
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One after the other, so that versions follow each other.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"artefact:{document.slug}:{obj.pk}"])
        known = Artefact.objects.filter(**row, content_sha256=sha).first()
        if known is not None:
            return _restored(known, data)
        last = Artefact.objects.filter(**row, is_preview=False).aggregate(last=Max("version"))["last"] or 0
        artefact = Artefact(
            **row,
            version=0 if is_preview else last + 1,
            is_preview=is_preview,
            filename=f"{document.file_stem(obj)}.{extension}",
            sha256=sha256_of(data),
            content_sha256=sha,
            size=data.stat().st_size if isinstance(data, Path) else len(data),
        )
        artefact.file.name = f"artefacts/{artefact.created_at:%Y/%m}/{artefact.pk}.{extension}"
        path = Path(default_storage.path(artefact.file.name))
        write_whole(path, data)
        try:
            artefact.save(force_insert=True)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return artefact


def _restored(artefact: Artefact, data: bytes | Path) -> Artefact:
    """The artefact, its file written again if it was lost: only ever the very same bytes."""
    if not artefact.file.storage.exists(artefact.file.name):
        if sha256_of(data) != artefact.sha256:
            logger.error("the file of artefact %s is lost and cannot be made again", artefact.pk)
            raise DocumentRefused(
                _(
                    "Le fichier de cette version a été perdu et ne peut pas être refait à l’identique. Prévenez l’administration."
                )
            )
        write_whole(Path(artefact.file.path), data)
    return artefact


# Reading ----------------------------------------------------------------------------------------


def downloadable(user: Any, artefact: Artefact) -> bool:
    """Whether `user` may have this file now: the right to its object, and, for a preview, having asked for it.

    A preview holds a text that was never shared: the later right to read the shared one does not open it.
    """
    if artefact.document not in documents:
        return False
    if visible_object(documents.get(artefact.document)(), user, artefact.object_id) is None:
        return False
    return not artefact.is_preview or DocumentJob.objects.filter(artefact=artefact, requested_by=user).exists()


# Housekeeping -----------------------------------------------------------------------------------


def requeue_lost_jobs() -> int:
    """Send again the jobs that no worker holds; how many. For the sweeper, every half minute.

    Waiting ones whose message may be lost (Redis restarted), running ones whose worker was killed.
    `claimed_until` of a waiting job says until when its latest message is waited for.
    """
    now = timezone.now()
    lost = Q(state=JobState.RUNNING, claimed_until__lt=now)
    lost |= Q(state=JobState.QUEUED, created_at__lt=now - PATIENCE, claimed_until__isnull=True)
    lost |= Q(state=JobState.QUEUED, claimed_until__lt=now)
    with transaction.atomic():
        jobs = list(
            DocumentJob.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(lost)
            .order_by("created_at")[:200]
        )
        waiting = [job.pk for job in jobs if job.state == JobState.QUEUED]
        DocumentJob.objects.filter(pk__in=waiting).update(claimed_until=now + CLAIM)
        for job in jobs:
            enqueue(RENDER_TASK, str(job.pk))
    return len(jobs)


def purge_documents() -> int:
    """Delete previews older than PREVIEWS_KEPT with their files, and finished jobs older than JOBS_KEPT.

    Official artefacts stay for ever. Returns how many previews went. For housekeeping, every hour.
    """
    now = timezone.now()
    DocumentJob.objects.filter(finished_at__lt=now - JOBS_KEPT).delete()
    gone = 0
    for artefact in Artefact.objects.filter(is_preview=True, created_at__lt=now - PREVIEWS_KEPT)[:1000]:
        with transaction.atomic():
            artefact.jobs.all().delete()
            artefact.delete()
        artefact.file.storage.delete(artefact.file.name)
        gone += 1
    return gone
