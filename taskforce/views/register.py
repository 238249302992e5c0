"""The register of a body: its decisions, and its actions followed until done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.origins import origins_of
from core.shortcuts import check_perm
from core.ties import ties_on, with_ties
from taskforce.enums import ActionState
from taskforce.forms import ActionForm, StateForm, agency_choices
from taskforce.models import ActionItem, Agency
from taskforce.queries import (
    action_counts,
    actions_visible_to,
    agencies_of_register,
    by_urgency,
    decisions_visible_to,
    grants_of,
    missing_facts,
    people_for_body,
    register_years,
)
from taskforce.queries.register_updates import story_of
from taskforce.register_filter import ActionFilter, DecisionFilter
from taskforce.rules import is_secretariat
from taskforce.services.register import amend_action, record_action
from taskforce.services.register_updates import tell_of_action
from taskforce.views.parts import Crumb, find_body, form_page, show_refusal

PER_PAGE = 25


@require_GET
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Actions or decisions of a body, filtered by the address."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_register", body)
    today = body.today()
    actions = actions_visible_to(request.user).filter(task_force=body)
    decisions = decisions_visible_to(request.user).filter(task_force=body)
    counts = action_counts(actions, on=today)
    context: dict[str, Any] = {"body": body, "nav": "register", "counts": counts, "today": today}
    if request.GET.get("liste") == "decisions":
        form: Any = DecisionFilter(request.GET, years=register_years(decisions))
        listed: Any = form.apply(decisions).order_by("-year", "-number")
        context["shows"] = "decisions"
    else:
        form = ActionFilter(request.GET, agencies=agencies_of_register(body, actions), years=register_years(actions))
        listed = by_urgency(form.apply(actions, today=today))
        context["shows"] = "actions"
    listed = with_ties(request.user, listed, listed.model)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    origins = origins_of(request.user, page.object_list)
    query = form.query()
    context |= {
        "form": form,
        "page": page,
        "rows": [
            (
                row,
                context["shows"] == "actions" and row.is_overdue(today),
                origins.get(row.pk),
                ties_on(request.user, row),
            )
            for row in page.object_list
        ],
        "is_filtered": form.is_filtered,
        "query": f"liste=decisions&{query}".rstrip("&") if context["shows"] == "decisions" else query,
        "may_manage": request.user.has_perm("taskforce.manage_register", body),
    }
    return render(request, "taskforce/register.html", context)


@require_GET
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One action: who, by when, how far, and what was said on the way."""
    return _detail(request, _action(request, pk))


