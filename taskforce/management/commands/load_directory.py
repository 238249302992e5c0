"""`manage.py load_directory annuaire.csv`: people by organisation and duty station, from a file."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.actors import SYSTEM
from taskforce.services.directory import COLUMNS, load_directory, read_directory


class Command(BaseCommand):
    help = f"Enters the people of a CSV file with the headings {', '.join(COLUMNS)}. People already known stay as they are."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            text = options["file"].read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        try:
            loaded = load_directory(read_directory(text), actor=SYSTEM)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for line in loaded.refused:
            self.stderr.write(line)
        self.stdout.write(
            f"{len(loaded.created)} entered, {len(loaded.known)} already known, {len(loaded.refused)} refused"
        )
