"""Which decisions and actions of the registers speak of which interventions."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class DecisionLink(models.Model):
    """A decision or an action of a body speaks of an intervention of its country, or of one line of it.

    A decision and a line may have several; the meeting in which it was taken is known to the register (`core.origins`).
    """

    decision = models.ForeignKey(
        "taskforce.Decision",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="intervention_links",
        verbose_name=_("décision"),
    )
    action = models.ForeignKey(
        "taskforce.ActionItem",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="intervention_links",
        verbose_name=_("action"),
    )
    intervention = models.ForeignKey(
        "interventions.Intervention",
        on_delete=models.CASCADE,
        related_name="decision_links",
        verbose_name=_("intervention"),
    )
    # None: the whole sheet.
    line = models.ForeignKey(
        "interventions.CoverageLine",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="decision_links",
        verbose_name=_("ligne de couverture"),
    )
    tied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("lien entre une décision et une intervention")
        verbose_name_plural = _("liens entre décisions et interventions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision=None, action__isnull=False) | models.Q(decision__isnull=False, action=None),
                name="decision_link_one_subject",
                violation_error_message=_("Choisissez une décision ou une action."),
            ),
            models.UniqueConstraint(
                fields=["decision", "action", "intervention", "line"],
                name="decision_link_once",
                nulls_distinct=False,
                violation_error_message=_("Ce lien existe déjà."),
            ),
        ]

    def __str__(self):
        return f"{self.subject} – {self.intervention}"

    @property
    def subject(self):
        """The decision or the action."""
        return self.decision if self.decision_id is not None else self.action