@require_POST
def action_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another state: of the whole action by the secretariat or its person, of an agency's part by the agency."""
    action = _action(request, pk)
    check_perm(request.user, "taskforce.update_action", action)
    agency = _own_agency(request, action)
    form = StateForm(request.POST, states=_next_states(request, action, agency))
    if form.is_valid():
        to, comment = form.cleaned_data["state"], form.cleaned_data["comment"]
        try:
            tell_of_action(action, agency, state=to, note=comment, actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            if to:
                said = _("%(reference)s : %(state)s.") % {
                    "reference": action.reference,
                    "state": ActionState(to).label.lower(),
                }
            else:
                said = _("Vos nouvelles de l’action %(reference)s sont enregistrées.") % {"reference": action.reference}
            messages.success(request, said)
            return redirect("taskforce:action_detail", pk=action.pk)
    return _detail(request, _action(request, pk), form)


@require_http_methods(["GET", "POST"])
def action_create(request: HttpRequest, slug: str) -> HttpResponse:
    """An action that no meeting recorded."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_register", body)
    form = ActionForm(
        request.POST if request.method == "POST" else None,
        agencies=agency_choices(body.country),
        people=people_for_body(body),
    )
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            action = record_action(body, data.pop("text"), actor=request.user, once=True, **data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("L’action %(reference)s est enregistrée.") % {"reference": action.reference})
            return redirect("taskforce:action_detail", pk=action.pk)
    register_url = reverse("taskforce:register", args=[body.slug])
    return form_page(
        request,
        form,
        title=_("Nouvelle action"),
        submit=_("Enregistrer l’action"),
        cancel_url=register_url,
        crumbs=[(_("Décisions et actions"), register_url)],
        body=body,
        nav="register",
    )


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an action's text, owners or date."""
    action = _action(request, pk)
    body = action.task_force
    check_perm(request.user, "taskforce.manage_register", action)
    form = ActionForm(
        request.POST if request.method == "POST" else None,
        agencies=agency_choices(body.country),
        people=people_for_body(body),
        initial=ActionForm.initial_of(action),
    )
    if form.is_valid():
        try:
            amend_action(action, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("L’action %(reference)s est enregistrée.") % {"reference": action.reference})
            return redirect("taskforce:action_detail", pk=action.pk)
    return form_page(
        request,
        form,
        title=_("Modifier l’action %(reference)s") % {"reference": action.reference},
        submit=_("Enregistrer l’action"),
        cancel_url=reverse("taskforce:action_detail", args=[action.pk]),
        crumbs=_crumbs(action),
        body=body,
        nav="register",
    )


def _action(request: HttpRequest, pk: int) -> ActionItem:
    return get_object_or_404(with_ties(request.user, actions_visible_to(request.user), ActionItem), pk=pk)


def _own_agency(request: HttpRequest, action: ActionItem) -> Agency | None:
    """The agency for whose part the user speaks; None for who moves the whole action."""
    if is_secretariat(request.user, action) or action.owner_person_id == grants_of(request.user).person_id:
        return None
    seated = grants_of(request.user).agencies.get(action.task_force_id, frozenset())
    return next((owner.agency for owner in action.owners.all() if owner.agency_id in seated), None)


def _next_states(request: HttpRequest, action: ActionItem, agency: Agency | None) -> list[tuple[str, str]]:
    state = action.state
    if agency is not None:
        state = next(owner.state for owner in action.owners.all() if owner.agency_id == agency.pk)
    after = ActionItem.TRANSITIONS[ActionState(state)]
    # The secretariat alone drops an action, and takes a dropped one up again.
    if not is_secretariat(request.user, action):
        after = after - {ActionState.CANCELLED}
        if action.state == ActionState.CANCELLED:
            after = set()
    return [(choice.value, choice.label) for choice in ActionState if choice in after]


def _usual_next(states: list[tuple[str, str]]) -> str:
    """What one most often comes to say: that it is done; else that it has begun."""
    offered = [value for value, _label in states]
    order = [ActionState.DONE, ActionState.IN_PROGRESS, ActionState.NOT_STARTED]
    return next((state.value for state in order if state in offered), offered[0])


def _detail(request: HttpRequest, action: ActionItem, form: StateForm | None = None) -> HttpResponse:
    may_update = request.user.has_perm("taskforce.update_action", action)
    agency = _own_agency(request, action) if may_update else None
    states = _next_states(request, action, agency) if may_update else []
    body = action.task_force
    context = {
        "body": body,
        "nav": "register",
        "action": action,
        "is_overdue": action.is_overdue(body.today()),
        "missing": missing_facts(action),
        "agency": agency,
        "form": form or (StateForm(states=states, initial={"state": _usual_next(states)}) if states else None),
        "history": story_of(action),
        "origin": origins_of(request.user, [action]).get(action.pk),
        "ties": ties_on(request.user, action),
        "may_manage": request.user.has_perm("taskforce.manage_register", action),
    }
    return render(request, "taskforce/action_detail.html", context, status=422 if form and form.errors else 200)


def _crumbs(action: ActionItem) -> list[Crumb]:
    return [
        (_("Décisions et actions"), reverse("taskforce:register", args=[action.task_force.slug])),
        (action.reference, reverse("taskforce:action_detail", args=[action.pk])),
    ]
