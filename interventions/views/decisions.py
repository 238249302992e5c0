"""Decisions and actions ↔ interventions and lines: tied and untied from a sheet, or from the register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.origins import origins_of
from core.shortcuts import check_perm
from interventions.forms.decisions import InterventionForm, LineTieForm, SubjectForm
from interventions.models import DecisionLink
from interventions.queries.decisions import (
    Subject,
    interventions_to_tie,
    lines_to_tie,
    links_of_subject,
    links_seen,
    spoken_of,
    subjects_to_tie,
)
from interventions.services.decisions import tie, untie
from interventions.views.parts import find_intervention, sheet_crumbs, sheet_url, shell_of, show_refusal
from taskforce.models import ActionItem
from taskforce.queries import actions_visible_to, decisions_visible_to


@require_http_methods(["GET", "POST"])
def intervention_decisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Which decisions and actions speak of the sheet, or of one of its lines."""
    sheet = find_intervention(request, pk, perm="interventions.tie_decisions")
    decisions, actions = subjects_to_tie(request.user, sheet.country)
    form = SubjectForm(
        request.POST if request.method == "POST" else None,
        decisions=decisions,
        actions=actions,
        lines=lines_to_tie(request.user, [sheet.pk]),
    )
    if form.is_valid():
        try:
            tie(form.chosen, sheet, line=form.cleaned_data["line"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(reference)s est reliée.") % {"reference": form.chosen.reference})
            return redirect("interventions:intervention_decisions", pk=sheet.pk)
    context = {
        **shell_of(request, sheet.country),
        "sheet": sheet,
        "crumbs": sheet_crumbs(sheet),
        "form": form if form.subjects else None,
        "spoken": spoken_of(request.user, sheet),
        "sheet_url": sheet_url(sheet),
        "back": "fiche",
    }
    return render(request, "interventions/decisions/sheet.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def decision_interventions(request: HttpRequest, pk: int) -> HttpResponse:
    """Which interventions a decision speaks of."""
    subject = get_object_or_404(decisions_visible_to(request.user), pk=pk)
    day = subject.decided_on.isoformat()
    url = reverse("taskforce:register", args=[subject.task_force.slug])
    back_url = f"{url}?liste=decisions&du={day}&au={day}#decision-{subject.pk}"
    return _of_subject(request, subject, _("Décision %(reference)s") % {"reference": subject.reference}, back_url)


@require_http_methods(["GET", "POST"])
def action_interventions(request: HttpRequest, pk: int) -> HttpResponse:
    """Which interventions an action speaks of."""
    subject = get_object_or_404(actions_visible_to(request.user), pk=pk)
    back_url = reverse("taskforce:action_detail", args=[subject.pk])
    return _of_subject(request, subject, _("Action %(reference)s") % {"reference": subject.reference}, back_url)


def _of_subject(request: HttpRequest, subject: Subject, title: str, back_url: str) -> HttpResponse:
    check_perm(request.user, "taskforce.manage_register", subject)
    body = subject.task_force
    links = list(links_of_subject(request.user, subject))
    posted = request.POST if request.method == "POST" else None
    form = InterventionForm(
        posted if posted and "line" not in posted else None, sheets=interventions_to_tie(request.user, body.country_id)
    )
    line_form = LineTieForm(
        posted if posted and "line" in posted else None,
        lines=lines_to_tie(request.user, {link.intervention_id for link in links}) if links else [],
    )
    if form.is_valid():
        return _tied(request, form, subject, form.cleaned_data["intervention"], None)
    if line_form.is_valid():
        return _tied(request, line_form, subject, line_form.chosen.intervention, line_form.chosen)
    context = {
        "body": body,
        "nav": "register",
        "title": title,
        "subject": subject,
        "crumbs": [
            (_("Décisions et actions"), reverse("taskforce:register", args=[body.slug])),
            (subject.reference, back_url),
        ],
        "origin": origins_of(request.user, [subject]).get(subject.pk),
        "links": links,
        "form": form,
        "line_form": line_form if line_form.lines else None,
        "back_url": back_url,
        "back": "registre",
    }
    status = 422 if form.errors or line_form.errors else 200
    return render(request, "interventions/decisions/subject.html", context, status=status)


def _tied(request: HttpRequest, form: Any, subject: Subject, intervention: Any, line: Any) -> HttpResponse:
    try:
        tie(subject, intervention, line=line, actor=request.user)
    except ValidationError as error:
        # The lists offer none of another country: whoever made one up reads why.
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            _("%(reference)s est reliée à « %(title)s ».")
            % {"reference": subject.reference, "title": intervention.title},
        )
    return redirect(_subject_url(subject))


@require_POST
def link_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link away, from the page where it was shown; one that is gone already is no error."""
    links = links_seen(request.user).select_related("decision__task_force", "action__task_force", "intervention")
    link = links.filter(pk=pk).first()
    if link is None:
        return _gone(request, pk)
    subject, sheet = link.subject, link.intervention
    keeps_register = request.user.has_perm("taskforce.manage_register", subject)
    if not keeps_register and not request.user.has_perm("interventions.tie_decisions", sheet):
        raise PermissionDenied
    untie(link, actor=request.user)
    messages.success(request, _("%(reference)s n’est plus reliée.") % {"reference": subject.reference})
    if keeps_register and request.POST.get("retour") == "registre":
        return redirect(_subject_url(subject))
    return redirect("interventions:intervention_decisions", pk=sheet.pk)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """The second of two clicks: back to the sheet. 404 for a link that never was, or that the reader does not see."""
    if DecisionLink.objects.filter(pk=pk).exists():
        raise Http404(pk)
    model: Any = DecisionLink
    told = model.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("-pgh_id").first()
    if told is None:
        raise Http404(pk)
    return redirect(sheet_url(find_intervention(request, told.intervention_id)))


def _subject_url(subject: Subject) -> str:
    name = "action_interventions" if isinstance(subject, ActionItem) else "decision_interventions"
    return reverse(f"interventions:{name}", args=[subject.pk])
