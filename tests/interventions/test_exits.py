"""What people of another country can take out through any page or file: nothing that is not public, no small figure."""

import json
import re
import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from core.search.indexing import index_marked
from interventions.enums import ApiReach, InterventionState, Visibility
from interventions.services.api_tokens import make_token
from interventions.urls import urlpatterns
from tests.interventions.factories import (
    FigureFactory,
    IndicatorFactory,
    InterventionFactory,
    LineFactory,
    RoleFactory,
    UnitFactory,
    ValueFactory,
)
from tests.taskforce.factories import AgencyFactory, CountryFactory, TaskForceFactory, UserFactory, member

YEAR = {"du": "1/1/2026", "au": "31/12/2026"}
# Of a whole that is told the part of 4 is kept back: so is the other, or their difference would tell it. Numbers so long
# stand in no page by chance.
WHOLE, PART = 91_048_271, 91_048_267
SECRET = "Zanzibar"


@pytest.fixture
def niger(body):
    """Sheets of Niger that nobody abroad reads, and one public sheet of which a part counts four people."""
    country = body.country
    region = UnitFactory(country=country, pcode="NE004", name="Maradi")
    unit = UnitFactory(
        country=country, pcode="NE004008", name="Mayahi", parent=region, latitude="13.95", longitude="7.67"
    )
    shown = [
        (InterventionState.DRAFT, Visibility.PUBLIC),
        (InterventionState.SUBMITTED, Visibility.PUBLIC),
        (InterventionState.ARCHIVED, Visibility.PUBLIC),
        (InterventionState.PUBLISHED, Visibility.PARTNERS),
        (InterventionState.PUBLISHED, Visibility.AGENCY),
    ]
    for number, (state, visibility) in enumerate(shown):
        sheet = InterventionFactory(
            country=country,
            code=f"{SECRET}-{number}",
            title=f"{SECRET} {number}",
            summary=f"{SECRET} résumé",
            state=state,
            visibility=visibility,
        )
        RoleFactory(intervention=sheet, agency=AgencyFactory(acronym=f"{SECRET}{number}"))
        line = LineFactory(intervention=sheet, unit=unit, note=SECRET, source=SECRET)
        FigureFactory(line=line, counted="person", value=98_765_430 + number, source=SECRET)
        ValueFactory(indicator=IndicatorFactory(intervention=sheet, name=SECRET))
    public = InterventionFactory(
        country=country, code="NE-1", title="Filets publics", published=True, visibility=Visibility.PUBLIC
    )
    RoleFactory(intervention=public, agency__iati_ref="XM-DAC-41122")
    line = LineFactory(intervention=public, unit=unit)
    line.instrument.dac_code = "16010"
    line.instrument.save()
    FigureFactory(line=line, counted="person", value=WHOLE)
    FigureFactory(line=line, counted="person", value=PART, sex="f")
    FigureFactory(line=line, counted="person", value=WHOLE - PART, sex="m")
    country.public = public
    return country


@pytest.fixture
def there(db):
    return TaskForceFactory(country=CountryFactory(senegal=True), slug="dakar")


def body_of(response) -> str:
    """What is in the answer, workbooks unpacked."""
    found = b"".join(response.streaming_content) if response.streaming else response.content
    if found[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(found)) as package:
            found = b"\n".join(package.read(name) for name in package.namelist())
    text = found.decode("utf-8-sig", "replace")
    return text.replace("\u202f", "").replace("\xa0", "").replace("&nbsp;", "")


def addresses(country) -> list[str]:
    """Every page of the country, each table in each format, and the pages that gather from everywhere."""
    values = {"iso3": "ner", "pcode": "NE004008", "kind": "instruments", "pk": country.public.pk}
    # By its own key, only the public sheet; keys of others: tests/project/test_hostile_ids.py.
    found = [
        reverse(f"interventions:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})
        for pattern in urlpatterns
        if "pk" not in pattern.pattern.converters or pattern.name == "intervention_detail"
    ]
    found += [
        reverse("exports:download", args=[slug, country.pk, extension])
        for slug in ("couverture", "lignes", "matrice", "lieux")
        for extension in ("csv", "xlsx")
    ]
    return [*found, f"{reverse('taskforce:search')}?q={SECRET}"]


MEASURES = [
    {},
    YEAR,
    {**YEAR, "mesure": "personnes", "du2": "1/1/2025", "au2": "31/12/2025"},
    {**YEAR, "mesure": "personnes", "niveau": "1", "classes": "given", "bornes": "1,2,3,4"},
    {"etat": "draft"},
    {"etat": "archived"},
    {"etat": "archived", "partenaires": "on", "hxl": "on"},
    {"verifier": "on", "mots": "Filets"},
]


@pytest.mark.parametrize("role", ["secretariat", "data_manager", "titular"])
def test_nothing_of_another_country_leaves(niger, there, signed_in, role):
    browser = signed_in(member(there, role=role).user)
    index_marked()
    opened = 0
    for address in addresses(niger):
        for asked in MEASURES:
            response = browser.get(address, asked)
            assert response.status_code < 500, (address, asked)
            text = body_of(response)
            # The search tells the question again, and names structures, which everybody reads.
            for word in (SECRET, "9876543", str(PART)):
                if word == SECRET and "recherche" in address:
                    assert not re.search(rf"{SECRET}[ -]\d", text), (address, asked)
                else:
                    assert word not in text, (address, asked)
            opened += response.status_code == 200
    assert opened > 100


def test_those_of_the_country_do_read_it(niger, body, signed_in):
    """The marks are there to be found: a test that looks for nothing passes too."""
    browser = signed_in(member(body, role="data_manager").user)

    export = reverse("exports:download", args=["couverture", niger.pk, "csv"])
    assert str(PART) in body_of(browser.get(export))
    assert f"{SECRET} 0" in body_of(browser.get(export))
    assert f"{SECRET} 2" in body_of(browser.get(export, {"etat": "archived"}))
    map_url = reverse("interventions:map", args=["ner"])
    assert "98765434" in body_of(browser.get(map_url, {**YEAR, "mesure": "personnes"}))


@pytest.mark.parametrize("reach", list(ApiReach))
def test_a_key_reads_its_own_country_as_far_as_it_reaches(niger, there, reach):
    own = make_token(niger, name="Partenaire", reach=reach, actor=UserFactory())
    other = make_token(there.country, name="Autre", reach=reach, actor=UserFactory())
    paths = ["interventions", "lines", "agencies", f"interventions/{niger.public.pk}"]
    paths += [
        f"totals?by={by}&measure={measure}&start=2026-01-01&end=2026-12-31"
        for by in ("region", "department", "instrument", "agency")
        for measure in ("people", "households", "lines")
    ]
    told = ""
    for path in paths:
        found = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {other.text}"})
        assert SECRET not in found.content.decode() and "NE-1" not in found.content.decode(), path
        assert json.loads(found.content).get("count", 0) == 0, path
        told += Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {own.text}"}).content.decode()
    is_partner = reach == ApiReach.PARTNERS
    assert "Filets publics" in told
    assert (f'"value": {PART}' in told) is is_partner
    for number in range(5):
        assert (f"{SECRET} {number}" in told) is (is_partner and number == 3), number
