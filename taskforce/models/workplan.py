"""The year's plan of a body and its activities, month by month."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from taskforce.enums import ActivityState, PlanState

MONTH_NUMBERS = tuple(range(1, 13))


@pghistory.track()
class WorkPlan(models.Model):
    """What a body means to do in a year (« plan de travail »). Once closed, only the secretariat writes in it."""

    TRANSITIONS = {PlanState.OPEN: {PlanState.CLOSED}, PlanState.CLOSED: {PlanState.OPEN}}
    TRANSITIONS_WITH_REASON = {(PlanState.CLOSED, PlanState.OPEN)}

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="work_plans", verbose_name=_("instance")
    )
    year = models.PositiveSmallIntegerField(_("année"))
    state = models.CharField(_("état"), max_length=10, choices=PlanState, default=PlanState.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("plan de travail")
        verbose_name_plural = _("plans de travail")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["task_force", "year"],
                name="work_plan_once",
                violation_error_message=_("Cette instance a déjà un plan de travail pour cette année."),
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=1990, year__lte=2100),
                name="work_plan_year",
                violation_error_message=_("L’année va de 1990 à 2100."),
            ),
        ]

    def __str__(self):
        return f"{self.task_force} {self.year}"

    def get_absolute_url(self):
        return reverse("taskforce:workplan_year", args=[self.task_force.slug, self.year])

    @property
    def is_closed(self) -> bool:
        return self.state == PlanState.CLOSED


@pghistory.track()
class Activity(models.Model):
    """One activity of a plan: when, led by whom, with whom, how far."""

    # Any state may follow any other: a plan says what became of things, and things come back.
    TRANSITIONS = {state: set(ActivityState) - {state} for state in ActivityState}

    plan = models.ForeignKey(WorkPlan, on_delete=models.PROTECT, related_name="activities", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("ordre"), default=1)
    title = models.CharField(_("activité"), max_length=300)
    theme = models.ForeignKey(
        "taskforce.Theme",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("thème"),
    )
    axis = models.CharField(_("axe de la politique nationale"), max_length=200, blank=True)
    # Numbers of months, in order, each once (see services.workplan): several need not follow one another.
    months = ArrayField(models.PositiveSmallIntegerField(), size=12, verbose_name=_("mois"))
    lead_agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_activities",
        verbose_name=_("chef de file"),
    )
    partners = models.ManyToManyField(
        "taskforce.Agency", blank=True, related_name="partner_activities", verbose_name=_("partenaires")
    )
    progress = models.PositiveSmallIntegerField(_("avancement (%)"), default=0)
    state = models.CharField(_("état"), max_length=12, choices=ActivityState, default=ActivityState.PLANNED)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies", verbose_name=_("reprise de")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("activité")
        ordering = ["position", "pk"]
        triggers = [marks_search()]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(progress__lte=100),
                name="activity_progress",
                violation_error_message=_("L’avancement va de 0 à 100 pour cent."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ActivityState.DONE) | models.Q(progress=100),
                name="activity_done_is_whole",
                violation_error_message=_("Une activité réalisée est à 100 pour cent."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ActivityState.PLANNED) | models.Q(progress=0),
                name="activity_planned_has_not_begun",
                violation_error_message=_("Une activité qui a avancé n’est plus seulement prévue."),
            ),
            models.CheckConstraint(
                condition=models.Q(months__contained_by=list(MONTH_NUMBERS), months__len__gte=1),
                name="activity_months",
                violation_error_message=_("Choisissez au moins un mois, de janvier à décembre."),
            ),
            models.UniqueConstraint(
                fields=["plan", "copied_from"],
                name="activity_copied_once",
                violation_error_message=_("Cette activité est déjà reprise dans ce plan."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("taskforce:activity_detail", args=[self.pk])

    @property
    def task_force(self):
        return self.plan.task_force

    @property
    def month_names(self) -> list[str]:
        return [str(MONTHS[number]) for number in self.months]

    @property
    def is_running(self) -> bool:
        """Still to be worked on: neither done, put off nor given up."""
        return self.state in {ActivityState.PLANNED, ActivityState.IN_PROGRESS}

    def is_late(self, today) -> bool:
        """Its last month has passed and it is not settled."""
        return self.is_running and (self.plan.year, max(self.months)) < (today.year, today.month)
