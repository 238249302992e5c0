"""The corpus of files: what each comes to, and that nothing is ever lost or told in another language."""

import pytest

from core.imports.tables import UnreadableTableError
from tests.interventions.imports.corpus import CASES, UNREADABLE
from tests.interventions.imports.corpus_field import FIELD_CASES

PARTS = ("rows", "resolved", "out_of_scope", "new", "refused")


def test_every_file_comes_to_what_it_says(tmp_path, counts):
    """In one test: the reference data are loaded once for all of them."""
    wrong = {}
    for number, case in enumerate([*CASES, *FIELD_CASES]):
        folder = tmp_path / str(number)
        folder.mkdir()
        found, sheet = counts(case.build(folder), case.country, **case.options)
        told = {issue["code"] for issue in found["issues"]}
        expected = {"counts": case.counts, "lacking": set(), "too much": set(), "units": case.units}
        units = [line.unit.pcode if line.unit else "" for line in sheet.lines] if case.units is not None else None
        come_to = {
            "counts": tuple(found[part] for part in PARTS),
            "lacking": case.told - told,
            "too much": case.untold & told,
            "units": units,
        }
        if come_to != expected:
            wrong[case.name] = (come_to, expected, told)
        unsaid = [row.number for row in sheet.rows if row.status == "refused" and not reasons(sheet, row)]
        assert unsaid == [], f"{case.name}: refused without a reason"
    assert wrong == {}
    assert len(CASES) >= 25


def reasons(sheet, row):
    return [one for one in sheet.issues if one.severity == "error" and (one.sheet, one.row) == (row.sheet, row.number)]


@pytest.mark.parametrize(("name", "content", "reason"), UNREADABLE, ids=[one[0] for one in UNREADABLE])
def test_files_without_a_table(tmp_path, counts, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableTableError) as caught:
        counts(path, "SEN")
    assert reason in str(caught.value)
