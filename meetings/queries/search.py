"""What of a meeting somebody finds: what stands on its pages for them, restricted points left out (invariant 11)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from meetings.enums import Visibility
from meetings.models import AgencyUpdate, AgendaItem, Attachment, Meeting, MinutesSection
from meetings.queries.visible import meetings_visible_to, minutes_visible_to
from taskforce.enums import Role
from taskforce.queries import grants_of


def meetings_with_restricted(user: Any) -> QuerySet[Meeting]:
    """Meetings whose restricted points the user reads: « meetings.view_restricted » as a condition."""
    grants = grants_of(user)
    reads = Q(task_force_id__in=grants.body_ids(Role.SECRETARIAT, Role.CHAIR))
    if grants.person_id is not None:
        reads |= Q(task_force_id__in=grants.body_ids(), rapporteur_id=grants.person_id)
    return Meeting.objects.filter(reads).order_by()


def items_visible_to(user: Any) -> QuerySet[AgendaItem]:
    """The points of the agenda that the meeting's page shows to the user."""
    return AgendaItem.objects.filter(
        Q(visibility=Visibility.MEMBERS, meeting__in=meetings_visible_to(user).order_by().values("pk"))
        | Q(meeting__in=meetings_with_restricted(user).values("pk"))
    )


def sections_visible_to(user: Any) -> QuerySet[MinutesSection]:
    """The sections that the page of the minutes shows to the user."""
    open_to_all = Q(agenda_item__isnull=True) | Q(agenda_item__visibility=Visibility.MEMBERS)
    restricted = Q(minutes__meeting__in=meetings_with_restricted(user).values("pk"))
    return MinutesSection.objects.filter(
        open_to_all | restricted, minutes__in=minutes_visible_to(user).order_by().values("pk")
    )


def updates_visible_to(user: Any) -> QuerySet[AgencyUpdate]:
    """The contributions that the page of the round table shows to the user."""
    return AgencyUpdate.objects.filter(meeting__in=meetings_visible_to(user).order_by().values("pk"))


def attachments_visible_to(user: Any) -> QuerySet[Attachment]:
    """The files that the meeting's list shows to the user: « meetings.view_files », without those of restricted points."""
    open_to_all = Q(agenda_item__isnull=True) | Q(agenda_item__visibility=Visibility.MEMBERS)
    restricted = Q(meeting__in=meetings_with_restricted(user).values("pk"))
    return Attachment.objects.filter(open_to_all | restricted, meeting__task_force_id__in=grants_of(user).body_ids())
