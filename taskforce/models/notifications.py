"""What somebody wants to receive by mail, and the weeks whose digest has left."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.notifications.choices import MailChoice


class NotificationPreference(models.Model):
    """A person's choice for one kind of message (the slug on the messages' board); without a row, its default."""

    person = models.ForeignKey("taskforce.Person", on_delete=models.CASCADE, related_name="notification_preferences")
    message = models.SlugField(_("courriel"), max_length=60)
    choice = models.CharField(_("choix"), max_length=6, choices=MailChoice)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("choix de courriels")
        verbose_name_plural = _("choix de courriels")
        constraints = [models.UniqueConstraint(fields=["person", "message"], name="notification_preference_once")]

    def __str__(self):
        return f"{self.person}: {self.message} {self.choice}"


class DigestRun(models.Model):
    """The digests of an ISO week were written for the people of a time zone: whoever inserts the row writes them."""

    # « 2026-W48 »
    week = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "time_zone"], name="digest_run_once")]

    def __str__(self):
        return f"{self.week} {self.time_zone}"
