"""What becomes of minutes: shared, taken back, adopted, published, rectified, compared, read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.notifications.base import Message
from core.shortcuts import check_perm
from core.typed_text import keeps_typed_text
from core.typography import date_fr
from meetings.canonical import differences, places_of
from meetings.documents.frozen import content_of
from meetings.enums import MinutesState
from meetings.forms.circulation import AdoptForm, ErratumForm, PlaceForm, ReasonForm, ShareForm
from meetings.models import Minutes
from meetings.queries import minutes_visible_to
from meetings.queries.circulation import adopting_meetings, putting_off, sharing_conditions, versions_of
from meetings.queries.distribution import publication_list
from meetings.services.adoption import add_erratum, adopt_minutes, adopted_messages, check_adoption, may_be_tacit
from meetings.services.circulation import (
    check_deadline,
    circulate_minutes,
    mark_read,
    publish_minutes,
    shared_messages,
    take_minutes_back,
)
from meetings.services.distribution import messages_for, queue_publication
from meetings.views.minutes_life import record_words
from taskforce.services.terms_course import acting_person

# Proposed for the observations.
USUAL_DELAY = timedelta(days=10)


def find_minutes(request: HttpRequest, pk: int, perm: str) -> Minutes:
    """The minutes of a meeting: 404 unless they may be read, 403 without the right `perm`."""
    minutes = get_object_or_404(minutes_visible_to(request.user), meeting=pk)
    check_perm(request.user, perm, minutes)
    return minutes


def frame(minutes: Minutes) -> dict[str, Any]:
    meeting = minutes.meeting
    return {"minutes": minutes, "meeting": meeting, "body": meeting.task_force, "nav": "meetings"}


def mails_of(mailing: list[Message]) -> list[dict[str, Any]]:
    """What the page that precedes a sending lists: those that leave, and to whom."""
    return [
        {"name": str(message.recipient), "email": message.recipient.email, "subject": message.subject()}
        for message in mailing
        if message.recipient.email
    ]


def _back(minutes: Minutes) -> HttpResponse:
    return redirect("meetings:minutes_detail", pk=minutes.meeting_id)


def _page(request: HttpRequest, minutes: Minutes, form: Any, template: str, **words: Any) -> HttpResponse:
    context = frame(minutes) | {"form": form} | words
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, f"meetings/circulation/{template}.html", context, status=status)


# Sharing --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def minutes_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when, and what is amiss; then who will be written to; then it leaves."""
    minutes = find_minutes(request, pk, "meetings.share_minutes")
    if minutes.state != MinutesState.DRAFT:
        messages.error(request, _("Ce compte rendu est déjà partagé."))
        return _back(minutes)
    conditions = sharing_conditions(minutes)
    is_blocked = any(condition.is_blocking for condition in conditions)
    initial = {"until": minutes.meeting.task_force.today() + USUAL_DELAY}
    form = ShareForm(request.POST if request.method == "POST" else None, initial=initial)
    title = _("Partager pour observations")
    if form.is_valid() and "edit" not in request.POST and not is_blocked:
        until = form.cleaned_data["until"]
        try:
            check_deadline(minutes, until)
            if "confirm" in request.POST:
                circulate_minutes(minutes, until=until, actor=request.user)
                messages.success(request, _("Le compte rendu est partagé pour observations."))
                return _back(minutes)
        except ValidationError as error:
            form.refuse(error)
        else:
            mails = mails_of(shared_messages(minutes, until))
            note = _("Les observations seront attendues jusqu’au %(day)s inclus.") % {"day": date_fr(until)}
            return _page(
                request, minutes, form, "confirm", mails=mails, title=title, submit=_("Partager et envoyer"),
                note=note, conditions=conditions,
            )  # fmt: skip
    return _page(request, minutes, form, "share", title=title, conditions=conditions, is_blocked=is_blocked)


@require_http_methods(["GET", "POST"])
def minutes_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Shared → draft, with a reason."""
    minutes = find_minutes(request, pk, "meetings.share_minutes")
    if minutes.state != MinutesState.CIRCULATED:
        messages.error(request, _("Seul un compte rendu partagé pour observations se reprend."))
        return _back(minutes)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            take_minutes_back(minutes, comment=form.cleaned_data["comment"], actor=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Le compte rendu est de nouveau un projet : son texte se modifie."))
            return _back(minutes)
    note = _(
        "Les membres ne liront plus le compte rendu jusqu’au prochain partage. Les versions partagées et les "
        "observations sont gardées. Aucun courriel ne part."
    )
    words = _("Reprendre le compte rendu")
    return _page(request, minutes, form, "form", title=words, submit=words, note=note)


# Adoption and publication ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def minutes_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of adoption, then who will be told, then the text stays as it is."""
    minutes = find_minutes(request, pk, "meetings.adopt_minutes")
    if minutes.state != MinutesState.CIRCULATED:
        messages.error(request, _("Un compte rendu s’adopte une fois partagé pour observations."))
        return _back(minutes)
    meetings = adopting_meetings(minutes)
    today = minutes.meeting.task_force.today()
    # Not the one that put it off to another day.
    held = [one for one in meetings.exclude(pk__in=putting_off(minutes)) if one.date <= today]
    initial = {"at_meeting": held[0], "adopted_on": held[0].date} if held else {"adopted_on": today}
    tacit = may_be_tacit(minutes)
    form = AdoptForm(
        request.POST if request.method == "POST" else None, initial=initial, meetings=meetings, tacit=tacit
    )
    note = _("Le texte adopté ne se modifie plus : une erreur relevée plus tard donne lieu à un rectificatif.")
    title = _("Adopter le compte rendu")
    if form.is_valid() and "edit" not in request.POST:
        try:
            check_adoption(minutes, **form.facts)
            if "confirm" in request.POST:
                adopt_minutes(minutes, actor=request.user, **form.facts)
                messages.success(request, _("Le compte rendu est adopté."))
                return _back(minutes)
        except ValidationError as error:
            form.refuse(error)
        else:
            mails = mails_of(adopted_messages(minutes))
            return _page(
                request,
                minutes,
                form,
                "confirm",
                mails=mails,
                record=record_words(minutes, **form.facts),
                title=title,
                note=note,
                submit=_("Adopter et envoyer"),
            )
    return _page(request, minutes, form, "adopt", title=title, note=note, submit=_("Voir les courriels qui partiront"))


