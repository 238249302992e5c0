"""Answers to invitations, each as it was given."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import AnswerChannel, AttendMode, PartStat


class InvitationAnswer(models.Model):
    """One answer to an invitation: what, by whom, on which way; never changed. The last one is the invitation's."""

    invitation = models.ForeignKey("meetings.Invitation", on_delete=models.CASCADE, related_name="answers")
    partstat = models.CharField(_("réponse"), max_length=14, choices=PartStat)
    attend_mode = models.CharField(_("participation"), max_length=10, choices=AttendMode, blank=True)
    delegated_to = models.ForeignKey(
        "taskforce.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    comment = models.TextField(_("mot au secrétariat"), blank=True)
    channel = models.CharField(_("voie"), max_length=12, choices=AnswerChannel)
    # The account that answered, for itself or for somebody else; None by a link, a mail or the portal itself.
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=200)
    # Entered for somebody else.
    on_behalf = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("réponse à une invitation")
        verbose_name_plural = _("réponses aux invitations")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.invitation}: {self.get_partstat_display()}"
