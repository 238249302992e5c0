"""What the page of the minutes says of their life: steps, what can be done now, observations, adoption, errata."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.richtext import richtext_to_text
from core.typography import date_fr
from meetings.enums import AdoptionMode, CorrectionState, MinutesState
from meetings.models import Minutes, MinutesApproval
from meetings.queries.circulation import place_of
from taskforce.enums import Role
from taskforce.queries import grants_of

ORDER = list(MinutesState)


def life_of(request: HttpRequest, minutes: Minutes, texts: list[Any]) -> dict[str, Any]:
    """The context of `meetings/circulation/_life.html`; each of `texts` that may be corrected gets `observe_url`."""
    user = request.user
    shared = minutes.state != MinutesState.DRAFT
    is_circulated = minutes.state == MinutesState.CIRCULATED
    member = shared and user.has_perm("meetings.view_corrections", minutes)
    secretariat = grants_of(user).holds(minutes.meeting.task_force_id, Role.SECRETARIAT)
    may_propose = is_circulated and user.has_perm("meetings.propose_correction", minutes)
    may_propose = may_propose and (secretariat or minutes.takes_observations)
    if may_propose:
        for text in texts:
            args = [minutes.meeting_id, place_of(text)]
            text.observe_url = reverse("meetings:correction_add", args=args)
    versions = list(minutes.versions.order_by("-number").values_list("number", "sha256")) if shared else []
    approval = _approval(minutes) if minutes.state in (MinutesState.APPROVED, MinutesState.PUBLISHED) else None
    corrections = list(minutes.corrections.values_list("state", flat=True)) if member else []
    last = versions[0][0] if versions else 0
    person_id = grants_of(user).person_id
    asks_reading = member and last > 0 and person_id is not None
    return {
        "steps": _steps(minutes),
        "is_secretariat": secretariat,
        "may_propose": may_propose,
        "is_member": member,
        "corrections": len(corrections),
        "waiting": corrections.count(CorrectionState.OPEN),
        "version_count": len(versions),
        "last_version": last,
        "fingerprint": versions[0][1] if versions else "",
        "approval": approval,
        "adoption_words": _adoption_words(approval) if approval else "",
        "errata": _errata(minutes) if approval else [],
        "asks_reading": asks_reading,
        "has_read": asks_reading and minutes.readings.filter(person=person_id, version=last).exists(),
    }


def _steps(minutes: Minutes) -> list[dict[str, Any]]:
    now = ORDER.index(MinutesState(minutes.state))
    made = []
    for place, state in enumerate(ORDER):
        mark = "done" if place < now or minutes.state == MinutesState.PUBLISHED else "todo"
        made.append({"label": str(state.label), "state": "current" if place == now and mark == "todo" else mark})
    return made


def _approval(minutes: Minutes) -> MinutesApproval | None:
    return (
        MinutesApproval.objects.filter(minutes=minutes).select_related("at_meeting__task_force").defer("record").first()
    )


def _adoption_words(approval: MinutesApproval) -> str:
    """« Adopté par consensus à la réunion du 8 mars 2016. »"""
    day = date_fr(approval.adopted_on)
    if approval.mode == AdoptionMode.TACIT or approval.at_meeting is None:
        return _("Adopté tacitement le %(day)s.") % {"day": day}
    facts = {"day": day, "meeting": date_fr(approval.at_meeting.date)}
    if approval.mode == AdoptionMode.VOTE:
        facts |= {
            "pour": approval.votes_for or 0,
            "contre": approval.votes_against or 0,
            "abstentions": approval.abstentions or 0,
        }
        return (
            _(
                "Adopté le %(day)s à la réunion du %(meeting)s, par vote : %(pour)s pour, %(contre)s contre, "
                "%(abstentions)s abstention(s)."
            )
            % facts
        )
    return _("Adopté le %(day)s à la réunion du %(meeting)s, par consensus.") % facts


def _errata(minutes: Minutes) -> list[Any]:
    tz = minutes.meeting.task_force.tz
    errata = list(minutes.errata.select_related("created_by__person", "version").defer("version__content"))
    for erratum in errata:
        erratum.local_at = timezone.localtime(erratum.created_at, tz)  # type: ignore[attr-defined]
        erratum.old_text = richtext_to_text(erratum.before)  # type: ignore[attr-defined]
        erratum.new_text = richtext_to_text(erratum.after)  # type: ignore[attr-defined]
    return errata
