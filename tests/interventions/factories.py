"""Made-up interventions, lines and figures; places and classifications as the countries have them."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from interventions.enums import Counted, FigureKind, IndicatorKind, InterventionState, LifeStage, RoleKind, Side
from interventions.models import (
    AdminUnit,
    CoverageFigure,
    CoverageLine,
    Indicator,
    IndicatorValue,
    Instrument,
    Intervention,
    InterventionRole,
    PolicyAxis,
    TargetGroup,
)
from tests.taskforce.factories import AgencyFactory, CountryFactory

START, END = date(2026, 1, 1), date(2026, 12, 31)


class UnitFactory(DjangoModelFactory):
    """A region; with `parent`, a department of it."""

    class Meta:
        model = AdminUnit
        django_get_or_create = ["pcode"]

    country = factory.SubFactory(CountryFactory)
    pcode = factory.Sequence(lambda n: f"NE9{n:03d}")
    level = factory.LazyAttribute(lambda o: 2 if o.parent else 1)
    name = factory.Sequence(lambda n: f"Lieu {n}")
    parent = None


class InstrumentFactory(DjangoModelFactory):
    class Meta:
        model = Instrument
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"instrument-{n}")
    name_fr = factory.LazyAttribute(lambda o: f"Instrument {o.code}")
    name_en = factory.LazyAttribute(lambda o: f"Instrument {o.code}")
    side = Side.TRANSFER


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"groupe-{n}")
    name_fr = factory.LazyAttribute(lambda o: f"Groupe {o.code}")
    name_en = factory.LazyAttribute(lambda o: f"Group {o.code}")
    life_stage = LifeStage.ALL_AGES
    counted = Counted.HOUSEHOLD


class AxisFactory(DjangoModelFactory):
    class Meta:
        model = PolicyAxis

    country = factory.SubFactory(CountryFactory)
    code = factory.Sequence(lambda n: f"axe-{n}")
    name_fr = factory.LazyAttribute(lambda o: f"Axe {o.code}")
    name_en = factory.LazyAttribute(lambda o: f"Axis {o.code}")
    policy = "Politique nationale"
    number = factory.Sequence(lambda n: n)


class InterventionFactory(DjangoModelFactory):
    """A draft; with `lead`, of that agency; with `published`, one that the country reads."""

    class Meta:
        model = Intervention
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(state=InterventionState.PUBLISHED)

    country = factory.SubFactory(CountryFactory)
    code = factory.Sequence(lambda n: f"INT-{n}")
    title = factory.LazyAttribute(lambda o: f"Programme {o.code}")
    planned_start, planned_end = START, END

    @factory.post_generation
    def lead(self, create, agency, **kwargs):
        if create and agency:
            RoleFactory(intervention=self, agency=agency)


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = InterventionRole

    intervention = factory.SubFactory(InterventionFactory)
    agency = factory.SubFactory(AgencyFactory)
    kind = RoleKind.ACCOUNTABLE


class LineFactory(DjangoModelFactory):
    class Meta:
        model = CoverageLine

    intervention = factory.SubFactory(InterventionFactory)
    unit = factory.SubFactory(UnitFactory)
    instrument = factory.SubFactory(InstrumentFactory)
    target_group = factory.SubFactory(GroupFactory)
    starts_on, ends_on = START, END


class FigureFactory(DjangoModelFactory):
    class Meta:
        model = CoverageFigure

    line = factory.SubFactory(LineFactory)
    kind, counted, value = FigureKind.REACHED, Counted.HOUSEHOLD, 1200
    as_of = date(2026, 6, 30)
    source = "Suivi de l’essai"


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    intervention = factory.SubFactory(InterventionFactory)
    name = factory.Sequence(lambda n: f"Ménages inscrits {n}")
    kind, measure = IndicatorKind.OUTPUT, "ménages"


class ValueFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorValue

    indicator = factory.SubFactory(IndicatorFactory)
    starts_on, ends_on, value = date(2026, 1, 1), date(2026, 3, 31), 800
