"""Files of a meeting: joined, restricted, taken away; the pack that holds them."""

import hashlib
import io
import uuid
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core.actors import SYSTEM
from core.documents import services as documents_services
from core.documents.base import DocumentRefused, documents
from core.models import Artefact, JobState
from meetings.documents import packs
from meetings.enums import AttachmentKind, MeetingState, MinutesState, Visibility
from meetings.models import Attachment, MeetingYear
from meetings.queries.attachments import attachments_of
from meetings.services.agenda import delete_item
from meetings.services.attachments import attach, attach_signed_sheet, detach
from tests.meetings.factories import AgendaItemFactory, MeetingFactory, MinutesFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


def pdf(name="note.pdf", more=b""):
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + more)


@pytest.fixture
def meeting(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return MeetingFactory(state=MeetingState.HELD)


def test_a_file_is_kept_under_a_name_that_tells_nothing(meeting):
    row, created = attach(meeting, pdf("../Budget confidentiel.pdf"), actor=SYSTEM)
    assert created and row.name == "Budget confidentiel.pdf"
    assert "Budget" not in row.file.name and row.file.name.startswith("attachments/")
    assert row.sha256 == hashlib.sha256(b"%PDF-1.7\n").hexdigest()
    assert row.content_type == "application/pdf"


def test_the_same_file_twice_is_one(meeting):
    first, _created = attach(meeting, pdf(), actor=SYSTEM)
    again, created = attach(meeting, pdf("autre nom.pdf"), actor=SYSTEM)
    assert again == first and not created
    _other, created = attach(meeting, pdf(), item=AgendaItemFactory(meeting=meeting), actor=SYSTEM)
    assert created, "under another point it is another"


def test_a_bad_file_leaves_nothing_behind(meeting, settings):
    with pytest.raises(ValidationError):
        attach(meeting, SimpleUploadedFile("faux.pdf", b"MZ"), actor=SYSTEM)
    assert not Attachment.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_file_is_not_joined_to_another_meetings_point(meeting):
    with pytest.raises(ValidationError, match="plus à l’ordre du jour"):
        attach(meeting, pdf(), item=AgendaItemFactory(), actor=SYSTEM)


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.CANCELLED])
def test_nothing_is_joined_to_a_meeting_that_is_over(meeting, state):
    meeting.state = state
    meeting.save()
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        attach(meeting, pdf(), actor=SYSTEM)


def test_the_signed_sheet_may_come_after_the_closing(meeting):
    meeting.state = MeetingState.CLOSED
    meeting.save()
    row, _created = attach_signed_sheet(meeting, pdf("scan.pdf"), actor=SYSTEM)
    assert row.kind == AttachmentKind.SIGNED_SHEET
    detach(row, actor=SYSTEM)
    assert not meeting.attachments.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("feuille.docx", b"PK\x03\x04"), ("feuille.pdf", b""), ("feuille.pdf", b"GIF89a"), ("feuille.png", b"%PDF-1.4")],
    ids=["a Word file", "0 bytes", "not what it says", "wrong extension"],
)
def test_a_sheet_that_is_no_scan_is_refused(meeting, name, data):
    with pytest.raises(ValidationError):
        attach_signed_sheet(meeting, SimpleUploadedFile(name, data), actor=SYSTEM)
    assert not Attachment.objects.exists()


def test_a_meeting_put_off_has_no_signed_sheet(meeting):
    meeting.state = MeetingState.POSTPONED
    meeting.save()
    with pytest.raises(ValidationError, match="feuille signée"):
        attach_signed_sheet(meeting, pdf(), actor=SYSTEM)


def test_the_file_of_a_restricted_point_is_restricted(meeting):
    secret = AgendaItemFactory(meeting=meeting, visibility=Visibility.RESTRICTED)
    row, _created = attach(meeting, pdf(), item=secret, actor=SYSTEM)
    whole, _created = attach(meeting, pdf("autre.pdf", b"2"), actor=SYSTEM)
    assert row.is_restricted
    assert set(attachments_of(meeting, restricted=False)) == {whole}
    assert set(attachments_of(meeting, restricted=True)) == {row, whole}


def test_a_point_with_a_file_is_not_removed_silently(meeting):
    item = AgendaItemFactory(meeting=meeting)
    attach(meeting, pdf(), item=item, actor=SYSTEM)
    with pytest.raises(ValidationError, match="fichiers"):
        delete_item(item, actor=SYSTEM)


