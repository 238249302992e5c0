"""How django-allauth meets Socle: closed sign-up, mails through the outbox, limits that know devices."""

from __future__ import annotations

import base64
import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import httpkit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.sealing import UnreadableError, seal, unseal
from taskforce.notifications.account import AccountMessage, mailbox_of
from taskforce.services.accounts import must_use_second_factor, own_address
from taskforce.sign_in import limits
from taskforce.sign_in.devices import remember_device
from taskforce.sign_in.language import remember_language

logger = logging.getLogger(__name__)

# allauth's names for what must not lie in a stored mail.
SECRET_LINKS = ("password_reset_url", "activate_url")
# The same secrets again, in parts, which our texts do not use.
SECRET_PARTS = ("key", "uid")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Ce compte est fermé. Écrivez au secrétariat de votre instance."),
        "duplicate_email": _("Cette adresse est déjà celle de ce compte."),
        "email_password_mismatch": _("L’adresse ou le mot de passe est inexact."),
        "email_taken": _("Un compte porte déjà cette adresse."),
        "enter_current_password": _("Écrivez votre mot de passe actuel."),
        "incorrect_code": _("Ce code est inexact."),
        "incorrect_password": _("Ce mot de passe est inexact."),
        "invalid_or_expired_key": _("Ce lien n’est pas ou plus valable."),
        "invalid_login": _("L’adresse est inexacte."),
        "invalid_password_reset": _("Ce lien n’est pas ou plus valable."),
        "rate_limited": _("Trop de demandes. Attendez une minute et recommencez."),
        "same_as_current": _("C’est déjà votre adresse."),
        "too_many_codes": _("Trop de codes demandés. Attendez une minute ; le dernier code envoyé reste valable."),
        "too_many_login_attempts": _(
            "Trop d’essais. Attendez cinq minutes, ou connectez-vous avec une clé d’accès ou un code reçu par courriel."
        ),
        "unknown_email": _("Aucun compte ne porte cette adresse."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened on invitation only."""
        return False

    # Limits ---------------------------------------------------------------------

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's network address, behind ALLAUTH_TRUSTED_PROXY_COUNT proxies.

        Never an error: a request that did not pass the proxies counts for the address it came from, and
        one without any address shares a counter with the others of its kind.
        """
        try:
            address = httpkit.get_client_ip(request)
        except ImproperlyConfigured:
            address = None
        return address or httpkit.clean_client_ip(request.META.get("REMOTE_ADDR", "")) or "0.0.0.0"  # noqa: S104

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at. allauth takes it back when the password is right."""
        self._login_failed_rl_usage = limits.password_attempt(request, credentials.get("email", ""))
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        own_address(user)
        remember_device(request, response, user)
        remember_language(response, user.language)
        return response

    # Mails ----------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, like every mail. Codes and links are sealed; who waits for one has it at once."""
        shown = {name: value for name, value in context.items() if name not in SECRET_PARTS}
        hidden = {}
        if code := shown.pop("code", None):
            hidden["code"] = code
        for name in SECRET_LINKS:
            if link := shown.pop(name, None):
                hidden["link"] = link
        mailbox = mailbox_of(email, context.get("user"))
        AccountMessage(mailbox, prefix=template_prefix, values=shown, hidden=hidden).send()


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Votre fonction demande une double authentification. Ajoutez un autre moyen avant de retirer celui-ci."
        ),
        "cannot_generate_recovery_codes": _("Activez d’abord une clé d’accès ou une application d’authentification."),
        "incorrect_code": _("Ce code est inexact."),
        "unknown_key": _("Cette clé n’est pas connue ici. Prenez-en une autre, ou connectez-vous d’une autre façon."),
        "unverified_email": _("Confirmez d’abord votre nouvelle adresse : un lien vous a été envoyé."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text, purpose="second-factor").decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The seed; after a change of the secret key, one that no code fits (an empty one would fit some)."""
        try:
            return unseal(encrypted_text.encode(), purpose="second-factor")
        except UnreadableError:
            logger.error("a second factor was sealed with a secret key that is unknown now")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not the last one of somebody whose function asks for a second factor."""
        if not must_use_second_factor(authenticator.user):
            return True
        factors = [authenticator.Type.TOTP, authenticator.Type.WEBAUTHN]
        others = (
            type(authenticator).objects.filter(user=authenticator.user, type__in=factors).exclude(pk=authenticator.pk)
        )
        return others.exists()
