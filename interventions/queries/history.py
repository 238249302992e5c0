"""What became of a sheet, from the history that the database keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from core.models import TransitionRecord
from interventions.enums import InterventionState
from interventions.models import CoverageLine, Intervention

# Its own page shows as many of each kind.
MOST = 200
SILENT = frozenset({"id", "version", "updated_at", "created_at", "state", "flagged_at", "flagged_by", "verified_by"})


@dataclass(frozen=True)
class Event:
    """One line of the story, as `components/timeline.html` shows it."""

    at: datetime
    actor: str
    text: str
    comment: str = ""


def course_of(intervention: Intervention) -> list[Event]:
    """Submitted, published, sent back…, the latest first: one query."""
    return [
        event_of(record.at, record.actor_label, record.before, record.after, record.comment)
        for record in _records(intervention).order_by("-at", "-pk")[:MOST]
    ]


def event_of(at: datetime, actor: str, before: str, after: str, comment: str) -> Event:
    """A change of state of the sheet, in words."""
    labels = dict(InterventionState.choices)
    return Event(at, actor, f"{labels.get(before, before)} → {labels.get(after, after)}", comment)


def history_of(intervention: Intervention) -> list[Event]:
    """All that was written, the latest first: the sheet's own fields, its lines, its course. Three queries."""
    found = [*course_of(intervention), *_sheet_events(intervention), *_line_events(intervention)]
    return sorted(found, key=lambda event: event.at, reverse=True)[:MOST]


def _records(intervention: Intervention) -> QuerySet[TransitionRecord]:
    kind = ContentType.objects.get_for_model(Intervention)
    return TransitionRecord.objects.filter(content_type=kind, object_id=intervention.pk)


def _sheet_events(intervention: Intervention) -> list[Event]:
    sheet: Any = intervention
    rows = list(_told(sheet.events)[: MOST + 1])[::-1]
    fields = [field for field in Intervention._meta.concrete_fields if field.name not in SILENT]
    found = []
    for place, row in enumerate(rows):
        if place == 0:
            if len(rows) <= MOST:
                found.append(Event(row["pgh_created_at"], row["who"] or "", _("Fiche créée")))
            continue
        before = rows[place - 1]
        changed = [field for field in fields if row[field.attname] != before[field.attname]]
        if changed:
            names = ", ".join(str(field.verbose_name) for field in changed)
            found.append(Event(row["pgh_created_at"], row["who"] or "", names[:1].upper() + names[1:]))
    return found


def _line_events(intervention: Intervention) -> list[Event]:
    model: Any = CoverageLine
    rows = _told(model.pgh_event_model.objects.filter(intervention=intervention.pk))
    rows = rows.annotate(place=F("unit__name"), what=F("instrument__name_fr"))
    found = []
    seen: dict[int, Any] = {}
    for row in list(rows[: 2 * MOST])[::-1]:
        before = seen.get(row["pgh_obj_id"])
        seen[row["pgh_obj_id"]] = row
        place = row["place"] or _("National")
        line = f"{place}, {row['what']}"
        if row["pgh_label"] == "insert":
            text = _("Ligne ajoutée : %(line)s")
        elif before is not None and before["ends_on"] != row["ends_on"]:
            text = _("Ligne terminée ou prolongée : %(line)s")
        elif before is not None and before["verified_at"] != row["verified_at"]:
            text = _("Ligne vérifiée : %(line)s")
        else:
            text = _("Ligne corrigée : %(line)s")
        found.append(Event(row["pgh_created_at"], row["who"] or "", text % {"line": line}))
    return found


def _told(events: Any) -> Any:
    return events.annotate(who=F("pgh_context__metadata__actor")).order_by("-pgh_created_at", "-pgh_id").values()
