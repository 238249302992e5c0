"""Decisions and actions: one register each, for every app above; what is told of an action, and its reminders."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search.triggers import marks_search
from taskforce.enums import ActionPriority, ActionState, DecisionMode


@pghistory.track()
class Decision(models.Model):
    """What a body decided; numbered per body and year (« D-2016-01 »)."""

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="decisions", verbose_name=_("instance")
    )
    year = models.PositiveSmallIntegerField(_("année"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    text = models.TextField(_("décision"), max_length=4000)
    mode = models.CharField(_("mode"), max_length=12, choices=DecisionMode, default=DecisionMode.CONSENSUS)
    votes_for = models.PositiveSmallIntegerField(_("pour"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("contre"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    decided_on = models.DateField(_("date"))
    is_restricted = models.BooleanField(_("diffusion restreinte"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("décision")
        ordering = ["-year", "-number"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(fields=["task_force", "year", "number"], name="decision_number_once"),
        ]

    def __str__(self):
        return self.reference

    @property
    def reference(self) -> str:
        return f"D-{self.year}-{self.number:02d}"


@pghistory.track()
class ActionItem(models.Model):
    """What is to be done, by whom, by when; followed until done. Owner and date may lack, and are flagged."""

    TRANSITIONS = {
        ActionState.NOT_STARTED: {ActionState.IN_PROGRESS, ActionState.DONE, ActionState.CANCELLED},
        ActionState.IN_PROGRESS: {ActionState.NOT_STARTED, ActionState.DONE, ActionState.CANCELLED},
        ActionState.DONE: {ActionState.IN_PROGRESS},
        ActionState.CANCELLED: {ActionState.NOT_STARTED},
    }

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="actions", verbose_name=_("instance")
    )
    year = models.PositiveSmallIntegerField(_("année"))
    number = models.PositiveSmallIntegerField(_("numéro"))
    text = models.TextField(_("action"), max_length=4000)
    due_on = models.DateField(_("échéance"), null=True, blank=True)
    priority = models.CharField(_("priorité"), max_length=10, choices=ActionPriority, default=ActionPriority.NORMAL)
    state = models.CharField(_("état"), max_length=12, choices=ActionState, default=ActionState.NOT_STARTED)
    # Beside the agencies of ActionOwner: a function (« Coordination »), everybody, one person.
    owner_function = models.CharField(_("fonction responsable"), max_length=120, blank=True)
    owner_all = models.BooleanField(_("toutes les agences"), default=False)
    owner_person = models.ForeignKey(
        "taskforce.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions",
        verbose_name=_("personne responsable"),
    )
    is_restricted = models.BooleanField(_("diffusion restreinte"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("action")
        ordering = ["due_on", "year", "number"]
        triggers = [marks_search()]
        constraints = [
            models.UniqueConstraint(fields=["task_force", "year", "number"], name="action_number_once"),
        ]
        indexes = [models.Index(fields=["task_force", "state", "due_on"])]

    def __str__(self):
        return self.reference

    @property
    def reference(self) -> str:
        return f"A-{self.year}-{self.number:02d}"

    @property
    def is_open(self) -> bool:
        return self.state in {ActionState.NOT_STARTED, ActionState.IN_PROGRESS}

    def is_overdue(self, on) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < on


class ActionOwner(models.Model):
    """An agency that owns an action, with its own state."""

    TRANSITIONS = ActionItem.TRANSITIONS

    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="owners", verbose_name=_("action"))
    agency = models.ForeignKey(
        "taskforce.Agency", on_delete=models.PROTECT, related_name="action_ownerships", verbose_name=_("agence")
    )
    state = models.CharField(_("état"), max_length=12, choices=ActionState, default=ActionState.NOT_STARTED)

    class Meta:
        ordering = ["agency__acronym"]
        triggers = [marks_search(taskforce_actionitem="action_id")]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "agency"],
                name="action_owner_once",
                violation_error_message=_("Cette agence est déjà responsable de cette action."),
            )
        ]

    def __str__(self):
        return f"{self.agency}: {self.action}"


@pghistory.track()
class ActionUpdate(models.Model):
    """What an agency, the person named or the secretariat told of an action on a day. Never changed."""

    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="updates", verbose_name=_("action"))
    # Whose part it tells of; None: of the whole action.
    agency = models.ForeignKey(
        "taskforce.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("agence")
    )
    note = models.TextField(_("nouvelles"), max_length=2000)
    # The state told with it, and whether it was a new one: then the transition stands in the history already.
    state = models.CharField(_("état"), max_length=12, choices=ActionState)
    is_change = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("auteur")
    )
    author_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("nouvelles d’une action")
        verbose_name_plural = _("nouvelles d’une action")
        ordering = ["-at", "-pk"]
        triggers = [marks_search(taskforce_actionitem="action_id")]
        indexes = [models.Index(fields=["action", "-at"])]

    def __str__(self):
        return f"{self.action}: {self.get_state_display()}"


class ActionReminder(models.Model):
    """The secretariat reminded the owners of an action; the actions chosen together share a `batch`."""

    action = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="reminders")
    batch = models.UUIDField(default=uuid.uuid4)
    people = models.PositiveSmallIntegerField(_("destinataires"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    sent_by_label = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("relance d’une action")
        verbose_name_plural = _("relances d’actions")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["action", "batch"], name="action_reminder_once")]
        indexes = [models.Index(fields=["action", "-at"])]

    def __str__(self):
        return f"{self.action} {self.at:%Y-%m-%d}"
