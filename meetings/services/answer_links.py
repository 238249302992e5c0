"""The personal links that the mails of a meeting carry: one solicitation a person and question, one live link each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Solicitation, SolicitationState
from core.solicitations.links import make_links
from core.workflow import transition
from meetings.models import Invitation, Meeting
from meetings.notifications.base import MeetingMessage
from taskforce.models import Person, TaskForce

# Of the classes in `meetings/solicitations/`, found by their slugs: services do not import what leaves the house.
ANSWER_KIND = "meeting-answer"
AGENDA_KIND = "agenda-call"
UPDATE_KIND = "update-call"

M = TypeVar("M", bound=MeetingMessage)


@dataclass(frozen=True)
class Asked:
    """What a link will ask: about `target`, of `person`, until the meeting begins (or `until`)."""

    target: models.Model
    person: Person
    meeting: Meeting
    until: datetime | None = None

    @property
    def deadline(self) -> datetime:
        return self.until or self.meeting.starts_at

    @property
    def key(self) -> tuple[int, int]:
        return (self.target.pk, self.person.pk)


def with_answer_links(messages: Iterable[M]) -> list[M]:
    """Give each message to somebody with an address a personal link by which the invitation is answered.

    All speak of one meeting, whose row the caller holds. The links of earlier mails die: the newest mail has the one
    that serves. Somebody who is answering by link at this very moment keeps theirs, and the mail has none. A fixed
    number of statements, whatever the number of messages.
    """
    messages = list(messages)
    reachable = [message for message in messages if message.recipient.email]
    asked = {
        message.invitation.pk: Asked(message.invitation, message.invitation.person, message.meeting)
        for message in reachable
    }
    links = personal_links(ANSWER_KIND, Invitation, list(asked.values()))
    for message in reachable:
        message.link = links.get(asked[message.invitation.pk].key, "")
    return messages


def personal_links(kind: str, model: type[models.Model], asked: Sequence[Asked]) -> dict[tuple[int, int], str]:
    """A new link of `kind` for each, by target and person; the ones before die. The caller holds the meeting's row."""
    found = _solicitations(kind, model, asked)
    links = make_links(found.values())
    return {key: links[solicitation.pk].url for key, solicitation in found.items()}


def _solicitations(kind: str, model: type[models.Model], asked: Sequence[Asked]) -> dict[tuple[int, int], Solicitation]:
    """The solicitation of each, sent, to the person's address and until its deadline."""
    if not asked:
        return {}
    target_type = ContentType.objects.get_for_model(model)
    known = Solicitation.objects.filter(
        kind=kind,
        target_type=target_type,
        target_id__in={one.target.pk for one in asked},
        addressee_id__in={one.person.pk for one in asked},
    )
    existing = set(known.values_list("target_id", "addressee_id"))
    # An answer by link holds its solicitation and waits for the meeting: to wait for it in turn would be a deadlock.
    held = known.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    free = {(row.target_id, row.addressee_id): row for row in held}
    changed = []
    for one in asked:
        row = free.get(one.key)
        if row is None:
            continue
        if row.state == SolicitationState.EXPIRED:
            transition(row, SolicitationState.SENT, actor=SYSTEM, sent_at=timezone.now(), opened_at=None)
        if (row.email, row.deadline) != (one.person.email, one.deadline):
            row.email, row.deadline = one.person.email, one.deadline
            changed.append(row)
    Solicitation.objects.bulk_update(changed, ["email", "deadline"])
    new = [_new(kind, one, target_type) for one in asked if one.key not in existing]
    wanted = {one.key for one in asked}
    for row in Solicitation.objects.bulk_create(new):
        free[row.target_id, row.addressee_id] = row
    return {key: row for key, row in free.items() if key in wanted}


def _new(kind: str, asked: Asked, target_type: ContentType) -> Solicitation:
    return Solicitation(
        kind=kind,
        target_type=target_type,
        target_id=asked.target.pk,
        scope_type=ContentType.objects.get_for_model(TaskForce),
        scope_id=asked.meeting.task_force_id,
        addressee_type=ContentType.objects.get_for_model(Person),
        addressee_id=asked.person.pk,
        email=asked.person.email,
        deadline=asked.deadline,
        state=SolicitationState.SENT,
        sent_at=timezone.now(),
    )
