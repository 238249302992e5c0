"""The files of a meeting: joined, taken away, downloaded; the summary to copy; the pack of a year."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.documents import services as document_services
from core.documents.base import documents
from core.models import JobState
from core.shortcuts import check_perm
from meetings.enums import AttachmentKind
from meetings.forms.files import AttachmentForm, SignedSheetForm
from meetings.models import Attachment, Meeting, MeetingYear
from meetings.queries import agenda_of, sees_restricted
from meetings.queries.attachments import attachments_of, documents_among, signed_sheets
from meetings.queries.summary import summary_text
from meetings.recurrence import FIRST_DAY, LAST_DAY
from meetings.services.attachments import attach, attach_signed_sheet, detach
from meetings.views.common import find_body, find_meeting, meeting_context, once_existed, posted


@require_http_methods(["GET", "POST"])
def file_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What is joined to the meeting; whoever logs it joins more."""
    meeting = find_meeting(request, pk, "meetings.view_files")
    form = _form(request, meeting, bound=request.method == "POST")
    if request.method == "POST":
        check_perm(request.user, "meetings.log_meeting", meeting)
        if form.is_valid():
            try:
                row, created = attach(
                    meeting, form.cleaned_data["file"], item=form.cleaned_data["item"], actor=request.user
                )
            except ValidationError as error:
                form.add_error("file", error)
            else:
                said = _("« %(name)s » est joint.") if created else _("« %(name)s » était déjà joint ici.")
                messages.success(request, said % {"name": row.name})
                return redirect("meetings:file_list", meeting.pk)
    return _page(request, meeting, form, SignedSheetForm())


@require_POST
def sheet_add(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of the sheet that people signed."""
    meeting = find_meeting(request, pk, "meetings.add_files")
    form = SignedSheetForm(posted(request), request.FILES)
    if form.is_valid():
        try:
            attach_signed_sheet(meeting, form.cleaned_data["sheet"], actor=request.user)
        except ValidationError as error:
            form.add_error("sheet", error)
        else:
            messages.success(request, _("La feuille de présence signée est jointe."))
            return redirect("meetings:file_list", meeting.pk)
    return _page(request, meeting, _form(request, meeting, bound=False), form)


def _form(request: HttpRequest, meeting: Meeting, *, bound: bool) -> AttachmentForm:
    items = agenda_of(meeting, restricted=sees_restricted(request.user, meeting))
    return AttachmentForm(items, request.POST, request.FILES) if bound else AttachmentForm(items)


def _page(request: HttpRequest, meeting: Meeting, form: AttachmentForm, sheet_form: SignedSheetForm) -> HttpResponse:
    files = list(attachments_of(meeting, restricted=sees_restricted(request.user, meeting)))
    context = meeting_context(
        meeting,
        files=documents_among(files),
        sheets=signed_sheets(files),
        form=form,
        sheet_form=sheet_form,
        may_log=request.user.has_perm("meetings.log_meeting", meeting),
        may_add_sheet=request.user.has_perm("meetings.add_files", meeting),
    )
    status = 422 if form.errors or sheet_form.errors else 200
    return render(request, "meetings/files/list.html", context, status=status)


@require_GET
def file_download(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """The file itself, always as a download: no browser opens it among our pages."""
    meeting = find_meeting(request, pk, "meetings.view_files")
    files = attachments_of(meeting, restricted=sees_restricted(request.user, meeting))
    row = get_object_or_404(files, pk=file_pk)
    try:
        handle = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(file_pk) from error
    response = FileResponse(handle, as_attachment=True, filename=row.name, content_type=row.content_type)
    response["ETag"] = f'"{row.sha256}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.add_files")
    files = attachments_of(meeting, restricted=sees_restricted(request.user, meeting))
    row = files.filter(pk=file_pk).first()
    if row is None:
        # Taken away a moment ago, perhaps by the first of two presses; of another meeting: not found.
        if meeting.attachments.filter(pk=file_pk).exists() or not once_existed(
            Attachment, file_pk, meeting_id=meeting.pk
        ):
            raise Http404(file_pk)
        messages.info(request, _("Ce fichier n’est plus joint."))
        return redirect("meetings:file_list", meeting.pk)
    if row.kind == AttachmentKind.DOCUMENT:
        check_perm(request.user, "meetings.log_meeting", meeting)
    try:
        detach(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("« %(name)s » n’est plus joint.") % {"name": row.name})
    return redirect("meetings:file_list", meeting.pk)


@require_GET
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting in plain text, to copy into a messaging app."""
    meeting = find_meeting(request, pk, "meetings.view_files")
    return render(request, "meetings/files/summary.html", meeting_context(meeting, text=summary_text(meeting)))


@require_POST
def year_pack(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Ask for the pack of a year of the body."""
    body = find_body(request, slug, "meetings.view_files")
    if not FIRST_DAY.year <= year <= LAST_DAY.year or not body.meetings.filter(starts_at__year=year).exists():
        raise Http404(year)
    row, _created = MeetingYear.objects.get_or_create(task_force=body, year=year)
    document: Any = documents.get("year-pack")()
    asked = document_services.request_document(request.user, document, row, "zip")
    if asked.state == JobState.DONE:
        return redirect("documents:download", pk=asked.artefact_id)
    return redirect("documents:job", pk=asked.pk)
