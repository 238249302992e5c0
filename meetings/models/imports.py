"""Minutes of the past brought in as files: what was received, what was read, what became of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import ImportState


class ImportBatch(models.Model):
    """Documents that somebody brought in together. Each goes its own way from there."""

    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="import_batches", verbose_name=_("instance")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("import")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.task_force} {self.created_at:%Y-%m-%d}"


class ImportedMinutes(models.Model):
    """One document: the file as it came, its text, what was read in it, what a person made of that.

    `sheet` is the proposal as plain texts by field (meetings.imports.sheet); `reviewed` is the same after
    corrections, None before the first. Nothing of either is a meeting until somebody confirms.
    """

    TRANSITIONS = {
        ImportState.RECEIVED: {ImportState.READ, ImportState.REFUSED, ImportState.DISCARDED},
        ImportState.READ: {ImportState.APPLIED, ImportState.DISCARDED},
        ImportState.REFUSED: {ImportState.DISCARDED},
        ImportState.APPLIED: {ImportState.UNDONE},
        ImportState.UNDONE: {ImportState.APPLIED, ImportState.DISCARDED},
    }

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="files")
    task_force = models.ForeignKey("taskforce.TaskForce", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("document"), max_length=200)
    # Private: served by a view that asks for the right, never by its address.
    file = models.FileField(upload_to="imports/%Y/%m/", max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    state = models.CharField(_("état"), max_length=10, choices=ImportState, default=ImportState.RECEIVED)
    # Why it could not be read, in French.
    error = models.TextField(blank=True)
    text = models.TextField(blank=True)
    # {"flags": […], "cited": […], "events": […], "rule": …}
    findings = models.JSONField(default=dict, blank=True)
    sheet = models.JSONField(default=dict, blank=True)
    reviewed = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A worker's claim; past it another may take over.
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    meeting = models.ForeignKey(
        "meetings.Meeting", null=True, blank=True, on_delete=models.PROTECT, related_name="imported_from"
    )
    # What applying it made: {"people": [ids], "fingerprint": …, "attached": bool}
    made = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("document importé")
        verbose_name_plural = _("documents importés")
        ordering = ["pk"]
        constraints = [
            # The same file twice, or a double click: one document.
            models.UniqueConstraint(
                fields=["task_force", "sha256"],
                condition=~models.Q(state__in=[ImportState.REFUSED, ImportState.UNDONE, ImportState.DISCARDED]),
                name="imported_minutes_once",
                violation_error_message=_("Ce document a déjà été importé."),
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(state=ImportState.RECEIVED), name="imported_to_read"
            ),
            models.Index(fields=["task_force", "-created_at"], name="imported_of_body"),
        ]

    def __str__(self):
        return self.name

    @property
    def current_sheet(self) -> dict:
        """What the review shows: the corrections, otherwise the proposal."""
        return self.sheet if self.reviewed is None else self.reviewed

    @property
    def is_reviewable(self) -> bool:
        return self.state in {ImportState.READ, ImportState.UNDONE}
