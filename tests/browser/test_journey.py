"""The whole job in a browser: from the rule to the PDF, as the secretariat and as a rapporteur."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from core.text import normalise
from meetings.enums import AttendanceStatus, Capacity, MeetingState
from meetings.models import Attendance, Meeting, MeetingSeries
from meetings.queries import presence_of
from taskforce.models import Agency
from taskforce.services.agencies import load_reference
from tests.browser.conftest import PHONE
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import MandateFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = [
    ("BIT", "M. Laurent Mercier"),
    ("PAM", "Mme Hadiza Souley"),
    ("FAO", "M. Ibrahim Garba"),
    ("PNUD", "Mme Chiara Bianchi"),
    ("UNICEF", "Mme Aïchatou Moussa"),
]
AGENDA = [
    "Point de situation depuis la dernière réunion",
    "Partage des termes de référence entre agences",
    "Plan de travail du groupe pour 2016",
    "Divers",
]


@pytest.fixture
def body():
    load_reference()
    return TaskForceFactory(name="Task Force Protection sociale – Niger", slug="niger")


def submit(page, name: str) -> None:
    """Press the button and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page, name: str) -> None:
    with page.expect_navigation():
        page.locator("#contenu, main").first.get_by_role("link", name=name, exact=True).first.click()


def add_points(page, titles: list[str]) -> None:
    for title in titles:
        page.get_by_label("Intitulé").fill(title)
        submit(page, "Ajouter")
        expect(page.get_by_text(title).first).to_be_visible()


def write_section(page, meeting: Meeting, title: str, text: str) -> None:
    """Open a section in the list beside the editor, type in the rich text, save."""
    page.goto(f"/reunions/{meeting.pk}/compte-rendu/rediger/")
    link = page.locator("#sections a").filter(has_text=title)
    if not link.is_visible():
        page.locator(".editor-nav summary").click()
    with page.expect_navigation():
        link.click()
    editor = page.locator("[data-editor] .ProseMirror")
    editor.wait_for()
    editor.click()
    page.keyboard.insert_text(text)
    page.locator("[data-editor]").get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#sections li").filter(has_text=title).get_by_text("vide")).to_have_count(0)


