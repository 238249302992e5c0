"""Reading the paths that were stored: « M120 40l12-3 5 8z », whole numbers, lines alone."""

from __future__ import annotations

import re

_RING = re.compile(r"M(-?\d+) ?(-?\d+)l([^z]*)z")
_NUMBER = re.compile(r"-?\d+")


def rings_of(path: str) -> list[list[tuple[int, int]]]:
    """The corners of each ring."""
    rings = []
    for match in _RING.finditer(path):
        x, y = int(match[1]), int(match[2])
        ring = [(x, y)]
        numbers = [int(number) for number in _NUMBER.findall(match[3])]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def points_of(path: str) -> list[tuple[int, int]]:
    return [point for ring in rings_of(path) for point in ring]
