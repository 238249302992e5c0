"""Collection campaigns of a country: prepared, sent, followed on one board, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.notifications.rendering import hide
from core.shortcuts import check_perm
from interventions.enums import CampaignState
from interventions.forms.campaigns import CampaignForm, StructuresForm
from interventions.models import CampaignRequest, CollectionCampaign
from interventions.notifications.collection import CollectionReminder, CollectionRequest
from interventions.periods import Period
from interventions.queries.campaigns import (
    askable_agencies,
    board_of,
    campaigns_visible_to,
    suggested,
    to_remind,
    to_send,
    with_counts,
)
from interventions.services.campaigns import (
    add_structures,
    close_campaign,
    create_campaign,
    edit_campaign,
    remind_requests,
    reopen_campaign,
    send_requests,
)
from interventions.views.parts import find_country, form_page, list_crumb, shell_of, show_refusal
from taskforce.models import Country, TaskForce
from taskforce.queries import visible_bodies

PER_PAGE = 25
# Whatever stands here is hidden where the mail is shown.
NO_LINK_YET = "https://example.org/"
# How long structures usually have.
TIME_TO_ANSWER = timedelta(days=14)
NAMES = ("name", "starts_on", "ends_on", "answer_by", "task_force", "message")


def find_campaign(request: HttpRequest, pk: int) -> CollectionCampaign:
    """The campaign; 404 for whoever does not run its country."""
    return get_object_or_404(campaigns_visible_to(request.user), pk=pk)


def campaign_url(campaign: CollectionCampaign) -> str:
    return reverse("interventions:campaign_detail", args=[campaign.pk])


def list_crumbs(country: Country) -> list[Any]:
    return [
        list_crumb(country),
        (_("Collectes"), reverse("interventions:campaign_list", args=[country.iso3.lower()])),
    ]


def campaign_crumbs(campaign: CollectionCampaign) -> list[Any]:
    return [*list_crumbs(campaign.country), (campaign.name, campaign_url(campaign))]


@require_GET
def campaign_list(request: HttpRequest, iso3: str) -> HttpResponse:
    """Every campaign of the country, latest first, with how many have answered."""
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.manage_country_data", country)
    rows = with_counts(campaigns_visible_to(request.user).filter(country=country))
    context = {
        **shell_of(request, country),
        "crumbs": [list_crumb(country)],
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "interventions/campaigns/list.html", context)


@require_http_methods(["GET", "POST"])
def campaign_add(request: HttpRequest, iso3: str) -> HttpResponse:
    """Prepare a campaign; nothing leaves yet."""
    country = find_country(request, iso3)
    check_perm(request.user, "interventions.manage_country_data", country)
    today = timezone.localdate()
    bodies = _bodies(request, country)
    form = CampaignForm(
        request.POST if request.method == "POST" else None,
        bodies=bodies,
        initial={
            "task_force": bodies[0].pk if bodies else None,
            "starts_on": date(today.year, 1, 1),
            "ends_on": date(today.year, 12, 31),
            "answer_by": today + TIME_TO_ANSWER,
        },
    )
    if form.is_valid():
        try:
            campaign = create_campaign(country, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La campagne est prête : nommez les structures à solliciter."))
            return redirect("interventions:campaign_structures", pk=campaign.pk)
    return form_page(
        request,
        form,
        country=country,
        title=_("Nouvelle campagne de collecte"),
        submit=_("Créer la campagne"),
        cancel_url=reverse("interventions:campaign_list", args=[iso3]),
        crumbs=[*list_crumbs(country), (_("Nouvelle campagne"), "")],
        note=_(
            "Ensuite, vous nommez les structures, puis vous relisez les courriels : rien ne part avant votre accord."
        ),
    )


@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct it; another last day holds for what has left as well."""
    campaign = find_campaign(request, pk)
    check_perm(request.user, "interventions.manage_country_data", campaign)
    form = CampaignForm(
        request.POST if request.method == "POST" else None,
        bodies=[*_bodies(request, campaign.country), campaign.task_force],
        initial={name: getattr(campaign, name) for name in NAMES},
    )
    if form.is_valid():
        try:
            edit_campaign(campaign, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La campagne est enregistrée."))
            return redirect(campaign_url(campaign))
    return form_page(
        request,
        form,
        country=campaign.country,
        title=_("Modifier la campagne"),
        submit=_("Enregistrer"),
        cancel_url=campaign_url(campaign),
        crumbs=[*campaign_crumbs(campaign), (_("Modifier"), "")],
    )


def _bodies(request: HttpRequest, country: Country) -> list[TaskForce]:
    """In whose name it may be asked: the bodies of the country that the reader sees, or its first one."""
    mine = [body for body in visible_bodies(request.user) if body.country_id == country.pk]
    # The country's own body before its groups.
    mine.sort(key=lambda body: (body.parent_id is not None, body.name))
    return mine or list(TaskForce.objects.filter(country=country, parent=None).order_by("pk")[:1])


@require_GET
def campaign_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The board: who was asked, who has answered, who is late."""
    campaign = find_campaign(request, pk)
    board = board_of(campaign)
    keys = [row.key for row in board]
    context = {
        **shell_of(request, campaign.country),
        "crumbs": list_crumbs(campaign.country),
        "campaign": campaign,
        "period": Period(campaign.starts_on, campaign.ends_on).label,
        "board": board,
        "tz": campaign.task_force.tz,
        "total": len(board),
        "answered": sum(key in {"submitted", "accepted"} for key in keys),
        "waiting": sum(row.is_waiting for row in board),
        "late": keys.count("late"),
        "unsent": sum(key in {"draft", "returned", "expired"} for key in keys),
        "to_look_at": sum(bool(row.request.batch and row.request.batch.state == "read") for row in board),
        "is_closed": campaign.state == CampaignState.CLOSED,
    }
    return render(request, "interventions/campaigns/detail.html", context)


@require_http_methods(["GET", "POST"])
def campaign_structures(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the structures to ask, one a line; those that the portal knows are proposed."""
    campaign = find_campaign(request, pk)
    check_perm(request.user, "interventions.manage_country_data", campaign)
    is_post = request.method == "POST"
    proposed = (
        ""
        if is_post
        else "\n".join(
            f"{agency.acronym} ; {person.full_name} ; {address}" for agency, person, address in suggested(campaign)
        )
    )
    form = StructuresForm(
        request.POST if is_post else None,
        agencies=askable_agencies(campaign.country) if is_post else (),
        initial={"structures": proposed},
    )
    if form.is_valid():
        try:
            added = add_structures(campaign, form.cleaned_data["structures"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                ngettext("%(count)d structure ajoutée.", "%(count)d structures ajoutées.", added) % {"count": added},
            )
            return redirect(campaign_url(campaign))
    return form_page(
        request,
        form,
        country=campaign.country,
        title=_("Structures à solliciter"),
        submit=_("Ajouter ces structures"),
        cancel_url=campaign_url(campaign),
        crumbs=[*campaign_crumbs(campaign), (_("Structures"), "")],
        note=_(
            "Les structures dont la direction est connue sont proposées : retirez les lignes inutiles, ajoutez les autres."
        )
        if proposed
        else "",
        template="interventions/campaigns/structures.html",
        may_add_agency=request.user.has_perm("taskforce.manage_agencies"),
    )


@require_http_methods(["GET", "POST"])
def campaign_send(request: HttpRequest, pk: int) -> HttpResponse:
    """« n courriels vont partir », then they leave."""
    campaign = find_campaign(request, pk)
    check_perm(request.user, "interventions.manage_country_data", campaign)
    if request.method == "POST":
        try:
            count = send_requests(campaign, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            _tell_sent(request, count)
        return redirect(campaign_url(campaign))
    return _mails_page(
        request,
        campaign,
        to_send(campaign),
        title=_("Envoyer les demandes"),
        submit=_("Envoyer les demandes"),
        message=CollectionRequest,
    )


@require_http_methods(["GET", "POST"])
def campaign_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind whoever is waited for, after a look at the mails."""
    campaign = find_campaign(request, pk)
    check_perm(request.user, "interventions.manage_country_data", campaign)
    if request.method == "POST":
        _tell_sent(request, remind_requests(campaign, actor=request.user))
        return redirect(campaign_url(campaign))
    return _mails_page(
        request,
        campaign,
        to_remind(campaign),
        title=_("Relancer les structures"),
        submit=_("Envoyer les rappels"),
        message=CollectionReminder,
    )


def _tell_sent(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(
            request, ngettext("%(count)d courriel part.", "%(count)d courriels partent.", count) % {"count": count}
        )
    else:
        messages.info(request, _("Rien n’est parti : personne n’est à solliciter."))


def _mails_page(
    request: HttpRequest,
    campaign: CollectionCampaign,
    asked: list[CampaignRequest],
    *,
    title: str,
    submit: str,
    message: type[CollectionRequest] | type[CollectionReminder],
) -> HttpResponse:
    for made in asked:
        made.campaign = campaign
    first = next((made for made in asked if made.solicitation is not None), None)
    context = {
        **shell_of(request, campaign.country),
        "crumbs": [*campaign_crumbs(campaign), (title, "")],
        "text": _text(first, message) if first is not None else "",
        "title": title,
        "submit": submit,
        "campaign": campaign,
        "cancel_url": campaign_url(campaign),
        "mails": [_mail(made, message) for made in asked if made.solicitation is not None],
    }
    return render(request, "interventions/campaigns/mails.html", context)


def _mail(made: CampaignRequest, message: type[CollectionRequest] | type[CollectionReminder]) -> dict[str, str]:
    assert made.solicitation is not None
    made.solicitation.addressee = made.person
    return {
        "name": f"{made.person} ({made.agency})",
        "email": made.solicitation.email,
        "subject": message(made.solicitation, asked=made).subject(),
    }


def _text(made: CampaignRequest, message: type[CollectionRequest] | type[CollectionReminder]) -> str:
    """What the first mail says; its link does not exist yet."""
    assert made.solicitation is not None
    return hide(message(made.solicitation, NO_LINK_YET, asked=made).render().text)


@require_POST
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    """No more answers by link, no more reminders."""
    campaign = find_campaign(request, pk)
    check_perm(request.user, "interventions.manage_country_data", campaign)
    try:
        close_campaign(campaign, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La campagne est close : les liens ne s’ouvrent plus."))
    return redirect(campaign_url(campaign))


@require_POST
def campaign_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers may come again."""
    campaign = find_campaign(request, pk)
    check_perm(request.user, "interventions.manage_country_data", campaign)
    try:
        reopen_campaign(campaign, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La campagne est rouverte."))
    return redirect(campaign_url(campaign))
