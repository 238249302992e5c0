"""GeoJSON in: features are rows, their properties cells; a place that nothing names is deduced and said to be."""

import json

import pytest
from shapely.geometry import box

from core.imports.tables import UnreadableTableError
from interventions.enums import UnitLevel
from interventions.models import AdminUnit
from interventions.services.boundaries import store_boundaries


def features(path, *rows, **more):
    """`rows`: (properties, geometry)."""
    found = [{"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found, **more}), "utf-8")
    return path


def point(longitude, latitude):
    return {"type": "Point", "coordinates": [longitude, latitude]}


NAMED = {"organisation": "PAM", "activity": "School meals", "start": "2016-01-01", "admin1": "Matam", "admin2": "Kanel",
         "adm2_pcode": "SN0901", "people reached": 40}  # fmt: skip
UNNAMED = {"Structure": "PAM", "Activité": "Cantines scolaires", "Année": 2016}


@pytest.fixture
def limits(reference):
    """Two departments of Senegal as squares side by side, from 14 to 16 degrees west."""
    units = [AdminUnit.objects.get(pcode=code) for code in ("SN0901", "SN0902")]
    shapes = dict(zip(units, (box(-16, 14, -15, 15), box(-15, 14, -14, 15)), strict=True))
    store_boundaries(reference["SEN"], shapes, level=UnitLevel.DEPARTMENT, source="essai", licence="essai")


def test_features_whose_properties_name_their_place(tmp_path, counts, limits):
    path = features(
        tmp_path / "a.geojson", (NAMED, point(-14.5, 14.5)), (NAMED | {"admin2": "Matam", "adm2_pcode": ""}, None)
    )
    found, sheet = counts(path, "SEN")
    assert (found["rows"], found["new"]) == (2, 2)
    # What the properties say stands, wherever the point lies.
    assert [line.unit.pcode for line in sheet.lines] == ["SN0901", "SN0902"]
    assert "place_from_point" not in {one["code"] for one in found["issues"]}


def test_properties_by_the_portals_own_names(tmp_path, counts):
    own = {"intervention_code": "CS-1", "intervention_title": "Cantines", "lead": "PAM", "funder": "Banque mondiale", "instrument": "Cantine scolaire",
           "group": "Élèves", "adm1_code": "SN09", "adm1_name": "Matam", "adm2_code": "SN0901", "adm2_name": "Kanel", "start": "2016-01-01", "end": "2016-12-31",
           "status": "Terminé", "targeted.household": 12, "reached.person.f.children": 5, "transfer_value": 1500.5, "frequency": "Mensuel", "reported": "2016-06-30"}  # fmt: skip
    found, sheet = counts(features(tmp_path / "a.geojson", (own, None)), "SEN")
    assert (found["new"], [one["code"] for one in found["issues"]]) == (1, [])
    [row] = sheet.rows
    assert (row.group.code, str(row.as_of), str(row.transfer_value), row.frequency) == (
        "pupils",
        "2016-06-30",
        "1500.50",
        "month",
    )
    assert {cell.counted for cell in row.figures} == {"household", "person"}


def test_a_point_lies_in_its_department_and_that_is_told(tmp_path, counts, limits):
    square = {
        "type": "Polygon",
        "coordinates": [[[-14.6, 14.4], [-14.4, 14.4], [-14.4, 14.6], [-14.6, 14.6], [-14.6, 14.4]]],
    }
    wrong = [
        None,
        point(-3, 50),
        {"type": "Point", "coordinates": ["a"]},
        {"type": "Point", "coordinates": []},
        "ici",
        point(1e9, 3),
    ]
    rows = [(UNNAMED, point(-15.5, 14.5)), (UNNAMED, square), *((UNNAMED, one) for one in wrong)]
    found, sheet = counts(features(tmp_path / "a.json", *rows), "SEN")
    assert [row.unit.pcode for row in sheet.rows[:2]] == ["SN0901", "SN0902"]
    assert (found["rows"], found["resolved"], found["refused"]) == (8, 2, 6)
    told = [(one["row"], one["message"]) for one in found["issues"] if one["code"] == "place_from_point"]
    assert [row for row, _message in told] == [2, 3]
    assert "14.5000, -15.5000" in told[0][1]


def test_without_surveyed_limits_a_point_says_nothing(tmp_path, counts):
    found, _sheet = counts(features(tmp_path / "a.geojson", (UNNAMED, point(-15.5, 14.5))), "SEN")
    assert (found["resolved"], found["refused"]) == (0, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"type": "FeatureCollection", "features": [', "abîmé"),
        ('{"type": "Topology"}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": {}}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:32628"}}}', "degrés"),
        ('{"type": "FeatureCollection", "features": []}', "Aucun tableau"),
        ('{"type": "FeatureCollection", "features": [1, null, {"properties": [2]}]}', "Aucun tableau"),
        ("{" * 200_000, "abîmé"),
    ],
)
def test_files_that_are_no_map(tmp_path, counts, content, reason):
    (tmp_path / "a.geojson").write_text(content, "utf-8")
    with pytest.raises(UnreadableTableError, match=reason):
        counts(tmp_path / "a.geojson", "SEN")
