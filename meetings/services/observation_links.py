"""The personal links by which shared minutes are observed without an account: who gets one, when they end.

A link lives as long as the sharing that brought it: to the last day included, to the adoption, or until the minutes
are taken back. A newer version of the same sharing kills none, for whoever is writing at that moment would lose the
page: the page then shows the newer text, and a mail about it asks again with a link of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils import timezone

from core.models import SolicitationState
from core.notifications.base import Message
from core.solicitations.links import revoke_links
from core.solicitations.models import OPEN_STATES
from core.workflow import transition
from meetings.models import Minutes, MinutesVersion
from meetings.queries.observers import OBSERVATIONS_KIND, asked_about, latest_asked, round_of, sitting_for_members
from meetings.services.answer_links import Asked, personal_links

# Whoever has just opened the page keeps that link: a reminder, which brings another, waits.
AT_WORK = timedelta(hours=2)


M = TypeVar("M", bound=Message)


def with_observation_links(minutes: Minutes, version: MinutesVersion, messages: Iterable[M]) -> list[M]:
    """Give the messages to those who sit for a member, and have an address, a link by which `version` is observed.

    The caller holds the rows of the meeting and of the minutes. A fixed number of statements.
    """
    messages = list(messages)
    sitting = set(sitting_for_members(minutes.meeting.task_force).order_by().values_list("person_id", flat=True))
    asked = {
        message.recipient.pk: Asked(version, message.recipient, minutes.meeting, minutes.observations_deadline)  # type: ignore[attr-defined, arg-type]
        for message in messages
        if message.recipient.email and message.recipient.pk in sitting  # type: ignore[attr-defined]
    }
    links = personal_links(OBSERVATIONS_KIND, MinutesVersion, list(asked.values()))
    for message in messages:
        one = asked.get(message.recipient.pk)  # type: ignore[attr-defined]
        message.link = links.get(one.key, "") if one is not None else ""  # type: ignore[attr-defined]
    return messages


def version_asked_about(minutes: Minutes) -> MinutesVersion | None:
    """The version of which the last mail of the round spoke; the round's first when none had a link."""
    versions = {version.pk: version for version in round_of(minutes)}
    numbers = [versions[asked.target_id].number for asked in asked_about(versions.values())]
    if numbers:
        return next(version for version in versions.values() if version.number == max(numbers))
    return next(iter(versions.values()), None)


def at_work(minutes: Minutes, now: datetime) -> set[int]:
    """Ids of those who have just opened their link and have not answered yet."""
    return {
        pk
        for pk, asked in latest_asked(minutes).items()
        if asked.state == SolicitationState.OPENED and asked.opened_at is not None and asked.opened_at > now - AT_WORK
    }


def end_round(versions: Iterable[MinutesVersion], *, actor: object) -> None:
    """What was asked about these versions waits for nobody any more; the links die. The caller holds the minutes.

    One that is being answered at this very moment holds its row and waits for the minutes: it is left alone (to
    wait for it in turn would be a deadlock), and its answer reads that the minutes take no observations any more.
    """
    asked = asked_about(versions)
    held = list(asked.select_for_update(of=("self",), skip_locked=True))
    revoke_links(held, now=timezone.now())
    for one in held:
        if one.state in OPEN_STATES:
            transition(one, SolicitationState.REVOKED, actor=actor)


__all__ = ["at_work", "end_round", "version_asked_about", "with_observation_links"]
