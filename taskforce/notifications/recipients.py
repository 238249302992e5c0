"""Who receives mails: the choices of people by their address, and the signed links in their mails."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models.functions import Lower
from django.urls import reverse

from core.notifications.delivery import Links, Recipients, register_recipients
from taskforce.models import NotificationPreference, Person

# Without end: RFC 8058 wants a link that works in an old mail too. It shows and changes choices of mails, nothing else.
_signer = Signer(salt="taskforce.mail-choices", sep=".")


def choice_token(person_id: int, category: str) -> str:
    """What proves, in an address, that it was mailed to the person with a message of `category` (a slug)."""
    return _signer.sign(f"{person_id}-{category}")


def read_token(token: str) -> tuple[int, str] | None:
    """The person's id and the category of a token that we signed; None for any other text."""
    try:
        person_id, _sep, category = _signer.unsign(token).partition("-")
    except BadSignature:
        return None
    return (int(person_id), category) if person_id.isdecimal() else None


class People(Recipients):
    """The portal's people, by their address."""

    def choices(self, addresses: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        if not addresses:
            return found
        rows = NotificationPreference.objects.annotate(address=Lower("person__email")).filter(address__in=addresses)
        for address, message, choice in rows.values_list("address", "message", "choice"):
            found.setdefault(address, {})[message] = choice
        return found

    def links(self, address: str, category: str) -> Links | None:
        person = Person.objects.filter(email__iexact=address).only("pk").first() if address else None
        return links_of(person, category) if person else None

    def account_page(self) -> str:
        return f"{settings.SITE_URL}{reverse('taskforce:mail_choices')}"


def links_of(person: Person, category: str) -> Links:
    token = choice_token(person.pk, category)
    return Links(
        choices=f"{settings.SITE_URL}{reverse('taskforce:mail_choices_by_link', args=[token])}",
        unsubscribe=f"{settings.SITE_URL}{reverse('taskforce:unsubscribe', args=[token])}",
    )


register_recipients(People())
