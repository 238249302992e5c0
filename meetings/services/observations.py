"""What a member answers by link about shared minutes: observations, or that there is nothing to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.history import recorded
from meetings.models import AgencyUpdate, CorrectionRequest, Minutes, MinutesReading, MinutesSection
from meetings.services.circulation import locked_minutes, mark_read
from meetings.services.corrections import check_open, propose_correction
from taskforce.models import Agency, Person


@dataclass(frozen=True)
class Said:
    """One observation: sanitised HTML about a passage (None: the whole), made from that version of it."""

    target: MinutesSection | AgencyUpdate | None
    body: str
    is_remark: bool
    base_version: int


def say_observations(
    minutes: Minutes, agency: Agency, said: Sequence[Said], *, person: Person, actor: Any
) -> list[CorrectionRequest]:
    """Write all of them in the name of `agency`, or none. Raises ValidationError as `propose_correction`."""
    with recorded(actor) as who:
        return [
            propose_correction(
                minutes,
                agency,
                target=one.target,
                body=one.body,
                is_remark=one.is_remark,
                base_version=one.base_version,
                person=person,
                actor=who,
            )
            for one in said
        ]


def say_nothing(minutes: Minutes, *, person: Person, actor: Any) -> MinutesReading:
    """« Je n'ai pas d'observation » : the version that stands was read. Raises ValidationError once it is too late."""
    with recorded(actor) as who:
        current = locked_minutes(minutes)
        check_open(current, on_record=False)
        return mark_read(current, person=person, actor=who)
