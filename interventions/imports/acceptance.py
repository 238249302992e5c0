"""What the portal refuses of lines that were read well: another agency's sheet, an archived one, figures of an assistance…"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.typography import date_fr
from interventions.enums import InterventionKind, InterventionState, RoleKind
from interventions.figures import Cell
from interventions.imports.coverage.proposal import (
    CHANGED,
    ERROR,
    NEW,
    NOTICE,
    REFUSED,
    UNCHANGED,
    CoverageLineDraft,
    CoverageRow,
    CoverageSheet,
    InterventionRef,
    Issue,
)
from interventions.models import CoverageFigure, Intervention
from interventions.queries.visibility import Reach, may_see, reach_of
from interventions.services.figures import check_figures

CHUNK = 1000


def accept(sheet: CoverageSheet, user: Any) -> None:
    """Refuse the rows of `sheet` that `user` (None: who runs the country) may not have written, or that would make a
    line impossible.

    Of an intervention that `user` may not read the rows tell nothing but that it is somebody else's: neither its title
    nor, by being « unchanged », that a guess is right.
    """
    sheets = _Sheets(sheet, user)
    for draft in sheet.lines:
        if draft.status == UNCHANGED and not sheets.shows(draft.intervention):
            _refuse(sheet, draft, *sheets.NOT_YOURS)
    for row in sheet.rows:
        if row.intervention is not None and not sheets.shows(row.intervention):
            _keep_back(row)
    drafts = [draft for draft in sheet.lines if draft.status in {NEW, CHANGED}]
    figures = _known_figures(draft.pk for draft in drafts if draft.pk is not None)
    for draft in drafts:
        refusal = sheets.refusal(draft) or _refusal(draft, figures.get(draft.pk or 0, {}))
        if refusal is not None:
            _refuse(sheet, draft, *refusal)
    for code, title, labels, row in sheets.missing_roles(drafts):
        sheet.issues.append(
            Issue(
                row.sheet,
                row.number,
                "",
                "role_not_written",
                _(
                    "La fiche « %(title)s » (%(code)s) existe : %(agencies)s n’y figure pas à ce titre. Ses rôles se modifient sur la fiche."
                )
                % {"title": title, "code": code, "agencies": ", ".join(labels)},
                NOTICE,
            )
        )
    order = {one.title: place for place, one in enumerate(sheet.sheets)}
    sheet.issues.sort(key=lambda issue: (order.get(issue.sheet, len(order)), issue.row))


def _refuse(sheet: CoverageSheet, draft: CoverageLineDraft, code: str, message: Any) -> None:
    draft.status = REFUSED
    for row in draft.rows:
        row.is_refused = True
        row.status = REFUSED
        sheet.issues.append(Issue(row.sheet, row.number, "", code, str(message), ERROR))


def _keep_back(row: CoverageRow) -> None:
    """Leave of the intervention what the row itself wrote, and of its days those that the row reports on."""
    assert row.intervention is not None
    known = row.intervention
    code, title = row.values.get("intervention_code", ""), row.values.get("intervention_title", "")
    row.intervention = InterventionRef(known.key, code, title or code, known.pk)
    if row.reports is not None:
        row.starts_on = row.reports[0]


class _Sheets:
    """The sheets that the rows name, with whose they are. Two queries a thousand."""

    NOT_YOURS: tuple[str, Any] = (
        "not_yours",
        gettext_lazy(
            "Cette intervention est d’une autre structure : elle seule, ou le secrétariat, importe ses lignes."
        ),
    )

    def __init__(self, sheet: CoverageSheet, user: Any) -> None:
        country = sheet.country
        reach = Reach(runs=frozenset([country.pk])) if user is None else reach_of(user)
        self.writes_all = country.pk in reach.runs
        self.own = reach.agencies.get(country.pk, frozenset())
        named = (row.intervention.pk for row in sheet.rows if row.intervention is not None)
        wanted = sorted({pk for pk in named if pk is not None})
        self.rows: dict[int, Intervention] = {}
        for start in range(0, len(wanted), CHUNK):
            some = Intervention.objects.filter(pk__in=wanted[start : start + CHUNK]).prefetch_related("roles")
            self.rows |= {one.pk: one for one in some}
        self.hidden = {pk for pk, one in self.rows.items() if not self.writes_all and not may_see(user, one)}
        # The first row that names a new sheet says its currency.
        self.currencies: dict[str, str] = {}
        for draft in sheet.lines:
            known = self.rows.get(draft.intervention.pk or 0)
            for row in draft.rows:
                said = known.currency if known is not None else row.currency
                if said:
                    self.currencies.setdefault(draft.intervention.key, said)

    def shows(self, intervention: InterventionRef) -> bool:
        """Whether the user may read it; a new one is the file's own."""
        return intervention.pk not in self.hidden

    def refusal(self, draft: CoverageLineDraft) -> tuple[str, Any] | None:
        known = self.rows.get(draft.intervention.pk or 0)
        if not self.shows(draft.intervention):
            return self.NOT_YOURS
        if known is not None and known.state == InterventionState.ARCHIVED:
            return "archived", _("La fiche « %(title)s » est archivée : elle ne change plus.") % {"title": known.title}
        if not self.writes_all and not self._is_own(draft, known):
            return "not_yours", _(
                "Cette intervention est d’une autre structure : elle seule, ou le secrétariat, importe ses lignes."
            )
        if known is not None and known.kind == InterventionKind.ASSISTANCE and draft.figures:
            return "assistance_figures", _("Une assistance technique n’a pas de bénéficiaires.")
        currency = self.currencies.get(draft.intervention.key, "")
        others = {row.currency for row in draft.rows if row.currency and row.currency != currency}
        if others and (draft.fields.get("budget") is not None or draft.fields.get("transfer_value") is not None):
            return "other_currency", _(
                "Les montants sont en %(written)s et la fiche est en %(currency)s : rien n’est converti."
            ) % {"written": ", ".join(sorted(others)), "currency": currency}
        return None

    def _is_own(self, draft: CoverageLineDraft, known: Intervention | None) -> bool:
        if known is None:
            lead = next((one.agency for row in draft.rows for one in row.roles.get(RoleKind.ACCOUNTABLE, [])), None)
            return lead is not None and lead.pk in self.own
        roles = list(known.roles.all())
        leads = [role for role in roles if role.kind == RoleKind.ACCOUNTABLE]
        return known.on_behalf_of_id in self.own or any(role.agency_id in self.own for role in leads or roles)

    def missing_roles(self, drafts: list[CoverageLineDraft]) -> Iterable[tuple[str, str, list[str], Any]]:
        """Agencies that the file gives a part in a sheet which does not name them: once a sheet."""
        told: set[int] = set()
        for draft in drafts:
            known = self.rows.get(draft.intervention.pk or 0)
            if known is None or known.pk in told or draft.status == REFUSED:
                continue
            held = {(role.agency_id, role.kind) for role in known.roles.all()}
            for row in draft.rows:
                lacking = [
                    one.label
                    for kind, organisations in row.roles.items()
                    for one in organisations
                    if one.agency is not None and (one.agency.pk, kind) not in held
                ]
                if lacking:
                    told.add(known.pk)
                    yield known.code, known.title, lacking, row
                    break


