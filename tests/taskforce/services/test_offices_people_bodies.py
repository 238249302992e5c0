"""Functions handed over, people entered, bodies founded and closed."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from core.fields import period
from core.models import TransitionRecord
from core.workflow import TransitionRefused
from taskforce.enums import BodyState, OfficeRole
from taskforce.models import Office, Person, TaskForce
from taskforce.services.bodies import begin_lead, change_body_state, create_body, end_lead, update_body
from taskforce.services.offices import begin_office, end_office, hand_over_office
from taskforce.services.people import create_person, update_person
from tests.taskforce.factories import (
    AgencyFactory,
    CountryFactory,
    OfficeFactory,
    PersonFactory,
    TaskForceFactory,
)

pytestmark = pytest.mark.django_db
START = date(2016, 3, 1)


# Functions ---------------------------------------------------------------------------


def test_a_hand_over_is_a_new_row():
    office = OfficeFactory(role=OfficeRole.CHAIR)
    new = hand_over_office(office, PersonFactory(), date(2018, 1, 1), actor=SYSTEM)
    office.refresh_from_db()
    assert (office.ends_on, new.starts_on, new.role) == (date(2017, 12, 31), date(2018, 1, 1), OfficeRole.CHAIR)
    with pytest.raises(ValidationError, match="tient déjà cette fonction"):
        hand_over_office(new, new.person, date(2019, 1, 1), actor=SYSTEM)
    for wrong in (new.starts_on, date(2016, 1, 1)):
        with pytest.raises(ValidationError):
            hand_over_office(new, PersonFactory(), wrong, actor=SYSTEM)


@pytest.mark.parametrize("role", [OfficeRole.CHAIR, OfficeRole.RESIDENT_COORDINATOR])
def test_one_chair_and_one_coordinator_at_a_time(role):
    body = TaskForceFactory()
    begin_office(role, PersonFactory(), body=body, starts_on=START, ends_on=date(2017, 1, 31), actor=SYSTEM)
    with pytest.raises(ValidationError, match="déjà tenue"):
        begin_office(role, PersonFactory(), body=body, starts_on=date(2017, 1, 31), actor=SYSTEM)
    begin_office(role, PersonFactory(), body=body, starts_on=date(2017, 2, 1), actor=SYSTEM)


def test_a_secretariat_has_several_people_and_never_none():
    body = TaskForceFactory()
    first = begin_office(OfficeRole.SECRETARIAT, PersonFactory(), body=body, starts_on=START, actor=SYSTEM)
    with pytest.raises(ValidationError, match="Personne d’autre"):
        end_office(first, date(2020, 1, 1), actor=SYSTEM)
    begin_office(OfficeRole.SECRETARIAT, PersonFactory(), body=body, starts_on=START, actor=SYSTEM)
    end_office(first, date(2020, 1, 1), actor=SYSTEM)
    end_office(first, date(2020, 1, 1), actor=SYSTEM)
    for wrong in (date(2020, 1, 2), date(2016, 1, 1)):
        with pytest.raises(ValidationError):
            end_office(first, wrong, actor=SYSTEM)
    last = Office.objects.get(period__contains=date(2020, 6, 1))
    end_office(last, date(2020, 6, 1), actor=SYSTEM, may_leave_vacant=True)


def test_the_data_manager_serves_a_country_and_the_others_a_body():
    body = TaskForceFactory()
    for wrong in ({"role": OfficeRole.DATA_MANAGER, "body": body}, {"role": OfficeRole.CHAIR, "country": body.country}):
        with pytest.raises(ValidationError):
            begin_office(person=PersonFactory(), starts_on=START, actor=SYSTEM, **wrong)
    person = PersonFactory()
    begin_office(OfficeRole.DATA_MANAGER, person, country=body.country, starts_on=START, actor=SYSTEM)
    with pytest.raises(ValidationError):
        begin_office(OfficeRole.DATA_MANAGER, person, country=body.country, starts_on=START, actor=SYSTEM)


# People --------------------------------------------------------------------------------


def test_a_person_is_entered_clean():
    agency = AgencyFactory()
    person = create_person(
        actor=SYSTEM,
        civility="ms",
        given_name="  Aïssa ",
        family_name="Oumarou",
        email="Aissa@Example.org",
        agency=agency,
    )
    assert (person.full_name, person.email) == ("Mme Aïssa Oumarou", "aissa@example.org")
    with pytest.raises(ValidationError, match="déjà cette adresse"):
        create_person(actor=SYSTEM, family_name="Autre", email="AISSA@example.org")
    update_person(person, actor=SYSTEM, job_title="Cheffe de bureau")
    assert list(person.events.order_by("pgh_id").values_list("job_title", flat=True)) == ["", "Cheffe de bureau"]
    assert person.events.last().pgh_context.metadata["actor"] == "Système"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", ""),
        ("family_name", "A\x00B"),
        ("given_name", "\udc00"),
        ("email", "pas une adresse"),
        ("civility", "roi"),
    ],
)
def test_a_person_that_cannot_be_kept_is_refused_by_field(field, value):
    with pytest.raises(ValidationError) as refusal:
        create_person(actor=SYSTEM, **{"family_name": "Oumarou", field: value})
    assert field in refusal.value.message_dict
    assert not Person.objects.exists()


# Bodies --------------------------------------------------------------------------------


def fields(**changes):
    country = CountryFactory()
    return {"country": country, "name": "Groupe cash", "slug": "niger-cash", "time_zone": "Africa/Niamey", **changes}


def test_a_body_is_proposed_then_founded_then_closed():
    body = create_body(actor=SYSTEM, **fields(quorum_share=Decimal("0.5")))
    assert (body.state, body.quorum_for(7)) == (BodyState.PROPOSED, None)
    change_body_state(body, BodyState.ACTIVE, actor=SYSTEM, comment="Adoptée le 1er février")
    assert body.quorum_for(7) == 4
    change_body_state(body, BodyState.CLOSED, actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        change_body_state(body, BodyState.ACTIVE, actor=SYSTEM)
    assert TransitionRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "compte"), ("slug", "exports"), ("slug", "Avec espace"), ("name", ""), ("name", "\x00"),
        ("time_zone", "Afrique/Niamey"), ("kind", "club"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_is_refused_by_field(field, value):
    with pytest.raises(ValidationError) as refusal:
        create_body(actor=SYSTEM, **fields(**{field: value}))
    assert field in refusal.value.message_dict
    assert not TaskForce.objects.exists()


def test_two_bodies_have_two_addresses():
    create_body(actor=SYSTEM, **fields())
    with pytest.raises(ValidationError) as refusal:
        create_body(actor=SYSTEM, **fields(name="Autre"))
    assert "slug" in refusal.value.message_dict


def test_a_body_is_not_its_own_parent():
    top = create_body(actor=SYSTEM, **fields())
    below = create_body(actor=SYSTEM, **fields(slug="niger-sous-groupe", parent=top))
    for wrong in ({"parent": top}, {"parent": below}, {"joins": top}):
        with pytest.raises(ValidationError):
            update_body(top, actor=SYSTEM, **wrong)


@pytest.mark.parametrize("share", ["0", "1.5", "-1"])
def test_a_quorum_is_a_share(share):
    with pytest.raises(ValidationError, match="compris|part"):
        create_body(actor=SYSTEM, **fields(quorum_share=Decimal(share)))


def test_an_agency_leads_once_at_a_time():
    body, agency = TaskForceFactory(), AgencyFactory()
    lead = begin_lead(body, agency, starts_on=START, actor=SYSTEM)
    with pytest.raises(ValidationError, match="déjà chef de file"):
        begin_lead(body, agency, starts_on=date(2020, 1, 1), actor=SYSTEM)
    begin_lead(body, AgencyFactory(), starts_on=START, actor=SYSTEM)
    with pytest.raises(ValidationError):
        end_lead(lead, date(2016, 1, 1), actor=SYSTEM)
    end_lead(lead, date(2016, 12, 31), actor=SYSTEM)
    with pytest.raises(ValidationError):
        end_lead(lead, date(2017, 12, 31), actor=SYSTEM)
    begin_lead(body, agency, starts_on=date(2017, 1, 1), actor=SYSTEM)
    assert body.leads.filter(period__contains=date(2016, 6, 1)).count() == 2
    assert lead.period == period(START, date(2016, 12, 31))
