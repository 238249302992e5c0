"""What is captured while a meeting takes place, and which point it is at."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import LiveKind


class LiveEntry(models.Model):
    """Something captured in the room that was carried out, once whatever the number of times it was sent.

    `client_id` is made by the browser before there is a network; `at` is the moment of the capture,
    `received_at` that of its arrival. What was refused leaves no row: it stays in the browser.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="live_entries")
    client_id = models.UUIDField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=LiveKind)
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("saisie en séance")
        verbose_name_plural = _("saisies en séance")
        ordering = ["received_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "client_id"], name="live_entry_once")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.client_id}"


class ItemTurn(models.Model):
    """A stretch of the meeting given to a point of its agenda; the open one is the point in hand."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="turns")
    agenda_item = models.ForeignKey("meetings.AgendaItem", on_delete=models.CASCADE, related_name="turns")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("passage d’un point")
        verbose_name_plural = _("passages des points")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(ended_at__isnull=True), name="turn_open_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="turn_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.agenda_item}: {self.started_at:%H:%M}"
