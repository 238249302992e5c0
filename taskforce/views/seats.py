"""A structure's membership of a body: its history, its beginning, its changes, its end."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from core.typography import date_fr
from taskforce.forms import LastDayForm, SeatChangeForm, SeatForm
from taskforce.models import Seat
from taskforce.queries import seats_visible_to
from taskforce.queries.designations import history_of, standing_of
from taskforce.services.seats import add_seat, change_seat, end_seat
from taskforce.views.parts import Crumb, find_body, form_page, show_refusal

# A slip of the keyboard is noticed within these days; what is older is ended, not erased.
JUST_ENTERED = timedelta(days=30)


def seat_crumbs(seat: Seat) -> list[Crumb]:
    """Membres › BIT, for the pages below."""
    return [
        (_("Membres"), reverse("taskforce:roster", args=[seat.task_force.slug])),
        (seat.agency.acronym, reverse("taskforce:seat_detail", args=[seat.pk])),
    ]


@require_GET
def seat_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds and held the seat, and what may be done about it."""
    seat = get_object_or_404(seats_visible_to(request.user), pk=pk)
    body, today = seat.task_force, seat.task_force.today()
    mandates = list(seat.mandates.select_related("person").order_by("rank", "-period"))
    since = timezone.now() - JUST_ENTERED
    for mandate in mandates:
        mandate.may_be_discarded = mandate.created_at >= since
        # Its label asks whether the seat observes: no query for each.
        mandate.seat = seat
    in_force = [mandate for mandate in mandates if today in mandate.period]
    to_come = [mandate for mandate in mandates if mandate.starts_on > today]
    past = sorted(
        (mandate for mandate in mandates if mandate.ends_on and mandate.ends_on < today),
        key=lambda mandate: (mandate.ends_on, -mandate.rank),
        reverse=True,
    )
    others = Seat.objects.filter(task_force=body, agency=seat.agency).exclude(pk=seat.pk).order_by("-period")
    context = {
        "body": body,
        "nav": "members",
        "seat": seat,
        "ends_on": seat.ends_on,
        "is_over": seat.ends_on is not None and seat.ends_on < today,
        "in_force": in_force,
        "to_come": to_come,
        "past": past,
        "has_titular": any(mandate.is_titular for mandate in in_force),
        "others": others,
        "may_manage": request.user.has_perm("taskforce.manage_mandates", seat),
        "may_ask": request.user.has_perm("taskforce.manage_designations", seat),
        "designations": [(made, standing_of(made, timezone.now())) for made in history_of(seat)]
        if request.user.has_perm("taskforce.view_designations", seat)
        else [],
    }
    return render(request, "taskforce/seat_detail.html", context)


@require_http_methods(["GET", "POST"])
def seat_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A structure enters the body."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_mandates", body)
    form = SeatForm(request.POST if request.method == "POST" else None, body=body, initial={"starts_on": body.today()})
    if form.is_valid():
        try:
            seat = add_seat(body, form.cleaned_data.pop("agency"), actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(agency)s est membre de l’instance.") % {"agency": seat.agency})
            return redirect("taskforce:seat_detail", pk=seat.pk)
    roster_url = reverse("taskforce:roster", args=[body.slug])
    return form_page(
        request,
        form,
        title=_("Ajouter une structure"),
        submit=_("Ajouter la structure"),
        cancel_url=roster_url,
        crumbs=[(_("Membres"), roster_url)],
        body=body,
        template="taskforce/seat_add.html",
    )


@require_http_methods(["GET", "POST"])
def seat_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Member or observer, counting or not, from a day on."""
    seat = get_object_or_404(seats_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.manage_mandates", seat)
    initial = {"status": seat.status, "counts": seat.counts, "starts_on": seat.task_force.today()}
    form = SeatChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            new = change_seat(seat, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La qualité de %(agency)s est enregistrée.") % {"agency": seat.agency})
            return redirect("taskforce:seat_detail", pk=new.pk)
    return form_page(
        request,
        form,
        title=_("Changer la qualité de %(agency)s") % {"agency": seat.agency},
        submit=_("Enregistrer la qualité"),
        cancel_url=reverse("taskforce:seat_detail", args=[seat.pk]),
        crumbs=seat_crumbs(seat),
        body=seat.task_force,
    )


@require_http_methods(["GET", "POST"])
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The structure leaves the body; its mandates end with it."""
    seat = get_object_or_404(seats_visible_to(request.user), pk=pk)
    check_perm(request.user, "taskforce.manage_mandates", seat)
    form = LastDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_seat(seat, form.cleaned_data["last_day"], actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("%(agency)s est membre jusqu’au %(day)s.") % {"agency": seat.agency, "day": date_fr(seat.ends_on)},
            )
            return redirect("taskforce:seat_detail", pk=seat.pk)
    return form_page(
        request,
        form,
        title=_("Mettre fin à la participation de %(agency)s") % {"agency": seat.agency},
        submit=_("Mettre fin à la participation"),
        is_danger=True,
        note=_("Les mandats qui iraient au-delà se terminent le même jour. L’historique reste lisible."),
        cancel_url=reverse("taskforce:seat_detail", args=[seat.pk]),
        crumbs=seat_crumbs(seat),
        body=seat.task_force,
    )
