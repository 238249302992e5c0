from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

ROOMS = """
    documents notifications exports imports calendars dashboard todos solicitations digests origins ties search
""".split()


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Socle"

    def ready(self) -> None:
        """Fill the plug boards from every app's ROOMS; core's own messages and schedules first."""
        import_module("core.solicitations.messages")
        import_module("core.solicitations.schedule")
        for room in ROOMS:
            autodiscover_modules(room)
