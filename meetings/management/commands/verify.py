"""`manage.py verify`: whether adopted minutes are what was adopted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings.services.verification import verify, verify_all
from taskforce.models import TaskForce


class Command(BaseCommand):
    help = "Walk the chain of adoptions of every body, the frozen rows and the stored files; name each tampering."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--body", help="the slug of one body")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["body"]:
            body = TaskForce.objects.filter(slug=options["body"]).first()
            if body is None:
                raise CommandError(f"no body has the slug {options['body']}")
            found = verify(body)
        else:
            found = verify_all()
        for one in found:
            self.stdout.write(str(one))
        if found:
            raise CommandError(f"{len(found)} tampering(s) found")
        self.stdout.write("adopted minutes, versions and files are what they were")
