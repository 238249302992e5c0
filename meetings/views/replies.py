"""Answers that arrived by mail: what came of each, and what is left to somebody."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.shortcuts import check_perm
from meetings.enums import PartStat
from meetings.models import ReceivedReply
from meetings.queries.replies import replies_of, replies_to_settle, replies_visible_to
from meetings.services.replies import settle_reply
from meetings.views.common import find_body

PAGE_SIZE = 50
SAID = {value.upper(): label for value, label in PartStat.choices}


@require_GET
def reply_list(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, "meetings.view_replies")
    waiting = list(replies_to_settle(body)[:100])
    page = Paginator(replies_of(body), PAGE_SIZE).get_page(request.GET.get("page"))
    _describe(waiting, body)
    _describe(page.object_list, body)
    context = {"body": body, "nav": "meetings", "waiting": waiting, "page": page}
    return render(request, "meetings/replies/list.html", context)


def _describe(rows, body) -> None:
    """The words of each row; one body object, so that its zone is read once."""
    for row in rows:
        row.said = SAID.get(row.partstat, "")
        row.task_force = body
        if row.meeting is not None:
            row.meeting.task_force = body


@require_POST
def reply_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has seen to it."""
    reply: ReceivedReply = get_object_or_404(replies_visible_to(request.user), pk=pk)
    check_perm(request.user, "meetings.view_replies", reply.task_force)
    if settle_reply(reply, actor=request.user):
        messages.success(request, _("La réponse est réglée."))
    else:
        messages.info(request, _("C’était déjà fait."))
    return redirect("meetings:reply_list", reply.task_force.slug)
