"""What a director's page tells: who may be named, who sits elsewhere, what the text says, which dates come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from core.calendars import entries_for
from taskforce.enums import TermsState
from taskforce.models import Agency, DesignationRequest, Mandate, OfficeHead, Person, TaskForce, TermsOfReference
from taskforce.queries.designations import terms_for_letter
from taskforce.queries.ordering import french_order

NEXT_DATES = timedelta(days=120)


def people_of_agency(agency: Agency) -> QuerySet[Person]:
    """Whom the portal knows in the agency, in French order."""
    return Person.objects.filter(agency=agency).order_by(*french_order("family_name", "given_name"), "pk")


@dataclass(frozen=True)
class Elsewhere:
    """Somebody named already is the titular of another seat."""

    email: str
    person_id: int
    mandate: Mandate


def titular_elsewhere(
    request: DesignationRequest, *, people: Iterable[int], emails: Iterable[str], on: date
) -> list[Elsewhere]:
    """Mandates of titular that the people named (by key, or by address) hold in other seats on `on`: one query."""
    mandates = (
        Mandate.objects.annotate(address=Lower("person__email"))
        .filter(
            Q(person__in=list(people)) | Q(address__in=[email.lower() for email in emails if email]),
            rank=0,
            period__contains=on,
        )
        .exclude(seat=request.seat_id)
        .select_related("seat__agency", "seat__task_force", "person")
        .order_by("pk")
    )
    return [Elsewhere(mandate.person.email.lower(), mandate.person_id, mandate) for mandate in mandates]


def head_today(request: DesignationRequest) -> OfficeHead | None:
    """Who heads the office that was asked, today."""
    return (
        OfficeHead.objects.filter(office=request.office_id, period__contains=request.task_force.today())
        .select_related("person")
        .first()
    )


def terms_of(request: DesignationRequest) -> TermsOfReference | None:
    """The text that the letter goes by, else the one that a letter would go by today; never one taken back."""
    terms = request.terms
    if terms is not None and terms.state != TermsState.DRAFT:
        return terms
    return terms_for_letter(request.task_force)


def next_dates(body: TaskForce, *, now: datetime | None = None, count: int = 3) -> list[tuple[datetime, str]]:
    """The next dates of a body that everybody invited may know: (when, in the body's time zone; what)."""
    now = now or timezone.now()
    entries = [
        entry
        for entry in entries_for(None, [body], since=now, until=now + NEXT_DATES)
        if not entry.is_cancelled and not entry.is_tentative and entry.starts_at > now
    ]
    return [(entry.starts_at.astimezone(body.tz), entry.summary) for entry in entries[:count]]
