"""What somebody wants to receive by mail, message by message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from core.notifications.base import Message, messages_board
from core.notifications.choices import MailChoice
from core.notifications.delivery import DIGEST_SLUG, category_slug, mutable_messages


@dataclass(frozen=True)
class Category:
    label: str
    fields: list[BoundField]


class MailChoicesForm(forms.Form):
    """One field for each message that may be switched off, named by its slug."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for message in mutable_messages():
            self.fields[message.slug] = forms.ChoiceField(
                label=message.label,
                choices=_offered(message),
                error_messages={"required": _("Choisissez."), "invalid_choice": _("Choisissez dans la liste.")},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get(DIGEST_SLUG) == MailChoice.NEVER and MailChoice.DIGEST in cleaned.values():
            self.add_error(
                DIGEST_SLUG,
                _(
                    "D’autres courriels l’attendent : gardez le courriel de la semaine, ou choisissez « Tout de suite » ou « Jamais » pour chacun d’eux."
                ),
            )
        return cleaned

    def categories(self) -> list[Category]:
        """The fields under their categories, in the order of the labels; the weekly digest first."""
        found: dict[str, list[type[Message]]] = {}
        for message in mutable_messages():
            found.setdefault(category_slug(message), []).append(message)
        ordered = sorted(found.values(), key=lambda group: (group[0].slug != DIGEST_SLUG, str(group[0].category)))
        return [
            Category(
                str(group[0].category),
                [self[message.slug] for message in sorted(group, key=lambda message: str(message.label))],
            )
            for group in ordered
        ]


def _offered(message: type[Message]) -> list[tuple[str, Any]]:
    choices = MailChoice.choices
    if message.slug == DIGEST_SLUG:
        return [(MailChoice.NOW, _("Chaque lundi")), (MailChoice.NEVER, MailChoice.NEVER.label)]
    return [(value, label) for value, label in choices if message.digestible or value != MailChoice.DIGEST]


def always_sent() -> list[str]:
    """The labels of the messages that cannot be switched off, for the page that says why."""
    return sorted({str(message.label) for message in messages_board if not message.mutable})
