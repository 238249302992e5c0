"""The sheet that people sign as they come in (« feuille de présence »)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.documents.base import documents
from meetings.documents.common import MeetingDocument
from meetings.models import Meeting
from meetings.queries.expected import expected_at

# For those who come without having been announced.
BLANK_LINES = 8
FEWEST_BLANK_LINES = 4
# Lines that surely fit, some of them two names high: below the title, and on each page after it.
FIRST_PAGE, NEXT_PAGE = 18, 21


@documents.register
class SignInSheet(MeetingDocument):
    slug = "sign-in-sheet"
    name = pgettext_lazy("nom de fichier", "feuille-de-presence")
    title = gettext_lazy("Feuille de présence")
    template = "meetings/documents/signin.html"
    permission = "meetings.view_files"

    def get_context(self, obj: Meeting) -> dict[str, Any]:
        expected = expected_at(obj)
        rows = [
            {
                "agency": one.agency,
                "person": one.person.full_name,
                "rank": one.rank,
                "note": _("pour %(name)s") % {"name": one.replaces} if one.replaces else "",
                "is_remote": one.is_remote,
            }
            for one in expected.people
        ]
        rows += [
            {"agency": agency, "person": "", "rank": "", "note": "", "is_remote": False} for agency in expected.silent
        ]
        return {**self.head(obj), "rows": rows, "blank_lines": [""] * _blank_lines(len(rows))}


def _blank_lines(announced: int) -> int:
    """As many as end the page, so that no page holds two empty lines; or the usual number, where too few would be left."""
    left = (FIRST_PAGE - announced) if announced <= FIRST_PAGE else (FIRST_PAGE - announced) % NEXT_PAGE
    return left if FEWEST_BLANK_LINES <= left < BLANK_LINES else BLANK_LINES
