"""What one reads of a country, asked for in fewer words, is what one reads of it."""

import pytest

from interventions.enums import InterventionState, Visibility
from interventions.queries.tally import lines_of
from interventions.queries.visibility import interventions_visible_to, lines_visible_to
from tests.interventions.factories import InterventionFactory, LineFactory
from tests.interventions.people import MEMBERS, PEOPLE, person_as
from tests.interventions.queries.country import PERIOD
from tests.taskforce.factories import AgencyFactory, CountryFactory, TaskForceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", PEOPLE)
def test_asked_for_one_country_the_same_sheets_are_seen(who):
    body = TaskForceFactory()
    part = InterventionFactory(country=body.country, lead=AgencyFactory())
    user = person_as(who, part, body)
    for state in InterventionState:
        for visibility in Visibility:
            sheet = InterventionFactory(country=body.country, lead=AgencyFactory(), state=state, visibility=visibility)
            LineFactory(intervention=sheet, starts_on=PERIOD.start, ends_on=None)
    abroad = CountryFactory(senegal=True)
    elsewhere = InterventionFactory(
        country=abroad, lead=AgencyFactory(), state="published", visibility=Visibility.PUBLIC
    )
    assert elsewhere.country != body.country
    seen = set(interventions_visible_to(user).filter(country=body.country))
    assert set(interventions_visible_to(user, body.country)) == seen
    assert seen or who not in MEMBERS
    shown = lines_visible_to(user).filter(intervention__country=body.country, intervention__state="published")
    assert set(lines_of(user, body.country, PERIOD)) == set(shown)
