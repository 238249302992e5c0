"""Thematic groups of a body, their pilots; who leads on what."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.exports.roster import RosterDateForm
from taskforce.forms.groups import GroupForm, PilotForm
from taskforce.models import TaskForce
from taskforce.queries import bodies_visible_to, forget_grants, people_choices, seats_on
from taskforce.queries.groups import is_group, leads_by_theme
from taskforce.services.groups import change_pilot, create_group
from taskforce.views.parts import Crumb, find_body, form_page, show_refusal


@require_http_methods(["GET", "POST"])
def group_create(request: HttpRequest, slug: str) -> HttpResponse:
    """A thematic group of the body."""
    parent = find_body(request, slug)
    check_perm(request.user, "taskforce.create_group", parent)
    today = parent.today()
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        parent=parent,
        people=people_choices(),
        initial={
            "starts_on": today,
            "members": [seat.agency_id for seat in seats_on(parent, today)] if "memes" in request.GET else [],
        },
    )
    if form.is_valid():
        try:
            group = create_group(parent, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Le groupe « %(group)s » est créé.") % {"group": group})
            return redirect("taskforce:body_detail", slug=_where(group, request, parent))
    return form_page(
        request,
        form,
        title=_("Nouveau groupe thématique"),
        submit=_("Créer le groupe"),
        note=_("Le groupe est une instance à part entière : ses membres, ses réunions et ses comptes rendus."),
        cancel_url=reverse("taskforce:body_detail", args=[parent.slug]),
        crumbs=_crumbs(parent),
        body=parent,
        nav="home",
        template="taskforce/groups/create.html",
        same_members_url=f"{request.path}?memes=oui",
    )


def _where(group: TaskForce, request: HttpRequest, parent: TaskForce) -> str:
    """The group's own page; the parent's for who entrusted its secretariat to somebody else."""
    forget_grants(request.user)
    return group.slug if bodies_visible_to(request.user).filter(pk=group.pk).exists() else parent.slug


@require_http_methods(["GET", "POST"])
def pilot_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Another agency or ministry pilots the group, from a day on."""
    body = find_body(request, slug)
    if not is_group(body):
        raise Http404(slug)
    check_perm(request.user, "taskforce.manage_body", body)
    form = PilotForm(request.POST if request.method == "POST" else None, body=body, initial={"starts_on": body.today()})
    if form.is_valid():
        agency, day = form.cleaned_data["agency"], form.cleaned_data["starts_on"]
        try:
            change_pilot(body, agency, starts_on=day, actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("%(agency)s pilote le groupe à partir du %(day)s.") % {"agency": agency, "day": date_fr(day)}
            )
            return redirect("taskforce:body_detail", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Changer de pilote"),
        submit=_("Enregistrer le pilote"),
        cancel_url=reverse("taskforce:body_detail", args=[body.slug]),
        crumbs=_crumbs(body),
        body=body,
        nav="home",
    )


@require_GET
def lead_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who leads on what, on a day; an unreadable date is said, and today's is shown."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_body", body)
    form = RosterDateForm(request.GET)
    form.fields["date"].label = _("Chefs de file au")
    today = body.today()
    day = (form.cleaned_data.get("date") if form.is_valid() else None) or today
    themes = leads_by_theme(body, day)
    context = {
        "body": body,
        "nav": "home",
        "form": form,
        "day": day,
        "is_today": day == today,
        "themes": themes,
        "led": sum(1 for theme in themes if theme.current),
        "crumbs": _crumbs(body),
        "may_manage": request.user.has_perm("taskforce.manage_body", body),
    }
    return render(request, "taskforce/groups/leads.html", context)


def _crumbs(body: TaskForce) -> list[Crumb]:
    return [(_("L’instance"), reverse("taskforce:body_detail", args=[body.slug]))]
