"""The round table: what each agency writes for a meeting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.richtext import richtext_to_text
from core.services.drafts import StaleVersion, drafts_seen
from core.shortcuts import check_perm
from core.typed_text import keeps_typed_text
from core.views.drafts import autosave, discard, refused_json, said_in_json, saved_words, wants_json
from core.views.texts import conflict_context, newer_words, saved_json, stale_json
from meetings.forms.minutes import AddUpdateForm, UpdateForm
from meetings.models import AgencyUpdate, Meeting
from meetings.queries import last_update_before, meetings_visible_to, seat_lines, updates_of
from meetings.services.minutes import check_writable
from meetings.services.updates import add_update, move_update, remove_update, save_update
from meetings.views.common import find_meeting, once_existed
from taskforce.models import Agency
from taskforce.queries import grants_of

# The table ------------------------------------------------------------------------------------------


@require_GET
def update_list(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    return _table(request, meeting, None)


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return find_meeting(request, pk, meetings=meetings_visible_to(request.user).select_related("minutes"))


def _table(request: HttpRequest, meeting: Meeting, form: AddUpdateForm | None) -> HttpResponse:
    user = request.user
    writes_any = user.has_perm("meetings.log_meeting", meeting) and _refusal(meeting) == ""
    own = grants_of(user).agencies.get(meeting.task_force_id, frozenset()) if _refusal(meeting) == "" else frozenset()
    updates = list(updates_of(meeting))
    drafts = drafts_seen(updates, reader=user)
    for update in updates:
        update.meeting = meeting
    present = {update.agency_id for update in updates}
    rows = [
        {
            "update": update,
            "may_write": writes_any or update.agency_id in own,
            "is_own": update.agency_id in own,
            "writers": drafts.writers(update),
            "saved_words": saved_words(update.updated_at, meeting.task_force.tz),
        }
        for update in updates
        # Who does not write sees what was written; an empty place is nobody's business but the writers'.
        if update.body or writes_any or own
    ]
    missing = [
        {
            "agency_id": seat.agency_id,
            "acronym": seat.acronym,
            "may_write": writes_any or seat.agency_id in own,
            "is_own": seat.agency_id in own,
        }
        for seat in sorted(seat_lines(meeting.task_force, meeting.date), key=lambda seat: seat.acronym)
        if seat.agency_id not in present
    ]
    # Who sits today may write for a meeting of before the mandates.
    own_missing = own - present - {row["agency_id"] for row in missing}
    for agency in Agency.objects.filter(pk__in=own_missing) if own_missing else []:
        missing.append({"agency_id": agency.pk, "acronym": str(agency), "may_write": True, "is_own": True})
    context = {
        "meeting": meeting,
        "body": meeting.task_force,
        "nav": "meetings",
        "rows": rows,
        "written": sum(bool(update.body) for update in updates),
        "missing": missing if writes_any or own else [],
        "others_missing": writes_any and any(not row["is_own"] for row in missing),
        "may_write_any": writes_any,
        "form": (form or AddUpdateForm(meeting=meeting)) if writes_any else None,
        "refusal": _refusal(meeting),
        "may_read_minutes": hasattr(meeting, "minutes") and user.has_perm("meetings.view_minutes", meeting.minutes),
    }
    return render(request, "meetings/updates/list.html", context)


def _refusal(meeting: Meeting) -> str:
    """Why the texts of this meeting no longer change; empty while they do."""
    try:
        check_writable(meeting, getattr(meeting, "minutes", None))
    except ValidationError as error:
        return error.messages[0]
    return ""


@require_POST
def update_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A place for an agency: its focal point asks for their own, who logs the meeting for any, or a joint one."""
    meeting = _meeting(request, pk)
    form = AddUpdateForm(request.POST, meeting=meeting)
    if not form.is_valid():
        check_perm(request.user, "meetings.log_meeting", meeting)
        return _table(request, meeting, form)
    agency = form.cleaned_data["agency"]
    check_perm(request.user, "meetings.write_update", AgencyUpdate(meeting=meeting, agency=agency))
    try:
        update = add_update(
            meeting, agency=agency, label="" if agency else form.cleaned_data["label"], actor=request.user
        )
    except ValidationError as error:
        form.refuse(error)
        for text in error.messages:
            messages.error(request, text)
        return redirect("meetings:update_list", pk=pk)
    return redirect("meetings:update_edit", pk=pk, update_pk=update.pk)


