"""The distribution list of a body, and the mails that carry its published minutes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.history import recorded
from core.notifications.base import send_many
from meetings.enums import MinutesState
from meetings.models import DistributionEntry, Minutes
from meetings.notifications.published import MinutesPublished
from meetings.queries.distribution import PublicationList, publication_list
from meetings.services.common import check_fields
from taskforce.models import Person, TaskForce

# Nobody's list is longer, and each line is a mail.
MOST_ENTRIES = 500


def queue_publication(minutes: Minutes, actor: Any, *, expected: str = "") -> int:
    """Write the mails that bring the published minutes, with their PDF, to the body's distribution list.

    Each address gets the version that is the latest exactly once, whatever the number of calls; after an erratum a
    further call sends the rectified version. Returns how many rows are new. With `expected`, the digest of the list
    that was shown (`publication_list`), another list is refused. Raises ValidationError, also for minutes that are not
    published.
    """
    with recorded(actor):
        if minutes.state != MinutesState.PUBLISHED:
            raise ValidationError(_("Ce compte rendu n’est pas encore diffusé."), code="not-published")
        found = publication_list(minutes)
        if expected and expected != found.digest:
            raise ValidationError(
                _("La liste de diffusion a changé entre-temps. Relisez-la, puis confirmez."), code="list-changed"
            )
        return send_many(messages_for(found))


def messages_for(found: PublicationList) -> list[MinutesPublished]:
    return [MinutesPublished(entry, minutes=found.minutes, version=found.version) for entry in found.recipients]


def add_entry(
    body: TaskForce,
    *,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    language: str = "",
    function: str = "",
    starts_on: date,
    ends_on: date | None = None,
    actor: Any,
) -> DistributionEntry:
    """Put a person, or a name with an address, on the list. Raises ValidationError (by field)."""
    with recorded(actor):
        # Of two who add at once, the second counts what the first added.
        TaskForce.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
        if DistributionEntry.objects.filter(task_force=body, ends_on__isnull=True).count() >= MOST_ENTRIES:
            raise ValidationError(_("La liste compte déjà %(count)d lignes.") % {"count": MOST_ENTRIES})
        entry = DistributionEntry(
            task_force=body,
            person=person,
            name=" ".join(name.split()),
            email=email.strip(),
            language=language or (person.language if person is not None else body.language),
            function=" ".join(function.split()),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        return _save(entry)


def edit_entry(entry: DistributionEntry, *, actor: Any, **changes: Any) -> DistributionEntry:
    """Correct the name, address, language, function or dates of a line. Raises ValidationError (by field)."""
    unknown = set(changes) - {"name", "email", "language", "function", "starts_on", "ends_on"}
    if unknown:
        raise TypeError(f"a line of the list has no {', '.join(sorted(unknown))}")
    with recorded(actor):
        row = DistributionEntry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry.pk)
        for name, value in changes.items():
            setattr(row, name, " ".join(value.split()) if isinstance(value, str) else value)
        return _save(row)


def end_entry(entry: DistributionEntry, *, last_day: date, actor: Any) -> DistributionEntry:
    """The line counts until `last_day`, included. Raises ValidationError."""
    return edit_entry(entry, ends_on=last_day, actor=actor)


def _save(entry: DistributionEntry) -> DistributionEntry:
    check_fields(entry)
    entry.validate_constraints()
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        # Somebody else's line a moment ago.
        raise ValidationError(_("Cette personne ou cette adresse est déjà sur la liste."), code="twice") from error
    return entry
