"""`manage.py import_minutes`: what other programs read."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from meetings.models import Meeting

pytestmark = pytest.mark.django_db
KEYS = [
    "title", "date", "start", "end", "place", "chair", "agencies", "agenda", "actions", "decisions", "conclusions",
    "updates", "cited_not_present", "external_events", "rule", "next_meeting", "flags",
]  # fmt: skip


def test_one_json_object_and_nothing_saved(tmp_path, capsys):
    file = tmp_path / "pv.txt"
    file.write_text("Réunion du comité\nJeudi 14 juin 2018\nDe 10h à 12h\nPrésents : M. Jean Exemple (BIT)", "utf-8")
    call_command("import_minutes", str(file), "--dry-run", "--json")
    read = json.loads(capsys.readouterr().out)
    assert list(read) == KEYS
    assert (read["date"], read["start"], read["end"]) == ("2018-06-14", "10:00", "12:00")
    assert read["agencies"] == [
        {
            "label": "BIT",
            "agency": "BIT",
            "people": [{"civility": "M.", "name": "Jean Exemple", "status": "present", "replaces": None}],
        }
    ]
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1word"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, content):
    file = tmp_path / "pv.doc"
    file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_minutes", str(file), "--dry-run", "--json")


def test_a_missing_file_and_a_missing_flag_are_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_minutes", str(tmp_path / "none.txt"), "--dry-run")
    with pytest.raises(CommandError, match="--dry-run"):
        call_command("import_minutes", str(tmp_path / "none.txt"))


def test_without_the_tables_of_the_database_the_organisations_that_are_shipped_are_known(tmp_path, capsys):
    file = tmp_path / "pv.txt"
    file.write_text("Réunion du comité\nJeudi 14 juin 2018\nPrésents : M. Jean Exemple (BIT)", "utf-8")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE taskforce_agency RENAME TO taskforce_agency_away")
    call_command("import_minutes", str(file), "--dry-run", "--json")
    told = capsys.readouterr()
    assert [entry["agency"] for entry in json.loads(told.out)["agencies"]] == ["BIT"]
    assert "left out" in told.err
