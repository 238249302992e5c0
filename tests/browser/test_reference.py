"""Reference data and the pages of a sheet in a real browser: accessible at both widths; two people at once."""

import pytest
from playwright.sync_api import expect

from interventions.models import AdminUnit, AreaProfile, Instrument, PolicyAxis, SpfGuarantee, TargetGroup
from interventions.services.reference import load_reference
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_look import violations
from tests.browser.test_minutes_life import press, words
from tests.interventions.factories import (
    FigureFactory,
    IndicatorFactory,
    InterventionFactory,
    LineFactory,
    ValueFactory,
)
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/ner/interventions/referentiel/"


@pytest.fixture
def country(transactional_db):
    """Niger with the lists that come with the portal, a sheet of four lines, and who keeps them."""
    body = TaskForceFactory(name="Protection sociale – Niger", slug="niger")
    load_reference()
    focal_point = member(body)
    agency = focal_point.mandates.get().seat.agency
    sheet = InterventionFactory(country=body.country, lead=agency, published=True, title="Filets sociaux")
    for unit in AdminUnit.objects.filter(level=2).order_by("pcode")[:3]:
        line = LineFactory(
            intervention=sheet,
            unit=unit,
            instrument=Instrument.objects.first(),
            target_group=TargetGroup.objects.first(),
        )
        FigureFactory(line=line, counted="household", value=1200)
        AreaProfile.objects.create(unit=unit, measure="Population", value=1, source="S", as_of="2023-07-01")
    LineFactory(intervention=sheet, unit=None, instrument=Instrument.objects.last())
    ValueFactory(indicator=IndicatorFactory(intervention=sheet))
    return {
        "sheet": sheet,
        "focal_point": focal_point.user,
        "desk": member(body, role="secretariat").user,
    }


def of_reference():
    lists = ("instruments", "groupes-cibles", "axes", "garanties", "complementarites", "cibles-odd")
    unit = AdminUnit.objects.get(pcode="NE007001")
    entries = {
        "instruments": Instrument,
        "groupes-cibles": TargetGroup,
        "axes": PolicyAxis,
        "garanties": SpfGuarantee,
    }
    return [
        BASE,
        f"{BASE}lieux/",
        f"{BASE}lieux/nouveau/",
        f"{BASE}lieux/liste/",
        f"{BASE}lieux/{unit.pk}/",
        f"{BASE}limites/",
        f"{BASE}limites/fichier/",
        f"{BASE}contexte/",
        f"{BASE}contexte/saisie/",
        f"{BASE}contexte/{AreaProfile.objects.first().pk}/",
        f"{BASE}contexte/{AreaProfile.objects.first().pk}/retrait/",
        *(f"{BASE}{kind}/" for kind in lists),
        *(f"{BASE}{kind}/{model.objects.first().pk}/" for kind, model in entries.items()),
        f"{BASE}complementarites/nouveau/",
    ]


def of_sheets(sheet):
    here, line = f"/interventions/{sheet.pk}/", sheet.lines.exclude(unit=None).first()
    indicator = sheet.indicators.get()
    return [
        here,
        f"{here}historique/",
        f"{here}fiche/",
        f"{here}roles/",
        f"{here}nouvelle-ligne/",
        f"{here}nouvel-indicateur/",
        f"{here}decisions/",
        f"/interventions/lignes/{line.pk}/",
        f"/interventions/lignes/{line.pk}/copie/",
        f"/interventions/lignes/{line.pk}/fin/",
        f"/interventions/lignes/{line.pk}/retrait/",
        f"/interventions/lignes/{line.pk}/chiffres/",
        f"/interventions/indicateurs/{indicator.pk}/",
        f"/interventions/indicateurs/{indicator.pk}/nouvelle-valeur/",
        f"/interventions/valeurs/{indicator.values.get().pk}/retrait/",
        "/ner/interventions/",
        "/ner/interventions/nouvelle/",
        "/ner/interventions/comparaison/",
        "/ner/interventions/comparaison/?liste=transferts",
        "/ner/interventions/statistiques/",
        "/ner/interventions/verification/",
        "/ner/interventions/verification/?vue=structures",
    ]


def problems_of(page, addresses):
    found = {}
    for address in addresses:
        assert page.goto(address).status == 200, address
        wrong = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append("wider than the screen")
        if wrong:
            found[address] = wrong
    return found


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_reference_pages_are_accessible(open_context, country, viewport):
    page = open_context(country["desk"], viewport=viewport).new_page()

    assert problems_of(page, of_reference()) == {}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_a_sheet_are_accessible(open_context, country, viewport):
    page = open_context(country["focal_point"], viewport=viewport, color_scheme="dark").new_page()

    assert problems_of(page, of_sheets(country["sheet"])) == {}


def test_two_people_on_one_entry_of_a_list(open_context, country):
    """Who saves second sees both, with what they typed still there, and saves knowingly."""
    instrument = Instrument.objects.first()
    one, other = (open_context(country["desk"]).new_page() for _turn in range(2))
    for page in (one, other):
        page.goto(f"{BASE}instruments/{instrument.pk}/")

    one.get_by_label("Autres noms").fill("Espèces")
    press(one, "Enregistrer")
    other.get_by_label("Autres noms").fill("Argent")
    press(other, "Enregistrer")

    assert "Quelqu’un d’autre a enregistré entre-temps" in words(other)
    assert "Espèces" in words(other)
    expect(other.get_by_label("Autres noms")).to_have_value("Argent")
    assert [str(alias) for alias in instrument.aliases.all()] == ["Espèces"]
    press(other, "Enregistrer ma saisie")
    assert [str(alias) for alias in instrument.aliases.all()] == ["Argent"]
    other.context.problems.clear()  # The 409 of the first save is told in the console.


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_list_kept_from_the_page(open_context, country, javascript):
    """A wrong entry keeps what was typed; a right one stands in the list; set aside, it says so."""
    page = open_context(country["desk"], viewport=PHONE, javascript=javascript).new_page()
    page.goto("/ner/interventions/")
    page.get_by_role("link", name="Référentiel").click()
    page.get_by_role("link", name="Instruments", exact=True).click()
    page.get_by_role("link", name="Nouvel instrument").click()
    page.get_by_label("Nom", exact=True).fill("Chèque énergie")
    page.get_by_label("Code-objet CAD").fill("16")
    press(page, "Ajouter à la liste")

    assert "a cinq chiffres" in words(page)
    page.context.problems.clear()  # The 422 is told in the console.
    expect(page.get_by_label("Nom", exact=True)).to_have_value("Chèque énergie")
    page.get_by_label("Code-objet CAD").fill("16010")
    page.get_by_label("Nom en anglais").fill("Energy voucher")
    page.get_by_label("Nature").select_option("transfer")
    press(page, "Ajouter à la liste")
    page.get_by_role("link", name="Chèque énergie").click()
    press(page, "Ne plus proposer")

    expect(page.get_by_role("row").filter(has_text="Chèque énergie").get_by_text("Plus proposé")).to_be_visible()
    assert not Instrument.objects.get(name_fr="Chèque énergie").is_active
