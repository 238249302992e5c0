"""Pages of the documents of the past: brought in, read, reviewed, entered, taken back."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import OutgoingEmail
from meetings.enums import ImportState
from meetings.imports import batches
from meetings.models import ImportedMinutes, Meeting
from meetings.services.imports import claim, requeue_lost
from tests.broker import dead_broker
from tests.meetings.factories import MeetingFactory
from tests.meetings.imports.samples import CLUSTER, COMMITTEE, word
from tests.taskforce.factories import AgencyFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agencies(body):
    return [AgencyFactory(acronym=acronym) for acronym in ("BIT", "UNICEF", "PAM", "FAO")]


@pytest.fixture
def address(body):
    return reverse("meetings:import_add", args=[body.slug])


def upload(office, address, *files, text=""):
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return office.post(address, {"files": sent, "text": text})


def fields_of(page) -> dict[str, str]:
    """What a browser would send back of the review's form, unchanged."""
    html = page.content.decode()
    form = html[html.index('id="relecture"') :].partition("</form>")[0]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if name and 'type="checkbox"' not in tag:
            value = re.search(r'value="([^"]*)"', tag)
            data[name[1]] = unescaped(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = unescaped(text)
    for name, options in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    return data


def unescaped(text):
    import html

    return html.unescape(text)


def test_several_files_and_a_pasted_text_each_become_a_document(office, address, body):
    answer = upload(
        office, address, ("comité.docx", word(COMMITTEE)), ("cluster.txt", CLUSTER.encode()), text="PV du 3 mai 2012"
    )
    rows = list(ImportedMinutes.objects.order_by("pk"))
    assert [(row.name, row.state) for row in rows] == [
        ("comité.docx", ImportState.READ),
        ("cluster.txt", ImportState.READ),
        ("Texte collé - PV du 3 mai 2012.txt", ImportState.READ),
    ]
    assert answer.url == reverse("meetings:import_batch", args=[rows[0].batch_id])
    page = office.get(answer.url).content.decode()
    assert "3 documents lus sur 3" in page and "hx-trigger" not in page
    listed = office.get(reverse("meetings:import_list", args=[body.slug])).content.decode()
    assert all(row.name in listed for row in rows)


def test_the_review_shows_the_text_beside_the_sheet_and_sends_back_what_it_shows(office, address):
    answer = upload(office, address, ("comité.txt", COMMITTEE.encode()))
    row = ImportedMinutes.objects.get()
    assert answer.url == reverse("meetings:import_review", args=[row.pk])
    page = office.get(answer.url)
    html = page.content.decode()
    assert "Jean Exemple" in html and 'href="#l7"' in html and 'id="l7"' in html
    data = fields_of(page)
    office.post(answer.url, data)
    row.refresh_from_db()
    # Nothing was changed: no review.
    assert (row.reviewed, row.version) == (None, 0)


def test_an_organisation_that_nobody_knows_is_named_once_above_the_sheet(office, address):
    text = "Réunion\nDate : 14 juin 2018\nPrésents :\n1. Mme Awa Modèle, BIT\n2. M. Paul Exemple, Structure Zed\nOrdre du jour\n1. Divers"
    page = office.get(upload(office, address, ("pv.txt", text.encode())).url)
    assert page.context["unknown"] == ["Structure Zed"]
    assert not any("Structure Zed" in flag["message"] for flag in page.context["flags"])
    # In the text it is marked all the same.
    assert 'id="doute-' in page.content.decode()


def test_an_unknown_organisation_is_said_once_for_all_its_lines(office, address):
    people = "\n".join(f"{n}. M. {name} Exemple, Structure Zed" for n, name in enumerate(("Paul", "Jean", "Marc"), 1))
    url = upload(office, address, ("pv.txt", f"Réunion\nDate : 14 juin 2018\nPrésents :\n{people}".encode())).url
    page = office.get(url)
    assert page.content.decode().count("n’est pas une structure connue") >= 3
    # A word that is no structure either is shown again, to be corrected once.
    office.post(url, fields_of(page) | {"known-0": "Structure Zod"})
    page = office.get(url)
    assert page.context["unknown"] == ["Structure Zod"]
    office.post(url, fields_of(page) | {"known-0": "BIT", "people-1-agency": "Structure Zou"})
    sheet = ImportedMinutes.objects.get().reviewed
    assert [row["agency"] for row in sheet["people"]] == ["BIT", "Structure Zou", "BIT"]
    assert office.get(url).context["unknown"] == ["Structure Zou"]


def test_what_is_corrected_added_and_taken_out_is_kept_even_when_it_is_wrong(office, address):
    url = upload(office, address, ("comité.txt", COMMITTEE.encode())).url
    data = fields_of(office.get(url))
    data |= {"head-date": "le 32 mars", "people-0-name": "M. Jean Corrigé", "items-0-remove": "1", "add": "actions"}
    answer = office.post(url, data)
    assert answer.url.endswith("?ajouter=actions#actions-nouveau")
    row = ImportedMinutes.objects.get()
    assert row.reviewed["head"]["date"] == "le 32 mars"
    assert row.reviewed["people"][0]["name"] == "M. Jean Corrigé"
    assert [item["title"] for item in row.reviewed["items"]] == ["Plan de réponse", "Divers"]
    page = office.get(answer.url)
    assert "n’est pas une date" in page.content.decode() and 'name="actions-2-text"' in page.content.decode()
    # With an error it is not entered.
    enter = reverse("meetings:import_enter", args=[row.pk])
    assert office.get(enter).url == url
    data = fields_of(page) | {"head-date": "14/6/2018", "actions-2-text": "Une de plus", "actions-2-owners": "tous"}
    office.post(url, data)
    row.refresh_from_db()
    assert (row.version, len(row.reviewed["actions"])) == (2, 3)


def test_points_are_put_in_the_order_of_their_numbers_with_what_names_them(office, address):
    url = upload(office, address, ("comité.txt", COMMITTEE.encode())).url
    data = fields_of(office.get(url))
    data |= {"items-0-order": "2", "items-1-order": "1", "actions-0-item": "1", "decisions-0-item": "2"}
    office.post(url, data)
    sheet = ImportedMinutes.objects.get().reviewed
    assert [item["title"] for item in sheet["items"]][:2] == ["Plan de réponse", "Adoption de l’ordre du jour"]
    assert (sheet["actions"][0]["item"], sheet["decisions"][0]["item"]) == ("1", "2")


def test_a_second_reviewer_sees_both_and_loses_nothing(office, address, body, signed_in):
    url = upload(office, address, ("comité.txt", COMMITTEE.encode())).url
    mine = fields_of(office.get(url)) | {"head-place": "Chez moi"}
    other = signed_in(member(body, role="secretariat", family_name="Autre").user)
    other.post(url, mine | {"head-place": "Chez l’autre"})
    page = office.post(url, mine)
    html = page.content.decode()
    assert page.status_code == 409
    assert "Chez moi" in html and "Chez l’autre" in html and "Autre" in html
    # Saved again, knowingly, mine stands.
    office.post(url, fields_of(page))
    assert ImportedMinutes.objects.get().reviewed["head"]["place"] == "Chez moi"


def test_a_session_that_ended_gives_the_text_back(office, address):
    url = upload(office, address, ("comité.txt", COMMITTEE.encode())).url
    data = fields_of(office.get(url)) | {"head-context": "Écrit longtemps"}
    page = Client().post(url, data)
    assert page.status_code == 401
    assert "Écrit longtemps" in page.content.decode() and 'name="people-0-name"' in page.content.decode()


def test_entered_after_a_confirmation_and_once(office, address, body):
    url = upload(office, address, ("comité.txt", COMMITTEE.encode())).url
    row = ImportedMinutes.objects.get()
    answer = office.post(url, fields_of(office.get(url)) | {"enter": "1"})
    enter = reverse("meetings:import_enter", args=[row.pk])
    assert answer.url == enter
    page = office.get(enter).content.decode()
    assert "4 lignes de présence" in page and "Aucun courriel ne partira" in page and "Jean Exemple" in page
    assert not Meeting.objects.exists()
    first = office.post(enter, {"version": "0"})
    second = office.post(enter, {"version": "0"})
    meeting = Meeting.objects.get()
    assert first.url == second.url == meeting.get_absolute_url()
    assert not OutgoingEmail.objects.exists()
    page = office.get(meeting.get_absolute_url()).content.decode()
    source = reverse("meetings:import_source", args=[row.pk])
    assert source in page
    got = office.get(source)
    assert b"".join(got.streaming_content) == COMMITTEE.encode()
    assert "attachment" in got["Content-Disposition"]


def test_a_confirmation_of_another_review_enters_nothing(office, address):
    url = upload(office, address, ("comité.txt", COMMITTEE.encode())).url
    row = ImportedMinutes.objects.get()
    office.post(url, fields_of(office.get(url)) | {"head-place": "Ailleurs"})
    enter = reverse("meetings:import_enter", args=[row.pk])
    assert office.post(enter, {"version": "0"}).url == enter
    assert not Meeting.objects.exists()


def test_a_meeting_of_that_day_takes_the_document(office, address, body):
    upload(office, address, ("comité.txt", COMMITTEE.encode()))
    row = ImportedMinutes.objects.get()
    start = timezone.datetime(2018, 6, 14, 9, tzinfo=body.tz)
    meeting = MeetingFactory(task_force=body, starts_at=start, ends_at=start + timedelta(hours=2), state="held")
    enter = reverse("meetings:import_enter", args=[row.pk])
    page = office.get(enter).content.decode()
    assert "déjà une réunion ce jour-là" in page and "Enregistrer aux archives</button>" not in page
    office.post(enter, {"version": "0"})
    assert Meeting.objects.count() == 1
    office.post(enter, {"version": "0", "attach": meeting.pk})
    row.refresh_from_db()
    assert (row.state, row.meeting) == (ImportState.APPLIED, meeting)


def test_taken_back_and_why_not(office, address, body):
    upload(office, address, ("comité.txt", COMMITTEE.encode()))
    row = ImportedMinutes.objects.get()
    enter, undo = (reverse(f"meetings:import_{name}", args=[row.pk]) for name in ("enter", "undo"))
    office.post(enter, {"version": "0"})
    meeting = Meeting.objects.get()
    meeting.place = "Ailleurs"
    meeting.save()
    page = office.post(undo)
    assert page.status_code == 422 and "modifiée depuis l’import" in page.content.decode()
    meeting.place = "Salle de la Coordination, Niamey"
    meeting.save()
    assert "sera retirée" in office.get(undo).content.decode()
    assert office.post(undo).url == reverse("meetings:import_review", args=[row.pk])
    assert not Meeting.objects.exists()
    # Pressed twice.
    assert office.post(undo).status_code == 302


def test_put_aside(office, address, body):
    upload(office, address, ("comité.txt", COMMITTEE.encode()))
    row = ImportedMinutes.objects.get()
    for _twice in range(2):
        office.post(reverse("meetings:import_discard", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == ImportState.DISCARDED


# Bad input ----------------------------------------------------------------------------------------


def bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 130_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("vide.txt", b"", "est vide"),
        ("ancien.doc", b"\xd0\xcf\x11\xe0", "ancien format de Word"),
        ("macros.docm", b"PK", "macros"),
        ("tableau.xlsx", b"PK", "format lu ici"),
    ],
)
def test_a_file_of_no_use_is_refused_at_once(office, address, name, content, says):
    answer = upload(office, address, (name, content))
    assert answer.status_code == 200 and says in answer.content.decode()
    assert not ImportedMinutes.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("blancs.txt", b" \n\t ", "est vide"),
        ("déguisé.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1word", "ancien format de Word"),
        ("bombe.docx", bomb(), "démesuré"),
        ("abîmé.docx", b"PK\x03\x04rien", "abîmé"),
    ],
    ids=["blank", "doc", "bomb", "broken"],
)
def test_a_file_that_cannot_be_read_says_why(office, address, name, content, says):
    upload(office, address, (name, content))
    row = ImportedMinutes.objects.get()
    if row.state == ImportState.RECEIVED:
        batches.read_imported(row.pk)
        row.refresh_from_db()
    assert (row.state, says in row.error) == (ImportState.REFUSED, True)
    page = office.get(reverse("meetings:import_batch", args=[row.batch_id])).content.decode()
    assert says in page


