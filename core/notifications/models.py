"""What comes back: a mail that its recipient's server could not deliver (RFC 3464)."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Bounce(models.Model):
    """One report of non-delivery about one of our mails.

    A hard one closes its address: nothing more is sent there until `cleared_at` is set (somebody tries again) or
    the person has another address. Kept by address, for `core` knows no people.
    """

    # Made from the report: the same one read twice is one row.
    fingerprint = models.CharField(max_length=64, unique=True)
    email = models.ForeignKey("core.OutgoingEmail", on_delete=models.CASCADE, related_name="bounces")
    address = models.EmailField(_("adresse"))
    is_hard = models.BooleanField(_("définitif"))
    # RFC 3463: « 5.1.1 ».
    status = models.CharField(_("code"), max_length=12, blank=True)
    diagnostic = models.CharField(_("réponse du serveur"), max_length=500, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("retour de courriel")
        verbose_name_plural = _("retours de courriels")
        ordering = ["-reported_at", "-pk"]
        indexes = [
            models.Index(Lower("address"), condition=models.Q(is_hard=True, cleared_at=None), name="bounce_closes")
        ]

    def __str__(self):
        return f"{self.address} {self.status}"
