"""The one way a state changes."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import TransitionRecord

M = TypeVar("M", bound=models.Model)


class TransitionRefused(ValidationError):
    """The state asked for cannot follow the present one; the message is for the person who asked."""


def transition(obj: M, to: str, *, actor: Any, comment: str = "", **changes: Any) -> M:
    """Move `obj.state` to `to`, with `changes` written in the same UPDATE, and record who did it.

    The row is locked, so of two people at once one succeeds and the other is refused. The model
    declares `TRANSITIONS` ({from: {to, …}}) and may declare `TRANSITIONS_WITH_REASON`
    ({(from, to), …}), which need a comment. Raises TransitionRefused; `obj` then still holds what
    the database holds.
    """
    actor = Actor.of(actor)
    with transaction.atomic():
        model = type(obj)
        locked = model._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        before = locked.state  # type: ignore[attr-defined]
        if to not in model.TRANSITIONS.get(before, ()):  # type: ignore[attr-defined]
            obj.state = before  # type: ignore[attr-defined]
            states = dict(model._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
            raise TransitionRefused(
                _(
                    "Impossible de passer de « %(before)s » à « %(after)s ». Rechargez la page : l’état a peut-être changé."
                )
                % {"before": states.get(before, before), "after": states.get(to, to)},
                code="transition-refused",
            )
        needs_reason = getattr(model, "TRANSITIONS_WITH_REASON", ())
        if (before, to) in needs_reason and not comment.strip():
            obj.state = before  # type: ignore[attr-defined]
            raise TransitionRefused(_("Indiquez la raison de ce changement."), code="reason-required")
        fields = {"state": to, **changes}
        for name, value in fields.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(fields))
        TransitionRecord.record(locked, before=before, after=to, actor=actor, comment=comment)
    # Only now: had the database refused a change, `obj` would still hold what it was given.
    for name, value in fields.items():
        setattr(obj, name, value)
    return obj
