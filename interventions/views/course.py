"""The course of a sheet: submit, publish, send back, archive; verify, flag, confirm; « ce sont deux interventions »."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.shortcuts import check_perm
from interventions.enums import InterventionState
from interventions.forms.sheets import FlagForm, ReasonForm
from interventions.models import Intervention
from interventions.queries.visibility import interventions_visible_to
from interventions.services import course
from interventions.views.parts import (
    confirm_page,
    find_intervention,
    find_line,
    form_page,
    line_url,
    sheet_crumbs,
    sheet_url,
    show_refusal,
)


@require_POST
def intervention_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft to the secretariat."""
    sheet = find_intervention(request, pk, perm="interventions.edit_intervention")
    return _do(
        request,
        sheet,
        lambda: course.submit(sheet, actor=request.user),
        _("La fiche est transmise au secrétariat, qui la relit et la publie."),
    )


@require_POST
def intervention_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet to those that its visibility names."""
    sheet = find_intervention(request, pk, perm="interventions.publish_intervention")
    return _do(request, sheet, lambda: course.publish(sheet, actor=request.user), _("La fiche est publiée."))


@require_http_methods(["GET", "POST"])
def intervention_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to its agency, with the reason."""
    sheet = find_intervention(request, pk, perm="interventions.publish_intervention")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            course.send_back(sheet, reason=form.cleaned_data["reason"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La fiche est renvoyée à sa structure, avec votre motif."))
            return redirect(sheet_url(sheet))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Renvoyer la fiche"),
        submit=_("Renvoyer la fiche"),
        cancel_url=sheet_url(sheet),
        crumbs=sheet_crumbs(sheet),
        note=_("La fiche redevient un brouillon : elle quitte les listes de ses lecteurs jusqu’à sa publication.")
        if sheet.state == InterventionState.PUBLISHED
        else "",
    )


@require_http_methods(["GET", "POST"])
def intervention_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of lists, totals and maps, after a page that says so."""
    sheet = find_intervention(request, pk, perm="interventions.publish_intervention")
    if request.method == "GET":
        return confirm_page(
            request,
            country=sheet.country,
            title=_("Archiver la fiche"),
            what=sheet.title,
            texts=[
                _("Elle quitte les listes, les matrices, la carte et les totaux. Rien n’est effacé."),
                _("Vous pourrez la sortir de l’archive : elle redeviendra un brouillon, à publier de nouveau."),
            ],
            submit=_("Archiver la fiche"),
            cancel_url=sheet_url(sheet),
            crumbs=sheet_crumbs(sheet),
        )
    return _do(request, sheet, lambda: course.archive(sheet, actor=request.user), _("La fiche est archivée."))


@require_POST
def intervention_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the archive, as a draft."""
    sheet = find_intervention(request, pk, perm="interventions.publish_intervention")
    return _do(
        request, sheet, lambda: course.restore(sheet, actor=request.user), _("La fiche est de nouveau un brouillon.")
    )


@require_http_methods(["GET", "POST"])
def intervention_flag(request: HttpRequest, pk: int) -> HttpResponse:
    """What the agency is asked to look at, the sheet staying where it is."""
    sheet = find_intervention(request, pk, perm="interventions.flag_intervention")
    form = FlagForm(request.POST if request.method == "POST" else None, initial={"text": sheet.flag})
    if form.is_valid():
        try:
            flagged = course.flag(sheet, text=form.cleaned_data["text"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("La fiche est signalée à sa structure.") if flagged.flag else _("Le signalement est retiré.")
            )
            return redirect(sheet_url(sheet))
    return form_page(
        request,
        form,
        country=sheet.country,
        title=_("Signaler la fiche"),
        submit=_("Enregistrer"),
        cancel_url=sheet_url(sheet),
        crumbs=sheet_crumbs(sheet),
    )


@require_POST
def intervention_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """« Toujours valable ? » of the sheet and of its lines that are open."""
    sheet = find_intervention(request, pk, perm="interventions.edit_intervention")
    return _do(
        request,
        sheet,
        lambda: course.verify(sheet, actor=request.user),
        _("Merci : la fiche et ses lignes en cours sont vérifiées à ce jour."),
        back=_round(request, sheet),
    )


@require_POST
def line_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """« Toujours valable ? » of one line; within the monthly round it stays there, struck off."""
    line = find_line(request, pk, perm="interventions.edit_intervention")
    sheet = line.intervention
    back = _round(request, sheet)
    if back and request.htmx:  # type: ignore[attr-defined]
        try:
            course.verify(line, actor=request.user)
        except ValidationError as error:
            return render(request, "interventions/parts/_verified.html", {"line": line, "refusal": error.messages})
        return render(request, "interventions/parts/_verified.html", {"line": line, "refusal": []})
    return _do(
        request,
        sheet,
        lambda: course.verify(line, actor=request.user),
        _("Merci : la ligne est vérifiée à ce jour."),
        back=back or line_url(sheet.pk, line.pk),
    )


def _round(request: HttpRequest, sheet: Intervention) -> str:
    """The page of the monthly round from which somebody answers; empty when they come from the sheet."""
    page = request.POST.get("ronde", "")
    if not page:
        return ""
    url = reverse("interventions:verification", args=[sheet.country.iso3.lower()])
    return f"{url}?page={page}" if page.isdecimal() and page.isascii() and len(page) < 6 else url


@require_POST
def intervention_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What was entered for one's agency becomes its own."""
    sheet = find_intervention(request, pk)
    if sheet.on_behalf_of_id is None and request.user.has_perm("interventions.edit_intervention", sheet):
        # The second of two clicks.
        messages.info(request, _("La fiche est déjà confirmée."))
        return redirect(sheet_url(sheet))
    check_perm(request.user, "interventions.confirm_intervention", sheet)
    return _do(
        request,
        sheet,
        lambda: course.confirm(sheet, actor=request.user),
        _("La fiche est confirmée : votre structure la tient désormais."),
    )


@require_POST
def intervention_not_duplicate(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """« Ce sont deux interventions »."""
    sheet = find_intervention(request, pk, perm="interventions.settle_duplicates")
    second = get_object_or_404(interventions_visible_to(request.user), pk=other, country=sheet.country_id)
    check_perm(request.user, "interventions.settle_duplicates", sheet)
    return _do(
        request,
        sheet,
        lambda: course.say_two(sheet, second, actor=request.user),
        _("C’est noté : ce sont deux interventions."),
    )


def _do(
    request: HttpRequest,
    sheet: Intervention,
    act: Callable[[], Any],
    said: str,
    *,
    back: str = "",
) -> HttpResponse:
    """Do it, say what was done or why it was not, and go back to the sheet, or to `back`."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect(back or sheet_url(sheet))
