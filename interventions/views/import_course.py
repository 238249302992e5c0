"""Confirming what the dry run shows, taking it back, handing over the sheets that were made."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.workflow import TransitionRefused
from interventions.enums import ImportState, InterventionState
from interventions.queries.imports import made_sheets
from interventions.services import course
from interventions.services.import_undoing import foresee
from interventions.services.imports import confirm, undo
from interventions.services.stale import Stale
from interventions.views.import_pages import batch_page, find_batch
from interventions.views.stale import seen_version

# So many in one request; the button stays for the rest.
MOST_AT_ONCE = 200


@require_http_methods(["GET", "POST"])
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be written, said once more; then a worker writes it, all or nothing."""
    batch = find_batch(request, pk)
    if batch.state != ImportState.READ:
        return redirect("interventions:import_detail", batch.pk)
    refusal: list[str] = []
    much_more = batch.findings.get("much_more", 0)
    status = 200
    if request.method == "POST":
        if much_more and not request.POST.get("checked"):
            refusal, status = [_("Confirmez que vous avez vérifié les chiffres atteints au-delà des ciblés.")], 422
        else:
            try:
                confirm(batch, version=seen_version(request), actor=request.user)
            except Stale:
                messages.warning(
                    request, _("Cet import a été corrigé entre-temps : vérifiez ce qu’il change, puis confirmez.")
                )
                return redirect("interventions:import_detail", batch.pk)
            except ValidationError as error:
                refusal, status = error.messages, 422
            else:
                return redirect("interventions:import_detail", batch.pk)
    return batch_page(
        request,
        batch,
        "interventions/imports/confirm.html",
        step="done",
        status=status,
        refusal=refusal,
        much_more=much_more,
        new_sheets=batch.findings.get("new_interventions", 0),
    )


@require_http_methods(["GET", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What taking the import back would do; then a worker does it."""
    batch = find_batch(request, pk)
    if batch.state != ImportState.APPLIED:
        return redirect("interventions:import_detail", batch.pk)
    if request.method == "POST":
        try:
            undo(batch, actor=request.user)
        except TransitionRefused as error:
            messages.warning(request, " ".join(error.messages))
        return redirect("interventions:import_detail", batch.pk)
    found = foresee(batch, request.user)
    return batch_page(
        request,
        batch,
        "interventions/imports/undo.html",
        step="done",
        lines=found.count("line_made"),
        restored=found.count("line_changed"),
        sheets=found.count("intervention_made"),
        kept=found.kept[:50],
        kept_more=max(len(found.kept) - 50, 0),
    )


@require_POST
def import_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the drafts that the import made, or hand them to the secretariat, as one's rights allow."""
    batch = find_batch(request, pk)
    publishes = request.user.has_perm("interventions.publish_intervention", batch.country)
    done, refused = 0, []
    drafts = made_sheets(batch).filter(state=InterventionState.DRAFT).prefetch_related("roles")
    for sheet in drafts[:MOST_AT_ONCE]:
        sheet.country = batch.country
        if not publishes and not request.user.has_perm("interventions.edit_intervention", sheet):
            refused.append(sheet.title)
            continue
        try:
            (course.publish if publishes else course.submit)(sheet, actor=request.user)
        except ValidationError:
            refused.append(sheet.title)
        else:
            done += 1
    if done:
        text = (
            ngettext("%(count)d fiche est publiée.", "%(count)d fiches sont publiées.", done)
            if publishes
            else ngettext(
                "%(count)d fiche est transmise au secrétariat.",
                "%(count)d fiches sont transmises au secrétariat.",
                done,
            )
        )
        messages.success(request, text % {"count": done})
    if refused:
        messages.warning(
            request,
            _("Restent en brouillon, faute de structure responsable ou de ligne : %(titles)s.")
            % {"titles": ", ".join(refused[:10])},
        )
    return redirect("interventions:import_detail", batch.pk)
