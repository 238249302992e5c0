"""Taking an import back, while nothing depends on what it made."""

from __future__ import annotations

from typing import Any

import pghistory.models
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.history import recorded
from core.workflow import transition
from meetings.enums import ImportState, MeetingState, MinutesState
from meetings.models import (
    AgendaItem,
    ImportedMinutes,
    Meeting,
    MeetingAction,
    MeetingDecision,
    Minutes,
    MinutesSection,
)
from meetings.services.common import locked
from meetings.services.import_entry import fingerprint
from taskforce.models import ActionItem, Decision, Person
from taskforce.services.register import discard_action, discard_decision

# What entering a document writes, by model: the relations whose rows are its own.
OWN_RELATIONS = {
    Meeting: {"agenda", "attendances", "updates", "minutes", "decision_links", "action_links", "imported_from"},
    Minutes: {"sections"},
    MinutesSection: {"versions"},
    AgendaItem: {"section", "decision_links", "action_links"},
    Decision: {"meeting_link"},
    ActionItem: {"meeting_link", "owners"},
}


def undo(row: ImportedMinutes, *, actor: Any) -> None:
    """Remove the meeting that the document became with all that came with it, and the people that were created for
    it and that nobody used since; the document itself stays and may be reviewed again.

    A document that was only attached is detached. Raises ValidationError saying what stands in the way,
    TransitionRefused unless it is entered.
    """
    with recorded(actor) as who:
        current = ImportedMinutes.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        meeting, made = current.meeting, current.made
        if current.state == ImportState.APPLIED and meeting is not None and not made.get("attached"):
            meeting = locked(meeting)
            if reasons := obstacles(meeting, made):
                raise ValidationError(reasons, code="in-use")
        transition(row, ImportState.UNDONE, actor=who, meeting=None, made={})
        if meeting is None or made.get("attached"):
            return
        try:
            _delete(meeting, made, who)
        except models.ProtectedError as error:
            names = sorted({str(one._meta.verbose_name) for one in error.protected_objects})
            raise ValidationError(
                _("Autre chose tient à cette réunion (%(what)s) : l’import ne s’annule plus.")
                % {"what": ", ".join(names)},
                code="in-use",
            ) from error


def obstacles(meeting: Meeting, made: dict[str, Any]) -> list[str]:
    """Why the import can no longer be taken back, in sentences; empty when it can."""
    reasons = []
    minutes = Minutes.objects.filter(meeting=meeting).first()
    if meeting.state != MeetingState.HELD:
        reasons.append(_("La réunion est close. Rouvrez-la d’abord."))
    if minutes is not None and minutes.state != MinutesState.DRAFT:
        reasons.append(
            _("Son compte rendu est « %(state)s » : d’autres l’ont lu.") % {"state": minutes.get_state_display()}
        )
    if fingerprint(meeting) != made.get("fingerprint"):
        reasons.append(
            _("La réunion a été modifiée depuis l’import : ce travail serait perdu. Corrigez-la plutôt directement.")
        )
    reasons += _later_numbers(meeting)
    strangers = set(_strangers(meeting))
    for rows in _own_rows(meeting, minutes):
        for one in rows:
            strangers |= _strangers(one)
    if strangers:
        reasons.append(
            _("Autre chose tient à cette réunion (%(what)s) : l’import ne s’annule plus.")
            % {"what": ", ".join(sorted(strangers))}
        )
    return reasons


def _own_rows(meeting: Meeting, minutes: Minutes | None) -> list[list[Any]]:
    return [
        [minutes] if minutes is not None else [],
        [link.decision for link in meeting.decision_links.select_related("decision")],
        [link.action for link in meeting.action_links.select_related("action")],
        list(meeting.agenda.all()),
    ]


def _later_numbers(meeting: Meeting) -> list[str]:
    """A number taken after those of the meeting: taking these back would leave a gap in the register."""
    reasons = []
    for model, links in ((Decision, meeting.decision_links), (ActionItem, meeting.action_links)):
        name = "decision" if model is Decision else "action"
        own = {getattr(link, f"{name}_id") for link in links.all()}
        rows = model._default_manager.filter(task_force=meeting.task_force_id, pk__in=own)
        first = rows.order_by("number").first()
        if first is None:
            continue
        later = model._default_manager.filter(
            task_force=meeting.task_force_id, year=first.year, number__gt=first.number
        ).exclude(pk__in=own)
        if last := later.order_by("-number").first():
            reasons.append(
                _("« %(reference)s » a été numéroté après : annulez d’abord l’import ou l’inscription qui l’a créé.")
                % {"reference": last.reference}
            )
    return reasons


def _strangers(obj: Any, own: set[str] | None = None) -> set[str]:
    """What points at `obj` beside its own rows, by name; the history aside."""
    known = OWN_RELATIONS.get(type(obj), set()) if own is None else own
    found = set()
    for relation in obj._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        model = relation.related_model
        if issubclass(model, pghistory.models.Event) or relation.name in known or relation.get_accessor_name() in known:
            continue
        if model._base_manager.filter(**{relation.field.name: obj.pk}).exists():
            found.add(str(model._meta.verbose_name))
    return found


def _delete(meeting: Meeting, made: dict[str, Any], who: Any) -> None:
    for decision in MeetingDecision.objects.filter(meeting=meeting).order_by("-decision__number"):
        discard_decision(decision.decision, actor=who)
    for action in MeetingAction.objects.filter(meeting=meeting).order_by("-action__number"):
        discard_action(action.action, actor=who)
    minutes = Minutes.objects.filter(meeting=meeting).first()
    if minutes is not None:
        minutes.sections.all().delete()
        minutes.delete()
    meeting.updates.all().delete()
    # Who is represented points at who represents.
    meeting.attendances.filter(represented_by__isnull=False).delete()
    meeting.attendances.all().delete()
    meeting.agenda.all().delete()
    Meeting.objects.filter(pk=meeting.pk).update(chair=None)
    meeting.delete()
    for person in Person.objects.filter(pk__in=made.get("people", []), user=None):
        if not _strangers(person, set()):
            person.delete()
