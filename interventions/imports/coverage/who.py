"""Who: the organisations of a row by role, and the intervention that they carry out."""

from __future__ import annotations

import re

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.text import normalise
from interventions.enums import RoleKind
from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.known import Known
from interventions.imports.coverage.proposal import InterventionRef, Organisation
from interventions.models import Intervention

_CODE_LENGTH = Intervention._meta.get_field("code").max_length
_TITLE_LENGTH = Intervention._meta.get_field("title").max_length
_ROLES = (
    ("lead", RoleKind.ACCOUNTABLE),
    ("funder", RoleKind.FUNDER),
    ("extending", RoleKind.EXTENDING),
    ("implementer", RoleKind.IMPLEMENTER),
    ("ministry", RoleKind.MINISTRY),
)


def read_roles(cells: Cells, known: Known) -> None:
    """Set `roles`. Of several leads in one cell (« PAM/UNICEF ») the first is accountable, the others implement."""
    roles = cells.out.roles
    for field, kind in _ROLES:
        found = _of(cells, known, field)
        if found:
            roles[kind] = found
    leads = roles.get(RoleKind.ACCOUNTABLE, [])
    if len(leads) > 1:
        roles[RoleKind.ACCOUNTABLE] = leads[:1]
        others = [one for one in leads[1:] if one not in roles.get(RoleKind.IMPLEMENTER, [])]
        roles[RoleKind.IMPLEMENTER] = [*roles.get(RoleKind.IMPLEMENTER, []), *others]
        cells.tell(
            "several_organisations",
            _(
                "« %(text)s » nomme plusieurs structures : %(first)s est lue comme responsable, les autres à la mise en œuvre."
            )
            % {"text": cells.text("lead") or cells.text("lead_acronym"), "first": leads[0].label},
            "lead" if cells.text("lead") else "lead_acronym",
        )
    if not leads and roles.get(RoleKind.IMPLEMENTER):
        # Files of implementing partners name nobody above them.
        roles[RoleKind.ACCOUNTABLE] = roles[RoleKind.IMPLEMENTER][:1]
    elif not leads and roles.get(RoleKind.MINISTRY):
        roles[RoleKind.ACCOUNTABLE] = roles[RoleKind.MINISTRY][:1]


def _of(cells: Cells, known: Known, field: str) -> list[Organisation]:
    """By acronym where that is known, otherwise by name."""
    name, acronym = cells.text(field), cells.text(f"{field}_acronym")
    found: list[Organisation] = []
    for text in (acronym, name):
        read = list(known.organisations.read(text)) if text else []
        if read and all(one.agency for one in read):
            found = read
            break
        found = found or read
    if name and found and not any(one.agency for one in found):
        # The full name tells more than the acronym of somebody whom the portal does not know.
        found = list(known.organisations.read(name)) or found
    for one in found:
        if one.agency is None:
            cells.tell(
                "organisation_unknown",
                _("« %(name)s » n’est pas une structure connue : à rattacher à une structure ou à créer.")
                % {"name": one.label},
                field if name else f"{field}_acronym",
            )
    return found


def read_intervention(cells: Cells, known: Known) -> None:
    """Set `intervention`: by code, by title, otherwise « structure – instrument ». Refuses a row that names nobody."""
    out = cells.out
    code, title = cells.text("intervention_code"), cells.text("intervention_title")
    lead = next(iter(out.roles.get(RoleKind.ACCOUNTABLE, [])), None)
    if len(code) > _CODE_LENGTH:
        cells.refuse(
            "code_too_long", _("Ce code dépasse %(most)d caractères.") % {"most": _CODE_LENGTH}, "intervention_code"
        )
        return
    if code:
        out.intervention = known.intervention_coded(code) or InterventionRef(
            f"code:{normalise(code)}", code, _title(title, lead, out, code)
        )
        return
    if title:
        found = known.intervention_titled(title, lead.agency.pk if lead and lead.agency else None)
        made = _made_code(lead, title)
        out.intervention = (
            found or known.intervention_coded(made) or InterventionRef(f"code:{made}", made, title[:_TITLE_LENGTH])
        )
        return
    if lead is None:
        field = next(
            (name for name in ("lead", "lead_acronym", "implementer", "intervention_code") if name in cells.columns), ""
        )
        cells.refuse("organisation_missing", _("Ni la structure ni l’intervention ne sont indiquées."), field)
        return
    if out.instrument is not None:
        made = _made_code(lead, out.instrument.code)
        out.intervention = known.intervention_coded(made) or InterventionRef(
            f"code:{made}", made, _title("", lead, out, made)
        )


def _title(title: str, lead: Organisation | None, out: object, code: str) -> str:
    instrument = getattr(out, "instrument", None)
    if title:
        return title[:_TITLE_LENGTH]
    parts = [_label(lead)] if lead else []
    parts += [instrument.name_fr] if instrument else []
    return (" – ".join(parts) or code)[:_TITLE_LENGTH]


def _label(lead: Organisation) -> str:
    return lead.agency.acronym or lead.agency.name_fr if lead.agency else lead.label


def _made_code(lead: Organisation | None, words: str) -> str:
    """The same code for the same words, so that a file brought twice finds its interventions again."""
    parts = [slugify(_label(lead))[:20]] if lead else []
    parts.append(slugify(words))
    return (
        re.sub(r"-+", "-", "-".join(part for part in parts if part))[:_CODE_LENGTH].strip("-").lower() or "intervention"
    )
