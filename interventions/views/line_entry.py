"""Coverage lines: added, corrected, taken to other departments, ended, removed; and their figures."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from interventions.enums import InterventionKind
from interventions.forms.fields import places_of
from interventions.forms.lines import CopyForm, EndForm, FiguresForm, LineForm
from interventions.models import CoverageLine
from interventions.services.figures import ToConfirm, set_figures
from interventions.services.lines import add_line, duplicate_line, edit_line, end_line, outside_period, remove_line
from interventions.services.stale import Stale
from interventions.views.parts import (
    find_intervention,
    find_line,
    form_page,
    line_url,
    sheet_crumbs,
    sheet_url,
    shell_of,
    show_refusal,
)
from interventions.views.stale import both_entries, carry_version

EDIT = "interventions.edit_intervention"


@require_http_methods(["GET", "POST"])
def line_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more line: where, with what, for whom, from when."""
    sheet = find_intervention(request, pk, perm=EDIT)
    form = LineForm(
        request.POST if request.method == "POST" else None,
        country=sheet.country,
        currency=sheet.currency,
        initial={"starts_on": sheet.start, "ends_on": sheet.end},
    )
    if form.is_valid():
        try:
            line = add_line(sheet, actor=request.user, **form.facts)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La ligne est ajoutée."))
            _warn(request, line)
            if "figures" in request.POST and sheet.kind != InterventionKind.ASSISTANCE:
                return redirect("interventions:line_figures", pk=line.pk)
            return redirect(sheet_url(sheet, "lignes"))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Nouvelle ligne"),
        submit=_("Ajouter la ligne"),
        cancel_url=sheet_url(sheet, "lignes"),
        crumbs=sheet_crumbs(sheet),
        template="interventions/line_form.html",
        has_figures=sheet.kind != InterventionKind.ASSISTANCE,
    )


