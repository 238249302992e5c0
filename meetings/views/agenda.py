"""The agenda's editor: every act is a POST that works without a script; dragging only sends the same order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.typed_text import keeps_typed_text
from meetings.enums import ItemOutcome
from meetings.forms.agenda import ItemForm
from meetings.models import AgendaItem, Meeting
from meetings.queries import agenda_of, sees_restricted
from meetings.queries.contributions import proposals_to_settle
from meetings.services.agenda import (
    add_item,
    add_standing_item,
    delete_item,
    edit_item,
    move_item,
    reorder_items,
    set_outcomes,
    standing_items,
)
from meetings.services.proposals import freeze_day
from meetings.views.common import find_meeting, once_existed, posted
from meetings.views.page_agenda import agenda_time, open_items, shows_outcomes


@require_http_methods(["GET", "POST"])
@keeps_typed_text("title")
def agenda_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The points, and a form to add one."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    may_restrict = sees_restricted(request.user, meeting)
    form = ItemForm(meeting, posted(request), may_restrict=may_restrict)
    if request.method == "POST" and form.is_valid():
        try:
            item, created = add_item(meeting, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            if not created:
                messages.info(request, _("« %(title)s » figure déjà à l’ordre du jour.") % {"title": item.title})
            return redirect("meetings:agenda_edit", meeting.pk)
    return render(request, "meetings/agenda/edit.html", _context(request, meeting, form))


def _context(request: HttpRequest, meeting: Meeting, form: ItemForm) -> dict[str, Any]:
    agenda = list(agenda_of(meeting, restricted=sees_restricted(request.user, meeting)))
    titles = {item.title for item in agenda}
    return {
        "body": meeting.task_force,
        "nav": "meetings",
        "meeting": meeting,
        "agenda": agenda,
        "agenda_time": agenda_time(meeting, agenda),
        "open_items": open_items(agenda),
        "shows_outcomes": shows_outcomes(meeting, agenda),
        "standing": [(key, title) for key, (title, _kind) in standing_items().items() if title not in titles],
        "form": form,
        "proposals": proposals_to_settle(meeting),
        "freeze_day": freeze_day(meeting),
    }


def find_item(request: HttpRequest, pk: int, item_pk: int) -> tuple[Meeting, AgendaItem | None]:
    """The point of the address; None for one that was removed meanwhile, 404 for one that never was there."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    items = agenda_of(meeting, restricted=sees_restricted(request.user, meeting))
    item = items.filter(pk=item_pk).first()
    if item is None and (
        request.method != "POST"
        or AgendaItem.objects.filter(pk=item_pk).exists()
        or not once_existed(AgendaItem, item_pk, meeting_id=meeting.pk)
    ):
        raise Http404(item_pk)
    if item is None:
        messages.info(request, _("Ce point n’est plus à l’ordre du jour."))
    else:
        item.meeting = meeting
    return meeting, item


@require_http_methods(["GET", "POST"])
@keeps_typed_text("title")
def agenda_item_edit(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    meeting, item = find_item(request, pk, item_pk)
    if item is None:
        return redirect("meetings:agenda_edit", meeting.pk)
    form = ItemForm(meeting, posted(request), item=item, may_restrict=sees_restricted(request.user, meeting))
    if request.method == "POST" and form.is_valid():
        try:
            edit_item(item, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Le point est à jour."))
            return redirect("meetings:agenda_edit", meeting.pk)
    context = {"body": meeting.task_force, "nav": "meetings", "meeting": meeting, "item": item, "form": form}
    return render(request, "meetings/agenda/item.html", context)


@require_POST
def agenda_item_act(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """The small buttons of a line: up, down, outcome, remove."""
    meeting, item = find_item(request, pk, item_pk)
    act = request.POST.get("act", "")
    if item is not None:
        try:
            if act in {"up", "down"}:
                move_item(item, -1 if act == "up" else 1, actor=request.user)
            elif act in ItemOutcome.values:
                edit_item(item, outcome=act, actor=request.user)
            elif act == "remove":
                delete_item(item, actor=request.user)
                messages.success(request, _("« %(title)s » est retiré de l’ordre du jour.") % {"title": item.title})
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
    return _answer(request, meeting, act=act, item_pk=item_pk)


@require_POST
def agenda_reorder(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole order at once, as dragging leaves it: `order` repeats the points' keys."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    order = [int(key) for key in request.POST.getlist("order") if key.isascii() and key.isdecimal() and len(key) < 19]
    try:
        reorder_items(meeting, order, actor=request.user)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return _answer(request, meeting)


@require_POST
def agenda_standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one of the points that most meetings have."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    key = request.POST.get("key", "")
    if key not in standing_items():
        raise Http404
    try:
        add_standing_item(meeting, key, actor=request.user)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return _answer(request, meeting)


@require_POST
def agenda_treated(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark what is still open as treated."""
    meeting = find_meeting(request, pk, "meetings.log_meeting")
    try:
        set_outcomes(meeting, ItemOutcome.TREATED, actor=request.user)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return _answer(request, meeting)


def _answer(request: HttpRequest, meeting: Meeting, *, act: str = "", item_pk: int | None = None) -> HttpResponse:
    """The list alone for a script, the page for a form."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("meetings:agenda_edit", meeting.pk)
    context = _context(request, meeting, ItemForm(meeting, may_restrict=False))
    for place, item in enumerate(context["agenda"]):
        if item.pk == item_pk and act in {"up", "down"}:
            # The keyboard stays on the button it pressed; at the edge, on the one that still works.
            edge = {0: "down", len(context["agenda"]) - 1: "up"}
            item.focus = edge.get(place, act)
    return render(request, "meetings/agenda/list.html", context)
