"""A body itself: founded, described, led, put to sleep, closed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from core.text import normalise
from core.typography import date_fr
from taskforce.enums import BodyState
from taskforce.forms import BodyForm, LastDayForm, LeadForm, StateForm
from taskforce.models import LeadAgency, TaskForce
from taskforce.queries import bodies_visible_to, grants_of, lead_history, seats_on, transitions_of, visible_bodies
from taskforce.queries.groups import groups_of, is_group
from taskforce.queries.terms import adopted_terms
from taskforce.services.bodies import begin_lead, change_body_state, create_body, end_lead, update_body
from taskforce.views.parts import form_page, show_refusal


@require_http_methods(["GET", "POST"])
def body_create(request: HttpRequest) -> HttpResponse:
    """A new body, proposed."""
    check_perm(request.user, "taskforce.create_body")
    form = BodyForm(
        request.POST if request.method == "POST" else None, is_administrator=True, bodies=TaskForce.objects.all()
    )
    if form.is_valid():
        try:
            body = create_body(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(body)s est créée. Confiez maintenant son secrétariat.") % {"body": body})
            return redirect("taskforce:office_begin", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Nouvelle instance"),
        submit=_("Créer l’instance"),
        cancel_url=reverse("home"),
        crumbs=[(_("Instances"), reverse("home"))],
        nav="",
    )


@require_GET
def body_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What describes a body: its facts, its leads, its states."""
    body = _body(request, slug)
    check_perm(request.user, "taskforce.view_body", body)
    today = body.today()
    leads = list(lead_history(body))
    context = {
        "body": body,
        "nav": "home",
        "quorum": quorum_sentence(body),
        "leads": sorted(
            (lead for lead in leads if lead.period.upper is None or lead.period.upper > today),
            key=lambda lead: normalise(lead.theme.name) if lead.theme else "",
        ),
        "past_leads": [lead for lead in leads if lead.period.upper is not None and lead.period.upper <= today],
        "history": [
            {
                "text": _("%(before)s → %(after)s")
                % {"before": BodyState(record.before).label, "after": BodyState(record.after).label},
                "at": record.at.astimezone(body.tz),
                "actor": record.actor_label,
                "comment": record.comment,
            }
            for record in transitions_of(body)
        ],
        "terms": adopted_terms(body),
        "groups": groups_of(body, request.user, today),
        "is_group": is_group(body),
        "parent": next((one for one in visible_bodies(request.user) if one.pk == body.parent_id), None),
        "may_manage": request.user.has_perm("taskforce.manage_body", body),
        "may_create_group": body.state != BodyState.CLOSED and request.user.has_perm("taskforce.create_group", body),
    }
    return render(request, "taskforce/body_detail.html", context)


@require_http_methods(["GET", "POST"])
def body_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct what describes a body."""
    body = _body(request, slug)
    check_perm(request.user, "taskforce.manage_body", body)
    form = BodyForm(
        request.POST if request.method == "POST" else None,
        is_administrator=grants_of(request.user).is_administrator,
        bodies=TaskForce.objects.exclude(pk=body.pk),
        initial=BodyForm.initial_of(body),
    )
    if form.is_valid():
        try:
            update_body(body, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
            # The frame of the page shows the body as it is, not as it was refused.
            body.refresh_from_db()
        else:
            messages.success(request, _("%(body)s est enregistrée.") % {"body": body})
            return redirect("taskforce:body_detail", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Modifier l’instance"),
        submit=_("Enregistrer l’instance"),
        cancel_url=reverse("taskforce:body_detail", args=[body.slug]),
        crumbs=_crumbs(body),
        body=body,
        nav="home",
    )


@require_http_methods(["GET", "POST"])
def body_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Found, put to sleep, wake or close a body."""
    body = _body(request, slug)
    check_perm(request.user, "taskforce.manage_body", body)
    may_close = request.user.has_perm("taskforce.close_body")
    after = [state for state in BodyState if state in TaskForce.TRANSITIONS.get(BodyState(body.state), set())]
    states = [(state.value, state.label) for state in after if state != BodyState.CLOSED or may_close]
    form = StateForm(request.POST if request.method == "POST" else None, states=states)
    if form.is_valid():
        to = form.cleaned_data["state"]
        if to == BodyState.CLOSED and not may_close:
            raise PermissionDenied("taskforce.close_body")
        try:
            change_body_state(body, to, actor=request.user, comment=form.cleaned_data["comment"])
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request, _("État de l’instance : %(state)s.") % {"state": body.get_state_display().lower()}
            )
            return redirect("taskforce:body_detail", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Changer l’état de l’instance"),
        submit=_("Changer l’état"),
        note=_("État actuel : %(state)s.") % {"state": body.get_state_display()},
        cancel_url=reverse("taskforce:body_detail", args=[body.slug]),
        crumbs=_crumbs(body),
        body=body,
        nav="home",
    )


@require_http_methods(["GET", "POST"])
def lead_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """An agency becomes lead, on a theme or on all."""
    body = _body(request, slug)
    check_perm(request.user, "taskforce.manage_body", body)
    form = LeadForm(request.POST if request.method == "POST" else None, body=body, initial={"starts_on": body.today()})
    if form.is_valid():
        try:
            lead = begin_lead(body, form.cleaned_data.pop("agency"), actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(agency)s est chef de file.") % {"agency": lead.agency})
            return redirect("taskforce:body_detail", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Nouveau chef de file"),
        submit=_("Enregistrer le chef de file"),
        cancel_url=reverse("taskforce:body_detail", args=[body.slug]),
        crumbs=_crumbs(body),
        body=body,
        nav="home",
    )


@require_http_methods(["GET", "POST"])
def lead_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An agency leads no more."""
    lead = get_object_or_404(
        LeadAgency.objects.select_related("task_force__country", "agency", "theme").filter(
            task_force__in=bodies_visible_to(request.user).order_by().values("pk")
        ),
        pk=pk,
    )
    body = lead.task_force
    check_perm(request.user, "taskforce.manage_body", body)
    form = LastDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_lead(lead, form.cleaned_data["last_day"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("%(agency)s est chef de file jusqu’au %(day)s.")
                % {"agency": lead.agency, "day": date_fr(form.cleaned_data["last_day"])},
            )
            return redirect("taskforce:body_detail", slug=body.slug)
    return form_page(
        request,
        form,
        title=_("Mettre fin au rôle de chef de file de %(agency)s") % {"agency": lead.agency},
        submit=_("Mettre fin à ce rôle"),
        is_danger=True,
        cancel_url=reverse("taskforce:body_detail", args=[body.slug]),
        crumbs=_crumbs(body),
        body=body,
        nav="home",
    )


def _body(request: HttpRequest, slug: str) -> TaskForce:
    return get_object_or_404(
        bodies_visible_to(request.user).select_related("country", "host_agency", "convened_by", "parent", "joins"),
        slug=slug,
    )


def _crumbs(body: TaskForce) -> list[tuple[str, str]]:
    return [(_("L’instance"), reverse("taskforce:body_detail", args=[body.slug]))]


def quorum_sentence(body: TaskForce) -> str:
    """« 50 % des structures, soit 4 sur 7 »; empty without a rule or while the body is proposed."""
    if body.quorum_share is None:
        return ""
    counting = sum(1 for seat in seats_on(body, body.today()) if seat.counts)
    needed = body.quorum_for(counting)
    if needed is None:
        return ""
    share = f"{(body.quorum_share * 100).normalize():f}".replace(".", ",")
    return _("%(share)s %% des structures, soit %(needed)d sur %(counting)d") % {
        "share": share,
        "needed": needed,
        "counting": counting,
    }
