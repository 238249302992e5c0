"""The registers on A4 landscape, filtered as on their page, with the rows that their reader may see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.base import Document, documents
from core.origins import origins_of
from core.typography import date_fr, punctuation
from taskforce.enums import ReportKind
from taskforce.models import Report
from taskforce.queries.register import action_counts, actions_visible_to, by_urgency, decisions_visible_to
from taskforce.queries.register_updates import latest_updates, owner_words
from taskforce.queries.reports import reports_visible_to
from taskforce.register_filter import ActionFilter, DecisionFilter, asked_in


class _RegisterDocument(Document):
    model = Report
    template = "taskforce/documents/register.html"
    stylesheet = "css/print-register.css"
    permission = "taskforce.view_register"
    formats = ("pdf",)
    kind: ClassVar[str]

    def queryset(self, user: Any) -> QuerySet[Report]:
        return reports_visible_to(user, self.kind)

    def is_preview(self, obj: Report) -> bool:
        """A list of the day for one reader: neither numbered nor kept."""
        return True

    def language(self, obj: Report) -> str:
        return obj.task_force.language

    def filename(self, obj: Report) -> str:
        return f"{self.kind}-{obj.task_force.slug}-{obj.task_force.today():%Y-%m-%d}"

    def page_context(self, obj: Report) -> dict[str, Any]:
        address = reverse("taskforce:register", args=[obj.task_force.slug])
        asked = f"liste=decisions&{obj.query}" if self.kind == ReportKind.DECISIONS else obj.query
        return {
            "body": obj.task_force,
            "label": str(self.title),
            "back_url": f"{address}?{asked}" if asked else address,
            "back_label": _("Décisions et actions"),
        }

    def head(self, obj: Report, words: list[str]) -> dict[str, Any]:
        """What both lists say first: of which body, on which day, of what."""
        body = obj.task_force
        return {
            "body": {"name": body.name, "country": str(body.country)},
            "title": str(self.title),
            "day": date_fr(body.today()),
            "filters": words,
        }


@documents.register
class ActionList(_RegisterDocument):
    slug = "action-list"
    title = gettext_lazy("Liste des actions")
    kind = ReportKind.ACTIONS

    def get_context(self, obj: Report) -> dict[str, Any]:
        body, today = obj.task_force, obj.task_force.today()
        form = ActionFilter(asked_in(obj.query))
        shown = form.apply(actions_visible_to(obj.reader).filter(task_force=body), today=today)
        actions = list(by_urgency(shown))
        origins, updates = origins_of(obj.reader, actions), latest_updates(actions)
        return {
            **self.head(obj, form.words()),
            "counts": action_counts(shown, on=today),
            "actions": [
                {
                    "reference": action.reference,
                    "text": action.text,
                    "owners": owner_words(action),
                    "parts": [
                        f"{owner.agency}{punctuation(':')} {owner.get_state_display().lower()}"
                        for owner in action.owners.all()
                    ]
                    if len(action.owners.all()) > 1
                    else [],
                    "due": date_fr(action.due_on) if action.due_on else "",
                    "state": str(action.get_state_display()),
                    "is_overdue": action.is_overdue(today),
                    "is_restricted": action.is_restricted,
                    "origin": origins[action.pk].label if action.pk in origins else "",
                    "news": updates[action.pk].note if action.pk in updates else "",
                    "news_on": date_fr(updates[action.pk].at.astimezone(body.tz).date())
                    if action.pk in updates
                    else "",
                }
                for action in actions
            ],
            "decisions": None,
        }


@documents.register
class DecisionList(_RegisterDocument):
    slug = "decision-list"
    title = gettext_lazy("Liste des décisions")
    kind = ReportKind.DECISIONS

    def get_context(self, obj: Report) -> dict[str, Any]:
        form = DecisionFilter(asked_in(obj.query))
        decisions = list(
            form.apply(decisions_visible_to(obj.reader).filter(task_force=obj.task_force)).order_by("-year", "-number")
        )
        origins = origins_of(obj.reader, decisions)
        return {
            **self.head(obj, form.words()),
            "counts": None,
            "actions": None,
            "decisions": [
                {
                    "reference": decision.reference,
                    "text": decision.text,
                    "day": date_fr(decision.decided_on),
                    "mode": str(decision.get_mode_display()),
                    "votes": None
                    if decision.votes_for is None
                    else [decision.votes_for, decision.votes_against or 0, decision.abstentions or 0],
                    "is_restricted": decision.is_restricted,
                    "origin": origins[decision.pk].label if decision.pk in origins else "",
                }
                for decision in decisions
            ],
        }
