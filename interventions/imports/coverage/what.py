"""What and for whom: the instrument, the target group, how it is delivered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from interventions.imports.coverage.cells import Cells
from interventions.imports.coverage.columns import ACTIVITIES
from interventions.imports.coverage.known import Known
from interventions.imports.coverage.vocabulary import frequency_of, modality_of, state_of

# In these columns only whole words of an instrument count: they name much else.
_EXACT_ONLY = frozenset({"sector", "programme", "modality"})


def read_instrument(cells: Cells, known: Known) -> None:
    """Set `instrument` from the most precise column that names one; refuse the row when none does."""
    out, guessed, told = cells.out, None, ""
    for field in (*ACTIVITIES, "intervention_title"):
        text = cells.text(field)
        if not text:
            continue
        told = told or field
        found, is_certain = known.instruments.read(text)
        if found is not None and is_certain:
            out.instrument = found
            return
        if found is not None and guessed is None and field not in _EXACT_ONLY:
            guessed = (found, field, text)
    if guessed is not None:
        out.instrument, field, text = guessed
        cells.tell(
            "instrument_proposed",
            _("« %(text)s » est lu comme « %(instrument)s » : vérifiez.")
            % {"text": text, "instrument": out.instrument},
            field,
        )
        return
    modality = known.instruments.read(cells.text("modality"))[0] if cells.text("modality") else None
    if modality is not None:
        out.instrument = modality
        cells.tell(
            "instrument_proposed",
            _("« %(text)s » est lu comme « %(instrument)s » : vérifiez.")
            % {"text": cells.text("modality"), "instrument": modality},
            "modality",
        )
        return
    for field in ("subsector", "sector"):
        found = known.instruments.of_sector(cells.text(field)) if cells.text(field) else None
        if found is not None:
            out.instrument = found
            cells.tell(
                "instrument_from_sector",
                _("Le secteur « %(text)s » est lu comme « %(instrument)s » : vérifiez.")
                % {"text": cells.text(field), "instrument": found},
                field,
            )
            return
    if told:
        out.values["unknown_instrument"] = cells.text(told)
        cells.refuse(
            "instrument_unknown",
            _("« %(text)s » ne correspond à aucun instrument : choisissez-en un.") % {"text": cells.text(told)},
            told,
        )
    else:
        cells.refuse("instrument_missing", _("L’instrument ou l’activité n’est pas indiqué."), _first_column(cells))


def _first_column(cells: Cells) -> str:
    return next((field for field in ACTIVITIES if field in cells.columns), "")


def read_group(cells: Cells, known: Known) -> None:
    text = cells.text("group")
    if not text:
        return
    cells.out.group = known.groups.read(text)
    if cells.out.group is None:
        cells.out.values["unknown_group"] = text
        cells.tell(
            "group_unknown",
            _("« %(text)s » n’est pas un groupe cible connu : la ligne est lue sans groupe.") % {"text": text},
            "group",
        )


def read_delivery(cells: Cells) -> None:
    """Modality, frequency, state, source and note."""
    out = cells.out
    out.modality = modality_of(cells.text("modality")) if cells.text("modality") else ""
    out.frequency = frequency_of(cells.text("frequency")) if cells.text("frequency") else ""
    out.state = state_of(cells.text("status")) if cells.text("status") else ""
    out.source = cells.text("source")[:200]
    out.note = cells.text("note")[:500]
