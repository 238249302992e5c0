"""A map as a picture, for files that hold no vector drawing (Word). The same classes and marks as `drawing`.

Importing this module loads Pillow: workers do, pages never.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont

from core.charts import INK
from interventions.maps.classes import Classes
from interventions.maps.drawing import FILLS, INSET_HEIGHT, MARK_INK, _around, _name_lines, steps, tiny, written
from interventions.maps.paths import rings_of
from interventions.maps.sheet import Shape, Sheet
from interventions.queries.tally import Value

# Drawn at twice the size, then made smaller: edges become smooth. In pixels; some 220 to the inch of a page.
WIDTH, TWICE = 1400, 2
TEXT = 22
FONT = "fonts/SourceSans3-SemiBold.ttf"


def as_data(
    sheet: Sheet, values: Mapping[int, Value | None], classes: Classes, *, level: int, small: bool
) -> dict[str, Any]:
    """What `picture` draws, as plain data: [path, class or -1, x, y, lines of its name], the borders, the insets."""
    looks = steps(classes)
    tucked = {shape.unit.pk for group in tiny(sheet) for shape in group}

    def area(shape: Shape, *, named: bool) -> list[Any]:
        value = values.get(shape.unit.pk)
        at = classes.of(value.low) if value is not None else None
        lines = _name_lines(shape.unit.name, sheet.kind == "tiles") if named else []
        if value is not None and named and (level == 1 or sheet.kind == "tiles"):
            lines = [*lines, written(value, small=small)]
        return [shape.path, -1 if at is None else looks[at], shape.x, shape.y, lines]

    insets = []
    for group in tiny(sheet):
        name = group[0].unit.parent.name if group[0].unit.parent else ""
        insets.append({"name": name, "around": list(_around(group)), "areas": [area(one, named=True) for one in group]})
    return {
        "width": sheet.width,
        "height": sheet.height,
        "areas": [area(one, named=one.unit.pk not in tucked) for one in sheet.shapes],
        "outlines": [one.path for one in sheet.outlines],
        "insets": insets,
        "classes": looks,
        "is_tiles": sheet.kind == "tiles",
    }


def picture(data: dict[str, Any]) -> bytes:
    """The PNG of what `as_data` told. The same data gives the same bytes on one machine."""
    height = data["height"] + (INSET_HEIGHT if data["insets"] else 0)
    scale = WIDTH * TWICE / data["width"]
    canvas = _Canvas(WIDTH * TWICE, max(1, round(height * scale)))
    for path, look, *_rest in data["areas"]:
        canvas.area(_points(path, scale), look)
    left = 60.0
    for inset in data["insets"]:
        left = _inset(canvas, inset, data["height"], left, scale)
    for path in data["outlines"]:
        canvas.outline(_points(path, scale))
    canvas.names(
        [(x * scale, y * scale, lines) for _path, _look, x, y, lines in data["areas"] if lines],
        crowded=not data["is_tiles"],
    )
    return canvas.png()


@lru_cache(maxsize=8)
def swatch(look: int) -> bytes:
    """The mark of a class, for a legend; -1: not filled in."""
    canvas = _Canvas(176, 104)
    canvas.area([[(2, 2), (172, 2), (172, 100), (2, 100)]], look)
    return canvas.png()


def _points(path: str, scale: float, x: float = 0, y: float = 0) -> list[list[tuple[float, float]]]:
    return [[((px - x) * scale, (py - y) * scale) for px, py in ring] for ring in _rings(path)]


def _rings(path: str) -> list[list[tuple[int, int]]]:
    """Tiles are squares (« h », « v »); shapes are lines."""
    found = rings_of(path)
    if found or "h" not in path:
        return found
    start, _h, rest = path.partition("h")
    x, y = (int(part) for part in start.removeprefix("M").split())
    side = int(rest.split("v")[0])
    return [[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]]


def _inset(canvas: _Canvas, inset: dict[str, Any], top: int, left: float, scale: float) -> float:
    """The departments of a small region again, larger, in a frame below the map; where the next frame begins."""
    west, north, east, south = inset["around"]
    factor = min((INSET_HEIGHT - 220) / max(south - north, 1), 1700 / max(east - west, 1))
    width = max((east - west) * factor + 120, 700)
    offset = left + (width - (east - west) * factor) / 2

    def moved(path: str) -> list[list[tuple[float, float]]]:
        return [
            [((offset + (x - west) * factor) * scale, (top + 160 + (y - north) * factor) * scale) for x, y in ring]
            for ring in _rings(path)
        ]

    canvas.frame(left * scale, top * scale, (left + width) * scale, (top + INSET_HEIGHT - 20) * scale, inset["name"])
    for path, look, *_rest in inset["areas"]:
        canvas.area(moved(path), look)
    canvas.names(
        [
            ((offset + (x - west) * factor) * scale, (top + 160 + (y - north) * factor) * scale, lines)
            for _path, _look, x, y, lines in inset["areas"]
        ]
    )
    return left + width + 80


class _Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width, height), "#ffffff")
        self.pen = ImageDraw.Draw(self.image)
        self.line = max(2, round(min(width, 2800) / 900))
        self.textures: dict[int, Image.Image] = {}

    def area(self, rings: list[list[tuple[float, float]]], look: int) -> None:
        xs, ys = [x for ring in rings for x, _y in ring], [y for ring in rings for _x, y in ring]
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        size = (max(1, int(max(xs)) - left + 2), max(1, int(max(ys)) - top + 2))
        mask = Image.new("1", size, 0)
        shape = ImageDraw.Draw(mask)
        for ring in sorted(rings, key=lambda one: -abs(_size(one))):
            moved = [(x - left, y - top) for x, y in ring]
            # A ring inside another is its hole.
            inside = mask.getpixel((_within(moved[0][0], size[0]), _within(moved[0][1], size[1])))
            shape.polygon(moved, fill=0 if inside else 1)
        if look >= 0:
            filled = self.texture(look).crop((left, top, left + size[0], top + size[1]))
            self.image.paste(filled, (left, top), mask)
        for ring in rings:
            self.pen.line([*ring, ring[0]], fill=INK, width=self.line if look >= 0 else self.line - 1, joint="curve")

    def texture(self, look: int) -> Image.Image:
        if look not in self.textures:
            self.textures[look] = _texture(look, self.image.size)
        return self.textures[look]

    def outline(self, rings: list[list[tuple[float, float]]]) -> None:
        for ring in rings:
            self.pen.line([*ring, ring[0]], fill=INK, width=self.line * 2, joint="curve")

    def frame(self, left: float, top: float, right: float, bottom: float, name: str) -> None:
        self.pen.rectangle((left, top, right, bottom), outline="#d9e0e3", width=self.line)
        self.pen.text((left + 20, top + 14), name, fill=INK, font=_font(TEXT * TWICE))

    def names(self, texts: Sequence[tuple[float, float, list[str]]], *, crowded: bool = False) -> None:
        """Each with a white edge; where they would cover one another, the later one is left out."""
        taken: list[tuple[float, float, float, float]] = []
        font = _font(TEXT * TWICE)
        for x, y, lines in texts:
            text = "\n".join(lines)
            box = self.pen.multiline_textbbox((x, y), text, font=font, anchor="mm", align="center")
            shift = max(4 - box[0], 0) - max(box[2] - self.image.width + 4, 0)
            box = (box[0] + shift, box[1], box[2] + shift, box[3])
            if crowded and any(_touch(box, other) for other in taken):
                continue
            taken.append(box)
            self.pen.multiline_text(
                (x + shift, y),
                text,
                fill=INK,
                font=font,
                anchor="mm",
                align="center",
                stroke_width=5,
                stroke_fill="#ffffff",
            )

    def png(self) -> bytes:
        small = self.image.resize(
            (max(1, self.image.width // TWICE), max(1, self.image.height // TWICE)), Image.Resampling.LANCZOS
        )
        stream = io.BytesIO()
        small.quantize(64).save(stream, "PNG", optimize=True)
        return stream.getvalue()


def _texture(look: int, size: tuple[int, int]) -> Image.Image:
    """The whole sheet in the look of a class: told apart in black and white."""
    image = Image.new("RGB", size, FILLS[look])
    pen, ink, step = ImageDraw.Draw(image), MARK_INK[look], 40
    width, height = size
    if look == 1:
        for y in range(0, height, step):
            for x in range(0, width, step):
                pen.ellipse((x, y, x + 11, y + 11), fill=ink)
    if look in (2, 3):
        for start in range(-height, width, step):
            pen.line((start, height, start + height, 0), fill=ink, width=5)
    if look == 3:
        for start in range(-height, width, step):
            pen.line((start, 0, start + height, height), fill=ink, width=5)
    return image


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont:
    found = finders.find(FONT)
    return ImageFont.truetype(str(found), size)


def _size(ring: list[tuple[float, float]]) -> float:
    return sum(x * y1 - x1 * y for (x, y), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _within(value: float, limit: int) -> int:
    return min(max(int(value), 0), limit - 1)


def _touch(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
