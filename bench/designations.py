"""A body of two hundred agencies: requests of designation made and sent, the board read, the late reminded.

python -m bench.designations [--count 200] [--reads 20]
"""

import argparse
import statistics
import time
from datetime import date, timedelta

from bench import database
from bench.measuring import cookie_of, queries

MARK = "bench-designations"
MOST_QUERIES = 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--reads", type=int, default=20)
    options = parser.parse_args()
    database.use_bench_database()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with transaction.atomic():
        print(measure(options.count, options.reads))
        # Nothing of it stays.
        transaction.set_rollback(True)
    return 0


def prepare(count: int):
    """A body with `count` agencies that have a director and no titular, and its secretary."""
    from core.fields import period
    from taskforce.enums import AgencyKind, BodyState, OfficeRole
    from taskforce.models import (
        Agency,
        AgencyOffice,
        Country,
        Mandate,
        Office,
        OfficeHead,
        Person,
        Seat,
        TaskForce,
        User,
    )

    country, _ = Country.objects.get_or_create(
        iso3="NER",
        defaults={"iso2": "NE", "name_fr": "Niger", "name_en": "Niger", "time_zone": "Africa/Niamey"},
    )
    body = TaskForce.objects.create(
        country=country, name="Désignations", slug=MARK, time_zone="Africa/Niamey", state=BodyState.ACTIVE
    )
    since = period(date(2016, 4, 1))
    agencies = Agency.objects.bulk_create(
        Agency(acronym=f"BD{n:03d}", name_fr=f"Agence {n:03d}", kind=AgencyKind.UN, country=country)
        for n in range(count)
    )
    people = Person.objects.bulk_create(
        Person(civility="ms", given_name="Prénom", family_name=f"Nom {n}", email=f"{MARK}-{n}@example.org", agency=a)
        for n, a in enumerate(agencies)
    )
    offices = AgencyOffice.objects.bulk_create(
        AgencyOffice(agency=agency, country=country, duty_station="Niamey") for agency in agencies
    )
    OfficeHead.objects.bulk_create(
        OfficeHead(office=office, person=person, address_of_record=person.email, period=since)
        for office, person in zip(offices, people, strict=True)
    )
    seats = Seat.objects.bulk_create(Seat(task_force=body, agency=agency, period=since) for agency in agencies)
    # Half of them have sat before, and sit today.
    Mandate.objects.bulk_create(
        Mandate(seat=seat, person=person, period=since)
        for seat, person in list(zip(seats, people, strict=True))[: count // 2]
    )
    user = User.objects.create_user(f"{MARK}@example.org", None)
    secretary = Person.objects.create(
        user=user, given_name="Prénom", family_name="Secrétaire", email=f"{MARK}-s@example.org"
    )
    Office.objects.create(role=OfficeRole.SECRETARIAT, person=secretary, task_force=body, period=since)
    return body, seats, secretary


def measure(count: int, reads: int) -> str:
    """Markdown: seconds of each step, queries of the board. Raises AssertionError above MOST_QUERIES."""
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from core.models import SignedLink, Solicitation
    from taskforce.queries.designations import board_of
    from taskforce.services.designations import Letter, prepare_requests, remind_late, send_requests

    body, seats, secretary = prepare(count)
    today = body.today()
    steps = []

    def step(name: str, act):
        began = time.perf_counter()
        result = act()
        steps.append((name, time.perf_counter() - began))
        return result

    requests = step(
        f"{count} requests prepared and numbered",
        lambda: prepare_requests(
            body,
            seats,
            deadline=today + timedelta(days=20),
            starts_on=today + timedelta(days=21),
            letter=Letter("SP", secretary, "Secrétariat"),
            actor=secretary.user,
        ),
    )
    sent = step(f"{count} mails written with their links", lambda: send_requests(requests, actor=secretary.user))
    assert sent == count, f"{sent} sent of {count}"
    step("Board computed", lambda: board_of(body))

    path = reverse("taskforce:designation_board", args=[body.slug])
    cookie = cookie_of(secretary.user)
    asked = queries(path, cookie)
    assert asked <= MOST_QUERIES, f"{asked} queries"
    client = Client(headers={"cookie": cookie})
    times = []
    for _ in range(reads):
        began = time.perf_counter()
        page = client.get(path, secure=True)
        times.append(time.perf_counter() - began)
    assert page.status_code == 200
    Solicitation.objects.filter(pk__in=[request.solicitation_id for request in requests]).update(
        deadline=timezone.now() - timedelta(days=1)
    )
    # Past the pause that keeps two clicks from being two mails.
    SignedLink.objects.filter(solicitation__in=[request.solicitation_id for request in requests]).update(
        created_at=timezone.now() - timedelta(hours=1)
    )
    reminded = step(f"{count} late ones reminded", lambda: remind_late(body, actor=secretary.user))
    assert reminded == count, f"{reminded} reminded of {count}"
    rows = "\n".join(f"| {name} | {seconds:.2f} s |" for name, seconds in steps)
    return (
        f"One body, {count} agencies, in one process.\n\n"
        f"| Step | Time |\n|---|---:|\n{rows}\n"
        f"| Board page, median of {reads} | {statistics.median(times) * 1000:.0f} ms |\n"
        f"| Board page, queries (aim: at most {MOST_QUERIES}) | {asked} |\n"
        f"| Board page, size before compression | {len(page.content) / 1024:.0f} KB |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