def test_a_file_taken_away_is_gone_from_the_disk_once_that_is_certain(meeting, django_capture_on_commit_callbacks):
    row, _created = attach(meeting, pdf(), actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        detach(row, actor=SYSTEM)
        assert default_storage.exists(row.file.name), "the transaction may still fail"
    assert not default_storage.exists(row.file.name)
    detach(row, actor=SYSTEM)


# The pack ------------------------------------------------------------------------------------------


def pack(slug, obj, user):
    """The ZIP as a worker makes it."""
    document = documents.get(slug)()
    asked = documents_services.request_document(user, document, obj, "zip")
    documents_services.run_job(uuid.UUID(str(asked.pk)))
    asked.refresh_from_db()
    assert asked.state == JobState.DONE, asked.error
    return asked.artefact, zipfile.ZipFile(io.BytesIO(asked.artefact.file.read()))


def test_the_pack_holds_what_a_member_may_read(meeting):
    reader = member(meeting.task_force).user
    secret = AgendaItemFactory(meeting=meeting, position=1, visibility=Visibility.RESTRICTED)
    plain = AgendaItemFactory(meeting=meeting, position=2)
    attach(meeting, pdf("secret.pdf", b"1"), item=secret, actor=SYSTEM)
    attach(meeting, pdf("Note.pdf", b"2"), item=plain, actor=SYSTEM)
    attach(meeting, pdf("note.pdf", b"3"), item=plain, actor=SYSTEM)
    attach_signed_sheet(meeting, pdf("scan.pdf", b"4"), actor=SYSTEM)
    MinutesFactory(meeting=meeting, state=MinutesState.DRAFT)
    artefact, package = pack("meeting-pack", meeting, reader)
    names = package.namelist()
    assert len(names) == len({name.casefold() for name in names}), "some systems do not tell case apart"
    assert not [name for name in names if "secret" in name or "compte-rendu" in name]
    assert {"pieces-jointes/point-02/Note.pdf", "pieces-jointes/point-02/note (2).pdf"} <= set(names)
    assert "feuille-signee/scan.pdf" in names
    assert sum(name.endswith("2016-03-08.pdf") for name in names) == 3
    lines = [line for line in package.read("MANIFEST.txt").decode().splitlines() if not line.startswith("#")]
    assert len(lines) == len(names) - 1
    for line in lines:
        digest, _gap, name = line.partition("  ")
        assert hashlib.sha256(package.read(name)).hexdigest() == digest
    assert artefact.is_preview, "what it holds is kept already"
    assert documents_services.downloadable(reader, artefact)
    assert not documents_services.downloadable(member(TaskForceFactory()).user, artefact)


def test_shared_minutes_are_in_the_pack_and_the_same_pack_is_made_once(meeting):
    reader = member(meeting.task_force).user
    MinutesFactory(meeting=meeting, state=MinutesState.CIRCULATED)
    meeting.refresh_from_db()
    first, package = pack("meeting-pack", meeting, reader)
    assert [name for name in package.namelist() if "compte-rendu" in name]
    again, _package = pack("meeting-pack", meeting, reader)
    assert again == first
    assert Artefact.objects.filter(document="meeting-pack").count() == 1


def test_the_year_has_a_folder_a_meeting(meeting):
    body = meeting.task_force
    MeetingFactory(task_force=body, starts_at=datetime(2016, 5, 10, 9, 30, tzinfo=UTC), state=MeetingState.HELD)
    MeetingFactory(task_force=body, starts_at=datetime(2016, 5, 10, 14, 30, tzinfo=UTC), state=MeetingState.HELD)
    MeetingFactory(task_force=body, starts_at=datetime(2016, 6, 10, 9, 30, tzinfo=UTC), state=MeetingState.CANCELLED)
    MeetingFactory(task_force=body, starts_at=datetime(2017, 1, 10, 9, 30, tzinfo=UTC), state=MeetingState.HELD)
    year = MeetingYear.objects.create(task_force=body, year=2016)
    _artefact, package = pack("year-pack", year, member(body).user)
    folders = {name.partition("/")[0] for name in package.namelist() if "/" in name}
    assert folders == {"2016-03-08", "2016-05-10", "2016-05-10 (2)"}
    assert documents.get("year-pack")().queryset(member(TaskForceFactory()).user).count() == 0


def test_a_lost_file_is_said_and_the_pack_not_made(meeting):
    reader = member(meeting.task_force).user
    row, _created = attach(meeting, pdf(), actor=SYSTEM)
    default_storage.delete(row.file.name)
    asked = documents_services.request_document(reader, documents.get("meeting-pack")(), meeting, "zip")
    documents_services.run_job(uuid.UUID(str(asked.pk)))
    asked.refresh_from_db()
    assert asked.state == JobState.FAILED and "note.pdf" in asked.error


def test_a_pack_that_nobody_could_download_is_refused(meeting, monkeypatch):
    monkeypatch.setattr(packs, "LIMIT", 5)
    attach(meeting, pdf(), actor=SYSTEM)
    document = documents.get("meeting-pack")()
    with pytest.raises(DocumentRefused, match="trop lourd"):
        document.build(document.canonical(meeting), while_waiting=lambda: None)
