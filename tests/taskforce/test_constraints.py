"""What the database of taskforce refuses, and in which words."""

from datetime import date

import pytest
from psycopg2.extras import DateRange

from core.fields import period
from taskforce.enums import AgencyKind, OfficeRole, SeatStatus
from taskforce.models import (
    ActionItem,
    ActionOwner,
    Agency,
    AgencyOffice,
    Decision,
    LeadAgency,
    Mandate,
    Office,
    OfficeHead,
    Person,
    Seat,
    Theme,
    User,
)
from tests.constraints import assert_accepted, assert_refused, declared
from tests.taskforce import constraint_cases, designation_cases
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    CountryFactory,
    DecisionFactory,
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
LAST_DAY = period(date(2026, 12, 31))
DAY_AFTER = period(date(2027, 1, 1))
EMPTY = DateRange(empty=True)
NO_START = DateRange(None, date(2026, 12, 31))


def theme():
    return Theme.objects.get_or_create(name="Ciblage")[0]


def office_of(agency):
    return AgencyOffice.objects.get_or_create(agency=agency, duty_station="Niamey")[0]


def seat(**fields):
    return Seat(**{"task_force": TaskForceFactory(), "agency": AgencyFactory(), "period": YEAR, **fields})


def mandate(**fields):
    return Mandate(**{"seat": SeatFactory(), "person": PersonFactory(), "period": YEAR, **fields})


def office(**fields):
    defaults = {
        "role": OfficeRole.SECRETARIAT,
        "person": PersonFactory(),
        "task_force": TaskForceFactory(),
        "period": YEAR,
    }
    return Office(**{**defaults, **fields})


def lead(**fields):
    return LeadAgency(
        **{"task_force": TaskForceFactory(), "agency": AgencyFactory(), "theme": theme(), "period": YEAR, **fields}
    )


def head(**fields):
    defaults = {
        "office": office_of(AgencyFactory()),
        "person": PersonFactory(),
        "address_of_record": "direction@example.org",
        "period": YEAR,
    }
    return OfficeHead(**{**defaults, **fields})


def saved(obj):
    obj.save()
    return obj


def same_seat(**fields):
    first = saved(seat())
    return seat(task_force=first.task_force, agency=first.agency, **fields)


def same_mandate_rank(**fields):
    return mandate(seat=MandateFactory(period=YEAR).seat, **fields)


def same_mandate_person(**fields):
    first = MandateFactory(period=YEAR)
    return mandate(seat=first.seat, person=first.person, rank=1, **fields)


def same_office(**fields):
    first = saved(office())
    return office(**{"task_force": first.task_force, "person": first.person, **fields})


def same_chair(**fields):
    first = saved(office(role=OfficeRole.CHAIR))
    return office(**{"role": OfficeRole.CHAIR, "task_force": first.task_force, **fields})


def same_data_manager(**fields):
    first = saved(office(role=OfficeRole.DATA_MANAGER, task_force=None, country=CountryFactory()))
    return office(
        **{
            "role": OfficeRole.DATA_MANAGER,
            "task_force": None,
            "country": first.country,
            "person": first.person,
            **fields,
        }
    )


def same_lead(first_theme, **fields):
    first = saved(lead(theme=first_theme))
    return lead(**{"task_force": first.task_force, "agency": first.agency, "theme": first_theme, **fields})


def same_head(**fields):
    return head(office=saved(head()).office, **fields)


def structure(**fields):
    return Agency(**{"acronym": "INS", "name_fr": "Institut", "kind": AgencyKind.PUBLIC_BODY, **fields})


def another_action(**fields):
    first = ActionItemFactory(year=2026, number=4)
    return ActionItem(**{"task_force": first.task_force, "year": 2026, "number": 4, "text": "Écrire.", **fields})


def another_decision(**fields):
    first = DecisionFactory(year=2026, number=4)
    defaults = {
        "task_force": first.task_force,
        "year": 2026,
        "number": 4,
        "text": "Se réunir.",
        "decided_on": date(2026, 1, 1),
    }
    return Decision(**{**defaults, **fields})


def another_owner(**fields):
    first = ActionItemFactory().owners.create(agency=AgencyFactory())
    return ActionOwner(**{"action": first.action, "agency": first.agency, **fields})


