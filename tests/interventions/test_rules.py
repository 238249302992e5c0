"""Who may do what with an intervention, and who sees it. The table is the domain page's, not the code's."""

import pytest

from interventions.enums import InterventionState, Visibility
from interventions.queries.visibility import interventions_visible_to, lines_visible_to
from tests.interventions.factories import IndicatorFactory, InterventionFactory, LineFactory, ValueFactory
from tests.interventions.people import LEADS, MEMBERS, PEOPLE, RUNS, SECRETARIATS, person_as
from tests.taskforce.factories import AgencyFactory, TaskForceFactory

pytestmark = pytest.mark.django_db

OWN = LEADS | {"named"}
# Who has a part sees a sheet in every state.
PART = OWN | {"funder"}
SITS = {"observer", "lead", "lead_substitute", "funder", "named", "other", "neighbour_other"}


@pytest.fixture
def body():
    return TaskForceFactory()


def sheet_of(body, **fields):
    return InterventionFactory(country=body.country, lead=AgencyFactory(), **fields)


@pytest.mark.parametrize("who", PEOPLE)
def test_rights_on_a_published_sheet(who, body):
    sheet = sheet_of(body, published=True)
    user = person_as(who, sheet, body)
    expected = {
        "interventions.view_intervention": MEMBERS,
        "interventions.edit_intervention": OWN | {"data_manager"},
        "interventions.edit_roles": OWN | RUNS,
        "interventions.confirm_intervention": {"named"},
        "interventions.publish_intervention": SECRETARIATS,
        "interventions.flag_intervention": RUNS,
        "interventions.settle_duplicates": OWN | RUNS,
        "interventions.view_small_figures": MEMBERS,
    }

    held = {perm for perm in expected if user.has_perm(perm, sheet)}

    assert held == {perm for perm, people in expected.items() if who in people}


@pytest.mark.parametrize("who", PEOPLE)
def test_rights_in_a_country(who, body):
    user = person_as(who, sheet_of(body), body)
    expected = {
        "interventions.add_intervention": SITS | {"data_manager"},
        "interventions.enter_on_behalf": {"data_manager"},
        "interventions.manage_country_data": RUNS,
    }

    held = {perm for perm in expected if user.has_perm(perm, body.country)}

    assert held == {perm for perm, people in expected.items() if who in people}


@pytest.mark.parametrize("state", list(InterventionState))
@pytest.mark.parametrize("who", ["lead", "named", "data_manager", "secretariat"])
def test_an_archived_sheet_is_written_by_nobody(who, state, body):
    sheet = sheet_of(body, state=state)
    user = person_as(who, sheet, body)

    assert user.has_perm("interventions.edit_intervention", sheet) == (state != "archived" and who != "secretariat")
    assert user.has_perm("interventions.edit_roles", sheet) == (state != "archived")


# A sheet that is not published hides behind its state, however public it is to be.
SHOWN = [(state, Visibility.PUBLIC) for state in InterventionState] + [
    (InterventionState.PUBLISHED, Visibility.PARTNERS),
    (InterventionState.PUBLISHED, Visibility.AGENCY),
]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(("state", "visibility"), SHOWN)
def test_who_sees_a_sheet_and_its_lines(state, visibility, who, body):
    """The list filter and the object rule are one policy."""
    sheet = sheet_of(body, state=state, visibility=visibility)
    line = LineFactory(intervention=sheet)
    user = person_as(who, sheet, body)
    sees = PART | RUNS
    if state == InterventionState.PUBLISHED:
        sees = sees | {"public": MEMBERS | {"abroad", "abroad_lead", "administrator"}, "partners": MEMBERS}.get(
            visibility, set()
        )

    assert user.has_perm("interventions.view_intervention", sheet) == (who in sees)
    assert interventions_visible_to(user).filter(pk=sheet.pk).exists() == (who in sees)
    assert lines_visible_to(user).filter(pk=line.pk).exists() == (who in sees)


@pytest.mark.parametrize("who", ["lead", "funder", "other"])
def test_without_a_lead_each_agency_with_a_part_may_write(who, body):
    sheet = sheet_of(body)
    user = person_as(who, sheet, body)
    if who != "lead":
        sheet.roles.filter(kind="accountable").delete()

    assert user.has_perm("interventions.edit_intervention", sheet) == (who != "other")


def test_a_right_on_a_sheet_is_one_on_its_lines_and_indicators(body):
    sheet = sheet_of(body)
    user = person_as("lead", sheet, body)
    value = ValueFactory(indicator=IndicatorFactory(intervention=sheet))

    for thing in (LineFactory(intervention=sheet), value, value.indicator):
        assert user.has_perm("interventions.edit_intervention", thing)
    assert not user.has_perm("interventions.edit_intervention", LineFactory())
