"""What the meeting's page says of the answers to its invitations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from meetings.enums import AttendMode, PartStat
from meetings.models import Meeting
from meetings.queries.answers import reason_not_to_answer
from taskforce.queries import grants_of


@dataclass(frozen=True)
class PageAnswers:
    """What the page says of the answers: how many of each, and the reader's own."""

    counts: dict[str, int]
    remote: int
    own: dict[str, Any] | None
    is_open: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """(partstat, label, count) of the answers given, in the order in which they are read."""
        order = (PartStat.ACCEPTED, PartStat.DELEGATED, PartStat.DECLINED, PartStat.TENTATIVE, PartStat.NEEDS_ACTION)
        labels = {
            PartStat.ACCEPTED: _("Viendront"),
            PartStat.DELEGATED: _("Représentés"),
            PartStat.DECLINED: _("Excusés"),
            PartStat.TENTATIVE: _("Peut-être"),
            PartStat.NEEDS_ACTION: _("Sans réponse"),
        }
        return [(str(one), labels[one], self.counts[one]) for one in order if self.counts.get(one)]

    @property
    def own_words(self) -> str:
        """The reader's own answer."""
        if self.own is None:
            return ""
        if self.own["mode"] == AttendMode.REMOTE:
            return _("Vous participez à distance.")
        return {
            PartStat.ACCEPTED: _("Vous avez répondu que vous venez."),
            PartStat.DECLINED: _("Vous êtes excusé(e)."),
            PartStat.DELEGATED: _("Vous serez représenté(e)."),
            PartStat.TENTATIVE: _("Vous avez répondu « peut-être »."),
        }.get(self.own["partstat"], "")


def page_answers(user: Any, meeting: Meeting) -> PageAnswers:
    """From the rows that the meeting's own query read."""
    rows: list[dict[str, Any]] = meeting.answer_rows  # type: ignore[attr-defined]
    person = grants_of(user).person_id
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["partstat"]] = counts.get(row["partstat"], 0) + 1
    return PageAnswers(
        counts=counts,
        remote=sum(row["mode"] == AttendMode.REMOTE for row in rows),
        own=next((row for row in rows if row["person"] == person), None),
        is_open=not reason_not_to_answer(meeting),
    )
