"""Points that members propose for an agenda."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import ProposalState


@pghistory.track()
class AgendaProposal(models.Model):
    """A point proposed for the agenda of a meeting; the secretariat takes it, keeps it for later or leaves it."""

    TRANSITIONS = {
        ProposalState.PROPOSED: {ProposalState.ACCEPTED, ProposalState.REFUSED, ProposalState.BACKLOG},
        ProposalState.BACKLOG: {ProposalState.ACCEPTED, ProposalState.REFUSED},
        ProposalState.REFUSED: {ProposalState.PROPOSED},
    }

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.CASCADE, related_name="proposals", verbose_name=_("réunion")
    )
    title = models.CharField(_("intitulé"), max_length=250)
    minutes = models.PositiveSmallIntegerField(_("durée (minutes)"), null=True, blank=True)
    presenter = models.CharField(_("présenté par"), max_length=200, blank=True)
    reason = models.TextField(_("pourquoi ce point"), blank=True)
    proposed_by = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("proposé par")
    )
    # The account that typed it; None by a personal link.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("état"), max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    # Came after the agenda's freeze date (`TaskForce.agenda_freeze_days`).
    is_late = models.BooleanField(_("tardif"), default=False)
    answer = models.TextField(_("réponse du secrétariat"), blank=True)
    agenda_item = models.OneToOneField(
        "meetings.AgendaItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("point proposé")
        verbose_name_plural = _("points proposés")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True) | models.Q(minutes__gte=1, minutes__lte=600),
                name="proposal_minutes",
                violation_error_message=_("La durée va de 1 à 600 minutes."),
            ),
            # A button pressed twice, a form sent twice: one proposal.
            models.UniqueConstraint(
                fields=["meeting", "proposed_by", "title"],
                name="proposal_once",
                violation_error_message=_("Ce point est déjà proposé pour cette réunion."),
            ),
        ]

    def __str__(self):
        return self.title
