"""Every template compiles, keeps script and style out, and asks for rights that exist."""

import re
from pathlib import Path

import pytest
import rules.permissions
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt"})
# Mail programs read no stylesheet; WeasyPrint's pages take theirs from one.
MAIL = re.compile(r"(^|/)emails?/")
CODE = [
    path
    for app in ("core", "taskforce", "interventions", "meetings", "config")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
]

INLINE = {
    "a script": re.compile(r"<script(?![^>]*(\bsrc=|nonce=|application/json))", re.IGNORECASE),
    "a style": re.compile(r"<style(?![^>]*nonce=)", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_inline(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    allowed = {"a style", "a style attribute"} if MAIL.search(name) else set()

    assert [what for what, pattern in INLINE.items() if what not in allowed and pattern.search(text)] == []


# An address of mail in the text of a page, not in an attribute, a mail or a sentence to translate.
BARE_ADDRESS = re.compile(
    r"""(?<!mailto:)(?<!=")\{\{ [\w.]+\.(?:email|recipient|address_of_record)(?:\|default:"[^"]*")? \}\}"""
)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.endswith(".html") and not MAIL.search(name)])
def test_addresses_of_mail_break_after_their_sign(name):
    """`|address`: else a phone breaks them anywhere, « example.o / rg »."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    text = re.sub(r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}", "", text, flags=re.DOTALL)
    assert BARE_ADDRESS.findall(text) == []


@pytest.mark.parametrize(
    "markup",
    ["<script>x</script>", "<style>p{}</style>", '<p style="x">', '<p\nonclick="x">', '<a href="javascript:x">'],
)
def test_inline_code_is_noticed(markup):
    assert any(pattern.search(markup) for pattern in INLINE.values())


PERMISSION = re.compile(
    r"""(?:check_perm\([^"']*|has_perm\(\s*|has_perm\s+|permission\s*=\s*|permission:\s*ClassVar\[str\]\s*=\s*)["']([a-z]+\.[a-z_]+)["']"""
)


def test_every_right_that_is_asked_for_is_declared():
    """An unknown permission is silently refused by the rules: a page would be closed to everybody."""
    asked = {
        match.group(1)
        for path in [*CODE, *(FOLDER / name for name in TEMPLATES)]
        for match in PERMISSION.finditer(path.read_text(encoding="utf-8"))
    }
    declared = set(rules.permissions.permissions)

    assert asked - declared == set()
    assert "taskforce.manage_body" in asked


def test_every_right_that_is_declared_is_asked_for():
    """A rule nobody asks is a page that forgot to ask."""
    texts = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*CODE, *(FOLDER / name for name in TEMPLATES)]
        if path.name != "rules.py"
    )

    assert {name for name in rules.permissions.permissions if name not in texts} == set()
