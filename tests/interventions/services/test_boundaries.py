"""Limits kept as paths, cells around chief towns, and the shapes that come with the portal."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from shapely.geometry import Polygon, box
from shapely.ops import unary_union

from interventions.imports.boundaries import read
from interventions.imports.region_shapes import load_region_shapes
from interventions.maps import sheet_of
from interventions.maps.geometry import shape_of
from interventions.models import AdminUnit, Boundary, BoundarySet
from interventions.services.boundaries import draw_schematic, remove_boundaries, store_boundaries
from interventions.services.reference import load_reference
from tests.interventions.factories import UnitFactory
from tests.taskforce.factories import CountryFactory

pytestmark = pytest.mark.django_db

SHAPES = settings.BASE_DIR.parent / "shared" / "geo"
WORDS = {"source": "Tracé d’essai", "licence": "CC BY 4.0"}


@pytest.fixture
def niger():
    country = CountryFactory()
    load_reference()
    return country


def drawn_of(limits):
    return {boundary.unit.name: shape_of(boundary.path) for boundary in limits.boundaries.select_related("unit")}


def test_the_regions_that_come_with_the_portal(niger):
    senegal = CountryFactory(senegal=True)
    load_reference()

    assert load_region_shapes() == 2
    assert load_region_shapes() == 0
    for country, regions, departments in ((niger, 8, 67), (senegal, 14, 46)):
        of_regions, of_departments = BoundarySet.objects.filter(country=country).order_by("level")
        assert (of_regions.boundaries.count(), of_departments.boundaries.count()) == (regions, departments)
        assert (of_regions.is_schematic, of_departments.is_schematic) == (False, True)
        assert "superset" in of_regions.source and of_regions.licence == "Apache-2.0"
        notes = " ".join(sheet_of(country, 2).notes)
        assert "Limites schématiques" in notes and "Limites sans valeur officielle" in notes


def test_what_somebody_loaded_is_kept(niger):
    region = AdminUnit.objects.get(pcode="NE001")
    store_boundaries(niger, {region: box(5, 14, 10, 20)}, level=1, **WORDS)

    assert load_region_shapes() == 0
    assert BoundarySet.objects.get(level=1).source == "Tracé d’essai"


def test_cells_fill_their_region_and_do_not_overlap(niger):
    load_region_shapes()
    regions, departments = (drawn_of(limits) for limits in BoundarySet.objects.order_by("level"))
    for region in AdminUnit.objects.filter(level=1):
        cells = [departments[unit.name] for unit in region.children.all() if unit.name in departments]
        whole = regions[region.name]
        together = unary_union(cells)
        assert together.symmetric_difference(whole).area < 0.02 * whole.area, region
        assert sum(cell.area for cell in cells) < 1.02 * together.area, region


def test_two_towns_at_one_place_and_a_town_outside(niger):
    region = UnitFactory(country=niger, pcode="NE099", name="Essai")
    AdminUnit.objects.exclude(pk=region.pk).filter(level=2).update(latitude=None, longitude=None)
    for number, (latitude, longitude) in enumerate([(15, 6), (15, 6), (30, 30)]):
        UnitFactory(
            country=niger,
            pcode=f"NE09900{number}",
            name=f"D{number}",
            parent=region,
            latitude=latitude,
            longitude=longitude,
        )
    store_boundaries(niger, {region: box(5, 14, 10, 20)}, level=1, **WORDS)

    cells = drawn_of(BoundarySet.objects.get(level=2))
    assert sorted(cells) == ["D0", "D1", "D2"]
    assert all(cell.area > 0 for cell in cells.values())


def test_a_town_that_ended_has_no_cell(niger):
    AdminUnit.objects.filter(pcode="NE001001").update(valid_until="2020-01-01")
    load_region_shapes()

    assert not Boundary.objects.filter(unit__pcode="NE001001").exists()


def test_loaded_departments_stand_in_place_of_cells_until_they_are_taken_away(niger):
    load_region_shapes()
    unit = AdminUnit.objects.get(pcode="NE001002")
    loaded = store_boundaries(niger, {unit: box(6, 17, 8, 20)}, level=2, **WORDS)

    assert not loaded.is_schematic
    assert draw_schematic(niger) is None
    sheet = sheet_of(niger, 2)
    assert [shape.unit for shape in sheet.shapes] == [unit]
    assert len(sheet.missing) == 66 and "Sans forme dans ce fichier" in " ".join(sheet.notes)

    remove_boundaries(loaded)
    assert BoundarySet.objects.get(level=2).is_schematic
    remove_boundaries(BoundarySet.objects.get(level=1))
    assert not BoundarySet.objects.exists()
    assert sheet_of(niger, 2).kind == "tiles"


def test_simplified_shapes_keep_common_borders(niger):
    west, east = AdminUnit.objects.filter(level=1)[:2]
    wavy = [(5 + (n % 7) / 100, 14 + n / 100) for n in range(200)]
    shapes = {west: Polygon([(3, 14), *wavy, (3, 16)]), east: Polygon([(9, 14), *wavy, (9, 16)])}
    limits = store_boundaries(niger, shapes, level=1, **WORDS)

    one, other = drawn_of(limits).values()
    assert one.intersection(other).area < 0.001 * one.area
    assert unary_union([one, other]).area == pytest.approx(one.area + other.area, rel=0.001)
    assert all("." not in boundary.path for boundary in limits.boundaries.all()), "whole numbers"


@pytest.mark.skipif(not SHAPES.is_dir(), reason="these shapes are not part of the project")
@pytest.mark.parametrize(("iso3", "count"), [("NER", 8), ("SEN", 14)])
def test_shapes_of_regions(iso3, count):
    country = CountryFactory(senegal=iso3 == "SEN")
    load_reference()
    limits = read(SHAPES / f"{iso3}_adm1_simplified_0.01.geojson", country, level=1)

    assert (len(limits.shapes), limits.missing) == (count, [])


@pytest.mark.skipif(not SHAPES.is_dir(), reason="these shapes are not part of the project")
@pytest.mark.parametrize(("iso3", "count"), [("NER", 67), ("SEN", 46)])
def test_shapes_of_departments(iso3, count):
    country = CountryFactory(senegal=iso3 == "SEN")
    load_reference()
    limits = read(SHAPES / f"{iso3}_adm2_current.geojson", country, level=2)

    assert len(limits.shapes) == count
    assert limits.missing == []
    kept = store_boundaries(country, limits.shapes, level=2, source="OCHA COD-AB", licence="CC BY-IGO")
    assert sum(len(boundary.path) for boundary in kept.boundaries.all()) < 120_000
    assert len(sheet_of(country, 2).shapes) == count


def test_the_command(niger, tmp_path):
    path = tmp_path / "regions.geojson"
    square = {"type": "Polygon", "coordinates": [[[7, 17], [9, 17], [9, 19], [7, 19], [7, 17]]]}
    shape = {"properties": {"pcode": "NE001", "name": "Agadez"}, "geometry": square}
    path.write_text(json.dumps({"features": [shape]}))
    options = {"country": "ner", "level": 1, "source": "Essai", "licence": "CC0"}
    out = StringIO()

    call_command("load_boundaries", path, **options, stdout=out)
    assert "Formes chargées : 1." in out.getvalue().replace("\xa0", " ")
    assert "Unités sans forme dans ce fichier : Diffa (NE002)" in out.getvalue().replace("\xa0", " ")
    for wrong, said in (({"country": "XXX"}, "Aucun pays"), ({"level": 2}, "NE001")):
        with pytest.raises(CommandError, match=said):
            call_command("load_boundaries", path, **{**options, **wrong})
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("load_boundaries", tmp_path / "absent.geojson", **options)
    assert BoundarySet.objects.filter(level=1).count() == 1
