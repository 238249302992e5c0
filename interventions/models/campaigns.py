"""Collection campaigns: each structure is asked for its interventions, by a link that needs no account."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.validators import validate_characters
from interventions.enums import CampaignAnswerKind, CampaignState


@pghistory.track()
class CollectionCampaign(models.Model):
    """« Collecte d’informations auprès des acteurs concernés »: what is asked, about which period, by when."""

    TRANSITIONS = {
        CampaignState.DRAFT: {CampaignState.OPEN},
        CampaignState.OPEN: {CampaignState.CLOSED},
        CampaignState.CLOSED: {CampaignState.OPEN},
    }

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("pays")
    )
    # In whose name it is asked; its secretariat sees the mails.
    task_force = models.ForeignKey(
        "taskforce.TaskForce", on_delete=models.PROTECT, related_name="campaigns", verbose_name=_("au nom de")
    )
    name = models.CharField(_("intitulé"), max_length=160)
    message = models.TextField(_("message aux structures"), max_length=2000, blank=True)
    # The days that the answers are about, both included.
    starts_on = models.DateField(_("début de la période"))
    ends_on = models.DateField(_("fin de la période"))
    # The last day of answers, included.
    answer_by = models.DateField(_("réponse au plus tard le"))
    state = models.CharField(_("état"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("campagne de collecte")
        verbose_name_plural = _("campagnes de collecte")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "name"],
                name="campaign_name_once",
                violation_error_message=_("Une campagne de ce pays porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="campaign_period_in_order",
                violation_error_message=_("La fin de la période précède son début."),
            ),
        ]

    def __str__(self):
        return self.name


class CampaignRequest(models.Model):
    """One structure that a campaign asks, whom it asks there, and what came back."""

    campaign = models.ForeignKey(CollectionCampaign, on_delete=models.CASCADE, related_name="requests")
    agency = models.ForeignKey(
        "taskforce.Agency", on_delete=models.PROTECT, related_name="campaign_requests", verbose_name=_("structure")
    )
    person = models.ForeignKey(
        "taskforce.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("personne à solliciter")
    )
    solicitation = models.OneToOneField(
        "core.Solicitation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What the latest answer is; empty until one came.
    answer_kind = models.CharField(_("réponse"), max_length=10, choices=CampaignAnswerKind, blank=True)
    # What was typed in the form, row by row, as texts: the next visit shows it again.
    rows = models.JSONField(default=list, blank=True)
    note = models.TextField(_("précisions"), max_length=2000, blank=True, validators=[validate_characters])
    # What became of the answer: a file on its way in, corrected and confirmed like any other.
    batch = models.ForeignKey(
        "interventions.ImportBatch", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("demande à une structure")
        verbose_name_plural = _("demandes aux structures")
        ordering = ["agency__acronym", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "agency"],
                name="campaign_agency_once",
                violation_error_message=_("Cette structure est déjà sollicitée."),
            )
        ]

    def __str__(self):
        return f"{self.campaign}, {self.agency}"
