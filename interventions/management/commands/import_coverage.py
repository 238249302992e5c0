"""Read a coverage file (3W, 4W) and say what it would change."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from interventions.imports.coverage import CoverageSheet, Issue, UnreadableTableError, read
from interventions.imports.coverage.proposal import ERROR
from taskforce.models import Country

LANGUAGE = "fr"


class Command(BaseCommand):
    help = "Reads a coverage file (.xlsx, .ods, .csv, GeoJSON, IATI) of a country against the portal and says what it would change."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", required=True, help="ISO 3166 code of three letters")
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing (files are applied on the page « Importer »)"
        )
        parser.add_argument("--json", action="store_true", help="print counts and issues as JSON")
        parser.add_argument("--default-year", type=int, help="the year of rows whose dates have none")
        parser.add_argument("--vintage", help="the list that the P-codes come from, such as 2015")
        parser.add_argument("--mapping", type=Path, help="JSON file of columns and values that somebody corrected")

    def handle(self, *args, **options):
        if not options["dry_run"]:
            raise CommandError("Files are applied in the portal, where somebody confirms them. Add --dry-run.")
        year = options["default_year"]
        if year is not None and not 1960 <= year <= 2099:
            raise CommandError("--default-year is a year between 1960 and 2099.")
        try:
            country = Country.objects.get(iso3=options["country"].upper())
        except Country.DoesNotExist as error:
            raise CommandError(f"No country {options['country']}.") from error
        with translation.override(LANGUAGE):
            try:
                mapping = json.loads(options["mapping"].read_text("utf-8")) if options["mapping"] else None
                sheet = read(options["file"], country, mapping, year, options["vintage"])
            except UnreadableTableError as error:
                sheet = CoverageSheet(country)
                sheet.issues.append(Issue("", 0, "", "unreadable", str(error), ERROR))
            except OSError as error:
                raise CommandError(f"{options['file']}: {error.strerror}") from error
            except ValueError as error:
                raise CommandError(f"{options['mapping']}: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(sheet.as_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_words(sheet))


def _words(sheet: CoverageSheet) -> str:
    found = sheet.as_json()
    lines = [f"{name}: {found[name]}" for name in found if name != "issues"]
    lines += [
        f"{issue.sheet or '-'} {issue.row or '-'}{issue.column and ' ' + issue.column}: {issue.message} [{issue.code}]"
        for issue in sheet.issues
    ]
    return "\n".join(lines)
