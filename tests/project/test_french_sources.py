"""French sentences are the keys of the catalogues: none may come back as something else in French."""

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext


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
