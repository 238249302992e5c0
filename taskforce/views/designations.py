"""Designations, the secretariat's side: the board of a body, new requests, reminders to all, renewals."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from core.shortcuts import check_perm
from taskforce.documents.designation_letter import subject_of
from taskforce.forms.designations import BoardFilter, DirectorForm, ReplacementForm, RequestForm
from taskforce.models import AgencyOffice, DesignationRequest, Seat, TaskForce
from taskforce.queries import mandates_visible_to, people_choices, seats_visible_to
from taskforce.queries.designations import (
    board_of,
    candidates_of,
    counts_of,
    heads_of,
    late_requests,
    seats_to_renew,
    signatories_of,
)
from taskforce.services.agencies import begin_head, open_office
from taskforce.services.designations import (
    ask_replacement,
    askable_renewals,
    prepare_renewals,
    prepare_requests,
    remind_late,
    send_requests,
    usual_letter,
)
from taskforce.views.parts import Crumb, find_body, form_page, person_of, safe_next, show_refusal
from taskforce.views.seats import seat_crumbs


def board_crumbs(body: TaskForce) -> list[Crumb]:
    """Membres › Désignations, for the pages below."""
    return [
        (_("Membres"), reverse("taskforce:roster", args=[body.slug])),
        (_("Désignations"), reverse("taskforce:designation_board", args=[body.slug])),
    ]


def _managed(request: HttpRequest, slug: str) -> TaskForce:
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.manage_designations", body)
    return body


@require_GET
def designation_board(request: HttpRequest, slug: str) -> HttpResponse:
    """Who was asked, who has answered, who is late."""
    body = find_body(request, slug)
    check_perm(request.user, "taskforce.view_designations", body)
    rows = board_of(body)
    form = BoardFilter(request.GET)
    shown = form.apply(rows)
    context = {
        "body": body,
        "nav": "members",
        "tz": body.tz,
        "form": form,
        "rows": shown,
        "total": len(rows),
        "counts": counts_of(rows),
        "may_manage": request.user.has_perm("taskforce.manage_designations", body),
    }
    return render(request, "taskforce/designations/board.html", context)


@require_http_methods(["GET", "POST"])
def designation_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask directors to designate: tick, look at the mails that will leave, send (or prepare without sending)."""
    body = _managed(request, slug)
    today = body.today()
    candidates = candidates_of(body, on=today)
    step = request.POST.get("etape", "")
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        body=body,
        candidates=candidates,
        signatories=signatories_of(body, on=today),
        letter=usual_letter(body),
    )
    context = {
        "body": body,
        "nav": "members",
        "crumbs": board_crumbs(body),
        "form": form,
        "candidates": candidates,
        "lacking": [candidate for candidate in candidates if candidate.head is None],
    }
    if step != "modifier" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                requests = prepare_requests(
                    body,
                    _in_order(candidates, data["seats"]),
                    deadline=data["deadline"],
                    starts_on=data["starts_on"],
                    ends_on=data["ends_on"],
                    letter=form.letter,
                    actor=request.user,
                )
                if step not in ("envoyer", "preparer"):
                    context["mails"] = [_mail(made) for made in requests]
                    # Only looked at: numbers are taken when the requests are really made.
                    transaction.set_rollback(True)
                elif step == "envoyer":
                    count = send_requests(requests, actor=request.user)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            if "mails" in context:
                return render(request, "taskforce/designations/request_preview.html", context)
            messages.success(request, _sent(count) if step == "envoyer" else _prepared(len(requests)))
            return redirect("taskforce:designation_board", slug=body.slug)
    if step == "modifier":
        # Back from the preview: what was typed, without reproach.
        form.errors.clear()
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "taskforce/designations/request.html", context, status=status)


def _in_order(candidates, seats) -> list[Seat]:
    chosen = {seat.pk for seat in seats}
    return [candidate.seat for candidate in candidates if candidate.seat.pk in chosen]


def _mail(made: DesignationRequest) -> dict[str, str]:
    assert made.solicitation is not None
    return {
        "name": f"{made.director} ({made.seat.agency})",
        "email": made.solicitation.email,
        "subject": subject_of(made),
    }


def _sent(count: int) -> str:
    return ngettext("%(count)d demande est partie.", "%(count)d demandes sont parties.", count) % {"count": count}


def _prepared(count: int) -> str:
    return ngettext(
        "%(count)d demande est prête : envoyez-la quand la lettre est signée.",
        "%(count)d demandes sont prêtes : envoyez-les quand les lettres sont signées.",
        count,
    ) % {"count": count}


