"""What became of a sheet, from the history that the database keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import TransitionRecord
from interventions.enums import InterventionState
from interventions.models import CoverageLine, Intervention

# Its own page shows as many of each kind.
MOST = 200
# Copied to many places, or confirmed with one click: one act.
AT_ONCE = timedelta(minutes=2)
# When, who, what was done, to the line of this place and instrument.
Act = tuple[Any, str, str, tuple[str, str]]
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
    # Of one moment: the sheet before its lines, they before what became of it.
    found = [*_sheet_events(intervention), *_line_events(intervention), *course_of(intervention)[::-1]]
    return sorted(found, key=lambda event: event.at)[::-1][:MOST]


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
        if [field.name for field in changed] == ["verified_at"]:
            found.append(Event(row["pgh_created_at"], row["who"] or "", _("Confirmée : toujours valable")))
        elif changed:
            names = ", ".join(str(field.verbose_name) for field in changed)
            found.append(Event(row["pgh_created_at"], row["who"] or "", names[:1].upper() + names[1:]))
    return found


def _line_events(intervention: Intervention) -> list[Event]:
    model: Any = CoverageLine
    rows = _told(model.pgh_event_model.objects.filter(intervention=intervention.pk))
    rows = rows.annotate(place=F("unit__name"), what=F("instrument__name_fr"))
    told: list[Act] = []
    seen: dict[int, Any] = {}
    for row in list(rows[: 2 * MOST])[::-1]:
        before = seen.get(row["pgh_obj_id"])
        seen[row["pgh_obj_id"]] = row
        place = row["place"] or _("National")
        line = (place, row["what"])
        if row["pgh_label"] == "insert":
            what = "added"
        elif before is not None and before["ends_on"] != row["ends_on"]:
            what = "ended"
        elif before is not None and before["verified_at"] != row["verified_at"]:
            what = "verified"
        else:
            what = "corrected"
        told.append((row["pgh_created_at"], row["who"] or "", what, line))
    return _folded(told)


def _folded(told: list[Act]) -> list[Event]:
    """What one person did to several lines at once is one line of the story."""
    runs: list[list[Act]] = []
    for one in told:
        last = runs[-1][-1] if runs else None
        if last is not None and last[1:3] == one[1:3] and one[0] - last[0] <= AT_ONCE:
            runs[-1].append(one)
        else:
            runs.append([one])
    found = []
    for run in runs:
        at, who, what, line = run[-1]
        if len(run) == 1:
            found.append(Event(at, who, _one(what) % {"line": ", ".join(line)}))
        else:
            found.append(Event(at, who, _many(what, len(run)), _where([one[3] for one in run])))
    return found


def _where(lines: list[tuple[str, str]]) -> str:
    """« Travaux publics : Bouza, Keita »: the places of each instrument, each once."""
    places: dict[str, dict[str, None]] = {}
    for place, what in lines:
        places.setdefault(what, {})[place] = None
    return " ; ".join(f"{what} : {', '.join(names)}" for what, names in places.items())


def _one(what: str) -> str:
    return {
        "added": _("Ligne ajoutée : %(line)s"),
        "ended": _("Ligne terminée ou prolongée : %(line)s"),
        "verified": _("Ligne vérifiée : %(line)s"),
        "corrected": _("Ligne corrigée : %(line)s"),
    }[what]


def _many(what: str, n: int) -> str:
    return {
        "added": ngettext("%(n)d ligne ajoutée", "%(n)d lignes ajoutées", n),
        "ended": ngettext("%(n)d ligne terminée ou prolongée", "%(n)d lignes terminées ou prolongées", n),
        "verified": ngettext("%(n)d ligne vérifiée", "%(n)d lignes vérifiées", n),
        "corrected": ngettext("%(n)d ligne corrigée", "%(n)d lignes corrigées", n),
    }[what] % {"n": n}


def _told(events: Any) -> Any:
    return events.annotate(who=F("pgh_context__metadata__actor")).order_by("-pgh_created_at", "-pgh_id").values()
