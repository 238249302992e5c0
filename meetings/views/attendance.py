"""The list of presence: one sheet, one save."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.typed_text import keeps_typed_text
from meetings.enums import Capacity
from meetings.forms.attendance import PresenceSheet
from meetings.models import Meeting
from meetings.queries import Presence, meetings_visible_to, presence_of
from meetings.queries.proposed_presence import with_announced
from meetings.services.attendance import AttendanceRefused, presence_if, record_attendance
from meetings.views.common import find_meeting
from meetings.views.page import presence_summary
from meetings.wording import represented_sentence


@require_http_methods(["GET", "POST"])
@keeps_typed_text("n0-person")
def attendance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    meetings = with_announced(meetings_visible_to(request.user))
    meeting = find_meeting(request, pk, "meetings.log_meeting", meetings=meetings)
    if request.method == "POST":
        sheet = PresenceSheet(meeting, request.POST)
        # « Ajouter une personne » gives one more line and saves nothing.
        if "add" not in request.POST and _save(request, meeting, sheet):
            return redirect(meeting)
        presence = presence_if(meeting, sheet.entries())
    else:
        sheet = PresenceSheet(meeting)
        presence = presence_of(meeting, attendances=sheet.stored.values(), seats=sheet.seats)
    return render(request, "meetings/attendance/edit.html", _context(request, meeting, sheet, presence))


def _save(request: HttpRequest, meeting: Meeting, sheet: PresenceSheet) -> bool:
    entries = sheet.entries()
    if sheet.has_errors:
        return False
    try:
        presence = record_attendance(meeting, entries, actor=request.user)
    except AttendanceRefused as error:
        sheet.refuse(error.by_entry)
        return False
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return False
    said = _("Présences enregistrées. %(count)s") % {"count": represented_sentence(presence.represented)}
    messages.success(request, said.strip())
    return True


def _context(request: HttpRequest, meeting: Meeting, sheet: PresenceSheet, presence: Presence) -> dict[str, Any]:
    return {
        "body": meeting.task_force,
        "nav": "meetings",
        "meeting": meeting,
        "sheet": sheet,
        "capacities": [("", _("Selon le mandat")), *Capacity.choices],
        **presence_summary(presence),
    }


@require_POST
def attendance_count(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sheet as it stands would count; nothing is saved."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    sheet = PresenceSheet(meeting, request.POST)
    presence = presence_if(meeting, sheet.entries())
    return render(request, "meetings/attendance/count.html", presence_summary(presence))
