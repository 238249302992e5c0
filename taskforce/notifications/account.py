"""Mails of accounts: codes, links, « votre mot de passe a été changé ». allauth says when, our templates what."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.notifications.base import Mailbox, Message, messages_board
from core.notifications.rendering import placeholder
from core.typography import date_fr, time_fr
from taskforce.models import User

# Somebody waits for these in front of the screen. The answer to an unknown address is one of them: the
# page must not be quicker for an account than for none.
AWAITED = {"login_code", "password_reset_key", "unknown_account", "email_confirmation"}
NAMES = {"code": "code", "link": "link", "activate_url": "link", "password_reset_url": "link"}


def mailbox_of(address: str, user: User | None = None) -> Mailbox:
    """The address with the name and language of its account (`user`, or whose address it is)."""
    user = user or User.objects.select_related("person").filter(email=address.lower()).first()
    if user is None:
        return Mailbox(address)
    name = str(user) if str(user) != user.email else ""
    return Mailbox(address, name=name, language=user.language)


@messages_board.register
class AccountMessage(Message):
    """One of allauth's mails: `prefix` names its templates (« account/email/login_code »).

    The text is written once, in `<prefix>_message.txt`; the page is made from it.
    """

    slug = "account"
    label = gettext_lazy("Compte et connexion")
    category = gettext_lazy("Compte")
    mutable = False
    despite_bounces = True

    def __init__(self, mailbox: Mailbox, *, prefix: str, values: dict[str, Any], hidden: dict[str, str]) -> None:
        self.prefix = prefix
        self.hidden = hidden
        self.values = values
        super().__init__(mailbox)

    @property
    def immediate(self) -> bool:  # type: ignore[override]
        return self.prefix.rpartition("/")[2] in AWAITED

    def secrets(self) -> dict[str, str]:
        return self.hidden

    def useful_until(self) -> datetime | None:
        if "code" in self.hidden:
            return timezone.now() + timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT)
        if "link" in self.hidden:
            return timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        return None

    def subject(self) -> str:
        return self._part("subject")

    def extra_context(self) -> dict[str, Any]:
        text = self._part("message")
        return {"message": text, "blocks": blocks_of(text)}

    def _part(self, part: str) -> str:
        at = self.values.get("timestamp")
        context = {
            **self.values,
            **({"day": date_fr(at), "time": time_fr(at)} if at is not None else {}),
            "security_url": f"{settings.SITE_URL}{reverse('mfa_index')}",
            "email": self.recipient.email,
            "site_url": settings.SITE_URL,
            "minutes": app_settings.LOGIN_BY_CODE_TIMEOUT // 60,
            **{name: placeholder(secret) for name, secret in NAMES.items() if secret in self.hidden},
        }
        template = get_template(f"{self.prefix}_{part}.txt").template  # type: ignore[attr-defined]
        return template.render(Context(context, autoescape=False)).strip()


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The paragraphs of a text as ("text" | "link" | "code", content), for its page."""
    blocks = []
    for paragraph in re.split(r"\n\s*\n", text):
        content = paragraph.strip()
        if content == placeholder("code"):
            blocks.append(("code", content))
        elif content == placeholder("link") or re.fullmatch(r"https?://\S+", content):
            blocks.append(("link", content))
        elif content:
            blocks.append(("text", content))
    return blocks
