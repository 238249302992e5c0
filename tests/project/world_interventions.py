"""The interventions of the world: a published sheet of the titular's agency, drafts, another agency's, one abroad."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from core.actors import SYSTEM
from interventions.enums import FigureKind, InterventionState, LifeStage, RoleKind, Side, ViewPage
from interventions.models import Cartography, CollectionCampaign, SavedView
from interventions.services.campaigns import Contact, add_structures, close_campaign, send_requests
from taskforce.models import Agency, Country, TaskForce
from tests.interventions.factories import (
    AxisFactory,
    FigureFactory,
    GroupFactory,
    IndicatorFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    RoleFactory,
    UnitFactory,
    ValueFactory,
)
from tests.taskforce.factories import AgencyFactory

# (region, departments) by country, with the codes that OCHA gives them.
PLACES = {
    "NER": (("NE005", "Tahoua"), (("NE005007", "Madaoua"), ("NE005003", "Birni N’Konni"))),
    "SEN": (("SN07", "Matam"), (("SN0702", "Matam"), ("SN0701", "Kanel"))),
}


def interventions_of(country: Country, agency: Agency, *, prefix: str) -> dict[str, Any]:
    """Sheets of `country`, as `agency` keeps them.

    `intervention` is published, with two lines (`line` has figures), an indicator and a value; `intervention_draft`
    and `intervention_submitted` are on their way; `intervention_behalf` waits for the agency to confirm it;
    `intervention_archived` is over; `other_intervention` is published by an agency of which nobody has an account.
    """
    region, *departments = _units(country)
    instrument = InstrumentFactory(
        code="unconditional-cash",
        name_fr="Transfert monétaire inconditionnel",
        name_en="Unconditional cash",
        side=Side.TRANSFER,
    )
    group = GroupFactory(
        code="poor-households",
        name_fr="Ménages pauvres",
        name_en="Poor households",
        life_stage=LifeStage.ALL_AGES,
    )
    axis = AxisFactory(country=country, name_fr=f"Axe de {country}")

    def sheet(name: str, title: str, **facts: Any) -> Any:
        return InterventionFactory(
            country=country,
            code=f"{country.iso3}-2026-{name}",
            title=f"{title} ({country})",
            lead=facts.pop("lead", agency),
            **facts,
        )

    published = sheet("001", "Filets sociaux", published=True, verified_at=timezone.now())
    published.policy_axes.add(axis)
    RoleFactory(intervention=published, agency=AgencyFactory(acronym=f"FIN-{country.iso3}"), kind=RoleKind.FUNDER)
    line = LineFactory(
        intervention=published,
        unit=departments[0],
        instrument=instrument,
        target_group=group,
        transfer_value=10000,
        frequency="month",
        modality="cash",
    )
    figure = FigureFactory(line=line)
    FigureFactory(line=line, kind=FigureKind.TARGETED, value=1500)
    LineFactory(intervention=published, unit=departments[1], instrument=instrument, target_group=group)
    draft = sheet("002", "Cantines scolaires")
    submitted = sheet("003", "Assurance indicielle", state=InterventionState.SUBMITTED)
    behalf = sheet("004", "Bons alimentaires", on_behalf_of=agency)
    archived = sheet("005", "Distribution gratuite", state=InterventionState.ARCHIVED)
    other = sheet("006", "Épargne et crédit", published=True, lead=AgencyFactory(acronym=f"AUT-{country.iso3}"))
    things = {
        "region": region,
        "unit": departments[0],
        "instrument": instrument,
        "target_group": group,
        "axis": axis,
        "intervention": published,
        "line": line,
        "figure": figure,
        "indicator": (indicator := IndicatorFactory(intervention=published, name="Ménages inscrits")),
        "indicator_value": ValueFactory(indicator=indicator, unit=departments[0]),
        "intervention_draft": draft,
        "intervention_submitted": submitted,
        "intervention_behalf": behalf,
        "intervention_archived": archived,
        "other_intervention": other,
        "draft_indicator": IndicatorFactory(intervention=draft, name="Repas servis"),
    }
    for name, one in (("draft", draft), ("submitted", submitted), ("behalf", behalf), ("other", other)):
        things[f"{name}_line"] = LineFactory(
            intervention=one, unit=departments[0], instrument=instrument, target_group=group
        )
    return {f"{prefix}{name}": thing for name, thing in things.items()}


def campaigns_of(body: TaskForce, owner: Any, agency: Agency, *, prefix: str) -> dict[str, Any]:
    """Collections of the body's country: `campaign` waits for `agency` (`collection`), `campaign_draft` has sent nothing
    (`collection_draft`), `campaign_closed` is over."""
    made = {name: _campaign(body, owner, name) for name in ("campaign", "campaign_draft", "campaign_closed")}
    for campaign in made.values():
        add_structures(campaign, [Contact(agency, f"{campaign.pk}@example.org", "Halima Issa")], actor=SYSTEM)
    for name in ("campaign", "campaign_closed"):
        send_requests(made[name], actor=SYSTEM)
    close_campaign(made["campaign_closed"], actor=SYSTEM)
    things = {
        **made,
        "collection": made["campaign"].requests.get(),
        "collection_draft": made["campaign_draft"].requests.get(),
    }
    return {f"{prefix}{name}": thing for name, thing in things.items()}


def _campaign(body: TaskForce, owner: Any, name: str) -> CollectionCampaign:
    return CollectionCampaign.objects.create(
        country=body.country,
        task_force=body,
        name=f"Collecte {name} ({body.country})",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        answer_by=body.today() + timedelta(days=14),
        created_by=owner,
    )


def views_of(country: Country, owner: Any, *, prefix: str) -> dict[str, Any]:
    """Filters of the list that `owner` shares with the country."""
    view = SavedView.objects.create(
        country=country, owner=owner, page=ViewPage.LIST, name="En cours", query="statut=ongoing", is_shared=True
    )
    return {f"{prefix}saved_view": view}


def _units(country: Country) -> list[Any]:
    (code, name), departments = PLACES[country.iso3]
    region = UnitFactory(country=country, pcode=code, name=name)
    return [
        region,
        *(UnitFactory(country=country, pcode=pcode, name=label, parent=region) for pcode, label in departments),
    ]


def cartography_of(country: Country, *, prefix: str) -> dict[str, Any]:
    """The map of the year as a document for partners."""
    year = (date(2026, 1, 1), date(2026, 12, 31))
    return {
        f"{prefix}cartography": Cartography.objects.create(
            country=country, starts_on=year[0], ends_on=year[1], audience="partners", language="fr"
        )
    }
