"""The rows of the list of meetings. Written here, not in a template: 120 of them took two thirds of the page's time."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.choices import choice_label
from core.components import state_label
from core.typography import date_long, time_fr, typo
from meetings.enums import MeetingKind, MinutesState
from meetings.models import Meeting

_NONE = mark_safe('<span class="muted">—</span>')
_EMPTY = mark_safe(" cards-hide")
_ROW = (
    '<tr><th scope="row" class="nowrap plain"><a href="{}">{}</a>{}</th><td class="text" data-label="{}">{}{}</td>'
    '{}<td data-label="{}">{}</td></tr>'
)


class MeetingRows:
    """Makes `<tr>`s for `meetings/meetings/table.html`; what every row says alike is worked out once.

    The meetings come from `queries.meeting_rows`, with `task_force` set.
    """

    def __init__(self) -> None:
        # The address of one meeting stands for all: composing it takes a fifth of a row.
        self.before, self.after = reverse("meetings:meeting_detail", args=[0]).split("0")
        self.labels = {
            "theme": _("Thème"),
            "place": _("Lieu"),
            "represented": _("Représentées"),
            "decisions": _("Décisions"),
            "actions": _("Actions"),
            "minutes": _("Compte rendu"),
            "state": _("État"),
        }
        self.minutes_labels = {value: str(label) for value, label in MinutesState.choices}

    def coming(self, meetings: Iterable[Meeting]) -> SafeString:
        """With their hours and their place."""
        return self._joined(self._row(meeting, self._hours(meeting), self._place(meeting)) for meeting in meetings)

    def past(self, meetings: Iterable[Meeting]) -> SafeString:
        """With what came of them."""
        return self._joined(self._row(meeting, "", self._outcome(meeting)) for meeting in meetings)

    def _joined(self, rows: Iterable[SafeString]) -> SafeString:
        return format_html_join("\n", "{}", ((row,) for row in rows))

    def _row(self, meeting: Meeting, hours: str, middle: SafeString) -> SafeString:
        kind = ""
        if meeting.kind != MeetingKind.ORDINARY:
            kind = format_html(' <span class="muted small">{}</span>', choice_label(meeting, "kind"))
        return format_html(
            _ROW,
            f"{self.before}{meeting.pk}{self.after}",
            date_long(meeting.date),
            hours,
            self.labels["theme"],
            typo(meeting.theme) if meeting.theme else _NONE,
            kind,
            middle,
            self.labels["state"],
            state_label(meeting.state, choice_label(meeting, "state")),
        )

    def _hours(self, meeting: Meeting) -> SafeString:
        hours = f"{time_fr(meeting.local_start)} – {time_fr(meeting.local_end)}"
        return format_html('<br><span class="muted small">{}</span>', hours)

    def _place(self, meeting: Meeting) -> SafeString:
        hidden = "" if meeting.place else mark_safe(' class="cards-hide"')
        return format_html('<td{} data-label="{}">{}</td>', hidden, self.labels["place"], meeting.place or "—")

    def _outcome(self, meeting: Meeting) -> SafeString:
        counts = (
            ("represented", meeting.agencies_represented),  # type: ignore[attr-defined]
            ("decisions", meeting.decision_count),  # type: ignore[attr-defined]
            ("actions", meeting.action_count),  # type: ignore[attr-defined]
        )
        cells = [
            format_html('<td class="num{}" data-label="{}">{}</td>', "" if n else _EMPTY, self.labels[name], n or "—")
            for name, n in counts
        ]
        minutes = meeting.minutes_state  # type: ignore[attr-defined]
        state = state_label(minutes, self.minutes_labels[minutes]) if minutes else _NONE
        hidden = "" if minutes else mark_safe(' class="cards-hide"')
        cells.append(format_html('<td{} data-label="{}">{}</td>', hidden, self.labels["minutes"], state))
        return format_html_join("", "{}", ((cell,) for cell in cells))
