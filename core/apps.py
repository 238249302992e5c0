from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        """Fill the plug boards: every app's `documents`, `notifications`, `exports`, `imports`, `calendars`, `dashboard`."""
        for room in ("documents", "notifications", "exports", "imports", "calendars", "dashboard"):
            autodiscover_modules(room)
