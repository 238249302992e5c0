"""The register: decisions and actions, numbered per body and year, followed until done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.validators import validate_texts
from core.workflow import TransitionRefused, transition
from taskforce.enums import ActionPriority, ActionState, DecisionMode
from taskforce.models import ActionItem, ActionOwner, Agency, Decision, Person, TaskForce

TEXT_LIMIT = 4000
A_MOMENT = timedelta(seconds=10)
DECISION_FIELDS = frozenset({"text", "mode", "votes_for", "votes_against", "abstentions", "is_restricted"})
ACTION_FIELDS = frozenset(
    {"text", "due_on", "priority", "owner_function", "owner_all", "owner_person", "is_restricted"}
)


def _next_number(model: type[Decision] | type[ActionItem], body: TaskForce, year: int) -> int:
    """The next free number of the body's year. The caller's transaction holds the body's row until it ends,
    so two calls never read the same number and one rolled back leaves no gap."""
    # NO KEY: rows that point at the body (a meeting, a seat) may be written meanwhile.
    TaskForce.objects.select_for_update(no_key=True).get(pk=body.pk)
    last = model._default_manager.filter(task_force=body, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _just_entered(
    model: type[Decision] | type[ActionItem], body: TaskForce, year: int, text: str
) -> Decision | ActionItem | None:
    """The row of the same text entered a moment ago. Asked after `_next_number`, whose lock makes it sure."""
    since = timezone.now() - A_MOMENT
    return model._default_manager.filter(task_force=body, year=year, text=text, created_at__gte=since).first()


def _check(row: Decision | ActionItem) -> None:
    validate_texts({"text": row.text, "owner_function": getattr(row, "owner_function", "")})
    row.full_clean(validate_unique=False, validate_constraints=False)
    # A TextField's max_length is only a form's matter.
    if len(row.text) > TEXT_LIMIT:
        raise ValidationError(
            {
                "text": _("Ce texte compte %(count)d caractères ; %(limit)d au plus.")
                % {"count": len(row.text), "limit": TEXT_LIMIT}
            }
        )


def _check_votes(decision: Decision) -> None:
    votes = (decision.votes_for, decision.votes_against, decision.abstentions)
    if decision.mode != DecisionMode.VOTE and any(count is not None for count in votes):
        raise ValidationError(
            {"mode": _("Un décompte des voix ne va qu’avec un vote. Choisissez « Vote » ou effacez le décompte.")}
        )


@transaction.atomic
def record_decision(
    body: TaskForce,
    text: str,
    *,
    decided_on: date,
    actor: Any,
    mode: str = DecisionMode.CONSENSUS,
    votes_for: int | None = None,
    votes_against: int | None = None,
    abstentions: int | None = None,
    is_restricted: bool = False,
    once: bool = False,
) -> Decision:
    """Enter a decision under the next number of the year of `decided_on` (« D-2016-01 »).

    With `once`, the same text again within ten seconds is the decision already there: a button pressed twice.
    Raises ValidationError (by field) for an empty or too long text and for votes without a vote.
    """
    with pghistory.context(actor=str(Actor.of(actor))):
        decision = Decision(
            task_force=body,
            year=decided_on.year,
            number=0,
            text=text.strip(),
            mode=mode,
            votes_for=votes_for,
            votes_against=votes_against,
            abstentions=abstentions,
            decided_on=decided_on,
            is_restricted=is_restricted,
        )
        _check(decision)
        _check_votes(decision)
        decision.number = _next_number(Decision, body, decided_on.year)
        same = _just_entered(Decision, body, decided_on.year, decision.text) if once else None
        if isinstance(same, Decision):
            return same
        decision.save()
    return decision


@transaction.atomic
def amend_decision(decision: Decision, *, actor: Any, **changes: Any) -> Decision:
    """Correct a decision's text, mode, votes or restriction; number and date stay. The history keeps each wording.

    Raises ValidationError as `record_decision` does, TypeError for a field that may not change.
    """
    _only(changes, DECISION_FIELDS)
    with pghistory.context(actor=str(Actor.of(actor))):
        locked = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
        for target in (decision, locked):
            for name, value in changes.items():
                setattr(target, name, value.strip() if isinstance(value, str) else value)
        _check(locked)
        _check_votes(locked)
        locked.save(update_fields=list(changes))
    return decision


@transaction.atomic
def discard_decision(decision: Decision, *, actor: Any) -> None:
    """Take back a decision entered by mistake. Only the last number of its year, so that no number is missing.

    Raises ValidationError for an earlier one. Rows that point at it (its meeting's link) go with it.
    """
    _discard(
        Decision,
        decision,
        actor,
        _(
            "Seule la dernière décision de l’année peut être retirée, pour que la numérotation reste continue. Corrigez plutôt son texte."
        ),
    )


@transaction.atomic
def record_action(
    body: TaskForce,
    text: str,
    *,
    actor: Any,
    owners: Iterable[Agency] = (),
    owner_person: Person | None = None,
    owner_function: str = "",
    owner_all: bool = False,
    due_on: date | None = None,
    priority: str = ActionPriority.NORMAL,
    recorded_on: date | None = None,
    is_restricted: bool = False,
    once: bool = False,
) -> ActionItem:
    """Enter an action under the next number of the year of `recorded_on` (today in the body's zone by default).

    With `once`, the same text again within ten seconds is the action already there: a button pressed twice.
    `owners` are agencies; a function, everybody or a person may own it beside or instead. Owner and date
    may lack: `taskforce.queries.missing_facts` names what does. Raises ValidationError (by field).
    """
    year = (recorded_on or body.today()).year
    with pghistory.context(actor=str(Actor.of(actor))):
        action = ActionItem(
            task_force=body,
            year=year,
            number=0,
            text=text.strip(),
            due_on=due_on,
            priority=priority,
            owner_function=owner_function.strip(),
            owner_all=owner_all,
            owner_person=owner_person,
            is_restricted=is_restricted,
        )
        _check(action)
        action.number = _next_number(ActionItem, body, year)
        same = _just_entered(ActionItem, body, year, action.text) if once else None
        if isinstance(same, ActionItem):
            return same
        action.save()
        ActionOwner.objects.bulk_create(
            ActionOwner(action=action, agency=agency) for agency in {agency.pk: agency for agency in owners}.values()
        )
    return action


@transaction.atomic
def amend_action(
    action: ActionItem, *, actor: Any, owners: Iterable[Agency] | None = None, **changes: Any
) -> ActionItem:
    """Correct an action's text, date, priority or owners; number and state stay.

    `owners` replaces the agencies (None leaves them); one that stays keeps its own state. Raises
    ValidationError (by field), TypeError for a field that may not change here.
    """
    _only(changes, ACTION_FIELDS)
    with pghistory.context(actor=str(Actor.of(actor))):
        locked = ActionItem.objects.select_for_update(no_key=True).get(pk=action.pk)
        for target in (action, locked):
            for name, value in changes.items():
                setattr(target, name, value.strip() if isinstance(value, str) else value)
        if changes:
            _check(locked)
            locked.save(update_fields=list(changes))
        if owners is not None:
            wanted = {agency.pk for agency in owners}
            kept = set(locked.owners.values_list("agency_id", flat=True))
            locked.owners.exclude(agency_id__in=wanted).delete()
            ActionOwner.objects.bulk_create(
                ActionOwner(action=locked, agency_id=pk, state=ActionState.NOT_STARTED) for pk in wanted - kept
            )
            # A prefetched list of the caller would still show the former owners.
            getattr(action, "_prefetched_objects_cache", {}).pop("owners", None)
    return action


@transaction.atomic
def discard_action(action: ActionItem, *, actor: Any) -> None:
    """Take back an action entered by mistake: only the last number of its year. Otherwise it is cancelled.

    Raises ValidationError for an earlier one.
    """
    _discard(
        ActionItem,
        action,
        actor,
        _(
            "Seule la dernière action de l’année peut être retirée, pour que la numérotation reste continue. Annulez plutôt celle-ci."
        ),
    )


def move_action(action: ActionItem, to: str, *, actor: Any, comment: str = "") -> ActionItem:
    """Change the state of the whole action; the parts of its agencies follow.

    Done or cancelled, unfinished parts follow; reopened, the finished ones. Raises TransitionRefused.
    """
    finished = [ActionState.DONE, ActionState.CANCELLED]
    with transaction.atomic(), pghistory.context(actor=str(Actor.of(actor))):
        before = ActionItem.objects.select_for_update(no_key=True).get(pk=action.pk).state
        transition(action, to, actor=actor, comment=comment)
        parts = action.owners.all()
        if to in finished:
            parts = parts.exclude(state__in=finished)
        elif before in finished:
            parts = parts.filter(state__in=finished)
        elif to == ActionState.IN_PROGRESS and parts.count() > 1:
            # Which of several agencies has begun is theirs to say.
            parts = parts.none()
        parts.update(state=to)
        getattr(action, "_prefetched_objects_cache", {}).pop("owners", None)
    return action


def report_progress(action: ActionItem, agency: Agency, to: str, *, actor: Any, comment: str = "") -> ActionItem:
    """One agency tells how far its part is; the action's state follows from all the parts.

    All parts done or cancelled: done; some part begun: in progress. Raises TransitionRefused, and
    ValidationError when the agency does not own the action.
    """
    with transaction.atomic(), pghistory.context(actor=str(Actor.of(actor))):
        # The action first, always: two agencies at once then wait for each other instead of dead-locking.
        locked = ActionItem.objects.select_for_update(no_key=True).get(pk=action.pk)
        owner = ActionOwner.objects.filter(action=locked, agency=agency).first()
        if owner is None:
            raise ValidationError(_("%(agency)s n’est pas responsable de cette action.") % {"agency": agency})
        if locked.state == ActionState.CANCELLED:
            raise TransitionRefused(_("Cette action est annulée. Le secrétariat peut la rouvrir."))
        if to == ActionState.CANCELLED:
            raise TransitionRefused(_("Une action s’annule en entier, par le secrétariat."))
        if owner.state != to:
            transition(owner, to, actor=actor, comment=comment)
        derived = _state_of_parts(list(locked.owners.values_list("state", flat=True)))
        if derived != locked.state:
            transition(locked, derived, actor=actor)
    action.state = locked.state
    getattr(action, "_prefetched_objects_cache", {}).pop("owners", None)
    return action


def _state_of_parts(states: list[str]) -> ActionState:
    finished = {ActionState.DONE, ActionState.CANCELLED}
    if all(state in finished for state in states):
        return ActionState.DONE
    if all(state == ActionState.NOT_STARTED for state in states):
        return ActionState.NOT_STARTED
    return ActionState.IN_PROGRESS


def _discard(model: type[Decision] | type[ActionItem], row: Any, actor: Any, refusal: str) -> None:
    with pghistory.context(actor=str(Actor.of(actor))):
        following = _next_number(model, row.task_force, row.year)
        if row.number != following - 1:
            raise ValidationError(refusal, code="not-the-last")
        row.delete()


def _only(changes: dict[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(changes) - allowed
    if unknown:
        raise TypeError(f"cannot change {', '.join(sorted(unknown))} here")
