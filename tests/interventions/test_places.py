"""What files write, and the place that is meant."""

from datetime import date

import pytest
from django.db import transaction

from interventions.enums import UnitLevel
from interventions.models import AdminUnit, FormerCode
from interventions.places import Places
from interventions.services.reference import load_reference
from tests.taskforce.factories import CountryFactory

pytestmark = pytest.mark.django_db

REGION, DEPARTMENT = UnitLevel.REGION, UnitLevel.DEPARTMENT


@pytest.fixture(scope="module", autouse=True)
def facts(django_db_setup, django_db_blocker):
    """The units of both countries, once for all tests of this module; each test's own changes are undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        CountryFactory(), CountryFactory(senegal=True)
        load_reference()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def niger():
    return Places(CountryFactory())


@pytest.fixture
def senegal():
    return Places(CountryFactory(senegal=True))


def pcode(found):
    assert found.unit is not None, (found.code, found.message)
    return found.unit.pcode


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "Mayahi"}, "NE004008"),
        ({"pcode": "NE004008", "name": "Mayahi"}, "NE004008"),
        ({"pcode": "NER004008", "name": "MAYAHI"}, "NE004008"),
        ({"pcode": " ner-004-008 ", "name": "Mayahi"}, "NE004008"),
        ({"name": "Doutchi", "region": "Dosso"}, "NE003003"),
        ({"name": "Konni"}, "NE005003"),
        ({"name": "Birni N’Konni", "level": DEPARTMENT}, "NE005003"),
        ({"name": "Matameye", "region": "NE007"}, "NE007005"),
        ({"name": "Tarka"}, "NE007001"),
        ({"name": "Tagazar"}, "NE006003"),
        ({"name": "Tasker"}, "NE007010"),
        ({"name": "Takiéta"}, "NE007008"),
        ({"name": "In-Gall"}, "NE001005"),
        ({"name": "nguigmi", "region": "diffa"}, "NE002006"),
        ({"name": "Département de Tahoua"}, "NE005009"),
        ({"name": "Tahoua (département)"}, "NE005009"),
        ({"name": "Région de Tahoua"}, "NE005"),
        ({"name": "Tahoua", "level": DEPARTMENT}, "NE005009"),
        ({"name": "Tahoua", "level": REGION}, "NE005"),
        ({"name": "Dosso", "region": "Dosso"}, "NE003004"),
        ({"pcode": "NE005", "name": "Tahoua"}, "NE005"),
        ({"pcode": "NE005", "name": "Bouza", "level": DEPARTMENT}, "NE005004"),
        ({"name": "NE004008", "region": "Maradi", "pcode": ""}, None),
        ({"pcode": "NE004"}, "NE004"),
    ],
)
def test_a_place_of_niger(niger, given, expected):
    found = niger.resolve(**given)
    if expected is None:
        assert (found.unit, found.code) == (None, "code_needs_name")
    else:
        assert pcode(found) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"pcode": "SEN001004", "name": "Rufisque"}, "SN0104"),
        ({"pcode": "SEN010003", "name": "Saint-Louis"}, "SN1003"),
        ({"pcode": "SEN012", "name": "Tambacounda"}, "SN12"),
        ({"pcode": "SN1203"}, "SN1203"),
        ({"name": "Koupentoum"}, "SN1203"),
        ({"name": "NIORO"}, "SN0503"),
        ({"name": "M’bour"}, "SN1301"),
        ({"name": "Tamba", "level": REGION}, "SN12"),
        ({"name": "Tamba", "level": DEPARTMENT}, "SN1204"),
        ({"name": "Saint-Louis", "region": "Saint Louis"}, "SN1003"),
        ({"name": "Thies", "region": "THIÈS"}, "SN1302"),
    ],
)
def test_a_place_of_senegal(senegal, given, expected):
    assert pcode(senegal.resolve(**given)) == expected


@pytest.mark.parametrize(
    ("code", "then", "now", "is_now"),
    [
        ("NE007001", "Damagaram Takaya", "Belbedji", "NE007002"),
        ("NER007001", "Damagaram Takaya", "Belbedji", "NE007002"),
        ("NE006007", "Kollo", "Gothèye", "NE006008"),
        ("NE004007", "Mayahi", "Ville de Maradi", "NE004008"),
    ],
)
def test_a_code_that_changed_its_meaning(niger, code, then, now, is_now):
    alone, former = niger.resolve(pcode=code), niger.resolve(pcode=code, name=then)

    assert (alone.unit, alone.code) == (None, "code_needs_name")
    assert (former.unit, former.code) == (None, "former_code")
    assert "2015" in former.message
    assert [unit.pcode for unit in former.suggestions] == [is_now]
    assert niger.resolve(pcode=code, name=now).unit.name == now


def test_a_declared_list_says_what_a_code_means(niger):
    of_2015 = Places(niger.country, vintage="2015")
    of_2023 = Places(niger.country, vintage="2023")

    assert pcode(of_2015.resolve(pcode="NE007001")) == "NE007002"
    assert pcode(of_2015.resolve(pcode="NE007001", name="Damagaram Takaya", region="Zinder")) == "NE007002"
    assert of_2015.resolve(pcode="NE007001", name="Belbedji").code == "code_name_disagree"
    # What stood beside the three that a source names is not guessed.
    assert of_2015.resolve(pcode="NE006008").code == "former_code_unknown"
    assert of_2015.resolve(pcode="NE006008", name="Ouallam").code == "former_code_unknown"
    assert pcode(of_2015.resolve(pcode="NE001002", name="Arlit")) == "NE001002"
    assert pcode(of_2015.resolve(pcode="NE004")) == "NE004"
    assert pcode(of_2023.resolve(pcode="NE007001")) == "NE007001"
    assert pcode(Places(niger.country, vintage="v02").resolve(pcode="NE006007")) == "NE006007"


def test_a_former_code_that_somebody_adds(niger):
    FormerCode.objects.create(
        country=niger.country, pcode="NE006008", vintage="2015", name="Ouallam", unit=niger.units["NE006009"]
    )

    assert pcode(Places(niger.country, vintage="2015").resolve(pcode="NE006008")) == "NE006009"
    assert Places(niger.country).resolve(pcode="NE006008", name="Ouallam").code == "former_code"


@pytest.mark.parametrize(
    ("given", "code", "offered"),
    [
        ({"pcode": "NE004008", "name": "Tessaoua"}, "code_name_disagree", ["NE004008", "NE004009"]),
        ({"pcode": "NE006007", "name": "Kolo"}, "code_name_disagree", ["NE006007", "NE006008"]),
        ({"pcode": "NE004008", "name": "Mayahi", "region": "Zinder"}, "wrong_region", ["NE004008"]),
        ({"pcode": "NE004", "region": "NE005"}, "wrong_region", ["NE004"]),
        ({"pcode": "NE099001", "name": "Mayahi"}, "code_unknown", ["NE004008"]),
        ({"pcode": "ML01", "name": "Kayes"}, "other_country", []),
        ({"name": "Mayahi", "region": "Zinder"}, "wrong_region", ["NE004008"]),
        ({"name": "Tibiri", "region": "Maradi"}, "wrong_region", ["NE003008"]),
        ({"name": "Mayahy"}, "place_unknown", ["NE004008"]),
        ({"name": "Kayes"}, "place_unknown", None),
        ({"name": "Mayahi", "region": "Kayes"}, "region_unknown", None),
        ({"name": "Tahoua"}, "ambiguous", ["NE005", "NE005009"]),
        ({"name": "Mayahi", "level": REGION}, "wrong_level", ["NE004"]),
        ({}, "place_missing", []),
    ],
)
def test_what_is_refused_and_offered(niger, given, code, offered):
    found = niger.resolve(**given)

    assert (found.unit, found.code) == (None, code)
    assert found.message
    if offered is not None:
        assert [unit.pcode for unit in found.suggestions] == offered


def test_a_spelling_that_nobody_else_bears_beside_its_code(niger):
    found = niger.resolve(pcode="NE004008", name="Mayahy")

    assert pcode(found) == "NE004008"
    assert found.code == "near_name"
    assert "Mayahy" in found.message


@pytest.mark.parametrize(
    "given",
    [
        {"name": "Maradi", "level": DEPARTMENT},
        {"name": "Maradi", "region": "Maradi", "level": DEPARTMENT},
        {"name": "tous les départements", "region": "Maradi", "level": DEPARTMENT},
        {"region": "Maradi", "level": DEPARTMENT},
        {"pcode": "NE004", "name": "Maradi", "level": DEPARTMENT},
    ],
)
def test_a_region_in_a_column_of_departments_stays_a_region(niger, given):
    found = niger.resolve(**given)

    assert pcode(found) == "NE004"
    assert (found.code, found.region_only) == ("region_only", True)


def test_a_department_that_did_not_exist_yet(senegal):
    before, after = date(2016, 3, 1), date(2022, 1, 1)

    assert senegal.resolve(name="Keur Massar", on=before).code == "not_yet"
    assert senegal.resolve(pcode="SN0105", name="Keur-Massar", on=date(2021, 5, 27)).code == "not_yet"
    assert pcode(senegal.resolve(name="Keur Massar", on=date(2021, 5, 28))) == "SN0105"
    assert Places(senegal.country, on=before).resolve(name="Keur Massar").code == "not_yet"
    assert pcode(Places(senegal.country, on=before).resolve(name="Keur Massar", on=after)) == "SN0105"


def test_a_department_that_ended(senegal):
    AdminUnit.objects.filter(pcode="SN0103").update(valid_until=date(2024, 12, 31))
    places = Places(senegal.country)

    assert pcode(places.resolve(name="Pikine", on=date(2024, 12, 31))) == "SN0103"
    assert places.resolve(name="Pikine", on=date(2025, 1, 1)).code == "no_longer"


def test_a_commune_in_a_column_of_departments(niger):
    AdminUnit.objects.create(
        country=niger.country,
        pcode="NE004008001",
        level=UnitLevel.COMMUNE,
        name="Kanambakaché",
        parent=niger.units["NE004008"],
    )
    found = Places(niger.country).resolve(name="Kanambakaché", region="Maradi", level=DEPARTMENT)

    assert (found.unit, found.code) == (None, "wrong_level")
    assert [unit.pcode for unit in found.suggestions] == ["NE004008"]


def test_rows_ask_the_database_nothing(niger, django_assert_num_queries):
    with django_assert_num_queries(3):
        places = Places(niger.country)
        for number in range(300):
            places.resolve(name=f"Mayahi {number % 7}", region="Maradi")
            places.resolve(pcode="NE004008", name="Mayahi", level=DEPARTMENT, on=date(2026, 1, 1))
