"""Decisions and actions, by their number and their words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.search.base import Findable, SearchSource, search_sources
from core.typography import date_fr
from taskforce.models import ActionItem, Decision
from taskforce.queries import actions_visible_to, decisions_visible_to

# Of a text that has no title: its beginning.
TITLE_WORDS = 140


def titled(reference: str, text: str) -> tuple[str, str]:
    """A title from the number and the beginning of the text, and what is left to quote from."""
    line = " ".join(text.split())
    start = Truncator(line).chars(TITLE_WORDS)
    return f"{reference} – {start}", "" if start == line else line


@search_sources.register
class Decisions(SearchSource):
    slug, order, icon = "decision", 50, "flag"
    label, plural = _("Décision"), _("Décisions")
    model = Decision
    watches = {"taskforce_taskforce": "task_force"}

    def visible_to(self, user: Any) -> Any:
        return decisions_visible_to(user)

    def rows(self) -> Any:
        return Decision.objects.select_related("task_force")

    def findable(self, row: Decision) -> Findable:
        body = row.task_force
        with override(body.language):
            facts = said("Prise le %(day)s") % {"day": date_fr(row.decided_on)}
        title, text = titled(row.reference, row.text)
        day = row.decided_on.isoformat()
        return Findable(
            title=title,
            facts=facts,
            text=text,
            date=row.decided_on,
            url_name="taskforce:register",
            url_arg=body.slug,
            # The register shows so many at a time: those of the day.
            url_suffix=f"?liste=decisions&du={day}&au={day}#decision-{row.pk}",
            language=body.language,
            scope_id=body.pk,
        )


@search_sources.register
class Actions(SearchSource):
    """With who owns them and what was told of them since."""

    slug, order, icon = "action", 55, "check"
    label, plural = _("Action"), _("Actions")
    model = ActionItem
    watches = {
        "taskforce_taskforce": "task_force",
        "taskforce_agency": "owners__agency",
        "taskforce_person": "owner_person",
    }

    def visible_to(self, user: Any) -> Any:
        return actions_visible_to(user)

    def rows(self) -> Any:
        return ActionItem.objects.select_related("task_force", "owner_person").prefetch_related(
            "owners__agency", "updates"
        )

    def findable(self, row: ActionItem) -> Findable:
        body = row.task_force
        with override(body.language):
            facts = [said("Toutes les agences")] if row.owner_all else []
            facts += [str(owner.agency) for owner in row.owners.all()]
            facts += [row.owner_function, str(row.owner_person or "")]
            if row.due_on:
                facts.append(said("échéance le %(day)s") % {"day": date_fr(row.due_on)})
        title, text = titled(row.reference, row.text)
        notes = [update.note for update in row.updates.all()]
        written = row.created_at.astimezone(body.tz).date()
        return Findable(
            title=title,
            facts=" · ".join(filter(None, facts)),
            text="\n".join(filter(None, [text, *notes])),
            # Its number's year: minutes of the past are brought in today.
            date=written if written.year == row.year else (row.due_on or date(row.year, 12, 31)),
            url_name="taskforce:action_detail",
            url_arg=row.pk,
            language=body.language,
            scope_id=body.pk,
        )
