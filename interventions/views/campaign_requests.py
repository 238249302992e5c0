"""One structure of a campaign, for those who run it: whom it asks there, its link, its answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.models import SolicitationState
from core.shortcuts import check_perm
from core.solicitations import services as asking
from interventions.enums import CampaignState
from interventions.forms.campaigns import ContactForm
from interventions.models import CampaignRequest
from interventions.queries.campaigns import key_of, label_of, lines_asked, requests_visible_to
from interventions.services.campaigns import readdress, remove_structure, takes_answer, withdraw
from interventions.views.campaigns import campaign_crumbs, campaign_url
from interventions.views.parts import form_page, shell_of, show_refusal
from taskforce.queries import transitions_of


def find_request(request: HttpRequest, pk: int) -> CampaignRequest:
    """The request; 404 for whoever does not run its country."""
    made = get_object_or_404(requests_visible_to(request.user), pk=pk)
    check_perm(request.user, "interventions.manage_country_data", made.campaign)
    return made


def _url(made: CampaignRequest) -> str:
    return reverse("interventions:collection_request", args=[made.pk])


def _crumbs(made: CampaignRequest) -> list[Any]:
    return [*campaign_crumbs(made.campaign), (str(made.agency), _url(made))]


@require_GET
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The request and its answer, with what may be done now."""
    made = find_request(request, pk)
    asked = made.solicitation
    is_open = made.campaign.state != CampaignState.CLOSED
    context = {
        **shell_of(request, made.campaign.country),
        "crumbs": campaign_crumbs(made.campaign),
        "made": made,
        "campaign": made.campaign,
        "asked": asked,
        "key": (key := key_of(made, timezone.now())),
        "key_label": label_of(key),
        "tz": made.campaign.task_force.tz,
        "lines": lines_asked(made.campaign, made.agency).count(),
        "timeline": [
            {
                "at": timezone.localtime(record.at, made.campaign.task_force.tz),
                "actor": record.actor_label,
                "text": SolicitationState(record.after).label,
                "comment": record.comment,
            }
            for record in (transitions_of(asked) if asked else [])
        ],
        "may_answer": takes_answer(made),
        "may_link": is_open and asked is not None and asked.is_open,
        "may_withdraw": asked is not None
        and asked.state
        in (
            SolicitationState.DRAFT,
            SolicitationState.SENT,
            SolicitationState.OPENED,
            SolicitationState.EXPIRED,
        ),
    }
    return render(request, "interventions/campaigns/request.html", context)


@require_http_methods(["GET", "POST"])
def request_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody else, or at another address."""
    made = find_request(request, pk)
    email = made.solicitation.email if made.solicitation else made.person.email
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial={"name": made.person.full_name, "email": email}
    )
    if form.is_valid():
        try:
            readdress(made, form.contact(made.agency), actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Le contact est enregistré. Relancez-le pour qu’il reçoive son lien."))
            return redirect(_url(made))
    return form_page(
        request,
        form,
        country=made.campaign.country,
        title=_("Contact de %(agency)s") % {"agency": made.agency},
        submit=_("Enregistrer le contact"),
        cancel_url=_url(made),
        crumbs=[*_crumbs(made), (_("Contact"), "")],
    )


@require_POST
def request_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new personal link, shown once, to be handed over otherwise than by mail."""
    made = find_request(request, pk)
    try:
        if made.solicitation is None:
            raise ValidationError(_("Cette demande n’attend pas de réponse."))
        url = asking.new_link(made.solicitation)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_url(made))
    context = {
        **shell_of(request, made.campaign.country),
        "crumbs": _crumbs(made),
        "made": made,
        "url": url,
        "back_url": _url(made),
    }
    return render(request, "interventions/campaigns/link.html", context)


@require_POST
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the structure out: before anything has left it goes, afterwards its link dies."""
    made = find_request(request, pk)
    board = campaign_url(made.campaign)
    try:
        if made.solicitation is None or made.solicitation.sent_at is None:
            remove_structure(made, actor=request.user)
            messages.success(request, _("La structure est retirée de la campagne."))
            return redirect(board)
        withdraw(made, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La demande est retirée : son lien ne s’ouvre plus."))
    return redirect(_url(made))
