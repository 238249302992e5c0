"""How presence is said: the words of a mark, and its sign where there is no room for words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.queries.presence_year import ABSENT, EXCUSED, OUTSIDE, PRESENT, REMOTE

# Read in black and white, and without a colour: each has a sign of its own.
WORDS = {
    PRESENT: _("présence"),
    REMOTE: _("à distance"),
    EXCUSED: _("excuse"),
    ABSENT: _("absence"),
    OUTSIDE: _("hors mandat"),
}
SIGNS = {PRESENT: "●", REMOTE: "◐", EXCUSED: "E", ABSENT: "○", OUTSIDE: "–"}


def mark_words(mark: str) -> str:
    """« présence », « hors mandat »."""
    return str(WORDS[mark])


def legend() -> list[tuple[str, str, str]]:
    """(mark, sign, words) of every mark, in order."""
    return [(mark, SIGNS[mark], str(words)) for mark, words in WORDS.items()]
