"""Decisions and actions tied to interventions and lines."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.history import recorded
from interventions.models import CoverageLine, DecisionLink, Intervention
from taskforce.models import ActionItem, Decision


def tie(
    subject: Decision | ActionItem, intervention: Intervention, *, line: CoverageLine | None = None, actor: Any
) -> DecisionLink:
    """Let the decision or action speak of the intervention, or of one of its lines; tying twice is one link.

    Raises ValidationError for an intervention of another country than the body's, or a line of another intervention.
    """
    if subject.task_force.country_id != intervention.country_id:
        raise ValidationError(_("Cette intervention est d’un autre pays que l’instance."), code="other-country")
    if line is not None and line.intervention_id != intervention.pk:
        raise ValidationError(_("Cette ligne est d’une autre intervention."), code="other-intervention")
    about = {"action": subject} if isinstance(subject, ActionItem) else {"decision": subject}
    with recorded(actor) as who:
        link, _made = DecisionLink.objects.get_or_create(
            **{"decision": None, "action": None, **about},
            intervention=intervention,
            line=line,
            defaults={"tied_by": who.user},
        )
    return link


def untie(link: DecisionLink, *, actor: Any) -> None:
    """Take a link away; one that is gone already is no error."""
    with recorded(actor):
        DecisionLink.objects.filter(pk=link.pk).delete()
