"""What leaves through pages: the menu, GeoJSON, the checks of IATI, tables of views."""

import json
from datetime import date
from io import BytesIO
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from lxml import etree
from openpyxl import load_workbook

from interventions.enums import Visibility
from interventions.geojson import _polygons
from interventions.models import Boundary, BoundarySet, CoverageFigure, Intervention, InterventionRole
from taskforce.models import Agency
from tests.interventions.factories import FigureFactory, InterventionFactory, LineFactory, RoleFactory, UnitFactory

YEAR = {"du": "1/1/2026", "au": "31/12/2026"}


@pytest.fixture
def country(body):
    return body.country


@pytest.fixture
def line(country):
    region = UnitFactory(country=country, pcode="NE004", name="Maradi")
    unit = UnitFactory(
        country=country, pcode="NE004008", name="Mayahi", parent=region, latitude="13.95", longitude="7.67"
    )
    sheet = InterventionFactory(
        country=country,
        code="NE-1",
        title="Filets sociaux",
        state="published",
        visibility=Visibility.PUBLIC,
        planned_start=date(2026, 1, 1),
    )
    RoleFactory(intervention=sheet, kind="accountable", agency__iati_ref="XM-DAC-41122")
    made = LineFactory(intervention=sheet, unit=unit, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    made.instrument.dac_code = "16010"
    made.instrument.save()
    FigureFactory(line=made, kind="reached", counted="person", value=3)
    return made


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("page", ["intervention_list", "matrix", "map", "line_list"])
def test_each_page_leads_to_what_can_be_taken_away_as_it_is_filtered(office, line, page):
    asked = {"mots": "filets"} if page == "intervention_list" else YEAR
    html = office.get(reverse(f"interventions:{page}", args=["ner"]), asked).content.decode()
    links = etree.HTML(html).xpath("//details[contains(@class, 'page-menu')]//a/@href")
    assert len(links) >= 3
    assert all(urlencode(asked)[:12] in link for link in links if "cartographie" not in link)
    for link in links:
        assert office.get(link).status_code == 200, link


def test_the_table_of_a_matrix_has_a_column_an_instrument_and_a_row_a_place(office, country, line):
    response = office.get(reverse("exports:download", args=["matrice", country.pk, "xlsx"]), YEAR)
    rows = list(load_workbook(BytesIO(body_of(response))).active.iter_rows(values_only=True))
    assert rows[0][:2] == ("P-code", "Département")
    assert line.instrument.name in rows[0]
    mayahi = next(row for row in rows if row[0] == "NE004008")
    assert mayahi[rows[0].index(line.instrument.name)] == 1


def test_people_are_an_interval_in_two_columns(office, country, line):
    response = office.get(
        reverse("exports:download", args=["lieux", country.pk, "csv"]), YEAR | {"mesure": "personnes"}
    )
    text = body_of(response).decode("utf-8-sig")
    assert "(au moins)" in text and "(au plus)" in text
    assert '"NE004008";"Mayahi";"Maradi";"3";"3"' in text


def test_a_wrong_period_is_told(office, country):
    response = office.get(
        reverse("exports:download", args=["lignes", country.pk, "csv"]), {"du": "31/12/2026", "au": "1/1/2026"}
    )
    assert response.status_code == 400
    assert office.get(reverse("interventions:geojson_map", args=["ner"]), {"du": "demain"}).status_code == 400


def test_the_map_as_geojson_lies_where_the_units_are(office, country, line):
    limits = BoundarySet.objects.create(
        country=country,
        level=2,
        source="Essai",
        licence="Essai",
        width=100,
        height=50,
        west=0,
        south=10,
        east=10,
        north=15,
    )
    Boundary.objects.create(
        boundary_set=limits, unit=line.unit, path="M10 10l30 0 0 20-30 0zM15 15l5 0 0 5-5 0z", label_x=1, label_y=1
    )
    found = json.loads(body_of(office.get(reverse("interventions:geojson_map", args=["ner"]), YEAR)))
    feature = next(one for one in found["features"] if one["id"] == "NE004008")
    assert feature["properties"]["at_least"] == 1
    ((outer, hole),) = feature["geometry"]["coordinates"]
    assert outer[0] == outer[-1] and sorted(outer[:-1]) == [[1.0, 12.0], [1.0, 14.0], [4.0, 12.0], [4.0, 14.0]]
    assert turned(outer) > 0 > turned(hole)
    assert "Limites sans valeur officielle." in " ".join(found["notes"])


def turned(ring):
    """Positive counter-clockwise (RFC 7946 §3.1.6)."""
    return sum(x * y1 - x1 * y for (x, y), (x1, y1) in pairwise(ring))


def test_two_islands_are_two_polygons():
    frame = BoundarySet(width=100, height=100, west=0, south=0, east=10, north=10)
    assert len(list(_polygons("M0 0l10 0 0 10-10 0zM50 50l10 0 0 10-10 0z", frame))) == 2


def test_lines_as_geojson_stand_at_the_chief_town(office, line):
    found = json.loads(body_of(office.get(reverse("interventions:geojson_lines", args=["ner"]))))
    (feature,) = found["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [7.67, 13.95]}
    assert feature["properties"]["intervention_code"] == "NE-1"
    assert feature["properties"]["reached.person"] == 3
    assert feature["properties"]["start"] == "2026-01-01"


def test_the_page_of_iati_says_what_is_to_be_completed_and_the_file_holds_the_rest(office, country, line):
    InterventionFactory(
        country=country, code="NE-2", title="Sans responsable", state="published", visibility=Visibility.PUBLIC
    )
    page = office.get(reverse("interventions:iati", args=["ner"])).content.decode()
    assert "1 fiche prête" in page and "Aucune structure responsable" in page
    root = etree.fromstring(body_of(office.get(reverse("interventions:iati_file", args=["ner"]))))
    assert [one.text for one in root.iter("iati-identifier")] == ["XM-DAC-41122-NE-1"]
    # 3 people are not written.
    assert root.find(".//result") is None


def test_without_a_sheet_that_may_leave_the_page_is_shown_again(office, country, line):
    Intervention.objects.update(visibility=Visibility.PARTNERS)
    response = office.get(reverse("interventions:iati_file", args=["ner"]), follow=True)
    assert response["Content-Type"].startswith("text/html") and "À compléter" in response.content.decode()
    response = office.get(reverse("interventions:iati_file", args=["ner"]), {"partenaires": "on"})
    assert response["Content-Type"] == "application/xml"


def test_sheets_that_one_may_not_read_stay_away(signed_in, body, line):
    from tests.taskforce.factories import TaskForceFactory, member

    Intervention.objects.update(visibility=Visibility.PARTNERS)
    abroad = TaskForceFactory(country__iso3="SEN", country__iso2="SN", slug="dakar")
    outsider = signed_in(member(abroad, role="secretariat").user)
    assert json.loads(body_of(outsider.get(reverse("interventions:geojson_lines", args=["ner"]))))["features"] == []
    Intervention.objects.update(visibility=Visibility.PUBLIC)
    (feature,) = json.loads(body_of(outsider.get(reverse("interventions:geojson_lines", args=["ner"]))))["features"]
    assert feature["properties"]["reached.person"] == "< 5"
    response = outsider.get(
        reverse("exports:download", args=["lieux", body.country.pk, "csv"]), YEAR | {"mesure": "personnes"}
    )
    assert '"< 5";"< 5"' in body_of(response).decode()


@pytest.mark.parametrize("slug", ["couverture", "lignes"])
def test_the_number_of_queries_does_not_grow_with_the_lines(office, country, line, slug, django_assert_max_num_queries):
    for number in range(12):
        other = LineFactory(
            intervention=line.intervention,
            unit=line.unit,
            instrument=line.instrument,
            starts_on=date(2026, 1, 2 + number),
        )
        FigureFactory(line=other, kind="reached", counted="household", value=10)
    assert CoverageFigure.objects.count() == 13
    url = reverse("exports:download", args=[slug, country.pk, "csv"])
    with django_assert_max_num_queries(24):
        body_of(office.get(url, YEAR if slug == "lignes" else {}))
    assert InterventionRole.objects.count() == 1 and Agency.objects.exists()
