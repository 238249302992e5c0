"""Convening, moving, putting off and calling off: nothing leaves before a page that shows what will, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.notifications.rendering import hide
from meetings.enums import MeetingState, PartStat
from meetings.forms.convening import TITULARS, ConveneForm
from meetings.forms.meeting import MoveForm, ReasonForm
from meetings.holidays import holiday_on
from meetings.models import Invitation, Meeting
from meetings.notifications.base import MeetingMessage
from meetings.notifications.cancelled import MeetingCancelled
from meetings.notifications.invitation import MeetingInvitation
from meetings.notifications.moved import MeetingMoved
from meetings.notifications.postponed import MeetingPostponed
from meetings.queries import meetings_visible_to
from meetings.queries.recipients import MailingList, Recipient, convening_list, told_list
from meetings.queries.specialists import theme_proposals
from meetings.services.convening import convene_meeting, nobody_to_ask, reason_not_to_convene
from meetings.services.guests import invite_people
from meetings.services.meetings import cancel_meeting, move_meeting, postpone_meeting
from meetings.views.common import act, find_meeting, meeting_context, posted
from taskforce.models import Person

MakeMessage = Callable[[Invitation], MeetingMessage]
# What was confirmed and what the database holds now are not the same list: shown again (RFC 9110 §15.5.10).
CHANGED = 409


def _mailing(request: HttpRequest, mailing: MailingList, make: MakeMessage) -> dict[str, Any]:
    """What the confirmation page shows of a mailing; the text is the one that leaves, in each language used."""
    texts = []
    by_language: dict[str, Recipient] = {}
    for recipient in mailing.reachable:
        by_language.setdefault(recipient.person.language, recipient)
    for recipient in by_language.values():
        message = make(Invitation(meeting=mailing.meeting, person=recipient.person))
        if not isinstance(message, (MeetingCancelled, MeetingPostponed)):
            # Its place in the text; the real one is made when the mail is written.
            message.link = "-"
        rendered = message.render()
        texts.append(
            {
                "language": recipient.person.get_language_display(),
                "subject": rendered.subject,
                "text": hide(rendered.text),
            }
        )
    return {
        "mailing": mailing,
        "texts": texts,
        "list_changed": "list" in request.POST and request.POST["list"] != mailing.digest,
    }


def _is_confirmed(request: HttpRequest, mailing: MailingList) -> bool:
    """The list that was shown is the one that would be written to now."""
    return request.method == "POST" and request.POST.get("list", "") == mailing.digest


def _status(request: HttpRequest) -> int:
    return CHANGED if "list" in request.POST else 200


# Convening ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def convene(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is asked; for a meeting already convened, whom to invite as well."""
    facts = meetings_visible_to(request.user).annotate(agenda_count=Count("agenda"))
    meeting = find_meeting(request, pk, "meetings.manage_meeting", meetings=facts)
    choice = request.POST if request.method == "POST" else request.GET
    form = ConveneForm(
        choice, specialists=[(row["pk"], _specialist(row)) for row in theme_proposals(meeting).specialists]
    )
    invites_more = meeting.state == MeetingState.CONVENED
    if request.method == "POST" and request.POST.get("act") == "convene" and invites_more:
        # The button pressed twice: the second press finds it done.
        act(request, convene_meeting, meeting, to=MeetingState.CONVENED, done="")
        return redirect(meeting)
    mailing = convening_list(meeting, titulars_only=form.titulars_only, extra=form.chosen)
    refusal = reason_not_to_convene(meeting) or _not_to_ask(meeting)
    if request.method == "POST" and refusal:
        messages.error(request, refusal)
        return redirect(meeting)
    if _is_confirmed(request, mailing):
        if invites_more:
            _invite(request, meeting, mailing)
            return redirect(meeting)
        done = _("La réunion est convoquée : les invitations partent.")
        act(request, convene_meeting, meeting, to=MeetingState.CONVENED, done=done, people=mailing.people)
        return redirect(meeting)
    context = meeting_context(
        meeting,
        form=form,
        invites_more=invites_more,
        refusal=refusal,
        agenda_count=meeting.agenda_count,
        holiday=holiday_on(meeting.task_force.country.iso2, meeting.date),
        hidden=_choice(form),
        **_mailing(request, mailing, MeetingInvitation),
    )
    return render(request, "meetings/meetings/convene.html", context, status=_status(request))


def _specialist(row: dict[str, Any]) -> str:
    person = Person(civility=row["civility"], given_name=row["given"], family_name=row["family"])
    return f"{person.full_name} ({row['agency']})" if row["agency"] else person.full_name


