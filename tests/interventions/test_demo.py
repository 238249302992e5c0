"""The demonstration's interventions: every state, every figure marked, nothing that the portal itself would refuse."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import OutgoingEmail, SolicitationState
from interventions.enums import InterventionKind, InterventionState, InterventionStatus, Precision, UnitLevel
from interventions.models import (
    AdminUnit,
    AreaProfile,
    CampaignRequest,
    CoverageFigure,
    CoverageLine,
    DecisionLink,
    ImportBatch,
    Intervention,
)
from interventions.queries.duplicates import similar_to
from interventions.queries.visibility import interventions_visible_to
from interventions.services.course import check_complete
from interventions.services.figures import check_figures
from taskforce.models import Country, User

pytestmark = pytest.mark.django_db
COUNTED = (
    *(Intervention, CoverageLine, CoverageFigure, AreaProfile, CampaignRequest, ImportBatch, DecisionLink),
    OutgoingEmail,
)


def test_the_demonstration_is_whole_marked_and_loaded_once(settings):
    settings.SOCLE_DEMO = True
    call_command("demo", stdout=StringIO())

    sheets = Intervention.objects.all()
    assert {sheet.state for sheet in sheets} == set(InterventionState.values)
    assert {sheet.country.iso3 for sheet in sheets.select_related("country")} == {"NER", "SEN"}
    assert {sheet.status_on(timezone.localdate()) for sheet in sheets} >= {
        InterventionStatus.PLANNED,
        InterventionStatus.ONGOING,
        InterventionStatus.COMPLETED,
        InterventionStatus.SUSPENDED,
    }
    for sheet in sheets:
        assert "illustratifs" in sheet.summary and "illustrative" in sheet.summary_en, sheet.code
        check_complete(sheet)
    assert {sheet.code for sheet in sheets if sheet.on_behalf_of_id} and {sheet.code for sheet in sheets if sheet.flag}

    assert set(CoverageFigure.objects.values_list("precision", flat=True)) == {Precision.ILLUSTRATIVE}
    for model in (CoverageFigure, CoverageLine, AreaProfile):
        assert not model.objects.exclude(source__contains="Illustratif").exists(), model
    assert not CoverageFigure.objects.filter(line__intervention__kind=InterventionKind.ASSISTANCE).exists()
    assert not sheets.filter(kind=InterventionKind.ASSISTANCE).exclude(targeting_method="").exists()
    links = DecisionLink.objects.all()
    assert links.filter(decision__isnull=False).count() == 4 and links.filter(action__isnull=False).count() == 7
    assert links.filter(line__unit__name="Tanout").count() == 1
    assert CoverageFigure.objects.filter(value__range=(1, 4)).exists()
    for line in CoverageLine.objects.select_related("intervention", "unit").prefetch_related("figures"):
        line.full_clean()
        assert line.unit is None or (
            line.unit.exists_on(line.starts_on) and line.unit.country_id == line.intervention.country_id
        )
        check_figures({figure.cell: figure.value for figure in line.figures.all()})
    departments = AdminUnit.objects.filter(level=UnitLevel.DEPARTMENT, country__iso3__in=("NER", "SEN"))
    assert AreaProfile.objects.values("unit").distinct().count() == departments.count() == 113

    asked = CampaignRequest.objects.select_related("solicitation", "batch")
    assert {one.solicitation.state for one in asked} == {
        SolicitationState.SENT,
        SolicitationState.OPENED,
        SolicitationState.SUBMITTED,
    }
    assert {one.answer_kind for one in asked} == {"", "form", "nothing"}

    before = [model.objects.count() for model in COUNTED]
    call_command("demo", stdout=StringIO())
    assert [model.objects.count() for model in COUNTED] == before

    secretary = User.objects.get(email="secretariat.senegal@example.org")
    twice = Intervention.objects.get(code="DCAS-CANTINES")
    assert [sheet.code for sheet, _why in similar_to(secretary, twice)] == ["PAM-CANTINES"]
    manager = User.objects.get(email="donnees@example.org")
    niger = Country.objects.get(iso3="NER")
    assert interventions_visible_to(manager).filter(country=niger).count() == sheets.filter(country=niger).count()
