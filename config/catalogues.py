"""Compile the translations with Babel: a bare machine has no msgfmt."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def catalogues() -> list[Path]:
    """Every catalogue of the project, sorted."""
    return sorted(LOCALE_DIR.glob("*/LC_MESSAGES/*.po"))


def compile_catalogues(*, force: bool = False) -> Iterator[Path]:
    """Write the .mo beside each .po that is newer; yields those written."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in catalogues():
        target = source.with_suffix(".mo")
        if not force and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            # Fuzzy entries are guesses of a tool: not shown to anybody.
            write_mo(file, catalogue, use_fuzzy=False)
        draft.replace(target)
        yield target


if __name__ == "__main__":
    for written in compile_catalogues(force="--force" in sys.argv):
        print(written)
