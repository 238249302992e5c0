"""The facts that come with the portal."""

import re

import pytest
from django.core.management import call_command

from interventions.enums import ComplementarityKind, Counted, LifeStage, Side, UnitLevel
from interventions.models import (
    AdminUnit,
    Complementarity,
    FormerCode,
    Instrument,
    InstrumentAlias,
    PolicyAxis,
    SdgTarget,
    SpfGuarantee,
    TargetGroup,
)
from interventions.services.reference import Loaded, load_reference
from tests.taskforce.factories import CountryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    CountryFactory()
    CountryFactory(senegal=True)
    return load_reference()


def test_what_comes(loaded):
    assert loaded.units == 14 + 46 + 8 + 67
    assert (loaded.instruments, loaded.guarantees, loaded.axes) == (35, 4, 6)
    counts = {
        (iso3, level): AdminUnit.objects.filter(country__iso3=iso3, level=level).count()
        for iso3 in ("SEN", "NER")
        for level in (UnitLevel.REGION, UnitLevel.DEPARTMENT)
    }
    assert list(counts.values()) == [14, 46, 8, 67]
    for unit in AdminUnit.objects.select_related("parent", "country"):
        unit.full_clean()
        assert unit.parent is None or unit.pcode.startswith(unit.parent.pcode)
    assert AdminUnit.objects.get(name="Keur Massar").valid_from.year == 2021
    assert set(FormerCode.objects.values_list("pcode", "name", "unit__name")) == {
        ("NE004007", "Mayahi", "Mayahi"),
        ("NE006007", "Kollo", "Kollo"),
        ("NE007001", "Damagaram Takaya", "Damagaram Takaya"),
    }


def test_each_entry_is_whole(loaded):
    for model in (Instrument, TargetGroup, PolicyAxis, SpfGuarantee, SdgTarget, Complementarity, InstrumentAlias):
        assert model.objects.exists()
        for entry in model.objects.all():
            entry.full_clean()
            if hasattr(entry, "name_fr"):
                assert entry.name_fr.strip() and entry.name_en.strip(), entry.code
    assert all(re.fullmatch(r"\d{5}", code) for code in Instrument.objects.values_list("dac_code", flat=True))
    assert set(Instrument.objects.values_list("side", flat=True)) == set(Side.values)
    assert set(TargetGroup.objects.values_list("life_stage", flat=True)) == set(LifeStage.values)
    assert set(TargetGroup.objects.values_list("counted", flat=True)) == set(Counted.values)
    assert set(Complementarity.objects.values_list("kind", flat=True)) == set(ComplementarityKind.values)
    assert not SpfGuarantee.objects.filter(instruments=None).exists()
    assert list(PolicyAxis.objects.filter(to_check=True).values_list("code", flat=True)) == ["pnps-ner-5", "pse-sen-2"]


def test_groups_are_a_tree(loaded):
    for group in TargetGroup.objects.select_related("parent__parent__parent__parent"):
        above = group.parent
        seen = {group.pk}
        while above is not None:
            assert above.pk not in seen
            seen.add(above.pk)
            above = above.parent
    under_two = TargetGroup.objects.get(code="under-two")
    assert under_two.parent.parent.code == "children"


def test_again_changes_nothing_and_keeps_corrections(loaded):
    Instrument.objects.filter(code="public-works").update(name_fr="Travaux HIMO", is_active=False)
    InstrumentAlias.objects.filter(label="cash").delete()
    AdminUnit.objects.get(pcode="NE003003").aliases.create(label="Dogon-Doutchi")
    Complementarity.objects.filter(kind=ComplementarityKind.SHARED_DELIVERY).update(is_active=False)

    assert load_reference() == Loaded()
    works = Instrument.objects.get(code="public-works")
    assert (works.name_fr, works.is_active) == ("Travaux HIMO", False)
    assert not InstrumentAlias.objects.filter(label="cash").exists()
    assert AdminUnit.objects.get(pcode="NE003003").aliases.count() == 2


def test_a_country_that_the_portal_does_not_know():
    CountryFactory()

    assert load_reference().units == 8 + 67
    assert not AdminUnit.objects.exclude(country__iso3="NER").exists()


def test_the_command_brings_the_countries_first():
    call_command("load_classifications")

    assert AdminUnit.objects.count() == 135
