"""Twelve queries a page at most, and as many for a large body as for a small one: a difference is an N+1."""

import pickle
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.fields import period
from interventions.models import ImportBatch
from meetings.enums import ItemKind, MeetingState, SectionKind
from meetings.models import AgendaItem, SectionVersion
from taskforce.models import (
    Activity,
    AgencyAlias,
    AgencyOffice,
    LeadAgency,
    Mandate,
    OfficeHead,
    TermsComment,
    TermsDiscussion,
    TermsReview,
    TermsSectionVersion,
    Theme,
)
from tests.meetings.factories import (
    AgencyUpdateFactory,
    AgendaItemFactory,
    AttendanceFactory,
    InvitationFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
    MinutesSectionFactory,
)
from tests.project.databases import a_database, undone, used
from tests.project.matrix import Row, rows
from tests.project.world_imports import grow_imports
from tests.taskforce.factories import (
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TermsSectionFactory,
)

MOST = 12
PAGES = [
    row
    for row in rows()
    if row.verb == "GET" and "200" in {row.expected["secretariat"], row.expected["titular"]} and "sign" not in row.url
]
# Counted by others: allauth's own pages.
PAGES = [row for row in PAGES if not row.url.startswith(("account_", "mfa_", "usersessions_"))]
MORE = 6


def grow(world) -> None:
    """Six more of whatever a page may list."""
    body, meeting, agency = world.body, world.meeting, world.agency
    for number in range(MORE):
        seat = SeatFactory(task_force=body)
        for rank in (0, 1):
            MandateFactory(seat=seat, rank=rank)
        MandateFactory(
            seat=world.seat, rank=number + 2, period=period(date(2016, 4, 1), date(2017, 3, 31)), end_reason="expired"
        )
        MandateFactory(person=world.person, seat=SeatFactory(task_force=body))
        OfficeFactory(task_force=body)
        LeadAgency.objects.create(
            task_force=body, agency=seat.agency, theme=Theme.objects.create(name=f"Thème {number}"), period=seat.period
        )
        activity = Activity.objects.create(
            plan=world.work_plan,
            position=number + 2,
            title=f"Activité {number}",
            months=[number + 1],
            lead_agency=agency,
        )
        activity.partners.add(seat.agency)
        AgencyAlias.objects.create(agency=agency, label=f"Autre nom {number}")
        for terms in (world.terms, world.terms_draft):
            written = TermsSectionFactory(terms=terms, position=number + 2, shared_version=terms.round or None)
            TermsSectionVersion.objects.create(section=written, number=1, title=written.title, body="<p>Avant.</p>")
            for section in (written, None):
                TermsComment.objects.create(
                    terms=terms, section=section, agency=seat.agency, round=terms.round, text="À préciser."
                )
            TermsReview.objects.create(terms=terms, agency=seat.agency, round=terms.round, mark="seen")
            TermsDiscussion.objects.create(terms=terms, event="Équipe-pays", held_on=date(2016, 2, 1))
        TermsSectionVersion.objects.create(section=world.terms_section, number=number + 2, title="Objectifs")
        office = AgencyOffice.objects.create(agency=agency, country=body.country, duty_station=f"Ville {number}")
        OfficeHead.objects.create(
            office=office, person=PersonFactory(), address_of_record=f"ville{number}@example.org", period=seat.period
        )
        MeetingFactory(task_force=body, starts_at=meeting.starts_at + timedelta(days=100 + number))
        for one in (meeting, world.meeting_shared, world.meeting_published):
            item = AgendaItemFactory(
                meeting=one, position=10 + number, kind=ItemKind.DISCUSSION, presenter_agency=seat.agency
            )
            InvitationFactory(meeting=one)
            AttendanceFactory(meeting=one, agency=seat.agency)
            AgencyUpdateFactory(meeting=one, agency=seat.agency)
            MinutesSectionFactory(minutes=one.minutes, kind=SectionKind.ITEM, agenda_item=item, position=10 + number)
            MeetingDecisionFactory(meeting=one, agenda_item=item)
            action = MeetingActionFactory(meeting=one, agenda_item=item).action
            action.owners.create(agency=seat.agency)
            action.owners.create(agency=agency)
        InvitationFactory(meeting=world.meeting_convened)
        AgendaItemFactory(meeting=world.meeting_convened, position=10 + number)
        SectionVersion.objects.create(section=world.section, number=number + 2, body=f"<p>Version {number}.</p>")
        grow_imports(world, number)
        world.email.pk, world.email.unique_key, world.email.message_id = (
            None,
            f"more:{number}",
            f"<more{number}@example.org>",
        )
        world.email.save()
    assert meeting.state == MeetingState.IN_PROGRESS


@pytest.fixture(scope="module")
def grown(_world_database, django_db_blocker):
    """A copy of the world's database with six more of everything."""
    database, written = _world_database
    name = database.settings_dict["NAME"]
    # A database that somebody is connected to is not copied.
    database.close()
    with django_db_blocker.unblock(), a_database(f"{name}_grown", name) as copy:
        with used(copy), transaction.atomic():
            grow(pickle.loads(written))
            copy.run_on_commit.clear()
        yield copy


@pytest.fixture(autouse=True)
def no_minute_ends(monkeypatch):
    """A session notes that it is used once a minute: not between two of the counts that are compared."""
    monkeypatch.setattr("core.middleware.SEEN_EVERY", float("inf"))


def count(world, role: str, path: str) -> int:
    client = world.client(role)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    # Sessions are read within the transaction of the test: no savepoints in a request.
    return sum(1 for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE SAVEPOINT")))


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_few_queries_whatever_the_size(row: Row, world, grown):
    path = row.path(world)
    readers = [role for role in ("secretariat", "titular") if row.expected[role] == "200"]
    # What a process learns once (content types) is not the page's: the first time does not count.
    for role in readers:
        count(world, role, path)
    small = {role: count(world, role, path) for role in readers}
    with undone(grown):
        large = {role: count(world, role, path) for role in readers}
        if large != small:
            # Something was learnt, or something is asked for each: then the second time is as long.
            large = {role: count(world, role, path) for role in readers}

    assert large == small, "an N+1"
    assert max(large.values()) <= MOST


def test_the_larger_world_is_larger(world, grown):
    here = Mandate.objects.count(), AgendaItem.objects.count(), ImportBatch.objects.count()
    with undone(grown):
        there = Mandate.objects.count(), AgendaItem.objects.count(), ImportBatch.objects.count()

    assert all(more >= less + MORE for less, more in zip(here, there, strict=True))
