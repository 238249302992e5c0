"""The round table: what each agency writes for a meeting."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.richtext import clean_html
from core.richtext.cleaning import escape
from core.services.drafts import StaleVersion, discard_draft
from meetings.models import AgencyUpdate, Meeting, Minutes
from meetings.services.common import check_fields, locked_for_logging
from meetings.services.minutes import check_writable
from taskforce.models import Agency

# Beside the text; the text alone is compared and merged.
FACTS = frozenset({"label", "reported_by", "policy_axis"})
# No round table is longer.
MOST_UPDATES = 200


def add_update(meeting: Meeting, *, agency: Agency | None = None, label: str = "", actor: Any) -> AgencyUpdate:
    """A place in the round table for an agency, or for several under `label`; empty until somebody writes.

    The one that exists already is returned (two people at once, a button pressed twice). Raises
    ValidationError when the texts of the meeting no longer change, or neither is given.
    """
    with recorded(actor):
        current = locked_for_logging(meeting)
        _check_draft(current)
        label = label.strip()
        twin = current.updates.filter(agency=agency) if agency else current.updates.filter(agency=None, label=label)
        if found := twin.first():
            return found
        round_table = current.updates.aggregate(count=Count("pk"), last=Coalesce(Max("position"), 0))
        if round_table["count"] >= MOST_UPDATES:
            raise ValidationError(_("Le tour de table compte déjà %(count)d contributions.") % round_table)
        update = AgencyUpdate(meeting=current, agency=agency, label=label, position=round_table["last"] + 1)
        if agency is None and not label:
            raise ValidationError({"label": _("Donnez un intitulé, par exemple « Contribution commune ».")})
        check_fields(update)
        update.save()
    return update


def save_update(update: AgencyUpdate, *, body: str, base_version: int, actor: Any, **facts: Any) -> AgencyUpdate:
    """Save the text (and `facts`: label, reported_by, policy_axis) of a contribution as its next version.

    The same text and facts make no version. Raises StaleVersion when somebody saved another text since
    `base_version`, ValidationError (by field) when something cannot be stored or no longer changes.
    """
    unknown = set(facts) - FACTS
    if unknown:
        raise TypeError(f"an agency update has no {', '.join(sorted(unknown))}")
    cleaned = clean_html(body)
    with recorded(actor) as who:
        current = locked_for_logging(update.meeting)
        _check_draft(current)
        row = (
            AgencyUpdate.objects.select_for_update(of=("self",), no_key=True)
            .select_related("agency", "reported_by", "updated_by__person")
            .get(pk=update.pk)
        )
        row.meeting = current
        changes = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in facts.items()
            if getattr(row, name) != (value.strip() if isinstance(value, str) else value)
        }
        if cleaned != row.body and base_version != row.version:
            raise StaleVersion(
                mine=cleaned,
                theirs=row.body,
                base=text_of_version(row, base_version),
                version=row.version,
                author=row.updated_by,
                at=row.updated_at,
            )
        if cleaned != row.body or changes:
            for name, value in changes.items():
                setattr(row, name, value)
            row.body = cleaned
            row.version += 1
            row.updated_at = timezone.now()
            row.updated_by = who.user
            check_fields(row)
            if row.agency_id is None and not row.label:
                raise ValidationError({"label": _("Donnez un intitulé, par exemple « Contribution commune ».")})
            row.save(update_fields=[*changes, "body", "version", "updated_at", "updated_by"])
        if who.user is not None:
            discard_draft(row, author=who.user)
    return row


def move_update(update: AgencyUpdate, step: int, *, actor: Any) -> None:
    """Move a contribution `step` places down (up when negative); at the edge it stays."""
    with recorded(actor):
        current = locked_for_logging(update.meeting)
        _check_draft(current)
        rows = list(current.updates.order_by("position", "pk"))
        place = next((place for place, row in enumerate(rows) if row.pk == update.pk), None)
        if place is None:
            return
        target = min(max(place + step, 0), len(rows) - 1)
        rows.insert(target, rows.pop(place))
        changed = []
        for position, row in enumerate(rows, start=1):
            if row.position != position:
                row.position = position
                changed.append(row)
        AgencyUpdate.objects.bulk_update(changed, ["position"])


def remove_update(update: AgencyUpdate, *, actor: Any) -> None:
    """Take an empty contribution off the round table. Raises ValidationError when it has a text."""
    with recorded(actor):
        current = locked_for_logging(update.meeting)
        _check_draft(current)
        row = current.updates.filter(pk=update.pk).first()
        if row is None:
            return
        if row.body:
            raise ValidationError(
                _("Cette contribution a un texte. Videz-la d’abord : l’historique garde ce qui y était."),
                code="has-text",
            )
        row.delete()


def as_contribution(update: AgencyUpdate) -> str:
    """The text of a contribution with its agency in front, in bold, to be taken into a section: HTML.

    Not cleaned: saving the section does it.
    """
    name = str(update)
    if update.agency_id is not None and update.label:
        name = f"{name}, {update.label}"
    if update.reported_by is not None:
        name = _("%(agency)s (rapporté par %(reporter)s)") % {"agency": name, "reporter": update.reported_by}
    lead = f"<strong>{escape(name)}.</strong> "
    if update.body.startswith("<p>"):
        return f"<p>{lead}{update.body[3:]}"
    return f"<p>{lead}</p>{update.body}"


def _check_draft(meeting: Meeting) -> None:
    check_writable(meeting, Minutes.objects.filter(meeting=meeting).first())


def text_of_version(update: AgencyUpdate, version: int) -> str | None:
    """The text of an earlier version, from the history that the triggers keep; None when it is not there."""
    if version == 0:
        return ""
    events = AgencyUpdate.pgh_event_model.objects.filter(pgh_obj_id=update.pk, version=version)  # type: ignore[attr-defined]
    return events.order_by("-pgh_id").values_list("body", flat=True).first()
