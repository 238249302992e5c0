"""Entering and correcting intervention sheets, and who takes part in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.db import conflict_as_validation_error
from core.history import recorded
from core.validators import validate_texts
from interventions.enums import InterventionKind, InterventionState, RoleKind
from interventions.models import (
    CoverageFigure,
    CoverageLine,
    Intervention,
    InterventionRole,
    PolicyAxis,
    SdgTarget,
)
from interventions.queries.visibility import reach_of
from interventions.services.stale import check_version
from taskforce.models import Agency, Country

FIELDS = frozenset(
    """
    code title title_en kind summary summary_en targeting_method vulnerability_definition registry legal_basis
    planned_start planned_end actual_start actual_end halt currency visibility
    """.split()
)
LONG_TEXTS = frozenset({"summary", "summary_en", "vulnerability_definition"})


@dataclass(frozen=True)
class Part:
    """An agency's part: its role and, where it is known, its share in per cent."""

    agency: Agency
    kind: str
    share: Decimal | None = None


def create_intervention(
    country: Country,
    *,
    actor: Any,
    parts: Iterable[Part] = (),
    policy_axes: Iterable[PolicyAxis] = (),
    sdg_targets: Iterable[SdgTarget] = (),
    on_behalf_of: Agency | None = None,
    **fields: Any,
) -> Intervention:
    """A new sheet, as a draft; without a code it gets the next of its country and year (« NER-2026-003 »).

    With `on_behalf_of` it is to be confirmed by that agency. Raises ValidationError by field.
    """
    with recorded(actor) as who, conflict_as_validation_error("intervention_code_once"):
        if not (fields.get("code") or "").strip():
            fields["code"] = _next_code(country)
        intervention = Intervention(country=country, on_behalf_of=on_behalf_of)
        _save(intervention, fields)
        _set_parts(intervention, parts)
        intervention.policy_axes.set(_of_country(policy_axes, country))
        intervention.sdg_targets.set(sdg_targets)
        if speaks_for(intervention, who):
            seen_by(intervention, who)
            intervention.save(update_fields=[*SEEN, "updated_at"])
    return intervention


def edit_intervention(
    intervention: Intervention,
    *,
    actor: Any,
    version: int | None = None,
    policy_axes: Iterable[PolicyAxis] | None = None,
    sdg_targets: Iterable[SdgTarget] | None = None,
    **fields: Any,
) -> Intervention:
    """Correct the sheet. Raises Stale when it is no longer at `version`, ValidationError by field."""
    with recorded(actor) as who, conflict_as_validation_error("intervention_code_once"):
        current = held(intervention)
        check_version(current, version)
        to_assistance = fields.get("kind") == InterventionKind.ASSISTANCE
        if to_assistance and CoverageFigure.objects.filter(line__intervention=current).exists():
            raise ValidationError(
                {
                    "kind": _(
                        "Une assistance technique n’a pas de bénéficiaires : retirez d’abord les chiffres des lignes."
                    )
                }
            )
        current.version += 1
        written_by(current, who)
        _save(current, fields)
        if policy_axes is not None:
            current.policy_axes.set(_of_country(policy_axes, current.country))
        if sdg_targets is not None:
            current.sdg_targets.set(sdg_targets)
    return current


def set_roles(
    intervention: Intervention, parts: Iterable[Part], *, actor: Any, version: int | None = None
) -> Intervention:
    """Who takes part, in place of who did. An agency that is responsible stays so until the secretariat or the data
    manager hands the sheet over: ValidationError otherwise. Raises Stale."""
    with recorded(actor) as who, conflict_as_validation_error("intervention_role_once"):
        current = held(intervention)
        check_version(current, version)
        parts = list(parts)
        _check_hand_over(current, parts, who)
        current.version += 1
        _set_parts(current, parts)
        written_by(current, who)
        current.save(update_fields=["version", "on_behalf_of", *FLAG, *SEEN, "updated_at"])
    return current


FLAG = ("flag", "flagged_at", "flagged_by")
SEEN = ("verified_at", "verified_by")


def held(intervention: Intervention | int) -> Intervention:
    """The sheet, locked until the transaction ends. An archived one changes no more: ValidationError."""
    pk = intervention if isinstance(intervention, int) else intervention.pk
    current = Intervention.objects.select_for_update(of=("self",)).select_related("country").get(pk=pk)
    if current.state == InterventionState.ARCHIVED:
        raise ValidationError(_("Cette fiche est archivée : elle ne change plus."), code="archived")
    return current


def written_by(intervention: Intervention, who: Actor) -> None:
    """Mark on `intervention` (not saved) whose entry it is after `who` wrote.

    What its agency writes is its own, holds today, and answers the secretariat's flag. What the data manager writes
    is entered for the agency, to be confirmed by it. Files and links say it themselves.
    """
    if who.user is None:
        return
    if speaks_for(intervention, who):
        intervention.on_behalf_of = None
        intervention.flag, intervention.flagged_at, intervention.flagged_by = "", None, None
        seen_by(intervention, who)
    elif intervention.country_id in reach_of(who.user).data_manager_in:
        lead = lead_id_of(intervention)
        if lead is not None:
            intervention.on_behalf_of_id = lead


