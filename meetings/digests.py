"""What meetings say in the weekly digest: invitations to answer, minutes to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.digests import DigestLine, DigestSection, digest_sections
from core.typography import date_long
from meetings.enums import MeetingState, MinutesState, PartStat
from meetings.models import Invitation, Minutes
from meetings.notifications.base import when
from taskforce.queries.digests import DigestReader


@digest_sections.register
class MeetingsToAnswer(DigestSection):
    """Convened meetings to come to which the reader has not answered."""

    slug = "meetings"
    label = gettext_lazy("Réunions : votre réponse est attendue")
    order = 10

    def __init__(self, readers: Sequence[DigestReader], *, now: datetime) -> None:
        super().__init__(readers, now=now)
        invitations = Invitation.objects.filter(
            person__in=[reader.person.pk for reader in readers],
            partstat=PartStat.NEEDS_ACTION,
            meeting__state=MeetingState.CONVENED,
            meeting__starts_at__gt=now,
        ).select_related("meeting__task_force__country")
        self.by_person: dict[int, list[Invitation]] = {}
        for invitation in invitations.order_by("meeting__starts_at", "pk"):
            self.by_person.setdefault(invitation.person_id, []).append(invitation)

    def lines(self, reader: DigestReader) -> list[DigestLine]:
        return [
            DigestLine(
                _("%(body)s : réunion du %(when)s")
                % {"body": invitation.meeting.task_force, "when": when(invitation.meeting)},
                f"{settings.SITE_URL}{invitation.meeting.get_absolute_url()}",
                invitation.meeting.theme,
            )
            for invitation in self.by_person.get(reader.person.pk, [])
        ]


@digest_sections.register
class MinutesToRead(DigestSection):
    """Minutes shared for observations in the reader's bodies."""

    slug = "minutes"
    label = gettext_lazy("Comptes rendus partagés pour observations")
    order = 30

    def __init__(self, readers: Sequence[DigestReader], *, now: datetime) -> None:
        super().__init__(readers, now=now)
        bodies = {body for reader in readers for body in reader.bodies}
        self.minutes = list(
            Minutes.objects.filter(state=MinutesState.CIRCULATED, meeting__task_force__in=bodies)
            .select_related("meeting__task_force__country")
            .order_by("meeting__starts_at", "pk")
        )

    def lines(self, reader: DigestReader) -> list[DigestLine]:
        return [
            DigestLine(
                _("%(body)s : réunion du %(day)s")
                % {"body": minutes.meeting.task_force, "day": date_long(minutes.meeting.date)},
                f"{settings.SITE_URL}{minutes.meeting.get_absolute_url()}",
            )
            for minutes in self.minutes
            if minutes.meeting.task_force_id in reader.bodies
        ]
