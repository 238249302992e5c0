"""What a message is: one registered class per file of an app's `notifications/` room."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from django.conf import settings
from django.db import models
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.models import EmailState, OutgoingEmail
from core.notifications import delivery, outbox
from core.notifications.choices import MailChoice
from core.notifications.rendering import Rendered, has_placeholder, one_line
from core.registry import Registry
from core.typography import typo, typo_html

T = TypeVar("T")


class Addressee(Protocol):
    """Whoever may be written to; `str()` gives the name shown in « À »."""

    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An addressee that is no object of an app."""

    email: str
    name: str = ""
    language: str = "fr"

    def __str__(self) -> str:
        return self.name


class Message:
    """One mail to one person. `Message(person, meeting=meeting).send()` writes its row.

    A subclass gives `slug` (also the row's `kind`), `label`, `category`, `subject()`, and two
    templates `templates/<app>/emails/<slug>.txt` and `.html`, which share one context: what was passed
    by keyword, `recipient`, `subject`, `site_url`, and `secrets` as placeholders.
    """

    slug: ClassVar[str]
    label: ClassVar[str | Promise]
    category: ClassVar[str | Promise]
    # People may switch it off; never what answers an act of theirs or opens their account.
    mutable: ClassVar[bool] = True
    # What happens before the person chooses (see `MailChoice`), and whether it may wait for the weekly digest.
    default_choice: ClassVar[str] = MailChoice.NOW
    digestible: ClassVar[bool] = True
    # Leaves even to an address that fails: what somebody has just asked for at the screen.
    despite_bounces: ClassVar[bool] = False
    # Sent in the request, after commit: for what somebody waits for in front of the screen.
    immediate: ClassVar[bool] = False

    def __init__(self, recipient: Addressee, **context: Any) -> None:
        self.recipient = recipient
        self.context = context

    # What a subclass says ------------------------------------------------------

    def subject(self) -> str:
        """One line, in the language that is active."""
        raise NotImplementedError

    def unique_key(self) -> str:
        """Two messages with the same key are one row. By default every message is its own."""
        return f"{self.slug}:{uuid.uuid4()}"

    def scope(self) -> models.Model | None:
        """The object whose secretariat reads the row in its outbox; None for mails of the platform."""
        return None

    def about(self) -> models.Model | None:
        """The object that the mail speaks of."""
        return None

    def useful_until(self) -> datetime | None:
        """After it the mail is not sent any more; None: always useful."""
        return None

    def secrets(self) -> dict[str, str]:
        """Values that must not lie in the stored bodies: `{"link": url}` is `{{ secrets.link }}` in the templates."""
        return {}

    def extra_context(self) -> dict[str, Any]:
        """More names for the templates, computed in the recipient's language."""
        return {}

    def rendering_key(self) -> Hashable | None:
        """Messages of one mailing with the same key have the same texts, which are then made once."""
        return None

    def headers(self) -> dict[str, str]:
        """More headers of the mail (Reply-To…)."""
        return {}

    def attachments(self) -> list[dict[str, Any]]:
        """What the mail carries, as core.notifications.attachments reads it."""
        return []

    @classmethod
    def reason_to_skip(cls, email: OutgoingEmail) -> str:
        """Asked just before sending: why the mail must not leave any more; empty when it may."""
        return ""

    # What every message does ---------------------------------------------------

    def render(self) -> Rendered:
        """Subject, text and HTML in the recipient's language, with placeholders where secrets will stand."""
        with translation.override(self.recipient.language or settings.LANGUAGE_CODE):
            subject = one_line(_french_spaces(self.subject()))
            context = {
                "recipient": self.recipient,
                "subject": subject,
                "site_url": settings.SITE_URL,
                "language": translation.get_language(),
                "secrets": {name: outbox.placeholder(name) for name in self.secrets()},
                "is_mutable": self.mutable,
                "category": self.category,
                "choices_url": outbox.placeholder(delivery.CHOICES_LINK),
                "unsubscribe_url": outbox.placeholder(delivery.UNSUBSCRIBE_LINK),
                **self.context,
                **self.extra_context(),
            }
            # Plain text has nothing to escape: « l’eau & l’école » stays as it is.
            text = _french_spaces(_render(f"{self.template_base()}.txt", context, autoescape=False).strip()) + "\n"
            context.setdefault("preheader", preheader(text))
            return Rendered(
                subject=subject,
                text=text,
                html=_french_spaces(_render(f"{self.template_base()}.html", context, autoescape=True), is_html=True),
                url=str(context.get("url", "")),
            )

    @classmethod
    def template_base(cls) -> str:
        return f"{cls.__module__.partition('.')[0]}/emails/{cls.slug}"

    def row(self, *, texts: dict[Hashable, Rendered] | None = None) -> OutgoingEmail:
        """The row as it would be written; not saved. `texts` keeps what the messages of one mailing share."""
        key = self.rendering_key() if texts is not None else None
        rendered = texts.get(key) if texts is not None and key is not None else None
        if rendered is None:
            rendered = self.render()
            if texts is not None and key is not None:
                texts[key] = rendered
        return outbox.new_row(
            unique_key=self.unique_key(),
            kind=self.slug,
            scope=self.scope(),
            about=self.about(),
            recipient=self.recipient.email,
            recipient_name=str(self.recipient),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            url=rendered.url,
            secrets=self.secrets(),
            headers=self.headers(),
            attachments=self.attachments(),
            useful_until=self.useful_until(),
        )

    def skipped_row(self, reason: str, *, texts: dict[Hashable, Rendered] | None = None) -> OutgoingEmail:
        """The row that says why this message does not leave; not saved."""
        row = self.row(texts=texts)
        row.state = EmailState.SKIPPED
        row.error = reason
        row.next_attempt_at = None
        row.secrets = b""
        return row

    def send(self) -> OutgoingEmail:
        """Write the row; the mail leaves after commit. A row with the same key is returned as it stands.

        Whoever has no address gets a row « Non envoyé » with the reason.
        """
        row = self.row() if self.recipient.email else self.skipped_row(no_address())
        return outbox.post(row, immediate=self.immediate)


