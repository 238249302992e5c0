"""Reference data of the world: what lists beside those of the sheets hold, limits of regions, a figure about a place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from interventions.enums import ComplementarityKind, LifeStage
from interventions.models import (
    AdminUnit,
    AreaProfile,
    Boundary,
    BoundarySet,
    Complementarity,
    Instrument,
    SdgTarget,
    SpfGuarantee,
    TargetGroup,
)
from tests.interventions.factories import InstrumentFactory


def reference_of(region: AdminUnit, unit: AdminUnit, *, prefix: str) -> dict[str, Any]:
    """Limits of `region` and the population of `unit`."""
    limits = BoundarySet.objects.create(
        country=region.country,
        level=1,
        source="Tracé d’essai",
        licence="CC BY 4.0",
        width=400,
        height=300,
        west=0,
        south=10,
        east=10,
        north=20,
    )
    Boundary.objects.create(boundary_set=limits, unit=region, path="M10 10l300 0 0 200z", label_x=200, label_y=80)
    profile = AreaProfile.objects.create(
        unit=unit, measure="Population", value=Decimal(541000), source="Recensement d’essai", as_of=date(2023, 7, 1)
    )
    return {f"{prefix}limits": limits, f"{prefix}profile": profile}


def shared_lists(instrument: Instrument, group: TargetGroup) -> dict[str, Any]:
    """Entries for all countries: an instrument and a group that sheets use, a guarantee, a complementarity, a target."""
    guarantee = SpfGuarantee.objects.create(
        code="children-security",
        name_fr="Sécurité de revenu des enfants",
        name_en="Income security of children",
        life_stages=[LifeStage.CHILDHOOD],
    )
    guarantee.instruments.add(instrument)
    return {
        "shared_instrument": instrument,
        "shared_group": group,
        "guarantee": guarantee,
        "complementarity": Complementarity.objects.create(
            first=instrument,
            second=InstrumentFactory(code="school-feeding", name_fr="Cantine scolaire", name_en="School feeding"),
            kind=ComplementarityKind.LAYERING,
            rationale_fr="Le repas retient l’enfant à l’école que le transfert a permis d’atteindre.",
            rationale_en="The meal keeps the child at the school that the transfer opened.",
        ),
        "sdg_target": SdgTarget.objects.create(
            code="1.3", name_fr="Protection sociale pour tous", name_en="Social protection for all"
        ),
    }
