"""Three old minutes go from files to the archives: a Word file, a text file, a pasted text; on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from core.models import OutgoingEmail
from meetings.enums import ImportState
from meetings.models import ImportedMinutes, Meeting
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_look import violations
from tests.meetings.imports.samples import CLUSTER, COMMITTEE, word
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)
PASTED = """Procès-verbal de la rencontre du 3 mai 2012
De 9h à 11h
Présents : Mme Aïssa Modèle (UNICEF), M. Jean Exemple (BIT)
Ordre du jour
1. Calendrier
2. Divers
"""


@pytest.fixture
def secretary():
    body = TaskForceFactory(name="Task Force Protection sociale – Niger", slug="niger")
    for acronym in ("BIT", "UNICEF", "PAM", "FAO"):
        AgencyFactory(acronym=acronym)
    return member(body, role="secretariat").user


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def sound(page):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("viewport", "javascript"), [(DESKTOP, True), (PHONE, True), (PHONE, False)])
def test_three_old_files_go_to_the_archives(open_context, secretary, viewport, javascript):
    page = open_context(secretary, viewport=viewport, javascript=javascript).new_page()
    page.goto("/niger/archives/")
    expect(page.get_by_text("Aucun compte rendu importé")).to_be_visible()
    page.get_by_role("link", name="Importer des comptes rendus").click()
    page.get_by_label("Fichiers").set_input_files(
        [
            {"name": "comité.docx", "mimeType": "application/octet-stream", "buffer": word(COMMITTEE)},
            {"name": "cluster.txt", "mimeType": "text/plain", "buffer": CLUSTER.encode()},
        ]
    )
    page.get_by_label("Ou le texte d’un compte rendu").fill(PASTED)
    press(page, "Importer et lire")
    expect(page.get_by_text("3 documents lus sur 3")).to_be_visible()
    rows = list(ImportedMinutes.objects.order_by("pk"))
    for row in rows:
        page.goto(f"/imports/documents/{row.pk}/")
        if row == rows[0]:
            if javascript:
                sound(page)
            # A line more, a name corrected: kept before anything is entered.
            page.locator("#id_people-0-name").fill("Jean Corrigé")
            press(page, "Ajouter une décision")
            expect(page.locator("#id_people-0-name")).to_have_value("Jean Corrigé")
            page.locator("#id_decisions-1-text").fill("Le comité se réunit chaque mois.")
        press(page, "Enregistrer et continuer")
        expect(page.get_by_text("Aucun courriel ne partira.")).to_be_visible()
        assert Meeting.objects.count() == rows.index(row)
        if javascript:
            sound(page)
        press(page, "Enregistrer aux archives")
        expect(page.get_by_text("La réunion est dans les archives. Aucun courriel n’est parti.")).to_be_visible()
        expect(page.get_by_text(row.name)).to_be_visible()
    days = sorted(str(meeting.date) for meeting in Meeting.objects.select_related("task_force__country"))
    assert days == ["2012-05-03", "2018-06-14", "2019-03-05"]
    committee = Meeting.objects.get(imported_from=rows[0])
    assert committee.decision_links.count() == 2
    assert committee.attendances.filter(person__family_name="Corrigé").exists()
    assert not OutgoingEmail.objects.exists()
    # The last one is taken back.
    page.goto(f"/imports/documents/{rows[2].pk}/annuler/")
    press(page, "Annuler l’import")
    expect(page.get_by_text("L’import est annulé.")).to_be_visible()
    assert Meeting.objects.count() == 2
    assert ImportedMinutes.objects.get(pk=rows[2].pk).state == ImportState.UNDONE
