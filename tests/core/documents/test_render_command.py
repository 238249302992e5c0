"""`manage.py render`."""

import zipfile
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from tests.meetings.factories import MeetingFactory

pytestmark = pytest.mark.django_db


def test_writes_the_format_of_the_extension(note, country, tmp_path, capsys):
    call_command("render", note.slug, country.pk, "-o", str(tmp_path / "a.PDF"))
    assert (tmp_path / "a.PDF").read_bytes().startswith(b"%PDF")
    call_command("render", note.slug, country.pk, "-o", str(tmp_path / "a.html"))
    assert "<h1>Niger</h1>" in (tmp_path / "a.html").read_text()
    assert "a.html (71 bytes)" in capsys.readouterr().out


def test_same_bytes_each_time(note, country, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        call_command("render", note.slug, country.pk, "-o", str(tmp_path / name))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize(
    ("slug", "pk", "output", "message"),
    [
        ("note-for-tests", None, "a.docx", r"offered as \.pdf, \.html"),
        ("note-for-tests", None, "a", r"offered as \.pdf, \.html"),
        ("note-for-tests", 0, "a.pdf", "no taskforce.Country with id 0"),
        ("note-for-tests", 10**30, "a.pdf", "no taskforce.Country"),
        ("nothing", 1, "a.pdf", "There are: .*minutes"),
    ],
)
def test_errors_say_what_to_do(note, country, tmp_path, slug, pk, output, message):
    with pytest.raises(CommandError, match=message):
        call_command("render", slug, country.pk if pk is None else pk, "-o", str(tmp_path / output))
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_made(note, country, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="Not a directory|exists"):
        call_command("render", note.slug, country.pk, "-o", str(tmp_path / "file" / "a.pdf"))


def test_refused_document(note, country, tmp_path):
    note.html = "<p>x</p>" * 500_000
    with pytest.raises(CommandError, match="trop long"):
        call_command("render", note.slug, country.pk, "-o", str(tmp_path / "a.pdf"))
    assert not list(tmp_path.iterdir())


def test_a_pack_of_files_is_written_too(tmp_path):
    meeting = MeetingFactory(task_force__slug="tf", starts_at=datetime(2016, 3, 8, 9, 30, tzinfo=UTC))
    call_command("render", "meeting-pack", meeting.pk, "-o", str(tmp_path / "a.zip"))
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        assert "apercu-ordre-du-jour-tf-2016-03-08.pdf" in package.namelist()
    with pytest.raises(CommandError, match=r"offered as \.zip\.$"):
        call_command("render", "meeting-pack", meeting.pk, "-o", str(tmp_path / "a.html"))
