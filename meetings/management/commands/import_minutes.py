"""`manage.py import_minutes PV.docx --dry-run --json`: what the portal reads in minutes written elsewhere."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from meetings.imports.minutes import UnreadableFileError, read_file, read_minutes
from meetings.imports.minutes.directory import Directory, directory_from_database, reference_names


class Command(BaseCommand):
    help = "Reads minutes (.docx, .pdf with text, .txt) and shows what would be proposed. Nothing is saved."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="read only; the one way for now, and required")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a summary")

    def handle(self, *args, **options):
        if not options["dry_run"]:
            raise CommandError("Only --dry-run is offered here: minutes are saved after somebody has reviewed them.")
        try:
            source = read_file(options["file"])
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror or error}") from error
        try:
            directory = directory_from_database()
        except DatabaseError as error:
            # Nothing is saved here: the organisations that come with the portal are enough to read a file.
            self.stderr.write(f"The agencies of the database are left out: {str(error).strip().splitlines()[0]}")
            directory = Directory(reference_names())
        proposal = read_minutes(source, directory)
        if options["json"]:
            self.stdout.write(json.dumps(proposal.as_json(), ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{proposal.title or '?'} ({proposal.date or '?'})")
        self.stdout.write(
            f"{len(proposal.agencies)} organisations, {sum(len(entry.people) for entry in proposal.agencies)} people, "
            f"{len(proposal.agenda)} items, {len(proposal.decisions)} decisions, {len(proposal.actions)} actions"
        )
        for flag in proposal.flags:
            self.stdout.write(f"- {flag.code}: {flag.message}")
