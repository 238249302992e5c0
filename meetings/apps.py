from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Réunions")

    def ready(self) -> None:
        """Tell who ends mandates on which day one was last used: it cannot end before."""
        from meetings.queries import last_attended
        from taskforce.services.mandates import last_uses

        if last_attended not in last_uses:
            last_uses.append(last_attended)
