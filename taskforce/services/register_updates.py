"""What is told of an action between two meetings, and the secretariat's reminders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.notifications.base import send_many
from core.validators import validate_texts
from taskforce.models import ActionItem, ActionReminder, ActionUpdate, Agency, TaskForce
from taskforce.notifications.action_reminder import ActionReminded
from taskforce.queries.register import OPEN_STATES
from taskforce.queries.register_updates import who_is_reminded
from taskforce.services.register import move_action, report_progress

NOTE_LIMIT = 2000


@transaction.atomic
def tell_of_action(
    action: ActionItem, agency: Agency | None, *, state: str, note: str, actor: Any
) -> ActionUpdate | None:
    """The news of an agency's part, or of the whole action without `agency`; with another state, it moves.

    The same state with a note is news too. Nothing new (same state, no note) raises ValidationError. Raises
    TransitionRefused as `move_action` and `report_progress` do. Returns the row, or None for a bare change of state.
    """
    author, note = Actor.of(actor), note.strip()
    validate_texts({"note": note})
    if len(note) > NOTE_LIMIT:
        raise ValidationError(
            {
                "comment": _("Ce texte compte %(count)d caractères ; %(limit)d au plus.")
                % {"count": len(note), "limit": NOTE_LIMIT}
            }
        )
    with recorded(actor):
        locked = ActionItem.objects.select_for_update(no_key=True).get(pk=action.pk)
        now = locked.state if agency is None else _state_of(locked, agency)
        is_change = bool(state) and state != now
        if not is_change and not note:
            raise ValidationError(
                {"comment": _("Dites ce qui a avancé, ou choisissez un autre état : rien n’a changé.")}
            )
        if is_change:
            if agency is None:
                move_action(action, state, actor=actor, comment=note)
            else:
                report_progress(action, agency, state, actor=actor, comment=note)
        if not note:
            return None
        return ActionUpdate.objects.create(
            action=locked,
            agency=agency,
            note=note,
            state=state if is_change else now,
            is_change=is_change,
            author=author.user,
            author_label=str(author)[:200],
        )


def _state_of(action: ActionItem, agency: Agency) -> str:
    owner = action.owners.filter(agency=agency).first()
    if owner is None:
        raise ValidationError(_("%(agency)s n’est pas responsable de cette action.") % {"agency": agency})
    return owner.state


def remind_owners(body: TaskForce, actions: Iterable[ActionItem], *, batch: UUID, actor: Any) -> int:
    """One mail to each person who answers for open ones of `actions`; the number of mails written.

    `batch` names the choice: sent again with the same one (a button pressed twice, a page gone back to), nothing leaves.
    """
    author = Actor.of(actor)
    chosen = [action for action in actions if action.state in OPEN_STATES and action.task_force_id == body.pk]
    reminded, _nobody = who_is_reminded(chosen, body)
    counts = {action.pk: sum(action in one.actions for one in reminded) for action in chosen}
    try:
        with transaction.atomic(), recorded(actor):
            ActionReminder.objects.bulk_create(
                ActionReminder(
                    action=action,
                    batch=batch,
                    people=counts[action.pk],
                    sent_by=author.user,
                    sent_by_label=str(author)[:200],
                )
                # In one order: two clicks at once wait for each other and do not dead-lock.
                for action in sorted(chosen, key=lambda one: one.pk)
                if counts[action.pk]
            )
            return send_many(
                ActionReminded(one.person, body=body, actions=one.actions, batch=str(batch), sender=str(author))
                for one in reminded
            )
    except IntegrityError:
        return 0
