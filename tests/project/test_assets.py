"""What browsers get: an allow-list, small, complete, and named by content in production."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config.assets.finder import (
    FONT_FILES,
    NODE_MODULES,
    NPM_FILES,
    SHAPE_FILES,
    SOURCE_MAP_COMMENT,
    ThirdPartyFinder,
    browser_files,
)

ASSETS = settings.BASE_DIR / "config" / "assets"


def weight(path: str) -> int:
    """Bytes on the wire, compressed as the slowest client takes it."""
    return len(gzip.compress(Path(finders.find(path)).read_bytes(), 9))


def test_everything_on_the_list_is_there():
    missing = [address for address, path in browser_files().items() if not path.is_file()]
    missing += [address for address in [*FONT_FILES, *SHAPE_FILES] if not finders.find(address)]
    assert missing == []


@pytest.mark.parametrize(
    "address",
    [
        "django_prose_editor/editor.css",
        "django_prose_editor/material-icons.css",
        "django_prose_editor/material-icons.woff2",
        "django_prose_editor/overrides.css",
        "django_prose_editor/editor.js.map",
        "django_htmx/htmax-4.js",
        "bootstrap/bootstrap.bundle.min.js",
        "axe-core/axe.min.js",
        "../package.json",
    ],
)
def test_nothing_else_is_found(address):
    assert ThirdPartyFinder().find(address) == []
    assert ThirdPartyFinder().find(address, find_all=True) == []


def test_fonts_and_shapes_are_not_for_browsers():
    listed = {address for address, _storage in ThirdPartyFinder().list([])}
    assert listed.isdisjoint([*FONT_FILES, *SHAPE_FILES])
    assert finders.find("fonts/SourceSans3-Regular.ttf").endswith(".ttf")


def test_no_source_map_is_named():
    finder = ThirdPartyFinder()
    named = [
        address
        for address, storage in finder.list([])
        if address.endswith((".js", ".css")) and b"sourceMappingURL=" in storage.open(address).read()
    ]
    assert named == []


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (b"a{}\n/*# sourceMappingURL=x.css.map */", b"a{}"),
        (b"f();\n//# sourceMappingURL=x.js.map\n", b"f();"),
        (b"f('sourceMappingURL=x')", b"f('sourceMappingURL=x')"),
    ],
)
def test_only_the_comment_goes(source, kept):
    assert SOURCE_MAP_COMMENT.sub(b"", source) == kept


def test_a_missing_file_is_said_with_the_cure(monkeypatch):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setitem(browser_files(), "bootstrap/bootstrap.min.css", NODE_MODULES / "gone.css")
    with pytest.raises(ImproperlyConfigured, match="npm ci"):
        list(ThirdPartyFinder().list([]))
    assert ThirdPartyFinder().find("bootstrap/bootstrap.min.css") == []


def test_the_lock_names_no_registry():
    lock = (ASSETS / "package-lock.json").read_text()
    assert "http" not in re.sub(r'"url": "https://[^"]+"', "", lock)
    packages = json.loads(lock)["packages"]
    wanted = {
        path.split("/")[0] if path[0] != "@" else "/".join(path.split("/")[:2])
        for path in [*NPM_FILES.values(), *FONT_FILES.values(), *SHAPE_FILES.values()]
    }
    waiting = [*wanted, "axe-core"]
    reached = {""}
    while waiting:
        name = f"node_modules/{waiting.pop()}"
        if name not in reached:
            reached.add(name)
            waiting += packages[name].get("dependencies", {})
    assert reached == set(packages), "no package that nobody asked for"
    assert all(package.get("integrity", "").startswith("sha512-") for name, package in packages.items() if name)


def test_a_first_visit_stays_small():
    """Budget of a reading page: 75 kB in ten requests, of which at most 12 kB for the page itself."""
    requests = [
        "bootstrap/bootstrap.min.css",
        "css/socle.css",
        "django_htmx/htmx-2.min.js",
        "js/socle.js",
        "img/favicon.svg",
    ]
    weights = {path: weight(path) for path in requests}
    assert weights["css/socle.css"] <= 9_000
    assert weights["js/socle.js"] <= 4_000
    assert sum(weights.values()) <= 63_000, weights
    base = (settings.BASE_DIR / "templates" / "base.html").read_text()
    assert set(re.findall(r"\{% static '([^']+)' %\}", base)) == set(requests)


def test_an_editing_page_adds_at_most_the_editor():
    """155 kB as Brotli makes it at build time, which every browser of the last eight years takes over HTTPS."""
    import brotli

    editor = ["django_prose_editor/editor.js", "css/editor.css", "js/editor.js"]
    assert sum(len(brotli.compress(Path(finders.find(path)).read_bytes())) for path in editor) <= 155_000


@pytest.mark.parametrize("path", sorted((settings.BASE_DIR / "static").rglob("*.*")), ids=lambda path: path.name)
def test_our_own_files_are_text_of_ours(path):
    assert path.suffix in {".css", ".js", ".svg", ".png", ".txt"}
    if path.suffix != ".png":
        assert "sourceMappingURL" not in path.read_text()


def test_production_collects_and_names_by_content(tmp_path):
    """`collectstatic` with the settings of production: the manifest storage aborts on any file it misses."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "SOCLE_ENVIRONMENT": "production",
        "SOCLE_NO_SERVICES": "1",
        "DJANGO_SECRET_KEY": "x" * 60,
        "DJANGO_ALLOWED_HOSTS": "socle.example.org",
        "SOCLE_STATIC_ROOT": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    expected = set(browser_files()) | {
        path.relative_to(settings.BASE_DIR / "static").as_posix()
        for path in (settings.BASE_DIR / "static").rglob("*")
        if path.is_file()
    }
    assert set(names) == expected
    for address in ("css/socle.css", "js/socle.js", "bootstrap/bootstrap.min.css", "django_prose_editor/editor.js"):
        stored = tmp_path / names[address]
        assert stored.name != Path(address).name
        assert stored.with_name(stored.name + ".br").is_file()
        assert stored.with_name(stored.name + ".gz").is_file()
