"""What the page of the minutes says of their life: steps, what can be done now, observations, adoption, errata."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.richtext import richtext_to_text
from core.typography import date_fr
from meetings.enums import AdoptionMode, CorrectionState, MinutesState
from meetings.models import Meeting, Minutes
from meetings.queries.circulation import place_of
from taskforce.enums import Role
from taskforce.queries import grants_of

ORDER = list(MinutesState)


def life_of(request: HttpRequest, minutes: Minutes, texts: list[Any]) -> dict[str, Any]:
    """The context of `meetings/circulation/_life.html`, from minutes read `with_life`; each of `texts` that may be corrected gets `observe_url`."""
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
    versions: list[dict[str, Any]] = minutes.life_versions if shared else []  # type: ignore[attr-defined]
    acts: list[dict[str, Any]] = minutes.life_approval if shared else []  # type: ignore[attr-defined]
    corrections: list[str] = minutes.life_corrections if member else []  # type: ignore[attr-defined]
    last = versions[0]["number"] if versions else 0
    asks_reading = member and last > 0 and grants_of(user).person_id is not None
    return {
        "steps": _steps(minutes),
        "is_secretariat": secretariat,
        "may_propose": may_propose,
        "is_member": member,
        "corrections": len(corrections),
        "waiting": corrections.count(CorrectionState.OPEN),
        "version_count": len(versions),
        "last_version": last,
        "fingerprint": versions[0]["sha256"] if versions else "",
        "approval": acts[0] if acts else None,
        "adoption_words": _adoption_words(acts[0], minutes) if acts else "",
        "errata": _errata(minutes) if acts else [],
        "asks_reading": asks_reading,
        "has_read": asks_reading and last in minutes.life_read,  # type: ignore[attr-defined]
    }


def _steps(minutes: Minutes) -> list[dict[str, Any]]:
    now = ORDER.index(MinutesState(minutes.state))
    made = []
    for place, state in enumerate(ORDER):
        mark = "done" if place < now or minutes.state == MinutesState.PUBLISHED else "todo"
        made.append({"label": str(state.label), "state": "current" if place == now and mark == "todo" else mark})
    return made


def record_words(
    minutes: Minutes,
    *,
    mode: str,
    adopted_on: date,
    at_meeting: Meeting | None,
    votes: dict[str, int | None],
    **_kept: Any,
) -> str:
    """What is about to be recorded, in the words of the page once it is."""
    met_at = at_meeting.starts_at.isoformat() if at_meeting else None
    return _adoption_words({"mode": mode, "adopted_on": adopted_on.isoformat(), "met_at": met_at} | votes, minutes)


def _adoption_words(act: dict[str, Any], minutes: Minutes) -> str:
    """« Adopté le 8 mars 2016 à la réunion du 8 mars 2016, par consensus. »"""
    facts: dict[str, Any] = {"day": date_fr(date.fromisoformat(act["adopted_on"]))}
    if act["mode"] == AdoptionMode.TACIT or act["met_at"] is None:
        return _("Adopté tacitement le %(day)s.") % facts
    met = datetime.fromisoformat(act["met_at"]).astimezone(minutes.meeting.task_force.tz)
    facts["meeting"] = date_fr(met.date())
    if act["mode"] != AdoptionMode.VOTE and facts["meeting"] == facts["day"]:
        return _("Adopté à la réunion du %(day)s, par consensus.") % facts
    if act["mode"] != AdoptionMode.VOTE:
        return _("Adopté le %(day)s à la réunion du %(meeting)s, par consensus.") % facts
    facts |= {
        "pour": act["votes_for"] or 0,
        "contre": act["votes_against"] or 0,
        "abstentions": act["abstentions"] or 0,
    }
    return (
        _(
            "Adopté le %(day)s à la réunion du %(meeting)s, par vote : %(pour)s pour, %(contre)s contre, "
            "%(abstentions)s abstention(s)."
        )
        % facts
    )


def _errata(minutes: Minutes) -> list[dict[str, Any]]:
    tz = minutes.meeting.task_force.tz
    return [
        row
        | {
            "heading": _("Rectificatif n° %(number)d") % row,
            "author": " ".join(name for name in (row["given_name"], row["family_name"]) if name),
            "local_at": datetime.fromisoformat(row["created_at"]).astimezone(tz),
            "old_text": richtext_to_text(row["before"]),
            "new_text": richtext_to_text(row["after"]),
        }
        for row in minutes.life_errata  # type: ignore[attr-defined]
    ]
