"""Who may do what in a body. The table is the domain page's, not the code's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from core.fields import period
from taskforce.enums import OfficeRole
from taskforce.models import Mandate
from taskforce.queries import bodies_visible_to
from taskforce.rules import body_of
from tests.meetings.factories import (
    AgendaItemFactory,
    AttendanceFactory,
    MeetingFactory,
    MinutesFactory,
    MinutesSectionFactory,
)
from tests.taskforce.factories import (
    LONG_AGO,
    ActionItemFactory,
    AgencyFactory,
    CountryFactory,
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db

# secretariat, neighbour = of another body of the country, abroad = of a body of another country.
PEOPLE = [
    "anonymous", "nobody", "ended", "observer", "substitute", "titular", "chair", "resident_coordinator",
    "secretariat", "neighbour", "abroad", "data_manager", "administrator",
]  # fmt: skip

SITS = {"observer", "substitute", "titular"}
SERVES = {"chair", "resident_coordinator", "secretariat"}
MEMBERS = SITS | SERVES
RUNS_A_BODY = {"secretariat", "neighbour", "abroad"}

# On the body itself.
ON_THE_BODY = {
    "taskforce.view_body": MEMBERS | {"neighbour", "data_manager", "administrator"},
    "taskforce.view_roster": MEMBERS | {"neighbour", "data_manager", "administrator"},
    "taskforce.manage_body": {"secretariat", "administrator"},
    "taskforce.manage_mandates": {"secretariat", "administrator"},
    "taskforce.manage_offices": {"secretariat", "administrator"},
    # Texts of the body: an administrator configures and reads none that is restricted.
    "taskforce.view_register": MEMBERS,
    "taskforce.manage_register": {"secretariat"},
    "taskforce.view_outbox": {"secretariat"},
    "taskforce.retry_email": {"secretariat"},
}
# On the platform: no object.
ON_THE_PLATFORM = {
    "taskforce.manage_people": RUNS_A_BODY | {"administrator"},
    "taskforce.invite_person": RUNS_A_BODY | {"administrator"},
    "taskforce.manage_agencies": RUNS_A_BODY | {"administrator"},
    "taskforce.create_body": {"administrator"},
}


@pytest.fixture
def body():
    return TaskForceFactory()


def person_as(who, body):
    """The account of somebody who stands so towards `body`."""
    match who:
        case "anonymous":
            return AnonymousUser()
        case "nobody":
            return PersonFactory(account=True).user
        case "administrator":
            return UserFactory(administrator=True)
        case "neighbour":
            return member(TaskForceFactory(country=body.country), role="secretariat").user
        case "abroad":
            return member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user
    return member(body, role=who).user


@pytest.mark.parametrize("who", PEOPLE)
def test_rights_on_a_body(who, body):
    user = person_as(who, body)

    held = {perm for perm in ON_THE_BODY if user.has_perm(perm, body)}

    assert held == {perm for perm, people in ON_THE_BODY.items() if who in people}


@pytest.mark.parametrize("who", PEOPLE)
def test_rights_on_the_platform(who, body):
    user = person_as(who, body)

    held = {perm for perm in ON_THE_PLATFORM if user.has_perm(perm)}

    assert held == {perm for perm, people in ON_THE_PLATFORM.items() if who in people}


@pytest.mark.parametrize("who", PEOPLE)
def test_the_list_of_bodies_and_the_rule_are_one_policy(who, body):
    user = person_as(who, body)

    listed = bodies_visible_to(user).filter(pk=body.pk).exists()

    assert listed == user.has_perm("taskforce.view_body", body)


@pytest.mark.parametrize("perm", [*ON_THE_BODY, *ON_THE_PLATFORM])
def test_an_account_that_was_closed_may_nothing(perm, body):
    for who in ("secretariat", "administrator"):
        user = person_as(who, body)
        user.is_active = False
        user.save()
        assert not user.has_perm(perm, body if perm in ON_THE_BODY else None)


@pytest.mark.parametrize("perm", ON_THE_BODY)
def test_no_body_no_right_for_the_secretariat(perm, body):
    assert not member(body, role="secretariat").user.has_perm(perm, None)


def test_no_account_passes_every_check():
    administrator = UserFactory(administrator=True)

    assert administrator.is_staff
    assert not administrator.is_superuser
    assert not administrator.has_perm("taskforce.a_right_that_nobody_declared")


# Time ----------------------------------------------------------------------------


@pytest.fixture
def at(monkeypatch):
    """Set the clock: `at(2026, 11, 20, 22, 59)` in UTC."""

    def set_clock(*parts):
        moment = datetime(*parts, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_clock


def fresh(user):
    """The account as the next request reads it."""
    return type(user).objects.get(pk=user.pk)


def may_view(user, body):
    user = fresh(user)
    allowed = user.has_perm("taskforce.view_body", body)
    assert allowed == bodies_visible_to(user).filter(pk=body.pk).exists()
    return allowed


@pytest.mark.parametrize(
    ("zone", "last_second", "first_second_after"),
    [
        pytest.param("Africa/Niamey", (2026, 11, 20, 22, 59, 59), (2026, 11, 20, 23, 0, 0), id="niamey-utc+1"),
        pytest.param("Africa/Dakar", (2026, 11, 20, 23, 59, 59), (2026, 11, 21, 0, 0, 0), id="dakar-utc"),
        pytest.param("America/New_York", (2026, 11, 21, 4, 59, 59), (2026, 11, 21, 5, 0, 0), id="new-york-utc-5"),
        pytest.param("Pacific/Auckland", (2026, 11, 20, 10, 59, 59), (2026, 11, 20, 11, 0, 0), id="auckland-utc+13"),
    ],
)
@pytest.mark.parametrize("kind", ["mandate", "seat", "office"])
def test_a_right_ends_at_midnight_of_the_body_s_own_zone(kind, zone, last_second, first_second_after, at):
    body = TaskForceFactory(time_zone=zone)
    person = PersonFactory(account=True)
    days = period(LONG_AGO, date(2026, 11, 20))
    if kind == "mandate":
        MandateFactory(seat=SeatFactory(task_force=body), person=person, period=days)
    elif kind == "seat":
        MandateFactory(seat=SeatFactory(task_force=body, period=days), person=person)
    else:
        OfficeFactory(role=OfficeRole.CHAIR, task_force=body, person=person, period=days)

    at(*last_second)
    assert may_view(person.user, body)
    at(*first_second_after)
    assert not may_view(person.user, body)


def test_a_right_begins_at_midnight_of_the_body_s_own_zone(at):
    body = TaskForceFactory(time_zone="Africa/Niamey")
    person = PersonFactory(account=True)
    MandateFactory(seat=SeatFactory(task_force=body), person=person, period=period(date(2026, 11, 21)))

    at(2026, 11, 20, 22, 59, 59)
    assert not may_view(person.user, body)
    at(2026, 11, 20, 23, 0, 0)
    assert may_view(person.user, body)


def test_a_data_manager_s_right_ends_at_midnight_of_the_country_s_zone(at):
    body = TaskForceFactory()
    person = PersonFactory(account=True)
    OfficeFactory(
        role=OfficeRole.DATA_MANAGER, task_force=None, country=body.country, person=person,
        period=period(LONG_AGO, date(2026, 11, 20)),
    )  # fmt: skip

    at(2026, 11, 20, 22, 59, 59)
    assert may_view(person.user, body)
    at(2026, 11, 20, 23, 0, 0)
    assert not may_view(person.user, body)


def test_ending_a_mandate_ends_access_at_the_next_request():
    body = TaskForceFactory()
    person = member(body, role="titular")
    assert may_view(person.user, body)

    Mandate.objects.filter(person=person).update(period=period(LONG_AGO, body.today() - timedelta(days=1)))

    assert not may_view(person.user, body)


# Objects ---------------------------------------------------------------------------


def test_the_body_of_an_object_is_found(body):
    meeting = MeetingFactory(task_force=body)
    minutes = MinutesFactory(meeting=meeting)
    item = AgendaItemFactory(meeting=meeting, minutes=15)

    for obj in (
        body,
        meeting,
        minutes,
        item,
        MinutesSectionFactory(minutes=minutes),
        AttendanceFactory(meeting=meeting),
        ActionItemFactory(task_force=body),
        SeatFactory(task_force=body),
        MandateFactory(seat__task_force=body),
        OfficeFactory(task_force=body),
    ):
        assert body_of(obj) == body, obj
    assert body_of(None) is None
    assert body_of(AgencyFactory()) is None
    assert body_of(OfficeFactory(role=OfficeRole.DATA_MANAGER, task_force=None, country=body.country)) is None


def test_a_person_corrects_their_own_record_and_secretariats_everybody_s(body):
    person = member(body, role="titular")
    colleague = member(body, role="titular")

    assert person.user.has_perm("taskforce.edit_person", person)
    assert not person.user.has_perm("taskforce.edit_person", colleague)
    assert not person.user.has_perm("taskforce.edit_person", PersonFactory())
    assert member(body, role="secretariat").user.has_perm("taskforce.edit_person", person)
    assert not AnonymousUser().has_perm("taskforce.edit_person", PersonFactory())


class TestUpdatingAnAction:
    """Who owns an action tells how it goes; the secretariat does so for everybody."""

    PERM = "taskforce.update_action"

    def owned_by(self, body, agency, **fields):
        action = ActionItemFactory(task_force=body, **fields)
        action.owners.create(agency=agency)
        return action

    def test_whoever_sits_for_the_owner_agency(self, body):
        titular, substitute, other = (member(body, role=role) for role in ("titular", "substitute", "titular"))
        action = self.owned_by(body, titular.mandates.get().seat.agency)

        assert titular.user.has_perm(self.PERM, action)
        assert not substitute.user.has_perm(self.PERM, action)
        assert not other.user.has_perm(self.PERM, action)

    def test_the_substitute_of_the_owner_agency(self, body):
        seat = SeatFactory(task_force=body)
        substitute = MandateFactory(seat=seat, rank=1, person=PersonFactory(account=True)).person

        assert substitute.user.has_perm(self.PERM, self.owned_by(body, seat.agency))

    def test_a_seat_of_the_same_agency_in_another_body_gives_nothing(self, body):
        elsewhere = member(TaskForceFactory(country=body.country), role="titular")

        assert not elsewhere.user.has_perm(self.PERM, self.owned_by(body, elsewhere.mandates.get().seat.agency))

    def test_the_person_named_as_long_as_they_serve(self, body):
        chair, former = member(body, role="chair"), member(body, role="ended")

        assert chair.user.has_perm(self.PERM, ActionItemFactory(task_force=body, owner_person=chair))
        assert not former.user.has_perm(self.PERM, ActionItemFactory(task_force=body, owner_person=former))

    def test_everybody_who_sits_when_all_own_it(self, body):
        action = ActionItemFactory(task_force=body, owner_all=True)

        assert member(body, role="titular").user.has_perm(self.PERM, action)
        assert not member(body, role="ended").user.has_perm(self.PERM, action)
        assert not member(body, role="chair").user.has_perm(self.PERM, action)
        assert not member(TaskForceFactory(), role="titular").user.has_perm(self.PERM, action)

    def test_the_secretariat_always(self, body):
        assert member(body, role="secretariat").user.has_perm(self.PERM, ActionItemFactory(task_force=body))

    @pytest.mark.parametrize("who", ["anonymous", "nobody", "neighbour", "abroad", "data_manager", "administrator"])
    def test_nobody_else(self, who, body):
        action = ActionItemFactory(task_force=body, owner_all=True)

        assert not person_as(who, body).has_perm(self.PERM, action)
