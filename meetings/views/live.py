"""« En séance »: the page of who writes while the meeting takes place, on a link that may go away."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.merge import merge_html
from core.richtext import richtext_to_text
from core.typed_text import keeps_typed_text
from core.typography import time_fr
from core.views.drafts import said_in_json
from meetings.enums import REPRESENTING, Capacity, LiveKind, MeetingState
from meetings.forms.attendance import PresenceSheet
from meetings.forms.attendance_lines import Line
from meetings.forms.live import EVERYBODY, STATUSES, facts_of
from meetings.models import LiveEntry, Meeting, MinutesSection
from meetings.queries import (
    actions_of,
    meetings_visible_to,
    owner_words,
    presence_of,
    seat_lines,
    sections_of,
)
from meetings.queries.live import (
    clocks,
    course,
    decisions_taken,
    facts_of_clock,
    live_section,
    notes_text,
    point_after,
    point_in_hand,
    round_table,
    with_turns,
)
from meetings.queries.presence import SeatLine
from meetings.queries.proposed_presence import with_announced
from meetings.services.live import NotesConflict, PresenceChanged, capture
from meetings.views.common import find_meeting, meeting_context
from meetings.wording import represented_sentence

# A meeting of a day, sent at once; the browser sends fewer.
MOST_ENTRIES = 200
# What is captured longer ago than that has a clock that is wrong.
OLDEST = timedelta(days=7)
# The page opens as long as there may be something to read there; the services say what no longer changes.
OPENS = "meetings.close_meeting"
LIVE_IN = frozenset({MeetingState.IN_PROGRESS, MeetingState.HELD, MeetingState.CLOSED})


@require_GET
def live(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, OPENS, meetings=_read(request))
    if meeting.state not in LIVE_IN or not hasattr(meeting, "minutes"):
        return render(request, "meetings/live/waiting.html", meeting_context(meeting))
    return _page(request, meeting)


def _read(request: HttpRequest) -> Any:
    return with_turns(with_announced(meetings_visible_to(request.user))).select_related("minutes")


def _page(request: HttpRequest, meeting: Meeting, *, status: int = 200, **typed: Any) -> HttpResponse:
    now = timezone.now()
    sections = [live_section(section) for section in sections_of(meeting.minutes, restricted=True)]
    found = clocks(meeting, now=now)
    current = point_in_hand(found)
    items = [section.item for section in sections if section.item is not None]
    after = point_after(meeting, current)
    sheet = PresenceSheet(meeting)
    groups = [(group, [_presence_row(line) for line in group.lines]) for group in sheet.groups if group.lines]
    context = meeting_context(
        meeting,
        now=now,
        sections=sections,
        points=[facts_of_clock(item, found.get(item.pk), now) for item in items],
        current=current,
        following=after,
        groups=groups,
        seats=sheet.seats,
        statuses=[(str(one), label) for one, label in _status_words().items()],
        owners=sorted({(seat.agency_id, seat.acronym) for seat in sheet.seats}, key=lambda one: one[1]),
        everybody=EVERYBODY,
        new_id=uuid4,
        runs=meeting.state == MeetingState.IN_PROGRESS,
        may_log=request.user.has_perm("meetings.log_meeting", meeting),
        may_undo=bool(meeting.turn_rows),  # type: ignore[attr-defined]
        typed={"kind": "", "text": "", "section": "", "owner": "", "due_on": "", "base": "", **typed},
        **_side(meeting, presence_of(meeting, attendances=sheet.stored.values(), seats=sheet.seats), sheet.seats),
        course=course(meeting, found),
    )
    return render(request, "meetings/live/page.html", context, status=status)


def _status_words() -> dict[Any, str]:
    return dict(zip(STATUSES, (_("Présent"), _("À distance"), _("Excusé")), strict=True))


def _presence_row(line: Line) -> dict[str, Any]:
    """One person of the list; `agency` where their presence represents it."""
    capacity = line.stored.capacity if line.stored else Capacity(line.mandate.role.value) if line.mandate else ""
    agency = (line.stored.agency_id if line.stored else None) or (line.agency.pk if line.agency else None)
    return {
        "person": line.person,
        "note": line.note,
        "status": line.stored.status if line.stored else "",
        "agency": agency if capacity in REPRESENTING else "",
    }


def _side(meeting: Meeting, presence: Any, seats: list[SeatLine]) -> dict[str, Any]:
    """What others change meanwhile: round table, decisions, actions, the count."""
    updates = round_table(meeting, seats)
    return {
        "updates": updates,
        "received": sum(bool(entry["text"]) for entry in updates),
        "decisions": decisions_taken(meeting),
        "actions": [
            {"action": link.action, "owners": owner_words(link.action, link.owner_acronyms)}  # type: ignore[attr-defined]
            for link in actions_of(meeting, restricted=True)
        ],
        "presence": presence,
        "presence_sentence": represented_sentence(presence.represented),
    }


@require_GET
def live_side(request: HttpRequest, pk: int) -> HttpResponse:
    """What others wrote meanwhile, asked for every twenty seconds."""
    meeting = find_meeting(request, pk, OPENS, meetings=with_turns(meetings_visible_to(request.user)))
    found = clocks(meeting, now=timezone.now())
    seats = list(seat_lines(meeting.task_force, meeting.date))
    context = meeting_context(
        meeting, course=course(meeting, found), **_side(meeting, presence_of(meeting, seats=seats), seats)
    )
    return render(request, "meetings/live/side.html", context)


# What is captured ---------------------------------------------------------------------------------


@require_POST
@said_in_json
def live_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Captures that a browser kept, in their order: an answer for each, whatever becomes of the others."""
    meeting = find_meeting(request, pk, OPENS)
    try:
        entries = json.loads(request.POST.get("entries", ""))
    except (ValueError, RecursionError):
        entries = None
    if (
        not isinstance(entries, list)
        or len(entries) > MOST_ENTRIES
        or not all(isinstance(one, dict) for one in entries)
    ):
        return JsonResponse(
            {"error": _("Cet envoi est illisible. Rechargez la page : vos saisies y restent.")}, status=400
        )
    results = [_carry_out(request, meeting, entry) for entry in entries]
    at = time_fr(timezone.localtime(timezone=meeting.task_force.tz))
    return JsonResponse({"user": request.user.pk, "at": at, "results": results})


