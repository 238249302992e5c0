"""The file is valid against the schema of IATI 2.03 and says what the sheet says."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from interventions.enums import Visibility
from interventions.iati import loaded
from interventions.iati.sheets import sectors_of
from interventions.models import CoverageFigure, CoverageLine, Intervention


def test_the_file_is_valid_against_the_schema(written, schema):
    schema.assertValid(written)


def test_who_when_where_and_what(written):
    activity = written.find("iati-activity")
    assert activity.findtext("iati-identifier") == "XM-DAC-41122-NE-SP-001"
    assert activity.find("reporting-org").attrib == {"ref": "XM-DAC-41122", "type": "40", "secondary-reporter": "1"}
    titles = {one.get("{http://www.w3.org/XML/1998/namespace}lang"): one.text for one in activity.find("title")}
    assert titles == {None: "Centres de promotion & <prévention>", "en": "Promotion centres"}
    assert activity.findtext("description[@type='1']/narrative") == "Orientation des enfants."
    # The ministry carries out and oversees: once.
    assert [one.get("role") for one in activity.findall("participating-org")] == ["1", "2", "4"]
    assert activity.find("activity-status").get("code") == "4"
    assert [(one.get("type"), one.get("iso-date")) for one in activity.findall("activity-date")] == [
        ("1", "2016-01-01"), ("2", "2016-02-01"), ("3", "2018-12-31"),
    ]  # fmt: skip
    assert activity.find("activity-scope").get("code") == "6"
    assert activity.find("recipient-country").get("code") == "NE"
    assert {one.get("ref") for one in activity.findall("location")} == {"NE004008", "NE004"}
    assert activity.find("tag[@vocabulary='3']").get("code") == "1.3"


def test_sectors_make_a_hundred(written, sheet):
    shares = [Decimal(one.get("percentage", "100")) for one in written.iter("sector")]
    assert sum(shares) == 100
    CoverageLine.objects.update(budget=Decimal(7))
    shares = sectors_of(loaded(Intervention.objects.filter(pk=sheet.pk)).get())
    assert sum(shares.values()) == 100


def test_budgets_of_one_year_are_added_and_longer_ones_left_out(written):
    budget = written.find(".//budget")
    assert budget.findtext("value") == "1750000.5"
    assert budget.find("period-start").get("iso-date") == "2016-02-01"
    assert budget.find("period-end").get("iso-date") == "2016-12-31"


def test_results_keep_households_and_people_apart_and_mask_small_figures(written):
    result = written.find(".//result[@type='1']")
    names = [one.findtext("title/narrative").rpartition(" – ")[2] for one in result.findall("indicator")]
    assert names == ["ménages", "personnes"]
    values = [one.get("value") for one in result.iter("target", "actual")]
    assert values == ["1200", "950", "500"]
    girls = result.find(".//actual[@value='500']")
    assert [one.get("value") for one in girls.findall("dimension")] == ["f", "0-17"]
    assert "Illustratif" in result.findtext(".//actual[@value='950']/comment/narrative")
    assert "Rapport" in result.findtext(".//actual[@value='950']/comment/narrative")


def test_indicators_have_baseline_target_and_values_by_place(written):
    result = next(one for one in written.iter("result") if one.findtext("title/narrative") == "Enfants orientés")
    assert result.find(".//baseline").attrib == {"iso-date": "2015-12-31", "year": "2015", "value": "0"}
    assert result.find(".//target").get("value") == "1200"
    assert (result.find(".//actual").get("value"), result.find(".//actual/location").get("ref")) == (
        "412.5",
        "NE004008",
    )


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x1f",
        "x" * 250,
        "<script>&amp;",
        "مرحبا 😀 \ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ],
)
def test_any_text_makes_a_valid_file(text, sheet, schema, tmp_path):
    # PostgreSQL holds no NUL.
    safe = text.replace("\x00", "")
    Intervention.objects.filter(pk=sheet.pk).update(
        title=safe or "x", summary=safe, title_en=safe, vulnerability_definition=safe
    )
    CoverageFigure.objects.update(source=safe[:200])
    path = tmp_path / "iati.xml"
    call_command("export_iati", country="NER", output=path, stdout=StringIO(), stderr=StringIO())
    schema.assertValid(etree.parse(path))


def test_the_number_of_queries_does_not_grow_with_the_sheets(sheet, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert len(list(loaded(Intervention.objects.all()))) == 1


def test_the_command_says_what_is_left_out(sheet, tmp_path):
    Intervention.objects.update(visibility=Visibility.PARTNERS)
    errors = StringIO()
    with pytest.raises(CommandError, match="No sheet"):
        call_command("export_iati", country="NER", stderr=errors)
    assert "[not_public]" in errors.getvalue()
    path = tmp_path / "iati.xml"
    call_command("export_iati", country="NER", output=path, partners=True, stdout=StringIO(), stderr=StringIO())
    assert etree.parse(path).getroot().tag == "iati-activities"
