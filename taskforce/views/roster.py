"""Who sits in a body, today or on any day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.shortcuts import check_perm
from taskforce.enums import SeatStatus
from taskforce.exports.roster import RosterDateForm
from taskforce.queries import first_mandate_day, leads_on, offices_on, roster_on
from taskforce.views.parts import find_body


@require_GET
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """The roster on the day asked for; an unreadable date is said, and today's is shown."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_roster", body)
    form = RosterDateForm(request.GET)
    today = body.today()
    day = (form.cleaned_data.get("date") if form.is_valid() else None) or today
    entries = roster_on(body, day)
    has_mandates = any(entry.mandates for entry in entries)
    context = {
        "body": body,
        "nav": "members",
        "form": form,
        "day": day,
        "is_today": day == today,
        "today": today,
        "members": [entry for entry in entries if entry.seat.status == SeatStatus.MEMBER],
        "observers": [entry for entry in entries if entry.seat.status == SeatStatus.OBSERVER],
        "has_mandates": has_mandates,
        "first_day": None if has_mandates else first_mandate_day(body),
        "people_count": len({mandate.person_id for entry in entries for mandate in entry.mandates}),
        "vacant_count": sum(1 for entry in entries if entry.titular is None and entry.seat.status == SeatStatus.MEMBER),
        "offices": offices_on(body, day),
        "leads": leads_on(body, day),
        "may_manage": request.user.has_perm("taskforce.manage_mandates", body),
        "may_see_designations": request.user.has_perm("taskforce.view_designations", body),
    }
    return render(request, "taskforce/roster.html", context)
