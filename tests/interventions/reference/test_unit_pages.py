"""Places corrected and added by hand, and lists brought in from a page."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from interventions.imports.region_shapes import load_region_shapes
from interventions.models import AdminUnit, BoundarySet, FormerCode
from interventions.places import Places
from tests.interventions.factories import UnitFactory
from tests.interventions.reference.pages import at, corrected, shown
from tests.project import html
from tests.taskforce.factories import CountryFactory, member

pytestmark = pytest.mark.django_db

LIST = """ADM2_FR,ADM2_PCODE,ADM1_FR,ADM1_PCODE
Agadez,NE0010,,
Arlit,NE001002,Agadez,NE001
Bilma,NE001003,Agadez,NE001
"""


@pytest.fixture
def region(body):
    return UnitFactory(country=body.country, pcode="NE005", name="Tahoua")


@pytest.fixture
def department(region):
    unit = UnitFactory(country=region.country, pcode="NE005003", name="Birni N’Konni", parent=region)
    unit.aliases.create(label="Konni")
    return unit


def uploaded(text, name="liste.csv"):
    return {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)}


def test_found_by_name_other_name_and_code(office, department):
    for words in ("birni", "KONNI", "ne005003", "NE 005003"):
        page = shown(office.get(at("unit_list"), {"q": words}))
        assert "Birni N’Konni" in page and "1 lieu" in page
    assert "Aucun lieu ne correspond" in shown(office.get(at("unit_list"), {"q": "Dakar"}))
    assert "Birni" not in shown(office.get(at("unit_list"), {"niveau": "1"}))
    assert "2 lieux" in shown(office.get(at("unit_list"), {"niveau": "abc", "page": "zz"}))


def test_other_names_and_former_codes_are_read_by_imports(office, department):
    url = at("unit_edit", department.pk)
    fields = {"name": "Birni N’Konni", "aliases": "Konni\nB. Konni", "former_codes": "ne005099 ; 2015 ; Konni ville"}

    assert corrected(office, url, fields).status_code == 302
    assert Places(department.country).resolve(name="b. konni").unit == department
    former = FormerCode.objects.get()
    assert (former.pcode, former.vintage, former.name, former.unit) == ("NE005099", "2015", "Konni ville", department)
    assert "NE005099 en 2015" in shown(office.get(at("unit_list")))
    corrected(office, url, {"name": "Birni N’Konni"})
    assert not department.aliases.exists() and not FormerCode.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "obligatoire"),
        ({"former_codes": "NE005099, 2015, Konni"}, "séparés par des points-virgules"),
        ({"former_codes": "NE1 ; 2015 ; A\nNE1 ; 2015 ; B"}, "deux fois"),
        ({"valid_from": "1/1/2020", "valid_until": "31/12/2019"}, "précède le début"),
        ({"latitude": "95"}, "90"),
        ({"valid_from": "hier"}, "n’est pas une date"),
        ({"aliases": "a\x00b"}, "caractère"),
    ],
)
def test_what_a_place_cannot_be(office, department, typed, said):
    fields = {"name": "Konni", "vintage": "v02", **typed}
    page = shown(corrected(office, at("unit_edit", department.pk), fields), 422)

    assert said in page
    department.refresh_from_db()
    assert department.name == "Birni N’Konni"


def test_a_new_place(office, region):
    fields = {"parent": region.pk, "pcode": "ne005099", "name": "Nouveau département"}

    assert office.post(at("unit_add"), fields).status_code == 302
    found = AdminUnit.objects.get(pcode="NE005099")
    assert (found.level, found.parent, found.country) == (2, region, region.country)
    assert "commence par celui" in shown(office.post(at("unit_add"), {**fields, "pcode": "NE0061"}), 422)
    assert "existe déjà" in shown(office.post(at("unit_add"), fields), 422)
    abroad = UnitFactory(country=CountryFactory(senegal=True), pcode="SN01")
    assert office.post(at("unit_add"), {**fields, "parent": abroad.pk, "pcode": "SN0199"}).status_code == 422


def test_a_chief_town_moves_its_cell(office, body):
    region = UnitFactory(country=body.country, pcode="NE005", name="Tahoua")
    west = UnitFactory(country=body.country, pcode="NE005001", name="Ouest", parent=region, latitude=15, longitude=4)
    UnitFactory(country=body.country, pcode="NE005002", name="Est", parent=region, latitude=15, longitude=6)
    for name in ("Agadez", "Diffa", "Dosso", "Maradi", "Niamey", "Tillabéri", "Zinder"):
        UnitFactory(country=body.country, name=name)
    assert load_region_shapes() == 1
    before = west.boundaries.get().path

    corrected(office, at("unit_edit", west.pk), {"name": "Ouest", "latitude": "15", "longitude": "5"})

    assert west.boundaries.get().path != before
    assert BoundarySet.objects.get(level=2).is_schematic


def test_a_list_brought_in(office, body):
    UnitFactory(country=body.country, pcode="NE001", name="Agadez")
    good = LIST.replace("Agadez,NE0010,,\n", "")

    response = office.post(at("unit_file"), uploaded(good), follow=True)
    assert "Lieux ajoutés : 2" in shown(response)
    assert AdminUnit.objects.get(pcode="NE001003").name == "Bilma"
    assert "ajoutés : 0" in shown(office.post(at("unit_file"), uploaded(good), follow=True))


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("code;nom\n1;Agadez\n", "liste.csv"), "Aucune ligne d’en-tête reconnue"),
        (("ADM1_PCODE,ADM1_FR\nSN01,Dakar\n", "liste.csv"), "n’est pas un P-code de ce pays"),
        (("ADM1_PCODE,ADM1_FR\nNE001,Dosso\n", "liste.csv"), "NE001 désigne ici Agadez, et Dosso dans le fichier"),
        ((b"%PDF-1.4 rien", "liste.pdf"), "CSV ou Excel"),
        ((b"", "liste.csv"), "vide"),
        ((b"PK\x03\x04abc", "liste.xlsx"), "abîmé"),
    ],
)
def test_a_list_refused_changes_nothing(office, body, file, said):
    UnitFactory(country=body.country, pcode="NE001", name="Agadez")

    assert said in shown(office.post(at("unit_file"), uploaded(*file)), 422)
    assert AdminUnit.objects.count() == 1


def test_without_a_file(office):
    assert "Ce champ est obligatoire" in shown(office.post(at("unit_file")), 422)


def test_a_member_reads_and_does_not_write(body, department, signed_in):
    browser = signed_in(member(body).user)

    assert "Modifier" not in shown(browser.get(at("unit_list")))
    for url in (at("unit_add"), at("unit_file"), at("unit_edit", department.pk)):
        assert browser.get(url).status_code == 403
        assert browser.post(url, {"name": "Autre"}).status_code == 403


def test_numbers_with_a_comma(office, department):
    corrected(office, at("unit_edit", department.pk), {"name": "Konni", "latitude": "13,79", "longitude": "5.25"})

    department.refresh_from_db()
    assert (department.latitude, department.longitude) == (Decimal("13.79"), Decimal("5.25"))
    assert department.valid_from is None


def test_a_place_that_ended(office, department):
    corrected(office, at("unit_edit", department.pk), {"name": "Konni", "valid_until": "31/12/2022"})

    department.refresh_from_db()
    assert department.valid_until == date(2022, 12, 31)
    assert "jusqu’au 31 décembre 2022" in shown(office.get(at("unit_list")))


def test_two_people_correct_a_place_at_once(office, department):
    url = at("unit_edit", department.pk)
    seen = html.tree(office.get(url).content).xpath("//input[@name='version']/@value")[0]
    first = {"name": "Birni N’Konni", "aliases": "Konni", "former_codes": "NE005099 ; 2015 ; Konni ville"}
    assert office.post(url, {**first, "version": seen}).status_code == 302

    page = shown(office.post(url, {"name": "Konni", "vintage": "v03", "version": seen}), 409)
    assert "NE005099 ; 2015 ; Konni ville" in page and "v03" in page and "Quelqu’un d’autre" in page
    department.refresh_from_db()
    assert (department.name, department.former_codes.count()) == ("Birni N’Konni", 1)
