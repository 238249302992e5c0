"""The way to the mail server, and its answers in plain French."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.models import OutgoingEmail
from core.notifications.attachments import part_of
from core.notifications.delivery import unsubscribe_headers
from core.notifications.rendering import fill, one_line

# Servers limit the messages of one connection; a fresh one costs little.
MESSAGES_PER_CONNECTION = 50


class UnsentError(Exception):
    """The mail did not leave this time; another try may succeed. The text is for people."""


class RefusedError(Exception):
    """The server will never take this mail. The text is for people; `answer` is what it said of the recipient."""

    def __init__(self, text: str, answer: str = "") -> None:
        super().__init__(text)
        self.answer = answer


class Sender:
    """A connection to the mail server, opened when first needed and used for many mails.

    `timeout` is the patience for each answer of the server, in seconds (default: EMAIL_TIMEOUT).
    """

    def __init__(self, timeout: float | None = None) -> None:
        self.is_unreachable = False
        self._timeout = timeout
        self._connection: Any = None
        self._sent = 0

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def send(self, email: OutgoingEmail, secrets: dict[str, str]) -> None:
        """Hand `email` to the server, its placeholders filled from `secrets`. Raises UnsentError or RefusedError."""
        if not settings.EMAIL_URL:
            self.is_unreachable = True
            raise UnsentError(_("Aucun serveur de courriel n’est configuré (variable EMAIL_URL)."))
        message = build(email, secrets)
        try:
            message.connection = self._open()
        except Exception as error:
            self.close()
            self.is_unreachable = True
            raise _explained(error, email) from error
        try:
            message.send()
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            # A clean « no »: the conversation goes on.
            self._sent += 1
            raise _explained(error, email) from error
        except Exception as error:
            self.close()
            raise _explained(error, email) from error
        self._sent += 1

    def _open(self) -> Any:
        if self._connection is not None and (self._sent >= MESSAGES_PER_CONNECTION or not _is_alive(self._connection)):
            self.close()
        if self._connection is None:
            options = {} if self._timeout is None else {"timeout": self._timeout}
            self._connection = get_connection(fail_silently=False, **options)
            self._connection.open()
            self._sent = 0
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            # The mails have been taken or have failed already; a bad farewell changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None


def _is_alive(connection: Any) -> bool:
    """Asked before a mail, not after: a mail is never sent twice because a connection had gone stale."""
    session = getattr(connection, "connection", None)
    if session is None:
        return not hasattr(connection, "host")
    try:
        return session.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def build(email: OutgoingEmail, secrets: dict[str, str]) -> EmailMultiAlternatives:
    """The message of a row. Raises RefusedError when its address is none."""
    try:
        validate_email(email.recipient)
    except ValidationError as error:
        raise RefusedError(
            _("« %(address)s » n’est pas une adresse électronique valable.") % {"address": one_line(email.recipient)}
        ) from error
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=fill(email.text, secrets, is_html=False),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((email.recipient_name, email.recipient))],
        headers={
            **email.headers,
            **unsubscribe_headers(email),
            "Message-ID": email.message_id,
            # RFC 3834 §5, and Exchange's own: nobody's « absent du bureau » answers a reminder.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    if email.html:
        message.attach_alternative(fill(email.html, secrets, is_html=True), "text/html")
    for attachment in email.attachments:
        if "method" in attachment:
            # RFC 6047 §2.4: Outlook and Thunderbird act on the alternative, others on the file.
            message.attach_alternative(attachment["content"], f"text/calendar; method={attachment['method']}")
        message.attach(*part_of(attachment))
    return message


def _explained(error: Exception, email: OutgoingEmail) -> UnsentError | RefusedError:
    """The same error for people: RefusedError when the server said never (RFC 5321 §4.2.1), else UnsentError."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        if code >= 500:
            return RefusedError(
                _("Le serveur de courriel refuse l’adresse %(address)s : %(answer)s")
                % {"address": email.recipient, "answer": _answer(code, answer)},
                answer=_answer(code, answer),
            )
        return UnsentError(
            _("Le serveur de courriel remet cet envoi à plus tard : %(answer)s") % {"answer": _answer(code, answer)}
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return UnsentError(
            _("Le serveur de courriel refuse l’identifiant ou le mot de passe du portail : %(answer)s")
            % {"answer": _answer(error.smtp_code, error.smtp_error)}
        )
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != 552:
        # The portal's own address: somebody repairs the settings, and the mail leaves.
        return UnsentError(
            _("Le serveur de courriel refuse l’adresse d’expédition du portail : %(answer)s")
            % {"answer": _answer(error.smtp_code, error.smtp_error)}
        )
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and error.smtp_code >= 500:
        return RefusedError(
            _("Le serveur de courriel refuse ce message : %(answer)s")
            % {"answer": _answer(error.smtp_code, error.smtp_error)}
        )
    if isinstance(error, smtplib.SMTPNotSupportedError) and not email.recipient.isascii():
        return RefusedError(
            _("Le serveur de courriel n’accepte pas les lettres accentuées de l’adresse %(address)s.")
            % {"address": email.recipient}
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return UnsentError(
            _("Le serveur de courriel ne prend pas de message en ce moment : %(answer)s")
            % {"answer": _answer(error.smtp_code, error.smtp_error)}
        )
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return UnsentError(_("Le serveur de courriel a coupé la connexion."))
    if isinstance(error, smtplib.SMTPException):
        return UnsentError(
            _("Échange impossible avec le serveur de courriel : %(answer)s") % {"answer": one_line(str(error), 200)}
        )
    if isinstance(error, socket.gaierror):
        return UnsentError(
            _("Le serveur de courriel est introuvable (nom « %(host)s »).") % {"host": settings.EMAIL_HOST}
        )
    if isinstance(error, TimeoutError):
        return UnsentError(_("Le serveur de courriel n’a pas répondu à temps."))
    if isinstance(error, ssl.SSLError):
        return UnsentError(
            _("La connexion chiffrée avec le serveur de courriel a échoué : %(answer)s")
            % {"answer": one_line(str(error), 200)}
        )
    if isinstance(error, OSError):
        return UnsentError(
            _("Le serveur de courriel est injoignable : %(answer)s")
            % {"answer": one_line(error.strerror or str(error), 200)}
        )
    raise error


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code} {text}", 200)
