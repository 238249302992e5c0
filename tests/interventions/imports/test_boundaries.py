"""Files of limits: what is believed, mended and refused, and how it is said."""

import json

import pytest
from django.core.exceptions import ValidationError
from shapely.geometry import box, mapping

from interventions.imports import boundaries
from interventions.imports.boundaries import read
from interventions.models import AdminUnit, FormerCode
from tests.interventions.factories import UnitFactory
from tests.taskforce.factories import CountryFactory

pytestmark = pytest.mark.django_db

# Two departments side by side: 4 to 5 and 5 to 6 degrees east, 14 to 15 north.
WEST, EAST = box(4, 14, 5, 15), box(5, 14, 6, 15)
# Its border crosses itself in the middle.
BOW_TIE = {"type": "Polygon", "coordinates": [[[4, 14], [5, 15], [5, 14], [4, 15], [4, 14]]]}


@pytest.fixture
def niger(db):
    country = CountryFactory()
    region = UnitFactory(country=country, pcode="NE005", name="Tahoua")
    UnitFactory(country=country, pcode="NE005003", name="Birni N’Konni", parent=region, latitude=14.5, longitude=4.5)
    UnitFactory(country=country, pcode="NE005007", name="Madaoua", parent=region, latitude=14.5, longitude=5.5)
    return country


def feature(shape, **properties):
    geometry = shape if isinstance(shape, dict) or shape is None else mapping(shape)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


KONNI = {"ADM2_PCODE": "NE005003", "ADM2_FR": "Birni N'Konni"}
MADAOUA = {"ADM2_PCODE": "NE005007", "ADM2_FR": "Madaoua"}


def written(folder, *features, **more):
    path = folder / "limites.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}), encoding="utf-8")
    return path


def refusal(path, country, level=2, **kwargs):
    with pytest.raises(ValidationError) as caught:
        read(path, country, level=level, **kwargs)
    return " ".join(caught.value.messages).replace("\xa0", " ")


def names(units):
    return sorted(unit.name for unit in units)


def test_shapes_by_code_and_name(niger, tmp_path):
    found = read(written(tmp_path, feature(WEST, **KONNI), feature(EAST, **MADAOUA)), niger, level=2)

    assert {unit.name: shape.bounds for unit, shape in found.shapes.items()} == {
        "Birni N’Konni": (4, 14, 5, 15),
        "Madaoua": (5, 14, 6, 15),
    }
    assert (found.mended, found.missing, found.by_name) == ([], [], False)


@pytest.mark.parametrize(
    "properties",
    [
        {"pcode": "NE005003", "name": "Birni N’Konni"},
        {"admin2Pcod": "NE005003", "admin2Name": "x", "adm2_name": "Konni-Birni", "adm2_fr": "BIRNI N KONNI"},
        {"ADM2_PCODE": "NER005003", "ADM2_EN": "Birni N'Konni", "ADM1_EN": "Tahoua"},
        {"shapeISO": "NE005003", "shapeName": "Birni N'Konni"},
    ],
)
def test_how_files_call_codes_and_names(niger, tmp_path, properties):
    found = read(written(tmp_path, feature(WEST, **properties)), niger, level=2)

    assert names(found.shapes) == ["Birni N’Konni"]
    assert names(found.missing) == ["Madaoua"]


def test_a_border_that_crosses_itself_is_mended(niger, tmp_path):
    found = read(written(tmp_path, feature(BOW_TIE, **KONNI), feature(EAST, **MADAOUA)), niger, level=2)

    assert names(found.mended) == ["Birni N’Konni"]
    (shape,) = [shape for unit, shape in found.shapes.items() if unit.name == "Birni N’Konni"]
    assert shape.is_valid and shape.area == pytest.approx(0.5)


def test_a_border_too_detailed_to_be_mended(niger, tmp_path, monkeypatch):
    monkeypatch.setattr(boundaries, "MOST_TO_MEND", 4)

    assert "trop de points (5)" in refusal(written(tmp_path, feature(BOW_TIE, **KONNI)), niger)


def test_regions_without_codes_by_their_names(niger, tmp_path):
    path = written(tmp_path, feature(box(4, 14, 6, 15), NAME_1="tahoua"))

    found = read(path, niger, level=1)
    assert (names(found.shapes), found.by_name) == (["Tahoua"], True)
    assert "à leur P-code" in refusal(path, niger, level=2)


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"ADM2_PCODE": "NE005003", "ADM2_FR": "Madaoua"}, "Forme 1 : NE005003 « Madaoua »"),
        ({"ADM2_PCODE": "NE005099", "ADM2_FR": "Nulle part"}, "Forme 1 : NE005099 « Nulle part »"),
        ({"ADM2_PCODE": "SN0101", "ADM2_FR": "Dakar"}, "SN0101"),
        ({"ADM2_PCODE": "NE005", "ADM2_FR": "Tahoua"}, "NE005"),
        ({"ADM2_PCODE": "", "ADM2_FR": ""}, "sans code ni nom"),
    ],
)
def test_a_code_that_is_none_of_ours_stops_the_file(niger, tmp_path, properties, said):
    assert said in refusal(written(tmp_path, feature(EAST, **MADAOUA), feature(WEST, **properties)), niger).replace(
        "Forme 2", "Forme 1"
    )