@require_http_methods(["GET", "POST"])
def designation_director(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter who heads an agency's office in the body's country, on the way to asking."""
    seat = get_object_or_404(seats_visible_to(request.user), pk=pk)
    body = seat.task_force
    check_perm(request.user, "taskforce.manage_designations", body)
    office = AgencyOffice.objects.filter(agency=seat.agency, country=body.country).order_by("duty_station").first()
    form = DirectorForm(
        request.POST if request.method == "POST" else None,
        people=people_choices().filter(agency=seat.agency),
        initial={"starts_on": body.today(), "duty_station": office.duty_station if office else ""},
    )
    back = safe_next(request, reverse("taskforce:designation_request", args=[body.slug]))
    if form.is_valid():
        data = form.cleaned_data
        place = " ".join(data["duty_station"].split())
        try:
            with transaction.atomic():
                known = AgencyOffice.objects.filter(agency=seat.agency, duty_station__iexact=place).first()
                if known is not None and known.country_id not in (None, body.country_id):
                    raise ValidationError({"duty_station": _("Ce bureau est celui d’un autre pays.")})
                if known is not None and known.country_id is None:
                    known.country = body.country
                    known.save(update_fields=["country"])
                begin_head(
                    known or open_office(seat.agency, place, country=body.country, actor=request.user),
                    person_of(form, agency=seat.agency, actor=request.user),
                    address_of_record=data["address_of_record"],
                    is_interim=data["is_interim"],
                    starts_on=data["starts_on"],
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("La direction de %(agency)s est enregistrée.") % {"agency": seat.agency})
            return redirect(back)
    return form_page(
        request,
        form,
        title=_("Direction de %(agency)s") % {"agency": seat.agency},
        submit=_("Enregistrer la direction"),
        note=_("Les demandes de désignation partent à l’adresse officielle de la direction."),
        cancel_url=back,
        crumbs=board_crumbs(body),
        body=body,
        template="taskforce/designations/director.html",
        offers_everybody=True,
    )


@require_http_methods(["GET", "POST"])
def designation_remind_late(request: HttpRequest, slug: str) -> HttpResponse:
    """Remind every director whose deadline has passed, after a look at the mails."""
    body = _managed(request, slug)
    if request.method == "POST":
        count = remind_late(body, actor=request.user)
        if count:
            messages.success(
                request,
                ngettext("%(count)d rappel est parti.", "%(count)d rappels sont partis.", count) % {"count": count},
            )
        else:
            messages.info(request, _("Personne n’est à relancer : rien n’est parti."))
        return redirect("taskforce:designation_board", slug=body.slug)
    mails = [
        {**_mail(late), "subject": _("Rappel : %(subject)s") % {"subject": subject_of(late)}}
        for late in late_requests(body)
    ]
    context = {"body": body, "nav": "members", "crumbs": board_crumbs(body), "mails": mails}
    return render(request, "taskforce/designations/remind.html", context)


@require_http_methods(["GET", "POST"])
def designation_renew(request: HttpRequest, slug: str) -> HttpResponse:
    """Mandates that end soon; one click prepares the requests to renew them."""
    body = _managed(request, slug)
    today = body.today()
    if request.method == "POST":
        try:
            prepared = prepare_renewals(body, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("taskforce:designation_renew", slug=body.slug)
        messages.success(request, _prepared(len(prepared)))
        board_url = reverse("taskforce:designation_board", args=[body.slug])
        return redirect(f"{board_url}?etat=draft")
    renewals = seats_to_renew(body, on=today)
    askable = {seat.pk for seat, _mandates in askable_renewals(body)}
    heads = heads_of([seat for seat, _mandates in renewals], body, on=today)
    context = {
        "body": body,
        "nav": "members",
        "crumbs": board_crumbs(body),
        "renewals": [(seat, held, heads.get(seat.agency_id), seat.pk in askable) for seat, held in renewals],
        "askable_count": len(askable),
    }
    return render(request, "taskforce/designations/renew.html", context)


@require_http_methods(["GET", "POST"])
def designation_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the director for the successor of one person."""
    mandate = get_object_or_404(mandates_visible_to(request.user), pk=pk)
    seat, body = mandate.seat, mandate.seat.task_force
    check_perm(request.user, "taskforce.manage_designations", body)
    form = ReplacementForm(
        request.POST if request.method == "POST" else None,
        body=body,
        signatories=signatories_of(body, on=body.today()),
        letter=usual_letter(body),
        initial={"ends_on": mandate.ends_on},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = ask_replacement(
                    mandate,
                    deadline=data["deadline"],
                    starts_on=data["starts_on"],
                    ends_on=data["ends_on"],
                    letter=form.letter,
                    actor=request.user,
                )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _prepared(1))
            return redirect("taskforce:designation_detail", pk=made.pk)
    return form_page(
        request,
        form,
        title=_("Demander qui remplace %(person)s") % {"person": mandate.person},
        submit=_("Préparer la demande"),
        note=_("La lettre se relit avant l’envoi. Le mandat en cours ne change qu’une fois la réponse acceptée."),
        cancel_url=reverse("taskforce:seat_detail", args=[seat.pk]),
        crumbs=seat_crumbs(seat),
        body=body,
        template="taskforce/designations/replace.html",
    )
