"""Demonstration: somebody who wants her minutes once a week, and a mail that came back from a full mailbox."""

from __future__ import annotations

from django.utils import timezone

from core.demo import World, demo_step
from core.models import Bounce, OutgoingEmail
from core.notifications.choices import MailChoice
from taskforce.demo import NIGER_SLUG, address
from taskforce.models import Person, TaskForce
from taskforce.services.preferences import choose

# Who is shown in one's list of returned mails, and who reads once a week.
FULL = address("Issoufou", "Laouali")
WEEKLY = address("Mariama", "Djibo")


@demo_step(80)
def load_mails(world: World) -> None:
    """After the meetings: a mail must have been written to come back."""
    weekly = Person.objects.filter(email=WEEKLY).first()
    if weekly is not None and not weekly.notification_preferences.exists():
        choose(weekly, {"minutes-shared": MailChoice.DIGEST})
    body = TaskForce.objects.filter(slug=NIGER_SLUG).first()
    mail = OutgoingEmail.objects.filter(recipient=FULL, scope_id=body.pk).order_by("pk").first() if body else None
    if mail is not None:
        # Not for good: the next mail leaves again.
        Bounce.objects.get_or_create(
            fingerprint=f"demo:{mail.pk}",
            defaults={
                "email": mail,
                "address": FULL,
                "is_hard": False,
                "status": "5.2.2",
                "diagnostic": "552 5.2.2 Mailbox full",
                "reported_at": timezone.now(),
            },
        )
