"""When somebody wants to receive a kind of message."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailChoice(models.TextChoices):
    NOW = "now", _("Tout de suite")
    DIGEST = "digest", _("Dans le courriel de la semaine")
    NEVER = "never", _("Jamais")