_nobody_is_told: ContextVar[bool] = ContextVar("nobody_is_told", default=False)


@contextmanager
def without_mail() -> Iterator[None]:
    """`send_many` writes nothing meanwhile: for acts of the past, of which nobody is to be told today."""
    token = _nobody_is_told.set(True)
    try:
        yield
    finally:
        _nobody_is_told.reset(token)


def send_many(messages: Iterable[Message]) -> int:
    """Write the rows of many messages in few statements; the number of new rows.

    For what goes to a whole body: 1,000 messages are ten INSERTs and a few tasks, not 1,000 of each.
    """
    if _nobody_is_told.get():
        return 0
    texts: dict[Hashable, Rendered] = {}
    return outbox.post_many(
        [
            message.row(texts=texts) if message.recipient.email else message.skipped_row(no_address(), texts=texts)
            for message in messages
        ]
    )


def no_address() -> str:
    """Why a message to somebody without an address does not leave."""
    return _("Cette personne n’a pas d’adresse électronique.")


def preheader(text: str) -> str:
    """What mail programs show beside the subject: the first sentence after the salutation, without a secret."""
    paragraphs = [one_line(part, 140) for part in text.split("\n\n")[1:]]
    return next((part for part in paragraphs if len(part) > 20 and not has_placeholder(part)), "")


def _render(template: str, context: dict[str, Any], *, autoescape: bool) -> str:
    # `.template`: the engine's own object, whose context may switch escaping off.
    return get_template(template).template.render(Context(context, autoescape=autoescape))  # type: ignore[attr-defined]


def _french_spaces(text: str, *, is_html: bool = False) -> str:
    """No line of a mail begins with « : » or « ? »; English is left as it is."""
    if not (translation.get_language() or "fr").startswith("fr"):
        return text
    if not is_html:
        return typo(text)
    # The parser keeps tags and texts; the declaration is put back.
    declaration, _sep, rest = text.partition("\n")
    return f"{declaration}\n{typo_html(rest)}"


messages_board: Registry[Message] = Registry("messages")


# What is going to leave -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Mails that the calendar will send unless something changes: « J-7, 14 personnes »."""

    at: datetime
    label: str
    count: int
    url: str = ""
    about: str = ""


@dataclass
class Schedule:
    """Says what its app will send for a scope; one registered subclass per file, read by the outbox page."""

    slug: ClassVar[str]
    scope: models.Model
    now: datetime = field()
    # What the schedules of one page have read, by name.
    shared: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, name: str, read: Callable[[], T]) -> T:
        """What `read` gives, read once for all the schedules that share a page."""
        if name not in self.shared:
            self.shared[name] = read()
        return self.shared[name]

    def upcoming(self) -> list[Upcoming]:
        """In order of time; the number of queries must not grow with the number of people."""
        raise NotImplementedError


schedules_board: Registry[Schedule] = Registry("schedules")

__all__ = [
    "Addressee",
    "Mailbox",
    "Message",
    "Schedule",
    "Upcoming",
    "messages_board",
    "no_address",
    "schedules_board",
    "send_many",
    "without_mail",
]