def test_nothing_at_all_is_asked_for_again(office, address):
    assert "Choisissez un fichier" in upload(office, address).content.decode()


def test_an_old_windows_text_and_a_name_full_of_tricks(office, address):
    upload(office, address, ("..\\..\\pv\u202ecod.txt", "Réunion tenue à Niamey".encode("cp1252")))
    row = ImportedMinutes.objects.get()
    assert (row.name, row.text) == ("pvcod.txt", "Réunion tenue à Niamey")


def test_long_documents_are_read_by_a_worker_and_the_page_follows(office, address):
    with dead_broker():
        answer = upload(office, address, ("long.txt", (COMMITTEE + "Une ligne de plus.\n" * 4000).encode()))
    row = ImportedMinutes.objects.get()
    assert row.state == ImportState.RECEIVED
    page = office.get(answer.url).content.decode()
    assert re.search("0 documents? lus? sur 1", page) and "hx-trigger" in page and "Actualiser" in page
    fragment = office.get(answer.url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and "hx-trigger" in fragment
    # Not reviewed before it is read.
    assert office.get(reverse("meetings:import_review", args=[row.pk])).url == answer.url
    batches.read_imported(row.pk)
    batches.read_imported(row.pk)
    row.refresh_from_db()
    assert (row.state, row.sheet["head"]["date"]) == (
        ImportState.READ,
        "14\N{NO-BREAK SPACE}juin\N{NO-BREAK SPACE}2018",
    )


def test_a_worker_that_was_killed_is_followed_by_another_but_not_for_ever(office, address):
    with dead_broker():
        upload(office, address, ("long.txt", b"Une ligne.\n" * 5000))
    row = ImportedMinutes.objects.get()
    for _attempt in range(3):
        assert claim(row.pk) is not None
        assert claim(row.pk) is None
        ImportedMinutes.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    with dead_broker():
        assert requeue_lost() == 1
    assert claim(row.pk) is None
    row.refresh_from_db()
    assert row.state == ImportState.REFUSED and "interrompue 3 fois" in row.error


def test_two_hundred_pages(office, address):
    page = "Le comité a examiné la situation et les participants ont échangé longuement sur ce point.\n" * 40
    upload(office, address, ("deux-cents.txt", (COMMITTEE + page * 200).encode()))
    row = ImportedMinutes.objects.get()
    batches.read_imported(row.pk)
    row.refresh_from_db()
    assert row.state == ImportState.READ
    answer = office.get(reverse("meetings:import_review", args=[row.pk]))
    assert answer.status_code == 200 and "La suite est dans le fichier" in answer.content.decode()
