"""`manage.py load_classifications`: places, instruments, groups and all else that interventions are classified by."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from interventions.imports.region_shapes import load_region_shapes
from interventions.services.reference import load_reference
from taskforce.services.agencies import load_reference as load_countries


class Command(BaseCommand):
    help = "Add the places and classifications that come with Socle, after its countries; what exists is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        load_countries()
        loaded = asdict(load_reference())
        self.stdout.write("Added " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in loaded.items()))
        self.stdout.write(f"Drawn the regions of {load_region_shapes()} countries")
