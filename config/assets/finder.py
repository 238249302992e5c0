"""The third-party files this project uses: an allow-list, and the finder that knows nothing else.

They arrive at install time, from npm (`package.json` beside this file) or inside a Python package,
and are never committed. A file that stands in no list here does not exist for the portal.
"""

import importlib.util
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

NODE_MODULES = Path(__file__).resolve().parent / "node_modules"

# Served to browsers: address below STATIC_URL -> file in an npm package.
NPM_FILES = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
}

# Served to browsers: address below STATIC_URL -> (Python package, file in it).
PACKAGE_FILES = {
    "django_htmx/htmx-2.min.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
    "django_prose_editor/editor.js": ("django_prose_editor", "static/django_prose_editor/editor.js"),
    "account/js/onload.js": ("allauth", "account/static/account/js/onload.js"),
    "mfa/js/webauthn-json.js": ("allauth", "mfa/static/mfa/js/webauthn-json.js"),
    "mfa/js/webauthn.js": ("allauth", "mfa/static/mfa/js/webauthn.js"),
}

# Served to browsers: whole folders of a Python package (the administration asks for most of its files).
PACKAGE_FOLDERS = {
    "admin": ("django.contrib.admin", "static/admin"),
}

# For documents only, never served: found by `finders.find("fonts/…")`, absent from `collectstatic`.
# Source Sans 3 and Source Serif 4 set the text; Noto Sans stands behind them for the letters of
# West African languages that they lack (ƙ, ƴ).
FONT_FILES = {
    "fonts/SourceSans3-Regular.ttf": "@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf",
    "fonts/SourceSans3-Italic.ttf": "@expo-google-fonts/source-sans-3/400Regular_Italic/SourceSans3_400Regular_Italic.ttf",
    "fonts/SourceSans3-SemiBold.ttf": "@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf",
    "fonts/SourceSans3-Bold.ttf": "@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf",
    "fonts/SourceSerif4-Regular.ttf": "@expo-google-fonts/source-serif-4/400Regular/SourceSerif4_400Regular.ttf",
    "fonts/SourceSerif4-Italic.ttf": "@expo-google-fonts/source-serif-4/400Regular_Italic/SourceSerif4_400Regular_Italic.ttf",
    "fonts/SourceSerif4-Bold.ttf": "@expo-google-fonts/source-serif-4/700Bold/SourceSerif4_700Bold.ttf",
    "fonts/SourceSerif4-BoldItalic.ttf": "@expo-google-fonts/source-serif-4/700Bold_Italic/SourceSerif4_700Bold_Italic.ttf",
    "fonts/NotoSans-Regular.ttf": "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf",
    "fonts/NotoSans-Bold.ttf": "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf",
}

# Shapes of regions for the first map, read once into the database and never served: country -> GeoJSON file.
SHAPE_FILES = {
    f"boundaries/{iso3}.geojson": f"@superset-ui/legacy-plugin-chart-country-map/lib/countries/{name}.geojson"
    for iso3, name in {"NER": "niger", "SEN": "senegal"}.items()
}

# The maps are not served (the editor's alone weighs 2.4 MB) and the manifest storage aborts on a
# missing one, so that the comment that names them goes.
SOURCE_MAP_COMMENT = re.compile(rb"\s*(?://\s*[#@]\s*sourceMappingURL=\S+|/\*[#@]\s*sourceMappingURL=[^*]+\*/)\s*$")


def _package_root(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"The Python package {package} is not installed.")
    return Path(spec.origin).parent


@cache
def browser_files() -> dict[str, Path]:
    """Every third-party file that a browser may get: address below STATIC_URL -> file on disk."""
    files = {address: NODE_MODULES / inside for address, inside in NPM_FILES.items()}
    files |= {address: _package_root(package) / inside for address, (package, inside) in PACKAGE_FILES.items()}
    for prefix, (package, folder) in PACKAGE_FOLDERS.items():
        root = _package_root(package) / folder
        files |= {
            f"{prefix}/{path.relative_to(root).as_posix()}": path for path in sorted(root.rglob("*")) if path.is_file()
        }
    return files


class AllowListStorage(FileSystemStorage):
    """Read-only storage of `browser_files()`; text files come without their source-map comment."""

    def path(self, name: str) -> str:
        return str(browser_files()[name])

    def exists(self, name: str) -> bool:
        return name in browser_files()

    def _open(self, name: str, mode: str = "rb") -> File:
        content = Path(self.path(name)).read_bytes()
        if name.endswith((".js", ".css")):
            content = SOURCE_MAP_COMMENT.sub(b"", content)
        return ContentFile(content, name=name)

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(Path(self.path(name)).stat().st_mtime, tz=UTC)


class ThirdPartyFinder(BaseFinder):
    """Finds the files of the lists above, and no other file of any installed package."""

    storage = AllowListStorage()

    def check(self, **kwargs):
        return []

    def find(self, path: str, find_all: bool = False, **kwargs):
        kept = FONT_FILES.get(path) or SHAPE_FILES.get(path)
        found = NODE_MODULES / kept if kept else browser_files().get(path)
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, AllowListStorage]]:
        """Yields what `collectstatic` copies. Raises ImproperlyConfigured when the npm part is not installed."""
        for address, path in browser_files().items():
            if not path.is_file():
                raise ImproperlyConfigured(f"{path} is missing: run `npm ci` in {NODE_MODULES.parent}.")
            if not matches_patterns(address, list(ignore_patterns or [])):
                yield address, self.storage
