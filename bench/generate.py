"""Ten years of twenty bodies: `python -m bench.generate`.

The same seed gives the same rows; a second run finds the stamp on the database and does nothing. The history
triggers of django-pghistory stay on: their tables have ten years' size too.
"""

import argparse
import sys
import time
from datetime import date

from bench import database
from bench.volume import ACTIONS_PER_MEETING, BODIES, INVITED, MEETINGS_PER_BODY, SEATS_PER_BODY, SECTION_VERSIONS, SEED
from bench.write_registers import Registers


def signature(today: date) -> str:
    """What the stamp says: another seed, shape, month or schema means another world."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    ours = sorted(
        f"{app}.{name}"
        for app, name in MigrationRecorder(connection).applied_migrations()
        if app in {"core", "taskforce", "meetings"}
    )
    shape = [SEED, BODIES, MEETINGS_PER_BODY, SEATS_PER_BODY, INVITED, ACTIONS_PER_MEETING, SECTION_VERSIONS, "v1"]
    return f"socle bench {shape} {today:%Y-%m} {','.join(ours)}"


def stamp() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[0] or ""


def set_stamp(value: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        name = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [value])


class World(Registers):
    """Makes the rows, each model in bulk; what refers to them takes the keys that came back."""

    def make(self) -> None:
        from django.db import connection

        self.people_and_bodies()
        self.meetings()
        self.presence()
        self.minutes()
        self.register()
        self.transitions()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def counts() -> dict[str, int]:
    """The volumes of the issue, counted in the database."""
    from meetings.models import Attendance, Invitation, Meeting, SectionVersion
    from taskforce.models import ActionItem, Decision, Mandate, Person, TaskForce

    return {
        "task forces": TaskForce.objects.count(),
        "people": Person.objects.count(),
        "mandates": Mandate.objects.count(),
        "meetings": Meeting.objects.count(),
        "invitations and attendances": Invitation.objects.count() + Attendance.objects.count(),
        "actions": ActionItem.objects.count(),
        "decisions": Decision.objects.count(),
        "section versions": SectionVersion.objects.count(),
    }


def ensure(log=print) -> float:
    """Make the ten years unless they stand; return the seconds it took (0 when nothing was to do)."""
    url = database.use_bench_database()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    today = timezone.now().date()
    call_command("migrate", verbosity=0, interactive=False)
    if stamp() == signature(today):
        return 0.0
    began = time.perf_counter()
    if stamp() or any(count for count in counts().values()):
        connections.close_all()
        database.recreate(url)
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    World(today, log).make()
    set_stamp(signature(today))
    return time.perf_counter() - began


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="say only the totals")
    options = parser.parse_args(argv)
    seconds = ensure(log=(lambda line: None) if options.quiet else print)
    print(f"made in {seconds:.1f} s" if seconds else "already there")
    for name, count in counts().items():
        print(f"  {count:>7,} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
