"""Accounts: opening one, what it must have."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from taskforce.enums import Role
from taskforce.models import Person, User
from taskforce.queries import grants_of


def open_account(person: Person, address: str, password: str | None = None, **fields: Any) -> User:
    """An account for `person` that signs in with `address`, which is taken as theirs.

    Without `password` its owner signs in with codes by mail until they set one or add a passkey. Raises
    ValidationError when the person has an account or the address is another account's.
    """
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        if locked.user_id is not None:
            raise ValidationError(_("Cette personne a déjà un compte."), code="has-account")
        if address_is_taken(address):
            raise ValidationError(_("Un compte porte déjà cette adresse."), code="address-taken")
        with conflict_as_validation_error("user_email_once"):
            user = User.objects.create_user(address, password, language=locked.language, **fields)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        locked.user = user
        locked.save(update_fields=["user"])
    person.user = user
    return user


def own_address(user: User) -> None:
    """Take the account's address as its owner's, where nothing else is known of it.

    An account made by an administrator or a command has no row of its own in allauth's table, and could
    neither add a second factor nor be told from a stranger who claims the same address.
    """
    if not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.get_or_create(
            user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
        )


def address_is_taken(address: str) -> bool:
    """Whether an account signs in with `address`, or has confirmed it as its new one."""
    address = address.strip().lower()
    return (
        User.objects.filter(email=address).exists()
        or EmailAddress.objects.filter(email=address, verified=True).exists()
    )


def must_use_second_factor(user: User) -> bool:
    """Whether the installation asks this account for a second factor: administrators and secretariats."""
    if not settings.SOCLE_REQUIRE_SECOND_FACTOR:
        return False
    return user.is_administrator or bool(grants_of(user).body_ids(Role.SECRETARIAT))


def has_second_factor(user: User) -> bool:
    """An authenticator application or a passkey; recovery codes alone are none."""
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=factors).exists()


def set_language(user: User, language: str) -> None:
    """The language of the pages and of the mails that the account's owner gets."""
    with transaction.atomic():
        user.language = language
        user.save(update_fields=["language"])
        Person.objects.filter(user=user).update(language=language)
