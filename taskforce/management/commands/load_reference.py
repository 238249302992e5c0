"""`manage.py load_reference`: bring in the countries and organisations that come with the portal."""

from typing import Any

from django.core.management.base import BaseCommand

from taskforce.services.agencies import load_reference


class Command(BaseCommand):
    help = "Add the countries, organisations and aliases that come with Socle; what exists is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_reference()
        self.stdout.write(
            f"Added {loaded.countries} countries, {loaded.agencies} organisations, {loaded.aliases} aliases."
        )