def speaks_for(intervention: Intervention, who: Actor) -> bool:
    """Sits for the agency that answers for the sheet, or for the one that it was entered for."""
    if who.user is None:
        return False
    country, reach = intervention.country_id, reach_of(who.user)
    return reach.sits_for(country, intervention.on_behalf_of_id) or reach.sits_for(country, lead_id_of(intervention))


def seen_by(target: Intervention | CoverageLine, who: Actor) -> None:
    """It holds today: `who` wrote it, or said so (not saved)."""
    target.verified_at, target.verified_by = timezone.now(), who.user


def touched_by(intervention: Intervention, who: Actor) -> None:
    """As `written_by`, saved: for what hangs on the sheet (lines, figures, indicators)."""
    before = (intervention.on_behalf_of_id, intervention.flag)
    written_by(intervention, who)
    if (intervention.on_behalf_of_id, intervention.flag) != before:
        intervention.save(update_fields=["on_behalf_of", *FLAG, "updated_at"])


def lead_id_of(intervention: Intervention) -> int | None:
    """The accountable agency."""
    return (
        InterventionRole.objects.filter(intervention=intervention, kind=RoleKind.ACCOUNTABLE)
        .values_list("agency", flat=True)
        .first()
    )


def _save(intervention: Intervention, fields: dict[str, Any]) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"cannot set {', '.join(sorted(unknown))} here")
    for name, value in fields.items():
        if isinstance(value, str):
            value = value.strip() if name in LONG_TEXTS else " ".join(value.split())
        setattr(intervention, name, value)
    intervention.currency = intervention.currency.upper()
    validate_texts({name: getattr(intervention, name) for name in fields})
    if not (len(intervention.currency) == 3 and intervention.currency.isascii() and intervention.currency.isalpha()):
        raise ValidationError({"currency": _("Écrivez les trois lettres de la monnaie : XOF, EUR, USD.")})
    intervention.full_clean(exclude=["country", "on_behalf_of", "verified_by", "flagged_by"])
    intervention.save()


def _set_parts(intervention: Intervention, parts: Iterable[Part]) -> None:
    wanted: dict[tuple[int, str], Part] = {}
    for part in parts:
        key = (part.agency.pk, part.kind)
        if key in wanted:
            raise ValidationError(
                _("%(agency)s tient deux fois le rôle « %(role)s ». Retirez l’une des deux lignes.")
                % {"agency": part.agency, "role": RoleKind(part.kind).label},
                code="twice",
            )
        wanted[key] = part
    _check_parts(list(wanted.values()))
    known = {(role.agency_id, role.kind): role for role in intervention.roles.all()}
    # First those that go: there is one lead.
    for key, role in known.items():
        if key not in wanted:
            role.delete()
    for key, part in wanted.items():
        role = known.get(key) or InterventionRole(intervention=intervention, agency=part.agency, kind=part.kind)
        if role.pk is None or role.share != part.share:
            role.share = part.share
            role.full_clean(exclude=["intervention", "agency"])
            role.save()


def _check_parts(parts: list[Part]) -> None:
    leads = [part.agency for part in parts if part.kind == RoleKind.ACCOUNTABLE]
    if len(leads) > 1:
        raise ValidationError(
            _("Une intervention a une seule structure responsable : %(agencies)s y figurent.")
            % {"agencies": ", ".join(str(agency) for agency in leads)},
            code="two-leads",
        )
    for kind in RoleKind:
        total = sum((part.share or Decimal(0) for part in parts if part.kind == kind), Decimal(0))
        if total > 100:
            raise ValidationError(
                _("Les parts du rôle « %(role)s » font %(total)s %% : elles ne dépassent pas 100 %%.")
                % {"role": kind.label, "total": total.normalize()},
                code="shares",
            )


def _check_hand_over(intervention: Intervention, parts: list[Part], who: Actor) -> None:
    if who.user is None:
        return
    country, reach = intervention.country_id, reach_of(who.user)
    if country in reach.runs:
        return
    lead = next((part.agency for part in parts if part.kind == RoleKind.ACCOUNTABLE), None)
    if lead is None or not reach.sits_for(country, lead.pk):
        raise ValidationError(
            _("Votre structure reste responsable de cette fiche. Pour la confier à une autre, écrivez au secrétariat."),
            code="hand-over",
        )


def _of_country(axes: Iterable[PolicyAxis], country: Country) -> list[PolicyAxis]:
    axes = list(axes)
    if any(axis.country_id != country.pk for axis in axes):
        raise ValidationError({"policy_axes": _("Choisissez des axes de politique de ce pays.")})
    return axes


def _next_code(country: Country) -> str:
    prefix = f"{country.iso3}-{timezone.localdate().year}-"
    # Two at once: the later one waits here.
    Country.objects.select_for_update(no_key=True).get(pk=country.pk)
    last = (
        Intervention.objects.filter(country=country, code__regex=rf"^{prefix}\d{{1,6}}$")
        .annotate(number=Cast(Substr("code", len(prefix) + 1), IntegerField()))
        .aggregate(last=Max("number"))["last"]
    )
    return f"{prefix}{(last or 0) + 1:03d}"
