"""Classes and drawings: what is drawn is what is told, in well-formed SVG without scripts or style sheets."""

import itertools
import random

import pytest
from lxml import etree

from interventions.enums import Measure
from interventions.maps import Classes, classes_of, draw, legend, written
from interventions.maps.drawing import FILLS, MARKS, steps, tiny
from interventions.maps.sheet import Shape, Sheet, tiles
from interventions.models import AdminUnit
from interventions.queries.tally import Value
from taskforce.models import Country

SVG = "{http://www.w3.org/2000/svg}"
COUNTRY = Country(iso3="NER", name_fr="Niger")


def square(unit, x, y, side=900):
    return Shape(unit, f"M{x} {y}l{side} 0 0 {side}-{side} 0z", x + side // 2, y + side // 2)


def units(*names, parent=None, level=2):
    return [AdminUnit(pk=number, name=name, level=level, parent=parent) for number, name in enumerate(names, start=1)]


def sheet_of_squares(*names):
    shapes = [square(unit, 1000 * number, 0) for number, unit in enumerate(units(*names))]
    return Sheet(1000 * len(names), 1000, shapes=shapes, source="Essai")


def drawing(sheet, values, **more):
    classes = more.pop("classes", None) or classes_of([value.low for value in values.values()])
    return etree.fromstring(draw(COUNTRY, 2, values, classes, title="Titre", sheet=sheet, **more))


class TestClasses:
    @pytest.mark.parametrize("method", ["quantiles", "equal", "given"])
    def test_every_value_has_a_class_and_every_class_has_a_value_or_was_asked_for(self, method):
        for seed in range(200):
            chance = random.Random(seed)
            values = [chance.randint(0, 10 ** chance.randint(0, 5)) for _ in range(chance.randint(1, 70))]
            given = [chance.randint(0, 100_000) for _ in range(chance.randint(0, 5))]
            classes = classes_of(values, count=chance.randint(1, 6), method=method, given=given)
            found = {classes.of(value) for value in values}
            assert None not in found
            assert len(classes.bounds) == len(classes.labels()) <= 5
            assert list(classes.bounds) == sorted(set(classes.bounds))
            if method == "quantiles":
                assert found == set(range(len(classes.bounds)))
            order = sorted(values)
            assert [classes.of(value) for value in order] == sorted(classes.of(value) for value in order)

    def test_labels_say_where_a_class_begins_and_ends(self):
        assert Classes(1, (1, 4, 1200)).labels() == ["1", "2 à 4", "5 à 1\u202f200"]
        assert Classes(1, (1, 4, 20)).labels(small=False) == ["< 5", "< 5", "5 à 20"]
        assert classes_of([]).labels() == []
        assert classes_of([None, 7]).labels() == ["7"]

    def test_bounds_that_are_chosen_end_their_class(self):
        assert classes_of([1, 3, 9, 40], method="given", given=[2, 10, 500]).bounds == (2, 10, 40)
        assert classes_of([5, 5, 5], method="given", given=[5]).bounds == (5,)

    def test_what_is_not_filled_in_has_no_class(self):
        assert classes_of([None, 3]).of(None) is None


def test_numbers_in_words():
    assert written(None) == "non renseigné"
    assert written(Value(0, 0)) == "0"
    assert written(Value(3, 3)) == "3"
    assert written(Value(1, 4), small=False) == "< 5"
    assert written(Value(0, 0), small=False) == "0"
    assert written(Value(54, 57), small=False) == "54 à 57"
    assert written(Value(1200, 12500)) == "1\u202f200 à 12\u202f500"


class TestDrawing:
    def test_each_unit_has_a_name_and_a_value_for_whoever_does_not_see_it(self):
        sheet = sheet_of_squares("Madaoua", "Konni", "Bagaroua")
        tree = drawing(
            sheet, {1: Value(3, 8), 2: Value(1, 1)}, noun=Measure.HOUSEHOLDS.noun, link=lambda unit: f"/{unit.pk}/"
        )
        links = tree.findall(f".//{SVG}a")

        assert [(link.get("href"), link.get("aria-label").replace("\xa0", " ")) for link in links] == [
            ("/1/", "Madaoua : 3 à 8 ménages atteints"),
            ("/2/", "Konni : 1 ménage atteint"),
            ("/3/", "Bagaroua : non renseigné"),
        ]
        assert [link.find(f"{SVG}title").text for link in links] == [link.get("aria-label") for link in links]
        assert tree.get("aria-labelledby") == tree.find(f"{SVG}title").get("id")

    def test_not_filled_in_looks_like_no_class(self):
        tree = drawing(sheet_of_squares("A", "B"), {1: Value(0, 0)})
        filled, empty = tree.findall(f".//{SVG}path[@fill]")[:2]
        assert filled.get("fill") not in ("#ffffff", empty.get("fill"))
        assert empty.get("fill") == "#ffffff"
        assert empty.get("stroke-dasharray")
        assert not filled.get("stroke-dasharray")

    def test_classes_differ_without_colour(self):
        """By pattern, or by a lightness that a black and white printer keeps apart."""
        for count in range(2, 6):
            looks = steps(Classes(1, tuple(range(1, count + 1))))
            assert len(set(looks)) == count
            greys = [grey(FILLS[look]) for look in looks]
            assert greys == sorted(greys, reverse=True)
            for one, other in itertools.pairwise(looks):
                assert MARKS[one] != MARKS[other] or grey(FILLS[one]) - grey(FILLS[other]) > 60

    def test_names_are_written_as_text_whatever_they_hold(self):
        sheet = sheet_of_squares('<script>alert("x")</script>', "N'Guigmi & Cie")
        tree = drawing(sheet, {1: Value(1, 1)}, description="<b>")
        assert not list(tree.iter(f"{SVG}script"))
        assert '<script>alert("x")</script>' in "".join(tree.itertext())

    def test_nothing_that_the_content_security_policy_refuses(self):
        text = draw(COUNTRY, 2, {1: Value(1, 1)}, classes_of([1]), title="T", sheet=sheet_of_squares("A"))
        assert "style=" not in text
        assert "<style" not in text
        assert "<script" not in text
        assert "javascript:" not in text

    def test_two_drawings_of_a_page_share_no_name(self):
        sheet = sheet_of_squares("A", "B", "C", "D")
        values = {1: Value(1, 1), 2: Value(2, 2), 3: Value(3, 3), 4: Value(4, 4)}
        names = [
            {one.get("id") for one in drawing(sheet, values, slug=slug).iter() if one.get("id")}
            for slug in ("avant", "apres")
        ]
        assert not names[0] & names[1]
        one = drawing(sheet, values, slug="avant")
        used = {path.get("fill")[5:-1] for path in one.iter(f"{SVG}path") if path.get("fill", "").startswith("url")}
        assert used
        assert used <= names[0]

    def test_the_legend_shows_the_looks_of_the_drawing(self):
        sheet = sheet_of_squares("A", "B", "C")
        values = {1: Value(1, 1), 2: Value(5, 5), 3: Value(9, 9)}
        classes = classes_of([1, 5, 9], count=3)
        tree = drawing(sheet, values, classes=classes)
        drawn = {
            path.get("fill")
            for path in tree.findall(f".//{SVG}a/{SVG}path") + tree.findall(f".//{SVG}g[@role]/{SVG}path")
        }
        keys = [etree.fromstring(key.swatch).find("rect").get("fill") for key in legend(classes)]
        assert drawn == set(keys[:-1])
        assert legend(classes)[-1].label == "non renseigné"

    def test_departments_too_small_to_point_at_are_drawn_again_and_reached_once(self):
        region = AdminUnit(pk=100, name="Dakar", level=1)
        small = [AdminUnit(pk=number, name=f"Petit {number}", level=2, parent=region) for number in (1, 2)]
        large = AdminUnit(pk=3, name="Grand", level=2, parent=AdminUnit(pk=101, name="Matam", level=1))
        sheet = Sheet(
            4000, 3000, shapes=[square(small[0], 0, 0, 90), square(small[1], 100, 0, 90), square(large, 1000, 0)]
        )
        assert [[shape.unit.pk for shape in group] for group in tiny(sheet)] == [[1, 2]]
        tree = drawing(sheet, {1: Value(1, 1)}, link=lambda unit: f"/{unit.pk}/")
        assert sorted(link.get("href") for link in tree.iter(f"{SVG}a")) == ["/1/", "/2/", "/3/"]
        assert "Dakar, agrandi" in "".join(tree.itertext())


def grey(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


class TestTiles:
    def test_each_unit_has_its_own_tile_north_above_south(self):
        places = units(*(f"Lieu {number}" for number in range(46)))
        for number, unit in enumerate(places):
            unit.latitude, unit.longitude = 20 - number, number % 7
        sheet = tiles(places)
        assert len({shape.path for shape in sheet.shapes}) == 46
        assert all(0 < shape.x < sheet.width and 0 < shape.y < sheet.height for shape in sheet.shapes)
        top = min(shape.y for shape in sheet.shapes)
        assert places[0] in [shape.unit for shape in sheet.shapes if shape.y == top]
        assert "aucune limite n’est chargée" in sheet.notes[0]

    def test_places_without_coordinates_and_none_at_all_are_no_error(self):
        assert len(tiles(units("A", "B")).shapes) == 2
        assert tiles([]).shapes == []
        assert drawing(tiles([]), {}, classes=classes_of([])) is not None
