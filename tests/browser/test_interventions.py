"""An intervention, from the focal point's first line to the map of the country; and two people on one line at once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from interventions.models import CoverageFigure, Intervention
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_minutes_life import press, words
from tests.interventions.factories import GroupFactory, InstrumentFactory, InterventionFactory, LineFactory, UnitFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Filets sociaux de Tahoua"


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger", name="Protection sociale – Niger")


@pytest.fixture
def places(body):
    region = UnitFactory(country=body.country, pcode="NE005", name="Tahoua")
    return [
        UnitFactory(country=body.country, parent=region, pcode=f"NE00500{number}", name=name)
        for number, name in enumerate(("Abalak", "Bagaroua", "Bouza"), start=1)
    ]


@pytest.fixture
def cash():
    GroupFactory(name_fr="Ménages pauvres")
    return InstrumentFactory(name_fr="Transfert monétaire inconditionnel")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_first_line_to_the_published_sheet(open_context, body, places, cash, viewport):
    focal_point = member(body, given_name="Hadiza", family_name="Souley")
    agency = focal_point.mandates.get().seat.agency
    reader = open_context(member(body).user, viewport=viewport).new_page()
    desk = open_context(member(body, role="secretariat").user, viewport=viewport).new_page()
    page = open_context(focal_point.user, viewport=viewport).new_page()

    # The sheet: its agency stands there already.
    page.goto("/ner/interventions/")
    page.get_by_role("link", name="Nouvelle intervention").first.click()
    page.get_by_label("Intitulé", exact=True).fill(TITLE)
    page.get_by_label("Début prévu").fill("1/1/2026")
    page.get_by_label("Fin prévue").fill("31/12/2030")
    press(page, "Créer la fiche")
    sheet = Intervention.objects.get()
    here = f"/interventions/{sheet.pk}/"
    assert [str(role.agency) for role in sheet.roles.all()] == [str(agency)]

    # A line with its beneficiaries; a part above its total is told beside what was typed.
    page.get_by_role("link", name="Ajouter une ligne").click()
    page.get_by_label("Lieu").select_option(str(places[0].pk))
    page.get_by_label("Instrument").select_option(str(cash.pk))
    page.get_by_label("Groupe cible").select_option(label="Ménages pauvres")
    page.get_by_label("Valeur du transfert").fill("10 000")
    page.get_by_label("Fréquence").select_option("month")
    press(page, "Ajouter, puis saisir les bénéficiaires")
    page.locator("[name=reached-household-x-x-0]").fill("1 200")
    page.locator("[name=reached-person-x-x-0]").fill("100")
    page.locator("[name=reached-person-f-x-0]").fill("101")
    press(page, "Enregistrer les chiffres")
    assert "Une partie ne dépasse pas son ensemble" in words(page)
    page.context.problems.clear()  # The 422 is told in the console.
    page.locator("[name=reached-person-x-x-0]").fill("8 400")
    press(page, "Enregistrer les chiffres")
    assert CoverageFigure.objects.get(counted="person", sex="").value == 8400

    # The same in two other departments.
    page.locator(f"#ligne-{sheet.lines.get().pk} summary", has_text="Modifier").click()
    page.get_by_role("link", name="Copier ailleurs").click()
    page.get_by_label("Bagaroua").check()
    page.get_by_label("Bouza").check()
    press(page, "Copier la ligne")
    assert "2 lignes ajoutées" in words(page)

    # Handed in; nobody else reads it yet.
    press(page, "Transmettre au secrétariat")
    reader.goto("/ner/interventions/")
    expect(reader.get_by_text(TITLE)).to_have_count(0)

    # The secretariat sends it back once, then publishes.
    desk.goto("/ner/interventions/?etat=submitted")
    desk.get_by_role("link", name=TITLE).click()
    desk.get_by_role("link", name="Renvoyer").click()
    desk.get_by_label("Motif").fill("Nommez le registre utilisé.")
    press(desk, "Renvoyer la fiche")
    page.goto(here)
    assert "Nommez le registre utilisé." in words(page)
    page.get_by_role("link", name="Modifier la fiche").click()
    page.get_by_label("Registre utilisé").fill("Registre social unifié")
    press(page, "Enregistrer la fiche")
    press(page, "Transmettre au secrétariat")
    desk.goto(here)
    press(desk, "Publier")

    # Everybody of the country reads it, line by line.
    reader.goto("/ner/interventions/")
    reader.get_by_role("link", name=TITLE).click()
    told = words(reader)
    for word in ("Abalak", "Bagaroua", "Bouza", "8 400", "Registre social unifié"):
        assert word in told
    expect(reader.get_by_role("link", name="Modifier la fiche")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_the_monthly_round_is_one_click_a_line(open_context, body, places, cash, javascript):
    focal_point = member(body)
    agency = focal_point.mandates.get().seat.agency
    sheet = InterventionFactory(country=body.country, lead=agency, published=True, title=TITLE)
    lines = [LineFactory(intervention=sheet, unit=unit, instrument=cash, ends_on=None) for unit in places]
    page = open_context(focal_point.user, javascript=javascript).new_page()

    page.goto("/ner/interventions/verification/")
    assert "3 lignes à vérifier" in words(page)
    button = page.locator(f"#ligne-{lines[1].pk}").get_by_role("button")
    if javascript:
        button.click()
        expect(page.get_by_role("row").filter(has_text="Bagaroua").get_by_text("vérifiée aujourd’hui")).to_be_visible()
    else:
        with page.expect_navigation():
            button.click()
        assert "2 lignes à vérifier" in words(page)
    page.reload()
    press(page, "Oui, les 2 lignes sont valables")

    assert "Tout est vérifié" in words(page)
    sheet.refresh_from_db()
    assert sheet.verified_by == focal_point.user
    assert not sheet.lines.filter(verified_at__lt=timezone.now() - timedelta(minutes=5)).exists()


def test_two_people_on_one_line(open_context, body, places, cash):
    """Who saves second sees both entries, keeps theirs in the form, and nothing is lost unseen."""
    first, second = member(body), member(body, role="substitute")
    seat = first.mandates.get().seat
    second.mandates.update(seat=seat)
    sheet = InterventionFactory(country=body.country, lead=seat.agency, published=True, title=TITLE)
    line = LineFactory(intervention=sheet, unit=places[0], instrument=cash)
    one, other = (open_context(person.user).new_page() for person in (first, second))
    for page in (one, other):
        page.goto(f"/interventions/lignes/{line.pk}/")

    one.get_by_label("Remarque").fill("Deux vagues.")
    press(one, "Enregistrer la ligne")
    other.get_by_label("Remarque").fill("Trois vagues.")
    other.get_by_label("Fin").fill("30/6/2026")
    press(other, "Enregistrer la ligne")

    told = words(other)
    assert "Quelqu’un d’autre a enregistré entre-temps" in told
    assert "Deux vagues." in told
    expect(other.get_by_label("Remarque")).to_have_value("Trois vagues.")
    line.refresh_from_db()
    assert line.note == "Deux vagues."
    press(other, "Enregistrer ma saisie")
    line.refresh_from_db()
    assert (line.note, line.ends_on.month) == ("Trois vagues.", 6)
    other.context.problems.clear()  # The 409 of the first save is told in the console.
