"""The words of files: read once, by one worker, whatever is lost on the way; found by whoever may read the file."""

import io
import logging
import os
import signal
from datetime import timedelta

import docx
import pytest
from celery.signals import before_task_publish
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import file_text
from core.actors import SYSTEM
from core.models import SearchEntry
from core.search.indexing import index_marked
from core.search.queries import find
from core.search.words import read_words
from meetings.enums import MeetingState, TextState, Visibility
from meetings.models import Attachment, AttachmentText
from meetings.services import file_texts
from meetings.services.attachments import attach, detach
from meetings.tasks import read_attachment, requeue_attachments
from taskforce.models import User
from tests.broker import dead_broker
from tests.meetings.factories import AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return MeetingFactory(state=MeetingState.HELD)


@pytest.fixture
def sent_tasks():
    """(name, arguments) of the messages that reach the broker."""
    sent = []

    def note(sender, body, **_more):
        sent.append((sender, tuple(body[0])))

    before_task_publish.connect(note)
    yield sent
    before_task_publish.disconnect(note)


def word_file(text, name="note.docx"):
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(file)
    return SimpleUploadedFile(name, file.getvalue())


def joined(meeting, file, **more):
    return attach(meeting, file, actor=SYSTEM, **more)[0]


def words_of(row):
    return AttachmentText.objects.get(pk=row.pk)


def found_by(user, text):
    index_marked()
    return [hit.entry.object_id for hit in find(User.objects.get(pk=user.pk), read_words(text)).hits]


def lost(row):
    """As if the message had been lost a while ago."""
    Attachment.objects.filter(pk=row.pk).update(uploaded_at=timezone.now() - 2 * file_texts.PATIENCE)


def test_what_a_file_says_is_found_and_quoted(meeting):
    user = member(meeting.task_force, role="titular").user
    row = joined(meeting, word_file("Le plan de contingence pour les inondations"))
    assert found_by(user, "contingence") == []

    read_attachment(row.pk)

    assert words_of(row).state == TextState.READ
    assert found_by(user, "contingence inondation") == [row.pk]
    hit = find(User.objects.get(pk=user.pk), read_words("contingence")).hits[0]
    assert "<mark>contingence</mark>" in hit.extract
    assert hit.entry.get_absolute_url().endswith(f"/pieces/#fichier-{row.pk}")
    assert [url for _label, url in hit.links] == [
        f"/reunions/{meeting.pk}/pieces/{row.pk}/",
        f"/reunions/{meeting.pk}/",
    ]


def test_the_file_of_a_restricted_point_is_found_by_who_may_read_it(meeting):
    item = AgendaItemFactory(meeting=meeting, visibility=Visibility.RESTRICTED)
    titular, secretary = (member(meeting.task_force, role=role).user for role in ("titular", "secretariat"))
    stranger = member(MeetingFactory().task_force, role="secretariat").user
    row = joined(meeting, word_file("Licenciement collectif"), item=item)
    read_attachment(row.pk)

    assert found_by(secretary, "licenciement") == [row.pk]
    assert found_by(titular, "licenciement") == found_by(stranger, "licenciement") == []

    item.visibility = Visibility.MEMBERS
    item.save()
    assert found_by(titular, "licenciement") == [row.pk]


@pytest.mark.parametrize(
    ("content", "name", "state"),
    [
        (b"%PDF-1.7\nabc", "abime.pdf", TextState.UNREADABLE),
        (b"... --- ...", "morse.txt", TextState.WORDLESS),
    ],
)
def test_a_file_without_words_is_found_by_its_name(meeting, content, name, state):
    user = member(meeting.task_force, role="titular").user
    row = joined(meeting, SimpleUploadedFile(name, content))

    read_attachment(row.pk)

    assert words_of(row).state == state
    assert found_by(user, name.partition(".")[0]) == [row.pk]


def test_a_file_that_is_gone_from_the_disk_is_not_asked_for_again(meeting):
    row = joined(meeting, word_file("Perdu"))
    row.file.storage.delete(row.file.name)

    read_attachment(row.pk)

    assert words_of(row).state == TextState.UNREADABLE
    lost(row)
    assert file_texts.requeue_lost() == 0


def test_a_file_taken_away_is_forgotten_with_its_words(meeting):
    user = member(meeting.task_force, role="titular").user
    row = joined(meeting, word_file("Contingence"))
    read_attachment(row.pk)
    assert found_by(user, "contingence")

    detach(row, actor=SYSTEM)

    assert not AttachmentText.objects.exists()
    assert found_by(user, "contingence") == []
    read_attachment(row.pk)
    assert not SearchEntry.objects.filter(kind="attachment").exists()


def test_the_message_leaves_when_the_file_is_kept(meeting, sent_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = joined(meeting, word_file("Note"))
        joined(meeting, SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n"))

    assert [task for task in sent_tasks if task[0] == file_texts.READ_TASK] == [(file_texts.READ_TASK, (row.pk,))]


def test_a_lost_message_is_sent_again(meeting, sent_tasks, django_capture_on_commit_callbacks):
    row = joined(meeting, word_file("Note"))
    requeue_attachments()
    assert file_texts.requeue_lost() == 0, "it may still be on its way"

    lost(row)
    with django_capture_on_commit_callbacks(execute=True):
        requeue_attachments()
    assert (file_texts.READ_TASK, (row.pk,)) in sent_tasks

    read_attachment(row.pk)
    assert file_texts.requeue_lost() == 0


def test_two_workers_read_a_file_once(meeting, caplog):
    row = joined(meeting, word_file("Note"))
    AttachmentText.objects.create(attachment=row, claimed_until=timezone.now() + timedelta(seconds=30), attempts=1)

    read_attachment(row.pk)

    assert words_of(row).state == TextState.WAITING
    assert file_texts.requeue_lost() == 0


def test_a_killed_worker_frees_the_file_three_times(meeting, caplog):
    row = joined(meeting, word_file("Note"))
    past = timezone.now() - timedelta(seconds=1)
    AttachmentText.objects.create(attachment=row, claimed_until=past, attempts=2)
    assert file_texts.requeue_lost() == 1

    read_attachment(row.pk)
    assert words_of(row).state == TextState.READ

    AttachmentText.objects.filter(pk=row.pk).update(state=TextState.WAITING, claimed_until=past, attempts=3)
    with caplog.at_level(logging.WARNING):
        read_attachment(row.pk)
    assert words_of(row).state == TextState.UNREADABLE
    assert "given up" in caplog.text


def test_the_reader_killed_under_way_is_started_again(meeting):
    first, second = joined(meeting, word_file("Un")), joined(meeting, word_file("Deux", "deux.docx"))
    read_attachment(first.pk)
    os.kill(file_text._reader.pid, signal.SIGKILL)

    read_attachment(second.pk)

    assert words_of(second).text == "Deux"


def test_joining_a_file_does_not_wait_for_the_broker(meeting, django_capture_on_commit_callbacks):
    with dead_broker(), django_capture_on_commit_callbacks(execute=True):
        row = joined(meeting, word_file("Note"))

    lost(row)
    assert file_texts.requeue_lost() == 1
