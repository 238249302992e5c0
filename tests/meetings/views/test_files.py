"""Files of a meeting over the web: bad uploads, downloads, restricted points, the summary, the pack of a year."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.actors import SYSTEM
from core.documents.base import documents
from core.uploads import UPLOAD_LIMIT
from meetings.enums import AttachmentKind, MeetingState, Visibility
from meetings.models import Attachment, MeetingYear
from meetings.queries.summary import summary_text
from meetings.services.attachments import attach
from tests.meetings.factories import (
    AgendaItemFactory,
    AttendanceFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
)
from tests.taskforce.factories import ActionItemFactory, AgencyFactory, DecisionFactory, PersonFactory, member

pytestmark = pytest.mark.django_db


def pdf(name="note.pdf", more=b""):
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + more)


@pytest.fixture
def meeting(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return MeetingFactory(state=MeetingState.HELD)


@pytest.fixture
def secretary(client, meeting):
    client.force_login(member(meeting.task_force, role="secretariat").user)
    return client


def url(name, meeting, *more):
    return reverse(f"meetings:{name}", args=[meeting.pk, *more])


def test_a_file_is_joined_and_comes_back_as_a_download(secretary, meeting):
    item = AgendaItemFactory(meeting=meeting)
    answer = secretary.post(url("file_list", meeting), {"file": pdf("Budget é.pdf"), "item": item.pk}, follow=True)
    assert "Budget é.pdf" in answer.content.decode()
    row = Attachment.objects.get()
    assert row.agenda_item == item
    got = secretary.get(url("file_download", meeting, row.pk))
    assert b"".join(got.streaming_content) == b"%PDF-1.7\n"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Type"] == "application/pdf"
    assert "no-store" in got["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("vide.pdf", b"", "vide"),
        ("macro.docm", b"PK\x03\x04 broken", "abîmé"),
        ("note.docx", b"%PDF-1.7", "extension"),
        ("page.html", b"<script>", "pas accepté"),
        ("rapport\u202excod.exe", b"MZ", "pas accepté"),
    ],
    ids=["0 bytes", "docm", "wrong extension", "HTML", "RTL name"],
)
def test_a_bad_file_is_refused_in_french_and_nothing_is_kept(secretary, meeting, name, data, said):
    answer = secretary.post(url("file_list", meeting), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert not Attachment.objects.exists()


def test_fifty_one_megabytes_are_refused(secretary, meeting):
    file = SimpleUploadedFile("grand.pdf", b"%PDF-" + b"\x00" * UPLOAD_LIMIT)
    answer = secretary.post(url("file_list", meeting), {"file": file})
    assert answer.status_code == 422
    assert "trop lourd" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_no_file_at_all_is_said(secretary, meeting):
    assert secretary.post(url("file_list", meeting), {}).status_code == 422
    assert secretary.post(url("sheet_add", meeting), {}).status_code == 422


def test_another_meetings_point_is_no_choice(secretary, meeting):
    answer = secretary.post(url("file_list", meeting), {"file": pdf(), "item": AgendaItemFactory().pk})
    assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_the_signed_sheet(secretary, meeting):
    secretary.post(url("sheet_add", meeting), {"sheet": pdf("scan.pdf")})
    assert Attachment.objects.get().kind == AttachmentKind.SIGNED_SHEET
    answer = secretary.post(url("sheet_add", meeting), {"sheet": SimpleUploadedFile("x.docx", b"PK\x03\x04")})
    assert answer.status_code == 422


def test_the_file_of_a_restricted_point_is_nowhere_for_a_member(client, meeting):
    secret = AgendaItemFactory(meeting=meeting, visibility=Visibility.RESTRICTED)
    row, _created = attach(meeting, pdf("secret.pdf"), item=secret, actor=SYSTEM)
    client.force_login(member(meeting.task_force).user)
    assert client.get(url("file_download", meeting, row.pk)).status_code == 404
    for page in (url("file_list", meeting), meeting.get_absolute_url(), url("summary", meeting)):
        assert "secret.pdf" not in client.get(page).content.decode()
    client.force_login(member(meeting.task_force, role="chair").user)
    assert client.get(url("file_download", meeting, row.pk)).status_code == 200
    assert "secret.pdf" in client.get(meeting.get_absolute_url()).content.decode()


def carried_on(item, meeting, **facts):
    """The point in a later meeting of the same body."""
    later = MeetingFactory(task_force=meeting.task_force, starts_at=meeting.starts_at.replace(month=5))
    return AgendaItemFactory(meeting=later, carried_from=item, title=item.title, **facts)


def test_a_point_put_off_twice_shows_the_files_of_its_origin(client, meeting):
    first = AgendaItemFactory(meeting=meeting)
    attach(meeting, pdf("Note de cadrage.pdf"), item=first, actor=SYSTEM)
    last = carried_on(carried_on(first, meeting), meeting)
    client.force_login(member(meeting.task_force).user)
    shown = client.get(last.meeting.get_absolute_url()).content.decode()
    file = Attachment.objects.get()
    assert f'href="{url("file_download", meeting, file.pk)}"' in shown and "Note de cadrage.pdf" in shown
    content = documents.get("agenda")().get_context(last.meeting)
    assert [item["files"] for item in content["items"]] == [["Note de cadrage.pdf"]]


def test_a_point_opened_to_all_does_not_open_the_files_of_its_restricted_origin(client, meeting):
    first = AgendaItemFactory(meeting=meeting, visibility=Visibility.RESTRICTED)
    attach(meeting, pdf("Contentieux.pdf"), item=first, actor=SYSTEM)
    last = carried_on(first, meeting)
    for role, is_read in (("titular", False), ("secretariat", True)):
        client.force_login(member(meeting.task_force, role=role).user)
        assert ("Contentieux" in client.get(last.meeting.get_absolute_url()).content.decode()) == is_read
    assert documents.get("agenda")().get_context(last.meeting)["items"][0]["files"] == []


def test_each_button_names_its_document(secretary, meeting):
    shown = html.unescape(secretary.get(meeting.get_absolute_url()).content.decode())
    for name in ("Ordre du jour", "Convocation", "Feuille de présence", "Liste pour l’accueil", "Liste des actions"):
        for extension in ("PDF", "Word"):
            assert f"Préparer «\u00a0{name}\u00a0»\u00a0: </span>{extension}</button>" in shown


def test_a_file_is_not_reached_through_another_meeting(secretary, meeting):
    row, _created = attach(meeting, pdf(), actor=SYSTEM)
    other = MeetingFactory(task_force=meeting.task_force)
    assert secretary.get(url("file_download", other, row.pk)).status_code == 404
    assert secretary.post(url("file_remove", other, row.pk)).status_code == 404
    assert Attachment.objects.exists()


def test_a_file_that_the_disk_lost_is_not_found(secretary, meeting):
    row, _created = attach(meeting, pdf(), actor=SYSTEM)
    row.file.storage.delete(row.file.name)
    assert secretary.get(url("file_download", meeting, row.pk)).status_code == 404


def test_taking_a_file_away_twice_is_no_error(secretary, meeting):
    row, _created = attach(meeting, pdf(), actor=SYSTEM)
    secretary.post(url("file_remove", meeting, row.pk))
    answer = secretary.post(url("file_remove", meeting, row.pk), follow=True)
    assert "n’est plus joint" in answer.content.decode()
    assert secretary.post(url("file_remove", meeting, 10**9)).status_code == 404


# The summary ---------------------------------------------------------------------------------------


def test_the_summary_says_who_what_and_by_when(client, meeting):
    agency = AgencyFactory(acronym="BIT")
    AttendanceFactory(meeting=meeting, agency=agency, person=PersonFactory())
    secret = AgendaItemFactory(meeting=meeting, visibility=Visibility.RESTRICTED)
    MeetingDecisionFactory(
        meeting=meeting, decision=DecisionFactory(task_force=meeting.task_force, text="Le plan\nest <adopté>.")
    )
    MeetingDecisionFactory(
        meeting=meeting, agenda_item=secret, decision=DecisionFactory(task_force=meeting.task_force, text="Un secret.")
    )
    action = ActionItemFactory(task_force=meeting.task_force, text="Partager la liste", due_on=None)
    action.owners.create(agency=agency)
    MeetingActionFactory(meeting=meeting, action=action)
    text = summary_text(meeting)
    assert "8\N{NO-BREAK SPACE}mars 2016" in text and "BIT" in text
    assert "Le plan est <adopté>." in text and "Un secret." not in text
    assert "Partager la liste (BIT, sans échéance)" in text
    client.force_login(member(meeting.task_force).user)
    page = client.get(url("summary", meeting)).content.decode()
    assert "<textarea" in page and "readonly" in page
    assert "&lt;adopté&gt;" in page, "it is text, not mark-up"
    assert html.unescape(page.partition("readonly>")[2].partition("</textarea>")[0]) == text


def test_an_empty_meeting_has_a_summary_too(meeting):
    meeting.place = meeting.theme = ""
    assert "8\N{NO-BREAK SPACE}mars 2016" in summary_text(meeting)
    assert "ACTIONS" not in summary_text(meeting)


# The year ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [0, 1, 1999, 2199, 99999999999])
def test_a_year_without_meetings_has_no_pack(client, meeting, year):
    client.force_login(member(meeting.task_force).user)
    answer = client.post(reverse("meetings:year_pack", args=[meeting.task_force.slug, year]))
    assert answer.status_code == 404
    assert not MeetingYear.objects.exists()


def test_asking_twice_for_a_year_makes_one_job(client, meeting):
    client.force_login(member(meeting.task_force).user)
    address = reverse("meetings:year_pack", args=[meeting.task_force.slug, 2016])
    first, second = client.post(address), client.post(address)
    assert first["Location"] == second["Location"]
    assert client.get(first["Location"]).status_code == 200
    assert MeetingYear.objects.count() == 1
