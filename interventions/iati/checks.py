"""The rules of the IATI standard, of one sheet: what keeps it out of a file, and what the file will leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.typography import date_fr
from interventions.enums import InterventionState, InterventionStatus, Visibility
from interventions.figures import SMALL
from interventions.iati.sheets import budgets_of, has_figures, identifier_of, lead_of
from interventions.models import Intervention

# IATI, « Organisation identifiers »: what none of them holds, and how they are made.
_FORBIDDEN = re.compile(r"[\s/&|?]")
_USUAL = re.compile(r"[A-Z]{2}-[A-Z0-9_]+-\S+")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Problem:
    """`blocks`: the sheet stays out of the file; otherwise something of it does."""

    code: str
    message: str
    blocks: bool = True


@dataclass
class Report:
    """A sheet, its identifier (« » while it has none) and what is to be said of it."""

    sheet: Intervention
    identifier: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def may_leave(self) -> bool:
        return not any(problem.blocks for problem in self.problems)

    def refuse(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message))

    def tell(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, blocks=False))


def report_on(sheet: Intervention, *, today: date, partners: bool = False) -> Report:
    """What the standard says of a sheet that `sheets.loaded` read; `partners`: those kept to partners may leave too."""
    report = Report(sheet)
    _may_be_shown(report, partners=partners)
    _who(report)
    _when(report, today)
    _what(report)
    _how_many(report)
    return report


def _may_be_shown(report: Report, *, partners: bool) -> None:
    sheet = report.sheet
    if sheet.state != InterventionState.PUBLISHED:
        report.refuse("not_published", _("La fiche n’est pas publiée par le secrétariat."))
    if sheet.visibility == Visibility.AGENCY or (sheet.visibility == Visibility.PARTNERS and not partners):
        report.refuse(
            "not_public",
            _("La fiche n’est pas publique : un fichier IATI est fait pour être lu par tous."),
        )


def _who(report: Report) -> None:
    sheet, lead = report.sheet, lead_of(report.sheet)
    if lead is None:
        report.refuse(
            "no_lead", _("Aucune structure responsable n’est nommée : la norme demande qui déclare l’activité.")
        )
        return
    reference = lead.iati_ref.strip()
    if not reference:
        report.refuse(
            "no_reference",
            _(
                "La structure responsable (%(agency)s) n’a pas de référence IATI : ajoutez-la à sa fiche dans l’annuaire."
            )
            % {"agency": lead},
        )
    elif _FORBIDDEN.search(reference):
        report.refuse(
            "bad_reference",
            _("La référence IATI de %(agency)s, « %(reference)s », contient une espace ou un des signes / & | ?")
            % {"agency": lead, "reference": reference},
        )
    else:
        report.identifier = identifier_of(sheet, lead)
        if not _USUAL.fullmatch(reference):
            report.tell(
                "unusual_reference",
                _(
                    "La référence IATI de %(agency)s, « %(reference)s », n’a pas la forme « XM-DAC-41122 » : vérifiez-la."
                )
                % {"agency": lead, "reference": reference},
            )
    shares: dict[str, float] = {}
    for role in sheet.roles.all():
        if role.share is not None:
            shares[role.kind] = shares.get(role.kind, 0) + float(role.share)
    if any(total > 100.01 for total in shares.values()):
        report.tell("shares", _("Les parts d’un même rôle dépassent ensemble 100 %."))


def _when(report: Report, today: date) -> None:
    sheet = report.sheet
    if sheet.status_on(today) == InterventionStatus.UNKNOWN:
        report.refuse(
            "no_start", _("Ni le début prévu ni le début réel ne sont connus : la norme demande l’un des deux.")
        )
    for name, day in ((_("début réel"), sheet.actual_start), (_("fin réelle"), sheet.actual_end)):
        if day is not None and day > today:
            report.refuse(
                "future",
                _("Une date réelle ne peut pas être à venir (%(name)s : %(day)s) : écrivez-la comme date prévue.")
                % {"name": name, "day": date_fr(day)},
            )
    for start, end in ((sheet.planned_start, sheet.planned_end), (sheet.actual_start, sheet.actual_end)):
        if start and end and end < start:
            report.refuse("dates", _("La fin précède le début."))
    if not _CURRENCY.fullmatch(sheet.currency):
        report.refuse(
            "currency", _("« %(code)s » n’est pas un code de monnaie de trois lettres.") % {"code": sheet.currency}
        )


def _what(report: Report) -> None:
    sheet = report.sheet
    lines = list(sheet.lines.all())
    if not lines:
        report.refuse("no_line", _("La fiche n’a aucune ligne de couverture : ni secteur, ni lieu à déclarer."))
    elif not any(line.instrument.dac_code for line in lines):
        report.refuse(
            "no_sector",
            _(
                "Aucun des instruments n’a de code-objet du CAD : la norme demande un secteur. Ajoutez-le à l’instrument."
            ),
        )
    elif missing := sorted({line.instrument.name for line in lines if not line.instrument.dac_code}):
        report.tell(
            "sector_missing",
            _("Sans code-objet du CAD, donc hors des secteurs : %(names)s.") % {"names": ", ".join(missing)},
        )
    if not sheet.summary.strip():
        report.tell("no_summary", _("Le résumé manque : l’intitulé en tient lieu."))
    if not sheet.title_en.strip():
        report.tell("no_english", _("L’intitulé en anglais manque : le fichier ne sera qu’en français."))


def _how_many(report: Report) -> None:
    sheet = report.sheet
    _found, left_out = budgets_of(sheet)
    if left_out:
        report.tell(
            "budget_period",
            ngettext(
                "%(n)d budget de ligne couvre plus d’une année ou n’a pas de fin : la norme veut un an au plus, il n’est pas repris.",
                "%(n)d budgets de ligne couvrent plus d’une année ou n’ont pas de fin : la norme veut un an au plus, ils ne sont pas repris.",
                left_out,
            )
            % {"n": left_out},
        )
    if not has_figures(sheet):
        return
    small = sum(1 for line in sheet.lines.all() for one in line.figures.all() if 0 < one.value < SMALL)
    if small:
        report.tell(
            "small",
            ngettext(
                "%(n)d chiffre de 1 à 4 désigne presque des personnes : il n’est pas écrit.",
                "%(n)d chiffres de 1 à 4 désignent presque des personnes : ils ne sont pas écrits.",
                small,
            )
            % {"n": small},
        )
    undated = [one.name for one in sheet.indicators.all() if one.target is not None and one.target_on is None]
    if undated:
        report.tell(
            "target_undated",
            _("Cible sans échéance, donc laissée de côté : %(names)s.") % {"names": ", ".join(undated)},
        )


def refuse_doubles(reports: list[Report]) -> None:
    """Two activities of a file never share an identifier."""
    seen: dict[str, Report] = {}
    for report in reports:
        first = seen.setdefault(report.identifier, report)
        if report.identifier and first is not report:
            report.refuse(
                "identifier_twice",
                _("L’identifiant « %(identifier)s » est déjà celui de « %(title)s » : changez l’un des deux codes.")
                % {"identifier": report.identifier, "title": first.sheet.title},
            )
