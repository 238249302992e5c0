"""Ten years of twenty bodies: `python -m bench.generate`.

The same seed gives the same rows; a second run finds the stamp on the database and does nothing. The history
triggers of django-pghistory stay on: their tables have ten years' size too.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from bench import database, text

SEED = 20160211
BODIES = 20
YEARS = 10
MEETINGS_PER_BODY = 12 * YEARS
SEATS_PER_BODY = 20
INVITED = 20
ITEMS = 4
ACTIONS_PER_MEETING = 10
DECISIONS_PER_MEETING = 2
UPDATES_PER_MEETING = 5
# A titular and a substitute, each renewed twice.
TERMS = 3
# context, one per item, conclusions, next meeting
SECTIONS = ITEMS + 3
SECTION_VERSIONS = 19_000

# Rows a transaction. The history triggers look for a setting that is not there; each look is an aborted
# subtransaction that walks through all foreign keys still to be checked at commit: in one transaction the
# time grows with the square of the rows (47,600 attendances: 225 s; by 500: 9 s).
BATCH = 500

COUNTRIES = [
    ("NER", "NE", "Niger", "Africa/Niamey"), ("SEN", "SN", "Sénégal", "Africa/Dakar"), ("MLI", "ML", "Mali", "Africa/Bamako"),
    ("BFA", "BF", "Burkina Faso", "Africa/Ouagadougou"), ("TCD", "TD", "Tchad", "Africa/Ndjamena"),
    ("MRT", "MR", "Mauritanie", "Africa/Nouakchott"), ("GIN", "GN", "Guinée", "Africa/Conakry"), ("TGO", "TG", "Togo", "Africa/Lome"),
    ("BEN", "BJ", "Bénin", "Africa/Porto-Novo"), ("CIV", "CI", "Côte d’Ivoire", "Africa/Abidjan"),
]  # fmt: skip
GIVEN = [
    "Aïssa",
    "Ibrahim",
    "Fatouma",
    "Moussa",
    "Mariama",
    "Abdou",
    "Hadiza",
    "Ousmane",
    "Ramatou",
    "Élise",
    "Issa",
    "Zeinabou",
]
FAMILY = [
    "Oumarou",
    "Maïga",
    "Diallo",
    "Sow",
    "Traoré",
    "Ndiaye",
    "Issoufou",
    "Kaboré",
    "Bâ",
    "Camara",
    "Sani",
    "Abdoulaye",
    "Koné",
]


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


def second_tuesday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)


def months(today: date) -> Iterator[tuple[int, int]]:
    """The last `MEETINGS_PER_BODY` months up to the next one: the last meeting is still to come."""
    last = today.year * 12 + today.month  # the next month, counted from zero
    for index in range(last - MEETINGS_PER_BODY + 1, last + 1):
        yield index // 12, index % 12 + 1


class World:
    """Makes the rows, each model in bulk; what refers to them takes the keys that came back."""

    def __init__(self, today: date, log=print) -> None:
        self.today = today
        self.rng = random.Random(SEED)  # noqa: S311 - made-up data
        self.log = log

    def insert(self, model, rows: Iterable) -> list:
        began = time.perf_counter()
        rows = list(rows)
        for start in range(0, len(rows), BATCH):
            model.objects.bulk_create(rows[start : start + BATCH])
        self.log(f"  {model.__name__:<18} {len(rows):>7}  {time.perf_counter() - began:5.1f} s")
        return rows

    # Who ------------------------------------------------------------------------------

    def people_and_bodies(self) -> None:
        from django.contrib.auth.hashers import make_password

        from core.fields import period
        from taskforce.enums import AgencyKind, BodyState, OfficeRole
        from taskforce.models import Agency, Country, Mandate, Office, Person, Seat, TaskForce, User

        rng = self.rng
        year, month = next(months(self.today))
        self.begin = date(year, month, 1)
        countries = [
            Country.objects.get_or_create(
                iso3=iso3, defaults={"iso2": iso2, "name_fr": name, "name_en": name, "time_zone": zone}
            )[0]
            for iso3, iso2, name, zone in COUNTRIES
        ]
        agencies = self.insert(
            Agency,
            [
                Agency(acronym=f"ORG{number:02d}", name_fr=f"Organisation numéro {number}", kind=AgencyKind.UN)
                for number in range(1, SEATS_PER_BODY + 5)
            ],
        )
        self.bodies = self.insert(
            TaskForce,
            [
                TaskForce(
                    country=countries[number % len(countries)],
                    name=f"Task Force {countries[number % len(countries)]} {number // len(countries) + 1}",
                    slug=f"tf-{number + 1:02d}",
                    time_zone=countries[number % len(countries)].time_zone,
                    state=BodyState.ACTIVE,
                    quorum_share="0.5" if number % 2 else None,
                )
                for number in range(BODIES)
            ],
        )
        seats = self.insert(
            Seat,
            [
                Seat(task_force=body, agency=agency, period=period(self.begin))
                for body in self.bodies
                for agency in rng.sample(agencies, SEATS_PER_BODY)
            ],
        )
        # One hash for all: making 400 would take longer than the meetings.
        password = make_password("mot de passe des mesures")
        numbers = iter(range(1, 100_000))

        def somebody(agency):
            number = next(numbers)
            return Person(
                civility=rng.choice(["ms", "mr"]),
                given_name=rng.choice(GIVEN),
                family_name=f"{rng.choice(FAMILY)}-{number}",
                email=f"personne{number}@example.org",
                agency=agency,
                job_title="Point focal",
            )

        holders = {
            (seat, rank, term): somebody(seat.agency) for seat in seats for rank in (0, 1) for term in range(TERMS)
        }
        secretaries = {body: somebody(None) for body in self.bodies}
        chairs = {body: somebody(None) for body in self.bodies}
        current = [person for (_, _, term), person in holders.items() if term == TERMS - 1]
        with_account = [*secretaries.values(), *chairs.values(), *current]
        for person, user in zip(
            with_account,
            self.insert(User, [User(email=person.email, password=password) for person in with_account]),
            strict=True,
        ):
            person.user = user
        self.insert(Person, [*holders.values(), *secretaries.values(), *chairs.values()])
        length = timedelta(days=365 * YEARS // TERMS)
        terms = [
            period(
                self.begin + term * length,
                self.begin + (term + 1) * length - timedelta(days=1) if term < TERMS - 1 else None,
            )
            for term in range(TERMS)
        ]
        mandates = self.insert(
            Mandate,
            [
                Mandate(
                    seat=seat,
                    person=person,
                    rank=rank,
                    period=terms[term],
                    end_reason="replaced" if term < TERMS - 1 else "",
                )
                for (seat, rank, term), person in holders.items()
            ],
        )
        self.insert(
            Office,
            [
                *(
                    Office(
                        role=OfficeRole.SECRETARIAT,
                        person=person,
                        task_force=body,
                        period=terms[0].__class__(self.begin, None),
                    )
                    for body, person in secretaries.items()
                ),
                *(
                    Office(
                        role=OfficeRole.CHAIR,
                        person=person,
                        task_force=body,
                        period=terms[0].__class__(self.begin, None),
                    )
                    for body, person in chairs.items()
                ),
            ],
        )
        self.chairs, self.secretaries = chairs, secretaries
        self.mandates_of: dict[int, list] = {}
        for mandate in mandates:
            self.mandates_of.setdefault(mandate.seat.task_force_id, []).append(mandate)

    def in_force(self, body, day: date, rank: int) -> list:
        return [mandate for mandate in self.mandates_of[body.pk] if mandate.rank == rank and day in mandate.period]

    # Meetings ---------------------------------------------------------------------------

    def meetings(self) -> None:
        from meetings.enums import ItemKind, ItemOutcome, MeetingState
        from meetings.models import AgendaItem, Meeting, MeetingSeries

        rng = self.rng
        series = self.insert(
            MeetingSeries,
            [
                MeetingSeries(
                    task_force=body,
                    rrule="FREQ=MONTHLY;BYDAY=2TU",
                    starts_on=self.begin,
                    start_time=clock(10, 30),
                    place="Salle de conférence",
                )
                for body in self.bodies
            ],
        )
        rows = []
        for body, rule in zip(self.bodies, series, strict=True):
            zone = ZoneInfo(body.time_zone)
            for year, month in months(self.today):
                day = second_tuesday(year, month)
                start = datetime.combine(day, clock(10, 30), zone).astimezone(UTC)
                to_come = day > self.today
                rows.append(
                    Meeting(
                        task_force=body,
                        series=rule,
                        slot=day,
                        starts_at=start,
                        ends_at=start + timedelta(hours=2),
                        started_at=None if to_come else start,
                        ended_at=None if to_come else start + timedelta(hours=2),
                        place="Salle de conférence",
                        theme=text.theme(rng),
                        lead_agency=rng.choice(self.mandates_of[body.pk]).seat.agency,
                        chair=self.chairs[body],
                        rapporteur=rng.choice(self.in_force(body, day, 0)).person,
                        state=MeetingState.CONVENED if to_come else MeetingState.CLOSED,
                        convened_at=start - timedelta(days=14),
                        closed_at=None if to_come else start + timedelta(days=2),
                    )
                )
        self.all_meetings = self.insert(Meeting, rows)
        self.held = [meeting for meeting in self.all_meetings if meeting.state == MeetingState.CLOSED]
        kinds = [ItemKind.STANDING, ItemKind.INFORMATION, ItemKind.DISCUSSION, ItemKind.OTHER]
        items = self.insert(
            AgendaItem,
            [
                AgendaItem(
                    meeting=meeting,
                    position=position,
                    title=text.theme(rng) if position < ITEMS else "Divers",
                    kind=kinds[position - 1],
                    minutes=30,
                    outcome=ItemOutcome.TREATED,
                )
                for meeting in self.all_meetings
                for position in range(1, ITEMS + 1)
            ],
        )
        self.items_of: dict[int, list] = {}
        for item in items:
            self.items_of.setdefault(item.meeting_id, []).append(item)

    def presence(self) -> None:
        from meetings.enums import AttendanceStatus, Capacity, PartStat
        from meetings.models import Attendance, Invitation

        rng = self.rng
        statuses = [AttendanceStatus.PRESENT] * 6 + [
            AttendanceStatus.REMOTE,
            AttendanceStatus.EXCUSED,
            AttendanceStatus.ABSENT,
        ]
        answers = [PartStat.ACCEPTED] * 3 + [PartStat.DECLINED, PartStat.NEEDS_ACTION]
        invitations, attendances = [], []
        held = {meeting.pk for meeting in self.held}
        for meeting in self.all_meetings:
            titulars = self.in_force(meeting.task_force, meeting.slot, 0)
            substitutes = self.in_force(meeting.task_force, meeting.slot, 1)
            # A meeting to come has its substitutes invited instead of presences: the sum stays the same.
            asked = titulars if meeting.pk in held else titulars + substitutes
            invitations += [
                Invitation(meeting=meeting, person=mandate.person, partstat=rng.choice(answers)) for mandate in asked
            ]
            if meeting.pk in held:
                for titular, substitute in zip(titulars, substitutes, strict=True):
                    mandate = titular if rng.random() < 0.8 else substitute
                    attendances.append(
                        Attendance(
                            meeting=meeting,
                            person=mandate.person,
                            agency=mandate.seat.agency,
                            mandate=mandate,
                            capacity=Capacity.TITULAR if mandate.rank == 0 else Capacity.SUBSTITUTE,
                            status=rng.choice(statuses),
                        )
                    )
        self.insert(Invitation, invitations)
        self.insert(Attendance, attendances)

    def minutes(self) -> None:
        from meetings.enums import MinutesState, SectionKind
        from meetings.models import AgencyUpdate, Minutes, MinutesSection, SectionVersion

        rng = self.rng
        recent = self.today - timedelta(days=45)
        minutes = self.insert(
            Minutes,
            [
                Minutes(
                    meeting=meeting, state=MinutesState.CIRCULATED if meeting.slot > recent else MinutesState.PUBLISHED
                )
                for meeting in self.held
            ],
        )
        sections = []
        for record in minutes:
            items = self.items_of[record.meeting_id]
            author = self.secretaries[record.meeting.task_force].user
            plan = [
                (SectionKind.CONTEXT, None),
                *((SectionKind.ITEM, item) for item in items),
                (SectionKind.CONCLUSIONS, None),
                (SectionKind.NEXT_MEETING, None),
            ]
            for position, (kind, item) in enumerate(plan, start=1):
                sections.append(
                    MinutesSection(
                        minutes=record,
                        kind=kind,
                        agenda_item=item,
                        position=position,
                        body=text.section(rng),
                        version=1,
                        updated_at=record.meeting.closed_at,
                        updated_by=author,
                    )
                )
        # What is over goes to second versions, one a meeting from the first on.
        extra = SECTION_VERSIONS - len(sections)
        for section in sections[: extra * SECTIONS : SECTIONS]:
            section.version = 2
        self.insert(MinutesSection, sections)
        self.insert(
            SectionVersion,
            [
                SectionVersion(
                    section=section,
                    number=number,
                    body=section.body if number == section.version else text.paragraph(rng, 3),
                    author=section.updated_by,
                    created_at=section.updated_at,
                )
                for section in sections
                for number in range(1, section.version + 1)
            ],
        )
        self.insert(
            AgencyUpdate,
            [
                AgencyUpdate(
                    meeting=meeting,
                    position=position,
                    agency=mandate.seat.agency,
                    body=text.paragraph(rng, 3),
                    version=1,
                    updated_at=meeting.closed_at,
                )
                for meeting in self.held
                for position, mandate in enumerate(
                    rng.sample(self.in_force(meeting.task_force, meeting.slot, 0), UPDATES_PER_MEETING), start=1
                )
            ],
        )

    def register(self) -> None:
        from meetings.models import MeetingAction, MeetingDecision
        from taskforce.enums import ActionState
        from taskforce.models import ActionItem, ActionOwner, Decision

        rng = self.rng
        recent = self.today - timedelta(days=180)
        numbers: dict[tuple, int] = {}

        def number(kind, meeting) -> int:
            key = (kind, meeting.task_force_id, meeting.slot.year)
            numbers[key] = numbers.get(key, 0) + 1
            return numbers[key]

        decisions = [
            (
                meeting,
                Decision(
                    task_force=meeting.task_force,
                    year=meeting.slot.year,
                    number=number("d", meeting),
                    text=text.task(rng),
                    decided_on=meeting.slot,
                ),
            )
            for meeting in self.held
            for _ in range(DECISIONS_PER_MEETING)
        ]
        self.insert(Decision, [decision for _, decision in decisions])
        self.insert(
            MeetingDecision,
            [
                MeetingDecision(meeting=meeting, decision=decision, agenda_item=rng.choice(self.items_of[meeting.pk]))
                for meeting, decision in decisions
            ],
        )
        actions = []
        for meeting in self.all_meetings:
            for _ in range(ACTIONS_PER_MEETING):
                if meeting.slot > recent:
                    state = rng.choice([ActionState.NOT_STARTED, ActionState.IN_PROGRESS, ActionState.DONE])
                else:
                    state = ActionState.DONE if rng.random() < 0.97 else ActionState.IN_PROGRESS
                actions.append(
                    (
                        meeting,
                        ActionItem(
                            task_force=meeting.task_force,
                            year=meeting.slot.year,
                            number=number("a", meeting),
                            text=text.task(rng),
                            due_on=meeting.slot + timedelta(days=30),
                            state=state,
                        ),
                    )
                )
        self.insert(ActionItem, [action for _, action in actions])
        self.insert(
            MeetingAction,
            [
                MeetingAction(meeting=meeting, action=action, agenda_item=rng.choice(self.items_of[meeting.pk]))
                for meeting, action in actions
            ],
        )
        self.insert(
            ActionOwner,
            [
                ActionOwner(action=action, agency=agency, state=action.state)
                for meeting, action in actions
                for agency in {
                    mandate.seat.agency
                    for mandate in rng.sample(self.in_force(meeting.task_force, meeting.slot, 0), rng.choice([1, 1, 2]))
                }
            ],
        )

    def transitions(self) -> None:
        from django.contrib.contenttypes.models import ContentType

        from core.models import TransitionRecord
        from meetings.models import Meeting

        kind = ContentType.objects.get_for_model(Meeting)
        steps = [("draft", "convened"), ("convened", "in_progress"), ("in_progress", "held"), ("held", "closed")]
        self.insert(
            TransitionRecord,
            [
                TransitionRecord(
                    content_type=kind,
                    object_id=meeting.pk,
                    before=before,
                    after=after,
                    actor_label="Secrétariat",
                    at=meeting.convened_at + timedelta(days=3 * step),
                )
                for meeting in self.held
                for step, (before, after) in enumerate(steps)
            ],
        )

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
