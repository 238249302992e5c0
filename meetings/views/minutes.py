"""The minutes: reading them, writing a section, what a section said before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.richtext import richtext_to_text
from core.services.drafts import DraftsSeen, StaleVersion, drafts_seen
from core.shortcuts import check_perm
from core.typed_text import keeps_typed_text
from core.views.drafts import autosave, discard, refused_json, said_in_json, saved_words, wants_json
from core.views.texts import conflict_context, newer_words, opening_text, saved_json, stale_json, versions_context
from meetings.coherence import date_flags, next_meeting_flags
from meetings.documents.minutes_parts import earlier_actions
from meetings.enums import SectionKind
from meetings.forms.minutes import SectionForm
from meetings.models import AgencyUpdate, Meeting, Minutes, MinutesSection
from meetings.queries import (
    Condition,
    actions_of,
    closing_conditions,
    decisions_of,
    minutes_visible_to,
    owner_words,
    sections_of,
    sees_restricted,
    updates_of,
)
from meetings.queries.circulation import with_life
from meetings.services.minutes import ensure_minutes, save_section
from meetings.services.updates import as_contribution
from meetings.views.common import find_meeting
from meetings.views.minutes_life import life_of
from taskforce.queries import grants_of

# Reading ------------------------------------------------------------------------------------------


@require_GET
def minutes_detail(request: HttpRequest, pk: int) -> HttpResponse:
    visible = with_life(minutes_visible_to(request.user), reader=grants_of(request.user).person_id)
    minutes = visible.filter(meeting=pk).first()
    if minutes is None:
        return _not_begun(request, pk)
    meeting = minutes.meeting
    restricted = sees_restricted(request.user, meeting)
    sections = list(sections_of(minutes, restricted=restricted))
    updates = [update for update in updates_of(meeting) if update.body]
    saved = [text for text in [*sections, *updates] if text.updated_at]
    last = max(saved, key=lambda text: text.updated_at, default=None)
    context = _frame(request, minutes) | {
        "sections": sections,
        "updates": updates,
        "has_round_table_section": any(section.kind == SectionKind.ROUND_TABLE for section in sections),
        "follow_up": earlier_actions(meeting),
        "has_follow_up_section": any(section.kind == SectionKind.FOLLOW_UP for section in sections),
        "decisions": decisions_of(meeting, restricted=restricted),
        "actions": [
            {"action": link.action, "owners": owner_words(link.action, link.owner_acronyms)}  # type: ignore[attr-defined]
            for link in actions_of(meeting, restricted=restricted)
        ],
        "version": sum(text.version for text in [*sections, *updates]),
        "saved_words": saved_words(last.updated_at, meeting.task_force.tz) if last else "",
        "last_author": last.updated_by if last else None,
        "is_blank": not saved,
    }
    context |= life_of(request, minutes, [*sections, *updates])
    # Once shared, the number of the version that was kept is the one that people quote.
    context["version"] = context["last_version"] or context["version"]
    return render(request, "meetings/minutes/detail.html", context)


def _not_begun(request: HttpRequest, pk: int) -> HttpResponse:
    """For who logs the meeting: the page that begins its minutes. 404 for everybody else."""
    meeting = find_meeting(request, pk)
    if Minutes.objects.filter(meeting=meeting).exists() or not request.user.has_perm("meetings.log_meeting", meeting):
        raise Http404(pk)
    return render(
        request, "meetings/minutes/start.html", {"meeting": meeting, "body": meeting.task_force, "nav": "meetings"}
    )


@require_POST
def minutes_start(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    minutes = ensure_minutes(meeting, actor=request.user)
    first = sections_of(minutes, restricted=True).first()
    if first is None:
        return redirect("meetings:minutes_detail", pk=pk)
    return redirect("meetings:minutes_edit", pk=pk, section_pk=first.pk)


@require_GET
def minutes_write(request: HttpRequest, pk: int) -> HttpResponse:
    """« Rédiger »: leads to the first section without a text, to the first one when all have one."""
    minutes = minutes_visible_to(request.user).filter(meeting=pk).first()
    if minutes is None:
        return _not_begun(request, pk)
    check_perm(request.user, "meetings.write_minutes", minutes)
    check_perm(request.user, "meetings.log_meeting", minutes.meeting)
    sections = list(sections_of(minutes, restricted=True))
    section = next((section for section in sections if section.is_empty), sections[0] if sections else None)
    if section is None:
        return redirect("meetings:minutes_detail", pk=pk)
    return redirect("meetings:minutes_edit", pk=pk, section_pk=section.pk)


def _frame(request: HttpRequest, minutes: Minutes) -> dict[str, Any]:
    user, meeting = request.user, minutes.meeting
    writes = user.has_perm("meetings.write_minutes", minutes) and user.has_perm("meetings.log_meeting", meeting)
    return {"minutes": minutes, "meeting": meeting, "body": meeting.task_force, "may_write": writes, "nav": "meetings"}


# Writing ------------------------------------------------------------------------------------------


def _section_to_write(request: HttpRequest, pk: int, section_pk: int) -> MinutesSection:
    """404 unless the minutes may be read, 403 unless they may be written. Its minutes hold all sections."""
    minutes = get_object_or_404(minutes_visible_to(request.user), meeting=pk)
    sections = list(sections_of(minutes, restricted=sees_restricted(request.user, minutes.meeting)))
    section = next((section for section in sections if section.pk == section_pk), None)
    if section is None:
        raise Http404(section_pk)
    for other in sections:
        other.minutes = minutes
    minutes.ordered_sections = sections  # type: ignore[attr-defined]
    check_perm(request.user, "meetings.write_minutes", section)
    check_perm(request.user, "meetings.log_meeting", minutes.meeting)
    return section


@require_http_methods(["GET", "POST"])
@keeps_typed_text("body")
@said_in_json
def minutes_edit(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    section = _section_to_write(request, pk, section_pk)
    if request.method == "GET":
        return _editor(request, section, *_opening_form(request, section))
    if discard(request, section):
        messages.info(request, _("Le brouillon est écarté."))
        return redirect(request.path)
    form = SectionForm(request.POST)
    if not form.is_valid():
        return refused_json(form) if wants_json(request) else _editor(request, section, form, True)
    if "insert" in request.POST:
        return _editor(request, section, _with_update(form, section, request.POST["insert"]), True)
    try:
        saved = save_section(section, actor=request.user, **form.cleaned_data)
    except StaleVersion as stale:
        return _conflict(request, section, stale)
    except ValidationError as error:
        form.refuse(error)
        return refused_json(form, error) if wants_json(request) else _editor(request, section, form, True)
    return _saved(request, saved)


@require_POST
@keeps_typed_text("body")
@said_in_json
def section_draft(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    section = _section_to_write(request, pk, section_pk)
    return autosave(request, section, tz=section.minutes.meeting.task_force.tz, newer=newer_words(section))


def _opening_form(request: HttpRequest, section: MinutesSection) -> tuple[SectionForm, bool]:
    """The form as a GET shows it, and whether it holds something that is not saved (see `opening_text`)."""
    version, body, unsaved = opening_text(request, section)
    return SectionForm(initial={"base_version": version, "body": body}), unsaved


def _with_update(form: SectionForm, section: MinutesSection, number: str) -> SectionForm:
    """The form with an agency's contribution after what was typed."""
    updates = updates_of(section.minutes.meeting).exclude(body="")
    update = next((update for update in updates if str(update.pk) == number), None)
    body = form.cleaned_data["body"] + (as_contribution(update) if update else "")
    return SectionForm(initial={"base_version": form.cleaned_data["base_version"], "body": body})


