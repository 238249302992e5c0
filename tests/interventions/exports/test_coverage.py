"""What goes out comes back: our own files, read by the import, change nothing."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import translation

from core.exports.formats import csv_lines, xlsx_file
from interventions.enums import Counted, FigureKind, InterventionState, RoleKind
from interventions.exports.coverage import WholeCoverage
from interventions.imports.coverage import read
from interventions.imports.coverage.headings import field_of_heading
from interventions.imports.coverage.hxl import field_of
from interventions.models import (
    AdminUnit,
    CoverageFigure,
    CoverageLine,
    Instrument,
    Intervention,
    InterventionRole,
    TargetGroup,
)
from interventions.services.reference import load_reference
from interventions.standard_columns import STANDARD, field_of_cell, figure_column, possible_cells
from taskforce.models import Agency, Country


@pytest.fixture
def niger(db):
    call_command("load_reference", verbosity=0)
    load_reference()
    return Country.objects.get(iso3="NER")


def sheet_of(country, code, **fields):
    return Intervention.objects.create(
        country=country, code=code, title=fields.pop("title", f"Intervention {code}"), state=InterventionState.PUBLISHED,
        planned_start=date(2015, 1, 1), **fields,
    )  # fmt: skip


def unit(name, level=2):
    return AdminUnit.objects.get(name=name, level=level, country__iso3="NER")


@pytest.fixture
def covered(niger):
    """Sheets with every kind of line: departments, a region, national; every figure; amounts; texts that hurt."""
    agencies = {one.acronym: one for one in Agency.objects.filter(acronym__in=["PAM", "UNICEF", "BM"])}
    daes = Agency.objects.create(acronym="ONU/DAES", name_fr="Affaires économiques", kind="un")
    instruments = list(Instrument.objects.order_by("position")[:6])
    groups = list(TargetGroup.objects.order_by("position")[:6])
    first = sheet_of(niger, "NE-SP-01", title="Filets sociaux ; « productifs »", halt="suspended")
    second = sheet_of(niger, "NE-SP-02", title='=HYPERLINK("http://example.org";"lien")', currency="USD")
    for kind, agency in (
        (RoleKind.ACCOUNTABLE, agencies["PAM"]),
        (RoleKind.FUNDER, daes),
        (RoleKind.FUNDER, agencies["UNICEF"]),
        (RoleKind.MINISTRY, daes),
    ):
        InterventionRole.objects.create(intervention=first, agency=agency, kind=kind)
    places = [unit("Mayahi"), unit("Tahoua"), unit("Tahoua", 1), unit("Belbedji"), None, unit("Dosso")]
    lines = []
    for number, place in enumerate(places):
        lines.append(
            CoverageLine.objects.create(
                intervention=first,
                unit=place,
                instrument=instruments[number],
                target_group=groups[number] if number else None,
                starts_on=date(2016, 1 + number, 5),
                ends_on=date(2018, 12, 31) if number % 2 else None,
                transfer_value=Decimal("10000.50") if number == 1 else None,
                frequency="month" if number == 1 else "",
                modality="mobile" if number == 1 else "",
                budget=Decimal(1_500_000) if number < 3 else None,
                source="Rapport d’activité ; p. 3" if number else "",
                note='+ 3 % « à vérifier »" =1' if number == 2 else "",
            )
        )
    for cell in possible_cells():
        value = {"household": 90, "community": 2}.get(cell.counted, 5000)
        for part in (cell.sex, cell.age_band, cell.with_disability):
            value //= 4 if part else 1
        CoverageFigure.objects.create(
            line=lines[0], kind=cell.kind, counted=cell.counted, sex=cell.sex, age_band=cell.age_band,
            with_disability=cell.with_disability, value=value, as_of=date(2017, 6, 30), precision="illustrative", source="Suivi",
        )  # fmt: skip
    CoverageFigure.objects.create(line=lines[1], kind=FigureKind.REACHED, counted=Counted.PERSON, value=0)
    CoverageFigure.objects.create(line=lines[1], kind=FigureKind.TARGETED, counted=Counted.HOUSEHOLD, value=1_234_567)
    for number, place in enumerate(AdminUnit.objects.filter(country=niger, level=2, valid_until=None)):
        CoverageLine.objects.create(
            intervention=second, unit=place, instrument=instruments[number % 6], starts_on=date(2024, 3, 1),
            note="=HYPERLINK(\"http://example.org\")" if number == 0 else "", source="@SUM(A1)" if number == 1 else "",
        )  # fmt: skip
    return niger


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("hxl", [False, True])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_our_own_file_changes_nothing(covered, tmp_path, ending, hxl, language):
    path = tmp_path / f"couverture.{ending}"
    call_command("export_coverage", country="NER", output=path, hxl=hxl, language=language)
    sheet = read(path, covered)
    found = sheet.as_json()
    lines = CoverageLine.objects.count()
    changes = [line.changes for line in sheet.lines if line.changes]
    assert changes == []
    assert found["issues"] == []
    assert (found["rows"], found["unchanged"], found["resolved"]) == (lines, lines, lines)
    every = next(line for line in sheet.lines if line.figures and len(line.figures) > 10)
    assert len(every.figures) == len(list(possible_cells()))
    roles = next(row.roles for row in sheet.rows if row.intervention.code == "NE-SP-01")
    assert {one.agency.acronym for one in roles[RoleKind.FUNDER]} == {"ONU/DAES", "UNICEF"}
    assert [one.agency.acronym for one in roles[RoleKind.MINISTRY]] == ["ONU/DAES"]


def test_no_cell_is_a_formula(covered):
    table = WholeCoverage(covered, {"small": True}, None)
    cells = [cell for row in openpyxl.load_workbook(xlsx_file(table)).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert '\'=HYPERLINK("http://example.org")' in texts
    rows = list(csv.reader(io.StringIO("".join(csv_lines(table)).removeprefix("\ufeff")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]


def test_headings_and_tags_are_those_that_the_import_knows():
    for field, french, english, tag in (*STANDARD, *map(figure_column, possible_cells())):
        assert field_of_heading(french) == field
        assert field_of_heading(english) == field
        assert field_of(tag) == ("subsector" if field == "instrument" else field)
    assert len({figure_column(cell)[1] for cell in possible_cells()}) == len(list(possible_cells()))
    assert field_of_cell(next(possible_cells())) == "targeted.household"


def test_small_figures_are_masked_and_zero_is_not(covered):
    table = WholeCoverage(covered, {"small": False}, None)
    rows = list(table.rows())
    community = [row["reached.community"] for row in rows if "reached.community" in row]
    assert community == ["< 5"]
    assert [row["reached.person"] for row in rows if row.get("reached.person") is not None] == [5000, 0]
    assert "&lt;" not in "".join(csv_lines(table)) and '"< 5"' in "".join(csv_lines(table))


def test_archived_sheets_stay_at_home_and_drafts_too_when_asked(covered):
    Intervention.objects.filter(code="NE-SP-01").update(state=InterventionState.ARCHIVED)
    Intervention.objects.filter(code="NE-SP-02").update(state=InterventionState.DRAFT)
    with translation.override("fr"):
        assert {row["intervention_code"] for row in WholeCoverage(covered, {}, None).rows()} == {"NE-SP-02"}
        assert list(WholeCoverage(covered, {"published": True}, None).rows()) == []
