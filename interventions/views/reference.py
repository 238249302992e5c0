"""The lists that interventions are classified by: read by all, edited by secretariats and data managers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.shortcuts import check_perm
from interventions.enums import UnitLevel
from interventions.forms.reference import (
    ComplementarityForm,
    EntryForm,
    GuaranteeForm,
    InstrumentForm,
    PolicyAxisForm,
    SdgTargetForm,
    TargetGroupForm,
)
from interventions.queries.reference import LISTS, EntryList, measures_of, rows_of, unit_counts, uses_of
from interventions.services.reference_entries import save_entry, set_active
from interventions.services.stale import Stale
from interventions.views.parts import Crumb, find_country, form_page, list_crumb, shell_of, show_refusal
from interventions.views.stale import both_entries, carry_version, seen_of
from taskforce.models import Country

FORMS: dict[str, type[EntryForm]] = {
    "instruments": InstrumentForm,
    "groupes-cibles": TargetGroupForm,
    "axes": PolicyAxisForm,
    "garanties": GuaranteeForm,
    "complementarites": ComplementarityForm,
    "cibles-odd": SdgTargetForm,
}


@require_GET
def reference_home(request: HttpRequest, iso3: str) -> HttpResponse:
    """Where each list stands, and what it is for."""
    country = find_country(request, iso3)
    context = {
        **shell_of(request, country),
        "crumbs": [list_crumb(country)],
        "lists": [(listed, _list_url(country, listed)) for listed in LISTS.values()],
        "unit_counts": _in_words(unit_counts(country)),
        "measures": measures_of(country),
    }
    return render(request, "interventions/reference/home.html", context)


def _in_words(counts: dict[int, int]) -> list[str]:
    """« 8 régions », « 67 départements »."""
    regions, departments, communes = (counts.get(level, 0) for level in UnitLevel)
    found = [
        (regions, ngettext("%(n)d région", "%(n)d régions", regions)),
        (departments, ngettext("%(n)d département", "%(n)d départements", departments)),
        (communes, ngettext("%(n)d commune", "%(n)d communes", communes)),
    ]
    return [words % {"n": count} for count, words in found if count]


@require_GET
def entry_list(request: HttpRequest, iso3: str, kind: str) -> HttpResponse:
    """One list, whole."""
    country = find_country(request, iso3)
    listed = _listed(kind)
    context = {
        **shell_of(request, country),
        "crumbs": reference_crumbs(country),
        "listed": listed,
        "rows": rows_of(listed, country),
        "may_edit": _may_edit(request, listed, country),
    }
    return render(request, "interventions/reference/list.html", context)


@require_http_methods(["GET", "POST"])
def entry_add(request: HttpRequest, iso3: str, kind: str) -> HttpResponse:
    """One more entry, at the end of its list."""
    country = find_country(request, iso3)
    listed = _listed(kind)
    _check_edit(request, listed, country)
    entry = listed.model(country=country) if listed.of_country else listed.model()
    return _entry_form(request, country, listed, entry, title=listed.new, submit=_("Ajouter à la liste"))


@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, iso3: str, kind: str, pk: int) -> HttpResponse:
    """Correct an entry, or stop proposing it."""
    country = find_country(request, iso3)
    listed = _listed(kind)
    entry = get_object_or_404(listed.entries(country), pk=pk)
    _check_edit(request, listed, country)
    return _entry_form(request, country, listed, entry, title=str(entry), submit=_("Enregistrer"))


@require_POST
def entry_active(request: HttpRequest, iso3: str, kind: str, pk: int) -> HttpResponse:
    """Propose an entry in forms and imports (« propose » posted), or stop proposing it."""
    country = find_country(request, iso3)
    listed = _listed(kind)
    entry = get_object_or_404(listed.entries(country), pk=pk)
    _check_edit(request, listed, country)
    is_active = "propose" in request.POST
    set_active(entry, is_active, actor=request.user)
    said = _("« %(name)s » est de nouveau proposé.") if is_active else _("« %(name)s » n’est plus proposé aux saisies.")
    messages.success(request, said % {"name": entry})
    return redirect(_list_url(country, listed))


def _entry_form(
    request: HttpRequest, country: Country, listed: EntryList, entry: Any, *, title: Any, submit: str
) -> HttpResponse:
    is_new = entry.pk is None
    build = FORMS[listed.slug]
    form = build(request.POST if request.method == "POST" else None, instance=entry, country=country)
    changed: dict[str, Any] = {}
    if form.is_valid():
        try:
            save_entry(entry, actor=request.user, seen=seen_of(form), **form.cleaned_data)
        except Stale as stale:
            theirs = build(instance=stale.current, country=country).initial
            changed = {"entries": both_entries(form, theirs), "status": 409}
            carry_version(form, theirs["version"])
            submit = _("Enregistrer ma saisie")
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("« %(name)s » est enregistré.") % {"name": entry})
            return redirect(_list_url(country, listed))
    uses = 0 if is_new else uses_of(entry)
    note = (
        ngettext(
            "%(n)d ligne ou fiche emploie cette entrée : elle suivra la correction.",
            "%(n)d lignes ou fiches emploient cette entrée : elles suivront la correction.",
            uses,
        )
        % {"n": uses}
        if uses
        else ""
    )
    return form_page(
        request,
        form,
        country=country,
        title=title,
        submit=submit,
        cancel_url=_list_url(country, listed),
        crumbs=[*reference_crumbs(country), (listed.title, _list_url(country, listed))],
        template="interventions/reference/entry_form.html",
        entry=None if is_new else entry,
        listed=listed,
        note=note,
        **changed,
    )


def reference_crumbs(country: Country) -> list[Crumb]:
    home = reverse("interventions:reference_home", args=[country.iso3.lower()])
    return [list_crumb(country), (_("Référentiel"), home)]


def _listed(kind: str) -> EntryList:
    if kind not in LISTS:
        raise Http404(kind)
    return LISTS[kind]


def _list_url(country: Country, listed: EntryList) -> str:
    return reverse("interventions:entry_list", args=[country.iso3.lower(), listed.slug])


def _perm(listed: EntryList) -> str:
    return "interventions.manage_country_data" if listed.of_country else "interventions.edit_reference"


def _may_edit(request: HttpRequest, listed: EntryList, country: Country) -> bool:
    return request.user.has_perm(_perm(listed), country)


def _check_edit(request: HttpRequest, listed: EntryList, country: Country) -> None:
    check_perm(request.user, _perm(listed), country)