def _saved(request: HttpRequest, section: MinutesSection) -> HttpResponse:
    here = reverse("meetings:minutes_edit", args=[section.minutes.meeting_id, section.pk])
    url = here
    if "next" in request.POST:
        rest = section.minutes.sections.filter(position__gt=section.position).order_by("position")
        following = rest.first()
        url = reverse("meetings:minutes_edit", args=[section.minutes.meeting_id, following.pk]) if following else ""
        url = url or reverse("meetings:minutes_detail", args=[section.minutes.meeting_id])
    if not wants_json(request):
        return redirect(url)
    stays = url == here and "merged" not in request.POST
    return saved_json(request, section, tz=section.minutes.meeting.task_force.tz, url="" if stays else url)


def _conflict(request: HttpRequest, section: MinutesSection, stale: StaleVersion) -> HttpResponse:
    if wants_json(request):
        return stale_json(stale)
    context = conflict_context(stale, section.minutes.meeting.task_force.tz)
    form = SectionForm(initial={"base_version": stale.version, "body": context["merged"].html})
    context |= _frame(request, section.minutes) | _editor_urls(section) | {"section": section, "form": form}
    return render(request, "meetings/minutes/conflict.html", context, status=409)


def _editor_urls(section: MinutesSection) -> dict[str, Any]:
    args = [section.minutes.meeting_id, section.pk]
    return {
        "edit_url": reverse("meetings:minutes_edit", args=args),
        "draft_url": reverse("meetings:section_draft", args=args),
        "store": f"section:{section.pk}",
    }


