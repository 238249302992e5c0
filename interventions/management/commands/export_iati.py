"""Write the published interventions of a country as IATI 2.03 activities."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from interventions.enums import InterventionState
from interventions.iati import loaded, report_on, write_activities
from interventions.iati.checks import refuse_doubles
from interventions.models import Intervention
from taskforce.models import Country


class Command(BaseCommand):
    help = "Writes the published interventions of a country as an IATI 2.03 file and says what the standard asks of the others."

    def add_arguments(self, parser):
        parser.add_argument("--country", required=True, help="ISO 3166 code of three letters")
        parser.add_argument("--output", type=Path, help="the file to write; without it the checks alone are made")
        parser.add_argument("--partners", action="store_true", help="with the sheets that are kept to partners")

    def handle(self, *args, **options):
        try:
            country = Country.objects.get(iso3=options["country"].upper())
        except Country.DoesNotExist as error:
            raise CommandError(f"No country {options['country']}.") from error
        today = timezone.localdate()
        sheets = loaded(
            Intervention.objects.filter(country=country, state=InterventionState.PUBLISHED).order_by("code")
        )
        with translation.override("fr"):
            reports = [report_on(sheet, today=today, partners=options["partners"]) for sheet in sheets]
            refuse_doubles(reports)
            for report in reports:
                for problem in report.problems:
                    mark = "!" if problem.blocks else "-"
                    self.stderr.write(f"{mark} {report.sheet.code}: {problem.message} [{problem.code}]")
            leaving = [report for report in reports if report.may_leave]
            if not leaving:
                raise CommandError("No sheet of this country may leave: see above.")
            if options["output"] is None:
                self.stdout.write(f"{len(leaving)} of {len(reports)} sheets may leave.")
                return
            try:
                with options["output"].open("wb") as stream:
                    written = write_activities(leaving, stream, now=timezone.now(), today=today)
            except OSError as error:
                raise CommandError(f"{options['output']}: {error.strerror}") from error
        self.stdout.write(f"{written} of {len(reports)} sheets written.")
