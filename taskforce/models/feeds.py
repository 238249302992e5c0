"""Addresses at which a calendar program finds meetings, without an account."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from taskforce.models.bodies import TaskForce


class CalendarFeed(models.Model):
    """One secret address, read-only, until it is revoked: whoever knows it sees when and where meetings are.

    With an `owner`: what that person may see now, of `task_force` or (null) of every body they sit in; nothing any
    more once the last mandate there has ended. Without: the body's own link, which its secretariat gives out.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    task_force = models.ForeignKey(
        TaskForce, null=True, blank=True, on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    # Asked for by hash; sealed, to be shown again to who may copy it (core.sealing).
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_sealed = models.BinaryField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("adresse d’agenda")
        verbose_name_plural = _("adresses d’agenda")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner__isnull=False) | models.Q(task_force__isnull=False),
                name="calendar_feed_of_somebody",
            ),
            # A button pressed twice makes one address.
            models.UniqueConstraint(
                fields=["owner", "task_force"],
                condition=models.Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="calendar_feed_once",
            ),
        ]

    def __str__(self):
        return f"{self.owner or self.task_force} ({self.created_at:%Y-%m-%d})"