def _carry_out(request: HttpRequest, meeting: Meeting, sent: dict[str, Any]) -> dict[str, Any]:
    """The answer to one capture: done, a conflict with both texts, or refused with the reason."""
    answer: dict[str, Any] = {"id": sent.get("id")}
    data = sent.get("data")
    try:
        entry, _is_new = capture(
            meeting,
            client_id=_client_id(sent.get("id")),
            kind=_kind(sent.get("kind")),
            facts=facts_of(meeting, _kind(sent.get("kind")), data if isinstance(data, dict) else {}),
            at=_moment(sent.get("age")),
            actor=request.user,
        )
    except NotesConflict as conflict:
        return answer | {
            "status": "conflict",
            "theirs": richtext_to_text(conflict.theirs),
            "who": _who(conflict.section),
        }
    except PresenceChanged as error:
        return answer | {"status": "refused", "reason": " ".join(error.messages), "seen": error.now}
    except ValidationError as error:
        return answer | {"status": "refused", "reason": " ".join(error.messages)}
    return answer | entry.result | _text_now(entry) | {"status": "done"}


def _text_now(entry: LiveEntry) -> dict[str, Any]:
    """After notes: what the section says now, where a plain text can say it."""
    if entry.kind != LiveKind.NOTE:
        return {}
    section = MinutesSection.objects.filter(pk=entry.result["section"]).first()
    text = notes_text(section) if section else None
    return {} if text is None else {"text": text}


def _who(section: MinutesSection) -> str:
    return str(section.updated_by or _("Quelqu’un"))


def _client_id(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise ValidationError(_("Cette saisie n’a pas d’identifiant : rechargez la page."), code="id") from None


def _kind(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _moment(age: Any) -> datetime:
    """When something was captured, from its age in milliseconds: the browser's clock may be wrong, its pace is not."""
    now = timezone.now()
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age <= OLDEST.total_seconds() * 1000:
        return now
    return now - timedelta(milliseconds=age)


@require_http_methods(["POST"])
@keeps_typed_text("text")
def live_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One capture by an ordinary form, for a browser without a script."""
    meeting = find_meeting(request, pk, OPENS, meetings=_read(request))
    kind = request.POST.get("kind", "")
    if meeting.state not in LIVE_IN or not hasattr(meeting, "minutes"):
        return redirect("meetings:live", pk=pk)
    typed = {name: request.POST.get(name, "") for name in ("text", "item", "section", "owner", "due_on", "base")}
    try:
        capture(
            meeting,
            client_id=_client_id(request.POST.get("client_id")),
            kind=kind,
            facts=facts_of(meeting, kind, request.POST.dict()),
            at=timezone.now(),
            actor=request.user,
        )
    except NotesConflict as conflict:
        # Both texts, one after the other where they differ, to be put in order and saved; under a text that holds
        # more than plain words, the new one alone, to be put under it.
        base = notes_text(conflict.section)
        both = conflict.mine if base is None else merge_html(None, mine=conflict.mine, theirs=conflict.theirs).html
        typed |= {"text": richtext_to_text(both), "base": base or ""}
        said = _(
            "%(who)s a changé le même passage. Les deux textes sont ci-dessous : gardez ce qu’il faut, enregistrez."
        )
        messages.warning(request, said % {"who": _who(conflict.section)})
        return _page(request, meeting, status=409, kind=kind, **typed)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return _page(request, meeting, status=422, kind=kind, **typed)
    messages.success(request, _("C’est noté."))
    anchor = f"#section-{typed['section']}" if typed["section"].isdecimal() else ""
    return redirect(reverse("meetings:live", args=[pk]) + anchor)
