"""Tokens by which partners' dashboards read interventions."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interventions.enums import ApiReach

# What each request writes is no history; the hash is kept in one place only.
USAGE = ["token_hash", "window_start", "window_count", "uses", "last_used_at"]


@pghistory.track(exclude=USAGE)
class ApiToken(models.Model):
    """A partner's key to the read-only API, for one country. Stored hashed; shown once, when it is made."""

    country = models.ForeignKey(
        "taskforce.Country", on_delete=models.PROTECT, related_name="api_tokens", verbose_name=_("pays")
    )
    name = models.CharField(_("utilisé par"), max_length=120)
    agency = models.ForeignKey(
        "taskforce.Agency",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="api_tokens",
        verbose_name=_("structure"),
    )
    reach = models.CharField(_("ce qu’il lit"), max_length=10, choices=ApiReach, default=ApiReach.PUBLIC)
    # Its beginning, by which people tell one from another.
    prefix = models.CharField(max_length=12)
    # SHA-256 of 256 random bits.
    token_hash = models.CharField(max_length=64, unique=True)
    # The last day; None: until it is revoked.
    expires_on = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    # The minute being counted, and its requests.
    window_start = models.DateTimeField(null=True, editable=False)
    window_count = models.PositiveIntegerField(default=0, editable=False)
    uses = models.PositiveBigIntegerField(_("requêtes"), default=0, editable=False)
    last_used_at = models.DateTimeField(_("dernier usage"), null=True, editable=False)

    class Meta:
        verbose_name = _("jeton d’accès")
        verbose_name_plural = _("jetons d’accès")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["country", "-created_at"], name="api_token_of_country")]

    def __str__(self):
        return self.name

    def is_valid_on(self, day) -> bool:
        return self.revoked_at is None and (self.expires_on is None or day <= self.expires_on)
