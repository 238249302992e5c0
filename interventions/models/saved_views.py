"""What somebody asked of a page and wants to ask again."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.validators import validate_characters
from interventions.enums import ViewPage


class SavedView(models.Model):
    """The filters of a page of a country under a name: for its owner, or for everybody who works in the country."""

    country = models.ForeignKey("taskforce.Country", on_delete=models.CASCADE, related_name="+", verbose_name=_("pays"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("enregistrée par")
    )
    page = models.CharField(_("page"), max_length=10, choices=ViewPage)
    name = models.CharField(_("nom de la vue"), max_length=80, validators=[validate_characters])
    # As the end of an address, in the order of the page's form: the same question is the same text.
    query = models.CharField(_("filtres"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("partagée avec le pays"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("vue enregistrée")
        verbose_name_plural = _("vues enregistrées")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "owner", "page", "name"],
                name="saved_view_once",
                violation_error_message=_("Vous avez déjà une vue de ce nom."),
            )
        ]

    def __str__(self):
        return self.name
