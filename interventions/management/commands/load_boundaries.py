"""`manage.py load_boundaries FILE --country NER --level 2 --source … --licence … --vintage …`"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interventions.enums import UnitLevel
from interventions.imports.boundaries import Limits, read
from interventions.models import AdminUnit
from interventions.services.boundaries import store_boundaries
from taskforce.models import Country


class Command(BaseCommand):
    help = "Load the limits of a level of a country from GeoJSON; they replace those of the same level."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON in longitude and latitude, a P-code a shape")
        parser.add_argument("--country", required=True, help="ISO 3166-1 alpha-3: NER")
        parser.add_argument(
            "--level", type=int, required=True, choices=UnitLevel.values, help="1 regions, 2 departments"
        )
        parser.add_argument("--source", required=True, help="printed below every map")
        parser.add_argument("--licence", required=True)
        parser.add_argument("--vintage", default="", help="the list whose P-codes the file uses")

    def handle(self, *args: Any, **options: Any) -> None:
        country = Country.objects.filter(iso3=options["country"].upper()).first()
        if country is None:
            raise CommandError(f"Aucun pays « {options['country']} ».")
        if not options["file"].is_file():
            raise CommandError(f"Le fichier {options['file']} n’existe pas.")
        level = options["level"]
        try:
            limits = read(options["file"], country, level=level, vintage=options["vintage"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        store_boundaries(
            country,
            limits.shapes,
            level=level,
            source=options["source"],
            licence=options["licence"],
            vintage=options["vintage"],
        )
        self.report(limits)

    def report(self, limits: Limits) -> None:
        self.stdout.write(f"Formes chargées : {len(limits.shapes)}.")
        if limits.by_name:
            self.stdout.write("Sans P-code : les régions ont été reconnues à leur nom.")
        for units, sentence in (
            (limits.mended, "Contours qui se croisaient, remis en état"),
            (limits.missing, "Unités sans forme dans ce fichier"),
        ):
            if units:
                self.stdout.write(f"{sentence} : {_named(units)}.")


def _named(units: list[AdminUnit]) -> str:
    return ", ".join(f"{unit.name} ({unit.pcode})" for unit in units)
