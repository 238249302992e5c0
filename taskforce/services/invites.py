"""Inviting a person to open an account. The link is personal, single use and dated; only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.notifications.rendering import Rendered
from taskforce.models import Invite, Person, TaskForce, User
from taskforce.notifications.account_invite import AccountInvite
from taskforce.services.accounts import address_is_taken, open_account

VALID_FOR = timedelta(days=14)
# Two clicks on the button are one invitation.
DOUBLE_CLICK = timedelta(minutes=1)


def reason_not_to_invite(person: Person) -> str:
    """Why the person cannot be invited as they stand; empty when they can."""
    if person.user_id is not None:
        return _("Cette personne a déjà un compte.")
    if not person.email:
        return _("Cette personne n’a pas d’adresse électronique. Ajoutez-la sur sa fiche.")
    if User.objects.filter(email=person.email.lower(), person__isnull=False).exists():
        return _("Le compte d’une autre personne porte déjà cette adresse. Corrigez l’une des deux fiches.")
    return ""


def invite_person(person: Person, *, actor: Any, body: TaskForce | None = None) -> Invite:
    """Send the person a link to open an account; former links stop working. `body` reads the mail in its outbox.

    A second call within a minute returns the same invitation. Raises ValidationError (`reason_not_to_invite`).
    """
    now = timezone.now()
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        if reason := reason_not_to_invite(locked):
            raise ValidationError(reason, code="not-invitable")
        open_invites = locked.invites.filter(used_at=None, revoked_at=None)
        latest = open_invites.filter(email=locked.email, created_at__gt=now - DOUBLE_CLICK, expires_at__gt=now).first()
        if latest is not None:
            return latest
        open_invites.update(revoked_at=now)
        token = secrets.token_urlsafe(32)
        invite = Invite.objects.create(
            person=locked,
            email=locked.email,
            token_hash=hash_of(token),
            invited_by=Actor.of(actor).user,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        AccountInvite(locked, invite=invite, link=link_of(token), body=body).send()
    return invite


def link_of(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('taskforce:invite_open', args=[token])}"


def hash_of(token: str) -> str:
    """What is stored: the token itself has 256 random bits, so a plain hash cannot be reversed by guessing."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite_for(token: str) -> Invite | None:
    """The invitation that `token` opens now; None for one wrong, used, expired, revoked or of a former address."""
    invite = Invite.objects.select_related("person__agency").filter(token_hash=hash_of(token)).first()
    return invite if invite is not None and is_usable(invite) else None


def is_usable(invite: Invite) -> bool:
    return (
        invite.used_at is None
        and invite.revoked_at is None
        and invite.expires_at > timezone.now()
        and invite.person.user_id is None
        # Somebody corrected the address since: the former one may be a stranger's.
        and invite.person.email.lower() == invite.email.lower()
    )


def accept_invite(invite: Invite, *, password: str | None = None, account: User | None = None) -> User:
    """Open the account of the invited person and use the invitation up.

    With `account` (the user who is signed in with the invited address) that account becomes the
    person's; otherwise a new one is made, without `password` for somebody who signs in with codes. Raises
    ValidationError: the invitation is not usable any more, or the address is another account's.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=invite.person_id)
        locked = Invite.objects.select_for_update(of=("self",)).select_related("person").get(pk=invite.pk)
        if not is_usable(locked):
            raise ValidationError(_("Cette invitation n’est plus valable."), code="not-usable")
        if account is not None:
            if not may_attach(locked, account):
                raise ValidationError(_("Ce compte n’est pas celui de l’adresse invitée."), code="other-account")
            person.user = user = account
            person.save(update_fields=["user"])
        else:
            user = open_account(person, locked.email, password)
        locked.used_at = timezone.now()
        locked.save(update_fields=["used_at"])
    return user


def needs_sign_in(invite: Invite) -> bool:
    """An account without a person signs in with this address already: its owner signs in to attach it."""
    return address_is_taken(invite.email)


def may_attach(invite: Invite, user: Any) -> bool:
    """Whether `user` is signed in with the invited address and is nobody yet."""
    if not user.is_authenticated or user.email.lower() != invite.email.lower():
        return False
    return not Person.objects.filter(user=user).exists()


def revoke_invites(person: Person) -> int:
    """Make the links sent to the person worthless; the number of invitations."""
    return person.invites.filter(used_at=None, revoked_at=None).update(revoked_at=timezone.now())


def preview_invite(person: Person, *, body: TaskForce | None) -> Rendered:
    """The mail as it would leave; nothing is written."""
    now = timezone.now()
    invite = Invite(person=person, email=person.email, created_at=now, expires_at=now + VALID_FOR)
    return AccountInvite(person, invite=invite, link="", body=body).render()
