"""Kept filters: what a page shows of them, keeping one, taking one away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.shortcuts import check_perm
from interventions.enums import ViewPage
from interventions.forms.saved_views import SavedViewForm, kept_query
from interventions.models import SavedView
from interventions.queries.saved_views import saved_views_visible_to, views_of_page
from interventions.services import saved_views as service
from interventions.views.parts import find_country, form_page, list_crumb, show_refusal
from taskforce.models import Country

PAGES = {
    ViewPage.LIST: "interventions:intervention_list",
    ViewPage.MATRIX: "interventions:matrix",
    ViewPage.MAP: "interventions:map",
}


@dataclass(frozen=True)
class Kept:
    """One kept view as the page shows it."""

    view: SavedView
    url: str
    is_current: bool
    is_mine: bool
    may_remove: bool


def saved_on(request: HttpRequest, country: Country, page: str) -> dict[str, Any]:
    """What `interventions/views/_saved.html` needs."""
    query = kept_query(page, request.GET.urlencode())
    kept = []
    for view in views_of_page(request.user, country, page):
        view.country = country
        is_mine = view.owner_id == request.user.pk
        may_remove = request.user.has_perm("interventions.remove_view", view)
        kept.append(Kept(view, _address(view), view.query == query, is_mine, may_remove))
    return {
        "views": kept,
        "page": page,
        "query": query,
        "iso3": country.iso3.lower(),
        "may_share": request.user.has_perm("interventions.share_view", country),
    }


@require_POST
def saved_view_add(request: HttpRequest, iso3: str) -> HttpResponse:
    country = find_country(request, iso3)
    form = SavedViewForm(request.POST, may_share=request.user.has_perm("interventions.share_view", country))
    if form.is_valid():
        try:
            view, is_new = service.save_view(
                country,
                page=form.cleaned_data["page"],
                query=form.cleaned_data["query"],
                name=form.cleaned_data["name"],
                shared=form.cleaned_data.get("shared", False),
                actor=request.user,
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            said = _("La vue « %(name)s » est enregistrée.") if is_new else _("La vue « %(name)s » est remplacée.")
            messages.success(request, said % {"name": view.name})
            return redirect(_address(view))
    page = form.cleaned_data.get("page") or ViewPage.LIST
    query = form.cleaned_data.get("query", "")
    return form_page(
        request,
        form,
        country=country,
        title=_("Enregistrer cette vue"),
        submit=_("Enregistrer la vue"),
        cancel_url=f"{reverse(PAGES[ViewPage(page)], args=[iso3])}{'?' if query else ''}{query}",
        crumbs=[list_crumb(country)],
    )


@require_POST
def saved_view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(saved_views_visible_to(request.user).select_related("country"), pk=pk)
    check_perm(request.user, "interventions.remove_view", view)
    address = _address(view)
    service.remove_view(view)
    messages.success(request, _("La vue « %(name)s » est retirée.") % {"name": view.name})
    return redirect(address)


def _address(view: SavedView) -> str:
    """The page with the filters."""
    address = reverse(PAGES[ViewPage(view.page)], args=[view.country.iso3.lower()])
    return f"{address}?{view.query}" if view.query else address
