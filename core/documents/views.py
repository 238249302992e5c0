"""Asking for a document, waiting for it, taking it away."""

from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.documents import services
from core.documents.base import CONTENT_TYPES, Document, UnknownFormat, documents
from core.models import Artefact, DocumentJob, JobState
from core.shortcuts import check_perm

# Past this time in the queue, the page says that the workers are late.
LATE_AFTER = timedelta(seconds=8)


def _document(slug: str) -> Document:
    if slug not in documents:
        raise Http404(slug)
    return documents.get(slug)()


@require_POST
def request_document(request: HttpRequest, slug: str, pk: int, extension: str) -> HttpResponse:
    document = _document(slug)
    obj = get_object_or_404(document.queryset(request.user), pk=pk)
    check_perm(request.user, document.permission, obj)
    try:
        asked = services.request_document(request.user, document, obj, extension)
    except UnknownFormat as error:
        raise Http404(extension) from error
    if asked.state == JobState.DONE:
        return redirect("documents:download", pk=asked.artefact_id)
    return redirect("documents:job", pk=asked.pk)


@require_GET
def job(request: HttpRequest, pk) -> HttpResponse:
    asked = get_object_or_404(DocumentJob.objects.select_related("artefact"), pk=pk, requested_by=request.user)
    document = _document(asked.document)
    obj = services.visible_object(document, request.user, asked.object_id)
    if obj is None:
        raise Http404(asked.document)
    context = {
        **document.page_context(obj),
        "document": document,
        "job": asked,
        "is_late": asked.state == JobState.QUEUED and timezone.now() - asked.created_at > LATE_AFTER,
        "url": request.path,
        "download_url": reverse("documents:download", args=[asked.artefact_id]) if asked.artefact_id else "",
        "retry_url": reverse("documents:request", args=[asked.document, asked.object_id, asked.format]),
    }
    template = "components/job_progress.html" if request.htmx else "documents/job.html"
    return render(request, template, context)


@require_GET
def download(request: HttpRequest, pk) -> HttpResponse:
    artefact = get_object_or_404(Artefact, pk=pk)
    if not services.downloadable(request.user, artefact):
        raise Http404(pk)
    try:
        handle = artefact.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(pk) from error
    response = FileResponse(
        handle, as_attachment=True, filename=artefact.filename, content_type=CONTENT_TYPES[artefact.format]
    )
    response["ETag"] = f'"{artefact.sha256}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
