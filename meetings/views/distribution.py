"""The distribution list of a body: who receives its published minutes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from meetings.forms.distribution import EntryForm
from meetings.queries.distribution import entries_of, sorted_entries
from meetings.services.distribution import add_entry, edit_entry
from meetings.views.common import find_body, posted
from taskforce.models import TaskForce
from taskforce.views.parts import form_page

PERM = "meetings.manage_distribution"


@require_GET
def distribution_list(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, PERM)
    today = body.today()
    entries = sorted_entries(body)
    context = {
        "body": body,
        "nav": "meetings",
        "active": [entry for entry in entries if entry.is_active(today)],
        "to_come": [entry for entry in entries if entry.starts_on > today],
        "ended": [entry for entry in entries if entry.ends_on is not None and entry.ends_on < today],
    }
    return render(request, "meetings/distribution/list.html", context)


@require_http_methods(["GET", "POST"])
def distribution_add(request: HttpRequest, slug: str) -> HttpResponse:
    body = find_body(request, slug, PERM)
    form = EntryForm(body, posted(request))
    if form.is_valid():
        try:
            entry = add_entry(body, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(name)s est sur la liste de diffusion.") % {"name": entry})
            return redirect("meetings:distribution_list", body.slug)
    return _page(request, body, form, title=_("Ajouter à la liste de diffusion"), submit=_("Ajouter"))


@require_http_methods(["GET", "POST"])
def distribution_edit(request: HttpRequest, slug: str, entry_pk: int) -> HttpResponse:
    """Correct a line, or give it its last day: lines are never deleted, mails have gone to them."""
    body = find_body(request, slug)
    entry = get_object_or_404(entries_of(body), pk=entry_pk)
    check_perm(request.user, PERM, body)
    form = EntryForm(body, posted(request), entry=entry)
    if form.is_valid():
        try:
            edit_entry(entry, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("La liste de diffusion est à jour."))
            return redirect("meetings:distribution_list", body.slug)
    return _page(request, body, form, title=str(entry), submit=_("Enregistrer"))


def _page(request: HttpRequest, body: TaskForce, form: EntryForm, *, title: str, submit: str) -> HttpResponse:
    back = reverse("meetings:distribution_list", args=[body.slug])
    return form_page(
        request,
        form,
        title=title,
        submit=submit,
        cancel_url=back,
        crumbs=[(_("Réunions"), reverse("meetings:meeting_list", args=[body.slug])), (_("Liste de diffusion"), back)],
        body=body,
        nav="meetings",
    )
