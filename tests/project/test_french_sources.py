"""French sentences are the keys of the catalogues: none may come back as something else in French."""

import ast

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext

from config.messages import APPS, KEYWORDS


def test_every_message_means_itself_in_french():
    """Django's « Close » is a verb, ours a state: without an entry of ours the page would say « Fermer »."""
    with (settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    assert len(messages) > 100
    with translation.override("fr"):
        changed = {
            text: said
            for message in messages
            for text in [message.id if isinstance(message.id, str) else message.id[0]]
            if (said := pgettext(message.context, text) if message.context else gettext(text)) != text
        }
    assert changed == {}


def test_no_message_hides_in_a_formatted_string():
    """Babel reads f"{_('…')}" on some versions of Python only: the message would never reach the translators."""
    hidden = [
        f"{file.relative_to(settings.BASE_DIR)}:{call.lineno}"
        for app in APPS
        for file in sorted((settings.BASE_DIR / app).rglob("*.py"))
        if "node_modules" not in file.parts
        for formatted in ast.walk(ast.parse(file.read_text()))
        if isinstance(formatted, ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    assert hidden == []
