"""Minutes by section, agencies' updates, and the meeting's links to decisions and actions."""

from datetime import datetime, time

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from meetings.enums import MinutesState, SectionKind
from meetings.models.freezing import MINUTES_FROZEN, OF_MEETING, OF_SECTION, OF_VERSION, frozen_with_minutes


@pghistory.track()
class Minutes(models.Model):
    """The record of a meeting (« compte rendu »)."""

    TRANSITIONS = {
        MinutesState.DRAFT: {MinutesState.CIRCULATED},
        MinutesState.CIRCULATED: {MinutesState.DRAFT, MinutesState.APPROVED},
        MinutesState.APPROVED: {MinutesState.PUBLISHED},
    }
    TRANSITIONS_WITH_REASON = {(MinutesState.CIRCULATED, MinutesState.DRAFT)}

    meeting = models.OneToOneField(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="minutes", verbose_name=_("réunion")
    )
    state = models.CharField(_("état"), max_length=12, choices=MinutesState, default=MinutesState.DRAFT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    circulated_at = models.DateTimeField(null=True, blank=True)
    # The last day on which observations are waited for, included.
    observations_until = models.DateField(_("observations attendues jusqu’au"), null=True, blank=True)

    class Meta:
        verbose_name = _("compte rendu")
        verbose_name_plural = _("comptes rendus")
        triggers = [MINUTES_FROZEN]

    def __str__(self):
        return f"{self.meeting}"

    @property
    def takes_observations(self) -> bool:
        """Whether members may still propose something: shared, and the last day is not over."""
        return (
            self.state == MinutesState.CIRCULATED
            and self.observations_until is not None
            and self.meeting.task_force.today() <= self.observations_until
        )

    @property
    def observations_deadline(self) -> datetime | None:
        """The last second of the last day, in the body's time zone; None without one."""
        if self.observations_until is None:
            return None
        return datetime.combine(self.observations_until, time(23, 59, 59), tzinfo=self.meeting.task_force.tz)


@pghistory.track()
class MinutesSection(models.Model):
    """One section, with its own version: a save on an old version is refused."""

    minutes = models.ForeignKey(
        Minutes, on_delete=models.CASCADE, related_name="sections", verbose_name=_("compte rendu")
    )
    kind = models.CharField(_("nature"), max_length=15, choices=SectionKind)
    agenda_item = models.OneToOneField(
        "meetings.AgendaItem", null=True, blank=True, on_delete=models.PROTECT, related_name="section"
    )
    position = models.PositiveSmallIntegerField(_("ordre"))
    # Sanitised HTML (core.richtext).
    body = models.TextField(_("texte"), blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("section du compte rendu")
        ordering = ["position", "pk"]
        triggers = [frozen_with_minutes(OF_SECTION), marks_search()]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "kind"],
                condition=~models.Q(kind=SectionKind.ITEM),
                name="section_kind_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=SectionKind.ITEM, agenda_item__isnull=False)
                | (~models.Q(kind=SectionKind.ITEM) & models.Q(agenda_item__isnull=True)),
                name="section_item_has_an_item",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """« 2. Plan de travail » for an item, the kind's label otherwise."""
        if self.agenda_item_id:
            return f"{self.agenda_item.position}. {self.agenda_item.title}"
        return str(self.get_kind_display())

    @property
    def is_empty(self) -> bool:
        return not self.body


class SectionVersion(models.Model):
    """A kept revision of a section's text; never changed."""

    section = models.ForeignKey(MinutesSection, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["section", "number"], name="section_version_once")]
        triggers = [frozen_with_minutes(OF_VERSION)]

    def __str__(self):
        return f"{self.section} v{self.number}"


@pghistory.track()
class AgencyUpdate(models.Model):
    """An agency's contribution to the round table (« point de situation »).

    `agency` is None for a joint one (`label` then names it). `reported_by` is the agency that speaks
    for an absent one.
    """

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="updates", verbose_name=_("réunion")
    )
    position = models.PositiveSmallIntegerField(_("ordre"))
    agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="updates",
        verbose_name=_("agence"),
    )
    label = models.CharField(_("intitulé"), max_length=200, blank=True)
    reported_by = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("rapporté par"),
    )
    policy_axis = models.CharField(_("axe de la politique nationale"), max_length=200, blank=True)
    # Sanitised HTML (core.richtext).
    body = models.TextField(_("texte"), blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("point de situation")
        verbose_name_plural = _("points de situation")
        ordering = ["position", "pk"]
        triggers = [frozen_with_minutes(OF_MEETING), marks_search()]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "agency"],
                name="agency_update_once",
                violation_error_message=_("Cette agence a déjà un point de situation pour cette réunion."),
            ),
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False) | ~models.Q(label=""),
                name="agency_update_named",
                violation_error_message=_("Choisissez une agence ou donnez un intitulé."),
            ),
        ]

    def __str__(self):
        return str(self.agency or self.label)


class MeetingDecision(models.Model):
    """A decision taken in a meeting, under a point of its agenda."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.PROTECT, related_name="decision_links")
    decision = models.OneToOneField("taskforce.Decision", on_delete=models.CASCADE, related_name="meeting_link")
    agenda_item = models.ForeignKey(
        "meetings.AgendaItem", null=True, blank=True, on_delete=models.PROTECT, related_name="decision_links"
    )

    class Meta:
        ordering = ["decision__year", "decision__number"]
        triggers = [frozen_with_minutes(OF_MEETING)]

    def __str__(self):
        return str(self.decision)


class MeetingAction(models.Model):
    """An action born in a meeting."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.PROTECT, related_name="action_links")
    action = models.OneToOneField("taskforce.ActionItem", on_delete=models.CASCADE, related_name="meeting_link")
    agenda_item = models.ForeignKey(
        "meetings.AgendaItem", null=True, blank=True, on_delete=models.PROTECT, related_name="action_links"
    )

    class Meta:
        ordering = ["action__year", "action__number"]

    def __str__(self):
        return str(self.action)
