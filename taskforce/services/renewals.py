"""Mandates that end within sixty days: the secretariat is told once of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.notifications.base import send_many
from taskforce.enums import BodyState, OfficeRole
from taskforce.models import MandateNotice, TaskForce
from taskforce.notifications.mandates_ending import MandatesEnding
from taskforce.queries import mandates_ending_soon, offices_on


def tell_of_ending_mandates(now: datetime | None = None) -> int:
    """Write to the secretariats about the mandates that entered the window of SOCLE_MANDATE_NOTICE_DAYS since last time.

    Each mandate (and each new end of it) is told of once, however many workers run this. Returns how many
    mandates. A body without a secretariat is told later, once it has one.
    """
    now = now or timezone.now()
    around = [now.date() - timedelta(days=1), now.date() + timedelta(days=settings.SOCLE_MANDATE_NOTICE_DAYS + 3)]
    bodies = (
        TaskForce.objects.exclude(state=BodyState.CLOSED)
        .filter(seats__mandates__period__endswith__range=around)
        .order_by("pk")
        .distinct()
    )
    return sum(_tell(body, now) for body in bodies)


def _tell(body: TaskForce, now: datetime) -> int:
    today = timezone.localdate(now, body.tz)
    with transaction.atomic():
        # Two workers at once pass one after the other; the second finds the notices of the first.
        TaskForce.objects.select_for_update(no_key=True, of=("self",)).get(pk=body.pk)
        told = set(MandateNotice.objects.filter(mandate__seat__task_force=body).values_list("mandate_id", "ends_on"))
        ending = mandates_ending_soon(body, on=today, within=timedelta(days=settings.SOCLE_MANDATE_NOTICE_DAYS))
        new = [mandate for mandate in ending if (mandate.pk, mandate.ends_on) not in told]
        new.sort(key=lambda mandate: (mandate.period.upper, str(mandate.seat.agency), mandate.rank))
        secretaries = [office.person for office in offices_on(body, today).filter(role=OfficeRole.SECRETARIAT)]
        if not new or not secretaries:
            return 0
        notices = MandateNotice.objects.bulk_create(
            MandateNotice(mandate=mandate, ends_on=mandate.ends_on, told_at=now) for mandate in new
        )
        send_many(MandatesEnding(person, body=body, mandates=new, notices=notices, on=today) for person in secretaries)
    return len(new)
