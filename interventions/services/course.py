"""The course of a sheet: submitted, published, sent back, archived; flagged, verified, confirmed; no duplicate."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import recorded
from core.validators import validate_texts
from core.workflow import transition
from interventions.enums import InterventionState, RoleKind
from interventions.models import CoverageLine, Intervention, NotADuplicate
from interventions.queries.sheets import VERIFIED_FOR
from interventions.queries.visibility import reach_of
from interventions.services.interventions import FLAG, held, touched_by


def submit(intervention: Intervention, *, actor: Any) -> Intervention:
    """Hand a draft to the secretariat. It needs who is responsible, and says what is done where."""
    with recorded(actor):
        check_complete(intervention)
        return transition(intervention, InterventionState.SUBMITTED, actor=actor)


def check_complete(intervention: Intervention) -> None:
    """What a sheet needs before others read it. Raises ValidationError with every lack."""
    lacks = []
    if not intervention.roles.filter(kind=RoleKind.ACCOUNTABLE).exists():
        lacks.append(_("Nommez la structure responsable."))
    if not intervention.lines.exists():
        lacks.append(_("Ajoutez au moins une ligne : un lieu, un instrument, un groupe, une période."))
    if lacks:
        raise ValidationError(lacks, code="incomplete")


def publish(intervention: Intervention, *, actor: Any) -> Intervention:
    """Show the sheet to those that its visibility names. Raises ValidationError, TransitionRefused."""
    with recorded(actor):
        check_complete(intervention)
        return transition(intervention, InterventionState.PUBLISHED, actor=actor)


def send_back(intervention: Intervention, *, reason: str, actor: Any) -> Intervention:
    """Back to a draft, with the reason that its agency reads. Raises TransitionRefused without one."""
    validate_texts({"reason": reason})
    with recorded(actor):
        return transition(intervention, InterventionState.DRAFT, actor=actor, comment=reason)


def archive(intervention: Intervention, *, actor: Any, comment: str = "") -> Intervention:
    """Out of lists, totals and maps; what it was stays readable for its agencies and the secretariat."""
    validate_texts({"comment": comment})
    with recorded(actor):
        return transition(intervention, InterventionState.ARCHIVED, actor=actor, comment=comment)


def restore(intervention: Intervention, *, actor: Any) -> Intervention:
    """Out of the archive, as a draft."""
    with recorded(actor):
        return transition(intervention, InterventionState.DRAFT, actor=actor)


def flag(intervention: Intervention, *, text: str, actor: Any) -> Intervention:
    """Ask the agency to look at something, the sheet staying where it is; an empty text takes the flag away."""
    text = " ".join(text.split())
    validate_texts({"text": text})
    with recorded(actor) as who:
        current = held(intervention)
        current.flag = text
        current.flagged_at = timezone.now() if text else None
        current.flagged_by = who.user if text else None
        current.full_clean(
            exclude=[field.name for field in current._meta.fields if field.name != "flag"], validate_constraints=False
        )
        current.save(update_fields=[*FLAG, "updated_at"])
    return current


def verify(target: Intervention | CoverageLine, *, actor: Any) -> None:
    """« Toujours valable ? » — yes, today. Of a sheet: with its lines that are still open.

    The last of its open lines verifies the sheet with it. A sheet that its own agency verifies as a whole is its own,
    and answers the flag of the secretariat; one line says nothing of the rest.
    """
    now = timezone.now()
    with recorded(actor) as who:
        seen = {"verified_at": now, "verified_by": who.user}
        current = held(target.intervention_id if isinstance(target, CoverageLine) else target)
        lines = current.lines.exclude(ends_on__lt=timezone.localdate())
        if isinstance(target, CoverageLine):
            current.lines.filter(pk=target.pk).update(**seen)
            if lines.filter(Q(verified_at=None) | Q(verified_at__lt=now - VERIFIED_FOR)).exists():
                return
        else:
            lines.update(**seen)
            if who.user is not None and reach_of(who.user).agencies.get(current.country_id):
                touched_by(current, who)
        current.verified_at, current.verified_by = now, who.user
        current.save(update_fields=["verified_at", "verified_by", "updated_at"])


def confirm(intervention: Intervention, *, actor: Any) -> Intervention:
    """What was entered for an agency becomes its own, verified today."""
    with recorded(actor) as who:
        current = held(intervention)
        current.on_behalf_of = None
        current.verified_at, current.verified_by = timezone.now(), who.user
        current.save(update_fields=["on_behalf_of", "verified_at", "verified_by", "updated_at"])
    return current


def say_two(first: Intervention, second: Intervention, *, actor: Any) -> None:
    """Two sheets that resemble each other are two interventions: they are no longer shown as one."""
    if first.pk == second.pk:
        raise ValidationError(_("Choisissez deux fiches différentes."), code="same")
    with recorded(actor) as who:
        low, high = sorted((first.pk, second.pk))
        NotADuplicate.objects.get_or_create(first_id=low, second_id=high, defaults={"said_by": who.user})
