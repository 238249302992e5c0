"""Adoption of minutes, and errata on top of an adopted text."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.history import recorded
from core.notifications.base import Message, send_many
from core.richtext import clean_html, richtext_to_text
from core.typography import date_fr
from core.validators import validate_texts
from core.workflow import transition
from meetings.canonical import places_of, rewritten
from meetings.documents.frozen import content_of
from meetings.enums import AdoptionMode, ItemOutcome, MeetingState, MinutesState, VersionKind
from meetings.models import Erratum, Meeting, Minutes, MinutesApproval
from meetings.notifications.minutes_adopted import MinutesAdopted
from meetings.queries.circulation import adopting_meetings, open_corrections, people_to_tell
from meetings.queries.observers import round_of
from meetings.records import chained, erratum_record, record_of
from meetings.services.circulation import keep_version, locked_minutes
from meetings.services.observation_links import end_round
from taskforce.models import TaskForce

ADOPTED = (MinutesState.APPROVED, MinutesState.PUBLISHED)
TEXT_LIMIT = 4000


def _text(name: str, value: str, *, required: str = "") -> str:
    value = value.strip()
    validate_texts({name: value})
    if required and not value:
        raise ValidationError({name: required})
    if len(value) > TEXT_LIMIT:
        text = _("Ce texte compte %(count)d caractères ; %(limit)d au plus.")
        raise ValidationError({name: text % {"count": len(value), "limit": TEXT_LIMIT}})
    return value


# Adoption -------------------------------------------------------------------------------------------


def adopted_messages(minutes: Minutes) -> list[Message]:
    """The mails that adoption sends: one for each person who sits for a member or serves the body."""
    return [MinutesAdopted(person, minutes=minutes) for person in people_to_tell(minutes)]


def may_be_tacit(minutes: Minutes) -> bool:
    """Whether the body's rules take the minutes as adopted now: they allow it, and the last day is over."""
    body = minutes.meeting.task_force
    until = minutes.observations_until
    return body.tacit_adoption and until is not None and body.today() > until


def check_adoption(
    minutes: Minutes,
    *,
    mode: str,
    adopted_on: date,
    at_meeting: Meeting | None,
    votes: dict[str, int | None] | None = None,
    remarks: str = "",
) -> None:
    """Raise ValidationError, by field where it can be, unless the adoption can be recorded with these facts."""
    meeting, body = minutes.meeting, minutes.meeting.task_force
    if minutes.state in ADOPTED:
        raise ValidationError(_("Ce compte rendu est déjà adopté."), code="adopted")
    if minutes.state != MinutesState.CIRCULATED or not minutes.versions.exists():
        raise ValidationError(_("Un compte rendu s’adopte une fois partagé pour observations."), code="not-shared")
    if meeting.state != MeetingState.CLOSED:
        raise ValidationError(
            _(
                "La réunion n’est pas close : son ordre du jour et ses décisions peuvent encore changer. Closez-la d’abord."
            ),
            code="not-closed",
        )
    if count := open_corrections(minutes):
        text = ngettext(
            "%(count)d observation attend une réponse. Répondez-y avant l’adoption.",
            "%(count)d observations attendent une réponse. Répondez-y avant l’adoption.",
            count,
        )
        raise ValidationError(text % {"count": count}, code="open-corrections")
    _text("remarks", remarks)
    if adopted_on > body.today():
        raise ValidationError({"adopted_on": _("Cette date est à venir. Écrivez celle du jour de l’adoption.")})
    if adopted_on <= meeting.date:
        text = _("L’adoption suit la réunion, qui a eu lieu le %(day)s. Corrigez la date.")
        raise ValidationError({"adopted_on": text % {"day": date_fr(meeting.date)}})
    if mode == AdoptionMode.TACIT:
        _check_tacit(minutes, adopted_on)
        return
    if mode not in AdoptionMode.values:
        raise ValidationError({"mode": _("Choisissez comment le compte rendu a été adopté.")})
    if at_meeting is None:
        raise ValidationError({"at_meeting": _("Choisissez la réunion qui a adopté le compte rendu.")})
    if not adopting_meetings(minutes).filter(pk=at_meeting.pk).exists():
        raise ValidationError({"at_meeting": _("Choisissez une réunion de cette instance qui suit celle-ci.")})
    if at_meeting.date > adopted_on:
        text = _("Cette réunion a lieu le %(day)s, après la date indiquée. Corrigez l’une des deux.")
        raise ValidationError({"adopted_on": text % {"day": date_fr(at_meeting.date)}})
    if mode == AdoptionMode.VOTE and not (votes or {}).get("votes_for"):
        raise ValidationError({"votes_for": _("Indiquez le nombre de voix pour.")})


def _check_tacit(minutes: Minutes, adopted_on: date) -> None:
    if not minutes.meeting.task_force.tacit_adoption:
        raise ValidationError({"mode": _("Les règles de cette instance ne prévoient pas d’adoption tacite.")})
    until = minutes.observations_until
    if until is None or adopted_on <= until:
        text = _("Le délai d’observations court jusqu’au %(day)s : l’adoption tacite vient après.")
        raise ValidationError({"adopted_on": text % {"day": date_fr(until) if until else "—"}})