def _editor(request: HttpRequest, section: MinutesSection, form: SectionForm, is_unsaved: bool) -> HttpResponse:
    minutes = section.minutes
    meeting = minutes.meeting
    sections: list[MinutesSection] = minutes.ordered_sections  # type: ignore[attr-defined]
    updates = list(updates_of(meeting))
    drafts = drafts_seen([*sections, *updates], reader=request.user, about=section, stored=section.body)
    draft = None if is_unsaved else drafts.own
    context = (
        _frame(request, minutes)
        | _editor_urls(section)
        | {
            "section": section,
            "form": form,
            "is_unsaved": is_unsaved,
            "sections": [_nav_entry(other, section, drafts, updates) for other in sections],
            "updates": [_update_entry(update, drafts) for update in updates],
            "writers": drafts.writers(section),
            "draft": draft,
            "draft_text": richtext_to_text(draft.text) if draft else "",
            "draft_at": timezone.localtime(draft.updated_at, meeting.task_force.tz) if draft else None,
            "stored_text": richtext_to_text(section.body) if draft else "",
            "saved_words": saved_words(section.updated_at, meeting.task_force.tz),
            "version": sum(other.version for other in sections) + sum(update.version for update in updates),
            "reminders": _reminders(meeting, sections),
            "flags": _flags(section, meeting),
        }
    )
    return render(request, "meetings/minutes/edit.html", context)


def _nav_entry(
    other: MinutesSection, current: MinutesSection, drafts: DraftsSeen, updates: list[AgencyUpdate]
) -> dict[str, Any]:
    # The agencies write the round table; a text above it is optional.
    written_elsewhere = other.kind == SectionKind.ROUND_TABLE and any(update.body for update in updates)
    return {
        "is_written": bool(other.body) or written_elsewhere,
        "section": other,
        "url": reverse("meetings:minutes_edit", args=[current.minutes.meeting_id, other.pk]),
        "is_current": other.pk == current.pk,
        "writers": drafts.writers(other),
    }


def _update_entry(update: AgencyUpdate, drafts: DraftsSeen) -> dict[str, Any]:
    return {
        "update": update,
        "text": richtext_to_text(update.body).replace("\n", " ") if update.body else "",
        "contribution": as_contribution(update) if update.body else "",
        "writers": drafts.writers(update),
    }


def _reminders(meeting: Meeting, sections: list[MinutesSection]) -> list[Condition]:
    items = [section.agenda_item for section in sections if section.agenda_item is not None]
    return [condition for condition in closing_conditions(meeting, items=items) if condition.code != "state"]


def _flags(section: MinutesSection, meeting: Meeting) -> list[str]:
    text = richtext_to_text(section.body)
    flags = date_flags(text, meeting.date)
    return flags + (next_meeting_flags(text, meeting.date) if section.kind == SectionKind.NEXT_MEETING else [])


# Versions -----------------------------------------------------------------------------------------


@require_GET
def section_history(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    minutes = get_object_or_404(minutes_visible_to(request.user), meeting=pk)
    check_perm(request.user, "meetings.view_versions", minutes)
    section = get_object_or_404(
        sections_of(minutes, restricted=sees_restricted(request.user, minutes.meeting)), pk=section_pk
    )
    edit_url = reverse("meetings:minutes_edit", args=[minutes.meeting_id, section.pk])
    versions = versions_context(request, section, tz=minutes.meeting.task_force.tz, edit_url=edit_url)
    return render(request, "meetings/minutes/history.html", _frame(request, minutes) | versions)
