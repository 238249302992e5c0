from .api import ApiToken
from .campaigns import CampaignRequest, CollectionCampaign
from .cartographies import Audience, Cartography
from .coverage import CoverageFigure, CoverageLine, Indicator, IndicatorValue
from .decisions import DecisionLink
from .imports import ImportBatch, ImportEffect, ImportIssue, ImportMapping, ImportProvider, ImportRow
from .interventions import Intervention, InterventionRole, NotADuplicate
from .reference import (
    Complementarity,
    Instrument,
    InstrumentAlias,
    PolicyAxis,
    SdgTarget,
    SpfGuarantee,
    TargetGroup,
)
from .saved_views import SavedView
from .units import AdminUnit, AdminUnitAlias, AreaProfile, Boundary, BoundarySet, FormerCode

__all__ = [
    "AdminUnit",
    "AdminUnitAlias",
    "ApiToken",
    "AreaProfile",
    "Audience",
    "Boundary",
    "BoundarySet",
    "CampaignRequest",
    "Cartography",
    "CollectionCampaign",
    "Complementarity",
    "CoverageFigure",
    "CoverageLine",
    "DecisionLink",
    "FormerCode",
    "ImportBatch",
    "ImportEffect",
    "ImportIssue",
    "ImportMapping",
    "ImportProvider",
    "ImportRow",
    "Indicator",
    "IndicatorValue",
    "Instrument",
    "InstrumentAlias",
    "Intervention",
    "InterventionRole",
    "NotADuplicate",
    "PolicyAxis",
    "SavedView",
    "SdgTarget",
    "SpfGuarantee",
    "TargetGroup",
]