@require_http_methods(["GET", "POST"])
def line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a line; whoever wrote in the meantime is not written over unseen."""
    line = find_line(request, pk, perm=EDIT)
    sheet = line.intervention
    form = LineForm(
        request.POST if request.method == "POST" else None,
        country=sheet.country,
        currency=sheet.currency,
        line=line,
        initial=LineForm.initial_of(line) if request.method == "GET" else None,
    )
    entries, status = [], None
    if form.is_valid():
        try:
            saved = edit_line(line, actor=request.user, version=_seen(form), **form.facts)
        except Stale as stale:
            entries, status = both_entries(form, LineForm.initial_of(stale.current)), 409
            carry_version(form, stale.current.version)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La ligne est enregistrée."))
            _warn(request, saved)
            return redirect(line_url(sheet.pk, line.pk))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Modifier la ligne"),
        submit=_("Enregistrer ma saisie") if entries else _("Enregistrer la ligne"),
        cancel_url=line_url(sheet.pk, line.pk),
        crumbs=sheet_crumbs(sheet),
        template="interventions/line_form.html",
        status=status,
        line=line,
        entries=entries,
    )


@require_http_methods(["GET", "POST"])
def line_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The same line in other departments."""
    line = find_line(request, pk, perm=EDIT)
    sheet = line.intervention
    places = list(places_of(sheet.country))
    same = CoverageLine.objects.filter(
        intervention=sheet,
        instrument=line.instrument_id,
        target_group=line.target_group_id,
        starts_on=line.starts_on,
    )
    taken = set(same.exclude(unit=None).values_list("unit", flat=True))
    form = CopyForm(
        request.POST if request.method == "POST" else None, country=sheet.country, places=places, taken=taken
    )
    if form.is_valid():
        try:
            made, skipped = duplicate_line(line, form.cleaned_data["units"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
        else:
            said = ngettext("%(n)d ligne ajoutée.", "%(n)d lignes ajoutées.", len(made)) % {"n": len(made)}
            if skipped:
                said += " " + _("Déjà là : %(units)s.") % {"units": ", ".join(str(unit) for unit in skipped)}
            messages.success(request, said)
            return redirect(sheet_url(sheet, "lignes"))
    context = {
        **shell_of(request, sheet.country),
        "form": form,
        "line": line,
        "sheet": sheet,
        "crumbs": sheet_crumbs(sheet),
        "cancel_url": sheet_url(sheet, "lignes"),
    }
    return render(request, "interventions/line_copy.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def line_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a line."""
    line = find_line(request, pk, perm=EDIT)
    sheet = line.intervention
    form = EndForm(request.POST if request.method == "POST" else None, initial={"ends_on": line.ends_on})
    if form.is_valid():
        try:
            end_line(line, form.cleaned_data["ends_on"], actor=request.user)
        except ValidationError as error:
            form.add_error("ends_on", error.messages)  # type: ignore[arg-type]
        else:
            messages.success(request, _("La fin de la ligne est enregistrée."))
            return redirect(sheet_url(sheet, "lignes"))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Terminer la ligne"),
        submit=_("Enregistrer la fin"),
        cancel_url=sheet_url(sheet, "lignes"),
        crumbs=sheet_crumbs(sheet),
        template="interventions/line_form.html",
        line=line,
    )


@require_http_methods(["GET", "POST"])
def line_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a line entered by mistake, after a page that names it."""
    line = find_line(request, pk, perm=EDIT)
    sheet = line.intervention
    if request.method == "POST":
        try:
            remove_line(line, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("La ligne est retirée."))
        return redirect(sheet_url(sheet, "lignes"))
    context = {
        **shell_of(request, sheet.country),
        "line": line,
        "figures": line.figures.count(),
        "sheet": sheet,
        "crumbs": sheet_crumbs(sheet),
        "cancel_url": sheet_url(sheet, "lignes"),
    }
    return render(request, "interventions/line_remove.html", context)


@require_http_methods(["GET", "POST"])
def line_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """How many: targeted, reached, in need. What is not known stays empty."""
    line = find_line(request, pk, perm=EDIT)
    sheet = line.intervention
    if sheet.kind == InterventionKind.ASSISTANCE:
        messages.info(request, _("Une assistance technique n’a pas de bénéficiaires."))
        return redirect(sheet_url(sheet, "lignes"))
    form = FiguresForm(
        request.POST if request.method == "POST" else None,
        figures=line.figures.all(),
        initial={"version": line.version},
    )
    entries: list[tuple[str, str, str]] = []
    status, asks = None, False
    if form.is_valid():
        try:
            set_figures(
                line,
                form.facts,
                actor=request.user,
                version=_seen(form),
                confirmed=form.cleaned_data["confirmed"],
            )
        except Stale as stale:
            current = FiguresForm(figures=stale.current.figures.all())
            entries, status = both_entries(form, {name: field.initial for name, field in current.fields.items()}), 409
            carry_version(form, stale.current.version)
        except ToConfirm as error:
            asks = True
            form.add_error("confirmed", error.messages)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
        else:
            messages.success(request, _("Les chiffres sont enregistrés."))
            return redirect(line_url(sheet.pk, line.pk))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Bénéficiaires"),
        submit=_("Enregistrer ma saisie") if entries else _("Enregistrer les chiffres"),
        cancel_url=line_url(sheet.pk, line.pk),
        crumbs=sheet_crumbs(sheet),
        template="interventions/figures_form.html",
        status=status,
        line=line,
        sheet=sheet,
        entries=entries,
        asks=asks or (form.is_bound and "confirmed" in form.data),
    )


def _seen(form: LineForm | FiguresForm) -> int:
    """The version that was shown; a form without one saw nothing."""
    seen = form.cleaned_data.get("version")
    return -1 if seen is None else seen


def _warn(request: HttpRequest, line: CoverageLine) -> None:
    if outside_period(line):
        messages.warning(
            request,
            _("Cette ligne dépasse les dates de l’intervention. Vérifiez la ligne, ou le calendrier de la fiche."),
        )
