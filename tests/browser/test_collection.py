"""A structure without an account answers a campaign on its phone; its answer becomes published lines. Keys of partners."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from core.models import OutgoingEmail
from core.notifications import outbox
from interventions.enums import ApiReach
from interventions.imports.batches import work_on
from interventions.models import ApiToken, CampaignRequest, CoverageLine, ImportBatch
from interventions.services.campaigns import Contact, add_structures, create_campaign, send_requests
from interventions.services.reference import load_reference
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_look import violations
from tests.browser.test_minutes_life import press, words
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger", name="Protection sociale – Niger")


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def campaign(body, secretary):
    load_reference()
    campaign = create_campaign(
        body.country,
        actor=secretary,
        name="Collecte 2026",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        answer_by=body.today() + timedelta(days=14),
        task_force=body,
    )
    agency = AgencyFactory(acronym="Tarka", name_fr="ONG Tarka", country=body.country)
    add_structures(campaign, [Contact(agency, "contact@example.org", "Halima Issa")], actor=secretary)
    send_requests(campaign, actor=secretary)
    return campaign


def link():
    return "/lien/" + outbox.secrets_of(OutgoingEmail.objects.latest("pk"))["link"].partition("/lien/")[2]


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_the_mail_to_published_lines(open_context, body, secretary, campaign, javascript):
    page = open_context(viewport=PHONE, javascript=javascript).new_page()
    page.goto(link())
    press(page, "Continuer")
    if javascript:
        assert violations(page) == []
        assert not too_wide(page)

    # A place is chosen, and a day that exists; what was typed stays.
    page.get_by_label("Intervention", exact=True).first.fill("Banques céréalières")
    page.get_by_label("Instrument").first.select_option(label="Distribution de vivres")
    page.get_by_label("Début").first.fill("31/2/2026")
    page.get_by_label("Ménages atteints").first.fill("1 200")
    press(page, "Envoyer")
    told = words(page)
    assert "Choisissez un lieu" in told
    assert "31 février" in told
    page.context.problems.clear()  # The 422 is told in the console.
    expect(page.get_by_label("Ménages atteints").first).to_have_value("1 200")
    page.get_by_label("Lieu").first.select_option(label="Bouza")
    page.get_by_label("Début").first.fill("1/2/2026")
    press(page, "Envoyer")
    assert "Une ligne est bien arrivée." in words(page)

    # The secretariat finds it on its home page, looks at it, records it, publishes the sheet.
    work_on(ImportBatch.objects.get().pk)
    desk = open_context(secretary, viewport=PHONE).new_page()
    desk.goto(body.get_absolute_url())
    desk.get_by_role("link", name="1 réponse à une collecte").first.click()
    desk.get_by_role("link", name="Relire et enregistrer").click()
    assert "Banques céréalières" in words(desk)
    desk.get_by_role("link", name="Enregistrer 1 ligne").first.click()
    press(desk, "Enregistrer 1 ligne")
    work_on(ImportBatch.objects.get().pk)
    line = CoverageLine.objects.get()
    assert (line.unit.name, line.figures.get().value) == ("Bouza", 1200)
    desk.goto(f"/interventions/{line.intervention_id}/")
    assert "Saisie pour le compte de Tarka, à confirmer" in words(desk)
    press(desk, "Publier")
    desk.goto("/ner/interventions/lignes/?du=1/1/2026&au=31/12/2026")
    expect(desk.get_by_role("link", name="Banques céréalières")).to_be_visible()


def test_nothing_to_declare_is_one_tick_and_the_board_says_who_answered(open_context, secretary, campaign):
    page = open_context(viewport=PHONE).new_page()
    page.goto(link())
    press(page, "Continuer")
    page.get_by_label("Nous n’avons mené aucune intervention").check()
    press(page, "Envoyer")
    assert "n’a mené aucune intervention" in words(page)

    desk = open_context(secretary, viewport=DESKTOP).new_page()
    desk.goto(f"/interventions/collectes/{campaign.pk}/")
    expect(desk.get_by_role("row", name="Tarka").get_by_text("Rien sur la période")).to_be_visible()
    assert violations(desk) == []
    press(desk, "Clore la campagne")
    page.goto(link())
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Collecte 2026")
    page.context.problems.clear()  # The closed link answers 404.


def test_its_own_people_answer_in_the_portal_and_the_mail_is_read_before_it_leaves(
    open_context, body, secretary, campaign
):
    focal_point = member(body, role="titular")
    agency = focal_point.mandates.get().seat.agency
    add_structures(campaign, [Contact(agency, "direction@example.org", "Moussa Ali")], actor=secretary)
    desk = open_context(secretary, viewport=PHONE).new_page()
    desk.goto(f"/interventions/collectes/{campaign.pk}/envoi/")
    told = words(desk)
    assert "1 courriel va partir" in told
    assert "[lien personnel]" in told
    assert violations(desk) == []
    press(desk, "Envoyer les demandes")

    page = open_context(focal_point.user, viewport=PHONE).new_page()
    page.goto(body.get_absolute_url())
    page.get_by_role("link", name="Répondre à la collecte").click()
    assert violations(page) == []
    assert not too_wide(page)
    page.get_by_label("Nous n’avons mené aucune intervention").check()
    press(page, "Envoyer la réponse")
    assert "est partie" in words(page)
    assert CampaignRequest.objects.get(agency=agency).answer_kind == "nothing"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_key_is_made_shown_once_used_and_revoked(open_context, body, secretary, viewport):
    page = open_context(secretary, viewport=viewport).new_page()
    page.goto("/ner/interventions/")
    page.get_by_role("link", name="Accès des partenaires par programme (API)").click()
    page.get_by_label("Utilisé par").fill("Carte du partenaire")
    page.get_by_label("Fiches publiques et partenaires").check()
    press(page, "Créer le jeton")
    token = page.locator("#jeton").inner_text()
    assert violations(page) == []
    assert not too_wide(page)
    assert ApiToken.objects.get().reach == ApiReach.PARTNERS

    # What its reader finds with a browser, without an account.
    reader = open_context(viewport=viewport).new_page()
    reader.goto("/api/v1/")
    reader.get_by_text("Paramètres (4)").click()
    expect(reader.get_by_text("measure", exact=True)).to_be_visible()
    assert violations(reader) == []
    assert not too_wide(reader)

    headers = {"Authorization": f"Bearer {token}"}
    assert page.request.get("/api/v1/units", headers=headers).status == 200
    page.goto("/ner/interventions/acces/")
    assert token not in page.content()

    page.locator("summary", has_text="Révoquer").click()
    press(page, "Révoquer ce jeton")
    assert "ne donne plus accès à rien" in words(page)
    answer = page.request.get("/api/v1/units", headers=headers)
    assert answer.status == 401
    assert "révoqué" in answer.json()["detail"]
