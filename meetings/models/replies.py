"""Answers that arrive by mail from calendars."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import ReplyOutcome


class ReceivedReply(models.Model):
    """One answer of one message (RFC 5546 REPLY), and what came of it. Written once; only `settled_*` changes.

    What is kept is what the message said, cut and cleaned: it may come from anybody.
    """

    message_id = models.CharField(max_length=255)
    # A message may answer for several occurrences.
    position = models.PositiveSmallIntegerField(default=0)
    sender = models.CharField(_("expéditeur"), max_length=254, blank=True)
    attendee = models.CharField(_("au nom de"), max_length=254, blank=True)
    delegate = models.CharField(_("représenté(e) par"), max_length=254, blank=True)
    uid = models.CharField(max_length=255, blank=True)
    recurrence_id = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)
    partstat = models.CharField(_("réponse"), max_length=20, blank=True)
    comment = models.CharField(_("mot"), max_length=1000, blank=True)
    outcome = models.CharField(_("suite"), max_length=10, choices=ReplyOutcome)
    reason = models.TextField(_("raison"), blank=True)
    # Known as soon as the UID, or the sender, is.
    task_force = models.ForeignKey(
        "taskforce.TaskForce", null=True, blank=True, on_delete=models.CASCADE, related_name="received_replies"
    )
    meeting = models.ForeignKey(
        "meetings.Meeting", null=True, blank=True, on_delete=models.SET_NULL, related_name="received_replies"
    )
    invitation = models.ForeignKey(
        "meetings.Invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="received_replies"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("réponse reçue par courriel")
        verbose_name_plural = _("réponses reçues par courriel")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["message_id", "position"], name="received_reply_once")]
        indexes = [models.Index(fields=["task_force", "-created_at"], name="received_reply_body")]

    def __str__(self):
        return f"{self.attendee or self.sender}: {self.partstat or '?'} ({self.outcome})"

    @property
    def is_to_settle(self) -> bool:
        return self.outcome == ReplyOutcome.TO_SETTLE and self.settled_at is None