def pdf_text(page, button: str) -> str:
    """Ask for the PDF, follow its progress, download it and read it."""
    submit(page, button)
    link = page.get_by_role("link", name=re.compile("Télécharger"))
    link.first.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.first.click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"%PDF")
    reader = PdfReader(BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u202f", " ").split())


def test_secretariat_logs_the_first_meeting(open_context, celery_worker, body):
    secretary = member(body, role="secretariat")
    context = open_context(secretary.user)
    page = context.new_page()

    page.goto("/niger/calendrier/")
    page.get_by_role("link", name=re.compile("calendrier", re.IGNORECASE)).last.click()
    page.goto("/niger/calendrier/nouveau/")
    page.get_by_label("À partir du").fill("8/3/2016")
    page.get_by_label("Heure de début").fill("10h30")
    page.get_by_label("Durée (minutes)").fill("120")
    page.get_by_label("Lieu").fill("Locaux de l’UNICEF")
    page.locator("select[name=nth]").select_option("2")
    page.locator("select[name=weekday]").select_option(label="mardi")
    expect(page.locator("#apercu")).to_contain_text("8 mars 2016")
    expect(page.locator("#apercu")).to_contain_text("9 août 2016")
    submit(page, "Enregistrer le calendrier")
    series = MeetingSeries.objects.get()
    assert (series.rrule, series.starts_on) == ("FREQ=MONTHLY;BYDAY=2TU", date(2016, 3, 8))

    page.goto("/niger/reunions/nouvelle/")
    page.get_by_label("Réunion passée (archives)").check()
    page.get_by_label("Date", exact=True).fill("11 février 2016")
    page.get_by_label("Début").fill("10 h 30")
    page.get_by_label("Fin", exact=True).fill("12:30")
    page.get_by_label("Lieu").fill("Locaux de l’UNICEF")
    page.get_by_label("Thème").fill("Création de la Task Force")
    submit(page, "Créer la réunion")
    meeting = Meeting.objects.get()
    assert meeting.starts_at == datetime(2016, 2, 11, 9, 30, tzinfo=UTC)

    page.goto(f"/reunions/{meeting.pk}/ordre-du-jour/")
    add_points(page, AGENDA)
    assert [item.title for item in meeting.agenda.all()] == AGENDA

    page.goto(meeting.get_absolute_url())
    follow(page, "Enregistrer comme tenue")
    submit(page, "Enregistrer comme tenue")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD

    for acronym, name in PEOPLE:
        page.goto(f"/reunions/{meeting.pk}/presences/")
        line = page.locator("#ajouter .presence-line").last
        line.get_by_label("Personne").fill(name)
        line.get_by_label("Agence ou structure").fill(acronym)
        submit(page, "Enregistrer les présences")
    rows = Attendance.objects.filter(meeting=meeting)
    assert rows.count() == 5
    assert set(rows.values_list("capacity", "status")) == {(Capacity.WITHOUT_MANDATE, AttendanceStatus.PRESENT)}
    presence = presence_of(meeting)
    assert {str(agency) for agency in presence.represented} == {acronym for acronym, _name in PEOPLE}
    assert presence.quorum_needed is None

    write_section(page, meeting, "Contexte", "Cinq agences se retrouvent dans les locaux de l’UNICEF.")
    write_section(page, meeting, AGENDA[0], "Les termes de référence ont été partagés.")
    write_section(page, meeting, AGENDA[2], "Le groupe se réunit tous les deuxièmes mardis.")
    write_section(page, meeting, "Conclusions", "La Task Force mène d’abord une réflexion commune.")

    page.goto(f"/reunions/{meeting.pk}/decisions/nouvelle/")
    page.locator("textarea[name=text]").fill("Les réunions sont mensuelles.")
    submit(page, "Enregistrer")
    page.goto(f"/reunions/{meeting.pk}/actions/nouvelle/")
    page.locator("textarea[name=text]").fill("Adresser les termes de référence aux directions d’agence.")
    submit(page, "Enregistrer")

    page.goto(f"/reunions/{meeting.pk}/prochaine/")
    expect(page.get_by_label("Date", exact=True)).to_have_value(re.compile("8.*(3|mars).*2016"))
    page.get_by_label("Thème").fill("Ciblage et suivi des ménages pauvres et vulnérables")
    submit(page, "Fixer la prochaine réunion")
    meeting.refresh_from_db()
    assert meeting.next_meeting.theme.startswith("Ciblage")
    assert meeting.next_meeting.date == date(2016, 3, 8)

    page.goto(f"/reunions/{meeting.pk}/clore/")
    submit(page, "Clore la réunion")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED

    page.goto(meeting.get_absolute_url())
    text = pdf_text(page, "Aperçu PDF")
    for fact in [
        *(name for _acronym, name in PEOPLE),
        *(acronym for acronym, _name in PEOPLE),
        *AGENDA,
        "10 h 30",
        "12 h 30",
        "8 mars 2016",
        "5 agences représentées",
        "D-2016-01",
        "A-2016-01",
    ]:
        assert normalise(fact) in normalise(text), fact
    assert "quorum" not in text.lower()
    assert "None" not in text


def test_rapporteur_logs_a_meeting_on_a_phone(open_context, celery_worker, body):
    """A focal point made rapporteur does all of the logging; another one cannot."""
    rapporteur = member(body, role="titular", given_name="Rahila", family_name="Adamou")
    other = member(body, role="titular")
    pam = SeatFactory(task_force=body, agency=Agency.objects.get(acronym="PAM"))
    titular = MandateFactory(seat=pam).person
    meeting = MeetingFactory(
        task_force=body, rapporteur=rapporteur, state=MeetingState.CONVENED, theme="Travaux à haute intensité"
    )
    item = AgendaItemFactory(meeting=meeting, position=1, title="Harmoniser les montants", kind="decision", minutes=60)

    stranger = open_context(other.user, viewport=PHONE).new_page()
    stranger.goto(meeting.get_absolute_url())
    expect(stranger.get_by_role("button", name="Commencer la réunion")).to_have_count(0)

    page = open_context(rapporteur.user, viewport=PHONE).new_page()
    page.goto(meeting.get_absolute_url())
    submit(page, "Commencer la réunion")
    page.goto(f"/reunions/{meeting.pk}/presences/")
    line = page.locator(".presence-line").filter(has_text=titular.family_name)
    line.locator("label.segment").filter(has_text="Présent").first.click()
    expect(page.locator("#compte")).to_contain_text("1 agence représentée")
    submit(page, "Enregistrer les présences")
    assert meeting.attendances.get().capacity == Capacity.TITULAR

    write_section(
        page, meeting, "Harmoniser les montants", "Les montants journaliers diffèrent d’une agence à l’autre."
    )
    page.goto(meeting.get_absolute_url())
    submit(page, "Terminer la réunion")

    page.goto(f"/reunions/{meeting.pk}/clore/")
    expect(page.get_by_text("appelle une décision")).to_be_visible()
    # By the button beside the section, which brings its point along.
    page.goto(f"/reunions/{meeting.pk}/compte-rendu/{item.section.pk}/modifier/")
    follow(page, "Décision")
    expect(page.get_by_label("Point à l’ordre du jour")).to_have_value(str(item.pk))
    page.locator("textarea[name=text]").fill("Un montant de référence est proposé en avril.")
    submit(page, "Enregistrer")
    page.goto(f"/reunions/{meeting.pk}/clore/")
    submit(page, "Clore la réunion")
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED

    page.goto(meeting.get_absolute_url())
    text = pdf_text(page, "Aperçu PDF")
    assert normalise("Un montant de référence est proposé en avril.") in normalise(text)
    assert normalise("Harmoniser les montants") in normalise(text)
