"""IATI activities in: a row a location, with what the file says and nothing shared out."""

from decimal import Decimal

import pytest

from core.imports.tables import UnreadableTableError
from interventions.enums import RoleKind
from tests.interventions.imports.test_command import SAMPLES

MINIMAL = SAMPLES / "iati" / "minimal_2.03_niger_sp.xml"
ROLES = '<participating-org role="1"><narrative>Banque mondiale</narrative></participating-org><participating-org role="2"><narrative>PAM</narrative></participating-org><participating-org role="4"><narrative>World Vision</narrative></participating-org>'


def activity(*parts, title="Cantines scolaires de Zinder", code="XM-1-NE-7", country="NE"):
    return (
        f"<iati-activity default-currency='XOF'><iati-identifier>{code}</iati-identifier>"
        f"<title><narrative xml:lang='en'>School meals</narrative><narrative xml:lang='fr'>{title}</narrative></title>"
        f"<activity-status code='2'/><activity-date type='1' iso-date='2023-01-01'/><activity-date type='2' iso-date='2023-02-01'/>"
        f"<activity-date type='3' iso-date='2024-12-31'/><recipient-country code='{country}'/>{''.join(parts)}</iati-activity>"
    )


def place(code, name):
    return f"<location ref='{code}'><name><narrative>{name}</narrative></name></location>"


def budget(value):
    return f"<budget><value currency='USD'>{value}</value></budget>"


def iati(path, *activities, version="2.03", head=""):
    path.write_text(
        f"<?xml version='1.0'?>{head}<iati-activities version='{version}'>{''.join(activities)}</iati-activities>"
    )
    return path


def test_a_row_a_location(tmp_path, counts):
    path = iati(
        tmp_path / "a.xml",
        activity(ROLES, place("NE007004", "Gouré"), place("NE007009", "Tanout (département)"), budget(5000)),
        activity(ROLES, place("NE004003", "Dakoro"), budget(5000), code="B"),
        activity(ROLES, "<activity-scope code='4'/>", code="C"),
        activity(ROLES, code="D"),
        activity(ROLES, place("", "Borno"), code="E", country="NG"),
    )
    found, sheet = counts(path, "NER")
    assert [found[part] for part in ("rows", "resolved", "out_of_scope", "new", "refused")] == [6, 4, 1, 4, 1]
    assert [line.unit.pcode if line.unit else "" for line in sheet.lines] == ["NE007004", "NE007009", "NE004003", ""]
    # The budget of an activity in two places is shared out between none.
    assert [row.budget for row in sheet.rows[:3]] == [None, None, Decimal("5000.00")]
    first = sheet.rows[0]
    assert (str(first.starts_on), str(first.ends_on), first.state) == ("2023-02-01", "2024-12-31", "ongoing")
    assert (first.intervention.title, first.instrument.code) == ("Cantines scolaires de Zinder", "school-feeding")
    assert {kind: [one.agency.acronym for one in some] for kind, some in first.roles.items()} == {
        RoleKind.ACCOUNTABLE: ["PAM"], RoleKind.FUNDER: ["Banque mondiale"], RoleKind.IMPLEMENTER: ["World Vision"],
    }  # fmt: skip
    assert "place_missing" in {one["code"] for one in found["issues"]}


def test_our_own_tag_names_the_instrument(tmp_path, counts):
    tag = "<tag vocabulary='99' vocabulary-uri='https://example.org/#instruments' code='social-pension'/>"
    found, sheet = counts(iati(tmp_path / "a.xml", activity(ROLES, tag, place("NE007004", "Gouré"))), "NER")
    assert [line.instrument.code for line in sheet.lines] == ["social-pension"]
    assert "instrument_proposed" not in {one["code"] for one in found["issues"]}


@pytest.mark.skipif(not MINIMAL.exists(), reason="the sample is not there")
def test_the_sample(counts):
    found, sheet = counts(MINIMAL, "NER")
    assert (found["rows"], found["resolved"], found["refused"]) == (1, 1, 1)
    assert sheet.rows[0].unit.pcode == "NE004007"
    # Two purpose codes, and a title that names no instrument: somebody chooses.
    assert {one["code"] for one in found["issues"]} == {"instrument_unknown", "organisation_unknown"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<?xml version='1.0'?><iati-activities version='2.03'><iati-activity>", "abîmé"),
        ("<?xml version='1.0'?><rss/>", "IATI"),
        ("<?xml version='1.0'?><iati-activities version='1.05'/>", "1.05"),
        ("<?xml version='1.0'?><iati-activities/>", "version"),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><iati-activities version='2.03'/>", "interdites"),
    ],
)
def test_files_that_are_none(tmp_path, counts, content, reason):
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(UnreadableTableError, match=reason):
        counts(tmp_path / "a.xml", "NER")
