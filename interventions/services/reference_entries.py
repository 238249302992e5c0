"""Reference data corrected by hand: instruments, groups, axes, guarantees, SDG targets, complementarities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.text import normalise
from core.validators import validate_texts
from interventions.models import Instrument, InstrumentAlias, SpfGuarantee, TargetGroup
from interventions.models.reference import Named
from interventions.services.stale import imprint, lock_as_seen

DEEPEST = 10
ALIAS_LENGTH = 120


def save_entry(
    entry: Model,
    *,
    actor: Any,
    seen: str | None = None,
    aliases: Iterable[str] | None = None,
    instruments: Iterable[Instrument] | None = None,
    **fields: Any,
) -> Model:
    """Write a new or corrected entry; a new one goes to the end of its list. Raises ValidationError by field.

    `aliases` are those of an instrument, `instruments` those of a guarantee; the list given replaces the former one.
    `seen` is the `entry_imprint` of what the writer saw: Stale is raised when the entry is no longer so.
    """
    validate_texts({name: value for name, value in fields.items() if isinstance(value, str)})
    with conflict_as_validation_error(), recorded(actor):
        if entry.pk is not None:
            lock_as_seen(entry, seen, entry_imprint)
        for name, value in fields.items():
            setattr(entry, name, " ".join(value.split()) if isinstance(value, str) else value)
        if isinstance(entry, TargetGroup):
            _check_tree(entry)
        if isinstance(entry, Named) and entry.pk is None:
            last = type(entry)._default_manager.aggregate(last=Max("position"))["last"]
            entry.position = (last or 0) + 1
        entry.full_clean()
        entry.save()
        if isinstance(entry, Instrument) and aliases is not None:
            _set_aliases(entry, aliases)
        if isinstance(entry, SpfGuarantee) and instruments is not None:
            entry.instruments.set(instruments)
    return entry


def entry_imprint(entry: Any) -> str:
    """What the page of an entry shows to be corrected, in a few letters."""
    aside = {"id", "position", "is_active"}
    fields = [field.name for field in entry._meta.concrete_fields if field.name not in aside]
    listed: dict[str, Iterable[Any]] = {}
    if isinstance(entry, Instrument):
        listed["aliases"] = entry.aliases.values_list("label", flat=True)
    if isinstance(entry, SpfGuarantee):
        listed["instruments"] = entry.instruments.values_list("pk", flat=True)
    return imprint(entry, fields, **listed)


def set_active(entry: Any, is_active: bool, *, actor: Any) -> None:
    """Propose an entry in forms and imports, or stop proposing it. What already names it keeps its name."""
    with recorded(actor):
        type(entry).objects.filter(pk=entry.pk).update(is_active=is_active)
    entry.is_active = is_active


def _check_tree(group: TargetGroup) -> None:
    above = group.parent
    for _step in range(DEEPEST):
        if above is None:
            return
        if group.pk is not None and above.pk == group.pk:
            raise ValidationError(
                {"parent": _("Un groupe ne peut pas être inclus dans lui-même ni dans l’un des siens.")}
            )
        above = above.parent
    raise ValidationError({"parent": _("Les groupes s’emboîtent sur dix niveaux au plus.")})


def _set_aliases(instrument: Instrument, labels: Iterable[str]) -> None:
    wanted = {normalise(label): " ".join(label.split()) for label in labels if label.strip()}
    instrument.aliases.exclude(normalised__in=wanted).delete()
    holders = {
        alias.normalised: alias.instrument
        for alias in InstrumentAlias.objects.filter(normalised__in=wanted).select_related("instrument")
    }
    for key, label in wanted.items():
        holder = holders.get(key)
        if holder is not None and holder != instrument:
            raise ValidationError(
                {
                    "aliases": _("« %(label)s » désigne déjà %(instrument)s. Un nom ne mène qu’à un instrument.")
                    % {"label": label, "instrument": holder.name}
                }
            )
        if holder is None:
            if len(label) > ALIAS_LENGTH:
                raise ValidationError({"aliases": _("« %(label)s… » est trop long.") % {"label": label[:40]}})
            InstrumentAlias.objects.create(instrument=instrument, label=label)
