"""Observations on shared minutes: the list, making one, answering it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.merge import merge_html
from core.richtext import richtext_to_text
from core.services.drafts import StaleVersion, discard_draft, drafts_seen
from core.shortcuts import check_perm
from core.typed_text import keeps_typed_text
from core.typography import time_fr
from core.views.drafts import autosave, refused_json, said_in_json, wants_json
from core.views.texts import newer_words
from meetings.enums import CorrectionState, MinutesState
from meetings.forms.circulation import AcceptForm, CorrectionForm, RefuseForm
from meetings.models import CorrectionRequest, Minutes
from meetings.queries import sees_restricted
from meetings.queries.circulation import (
    agencies_observing,
    corrections_of,
    find_target,
    people_to_tell,
    proposed_text,
    readings_of,
)
from meetings.queries.observers import observers
from meetings.services.corrections import (
    accept_correction,
    check_open,
    draft_key,
    propose_correction,
    refuse_correction,
    withdraw_correction,
)
from meetings.views.circulation import find_minutes, frame
from taskforce.enums import Role
from taskforce.models import Agency
from taskforce.queries import grants_of
from taskforce.queries.terms import represented_agencies
from taskforce.services.terms_course import acting_person


@require_GET
def correction_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every observation with its answer; for the secretariat, who has read."""
    minutes = find_minutes(request, pk, "meetings.view_corrections")
    rows = list(corrections_of(minutes, restricted=sees_restricted(request.user, minutes.meeting)))
    tz = minutes.meeting.task_force.tz
    for row in rows:
        row.local_at = timezone.localtime(row.created_at, tz)  # type: ignore[attr-defined]
    readings = None
    if request.user.has_perm("meetings.view_readings", minutes):
        readings = list(readings_of(minutes))
        for reading in readings:
            reading.local_at = timezone.localtime(reading.read_at, tz)  # type: ignore[attr-defined]
    asked = []
    if readings is not None and minutes.state == MinutesState.CIRCULATED:
        asked = observers(minutes, rows, readings)
    context = frame(minutes) | {
        "asked": asked,
        "silent": sum(1 for one in asked if not one.has_answered),
        "tz": tz,
        "corrections": rows,
        "waiting": sum(1 for row in rows if row.is_open),
        "readings": readings,
        "may_propose": _may_propose(request, minutes),
    }
    return render(request, "meetings/circulation/corrections.html", context)


def _is_secretariat(request: HttpRequest, minutes: Minutes) -> bool:
    return grants_of(request.user).holds(minutes.meeting.task_force_id, Role.SECRETARIAT)


def _may_propose(request: HttpRequest, minutes: Minutes) -> bool:
    may = request.user.has_perm("meetings.propose_correction", minutes)
    return may and (minutes.takes_observations or _is_secretariat(request, minutes))


# Making one -----------------------------------------------------------------------------------------


def _to_observe(request: HttpRequest, pk: int, place: str) -> tuple[Minutes, Any, bool]:
    """The minutes, the text observed (the minutes for the whole), and whether it is a remark."""
    minutes = find_minutes(request, pk, "meetings.propose_correction")
    target = find_target(minutes, place, restricted=sees_restricted(request.user, minutes.meeting))
    if target is None:
        raise Http404(place)
    return minutes, target, isinstance(target, Minutes) or "remarque" in request.GET


