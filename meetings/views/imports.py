"""Documents of the past: the list, bringing them in, how far they are read, the file itself."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.shortcuts import check_perm
from core.typed_text import keeps_typed_text
from core.workflow import TransitionRefused
from meetings.enums import ImportState
from meetings.forms.imports import UploadForm
from meetings.imports.batches import bring_in
from meetings.models import ImportedMinutes
from meetings.queries import meetings_visible_to
from meetings.queries.imports import batches_visible_to, imported_of, imported_visible_to, may_read_source
from meetings.services.imports import discard
from meetings.views.common import find_body

PAGE_SIZE = 50
TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
}


def find_imported(request: HttpRequest, pk: int) -> ImportedMinutes:
    """The document of the address: 404 unless of one's body, 403 for who does not import."""
    row: ImportedMinutes = get_object_or_404(imported_visible_to(request.user), pk=pk)
    check_perm(request.user, "meetings.import_minutes", row.task_force)
    if row.meeting is not None:
        row.meeting.task_force = row.task_force
    return row


@require_GET
def import_list(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.import_minutes")
    page = Paginator(imported_of(body), PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.task_force = body
        if row.meeting is not None:
            row.meeting.task_force = body
    return render(request, "meetings/imports/list.html", {"body": body, "nav": "meetings", "page": page})


@require_http_methods(["GET", "POST"])
@keeps_typed_text("text")
def import_add(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.import_minutes")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            received = bring_in(body, form.incoming(), actor=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            for name, twin in received.known:
                messages.info(
                    request,
                    _("« %(name)s » est déjà importé (« %(twin)s », %(state)s) : il n’est pas pris deux fois.")
                    % {"name": name, "twin": twin.name, "state": twin.get_state_display().lower()},
                )
            if len(received.kept) == 1:
                row = imported_visible_to(request.user).get(pk=received.kept[0].pk)
                if row.state == ImportState.READ:
                    return redirect("meetings:import_review", row.pk)
            if received.batch is not None:
                return redirect("meetings:import_batch", received.batch.pk)
            if len(received.known) == 1 and received.known[0][1].is_reviewable:
                return redirect("meetings:import_review", received.known[0][1].pk)
            return redirect("meetings:import_list", body.slug)
    return render(request, "meetings/imports/add.html", {"body": body, "nav": "meetings", "form": form})


@require_GET
def import_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What was brought in together; while something is still being read, the list comes again by itself."""
    batch = get_object_or_404(batches_visible_to(request.user), pk=pk)
    check_perm(request.user, "meetings.import_minutes", batch.task_force)
    rows = list(batch.files.select_related("meeting").defer("text", "sheet", "reviewed", "findings"))
    for row in rows:
        row.task_force = batch.task_force
        if row.meeting is not None:
            row.meeting.task_force = batch.task_force
    read = sum(row.state != ImportState.RECEIVED for row in rows)
    context = {
        "body": batch.task_force,
        "nav": "meetings",
        "batch": batch,
        "rows": rows,
        "read": read,
        "is_reading": read < len(rows),
        "said": ngettext("%(read)d document lu sur %(count)d", "%(read)d documents lus sur %(count)d", read)
        % {"read": read, "count": len(rows)},
    }
    template = "meetings/imports/batch_rows.html" if request.htmx else "meetings/imports/batch.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Not to be entered: set aside."""
    row = find_imported(request, pk)
    try:
        discard(row, actor=request.user)
    except TransitionRefused as error:
        if row.state == ImportState.DISCARDED:
            messages.info(request, _("C’était déjà fait."))
        else:
            messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("« %(name)s » est écarté : rien n’en sera enregistré.") % {"name": row.name})
    return redirect("meetings:import_list", row.task_force.slug)


@require_GET
def import_source(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came: for who imports, and, once entered, for those who may read the meeting's minutes."""
    row = ImportedMinutes.objects.select_related("task_force__country", "meeting").filter(pk=pk).first()
    if row is None:
        raise Http404(pk)
    if row.meeting is not None:
        row.meeting.task_force = row.task_force
        seen = meetings_visible_to(request.user).filter(pk=row.meeting.pk).exists()
        if not seen or not may_read_source(request.user, row.meeting):
            row = find_imported(request, pk)
    else:
        row = find_imported(request, pk)
    try:
        handle = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(pk) from error
    suffix = next((suffix for suffix in TYPES if row.file.name.endswith(suffix)), "")
    response = FileResponse(
        handle, as_attachment=True, filename=row.name, content_type=TYPES.get(suffix, "application/octet-stream")
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
