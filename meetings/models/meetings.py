"""Series, meetings, agenda."""

import uuid

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from meetings.enums import ItemKind, ItemOutcome, MeetingKind, MeetingState, Visibility


def new_uid() -> str:
    """A calendar UID (RFC 7986 §5.3): never changes, tells nothing."""
    return f"{uuid.uuid4()}@socle"


@pghistory.track()
class MeetingSeries(models.Model):
    """The recurrence rule of a body's meetings (« Calendrier des réunions »)."""

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="series", verbose_name=_("instance")
    )
    # RFC 5545 §3.3.10, without DTSTART: « FREQ=MONTHLY;BYDAY=2TU ».
    rrule = models.CharField(_("périodicité"), max_length=200)
    starts_on = models.DateField(_("à partir du"))
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    start_time = models.TimeField(_("heure de début"))
    duration_minutes = models.PositiveSmallIntegerField(_("durée (minutes)"), default=120)
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = models.URLField(_("lien de visioconférence"), blank=True)
    uid = models.CharField(max_length=80, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")

    class Meta:
        verbose_name = _("calendrier des réunions")
        ordering = ["task_force", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(duration_minutes__gte=5, duration_minutes__lte=1440),
                name="series_duration",
                violation_error_message=_("La durée va de 5 minutes à 24 heures."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("starts_on")),
                name="series_until",
                violation_error_message=_("La date de fin précède la date de début. Corrigez l’une des deux."),
            ),
        ]

    def __str__(self):
        return f"{self.task_force}: {self.rrule}"


@pghistory.track()
class Meeting(models.Model):
    """One meeting of a body. Times are stored in UTC and shown in the body's time zone."""

    TRANSITIONS = {
        MeetingState.DRAFT: {MeetingState.CONVENED, MeetingState.CANCELLED, MeetingState.HELD},
        MeetingState.CONVENED: {MeetingState.IN_PROGRESS, MeetingState.POSTPONED, MeetingState.CANCELLED},
        MeetingState.POSTPONED: {MeetingState.CONVENED},
        MeetingState.IN_PROGRESS: {MeetingState.HELD},
        MeetingState.HELD: {MeetingState.CLOSED},
        MeetingState.CLOSED: {MeetingState.HELD},
    }
    TRANSITIONS_WITH_REASON = {(MeetingState.CLOSED, MeetingState.HELD)}

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="meetings", verbose_name=_("instance")
    )
    kind = models.CharField(_("nature"), max_length=15, choices=MeetingKind, default=MeetingKind.ORDINARY)
    series = models.ForeignKey(MeetingSeries, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    # The date the rule gives, even when the meeting is moved.
    slot = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    started_at = models.DateTimeField(_("début réel"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fin réelle"), null=True, blank=True)
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = models.URLField(_("lien de visioconférence"), blank=True)
    theme = models.CharField(_("thème"), max_length=200, blank=True)
    lead_agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_meetings",
        verbose_name=_("chef de file"),
    )
    chair = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("présidence de séance"),
    )
    rapporteur = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rapporteur_of",
        verbose_name=_("rapporteur"),
    )
    state = models.CharField(_("état"), max_length=12, choices=MeetingState, default=MeetingState.DRAFT)
    next_meeting = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("prochaine réunion")
    )
    uid = models.CharField(max_length=80, unique=True, default=new_uid, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    convened_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("réunion")
        ordering = ["-starts_at", "-pk"]
        triggers = [marks_search()]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="meeting_ends_after_start",
                violation_error_message=_("L’heure de fin précède l’heure de début. Corrigez l’une des deux."),
            ),
            models.CheckConstraint(
                condition=models.Q(started_at__isnull=True)
                | models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gt=models.F("started_at")),
                name="meeting_really_ends_after_start",
                violation_error_message=_("L’heure de fin précède l’heure de début. Corrigez l’une des deux."),
            ),
            models.UniqueConstraint(
                fields=["series", "slot"],
                name="meeting_slot_once",
                violation_error_message=_("Une réunion existe déjà pour cette date du calendrier."),
            ),
        ]
        indexes = [
            models.Index(fields=["task_force", "-starts_at"]),
            models.Index(fields=["starts_at"], condition=models.Q(state="convened"), name="meeting_to_remind"),
        ]

    def __str__(self):
        return f"{self.task_force} {self.local_start:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("meetings:meeting_detail", args=[self.pk])

    @property
    def local_start(self):
        return timezone.localtime(self.starts_at, self.task_force.tz)

    @property
    def local_end(self):
        return timezone.localtime(self.ends_at, self.task_force.tz)

    @property
    def date(self):
        """The day in the body's time zone."""
        return self.local_start.date()

    @property
    def minutes_planned(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_historical(self) -> bool:
        return self.kind == MeetingKind.HISTORICAL

    @property
    def is_editable(self) -> bool:
        """Can still be logged: not closed, not cancelled."""
        return self.state not in {MeetingState.CLOSED, MeetingState.CANCELLED}


@pghistory.track()
class AgendaItem(models.Model):
    """A point of the agenda, in order."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda", verbose_name=_("réunion"))
    position = models.PositiveSmallIntegerField(_("ordre"))
    title = models.CharField(_("intitulé"), max_length=250)
    kind = models.CharField(_("nature"), max_length=12, choices=ItemKind, default=ItemKind.DISCUSSION)
    minutes = models.PositiveSmallIntegerField(_("durée (minutes)"), null=True, blank=True)
    presenter_person = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("présenté par"),
    )
    presenter_agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("agence qui présente"),
    )
    outcome = models.CharField(_("suite"), max_length=10, choices=ItemOutcome, default=ItemOutcome.OPEN)
    visibility = models.CharField(_("diffusion"), max_length=10, choices=Visibility, default=Visibility.MEMBERS)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to"
    )
    # Of the standing item « Adoption du compte rendu précédent »: which minutes are to be adopted.
    previous_minutes = models.ForeignKey(
        "meetings.Minutes",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="adoption_items",
        verbose_name=_("compte rendu à adopter"),
    )

    class Meta:
        verbose_name = _("point à l’ordre du jour")
        verbose_name_plural = _("points à l’ordre du jour")
        ordering = ["position", "pk"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="agenda_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True) | models.Q(minutes__gte=1, minutes__lte=600),
                name="agenda_minutes",
                violation_error_message=_("La durée va de 1 à 600 minutes."),
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.title}"