def test_a_file_of_another_country(niger, tmp_path):
    path = written(
        tmp_path, feature(WEST, pcode="SN0101", name="Dakar"), feature(EAST, pcode="SN0102", name="Guédiawaye")
    )

    assert refusal(path, niger) == "Ce fichier est d’un autre pays : ses P-codes ne commencent pas par NE (SN0101…)."


def test_a_code_that_changed_its_meaning_needs_its_name_or_list(niger, tmp_path):
    madaoua = AdminUnit.objects.get(pcode="NE005007")
    FormerCode.objects.create(country=niger, pcode="NE005003", vintage="2015", name="Madaoua", unit=madaoua)

    path = written(tmp_path, feature(EAST, ADM2_PCODE="NE005003"))
    assert "Forme 1" in refusal(path, niger)
    assert names(read(path, niger, level=2, vintage="2015").shapes) == ["Madaoua"]


def test_one_shape_a_unit(niger, tmp_path):
    path = written(tmp_path, feature(WEST, **KONNI), feature(EAST, **KONNI))

    assert "Forme 2 : « Birni N’Konni » a déjà une forme" in refusal(path, niger)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        ({"type": "Point", "coordinates": [5, 14]}, "pas une surface"),
        (None, "pas une surface"),
        ({"type": "Polygon", "coordinates": "rien"}, "pas lisibles"),
        ({"type": "Polygon", "coordinates": []}, "vide"),
        ({"type": "Polygon", "coordinates": [[[4, 14], [5, 14], [4, 14], [4, 14]]]}, "aucune surface"),
        ({"type": "Polygon", "coordinates": [[[4, None], [5, 14], [5, 15], [4, None]]]}, "Forme 1"),
    ],
)
def test_a_geometry_that_is_no_area(niger, tmp_path, geometry, said):
    assert said in refusal(written(tmp_path, feature(geometry, **KONNI)), niger)


def test_metres_are_no_degrees(niger, tmp_path):
    metres = box(400_000, 1_540_000, 500_000, 1_650_000)

    assert "ne sont pas des degrés" in refusal(written(tmp_path, feature(metres, **KONNI)), niger)
    path = written(tmp_path, feature(WEST, **KONNI), crs={"type": "name", "properties": {"name": "EPSG:32632"}})
    assert "autre projection" in refusal(path, niger)
    path = written(tmp_path, feature(WEST, **KONNI), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::4326"}})
    assert names(read(path, niger, level=2).shapes) == ["Birni N’Konni"]


def test_latitude_before_longitude_and_another_country(niger, tmp_path):
    turned = feature(box(14, 4, 15, 5), **KONNI)
    elsewhere = feature(box(-17, 44, -16, 45), **KONNI)

    assert "inversées" in refusal(written(tmp_path, turned), niger)
    assert "chefs-lieux" in refusal(written(tmp_path, elsewhere), niger)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "pas du GeoJSON"),
        (b"PK\x03\x04", "pas du GeoJSON"),
        (b"[" * 100_000, "pas du GeoJSON"),
        (b'{"type": "Polygon"}', "aucune forme"),
        (b'{"features": []}', "aucune forme"),
        (b'{"features": {"a": 1}}', "aucune forme"),
        (b"[1, 2]", "aucune forme"),
        (b'{"features": [1, "a", null]}', "P-code"),
        (
            b'{"features": [{"properties": {"pcode": "NE005003"}, "geometry": 3}, 4]}',
            "Forme 2 : elle n’est pas lisible",
        ),
    ],
)
def test_what_is_no_geojson(niger, tmp_path, content, said):
    path = tmp_path / "limites.geojson"
    path.write_bytes(content)

    assert said in refusal(path, niger)


def test_fifty_megabytes_and_too_many_shapes(niger, tmp_path, monkeypatch):
    path = tmp_path / "limites.geojson"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "trop lourd (50 Mo) : 30 Mo au plus" in refusal(path, niger)

    monkeypatch.setattr(boundaries, "MOST_FEATURES", 1)
    path = written(tmp_path, feature(WEST, **KONNI), feature(EAST, **MADAOUA))
    assert "trop de formes : 2" in refusal(path, niger)


def test_the_first_reasons_are_told_and_the_rest_counted(niger, tmp_path):
    wrong = [feature(WEST, pcode=f"NE9{number:05d}", name=f"Lieu {number}") for number in range(20)]

    said = refusal(written(tmp_path, *wrong), niger)
    assert said.count("Forme ") == 12 and "… et 8 autres formes refusées" in said