def _known_figures(lines: Iterable[int]) -> dict[int, dict[Cell, int]]:
    wanted = sorted(lines)
    found: dict[int, dict[Cell, int]] = defaultdict(dict)
    for start in range(0, len(wanted), CHUNK):
        rows = CoverageFigure.objects.filter(line__in=wanted[start : start + CHUNK]).values_list(
            "line", "kind", "counted", "sex", "age_band", "with_disability", "value"
        )
        for line, *cell, value in rows:
            found[line][Cell(*cell)] = value
    return found


def figures_of(draft: CoverageLineDraft) -> dict[Cell, Any]:
    """The figures that the draft writes: all of a new line, of another one those that change."""
    if draft.status == NEW:
        return dict(draft.figures)
    return {what: draft.figures[what] for what, _before, _after in draft.changes if isinstance(what, Cell)}


def _refusal(draft: CoverageLineDraft, known: dict[Cell, int]) -> tuple[str, str] | None:
    unit, ends = draft.unit, draft.fields.get("ends_on")
    if unit is not None and not unit.exists_on(draft.starts_on):
        return "place_not_there", _("%(unit)s n’existe pas au %(day)s.") % {
            "unit": unit.name,
            "day": date_fr(draft.starts_on),
        }
    if ends is not None and ends < draft.starts_on:
        return "dates_out_of_order", _("La fin précède le début.")
    written = figures_of(draft)
    if written:
        try:
            # What exceeds the targets was told already; whoever confirms the file confirms it.
            check_figures(known | {cell: fact[0] for cell, fact in written.items()}, confirmed=True)
        except ValidationError as error:
            return "figures", " ".join(error.messages)
    return None
