"""What the database refuses of sheets, lines, places, links, views and campaigns, for test_constraints.py."""

from datetime import date
from decimal import Decimal

from interventions.enums import (
    CampaignAnswerKind,
    ComplementarityKind,
    RoleKind,
    UnitLevel,
    ViewPage,
)
from interventions.models import (
    AdminUnit,
    AdminUnitAlias,
    AreaProfile,
    Boundary,
    BoundarySet,
    CampaignRequest,
    Cartography,
    CollectionCampaign,
    Complementarity,
    CoverageFigure,
    CoverageLine,
    DecisionLink,
    FormerCode,
    Indicator,
    IndicatorValue,
    Intervention,
    InterventionRole,
    NotADuplicate,
    PolicyAxis,
    SavedView,
)
from tests.interventions.factories import (
    END,
    START,
    GroupFactory,
    IndicatorFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    UnitFactory,
)
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    CountryFactory,
    DecisionFactory,
    PersonFactory,
    TaskForceFactory,
    UserFactory,
)

BEFORE = date(2025, 12, 31)


def saved(obj):
    obj.save()
    return obj


def again(make, **fields):
    """One like the object that `make` saved, but for `fields`."""
    first = saved(make())
    names = [field.name for field in first._meta.concrete_fields if not field.primary_key]
    return type(first)(**{name: getattr(first, name) for name in names} | fields)


# Sheets


def sheet(**fields):
    return Intervention(
        **{"country": CountryFactory(), "code": "NER-1", "title": "Filets sociaux", "currency": "XOF", **fields}
    )


def role(**fields):
    return InterventionRole(
        **{"intervention": InterventionFactory(), "agency": AgencyFactory(), "kind": RoleKind.FUNDER, **fields}
    )


def lead(**fields):
    return role(kind=RoleKind.ACCOUNTABLE, **fields)


def pair(**fields):
    first, second = InterventionFactory(), InterventionFactory()
    return NotADuplicate(**{"first": first, "second": second, "said_by": UserFactory(), **fields})


def turned():
    first, second = InterventionFactory(), InterventionFactory()
    return pair(first=second, second=first)


def line(**fields):
    return CoverageLine(
        **{
            "intervention": InterventionFactory(),
            "unit": UnitFactory(),
            "instrument": InstrumentFactory(),
            "target_group": GroupFactory(),
            "starts_on": START,
            "ends_on": END,
            **fields,
        }
    )


def national(**fields):
    """Nothing is known of it but what is done: one such line from a day on."""
    return line(unit=None, target_group=None, **fields)


def figure(**fields):
    return CoverageFigure(**{"line": LineFactory(), "kind": "reached", "counted": "person", "value": 12, **fields})


def indicator(**fields):
    return Indicator(
        **{"intervention": InterventionFactory(), "name": "Repas", "kind": "output", "measure": "repas", **fields}
    )


def value(**fields):
    return IndicatorValue(
        **{
            "indicator": IndicatorFactory(),
            "unit": UnitFactory(),
            "starts_on": START,
            "ends_on": END,
            "value": Decimal(5),
            **fields,
        }
    )


# Places and lists


def region(**fields):
    return AdminUnit(**{"country": CountryFactory(), "pcode": "NE999", "level": 1, "name": "Région", **fields})


def alias(**fields):
    return AdminUnitAlias(**{"unit": UnitFactory(), "label": "Autre nom", "normalised": "autre nom", **fields})


def former(**fields):
    return FormerCode(
        **{
            "country": CountryFactory(),
            "pcode": "NE007001",
            "vintage": "2015",
            "name": "Damagaram Takaya",
            "unit": UnitFactory(),
            **fields,
        }
    )


def boundary(**fields):
    frame = {"width": 100, "height": 100, "west": 0, "south": 11, "east": 16, "north": 24}
    shapes = BoundarySet.objects.create(
        country=CountryFactory(), level=UnitLevel.REGION, source="Essai", licence="Essai", **frame
    )
    return Boundary(
        **{"boundary_set": shapes, "unit": UnitFactory(), "path": "M0 0Z", "label_x": 1, "label_y": 1, **fields}
    )


def profile(**fields):
    return AreaProfile(
        **{
            "unit": UnitFactory(),
            "measure": "Population",
            "value": Decimal(1000),
            "source": "Recensement",
            "as_of": START,
            **fields,
        }
    )


def axis(**fields):
    return PolicyAxis(
        **{
            "country": CountryFactory(),
            "code": "pnps-1",
            "name_fr": "Sécurité alimentaire",
            "name_en": "Food security",
            "policy": "PNPS",
            "number": 1,
            **fields,
        }
    )


def complementarity(**fields):
    return Complementarity(
        **{
            "first": InstrumentFactory(),
            "second": InstrumentFactory(),
            "kind": ComplementarityKind.LAYERING,
            "rationale_fr": "Plus ensemble.",
            "rationale_en": "More together.",
            **fields,
        }
    )


def with_itself():
    one = InstrumentFactory()
    return complementarity(first=one, second=one)


# Links, views, documents


def link(**fields):
    return DecisionLink(
        **{
            "decision": DecisionFactory(),
            "intervention": InterventionFactory(),
            "tied_by": UserFactory(),
            **fields,
        }
    )


def view(**fields):
    return SavedView(
        **{
            "country": CountryFactory(),
            "owner": UserFactory(),
            "page": ViewPage.values[0],
            "name": "À suivre",
            "query": "statut=ongoing",
            **fields,
        }
    )


def cartography(**fields):
    return Cartography(
        **{
            "country": CountryFactory(),
            "starts_on": START,
            "ends_on": END,
            "audience": "partners",
            "language": "fr",
            **fields,
        }
    )


