from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        """Fill the plug boards: every app's `documents`, `notifications`, `exports`, `imports`, `calendars`,
        `dashboard`, `todos`, `solicitations`, `digests`, `origins`; core's own messages and schedules first."""
        import_module("core.solicitations.messages")
        import_module("core.solicitations.schedule")
        for room in ("documents", "notifications", "exports", "imports", "calendars", "dashboard", "todos", "solicitations", "digests", "origins"):
            autodiscover_modules(room)