def tacit_rule(minutes: Minutes) -> str:
    """The rule as it is recorded with a tacit adoption."""
    until = minutes.observations_until
    return _(
        "Les règles de l’instance tiennent pour adopté un compte rendu dont le délai d’observations est passé sans "
        "observation en suspens ; ce délai a pris fin le %(day)s."
    ) % {"day": date_fr(until) if until else ""}


def adopt_minutes(
    minutes: Minutes,
    *,
    mode: str,
    adopted_on: date,
    at_meeting: Meeting | None = None,
    votes: dict[str, int | None] | None = None,
    remarks: str = "",
    actor: Any,
) -> MinutesApproval:
    """Record the adoption of the text that was last shared, freeze it for ever and tell the members.

    Its point on the agenda of `at_meeting` counts as treated. Of two people at once one records it, the other is
    told that it is done. Raises ValidationError as `check_adoption`.
    """
    with recorded(actor) as who:
        # The body first: its adoptions follow each other in one chain.
        body = TaskForce.objects.select_for_update(no_key=True).get(pk=minutes.meeting.task_force_id)
        current = locked_minutes(minutes)
        is_tacit = mode == AdoptionMode.TACIT
        at_meeting = None if is_tacit else at_meeting
        check_adoption(current, mode=mode, adopted_on=adopted_on, at_meeting=at_meeting, votes=votes, remarks=remarks)
        shared = current.versions.order_by("-number")[0]
        version = keep_version(current, VersionKind.ADOPTED, who=who, text=content_of(shared))
        last = body.minutes_approvals.order_by("-number").first()
        approval = MinutesApproval(
            minutes=current,
            task_force=body,
            number=last.number + 1 if last else 1,
            version=version,
            mode=mode,
            at_meeting=at_meeting,
            adopted_on=adopted_on,
            remarks=remarks.strip(),
            rule=tacit_rule(current) if is_tacit else "",
            previous=last.fingerprint if last else "",
            created_at=timezone.now(),
            created_by=who.user,
            **((votes or {}) if mode == AdoptionMode.VOTE else {}),
        )
        approval.record = record_of(approval)
        approval.fingerprint = chained(approval.previous, approval.record)
        approval.save(force_insert=True)
        versions = list(round_of(current))
        transition(minutes, MinutesState.APPROVED, actor=actor, comment=remarks.strip())
        if at_meeting is not None and at_meeting.is_editable:
            points = at_meeting.agenda.filter(previous_minutes=current, outcome=ItemOutcome.OPEN)
            points.update(outcome=ItemOutcome.TREATED)
        end_round(versions, actor=who)
        send_many(adopted_messages(minutes))
    return approval


# Errata ---------------------------------------------------------------------------------------------


def add_erratum(minutes: Minutes, *, place: str, body: str, reason: str, base_version: int, actor: Any) -> Erratum:
    """Rectify a passage of the adopted text, in a new version on top of it; the adopted one stays.

    `place` is a passage's key (`meetings.canonical`), `base_version` the number of the version that was seen.
    Raises ValidationError by field.
    """
    cleaned = clean_html(body)
    reason = _text("reason", reason, required=_("Dites pourquoi le texte est rectifié."))
    with recorded(actor) as who:
        current = locked_minutes(minutes)
        approval = MinutesApproval.objects.filter(minutes=current).first()
        if current.state not in ADOPTED or approval is None:
            raise ValidationError(_("Seul un compte rendu adopté se rectifie."), code="not-adopted")
        latest = current.versions.order_by("-number")[0]
        if latest.number != base_version:
            raise ValidationError(
                _(
                    "Un rectificatif vient d’être enregistré par quelqu’un d’autre. Relisez le texte avant d’enregistrer le vôtre."
                ),
                code="stale",
            )
        content = content_of(latest)
        passage = next((one for one in places_of(content) if one.key == place and one.html is not None), None)
        if passage is None or passage.html is None:
            raise ValidationError({"place": _("Choisissez le passage à rectifier.")})
        if richtext_to_text(cleaned) == richtext_to_text(passage.html):
            raise ValidationError({"body": _("Ce texte est celui du compte rendu : changez ce qui doit l’être.")})
        if place.startswith("decision:") and not richtext_to_text(cleaned):
            raise ValidationError({"body": _("Écrivez la décision.")})
        last = current.errata.order_by("-number").first()
        number = last.number + 1 if last else 1
        version = keep_version(
            current,
            VersionKind.ERRATUM,
            who=who,
            note=_("Rectificatif n° %(number)d : %(title)s") % {"number": number, "title": passage.title},
            text=rewritten(content, place, cleaned),
        )
        erratum = Erratum(
            minutes=current,
            number=number,
            version=version,
            place=place,
            title=passage.title[:300],
            before=passage.html,
            after=cleaned,
            reason=reason,
            previous=last.fingerprint if last else approval.fingerprint,
            created_at=timezone.now(),
            created_by=who.user,
        )
        erratum.fingerprint = chained(erratum.previous, erratum_record(erratum))
        erratum.save(force_insert=True)
    return erratum
