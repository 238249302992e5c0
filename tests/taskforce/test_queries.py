"""Readings of who sits, who runs, and what each may see."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from core.fields import last_day, period
from taskforce.enums import OfficeRole, Role
from taskforce.models import AgencyAlias, Country, TaskForce
from taskforce.queries import (
    NOTHING,
    agency_named,
    bodies_visible_to,
    forget_grants,
    french_order,
    grants_of,
    mandates_ending_soon,
    mandates_on,
    members_in_office,
    seats_on,
)
from tests.taskforce.factories import (
    LONG_AGO,
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


@pytest.fixture
def body():
    return TaskForceFactory()


# Grants ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["titular", "substitute", "observer", "secretariat", "chair", "resident_coordinator"])
def test_a_role_is_read_from_the_mandate_or_the_office_in_force(role, body):
    person = member(body, role=role)

    grants = grants_of(person.user)

    assert grants.roles(body.pk) == {Role(role)}
    assert grants.holds(body.pk, Role(role))
    assert grants.is_reader(body.pk)
    assert grants.person_id == person.pk
    assert not grants.is_administrator


def test_agencies_are_those_one_sits_for_in_each_body(body):
    other = TaskForceFactory()
    person = PersonFactory(account=True)
    here, there = SeatFactory(task_force=body), SeatFactory(task_force=other)
    MandateFactory(seat=here, person=person)
    MandateFactory(seat=there, person=person, rank=2)
    OfficeFactory(task_force=body, person=person, role=OfficeRole.SECRETARIAT)

    grants = grants_of(person.user)

    assert grants.agencies == {body.pk: {here.agency_id}, other.pk: {there.agency_id}}
    assert grants.roles(body.pk) == {Role.TITULAR, Role.SECRETARIAT}
    assert grants.roles(other.pk) == {Role.SUBSTITUTE}
    assert sorted(grants.body_ids()) == sorted([body.pk, other.pk])
    assert grants.body_ids(Role.SUBSTITUTE) == [other.pk]
    assert grants.body_ids(Role.CHAIR) == []


@pytest.mark.parametrize("role", ["ended", "none"])
def test_without_a_mandate_in_force_nothing_is_held(role, body):
    grants = grants_of(member(body, role=role).user)

    assert grants == NOTHING


def test_a_mandate_that_has_not_begun_gives_nothing(body):
    person = PersonFactory(account=True)
    MandateFactory(seat=SeatFactory(task_force=body), person=person, period=period(body.today() + timedelta(days=1)))

    assert grants_of(person.user) == NOTHING


def test_a_mandate_of_an_ended_seat_gives_nothing(body):
    seat = SeatFactory(task_force=body, period=period(LONG_AGO, body.today() - timedelta(days=1)))
    person = MandateFactory(seat=seat, person=PersonFactory(account=True)).person

    assert grants_of(person.user) == NOTHING


def test_a_data_manager_serves_a_country_and_no_body(body):
    grants = grants_of(member(body, role="data_manager").user)

    assert grants.data_manager_in == {body.country_id}
    assert grants.published_in == {body.country_id}
    assert grants.bodies == {}


def test_a_secretariat_reads_what_its_country_publishes_and_nobody_else_does(body):
    assert grants_of(member(body, role="secretariat").user).published_in == {body.country_id}
    for role in ("titular", "chair", "resident_coordinator", "observer"):
        assert grants_of(member(body, role=role).user).published_in == frozenset()


def test_an_administrator_holds_no_role(body):
    grants = grants_of(UserFactory(administrator=True))

    assert grants.is_administrator
    assert grants.bodies == {}
    assert grants.published_in == frozenset()


def test_nobody_and_closed_accounts_hold_nothing(body):
    person = member(body, role="secretariat")
    person.user.is_active = False

    assert grants_of(AnonymousUser()) is NOTHING
    assert grants_of(person.user) is NOTHING


@pytest.mark.parametrize("body_count", [1, 3])
def test_grants_take_two_queries_and_then_none(body_count, django_assert_num_queries):
    person = PersonFactory(account=True)
    for _ in range(body_count):
        body = TaskForceFactory()
        MandateFactory(seat=SeatFactory(task_force=body), person=person)
        OfficeFactory(task_force=body, person=person)
    user = type(person.user).objects.get(pk=person.user.pk)

    with django_assert_num_queries(2):
        first = grants_of(user)
    with django_assert_num_queries(0):
        assert grants_of(user) is first
    forget_grants(user)
    with django_assert_num_queries(2):
        assert grants_of(user) == first


# Bodies ------------------------------------------------------------------------------


def test_each_sees_the_bodies_of_their_roles_and_of_the_country_they_read_in(body):
    neighbour = TaskForceFactory(country=body.country)
    abroad = TaskForceFactory(country=CountryFactory(senegal=True))

    def seen_by(user):
        return set(bodies_visible_to(user))

    assert seen_by(member(body, role="titular").user) == {body}
    assert seen_by(member(body, role="secretariat").user) == {body, neighbour}
    assert seen_by(member(body, role="data_manager").user) == {body, neighbour}
    assert seen_by(member(abroad, role="secretariat").user) == {abroad}
    assert seen_by(UserFactory(administrator=True)) == {body, neighbour, abroad}
    assert seen_by(member(body, role="ended").user) == set()
    assert seen_by(AnonymousUser()) == set()


# Roster --------------------------------------------------------------------------------


def test_the_roster_is_read_as_of_any_date(body):
    seat = SeatFactory(task_force=body, period=period(LONG_AGO))
    first = MandateFactory(seat=seat, period=period(LONG_AGO, date(2018, 6, 30)))
    second = MandateFactory(seat=seat, period=period(date(2018, 7, 1)))

    def titular_on(day):
        return [mandate.pk for mandate in mandates_on(body, day)]

    # No mandate existed when the group met for the first time (domain/taskforce.md, invariant 2).
    assert titular_on(date(2016, 2, 11)) == []
    assert titular_on(LONG_AGO) == [first.pk]
    assert titular_on(date(2018, 6, 30)) == [first.pk]
    assert titular_on(date(2018, 7, 1)) == [second.pk]
    assert titular_on(date(2026, 11, 21)) == [second.pk]


def test_a_mandate_that_outlives_its_seat_leaves_the_roster_with_it(body):
    seat = SeatFactory(task_force=body, period=period(LONG_AGO, date(2020, 12, 31)))
    MandateFactory(seat=seat, period=period(LONG_AGO))

    assert mandates_on(body, date(2020, 12, 31)).count() == 1
    assert mandates_on(body, date(2021, 1, 1)).count() == 0


def test_ranks_come_in_order_under_their_agency(body):
    seats = {acronym: SeatFactory(task_force=body, agency=AgencyFactory(acronym=acronym)) for acronym in ("PAM", "BIT")}
    for acronym, rank in [("PAM", 1), ("BIT", 2), ("PAM", 0), ("BIT", 0), ("BIT", 1)]:
        MandateFactory(seat=seats[acronym], rank=rank)

    roster = [(mandate.seat.agency.acronym, mandate.rank) for mandate in mandates_on(body, body.today())]

    assert roster == [("BIT", 0), ("BIT", 1), ("BIT", 2), ("PAM", 0), ("PAM", 1)]


def test_seats_come_members_first_in_french_order(body):
    for acronym in ("Zoé", "étude", "eau", "Éva", "Emma", "État"):
        SeatFactory(task_force=body, agency=AgencyFactory(acronym=acronym))
    SeatFactory(task_force=body, agency=AgencyFactory(acronym="Banque mondiale"), observer=True)
    SeatFactory(task_force=body, agency=AgencyFactory(acronym="Ancien"), period=period(LONG_AGO, date(2019, 1, 1)))

    listed = [seat.agency.acronym for seat in seats_on(body, body.today())]

    assert listed == ["eau", "Emma", "État", "étude", "Éva", "Zoé", "Banque mondiale"]


def test_french_order_puts_accents_after_plain_letters_only_when_all_else_is_equal():
    Country.objects.all().delete()
    for number, name in enumerate(("Côte", "cote", "Cote", "coté")):
        CountryFactory(iso3=f"X{number:02d}", iso2=f"{number:02d}", name_fr=name)

    assert [c.name_fr for c in Country.objects.order_by(*french_order("name_fr"))] == ["Cote", "Côte", "cote", "coté"]


def test_members_in_office_are_each_counted_once(body):
    both = PersonFactory(family_name="Abdou")
    MandateFactory(seat=SeatFactory(task_force=body), person=both)
    OfficeFactory(task_force=body, person=both, role=OfficeRole.CHAIR)
    observer = member(body, role="observer", family_name="Éliane")
    former = member(body, role="ended", family_name="Issa")
    member(TaskForceFactory(), role="titular", family_name="Ailleurs")

    assert list(members_in_office(body)) == [both, observer]
    assert list(members_in_office(body, date(2016, 12, 31))) == [both, observer, former]
    assert list(members_in_office(body, date(2016, 2, 11))) == []


# Renewal ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param(date(2026, 11, 20), False, id="ended-yesterday"),
        pytest.param(date(2026, 11, 21), True, id="ends-today"),
        pytest.param(date(2027, 1, 20), True, id="ends-on-the-sixtieth-day"),
        pytest.param(date(2027, 1, 21), False, id="ends-on-the-day-after"),
        pytest.param(None, False, id="open"),
    ],
)
def test_mandates_ending_within_sixty_days_are_to_renew(last, expected, body):
    mandate = MandateFactory(seat=SeatFactory(task_force=body), period=period(LONG_AGO, last))

    ending = mandates_ending_soon(body, on=date(2026, 11, 21), within=timedelta(days=60))

    assert list(ending) == ([mandate] if expected else [])


def test_a_mandate_with_a_successor_is_not_to_renew(body):
    seat = SeatFactory(task_force=body)
    today = date(2026, 11, 21)
    for rank in (0, 1):
        MandateFactory(seat=seat, rank=rank, period=period(LONG_AGO, date(2026, 12, 31)))
    MandateFactory(seat=seat, rank=0, period=period(date(2027, 1, 1)))

    assert [mandate.rank for mandate in mandates_ending_soon(body, on=today)] == [1]


# Agencies by name ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["BIT", "bit", "OIT", "ilo", "Organisation  internationale du Travail", "ORGANISATION INTERNATIONALE DU TRAVAIL"],
)
def test_an_agency_is_found_under_each_of_its_names(written):
    agency = AgencyFactory(acronym="OIT", name_fr="Organisation internationale du Travail", name_en="ILO")
    AgencyAlias.objects.create(agency=agency, label="BIT")

    assert agency_named(written) == agency


def test_apostrophes_and_accents_do_not_matter():
    agency = AgencyFactory(acronym="UNICEF", name_fr="Fonds des Nations Unies pour l’enfance")

    assert agency_named("fonds des nations unies pour l'Enfancé") == agency


def test_a_structure_of_another_country_is_not_meant():
    niger, senegal = CountryFactory(), CountryFactory(senegal=True)
    AgencyFactory(acronym="INS", country=senegal)
    here = AgencyFactory(acronym="INS", country=niger)

    assert agency_named("INS", country_id=niger.pk) == here
    assert agency_named("INS") is None


def test_an_unknown_name_is_nobody():
    AgencyFactory(acronym="PAM")

    assert agency_named("Association inconnue") is None


# Quorum and dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "seats", "expected"),
    [(None, 9, None), ("0.5", 9, 5), ("0.5", 10, 5), ("0.667", 9, 7), ("1", 9, 9), ("0.5", 0, 0), ("0.001", 1, 1)],
)
def test_quorum_is_a_share_of_the_seats_rounded_up(share, seats, expected):
    body = TaskForceFactory(quorum_share=share)
    body = TaskForce.objects.get(pk=body.pk)

    assert body.quorum_for(seats) == expected


def test_there_is_no_quorum_while_the_body_is_proposed():
    body = TaskForce.objects.get(pk=TaskForceFactory(quorum_share="0.5", state="proposed").pk)

    assert body.quorum_for(9) is None


def test_the_last_day_of_a_period_is_the_one_that_was_typed(body):
    typed = period(date(2026, 1, 1), date(2026, 12, 31))
    seat = SeatFactory(task_force=body, period=typed)

    stored = type(seat).objects.get(pk=seat.pk).period
    assert (stored.lower, last_day(stored)) == (date(2026, 1, 1), date(2026, 12, 31))
    assert last_day(period(date(2026, 1, 1))) is None