def _not_to_ask(meeting: Meeting) -> str:
    if meeting.state in {MeetingState.DRAFT, MeetingState.POSTPONED, MeetingState.CONVENED}:
        return ""
    return _("Cette réunion est « %(state)s » : on n’y invite plus.") % {"state": meeting.get_state_display().lower()}


def _choice(form: ConveneForm) -> list[tuple[str, str]]:
    """What was chosen, to be posted with the list."""
    rows = [("avec", str(person.pk)) for person in form.chosen]
    return [*rows, ("qui", TITULARS)] if form.titulars_only else rows


def _invite(request: HttpRequest, meeting: Meeting, mailing: MailingList) -> None:
    if not mailing.people:
        messages.error(request, nobody_to_ask())
        return
    try:
        count = len(invite_people(meeting, mailing.people, actor=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = ngettext("%(count)d personne de plus est invitée.", "%(count)d personnes de plus sont invitées.", count)
        messages.success(request, said % {"count": count})


# Moving, putting off, calling off ------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def meeting_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another date, time or place; people already invited are told, after a page that names them."""
    meeting = find_meeting(request, pk, "meetings.edit_meeting")
    form = MoveForm(meeting, posted(request))
    mailing = told_list(meeting) if meeting.state == MeetingState.CONVENED else MailingList(meeting, ())
    if request.method == "POST" and form.is_valid():
        changed = any(getattr(meeting, name) != value for name, value in form.facts.items())
        if changed and mailing.recipients and not _is_confirmed(request, mailing):
            context = _move_context(request, meeting, form, mailing)
            return render(request, "meetings/meetings/move_confirm.html", context, status=_status(request))
        try:
            move_meeting(meeting, actor=request.user, **form.facts)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("La date, l’heure et le lieu sont à jour."))
            return redirect(meeting)
    context = meeting_context(meeting, form=form, told=mailing.recipients)
    return render(request, "meetings/meetings/move.html", context)


def _move_context(request: HttpRequest, meeting: Meeting, form: MoveForm, mailing: MailingList) -> dict[str, Any]:
    zone = meeting.task_force.tz
    moved = form.facts
    after = copy(meeting)
    for name, value in moved.items():
        setattr(after, name, value)
    before = meeting.local_start

    def message(invitation: Invitation) -> MeetingMessage:
        invitation.meeting = after
        return MeetingMoved(invitation, before=before)

    # An answer was given for a date: move_meeting asks for it again.
    is_other_time = any(
        moved.get(name, getattr(meeting, name)) != getattr(meeting, name) for name in ("starts_at", "ends_at")
    )
    answered = meeting.invitations.exclude(partstat=PartStat.NEEDS_ACTION).count() if is_other_time else 0
    return meeting_context(
        meeting,
        moved=moved,
        answered=answered,
        new_start=moved["starts_at"].astimezone(zone),
        new_end=moved["ends_at"].astimezone(zone),
        hidden=_typed(form.fields, form.data),
        **_mailing(request, mailing, message),
    )


def _typed(fields: Any, data: QueryDict) -> list[tuple[str, str]]:
    """What was typed goes on, as it was typed."""
    return [(name, data[name]) for name in fields if data.get(name)]


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        service=cancel_meeting,
        message=MeetingCancelled,
        to=MeetingState.CANCELLED,
        done=_("La réunion est annulée."),
        template="meetings/meetings/cancel.html",
    )


@require_http_methods(["GET", "POST"])
def meeting_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        service=postpone_meeting,
        message=MeetingPostponed,
        to=MeetingState.POSTPONED,
        done=_("La réunion est reportée. Fixez sa nouvelle date, puis convoquez-la de nouveau."),
        template="meetings/meetings/postpone.html",
    )


def _with_reason(
    request: HttpRequest,
    pk: int,
    *,
    service: Callable[..., Any],
    message: type[MeetingMessage],
    to: str,
    done: str,
    template: str,
) -> HttpResponse:
    """First the reason, then the page with the mails that carry it, then the act; at once when nobody is told."""
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    form = ReasonForm(posted(request))
    mailing = told_list(meeting) if meeting.state == MeetingState.CONVENED else MailingList(meeting, ())
    context = meeting_context(meeting, form=form, told=mailing.recipients, mailing=mailing)
    if request.method != "POST" or not form.is_valid():
        return render(request, template, context)
    reason = form.cleaned_data["reason"]
    if mailing.recipients and not _is_confirmed(request, mailing):
        shown = _mailing(request, mailing, lambda invitation: message(invitation, reason=reason))
        context |= {"is_preview": True, "hidden": _typed(form.fields, form.data), **shown}
        return render(request, template, context, status=_status(request))
    act(request, service, meeting, to=to, done=done, reason=reason)
    return redirect(meeting)
