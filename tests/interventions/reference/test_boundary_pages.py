"""Limits loaded, looked at and taken away on their page."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from interventions.imports.region_shapes import load_region_shapes
from interventions.models import BoundarySet
from interventions.services.reference import load_reference
from tests.interventions.reference.pages import at, shown
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db

WORDS = {"level": "2", "source": "OCHA, COD-AB", "licence": "CC BY-IGO", "vintage": "2023"}


@pytest.fixture(autouse=True)
def places(body):
    load_reference()


def square(west, south, size=1):
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def upload(office, *features, **words):
    content = json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
    return office.post(
        at("boundary_file"),
        {**WORDS, **words, "file": SimpleUploadedFile("limites.geojson", content)},
        follow=True,
    )


def arlit(geometry=None):
    return {"properties": {"ADM2_PCODE": "NE001002", "ADM2_FR": "Arlit"}, "geometry": geometry or square(7, 18)}


def test_none_then_schematic_then_loaded_then_none_again(office):
    assert "aucune limite n’est chargée" in shown(office.get(at("boundary_list")))
    load_region_shapes()
    page = shown(office.get(at("boundary_list")))
    assert "Schématiques" in page and "Apache-2.0" in page and "Limites sans valeur officielle" in page

    page = shown(upload(office, arlit()))
    assert "1 forme chargée" in page and "absents de la carte : Aderbissinat" in page
    assert "OCHA, COD-AB, CC BY-IGO, 2023" in page
    loaded = BoundarySet.objects.get(level=2)
    assert (loaded.is_schematic, loaded.boundaries.count()) == (False, 1)
    page = shown(office.post(at("boundary_remove", loaded.pk), follow=True))
    assert "Schématiques" in page


def test_a_border_mended_is_told(office):
    bow_tie = {"type": "Polygon", "coordinates": [[[7, 18], [8, 19], [8, 18], [7, 19], [7, 18]]]}

    assert "remis en état : Arlit" in shown(upload(office, arlit(bow_tie)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ADM2_FR": "Bilma"}, "Forme 1 : NE001002 « Bilma »"),
        ({"ADM2_PCODE": "", "ADM2_FR": ""}, "P-code"),
    ],
)
def test_a_file_refused_keeps_what_is_drawn(office, change, said):
    load_region_shapes()
    feature = arlit()
    feature["properties"] |= change
    page = shown(upload(office, feature), 422)

    assert said in page
    assert BoundarySet.objects.get(level=2).is_schematic
    assert "OCHA, COD-AB" in upload(office, feature).content.decode(), "what was typed is still there"


def test_a_file_that_is_none(office):
    for content, said in ((b"", "vide"), (b"\x00\x01", "pas du GeoJSON")):
        file = SimpleUploadedFile("limites.geojson", content)
        assert said in shown(office.post(at("boundary_file"), {**WORDS, "file": file}), 422)
    assert "obligatoire" in shown(office.post(at("boundary_file"), WORDS), 422)
    assert "obligatoire" in shown(upload(office, arlit(), source=""), 422)
    assert upload(office, arlit(), level="3").status_code == 422


def test_heavier_than_allowed(office):
    file = SimpleUploadedFile("limites.geojson", b" " * (31 * 1024 * 1024))

    assert "trop lourd (31 Mo)" in shown(office.post(at("boundary_file"), {**WORDS, "file": file}), 422)


def test_a_member_looks_and_does_not_load(body, signed_in):
    load_region_shapes()
    browser = signed_in(member(body).user)

    assert "Retirer" not in shown(browser.get(at("boundary_list")))
    assert browser.post(at("boundary_file"), WORDS).status_code == 403
    assert browser.post(at("boundary_remove", BoundarySet.objects.get(level=1).pk)).status_code == 403