def campaign(**fields):
    return CollectionCampaign(
        **{
            "country": CountryFactory(),
            "task_force": TaskForceFactory(),
            "name": "Collecte",
            "starts_on": START,
            "ends_on": END,
            "answer_by": END,
            "created_by": UserFactory(),
            **fields,
        }
    )


def request(**fields):
    return CampaignRequest(
        **{
            "campaign": saved(campaign()),
            "agency": AgencyFactory(),
            "person": PersonFactory(),
            "answer_kind": CampaignAnswerKind.values[0],
            **fields,
        }
    )


REFUSED = [
    ("intervention_code_once", lambda: again(sheet)),
    ("intervention_planned_in_order", lambda: sheet(planned_start=START, planned_end=BEFORE)),
    ("intervention_actual_in_order", lambda: sheet(actual_start=START, actual_end=BEFORE)),
    ("intervention_role_once", lambda: again(role)),
    ("intervention_one_lead", lambda: again(lead, agency=AgencyFactory())),
    ("intervention_share_percent", lambda: role(share=Decimal("100.01"))),
    ("intervention_share_percent", lambda: role(share=Decimal("-1"))),
    ("pair_once", lambda: again(pair)),
    ("pair_in_order", turned),
    ("coverage_line_once", lambda: again(line)),
    ("coverage_line_once", lambda: again(national)),
    ("coverage_line_in_order", lambda: line(ends_on=BEFORE)),
    ("coverage_line_amounts", lambda: line(transfer_value=Decimal(-1))),
    ("coverage_line_amounts", lambda: line(budget=Decimal("-0.01"))),
    ("coverage_figure_once", lambda: again(figure, value=13)),
    ("indicator_once", lambda: again(indicator, kind="outcome")),
    ("indicator_value_once", lambda: again(value)),
    ("indicator_value_once", lambda: again(lambda: value(unit=None))),
    ("indicator_value_in_order", lambda: value(ends_on=BEFORE)),
    ("unit_parent_by_level", lambda: region(level=UnitLevel.DEPARTMENT)),
    ("unit_parent_by_level", lambda: region(parent=UnitFactory())),
    ("unit_dates_in_order", lambda: region(valid_from=START, valid_until=BEFORE)),
    ("unit_alias_once", lambda: again(alias, label="autre  NOM")),
    ("former_code_once", lambda: again(former, name="Autre")),
    ("boundary_once", lambda: again(boundary)),
    ("area_profile_once", lambda: again(profile, value=Decimal(2))),
    ("policy_axis_once", lambda: again(axis, code="pnps-1-bis")),
    ("complementarity_once", lambda: again(complementarity)),
    ("complementarity_of_two", with_itself),
    ("decision_link_one_subject", lambda: link(action=ActionItemFactory())),
    ("decision_link_one_subject", lambda: link(decision=None)),
    ("decision_link_once", lambda: again(link)),
    ("saved_view_once", lambda: again(view, query="")),
    ("cartography_once", lambda: again(cartography)),
    ("cartography_in_order", lambda: cartography(ends_on=BEFORE)),
    ("campaign_name_once", lambda: again(campaign)),
    ("campaign_period_in_order", lambda: campaign(ends_on=BEFORE)),
    ("campaign_agency_once", lambda: again(request)),
]

ACCEPTED = {
    "one code in two countries": lambda: again(sheet, country=CountryFactory(senegal=True)),
    "an intervention of one day": lambda: sheet(planned_start=START, planned_end=START),
    "an end without a start": lambda: sheet(actual_end=START),
    "two roles of one agency": lambda: again(role, kind=RoleKind.IMPLEMENTER),
    "two funders": lambda: again(role, agency=AgencyFactory()),
    "leads of two interventions": lambda: again(lead, intervention=InterventionFactory()),
    "the whole budget from one": lambda: role(share=Decimal(100)),
    "the same from another day on": lambda: again(line, starts_on=date(2026, 2, 1)),
    "the same elsewhere": lambda: again(line, unit=UnitFactory()),
    "the same nation-wide": lambda: again(line, unit=None),
    "the same for nobody in particular": lambda: again(line, target_group=None),
    "a line of one day": lambda: line(ends_on=START),
    "nothing to pay": lambda: line(transfer_value=Decimal(0), budget=Decimal(0)),
    "households beside people": lambda: again(figure, counted="household"),
    "women beside everybody": lambda: again(figure, sex="f"),
    "one indicator in two interventions": lambda: again(indicator, intervention=InterventionFactory()),
    "a value of the whole beside one of a place": lambda: again(value, unit=None),
    "the next period": lambda: again(value, starts_on=date(2026, 7, 1)),
    "a department of a region": lambda: region(level=UnitLevel.DEPARTMENT, parent=UnitFactory()),
    "a unit of one day": lambda: region(valid_from=START, valid_until=START),
    "one name of two units": lambda: again(alias, unit=UnitFactory()),
    "one code in two lists": lambda: again(former, vintage="2012"),
    "a figure of the next year": lambda: again(profile, as_of=date(2027, 1, 1)),
    "the next axis": lambda: again(axis, code="pnps-2", number=2),
    "two kinds of one pair": lambda: again(complementarity, kind=ComplementarityKind.SEQUENCING),
    "an action instead of a decision": lambda: link(decision=None, action=ActionItemFactory()),
    "a line beside its sheet": lambda: again(link, line=LineFactory()),
    "one name of two people": lambda: again(view, owner=UserFactory()),
    "the same map in English": lambda: again(cartography, language="en"),
    "the next campaign": lambda: again(campaign, name="Collecte suivante"),
    "another structure of a campaign": lambda: again(request, agency=AgencyFactory()),
}
