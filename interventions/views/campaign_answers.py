"""A structure's answer entered in the portal: by its own people, or by the secretariat when it came otherwise."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.models import AnswerChannel
from core.shortcuts import check_perm
from core.solicitations import services as asking
from core.solicitations.base import kind_of
from interventions.models import CampaignRequest
from interventions.queries.campaigns import requests_answered_by
from interventions.services.campaigns import takes_answer
from interventions.solicitations.collection import keep, workbook_response
from interventions.views.campaigns import campaign_crumbs
from interventions.views.parts import list_crumb, shell_of


def find_request(request: HttpRequest, pk: int) -> CampaignRequest:
    """The request; 404 for whoever neither runs its country nor sits for the structure it asks."""
    made = get_object_or_404(requests_answered_by(request.user), pk=pk)
    check_perm(request.user, "interventions.answer_collection", made)
    return made


@require_GET
def request_workbook(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook of the structure, with what the portal knows of it."""
    return workbook_response(find_request(request, pk))


@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the personal link: filled in by the structure's own people, or with what came by mail or on paper."""
    made = find_request(request, pk)
    runs = request.user.has_perm("interventions.manage_country_data", made.campaign)
    country = made.campaign.country
    back_url = (
        reverse("interventions:collection_request", args=[made.pk])
        if runs
        else reverse("interventions:agency_sheet", args=[country.iso3.lower(), made.agency_id])
    )
    asked = made.solicitation
    if asked is None or not takes_answer(made):
        messages.error(
            request,
            _("Cette demande ne prend pas de réponse : envoyez-la d’abord.")
            if runs
            else _("Cette collecte est close ou ne vous attend plus : écrivez au secrétariat."),
        )
        return redirect(back_url)
    keep(made)
    kind = kind_of(asked)
    status, is_edited = 200, False
    if request.method == "POST":
        again = kind.edited(asked, request.POST)
        if again is not None:
            form, is_edited = kind.get_form(asked, again), True
        else:
            form = kind.get_form(asked, request.POST, request.FILES)
            if form.is_valid():
                try:
                    channel = AnswerChannel.MAIL if runs else AnswerChannel.PORTAL
                    asking.answer_on_record(asked, form, channel=channel, actor=request.user)
                except ValidationError as error:
                    form.add_error(None, ValidationError(error.messages))
                else:
                    messages.success(request, _told(made, runs=runs))
                    return redirect(back_url)
            status = 422
    else:
        form = kind.get_form(asked)
    context = {
        **shell_of(request, country),
        "crumbs": _crumbs(made, runs=runs),
        "made": made,
        "asked": made,
        "campaign": made.campaign,
        "runs": runs,
        "form": form,
        "is_edited": is_edited,
        "workbook_url": reverse("interventions:collection_workbook", args=[made.pk]),
        "cancel_url": back_url,
    }
    return render(request, "interventions/campaigns/answer.html", context, status=status)


def _crumbs(made: CampaignRequest, *, runs: bool) -> list[Any]:
    if not runs:
        return [list_crumb(made.campaign.country), (made.campaign.name, "")]
    url = reverse("interventions:collection_request", args=[made.pk])
    return [*campaign_crumbs(made.campaign), (str(made.agency), url), (_("Réponse reçue autrement"), "")]


def _told(made: CampaignRequest, *, runs: bool) -> str:
    if runs:
        return _("La réponse de %(agency)s est enregistrée.") % {"agency": made.agency}
    return _(
        "La réponse de %(agency)s est partie. Le secrétariat la relit ; vous pouvez la corriger tant qu’elle n’est pas enregistrée."
    ) % {"agency": made.agency}
