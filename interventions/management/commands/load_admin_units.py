"""`manage.py load_admin_units FILE --country TGO`: the regions, departments and communes of a list of OCHA."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from interventions.services.units import load_units
from taskforce.models import Country


class Command(BaseCommand):
    help = "Add the administrative units of a country from a list of OCHA (.csv or .xlsx); what is known stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="columns ADM1_PCODE, ADM1_FR, ADM2_PCODE…, or level, pcode, name")
        parser.add_argument("--country", required=True, help="ISO 3166-1 alpha-3: TGO")

    def handle(self, *args: Any, **options: Any) -> None:
        country = Country.objects.filter(iso3=options["country"].upper()).first()
        if country is None:
            raise CommandError(f"Aucun pays « {options['country']} ».")
        if not options["file"].is_file():
            raise CommandError(f"Le fichier {options['file']} n’existe pas.")
        try:
            loaded = load_units(options["file"], country)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        self.stdout.write(f"{loaded.added} added, {loaded.ended} ended, {loaded.known} already known")
