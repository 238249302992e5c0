"""What the standard asks is said in words; what cannot be written stays out."""

from datetime import date

import pytest

from interventions.enums import InterventionState, Visibility
from interventions.iati import loaded, report_on
from interventions.iati.checks import refuse_doubles
from interventions.models import CoverageLine, Instrument, Intervention, InterventionRole
from taskforce.models import Agency
from tests.interventions.iati.conftest import TODAY


def codes(sheet, **options):
    found = report_on(loaded(Intervention.objects.filter(pk=sheet.pk)).get(), today=TODAY, **options)
    return {problem.code for problem in found.problems}, found.may_leave


def test_a_whole_sheet_leaves_and_is_told_what_stays(report):
    assert report.may_leave
    assert {problem.code for problem in report.problems} == {"small", "target_undated"}
    assert "1 chiffre de 1 à 4" in " ".join(problem.message for problem in report.problems)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": InterventionState.DRAFT}, "not_published"),
        ({"visibility": Visibility.PARTNERS}, "not_public"),
        ({"visibility": Visibility.AGENCY}, "not_public"),
        ({"planned_start": None, "actual_start": None}, "no_start"),
        ({"actual_end": date(2027, 1, 1)}, "future"),
        ({"actual_start": date(2027, 1, 1)}, "future"),
        ({"currency": "fcf"}, "currency"),
    ],
)
def test_what_keeps_a_sheet_out(sheet, change, code):
    Intervention.objects.filter(pk=sheet.pk).update(**change)
    found, leaves = codes(sheet)
    assert code in found and not leaves


def test_partners_may_have_theirs_and_agencies_keep_theirs(sheet):
    Intervention.objects.update(visibility=Visibility.PARTNERS)
    assert codes(sheet, partners=True)[1]
    Intervention.objects.update(visibility=Visibility.AGENCY)
    assert not codes(sheet, partners=True)[1]


@pytest.mark.parametrize(
    ("reference", "code", "leaves"),
    [
        ("", "no_reference", False),
        ("XM DAC", "bad_reference", False),
        ("A/B", "bad_reference", False),
        ("44000", "unusual_reference", True),
    ],
)
def test_the_reference_of_the_lead(sheet, reference, code, leaves):
    Agency.objects.filter(acronym="UNICEF").update(iati_ref=reference)
    found, may = codes(sheet)
    assert code in found and may is leaves


def test_nobody_responsible(sheet):
    InterventionRole.objects.filter(kind="accountable").delete()
    assert codes(sheet) == ({"no_lead", "small", "target_undated"}, False)


def test_lines_and_sectors(sheet):
    Instrument.objects.filter(code="cash-unconditional").update(dac_code="")
    assert "sector_missing" in codes(sheet)[0]
    Instrument.objects.update(dac_code="")
    assert codes(sheet)[0] >= {"no_sector"}
    CoverageLine.objects.all().delete()
    assert codes(sheet)[0] >= {"no_line"} and not codes(sheet)[1]


def test_two_sheets_never_share_an_identifier(sheet):
    other = Intervention.objects.create(
        country=sheet.country,
        code="SP/001",
        title="Une autre",
        state="published",
        visibility="public",
        planned_start=TODAY,
    )
    InterventionRole.objects.create(intervention=other, agency=Agency.objects.get(acronym="UNICEF"), kind="accountable")
    reports = [report_on(one, today=TODAY) for one in loaded(Intervention.objects.order_by("pk"))]
    refuse_doubles(reports)
    assert "identifier_twice" in {problem.code for problem in reports[1].problems}
    assert reports[0].may_leave
