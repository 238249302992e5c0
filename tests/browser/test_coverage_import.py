"""A partner's 4W goes from its workbook to the lines: matched, mended, confirmed by a worker, undone."""

import pytest
from playwright.sync_api import expect

from interventions.enums import ImportState
from interventions.models import CoverageLine, ImportBatch, Intervention
from interventions.services.reference import load_reference
from taskforce.models import Country
from taskforce.services.agencies import load_reference as load_agencies
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_look import violations
from tests.interventions.imports.files import workbook
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    ["Cartographie des interventions de protection sociale"],
    [],
    ["Structure", "Projet", "Activité", "Région", "Département", "Début", "Fin", "Nb ménages ciblés", "Nb ménages atteints"],
    ["PAM", "Filets sahéliens", "Cantines scolaires", "Tahoua", "Madaoua", "01/01/2026", "31/12/2026", 1500, 1200],
    ["PAM", "Filets sahéliens", "Cantines scolaires", "Tahoua", "Konni", "01/01/2026", "31/12/2026", 900, "-5"],
    ["Association Tattali", "Épargne", "Épargne et crédit", "Dosso", "Gayaa", "01/02/2026", "", 120, 100],
]  # fmt: skip


@pytest.fixture
def country():
    load_agencies()
    load_reference()
    country = Country.objects.get(iso3="NER")
    country.body = TaskForceFactory(name="Task Force Protection sociale – Niger", slug="niger", country=country)
    return country


def opened(context):
    """A page that gives the first reading of a workbook its time."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def sound(page, javascript=True):
    # Both ask the page itself, which answers nothing without JavaScript.
    if javascript:
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("viewport", "javascript"), [(DESKTOP, True), (PHONE, False)])
def test_a_data_manager_imports_a_workbook(open_context, celery_worker, country, tmp_path, viewport, javascript):
    manager = member(country.body, role="data_manager").user
    page = opened(open_context(manager, viewport=viewport, javascript=javascript))
    page.goto("/ner/interventions/")
    page.get_by_role("link", name="Importer", exact=True).click()
    sound(page, javascript)
    page.get_by_role("link", name="Importer un fichier").first.click()
    sound(page, javascript)
    page.get_by_label("Fichier", exact=True).set_input_files(workbook(tmp_path / "4w.xlsx", {"Matrice": ROWS}))
    page.get_by_label("Qui a envoyé ce fichier\u00a0?").fill("Cellule San")
    press(page, "Lire le fichier")
    expect(page.get_by_role("heading", name="4w.xlsx")).to_be_visible()
    batch = ImportBatch.objects.get()
    assert {name: batch.findings["counts"][name] for name in ("rows", "new", "refused")} == {
        "rows": 3,
        "new": 1,
        "refused": 2,
    }
    sound(page, javascript)

    # Words: the place is proposed, the association is entered as a structure.
    page.get_by_role("link", name="Mots", exact=True).click()
    sound(page, javascript)
    page.get_by_label("Créer «\u00a0Association Tattali\u00a0»").select_option("ngo")
    press(page, "Enregistrer et relire")
    expect(page.get_by_text("le fichier est relu")).to_be_visible()

    # A figure is mended in the dry run.
    page.get_by_label("Ménages atteints").fill("850")
    press(page, "Corriger ces cellules et relire")
    expect(page.get_by_text("1 cellule corrigée")).to_be_visible()
    page.get_by_role("link", name="Enregistrer 3 lignes").click()
    expect(page.get_by_text("3 lignes du fichier sont ajoutées.")).to_be_visible()
    sound(page, javascript)
    press(page, "Enregistrer 3 lignes")
    _wait(page, "Import enregistré", javascript)
    assert CoverageLine.objects.count() == 3
    assert Intervention.objects.get(title="Épargne").on_behalf_of.name_fr == "Association Tattali"
    sound(page, javascript)

    page.get_by_role("link", name="Annuler l’import").click()
    expect(page.get_by_text("3 lignes ajoutées par l’import sont retirées")).to_be_visible()
    sound(page, javascript)
    press(page, "Annuler l’import")
    _wait(page, "Import annulé", javascript)
    assert not CoverageLine.objects.exists()
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDONE


def _wait(page, text, javascript):
    """The page shows the end by itself; without JavaScript one asks again."""
    for _second in range(0 if javascript else 30):
        if page.get_by_text(text).count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text(text).first).to_be_visible(timeout=60_000)


def test_a_focal_point_imports_the_lines_of_its_agency_only(open_context, celery_worker, country, tmp_path):
    focal = member(country.body, role="titular")
    own = focal.mandates.get().seat.agency.acronym
    rows = [*ROWS[:4], [own, "Notre projet", *ROWS[3][2:]]]
    page = opened(open_context(focal.user))
    page.goto("/ner/interventions/imports/nouveau/")
    page.get_by_label("Fichier", exact=True).set_input_files(workbook(tmp_path / "nous.xlsx", {"4W": rows}))
    page.get_by_label("Qui a envoyé ce fichier\u00a0?").fill(own)
    press(page, "Lire le fichier")
    expect(page.get_by_text("Cette intervention est d’une autre structure")).to_be_visible()
    page.get_by_role("link", name="Enregistrer 1 ligne").click()
    press(page, "Enregistrer 1 ligne")
    _wait(page, "Import enregistré", javascript=True)
    press(page, "Transmettre la fiche au secrétariat")
    expect(page.get_by_text("1 fiche est transmise au secrétariat.")).to_be_visible()
    assert Intervention.objects.get().state == "submitted"
