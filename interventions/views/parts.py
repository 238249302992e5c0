"""What the pages of this app share: the country of an address, the body whose frame is shown, forms on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.shortcuts import check_perm
from interventions.models import CoverageLine, Intervention
from interventions.queries.visibility import interventions_visible_to
from taskforce.models import Country, TaskForce
from taskforce.queries import grants_of, has_any_grant, visible_bodies

Crumb = tuple[Any, str]
NAV = "interventions"


def find_country(request: HttpRequest, iso3: str) -> Country:
    """The country of this address (« ner »); 404 for whoever holds nothing in the portal."""
    if not has_any_grant(request.user):
        raise Http404(iso3)
    for body in visible_bodies(request.user):
        if body.country.iso3.lower() == iso3:
            return body.country
    return get_object_or_404(Country, iso3=iso3.upper()) if iso3.islower() else _absent(iso3)


def frame_body(user: Any, country: Country | int) -> TaskForce | None:
    """The body of the country whose navigation the page shows: one's own before those one only reads."""
    pk = country if isinstance(country, int) else country.pk
    mine = grants_of(user).bodies
    here = [body for body in visible_bodies(user) if body.country_id == pk]
    return min(here, key=lambda body: (body.pk not in mine, body.parent_id is not None, body.pk), default=None)


def shell_of(request: HttpRequest, country: Country) -> dict[str, Any]:
    """What every page of a country puts in its context."""
    return {"country": country, "iso3": country.iso3.lower(), "body": frame_body(request.user, country), "nav": NAV}


def find_intervention(
    request: HttpRequest, pk: int, sheets: QuerySet[Intervention] | None = None, *, perm: str = ""
) -> Intervention:
    """The sheet, 404 unless visible, 403 unless `perm` allows."""
    rows = interventions_visible_to(request.user) if sheets is None else sheets
    found = get_object_or_404(rows.select_related("country"), pk=pk)
    # The caller's own rows may have left the filter out.
    if sheets is not None and not request.user.has_perm("interventions.view_intervention", found):
        raise Http404(pk)
    if perm:
        check_perm(request.user, perm, found)
    return found


def find_line(request: HttpRequest, pk: int, *, perm: str = "") -> CoverageLine:
    """The coverage line with what names it, 404 unless its sheet is visible, 403 unless `perm` allows."""
    rows = CoverageLine.objects.filter(intervention__in=interventions_visible_to(request.user)).select_related(
        "intervention__country", "unit__parent", "instrument", "target_group"
    )
    line = get_object_or_404(rows, pk=pk)
    if perm:
        check_perm(request.user, perm, line.intervention)
    return line


def list_crumb(country: Country) -> Crumb:
    return (_("Interventions"), reverse("interventions:intervention_list", args=[country.iso3.lower()]))


def sheet_crumbs(intervention: Intervention) -> list[Crumb]:
    return [list_crumb(intervention.country), (intervention.title, sheet_url(intervention))]


def sheet_url(intervention: Intervention, anchor: str = "") -> str:
    url = reverse("interventions:intervention_detail", args=[intervention.pk])
    return f"{url}#{anchor}" if anchor else url


def line_url(intervention_id: int, line_id: int) -> str:
    """The sheet, opened at the page of this line."""
    url = reverse("interventions:intervention_detail", args=[intervention_id])
    return f"{url}?ligne={line_id}#ligne-{line_id}"


def show_refusal(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a service refused beside the field it speaks of, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    country: Country,
    title: Any,
    submit: Any,
    cancel_url: str,
    crumbs: Sequence[Crumb],
    template: str = "interventions/form.html",
    status: int | None = None,
    **context: Any,
) -> HttpResponse:
    """A page with one form: 422 when something in it is to be corrected."""
    if status is None:
        status = 422 if form.is_bound and form.errors else 200
    page = {"form": form, "title": title, "submit": submit, "cancel_url": cancel_url, "crumbs": crumbs}
    return render(request, template, {**shell_of(request, country), **page, **context}, status=status)


def confirm_page(
    request: HttpRequest,
    *,
    country: Country,
    title: Any,
    what: Any,
    texts: Sequence[Any],
    submit: Any,
    cancel_url: str,
    crumbs: Sequence[Crumb],
    is_loss: bool = False,
) -> HttpResponse:
    """What is about to be done, to what, and what follows from it; its button posts to the same address."""
    page = {"title": title, "what": what, "texts": texts, "submit": submit, "is_loss": is_loss}
    context = {**shell_of(request, country), **page, "cancel_url": cancel_url, "crumbs": crumbs}
    return render(request, "interventions/confirm.html", context)


def _absent(iso3: str) -> Country:
    raise Http404(iso3)
