"""Write the coverage lines of a country as the file that the import reads back."""

import shutil
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from core.exports.formats import csv_lines, xlsx_file
from interventions.exports.coverage import WholeCoverage
from taskforce.models import Country


class Command(BaseCommand):
    help = "Writes the coverage lines of a country (.xlsx, .csv) in the columns that import_coverage reads."

    def add_arguments(self, parser):
        parser.add_argument("--country", required=True, help="ISO 3166 code of three letters")
        parser.add_argument(
            "--output", type=Path, help="the file to write; its ending says the format. CSV to the screen without"
        )
        parser.add_argument("--hxl", action="store_true", help="a row of HXL tags below the headings")
        parser.add_argument("--language", choices=["fr", "en"], default="fr")
        parser.add_argument("--published", action="store_true", help="published sheets alone, not drafts")
        parser.add_argument("--mask-small", action="store_true", help="write figures from 1 to 4 as « < 5 »")

    def handle(self, *args, **options):
        try:
            country = Country.objects.get(iso3=options["country"].upper())
        except Country.DoesNotExist as error:
            raise CommandError(f"No country {options['country']}.") from error
        output = options["output"]
        if output is not None and output.suffix.lower() not in {".csv", ".xlsx"}:
            raise CommandError("--output ends in .csv or .xlsx.")
        params = {"hxl": options["hxl"], "published": options["published"], "small": not options["mask_small"]}
        with translation.override(options["language"]):
            table = WholeCoverage(country, params, None)
            if output is None:
                self.stdout.writelines(csv_lines(table))
                return
            try:
                if output.suffix.lower() == ".csv":
                    with output.open("w", encoding="utf-8", newline="") as stream:
                        stream.writelines(csv_lines(table))
                else:
                    with xlsx_file(table) as made, output.open("wb") as stream:
                        shutil.copyfileobj(made, stream)
            except OSError as error:
                raise CommandError(f"{output}: {error.strerror}") from error
