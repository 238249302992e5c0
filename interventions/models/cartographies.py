"""The map of a country's interventions over a period, as somebody asked for it as a document."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from taskforce.enums import Language


class Audience(models.TextChoices):
    """Whom a document is for: it holds what all of them may read, whoever asks."""

    PARTNERS = "partners", _("Partenaires du pays")
    PUBLIC = "public", _("Tout public")


class Cartography(models.Model):
    """« Cartographie des interventions » of a country, a period and an audience; one row however often it is asked."""

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="cartographies", verbose_name=_("pays")
    )
    starts_on = models.DateField(_("début de la période"))
    ends_on = models.DateField(_("fin de la période"))
    audience = models.CharField(_("destinataires"), max_length=10, choices=Audience)
    language = models.CharField(_("langue"), max_length=2, choices=Language)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("cartographie")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "starts_on", "ends_on", "audience", "language"], name="cartography_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="cartography_in_order",
                violation_error_message=_("La fin de la période précède son début."),
            ),
        ]

    def __str__(self):
        return f"{self.country}, {self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"