REFUSED = [
    ("user_email_once", lambda: User(email=UserFactory(email="aissa@example.org").email.upper(), password="x")),
    (
        "person_email_once",
        lambda: Person(family_name="Issa", email=PersonFactory(email="issa@example.org").email.title()),
    ),
    ("theme_name_once", lambda: Theme(name=theme().name.upper())),
    ("agency_acronym_once", lambda: (saved(structure()), structure())[1]),
    ("agency_acronym_once", lambda: structure(country=saved(structure(country=CountryFactory())).country)),
    ("agency_office_once", lambda: AgencyOffice(agency=office_of(AgencyFactory()).agency, duty_station="Niamey")),
    ("office_head_period", lambda: head(period=EMPTY)),
    ("office_head_period", lambda: head(period=NO_START)),
    ("office_head_once", lambda: same_head(period=LAST_DAY)),
    ("quorum_share_is_a_share", lambda: TaskForceFactory.build(country=CountryFactory(), quorum_share="0")),
    ("quorum_share_is_a_share", lambda: TaskForceFactory.build(country=CountryFactory(), quorum_share="1.001")),
    ("quorum_share_is_a_share", lambda: TaskForceFactory.build(country=CountryFactory(), quorum_share="-0.5")),
    ("lead_period", lambda: lead(period=EMPTY)),
    ("lead_period", lambda: lead(period=NO_START)),
    ("lead_once", lambda: same_lead(theme(), period=LAST_DAY)),
    ("lead_once_without_theme", lambda: same_lead(None, period=LAST_DAY)),
    ("seat_period", lambda: seat(period=EMPTY)),
    ("seat_period", lambda: seat(period=NO_START)),
    ("seat_once", lambda: same_seat(period=LAST_DAY)),
    ("seat_once", lambda: same_seat(period=period(date(2020, 1, 1)))),
    ("observer_never_counts", lambda: seat(status=SeatStatus.OBSERVER, counts=True)),
    ("mandate_period", lambda: mandate(period=EMPTY)),
    ("mandate_period", lambda: mandate(period=NO_START)),
    ("mandate_rank_once", lambda: same_mandate_rank(period=LAST_DAY)),
    ("mandate_rank_once", lambda: same_mandate_rank(period=period(date(2026, 6, 1), date(2026, 6, 1)))),
    ("mandate_person_once", lambda: same_mandate_person(period=LAST_DAY)),
    ("mandate_rank_limit", lambda: mandate(rank=10)),
    ("office_period", lambda: office(period=EMPTY)),
    ("office_period", lambda: office(period=NO_START)),
    ("office_scope", lambda: office(role=OfficeRole.DATA_MANAGER)),
    ("office_scope", lambda: office(role=OfficeRole.CHAIR, task_force=None, country=CountryFactory())),
    ("office_scope", lambda: office(country=CountryFactory())),
    ("office_scope", lambda: office(task_force=None)),
    ("office_once", lambda: same_office(period=LAST_DAY)),
    ("office_country_once", lambda: same_data_manager(period=LAST_DAY)),
    ("office_chair_once", lambda: same_chair(period=LAST_DAY)),
    ("decision_number_once", another_decision),
    ("action_number_once", another_action),
    ("action_owner_once", another_owner),
]

ACCEPTED = {
    "a person without an address": lambda: (PersonFactory(email=""), Person(family_name="Issa"))[1],
    "one acronym in two countries": lambda: (
        saved(structure(country=CountryFactory())),
        structure(country=CountryFactory(senegal=True)),
    )[1],
    "one head after the other": lambda: same_head(period=DAY_AFTER),
    "a quorum of all": lambda: TaskForceFactory.build(country=CountryFactory(), quorum_share="1"),
    "no quorum rule": lambda: TaskForceFactory.build(country=CountryFactory()),
    "one lead on two themes": lambda: same_lead(theme(), theme=Theme.objects.create(name="Données")),
    "one lead after the other": lambda: same_lead(None, period=DAY_AFTER),
    "a seat that comes back": lambda: same_seat(period=DAY_AFTER),
    "an observer that does not count": lambda: seat(status=SeatStatus.OBSERVER, counts=False),
    "a successor from the day after": lambda: same_mandate_rank(period=DAY_AFTER),
    "a substitute beside the titular": lambda: same_mandate_rank(rank=1),
    "a substitute who becomes titular": lambda: same_mandate_person(period=DAY_AFTER),
    "nine substitutes": lambda: mandate(rank=9),
    "two people in the secretariat": lambda: same_office(person=PersonFactory()),
    "one person in two functions": lambda: same_office(role=OfficeRole.CHAIR),
    "a chair from the day after": lambda: same_chair(period=DAY_AFTER),
    "chairs of two bodies": lambda: same_chair(task_force=TaskForceFactory()),
    "two data managers in a country": lambda: same_data_manager(person=PersonFactory()),
    "numbers begin again each year": lambda: another_action(year=2027),
    "decisions of two bodies": lambda: another_decision(task_force=TaskForceFactory()),
    "two agencies for one action": lambda: another_owner(agency=AgencyFactory()),
}


REFUSED += designation_cases.REFUSED + constraint_cases.REFUSED
ACCEPTED |= designation_cases.ACCEPTED | constraint_cases.ACCEPTED


@pytest.mark.parametrize(
    ("name", "make"), REFUSED, ids=[f"{number}-{name}" for number, (name, _) in enumerate(REFUSED)]
)
def test_refused(name, make):
    assert_refused(make, name)


@pytest.mark.parametrize("make", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(make):
    assert_accepted(make)


def test_every_constraint_is_tried():
    assert {name for name, _ in REFUSED} == set(declared("taskforce"))


def test_one_day_is_a_period():
    day = date(2026, 5, 4)
    assert_accepted(lambda: mandate(period=period(day, day)))


def test_the_same_person_holds_a_rank_in_two_structures():
    first = OfficeFactory().person
    MandateFactory(person=first, period=YEAR)
    assert_accepted(lambda: mandate(person=first))
