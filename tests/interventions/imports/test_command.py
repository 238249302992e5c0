"""`manage.py import_coverage`: what it prints, for files that are read and for those that are not."""

import json
import os
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.interventions.imports.files import text_file, workbook

KEYS = ["rows", "resolved", "out_of_scope", "new", "changed", "unchanged", "refused", "issues"]
SAMPLES = Path(os.environ.get("SOCLE_SAMPLES", Path(__file__).resolve().parents[4] / "shared" / "samples"))
ROWS = [["Structure", "Activité", "Région", "Département", "Début"], ["PAM", "Cantines scolaires", "Matam", "Kanel", "2016"],
        ["PAM", "Cantines scolaires", "Matam", "Nulle part", "2016"]]  # fmt: skip


def told(path, country="SEN", **options):
    out = StringIO()
    call_command("import_coverage", str(path), country=country, dry_run=True, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_counts_and_issues_of_a_file(tmp_path, reference):
    found = told(text_file(tmp_path / "a.csv", ROWS, delimiter=";"))
    assert list(found) == KEYS
    assert [found[key] for key in KEYS[:-1]] == [2, 1, 0, 1, 0, 0, 1]
    [issue] = found["issues"]
    assert (issue["sheet"], issue["row"], issue["column"], issue["code"]) == ("", 3, "D", "place_unknown")
    assert issue["message"].startswith("« Nulle part » n’est pas un lieu connu de la région Matam.")
    out = StringIO()
    call_command("import_coverage", str(tmp_path / "a.csv"), country="sen", dry_run=True, stdout=out)
    assert "rows: 2" in out.getvalue()
    assert "[place_unknown]" in out.getvalue()


def test_what_is_asked_wrongly_is_told(tmp_path, reference):
    path = text_file(tmp_path / "a.csv", ROWS)
    with pytest.raises(CommandError, match="--dry-run"):
        call_command("import_coverage", str(path), country="SEN")
    with pytest.raises(CommandError, match="No country XYZ"):
        told(path, country="XYZ")
    with pytest.raises(CommandError, match="--default-year"):
        told(path, default_year=16)
    with pytest.raises(CommandError):
        told(tmp_path / "absent.csv")


def test_a_file_without_a_table_is_an_issue(tmp_path, reference):
    (tmp_path / "a.csv").write_text("Bonjour,\nvoici nos activités.", "utf-8")
    found = told(tmp_path / "a.csv")
    assert [found[key] for key in KEYS[:-1]] == [0] * 7
    assert [issue["code"] for issue in found["issues"]] == ["unreadable"]


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_damaged_workbook_is_an_issue(tmp_path, reference, part):
    """Bytes lost in the middle of a compressed part, as interrupted copies leave them."""
    path = workbook(tmp_path / "a.xlsx", {"A": ROWS * 400})
    with zipfile.ZipFile(path) as package:
        info = package.getinfo(part)
        at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content = bytearray(path.read_bytes())
    content[at : at + 12] = b"\xff" * 12
    path.write_bytes(bytes(content))
    found = told(path)
    assert found["rows"] == 0
    assert [issue["code"] for issue in found["issues"]] == ["unreadable"]
    assert "abîmé" in found["issues"][0]["message"]


def test_corrections_are_taken(tmp_path, reference):
    mapping = {"columns": {"Zone": "adm2_name"}, "values": {"place": {"Nulle part": "SN0902"}}}
    (tmp_path / "m.json").write_text(json.dumps(mapping), "utf-8")
    rows = [["Structure", "Activité", "Zone", "Début"], ["PAM", "Cantines scolaires", "Nulle part", "2016"]]
    found = told(text_file(tmp_path / "a.csv", rows), mapping=tmp_path / "m.json")
    assert (found["resolved"], found["new"]) == (1, 1)


@pytest.mark.skipif(not (SAMPLES / "hxl" / "rowca-3w-hxl.csv").exists(), reason="the sample is not there")
def test_the_sample_of_two_countries(reference):
    """Places of Senegal are known to their region and spread over no department; Mali is out of scope."""
    path = SAMPLES / "hxl" / "rowca-3w-hxl.csv"
    found = told(path)
    assert [found[key] for key in KEYS[:-1]] == [244, 112, 132, 0, 0, 0, 112]
    told_of = [issue["code"] for issue in found["issues"]]
    assert told_of.count("year_missing") == 112
    # 52 rows count months of support and 5 quantities of food.
    assert told_of.count("not_people") == 57
    found = told(path, default_year=2014)
    assert [found[key] for key in KEYS[:-1]] == [244, 112, 132, 112, 0, 0, 0]


@pytest.mark.skipif(not (SAMPLES / "hxl").exists(), reason="the samples are not there")
@pytest.mark.parametrize("name", ["libhxl_input-valid.csv", "libhxl_input-valid-latin1.csv", "libhxl_input-fuzzy.csv"])
def test_samples_of_other_countries(reference, name):
    found = told(SAMPLES / "hxl" / name)
    assert (found["rows"], found["out_of_scope"]) == (4, 4)
