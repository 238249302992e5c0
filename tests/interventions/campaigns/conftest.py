"""A campaign of Niger that asks one structure, of which the portal knows one line."""

from datetime import date, timedelta

import pytest

from interventions.models import AdminUnit, CampaignRequest, Instrument, TargetGroup
from interventions.services.campaigns import Contact, add_structures, create_campaign
from interventions.services.reference import load_reference
from tests.interventions.factories import FigureFactory, InterventionFactory, LineFactory
from tests.project.strict import make_strict
from tests.taskforce.factories import AgencyFactory


@pytest.fixture(autouse=True)
def _strict_templates(monkeypatch):
    make_strict(monkeypatch)


@pytest.fixture
def known(body):
    """The line of the structure « ONG Tarka », with a figure."""
    load_reference()
    agency = AgencyFactory(acronym="Tarka", name_fr="ONG Tarka", country=body.country)
    sheet = InterventionFactory(
        country=body.country, code="TARKA-1", title="Banques céréalières", lead=agency, published=True
    )
    line = LineFactory(
        intervention=sheet,
        unit=AdminUnit.objects.get(pcode="NE005006"),
        instrument=Instrument.objects.get(code="food-in-kind"),
        target_group=TargetGroup.objects.get(code="poor-households"),
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        source="Rapport annuel",
    )
    FigureFactory(line=line, value=1200)
    line.agency = agency
    return line


@pytest.fixture
def campaign(body, secretary, known):
    return create_campaign(
        body.country,
        actor=secretary,
        name="Collecte 2026",
        message="Merci de répondre.",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        answer_by=body.today() + timedelta(days=14),
        task_force=body,
    )


@pytest.fixture
def asked(campaign, known, secretary):
    add_structures(campaign, [Contact(known.agency, "contact@example.org", "Halima Issa")], actor=secretary)
    return CampaignRequest.objects.get()
