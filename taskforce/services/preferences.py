"""What somebody wants to receive by mail."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.models import EmailState, OutgoingEmail
from core.notifications.choices import MailChoice
from core.notifications.delivery import DIGEST_SLUG, category_slug, mutable_messages, muted_reason
from taskforce.models import NotificationPreference, Person
from taskforce.notifications.recipients import read_token


def person_of_token(token: str) -> tuple[Person, str] | None:
    """The person and the category (a slug) of a link's token; None when the token or its subject is not valid."""
    read = read_token(token)
    if read is None:
        return None
    person_id, category = read
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not any(category_slug(message) == category for message in mutable_messages()):
        return None
    return person, category


def choices_of(person: Person) -> dict[str, str]:
    """The choice for each message that may be switched off: the person's, or the message's default. One query."""
    chosen = dict(person.notification_preferences.values_list("message", "choice"))
    return {message.slug: chosen.get(message.slug, message.default_choice) for message in mutable_messages()}


@transaction.atomic
def choose(person: Person, choices: Mapping[str, str]) -> int:
    """Keep the choices (by message slug); mails that have not left yet follow. The number that changed.

    Choices for anything but a message that may be switched off are left alone.
    """
    # Two pages of one person at once: one after the other.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    before = choices_of(person)
    changed = {slug: choice for slug, choice in choices.items() if slug in before and before[slug] != choice}
    NotificationPreference.objects.bulk_create(
        [
            NotificationPreference(person=person, message=slug, choice=choice, changed_at=timezone.now())
            for slug, choice in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "message"],
        update_fields=["choice", "changed_at"],
    )
    muted = [slug for slug, choice in changed.items() if choice == MailChoice.NEVER]
    if muted and person.email:
        unwanted = Q(kind__in=muted, state__in=[EmailState.QUEUED, EmailState.DIGEST])
        if DIGEST_SLUG in muted:
            # What waited for it has nothing to wait for.
            unwanted |= Q(state=EmailState.DIGEST)
        OutgoingEmail.objects.filter(unwanted, recipient__iexact=person.email).update(
            state=EmailState.SKIPPED, error=muted_reason(), next_attempt_at=None, secrets=b""
        )
    return len(changed)


def unsubscribe(person: Person, category: str) -> int:
    """No more mails of the category (a slug) that may be switched off; the number of messages it changed."""
    return choose(person, dict.fromkeys(_messages_of(category), MailChoice.NEVER))


def unsubscribe_by_token(token: str) -> bool:
    """As `unsubscribe`, for the token of a link; False when it is not valid."""
    found = person_of_token(token)
    if found is not None:
        unsubscribe(*found)
    return found is not None


def subscribe_again(person: Person, category: str) -> int:
    """The mails of the category as they were before anybody chose; the number of messages it changed."""
    return choose(
        person,
        {message.slug: message.default_choice for message in mutable_messages() if category_slug(message) == category},
    )


def is_subscribed(person: Person, category: str) -> bool:
    """Whether some message of the category may still reach the person by mail."""
    choices = choices_of(person)
    return any(choices[slug] != MailChoice.NEVER for slug in _messages_of(category))


def _messages_of(category: str) -> list[str]:
    return [message.slug for message in mutable_messages() if category_slug(message) == category]