@require_http_methods(["GET", "POST"])
def minutes_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Who of the distribution list will receive the PDF; then it leaves. An empty list hinders nothing."""
    minutes = find_minutes(request, pk, "meetings.publish_minutes")
    if minutes.state != MinutesState.APPROVED:
        messages.error(request, _("Un compte rendu se diffuse une fois adopté."))
        return _back(minutes)
    found = publication_list(minutes)
    if request.method == "POST":
        if request.POST.get("list") != found.digest:
            messages.warning(request, _("La liste de diffusion a changé entre-temps. Relisez-la, puis confirmez."))
        else:
            try:
                publish_minutes(minutes, actor=request.user)
                sent = queue_publication(minutes, request.user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                text = ngettext(
                    "Le compte rendu est diffusé ; %(count)d courriel part.",
                    "Le compte rendu est diffusé ; %(count)d courriels partent.",
                    sent,
                )
                messages.success(request, text % {"count": sent})
            return _back(minutes)
    mails = mails_of(list(messages_for(found)))
    note = _(
        "Les secrétariats des autres instances du pays et l’administration pourront lire ce compte rendu. Les points à "
        "diffusion restreinte n’y figurent pas."
    )
    return _page(
        request, minutes, None, "confirm", mails=mails, title=_("Diffuser le compte rendu"), note=note,
        submit=_("Diffuser et envoyer") if mails else _("Diffuser sans courriel"), digest=found.digest,
        list_url=reverse("meetings:distribution_list", args=[minutes.meeting.task_force.slug]),
    )  # fmt: skip


# Errata ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@keeps_typed_text("body")
def minutes_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a passage of the adopted text, then write what it should say and why."""
    minutes = find_minutes(request, pk, "meetings.rectify_minutes")
    latest = minutes.versions.order_by("-number").first()
    if latest is None:
        messages.error(request, _("Ce compte rendu n’a pas été adopté par le portail : il ne se rectifie pas ici."))
        return _back(minutes)
    places = [place for place in places_of(content_of(latest)) if place.html is not None]
    wanted = request.POST.get("place", request.GET.get("place", ""))
    place = next((one for one in places if one.key == wanted), None)
    title = _("Rectifier le compte rendu")
    if place is None:
        chooser = PlaceForm(request.GET if "place" in request.GET else None, places=places)
        return _page(request, minutes, chooser, "choose", title=title)
    initial = {"body": place.html, "base_version": latest.number}
    form = ErratumForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            erratum = add_erratum(minutes, place=place.key, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(erratum)s enregistré.") % {"erratum": erratum})
            return _back(minutes)
    note = _("Le texte adopté reste tel quel ; le rectificatif s’y ajoute, numéroté, avec sa raison et son auteur.")
    return _page(request, minutes, form, "rectify", title=title, place=place, note=note)


# Versions and readings ------------------------------------------------------------------------------


@require_GET
def minutes_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What two versions differ in, passage by passage."""
    minutes = find_minutes(request, pk, "meetings.view_minutes")
    member = request.user.has_perm("meetings.view_corrections", minutes)
    versions = list(versions_of(minutes, member=member))
    tz = minutes.meeting.task_force.tz
    for version in versions:
        version.local_at = timezone.localtime(version.created_at, tz)  # type: ignore[attr-defined]
    by_number = {str(version.number): version for version in versions}
    new = by_number.get(request.GET.get("nouvelle", "")) or (versions[0] if versions else None)
    before = next((version for version in versions if new and version.number < new.number), None)
    old = by_number.get(request.GET.get("ancienne", "")) or before
    found = differences(content_of(old), content_of(new)) if old and new else []
    context = frame(minutes) | {"versions": versions, "new": new, "old": old, "differences": found}
    return render(request, "meetings/circulation/compare.html", context)


@require_POST
def minutes_read(request: HttpRequest, pk: int) -> HttpResponse:
    """« J’ai lu »."""
    minutes = find_minutes(request, pk, "meetings.mark_read")
    person = acting_person(request.user)
    try:
        if person is not None:
            mark_read(minutes, person=person, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("C’est noté : vous avez lu ce compte rendu."))
    return _back(minutes)
