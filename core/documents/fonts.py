"""The fonts of documents: our own files first, through a fontconfig file of our own."""

import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured

# Below `static/`; see config/assets for where they come from.
FONT_FILES = (
    "fonts/SourceSans3-Regular.ttf",
    "fonts/SourceSans3-Italic.ttf",
    "fonts/SourceSans3-SemiBold.ttf",
    "fonts/SourceSans3-Bold.ttf",
    "fonts/SourceSerif4-Regular.ttf",
    "fonts/SourceSerif4-Italic.ttf",
    "fonts/SourceSerif4-Bold.ttf",
    "fonts/SourceSerif4-BoldItalic.ttf",
    "fonts/NotoSans-Regular.ttf",
    "fonts/NotoSans-Bold.ttf",
)


def font_folders() -> list[Path]:
    """The folders our fonts lie in. Raises ImproperlyConfigured when one is not installed."""
    folders = set()
    for name in FONT_FILES:
        found = finders.find(name)
        if not found:
            raise ImproperlyConfigured(f"The font {name} is not installed: run `npm ci` in config/assets.")
        folders.add(Path(found).parent)
    return sorted(folders)


def use_our_fonts() -> None:
    """Point fontconfig, hence Pango, at our fonts for the rest of this process.

    A font face in the stylesheet would be copied to a temporary folder by every worker, and a killed
    worker would leave it there. The machine's own fonts stay behind ours, for scripts that ours lack.
    """
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in font_folders())
    home = _writable_folder()
    document = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig>{folders}<cachedir>{escape(str(home / 'cache'))}</cachedir>"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>'
    )
    path = home / "fonts.conf"
    if not path.is_file() or path.read_text() != document:
        # Several workers may start at once: each writes its own file, and the last one takes the place.
        with tempfile.NamedTemporaryFile("w", dir=home, delete=False) as handle:
            handle.write(document)
        Path(handle.name).replace(path)
    os.environ["FONTCONFIG_FILE"] = str(path)


def _writable_folder() -> Path:
    folder = settings.VAR_DIR / "fonts"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"socle-fonts-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder
