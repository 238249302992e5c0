"""Matrix, map, sheets of places and structures in a real browser: accessible, on a phone, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_look import violations
from tests.interventions.factories import (
    FigureFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    UnitFactory,
)
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

YEAR = "du=1/1/2026&au=31/12/2026"


@pytest.fixture
def country(transactional_db):
    """Two regions, six departments, three agencies, a line nearly everywhere; a secretariat that reads it."""
    body = TaskForceFactory(name="Protection sociale", slug="protection-sociale")
    places = []
    for code, name in (("NE005", "Tahoua"), ("NE007", "Zinder")):
        region = UnitFactory(country=body.country, pcode=code, name=name)
        places += [
            UnitFactory(country=body.country, pcode=f"{code}00{number}", name=f"{name} {number}", parent=region)
            for number in (1, 2, 3)
        ]
    agencies = [AgencyFactory(acronym=acronym, name_fr=f"Structure {acronym}") for acronym in ("PAM", "BIT", "FAO")]
    for number, unit in enumerate(places[:-1]):
        sheet = InterventionFactory(
            country=body.country, title=f"Programme {number}", published=True, lead=agencies[number % 3]
        )
        line = LineFactory(intervention=sheet, unit=unit, instrument=InstrumentFactory(code=f"instrument-{number % 4}"))
        FigureFactory(line=line, counted="household", value=100 * (number + 1))
        LineFactory(intervention=sheet, unit=None, instrument=line.instrument)
    return {
        "user": member(body, role="secretariat", given_name="Hadiza", family_name="Abdou").user,
        "agency": agencies[0],
        "body": body,
    }


def addresses(country):
    return [
        "/ner/interventions/",
        f"/ner/interventions/matrice/?{YEAR}&mesure=menages",
        f"/ner/interventions/matrice/?{YEAR}&par=structure&du2=1/1/2025&au2=31/12/2025",
        f"/ner/interventions/carte/?{YEAR}&mesure=menages",
        f"/ner/interventions/carte/?{YEAR}&niveau=1&du2=1/1/2025&au2=31/12/2025",
        f"/ner/interventions/lignes/?{YEAR}",
        f"/ner/interventions/lieux/NE005001/?{YEAR}",
        f"/ner/interventions/structures/{country['agency'].pk}/?{YEAR}",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_views_of_a_country_are_accessible(open_context, country, viewport, scheme):
    page = open_context(country["user"], viewport=viewport, color_scheme=scheme).new_page()
    found = {}
    for address in addresses(country):
        page.goto(address)
        found[address] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[address].append("wider than the screen")
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_a_place_of_the_map_is_reached_and_opened_by_keyboard(open_context, country):
    page = open_context(country["user"]).new_page()
    page.goto(f"/ner/interventions/carte/?{YEAR}&mesure=menages")
    place = page.get_by_role("link", name=re.compile("^Tahoua 2")).first
    place.focus()
    # The keyboard says where it is.
    assert place.locator("path").evaluate("path => getComputedStyle(path).strokeWidth") != "7px"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tahoua 2")
    expect(page.get_by_text("Programme 1")).to_be_visible()


def test_a_view_is_kept_opened_and_taken_away_without_javascript(open_context, country):
    page = open_context(country["user"], viewport=PHONE, javascript=False).new_page()
    page.goto("/ner/interventions/?statut=ongoing")
    page.get_by_text("Enregistrer cette vue").click()
    page.get_by_label("Nom de la vue").fill("En cours")
    page.get_by_label("Partager avec tous").check()
    page.get_by_role("button", name="Enregistrer la vue").click()
    expect(page.get_by_text("est enregistrée")).to_be_visible()

    page.goto("/ner/interventions/")
    page.get_by_role("link", name="En cours", exact=True).click()
    assert page.url.endswith("?statut=ongoing")
    page.get_by_text("Enregistrer ou retirer une vue").click()
    page.get_by_role("button", name="Retirer la vue En cours").click()
    expect(page.get_by_text("est retirée")).to_be_visible()
    expect(page.get_by_role("link", name="En cours", exact=True)).to_have_count(0)


def test_from_a_number_to_its_lines_to_the_sheet(open_context, country):
    page = open_context(country["user"]).new_page()
    page.goto("/ner/interventions/")
    page.get_by_role("link", name="Matrice", exact=True).click()
    page.get_by_label("Chaque case compte").select_option("lignes")
    page.get_by_role("textbox", name="Du", exact=True).fill("1/1/2026")
    page.get_by_role("textbox", name="Au", exact=True).fill("31/12/2026")
    page.get_by_role("button", name="Afficher").click()
    row = page.get_by_role("row", name=re.compile("^Tahoua 1 "))
    row.get_by_role("link", name="1", exact=True).first.click()
    expect(page.get_by_text("1 ligne", exact=True)).to_be_visible()
    page.get_by_role("link", name="Programme 0").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Programme 0")
