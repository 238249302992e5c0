"""Convening sixty people: invitations, personal links and mails written in one act.

python -m bench.convocation [--count 60] [--runs 5]
"""

import argparse
import statistics
import time
from datetime import timedelta

from bench import database

MARK = "bench-convocation"
LIMIT_SECONDS = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    database.use_bench_database()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    clear()
    try:
        print(measure(options.count, options.runs))
    finally:
        clear()
    return 0


def prepare(count: int):
    """A body with `count` people in office: seats with a titular and two substitutes each."""
    from datetime import date

    from core.fields import period
    from taskforce.enums import BodyState
    from taskforce.models import Agency, Country, Mandate, Person, Seat, TaskForce

    country, _ = Country.objects.get_or_create(
        iso3="NER",
        defaults={"iso2": "NE", "name_fr": "Niger", "name_en": "Niger", "time_zone": "Africa/Niamey"},
    )
    body = TaskForce.objects.create(
        country=country, name="Convocation", slug=MARK, time_zone="Africa/Niamey", state=BodyState.ACTIVE
    )
    days = period(date(2016, 3, 1))
    people = Person.objects.bulk_create(
        Person(
            civility=("ms", "mr")[n % 2],
            given_name="Prénom",
            family_name=f"Nom {n}",
            email=f"{MARK}-{n}@example.org",
            language=("fr", "en")[n % 5 == 0],
        )
        for n in range(count)
    )
    agencies = Agency.objects.bulk_create(
        Agency(acronym=f"{MARK}-{n}", name_fr=f"Agence {n}", kind="un") for n in range(-(-count // 3))
    )
    seats = Seat.objects.bulk_create(Seat(task_force=body, agency=agency, period=days) for agency in agencies)
    Mandate.objects.bulk_create(
        Mandate(seat=seats[n // 3], person=person, rank=n % 3, period=days) for n, person in enumerate(people)
    )
    return body


def measure(count: int, runs: int) -> str:
    """Markdown: how long convening took. Raises AssertionError unless each person has one mail with a link."""
    from django.utils import timezone

    from core.actors import SYSTEM
    from core.models import OutgoingEmail, SignedLink
    from core.notifications import outbox
    from meetings.models import AgendaItem, Meeting
    from meetings.services.convening import convene_meeting

    # Only the writing is measured: no task is sent.
    outbox.enqueue = lambda *_: None
    body = prepare(count)
    seconds = []
    for run in range(runs):
        starts_at = timezone.now() + timedelta(days=10 + run)
        meeting = Meeting.objects.create(
            task_force=body, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place="Salle de conférence"
        )
        AgendaItem.objects.bulk_create(
            AgendaItem(meeting=meeting, position=n, title=f"Point {n}", minutes=15) for n in range(1, 9)
        )
        began = time.perf_counter()
        convene_meeting(meeting, actor=SYSTEM)
        seconds.append(time.perf_counter() - began)
        mails = OutgoingEmail.objects.filter(unique_key__startswith=f"meeting-invitation:{meeting.pk}:")
        assert mails.filter(state="queued").count() == count, "one mail a person"
    links = SignedLink.objects.filter(email__startswith=MARK, revoked_at=None).count()
    assert links == count * runs, f"{links} live links for {count * runs} invitations"
    worst = max(seconds)
    assert worst <= LIMIT_SECONDS, f"{worst:.2f} s for {count} people"
    return "\n".join(
        [
            f"Convening {count} people, {runs} times: invitation, personal link, calendar and mail written for each.",
            "",
            "| People | Median (s) | Slowest (s) | Limit (s) |",
            "|---:|---:|---:|---:|",
            f"| {count} | {statistics.median(seconds):.2f} | {worst:.2f} | {LIMIT_SECONDS:.1f} |",
        ]
    )


def clear() -> None:
    """Remove what this benchmark made, also after one that was interrupted."""
    from core.models import OutgoingEmail, Solicitation
    from meetings.models import Meeting
    from taskforce.models import Agency, Mandate, Person, Seat, TaskForce

    OutgoingEmail.objects.filter(recipient__startswith=MARK).delete()
    Solicitation.objects.filter(email__startswith=MARK).delete()
    Meeting.objects.filter(task_force__slug=MARK).delete()
    Mandate.objects.filter(seat__task_force__slug=MARK).delete()
    Seat.objects.filter(task_force__slug=MARK).delete()
    TaskForce.objects.filter(slug=MARK).delete()
    Person.objects.filter(email__startswith=MARK).delete()
    Agency.objects.filter(acronym__startswith=MARK).delete()


if __name__ == "__main__":
    raise SystemExit(main())
