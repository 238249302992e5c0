"""A document of the past: reviewed beside its text, entered after a confirmation, taken back."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.typed_text import keeps_typed_text
from core.workflow import TransitionRefused
from meetings.enums import ImportState
from meetings.forms.import_entry import SheetEntry
from meetings.forms.import_sheet import ROWS, SheetForms, row_labels, sheet_of
from meetings.models import ImportedMinutes
from meetings.queries import agencies_for
from meetings.queries.imports import meetings_on
from meetings.recurrence import describe_rule
from meetings.services.import_entry import attach, enter
from meetings.services.import_undo import undo
from meetings.services.imports import StaleReview, save_review
from meetings.views.common import posted
from meetings.views.imports import find_imported

# Longer texts are shown up to here; the file itself can be downloaded.
SHOWN_CHARACTERS = 400_000


@require_http_methods(["GET", "POST"])
@keeps_typed_text("head-context", "head-discussion", "head-conclusions")
def import_review(request: HttpRequest, pk: int) -> HttpResponse:
    row = find_imported(request, pk)
    if row.state in {ImportState.RECEIVED, ImportState.REFUSED, ImportState.DISCARDED}:
        return redirect("meetings:import_batch", row.batch_id)
    if request.method == "POST":
        return _save(request, row)
    blank = request.GET.get("ajouter", "")
    return _review_page(request, row, row.current_sheet, blank=blank if blank in ROWS else "")


def _save(request: HttpRequest, row: ImportedMinutes) -> HttpResponse:
    sheet = sheet_of(request.POST)
    try:
        base = int(request.POST.get("version", ""))
    except ValueError:
        base = -1
    try:
        row = save_review(row, sheet, base_version=base, actor=request.user)
    except StaleReview as stale:
        differences = _differences(sheet, stale.row.current_sheet)
        return _review_page(request, stale.row, sheet, conflict=differences, status=409)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return _review_page(request, row, sheet, status=422)
    added = request.POST.get("add", "")
    if added in ROWS:
        address = f"{request.path}?ajouter={added}#{added}-nouveau"
        return redirect(address)
    if "enter" in request.POST:
        return redirect("meetings:import_enter", row.pk)
    messages.success(request, _("La relecture est enregistrée. Rien n’est encore entré dans les archives."))
    return redirect("meetings:import_review", row.pk)


def _review_page(
    request: HttpRequest,
    row: ImportedMinutes,
    sheet: dict[str, Any],
    *,
    blank: str = "",
    conflict: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    forms = SheetForms(sheet, blank=blank)
    checked = SheetEntry(row.task_force, forms)
    source = Shown(row)
    source.place(forms)
    labels = row_labels()
    findings = row.findings
    context = {
        "body": row.task_force,
        "nav": "meetings",
        "document": row,
        "head": forms.head,
        "sheet": forms,
        "groups": {kind: {"rows": rows, "label": labels[kind]} for kind, rows in forms.rows.items()},
        "source": source,
        "flags": source.flags,
        "unknown": checked.unknown,
        "new_people": len(checked.new_people),
        "error_count": forms.error_count,
        "structures": agencies_for(row.task_force),
        "cited": findings.get("cited", []),
        "events": findings.get("events", []),
        "rule": describe_rule(findings["rule"]) if findings.get("rule") else "",
        "conflict": conflict,
        "blank": blank,
    }
    return render(request, "meetings/imports/review.html", context, status=status)


@dataclass(frozen=True)
class Piece:
    """A run of a line: plain, or the place of a doubt (`flag`, its number)."""

    text: str
    flag: int = 0


class Shown:
    """The text by lines, doubts marked; and where in it each row of the sheet was read."""

    def __init__(self, row: ImportedMinutes) -> None:
        self.text = row.text[:SHOWN_CHARACTERS]
        self.is_cut = len(row.text) > SHOWN_CHARACTERS
        self.starts = [0]
        for place, char in enumerate(self.text):
            if char == "\n":
                self.starts.append(place + 1)
        self.flags: list[dict[str, Any]] = []
        spans: list[tuple[int, int, int]] = []
        for number, flag in enumerate(row.findings.get("flags", []), start=1):
            start, end = flag.get("start"), flag.get("end")
            is_placed = start is not None and end is not None and start < end <= len(self.text)
            if is_placed:
                spans.append((start, end, number))
            # Unknown organisations have a list of their own on the page: here they are only marked in the text.
            if flag["code"] != "unknown-agency":
                self.flags.append({"number": number, "message": flag["message"], "is_placed": is_placed})
        self.lines = list(self._lines(sorted(spans)))

    def _lines(self, spans: list[tuple[int, int, int]]) -> Any:
        named: set[int] = set()
        for number, (start, text) in enumerate(zip(self.starts, self.text.split("\n"), strict=True), start=1):
            end = start + len(text)
            pieces, at = [], start
            for first, last, flag in spans:
                first, last = max(first, at), min(last, end)
                if first >= last:
                    continue
                if first > at:
                    pieces.append(Piece(self.text[at:first]))
                # A doubt over several lines has one anchor: where it begins.
                pieces.append(Piece(self.text[first:last], flag if flag not in named else -1))
                named.add(flag)
                at = last
            if at < end:
                pieces.append(Piece(self.text[at:end]))
            yield {"number": number, "pieces": pieces}

    def place(self, forms: SheetForms) -> None:
        """Give each row the number of the line it was read in, where its words stand there."""
        for kind, rows in forms.rows.items():
            begin = 0
            for one in rows:
                words = str(forms.sheet[kind][one.place].get(_NAMED_BY[kind], "")) if one.form.is_bound else ""
                first = words.split("\n")[0].removeprefix("- ")[:60].strip()
                # Labels taken out of an action change its end sooner than its beginning.
                tries = [(first, begin), (first, 0), (first[:24], 0)] if len(first) > 2 else []
                at = next((at for part, since in tries if (at := self.text.find(part, since)) >= 0), -1)
                if at >= 0:
                    one.anchor = bisect.bisect_right(self.starts, at)
                    begin = at if kind in {"items", "people"} else 0


_NAMED_BY = {"people": "name", "items": "title", "updates": "text", "decisions": "text", "actions": "text"}


def _differences(mine: dict[str, Any], theirs: dict[str, Any]) -> list[dict[str, str]]:
    """Field by field where two reviews differ; lists as one text."""
    found = []
    labels = {"people": _("Présences"), "items": _("Ordre du jour"), "updates": _("Points de situation")}
    labels |= {"decisions": _("Décisions"), "actions": _("Actions")}
    for name, field in SheetForms(mine).head.fields.items():
        if mine["head"].get(name, "") != theirs["head"].get(name, ""):
            pair = {"mine": mine["head"].get(name, ""), "theirs": theirs["head"].get(name, "")}
            found.append({"label": str(field.label), **pair})
    for kind, label in labels.items():
        if mine[kind] != theirs[kind]:
            found.append({"label": label, "mine": _as_lines(mine[kind]), "theirs": _as_lines(theirs[kind])})
    return found


def _as_lines(rows: list[dict[str, str]]) -> str:
    return "\n".join(" | ".join(value for value in row.values() if value) for row in rows)


# Entering ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def import_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """What is going to be written, in full; then, on the button, all of it at once."""
    row = find_imported(request, pk)
    if row.state == ImportState.APPLIED and row.meeting is not None:
        messages.info(request, _("C’était déjà fait : ce document est enregistré."))
        return redirect(row.meeting)
    if not row.is_reviewable:
        return redirect("meetings:import_batch", row.batch_id)
    forms = SheetForms(row.current_sheet)
    checked = SheetEntry(row.task_force, forms, same=_chosen(request))
    if not checked.is_valid or checked.entry is None:
        messages.warning(request, _("Corrigez d’abord ce qui est signalé : rien n’est encore enregistré."))
        return redirect("meetings:import_review", row.pk)
    entry = checked.entry
    twins = meetings_on(row.task_force, entry.starts_at.date())
    if request.method == "POST":
        try:
            return _enter(request, row, entry, twins)
        except StaleReview:
            messages.warning(
                request, _("La relecture a changé depuis que cette page est ouverte. Vérifiez à nouveau ce qui suit.")
            )
            return redirect("meetings:import_enter", row.pk)
        except (ValidationError, TransitionRefused) as error:
            for text in error.messages:
                messages.error(request, text)
    context = {
        "body": row.task_force,
        "nav": "meetings",
        "document": row,
        "entry": entry,
        "presents": [line for line in entry.people if line.status in {"present", "remote", "guest"}],
        "new_people": checked.new_people,
        "uncounted": checked.uncounted,
        "twins": twins,
        "open_actions": [line for line in entry.actions if line.state in {"not_started", "in_progress"}],
    }
    return render(request, "meetings/imports/enter.html", context)


def _enter(request: HttpRequest, row: ImportedMinutes, entry: Any, twins: list) -> HttpResponse:
    base = int(version) if (version := request.POST.get("version", "")).isdecimal() and len(version) < 9 else -1
    onto = next((one for one in twins if str(one.pk) == request.POST.get("attach")), None)
    if onto is not None:
        meeting = attach(row, onto, base_version=base, actor=request.user)
        messages.success(request, _("Le document est joint à cette réunion. Rien d’autre n’y a changé."))
        return redirect(meeting)
    meeting, is_new = enter(row, entry, base_version=base, actor=request.user)
    if is_new:
        messages.success(request, _("La réunion est dans les archives. Aucun courriel n’est parti."))
    else:
        messages.info(request, _("C’était déjà fait : ce document est enregistré."))
    return redirect(meeting)


def _chosen(request: HttpRequest) -> dict[int, int]:
    """By place in the list, the known person that a new name stands for."""
    data = posted(request) or {}
    chosen = {}
    for name, value in data.items():
        place = name.removeprefix("same-")
        if place != name and place.lstrip("-").isdecimal() and value.isdecimal() and len(place) < 5 and len(value) < 19:
            chosen[int(place)] = int(value)
    return chosen


@require_http_methods(["GET", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    row = find_imported(request, pk)
    if row.state != ImportState.APPLIED:
        messages.info(request, _("C’était déjà fait."))
        return redirect("meetings:import_batch", row.batch_id)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            undo(row, actor=request.user)
        except (ValidationError, TransitionRefused) as error:
            # What stands in the way is looked for in every table: only when somebody asks.
            reasons = error.messages
        else:
            messages.success(request, _("L’import est annulé. Le document et sa relecture sont gardés."))
            return redirect("meetings:import_review", row.pk)
    context = {
        "body": row.task_force,
        "nav": "meetings",
        "document": row,
        "reasons": reasons,
        "is_attached": bool(row.made.get("attached")),
    }
    return render(request, "meetings/imports/undo.html", context, status=422 if reasons else 200)