@require_POST
def update_move(request: HttpRequest, pk: int, update_pk: int) -> HttpResponse:
    update = _update(request, pk, update_pk)
    check_perm(request.user, "meetings.log_meeting", update.meeting)
    step = {"haut": -1, "bas": 1}.get(request.POST.get("sens", ""), 0)
    try:
        move_update(update, step, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(reverse("meetings:update_list", args=[pk]) + f"#contribution-{update_pk}")


@require_POST
def update_remove(request: HttpRequest, pk: int, update_pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    check_perm(request.user, "meetings.log_meeting", meeting)
    update = updates_of(meeting).filter(pk=update_pk).first()
    if update is None and not once_existed(AgencyUpdate, update_pk, meeting_id=meeting.pk):
        raise Http404(update_pk)
    if update is not None:
        try:
            remove_update(update, actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("%(name)s n’est plus au tour de table.") % {"name": update})
    return redirect("meetings:update_list", pk=pk)


# Writing ------------------------------------------------------------------------------------------


def _update(request: HttpRequest, pk: int, update_pk: int) -> AgencyUpdate:
    meeting = _meeting(request, pk)
    update = get_object_or_404(updates_of(meeting), pk=update_pk)
    update.meeting = meeting
    return update


def _update_to_write(request: HttpRequest, pk: int, update_pk: int) -> AgencyUpdate:
    """404 unless the meeting may be opened, 403 unless its writer is of the agency or logs the meeting."""
    update = _update(request, pk, update_pk)
    check_perm(request.user, "meetings.write_update", update)
    if _refusal(update.meeting):
        raise PermissionDenied(_refusal(update.meeting))
    return update


@require_http_methods(["GET", "POST"])
@keeps_typed_text("body")
@said_in_json
def update_edit(request: HttpRequest, pk: int, update_pk: int) -> HttpResponse:
    update = _update_to_write(request, pk, update_pk)
    if request.method == "GET":
        return _editor(request, update, *_opening_form(request, update))
    if discard(request, update):
        messages.info(request, _("Le brouillon est écarté."))
        return redirect(request.path)
    form = _form(request, update, request.POST)
    if not form.is_valid():
        return refused_json(form) if wants_json(request) else _editor(request, update, form, True)
    if "prefill" in request.POST:
        return _editor(request, update, _prefilled(request, update, form), True)
    body, version = form.cleaned_data["body"], form.cleaned_data["base_version"]
    try:
        saved = save_update(update, body=body, base_version=version, actor=request.user, **form.facts)
    except StaleVersion as stale:
        return _conflict(request, update, form, stale)
    except ValidationError as error:
        form.refuse(error)
        return refused_json(form, error) if wants_json(request) else _editor(request, update, form, True)
    return _saved(request, saved)


@require_POST
@keeps_typed_text("body")
@said_in_json
def update_draft(request: HttpRequest, pk: int, update_pk: int) -> HttpResponse:
    update = _update_to_write(request, pk, update_pk)
    return autosave(request, update, tz=update.meeting.task_force.tz, newer=newer_words(update))


def _form(request: HttpRequest, update: AgencyUpdate, data: Any = None, **changes: Any) -> UpdateForm:
    initial = {
        "base_version": update.version,
        "body": update.body,
        "label": update.label,
        "reported_by": update.reported_by_id,
        "policy_axis": update.policy_axis,
    }
    logs = request.user.has_perm("meetings.log_meeting", update.meeting)
    return UpdateForm(data, initial=initial | changes, update=update, logs=logs)


def _opening_form(request: HttpRequest, update: AgencyUpdate) -> tuple[UpdateForm, bool]:
    """The form as a GET shows it, and whether it holds something that is not saved: `?prefill=1` brings the
    agency's last text, `?brouillon=1` the reader's draft."""
    if "prefill" in request.GET and not update.body:
        last = last_update_before(update)
        if last is not None:
            return _form(request, update, body=last.body, policy_axis=update.policy_axis or last.policy_axis), True
    elif "brouillon" in request.GET:
        draft = drafts_seen([], reader=request.user, about=update, stored=update.body).own
        if draft is not None:
            return _form(request, update, body=draft.text, base_version=draft.base_version), True
    return _form(request, update), False


def _prefilled(request: HttpRequest, update: AgencyUpdate, form: UpdateForm) -> UpdateForm:
    """What was typed, and after it the agency's last text."""
    last = last_update_before(update)
    typed = form.cleaned_data
    return _form(
        request,
        update,
        **{name: value.pk if isinstance(value, Agency) else value for name, value in form.facts.items()},
        base_version=typed["base_version"],
        body=typed["body"] + (last.body if last else ""),
    )


def _saved(request: HttpRequest, update: AgencyUpdate) -> HttpResponse:
    url = reverse("meetings:update_list", args=[update.meeting_id])
    if wants_json(request):
        leaves = "done" in request.POST or "merged" in request.POST
        return saved_json(request, update, tz=update.meeting.task_force.tz, url=url if leaves else "")
    if "done" in request.POST:
        messages.success(request, _("La contribution de %(name)s est enregistrée.") % {"name": update})
        return redirect(url)
    return redirect("meetings:update_edit", pk=update.meeting_id, update_pk=update.pk)


def _conflict(request: HttpRequest, update: AgencyUpdate, form: UpdateForm, stale: StaleVersion) -> HttpResponse:
    if wants_json(request):
        return stale_json(stale)
    context = conflict_context(stale, update.meeting.task_force.tz)
    facts = {name: value.pk if isinstance(value, Agency) else value for name, value in form.facts.items()}
    merged = _form(request, update, base_version=stale.version, body=context["merged"].html, **facts)
    context |= _frame(update) | {"form": merged}
    return render(request, "meetings/updates/conflict.html", context, status=409)


def _frame(update: AgencyUpdate) -> dict[str, Any]:
    args = [update.meeting_id, update.pk]
    return {
        "update": update,
        "meeting": update.meeting,
        "body": update.meeting.task_force,
        "nav": "meetings",
        "edit_url": reverse("meetings:update_edit", args=args),
        "draft_url": reverse("meetings:update_draft", args=args),
        "store": f"update:{update.pk}",
    }


def _editor(request: HttpRequest, update: AgencyUpdate, form: UpdateForm, is_unsaved: bool) -> HttpResponse:
    tz = update.meeting.task_force.tz
    drafts = drafts_seen([update], reader=request.user, about=update, stored=update.body)
    draft = None if is_unsaved else drafts.own
    last = last_update_before(update)
    context = _frame(update) | {
        "form": form,
        "is_unsaved": is_unsaved,
        "writers": drafts.writers(update),
        "draft": draft,
        "draft_text": richtext_to_text(draft.text) if draft else "",
        "draft_at": timezone.localtime(draft.updated_at, tz) if draft else None,
        "stored_text": richtext_to_text(update.body) if draft else "",
        "saved_words": saved_words(update.updated_at, tz),
        "last": last,
    }
    return render(request, "meetings/updates/edit.html", context)
