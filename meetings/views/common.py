"""What the views of meetings share: find or 404, act and say what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.shortcuts import check_perm
from core.workflow import TransitionRefused
from meetings.models import Meeting
from meetings.queries import meetings_visible_to
from taskforce.models import TaskForce
from taskforce.queries import body_at


def find_body(request: HttpRequest, slug: str, perm: str | None = None) -> TaskForce:
    """The body of the address: 404 unless visible, 403 without `perm`."""
    body = body_at(request.user, slug)
    if body is None:
        raise Http404(slug)
    if perm:
        check_perm(request.user, perm, body)
    return body


def find_meeting(
    request: HttpRequest, pk: int, perm: str = "meetings.view_meeting", *, meetings: QuerySet[Meeting] | None = None
) -> Meeting:
    """The meeting of the address: 404 unless visible, 403 without `perm`."""
    meeting = get_object_or_404(meetings_visible_to(request.user) if meetings is None else meetings, pk=pk)
    check_perm(request.user, perm, meeting)
    return meeting


def posted(request: HttpRequest) -> Any:
    """What a form reads: None unless something was sent. An empty answer is an answer."""
    return request.POST if request.method == "POST" else None


def act(
    request: HttpRequest, service: Callable[..., Any], meeting: Meeting, *, to: str, done: str, **kwargs: Any
) -> bool:
    """Run a service that changes the meeting's state, and say what came of it; whether it was done.

    A button pressed twice is no error: when the meeting already is in `to`, that is said as an information.
    """
    try:
        service(meeting, actor=request.user, **kwargs)
    except TransitionRefused as error:
        current = Meeting.objects.values_list("state", flat=True).get(pk=meeting.pk)
        if current == to:
            state = dict(Meeting._meta.get_field("state").flatchoices)[current]
            messages.info(request, _("C’était déjà fait : la réunion est « %(state)s ».") % {"state": state})
        else:
            messages.warning(request, " ".join(error.messages))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        messages.success(request, done)
        return True
    return False


def once_existed(model: type[Model], pk: int, **facts: Any) -> bool:
    """Whether a row that is gone once stood there, by the history: a second press on « Supprimer » is no 404."""
    history: Any = model._meta.get_field("events").related_model
    return history.objects.filter(pgh_obj_id=pk, **facts).exists()


def meeting_context(meeting: Meeting, **more: Any) -> dict[str, Any]:
    """What every page of a meeting has, and what this one adds."""
    return {"body": meeting.task_force, "nav": "meetings", "meeting": meeting, **more}
