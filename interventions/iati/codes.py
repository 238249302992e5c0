"""Our closed lists in the code lists of IATI 2.03."""

from __future__ import annotations

from django.conf import settings

from interventions.enums import AgeBand, IndicatorKind, InterventionStatus, RoleKind, Sex, UnitLevel
from taskforce.enums import AgencyKind

VERSION = "2.03"

# OrganisationType.
ORGANISATION_TYPES = {
    AgencyKind.UN: "40",
    AgencyKind.IFI: "40",
    AgencyKind.INTERGOVERNMENTAL: "40",
    AgencyKind.MINISTRY: "10",
    AgencyKind.PUBLIC_BODY: "15",
    AgencyKind.PARLIAMENT: "10",
    AgencyKind.LOCAL_AUTHORITY: "11",
    AgencyKind.DONOR: "10",
    AgencyKind.NGO_INTERNATIONAL: "21",
    AgencyKind.NGO_NATIONAL: "22",
    AgencyKind.SOCIAL_PARTNER: "90",
    AgencyKind.PRIVATE: "70",
    AgencyKind.ACADEMIA: "80",
    AgencyKind.NETWORK: "90",
    AgencyKind.EXPERT: "90",
}
# OrganisationRole. The standard knows no line ministry: it stands among those who carry out.
ROLES = {
    RoleKind.FUNDER: "1",
    RoleKind.ACCOUNTABLE: "2",
    RoleKind.EXTENDING: "3",
    RoleKind.IMPLEMENTER: "4",
    RoleKind.MINISTRY: "4",
}
# ActivityStatus.
STATUSES = {
    InterventionStatus.PLANNED: "1",
    InterventionStatus.ONGOING: "2",
    InterventionStatus.COMPLETED: "4",
    InterventionStatus.CANCELLED: "5",
    InterventionStatus.SUSPENDED: "6",
}
# ActivityDateType.
PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"
# DescriptionType.
GENERAL, OBJECTIVES, TARGET_GROUPS = "1", "2", "3"
# ActivityScope.
NATIONAL, SEVERAL_REGIONS, ONE_REGION, ONE_DEPARTMENT = "4", "5", "6", "7"
# LocationReach, GeographicExactness, GeographicLocationClass, LocationType.
BENEFICIARIES_ARE_THERE, APPROXIMATE, ADMINISTRATIVE_REGION = "2", "2", "1"
DESIGNATIONS = {UnitLevel.REGION: "ADM1", UnitLevel.DEPARTMENT: "ADM2", UnitLevel.COMMUNE: "ADM3"}
ISO_COUNTRIES = "A4"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
# SectorVocabulary, TagVocabulary.
DAC, SDG_TARGETS, OWN = "1", "3", "99"
# BudgetType, BudgetStatus.
ORIGINAL, INDICATIVE = "1", "1"
# ResultType, IndicatorMeasure.
OUTPUT = "1"
RESULTS = {
    IndicatorKind.PROCESS: "9",
    IndicatorKind.OUTPUT: OUTPUT,
    IndicatorKind.OUTCOME: "2",
    IndicatorKind.IMPACT: "3",
}
UNIT, PERCENTAGE = "1", "2"

# Dimensions have no code list: in words that everybody reads.
SEXES = {Sex.FEMALE: "f", Sex.MALE: "m"}
AGES = {AgeBand.CHILDREN: "0-17", AgeBand.ADULTS: "18-59", AgeBand.ELDERLY: "60+"}


def vocabulary_uri(name: str) -> str:
    """Where our own lists are: « instruments », « axes »."""
    return f"{settings.SITE_URL}/#{name}"
