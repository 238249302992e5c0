"""Who else comes to a meeting, who leads it by its theme, and what of the work plan it deals with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.shortcuts import check_perm
from meetings.enums import MeetingState
from meetings.forms.guests import ActivityLinksForm, GuestForm, MeetingLinksForm
from meetings.models import Meeting
from meetings.queries import meetings_visible_to
from meetings.queries.specialists import activities_near, leads_for, specialists_for
from meetings.services.activities import tie_activities, tie_meetings
from meetings.services.guests import invite_people, reason_not_to_invite
from meetings.services.meetings import update_meeting
from meetings.views.common import find_meeting, posted
from taskforce.models import Person
from taskforce.queries.workplan import activities_visible_to
from taskforce.services.people import create_person
from taskforce.views.parts import form_page, show_refusal


@require_http_methods(["GET", "POST"])
def guest_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody beside the members; for a meeting already convened, after a page that says which mails leave."""
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    body = meeting.task_force
    specialists = specialists_for(meeting)
    form = GuestForm(posted(request), body=body, specialists=specialists)
    if request.method == "POST" and form.is_valid():
        if meeting.state == MeetingState.CONVENED and "confirm" not in request.POST:
            return render(request, "meetings/guests/confirm.html", _confirm(meeting, form))
        try:
            with transaction.atomic():
                invited = invite_people(meeting, _people(form, request.user), actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _said(meeting, len(invited)))
            return redirect(meeting)
    status = 422 if form.is_bound and form.errors else 200
    context = _context(meeting, form=form, specialists=list(specialists), refusal=reason_not_to_invite(meeting))
    return render(request, "meetings/guests/invite.html", context, status=status)


def _people(form: GuestForm, user: Any) -> list[Person]:
    people = list(form.cleaned_data["specialists"])
    if form.wants_more:
        new = form.new_person()
        if new is None:
            people.append(form.cleaned_data["person"])
        else:
            try:
                people.append(create_person(actor=user, agency=form.cleaned_data["new_agency"], **new))
            except ValidationError as error:
                if not hasattr(error, "error_dict"):
                    raise
                raise ValidationError({f"new_{name}": errors for name, errors in error.error_dict.items()}) from error
    return people


def _confirm(meeting: Meeting, form: GuestForm) -> dict[str, Any]:
    """Who is going to be written to. A new person is entered only once that is confirmed."""
    told = list(form.cleaned_data["specialists"])
    if form.wants_more:
        new = form.new_person()
        told.append(
            form.cleaned_data["person"] if new is None else Person(agency=form.cleaned_data["new_agency"], **new)
        )
    return _context(
        meeting,
        told=told,
        reachable=[person for person in told if person.email],
        unreachable=[person for person in told if not person.email],
        # What was typed goes on, as it was typed.
        hidden=[(name, value) for name in form.fields for value in form.data.getlist(name) if value],
    )


def _said(meeting: Meeting, count: int) -> str:
    if not count:
        return _("Ces personnes étaient déjà invitées.")
    said = ngettext("%(count)d personne invitée.", "%(count)d personnes invitées.", count) % {"count": count}
    if meeting.state == MeetingState.CONVENED:
        return said
    return _("%(said)s L’invitation partira avec la convocation.") % {"said": said}


@require_POST
def lead_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the agency that leads on the theme lead the meeting."""
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    agency = next((one for one in leads_for(meeting) if str(one.pk) == request.POST.get("agency")), None)
    if agency is None:
        messages.warning(request, _("Cette agence n’est plus chef de file sur le thème de la réunion."))
        return redirect(meeting)
    try:
        update_meeting(meeting, actor=request.user, lead_agency=agency)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(agency)s est chef de file de la réunion.") % {"agency": agency})
    return redirect(meeting)


@require_http_methods(["GET", "POST"])
def activity_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Which activities of the work plan the meeting deals with."""
    meeting = find_meeting(request, pk, "meetings.manage_meeting")
    present = list(meeting.activity_links.values_list("activity_id", flat=True))
    form = ActivityLinksForm(
        posted(request), activities=activities_near(request.user, meeting), initial={"activities": present}
    )
    if request.method == "POST" and form.is_valid():
        try:
            tie_activities(meeting, form.cleaned_data["activities"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Les activités de la réunion sont à jour."))
            return redirect(meeting)
    context = _context(meeting, form=form)
    return render(request, "meetings/guests/activities.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def activity_meetings(request: HttpRequest, pk: int) -> HttpResponse:
    """Which meetings deal with the activity."""
    activity = get_object_or_404(activities_visible_to(request.user), pk=pk)
    body = activity.plan.task_force
    check_perm(request.user, "taskforce.manage_workplan", body)
    present = list(activity.meeting_links.values_list("meeting_id", flat=True))
    year = activity.plan.year
    meetings = meetings_visible_to(request.user).filter(task_force=body).exclude(state=MeetingState.CANCELLED)
    near = meetings.filter(starts_at__year=year) | meetings.filter(pk__in=present)
    form = MeetingLinksForm(posted(request), meetings=near.order_by("starts_at"), initial={"meetings": present})
    if request.method == "POST" and form.is_valid():
        try:
            tie_meetings(activity, form.cleaned_data["meetings"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Les réunions de l’activité sont à jour."))
            return redirect(activity)
    return form_page(
        request,
        form,
        title=_("Réunions qui traitent cette activité"),
        submit=_("Enregistrer"),
        cancel_url=activity.get_absolute_url(),
        crumbs=[
            (_("Plan de travail %(year)d") % {"year": year}, activity.plan.get_absolute_url()),
            (activity.title, activity.get_absolute_url()),
        ],
        body=body,
        nav="workplan",
    )


def _context(meeting: Meeting, **context: Any) -> dict[str, Any]:
    return {"body": meeting.task_force, "nav": "meetings", "meeting": meeting, **context}
