"""Which activities of the work plan a meeting deals with."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityMeeting(models.Model):
    """A meeting deals with an activity of its body's work plan."""

    activity = models.ForeignKey(
        "taskforce.Activity", on_delete=models.CASCADE, related_name="meeting_links", verbose_name=_("activité")
    )
    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="activity_links", verbose_name=_("réunion")
    )

    class Meta:
        verbose_name = _("activité traitée en réunion")
        verbose_name_plural = _("activités traitées en réunion")
        ordering = ["meeting__starts_at", "activity__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "meeting"],
                name="activity_meeting_once",
                violation_error_message=_("Cette réunion traite déjà cette activité."),
            )
        ]

    def __str__(self):
        return f"{self.activity} – {self.meeting}"
