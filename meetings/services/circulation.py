"""Minutes on their way: shared for observations, taken back, published; who has read them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.actors import Actor
from core.history import recorded
from core.notifications.base import send_many
from core.typography import date_fr
from core.workflow import transition
from meetings.documents.frozen import canonical_text, text_of
from meetings.documents.minutes import MinutesDocument
from meetings.enums import MinutesState, VersionKind
from meetings.models import Minutes, MinutesReading, MinutesVersion
from meetings.notifications.shared import MinutesShared
from meetings.queries.circulation import last_number, people_to_tell, sharing_conditions
from meetings.queries.observers import round_of
from meetings.services.common import locked
from meetings.services.observation_links import end_round, with_observation_links
from taskforce.models import Person


def locked_minutes(minutes: Minutes) -> Minutes:
    """The minutes as the database holds them, with their meeting; both rows locked, the meeting first."""
    meeting = locked(minutes.meeting)
    current = Minutes.objects.select_for_update(of=("self",), no_key=True).get(pk=minutes.pk)
    current.meeting = meeting
    return current


# Versions -------------------------------------------------------------------------------------------


def keep_version(
    minutes: Minutes, kind: str, *, who: Actor, note: str = "", text: dict[str, Any] | None = None
) -> MinutesVersion:
    """Number and keep the text as its rows say it now (or `text`). The caller holds the lock of the minutes."""
    document = MinutesDocument()
    language = document.language(minutes)
    if text is None:
        with override(language):
            text = text_of(document.written(minutes))
    content, sha256 = canonical_text(language, text)
    return MinutesVersion.objects.create(
        minutes=minutes,
        number=last_number(minutes) + 1,
        kind=kind,
        content=content,
        sha256=sha256,
        note=note[:500],
        created_by=who.user,
    )


def text_kept(version: MinutesVersion) -> dict[str, Any]:
    """The text of a version, as it was stored."""
    return json.loads(version.content)["text"]


# Sharing --------------------------------------------------------------------------------------------


def check_deadline(minutes: Minutes, until: date) -> None:
    """Raise ValidationError by field unless observations may be waited for until this day."""
    today = minutes.meeting.task_force.today()
    if until < today:
        text = _("Cette date est passée : nous sommes le %(today)s. Choisissez-en une à venir.")
        raise ValidationError({"until": text % {"today": date_fr(today)}})
    if (until - today).days > 366:
        raise ValidationError({"until": _("Ce délai dépasse un an. Choisissez une date plus proche.")})


def shared_messages(minutes: Minutes, until: date | None = None) -> list[MinutesShared]:
    """The mails that sharing sends: one for each person who sits for a member or serves the body; no links yet."""
    number = last_number(minutes)
    return [MinutesShared(person, minutes=minutes, until=until, number=number) for person in people_to_tell(minutes)]


def tell_members(minutes: Minutes, version: MinutesVersion) -> None:
    """Write to everybody about `version`, with a personal link for who sits. The caller holds the minutes."""
    send_many(with_observation_links(minutes, version, shared_messages(minutes)))


def circulate_minutes(minutes: Minutes, *, until: date, actor: Any) -> MinutesVersion:
    """Open the text to the members’ observations until this day, included; keep it as a version and tell them.

    Raises ValidationError for a day that has passed, a text without words, a meeting not held or nobody to
    write to; TransitionRefused when the minutes are no draft any more.
    """
    with recorded(actor) as who:
        current = locked_minutes(minutes)
        check_deadline(current, until)
        if current.state == MinutesState.DRAFT:
            blocking = [condition.text for condition in sharing_conditions(current) if condition.is_blocking]
            if blocking:
                raise ValidationError(blocking, code="not-shareable")
        transition(
            minutes,
            MinutesState.CIRCULATED,
            actor=actor,
            circulated_at=timezone.now(),
            observations_until=until,
        )
        minutes.meeting = current.meeting
        version = keep_version(minutes, VersionKind.CIRCULATED, who=who)
        tell_members(minutes, version)
    return version


def take_minutes_back(minutes: Minutes, *, comment: str, actor: Any) -> Minutes:
    """Shared → draft, with a reason: the members no longer read it. Versions and observations stay."""
    with recorded(actor) as who:
        versions = list(round_of(locked_minutes(minutes)))
        taken = transition(minutes, MinutesState.DRAFT, actor=actor, comment=comment)
        end_round(versions, actor=who)
    return taken


def publish_minutes(minutes: Minutes, *, actor: Any) -> Minutes:
    """Adopted → published: the country’s other readers see them. Who is written to is the distribution’s business."""
    with recorded(actor):
        locked_minutes(minutes)
        return transition(minutes, MinutesState.PUBLISHED, actor=actor)


# Readings -------------------------------------------------------------------------------------------


def mark_read(minutes: Minutes, *, person: Person, actor: Any) -> MinutesReading:
    """« J’ai lu » : the version that stands. Again: the first time counts."""
    with recorded(actor):
        number = last_number(minutes)
        if minutes.state == MinutesState.DRAFT or not number:
            raise ValidationError(_("Ce compte rendu n’est pas encore partagé."), code="not-shared")
        reading, _created = MinutesReading.objects.get_or_create(minutes=minutes, version=number, person=person)
    return reading