@require_http_methods(["GET", "POST"])
@keeps_typed_text("body")
@said_in_json
def correction_add(request: HttpRequest, pk: int, place: str) -> HttpResponse:
    """Another text for a passage, in the editor that holds its present text; or a remark (`?remarque=1`)."""
    minutes, target, is_remark = _to_observe(request, pk, place)
    stored, version = ("", 0) if is_remark else (target.body, target.version)
    body = minutes.meeting.task_force
    own = represented_agencies(request.user, body)
    on_record = _is_secretariat(request, minutes)
    agencies = agencies_observing(minutes)
    if not on_record:
        agencies = agencies.filter(pk__in=[agency.pk for agency in own])
    if request.method == "GET":
        try:
            check_open(minutes, on_record=on_record)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("meetings:correction_list", pk=pk)
    if "discard" in request.POST:
        discard_draft(target, author=request.user, key=draft_key(is_remark))
        messages.info(request, _("Le brouillon est écarté."))
        return redirect(request.get_full_path())
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        agencies=agencies,
        is_remark=is_remark,
        initial={"body": stored, "base_version": version},
    )
    if form.is_valid():
        agency: Agency = form.cleaned_data["agency"]
        speaks_for_own = agency in own
        try:
            correction = propose_correction(
                minutes,
                agency,
                target=None if isinstance(target, Minutes) else target,
                body=form.cleaned_data["body"],
                is_remark=is_remark,
                base_version=form.cleaned_data["base_version"],
                note=form.cleaned_data.get("note", ""),
                person=acting_person(request.user) if speaks_for_own or not on_record else None,
                on_record=on_record and not speaks_for_own,
                actor=request.user,
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            url = reverse("meetings:correction_detail", args=[pk, correction.pk])
            messages.success(request, _("L’observation de %(agency)s est enregistrée.") % {"agency": correction.agency})
            if not wants_json(request):
                return redirect(url)
            at = time_fr(timezone.localtime(timezone=body.tz))
            version = form.cleaned_data["base_version"]
            return JsonResponse({"user": request.user.pk, "version": version, "at": at, "url": url})
    if form.is_bound and wants_json(request):
        return refused_json(form)
    return _editor(request, minutes, target, form, is_remark=is_remark, stored=stored, place=place)


def _editor(
    request: HttpRequest, minutes: Minutes, target: Any, form: Any, *, is_remark: bool, stored: str, place: str
) -> HttpResponse:
    key = draft_key(is_remark)
    draft = drafts_seen([], reader=request.user, about=target, stored=stored, key=key).own
    if "brouillon" in request.GET and draft is not None and not form.is_bound:
        form.initial |= {"body": draft.text, "base_version": draft.base_version}
    is_unsaved = form.is_bound or "brouillon" in request.GET
    shown = None if is_unsaved else draft
    suffix = "?remarque=1" if is_remark and not isinstance(target, Minutes) else ""
    here = reverse("meetings:correction_add", args=[minutes.meeting_id, place])
    tz = minutes.meeting.task_force.tz
    context = frame(minutes) | {
        "form": form,
        "is_remark": is_remark,
        "is_unsaved": is_unsaved,
        "title": _title(target),
        "target": None if isinstance(target, Minutes) else target,
        "edit_url": here + suffix,
        "draft_url": reverse("meetings:correction_draft", args=[minutes.meeting_id, place]) + suffix,
        "remark_url": f"{here}?remarque=1",
        "store": f"{key}:{place}:{minutes.pk}",
        "draft": shown,
        "draft_text": richtext_to_text(shown.text) if shown else "",
        "draft_at": timezone.localtime(shown.updated_at, tz) if shown else None,
        "stored_text": richtext_to_text(stored),
        "saved_words": "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "meetings/circulation/observe.html", context, status=status)


def _title(target: Any) -> str:
    if isinstance(target, Minutes):
        return _("Ensemble du compte rendu")
    return CorrectionRequest(
        **({"section": target} if hasattr(target, "minutes_id") else {"update": target})
    ).target_title


@require_POST
@keeps_typed_text("body")
@said_in_json
def correction_draft(request: HttpRequest, pk: int, place: str) -> HttpResponse:
    minutes, target, is_remark = _to_observe(request, pk, place)
    return autosave(
        request,
        target,
        tz=minutes.meeting.task_force.tz,
        newer="" if is_remark else newer_words(target),
        key=draft_key(is_remark),
        stored="" if is_remark else target.body,
    )


# Answering ------------------------------------------------------------------------------------------


def _find(request: HttpRequest, pk: int, correction_pk: int) -> CorrectionRequest:
    minutes = find_minutes(request, pk, "meetings.view_corrections")
    rows = corrections_of(minutes, restricted=sees_restricted(request.user, minutes.meeting))
    correction = get_object_or_404(rows, pk=correction_pk)
    correction.minutes = minutes
    return correction


@require_GET
def correction_detail(request: HttpRequest, pk: int, correction_pk: int) -> HttpResponse:
    """An observation: what it changes, its answer; for the secretariat, what to do with it."""
    return _detail(request, _find(request, pk, correction_pk))


def _detail(
    request: HttpRequest,
    correction: CorrectionRequest,
    *,
    accept: AcceptForm | None = None,
    refuse: RefuseForm | None = None,
    overlaps: int | None = None,
) -> HttpResponse:
    minutes = correction.minutes
    target = correction.target
    answers = correction.is_open and request.user.has_perm("meetings.answer_correction", correction)
    merged = proposed_text(correction)
    if accept is None:
        initial = {"body": merged.html, "base_version": target.version if target is not None else 0}
        accept = AcceptForm(initial=initial, has_text=target is not None)
    tz = minutes.meeting.task_force.tz
    correction.local_at = timezone.localtime(correction.created_at, tz)  # type: ignore[attr-defined]
    after = correction.applied_body if correction.state == CorrectionState.ACCEPTED else correction.body
    context = frame(minutes) | {
        "correction": correction,
        "base_text": richtext_to_text(correction.base_body),
        "proposed_text": richtext_to_text(correction.body),
        "kept_text": richtext_to_text(after) if after else "",
        "current_text": richtext_to_text(target.body) if target is not None else "",
        "has_moved": not correction.is_remark and target is not None and target.body != correction.base_body,
        "overlaps": merged.overlaps if overlaps is None else overlaps,
        "merged_text": richtext_to_text(merged.html),
        "answers": answers,
        "may_withdraw": correction.is_open and request.user.has_perm("meetings.withdraw_correction", correction),
        "accept": accept,
        "refuse": refuse or RefuseForm(prefix="refus"),
        "readers": [person for person in people_to_tell(minutes) if person.email] if answers else [],
    }
    failed = (accept.is_bound and accept.errors) or (refuse is not None and refuse.errors)
    return render(request, "meetings/circulation/correction.html", context, status=422 if failed else 200)


@require_POST
@keeps_typed_text("body")
def correction_accept(request: HttpRequest, pk: int, correction_pk: int) -> HttpResponse:
    correction = _find(request, pk, correction_pk)
    check_perm(request.user, "meetings.answer_correction", correction)
    has_text = correction.target is not None
    form = AcceptForm(request.POST, has_text=has_text)
    if not form.is_valid():
        return _detail(request, correction, accept=form)
    data = form.cleaned_data
    try:
        accept_correction(
            correction,
            body=data["body"] if has_text else None,
            base_version=data.get("base_version", 0),
            answer=data["answer"],
            tell_members=data.get("tell_members", False),
            actor=request.user,
        )
    except StaleVersion as stale:
        base = stale.base if stale.base is not None else correction.base_body
        merged = merge_html(base, mine=stale.mine, theirs=stale.theirs)
        again = AcceptForm(initial=data | {"body": merged.html, "base_version": stale.version}, has_text=True)
        messages.warning(
            request,
            _("Ce passage vient de changer : les deux textes sont réunis ci-dessous. Relisez, puis enregistrez."),
        )
        return _detail(request, _find(request, pk, correction_pk), accept=again, overlaps=merged.overlaps)
    except ValidationError as error:
        form.refuse(error)
        return _detail(request, correction, accept=form)
    messages.success(request, _("L’observation est retenue."))
    return redirect("meetings:correction_list", pk=pk)


@require_POST
def correction_refuse(request: HttpRequest, pk: int, correction_pk: int) -> HttpResponse:
    correction = _find(request, pk, correction_pk)
    check_perm(request.user, "meetings.answer_correction", correction)
    form = RefuseForm(request.POST, prefix="refus")
    if form.is_valid():
        try:
            refuse_correction(correction, answer=form.cleaned_data["answer"], actor=request.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("L’observation n’est pas retenue ; son auteur en est informé."))
            return redirect("meetings:correction_list", pk=pk)
    return _detail(request, correction, refuse=form)


@require_POST
def correction_withdraw(request: HttpRequest, pk: int, correction_pk: int) -> HttpResponse:
    correction = _find(request, pk, correction_pk)
    check_perm(request.user, "meetings.withdraw_correction", correction)
    try:
        withdraw_correction(correction, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("L’observation est retirée."))
    return redirect("meetings:correction_list", pk=pk)
