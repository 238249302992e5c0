"""Reminders a second: written by one beat, then sent by two workers to a real mail server on loopback.

python -m bench.reminders [--count 1000] [--workers 2]
"""

import argparse
import multiprocessing
import time
from datetime import timedelta

from bench import database

MARK = "bench-rappels"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    database.use_bench_database()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.smtp import StubServer

    call_command("migrate", verbosity=0)
    clear()
    try:
        prepare(options.count)
        with StubServer() as server:
            server.wire(settings)
            print(measure(server, options.count, options.workers))
    finally:
        clear()
    return 0


def prepare(count: int) -> None:
    """`count` invitations, forty a meeting, whose J-7 reminder is due."""
    from django.utils import timezone

    from meetings.enums import MeetingState
    from meetings.models import Invitation, Meeting
    from taskforce.enums import BodyState
    from taskforce.models import Country, Person, TaskForce

    now = timezone.now()
    country, _ = Country.objects.get_or_create(
        iso3="NER",
        defaults={"iso2": "NE", "name_fr": "Niger", "name_en": "Niger", "time_zone": "Africa/Niamey"},
    )
    body = TaskForce.objects.create(
        country=country, name="Rappels", slug=MARK, time_zone="Africa/Niamey", state=BodyState.ACTIVE
    )
    starts_at = now + timedelta(days=6)
    meetings = Meeting.objects.bulk_create(
        Meeting(
            task_force=body,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="Salle de conférence",
            state=MeetingState.CONVENED,
            convened_at=now - timedelta(days=30),
        )
        for _ in range(-(-count // 40))
    )
    people = Person.objects.bulk_create(
        Person(civility="ms", given_name="Prénom", family_name=f"Nom {n}", email=f"{MARK}-{n}@example.org")
        for n in range(count)
    )
    Invitation.objects.bulk_create(
        Invitation(meeting=meetings[n // 40], person=person, created_at=now - timedelta(days=30))
        for n, person in enumerate(people)
    )


def measure(server, count: int, workers: int) -> str:
    """Markdown: how long writing and sending took. Raises AssertionError unless each left exactly once."""
    from django.db import connections

    from core.models import OutgoingEmail
    from core.notifications import outbox
    from meetings.services.reminders import queue_due_reminders

    # The workers of this benchmark take the rows themselves: no task is sent.
    outbox.enqueue = lambda *_: None
    began = time.perf_counter()
    queue_due_reminders()
    written = time.perf_counter() - began
    rows = OutgoingEmail.objects.filter(recipient__startswith=MARK, state="queued").count()
    assert rows == count, f"{rows} rows for {count} reminders"

    connections.close_all()
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=outbox.send_due, kwargs={"seconds": 600}) for _ in range(workers)]
    began = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    sent = time.perf_counter() - began
    ours = [address for address in server.recipients if address.startswith(MARK)]
    assert len(ours) == len(set(ours)) == count, f"{len(ours)} mails, {len(set(ours))} addresses, {count} reminders"
    return "\n".join(
        [
            f"{count:,} reminders due at once, {workers} workers, a real SMTP server on loopback; each arrived exactly once.",
            "",
            "| Step | Seconds | Reminders/s |",
            "|---|---:|---:|",
            f"| Rows written by one beat | {written:.1f} | {count / written:,.0f} |",
            f"| Mails sent by {workers} workers | {sent:.1f} | {count / sent:,.0f} |",
        ]
    )


def clear() -> None:
    """Remove what this benchmark made, also after one that was interrupted."""
    from core.models import OutgoingEmail
    from meetings.models import Invitation, Meeting
    from taskforce.models import Person, TaskForce

    OutgoingEmail.objects.filter(recipient__startswith=MARK).delete()
    Invitation.objects.filter(meeting__task_force__slug=MARK).delete()
    Meeting.objects.filter(task_force__slug=MARK).delete()
    Person.objects.filter(email__startswith=MARK).delete()
    TaskForce.objects.filter(slug=MARK).delete()


if __name__ == "__main__":
    raise SystemExit(main())
