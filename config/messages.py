"""Bring the message catalogues up to date, with Babel alone: a bare machine lacks the gettext tools.

`python -m config.messages` rewrites them from the code and the templates; `--check` says what is amiss.

French texts are the keys. `locale/fr` therefore holds only the plural messages, so that zero follows the
French rule (« 0 réunion »), and the few words that an installed package reads as English (our « Close » is
Django's "Close", which it would turn into « Fermer »); `locale/en` holds every message.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import allauth
import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

APPS = ("config", "core", "taskforce", "interventions", "meetings")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# Django's own French catalogue has three plural forms; ours must agree to be merged with it.
PLURAL_FORMS = {
    "fr": "nplurals=3; plural=(n == 0 || n == 1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "en": "nplurals=2; plural=(n != 1);",
}
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(npgettext|pgettext|ngettext|gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")

Message = str | tuple[str, str]


def messages_in_use(root: Path) -> dict[tuple[str | None, str], tuple[Message, set[str]]]:
    """Every message of the code and the templates below `root`: (context, msgid) → (id or pair, files)."""
    found: dict[tuple[str | None, str], tuple[Message, set[str]]] = {}

    def note(context: str | None, message: Message, file: Path) -> None:
        key = (context, message if isinstance(message, str) else message[0])
        known, files = found.get(key, (message, set()))
        # A text used once in the singular and once with a plural is a plural message.
        found[key] = (message if isinstance(known, str) else known, files | {str(file.relative_to(root))})

    for app in APPS:
        for file in sorted((root / app).rglob("*.py")):
            if "node_modules" in file.parts:
                continue
            for context, message in _in_python(file):
                note(context, message, file)
    for pattern in ("*.html", "*.txt"):
        for file in sorted((root / "templates").rglob(pattern)):
            for context, message in _in_template(file):
                note(context, message, file)
    return found


def _in_python(file: Path) -> Iterator[tuple[str | None, Message]]:
    source = BytesIO(file.read_bytes())
    for _line, message, _comments, context in extract("python", source, keywords=KEYWORDS):
        if isinstance(message, tuple):
            yield context, (message[0], message[1])
        elif message:
            yield context, message


def _in_template(file: Path) -> Iterator[tuple[str | None, Message]]:
    code = templatize(file.read_text(), origin=str(file))
    for call in _CALL.finditer(code):
        strings = [ast.literal_eval(literal) for literal in re.findall(_STRING, call.group(2))]
        match call.group(1), strings:
            case ("npgettext", [context, one, many, *_]):
                yield context, (one, many)
            case ("pgettext", [context, one, *_]):
                yield context, one
            case ("ngettext", [one, many, *_]):
                yield None, (one, many)
            case (_, [one, *_]) if one:
                yield None, one


def catalogue_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(root: Path, language: str) -> Catalog:
    """The catalogue as it stands; an empty one when there is none yet."""
    path = catalogue_path(root, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def keys_of_packages() -> frozenset[str]:
    """The msgids of the French catalogues that come with Django and django-allauth."""
    keys: set[str] = set()
    for package in (allauth, django):
        for path in Path(package.__path__[0]).rglob("locale/fr/LC_MESSAGES/django.mo"):
            with path.open("rb") as file:
                keys.update(entry.id if isinstance(entry.id, str) else entry.id[0] for entry in read_mo(file))
    return frozenset(keys)


def updated_catalogue(root: Path, language: str) -> Catalog:
    """The catalogue with every message in use: known translations kept, those of vanished messages dropped."""
    known = read_catalogue(root, language)
    fresh = Catalog(locale=language, project="Socle", charset="utf-8", fuzzy=False)
    fresh._num_plurals = 3 if language == "fr" else 2  # type: ignore[assignment]
    fresh._plural_expr = PLURAL_FORMS[language].split("plural=")[1].rstrip(";")  # type: ignore[assignment]
    for (context, _msgid), (message, files) in sorted(
        messages_in_use(root).items(), key=lambda entry: (entry[0][1], entry[0][0] or "")
    ):
        if language == "fr":
            if isinstance(message, str) and message not in keys_of_packages():
                continue
            translation: str | tuple[str, ...] = message if isinstance(message, str) else (*message, message[1])
        else:
            old = known.get(message if isinstance(message, str) else message[0], context=context)
            string = old.string if old is not None and not old.fuzzy else ""
            translation = tuple(string) if isinstance(string, (list, tuple)) else string or ""
            if not isinstance(message, str) and not isinstance(translation, tuple):
                translation = ("", "")
            if isinstance(message, str) and isinstance(translation, tuple):
                translation = ""
        flags = ("python-format",) if re.search(r"%\(\w+\)[sd]|%[sd]", str(message)) else ()
        fresh.add(message, translation, locations=[(file, 0) for file in sorted(files)], flags=flags, context=context)
    return fresh


def as_po(catalogue: Catalog) -> bytes:
    """The file's bytes. No date and no person's name in its head: it changes only when a text does."""
    language = str(catalogue.locale)
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Socle\\n"\n'
        f'"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"\n\n'
    )
    output = BytesIO()
    write_po(output, catalogue, width=0, sort_output=True, include_lineno=False, omit_header=True)
    return head.encode() + output.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Messages without a translation in `catalogue` (any missing plural form counts)."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(strings):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def out_of_date(root: Path) -> list[str]:
    """What is amiss with the catalogues: a file that no longer says what the code says, a missing translation."""
    problems = []
    for language in PLURAL_FORMS:
        fresh = updated_catalogue(root, language)
        path = catalogue_path(root, language)
        if not path.exists() or path.read_bytes() != as_po(fresh):
            problems.append(f"locale/{language} is out of date: run « make messages »")
        problems += [f"{language}: {text!r} has no translation" for text in untranslated(fresh)]
    return problems


def main(arguments: list[str]) -> int:
    root = Path(__file__).resolve().parent.parent
    if "--check" in arguments:
        problems = out_of_date(root)
        print("\n".join(problems) or "The catalogues are up to date.")
        return 1 if problems else 0
    for language in PLURAL_FORMS:
        fresh = updated_catalogue(root, language)
        path = catalogue_path(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(fresh))
        print(f"{language}: {len(fresh)} messages, {len(untranslated(fresh))} without translation")
    return 0


if __name__ == "__main__":
    from django.conf import settings

    # templatize reads a setting or two; no service is needed.
    settings.configure(USE_I18N=True)
    django.setup()
    sys.exit(main(sys.argv[1:]))
