"""Answers to invitations: who comes, who is excused, who stands in for whom, and who is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM, Actor
from core.history import recorded
from core.notifications.base import send_many
from core.validators import validate_characters
from meetings.enums import AnswerChannel, AttendMode, PartStat
from meetings.models import Invitation, InvitationAnswer, Meeting
from meetings.notifications.stand_in import StandInAsked, StandInMessage, StandInMissing, StandInReleased
from meetings.queries import left_since_invited
from meetings.queries.answers import is_titular_on, next_in_rank, reason_not_to_answer, stand_ins
from meetings.services.answer_links import with_answer_links
from meetings.services.common import locked
from taskforce.models import Person
from taskforce.services.people import create_person

ANSWERS = frozenset({PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE, PartStat.DELEGATED})
# A word to the secretariat is no report.
LONGEST_COMMENT = 1000


def answer_invitation(
    invitation: Invitation,
    *,
    partstat: str,
    actor: Any,
    mode: str = "",
    delegated_to: Person | None = None,
    channel: str = AnswerChannel.PORTAL,
    comment: str = "",
    now: datetime | None = None,
) -> Invitation:
    """Record an answer; the last one stands, each is kept with its author. The same answer again changes nothing.

    `partstat` accepted (with `mode` "remote" for somebody at a distance), declined, tentative or delegated: then
    `delegated_to`, one of `queries.answers.stand_ins`, or by default the substitute next in rank, is invited and
    told. When a titular is excused the substitute next in rank is told; when that one declines, the next; when the
    titular comes after all, whoever had been asked is told so. `channel` "secretariat" is somebody's answer entered
    by the account `actor`. Raises ValidationError with a sentence for the reader when the meeting is past,
    cancelled, postponed, the person has left, or nobody can stand in.
    """
    if partstat not in ANSWERS:
        raise ValidationError(_("Choisissez une réponse."), code="no-answer")
    comment = comment.strip()
    validate_characters(comment)
    if len(comment) > LONGEST_COMMENT:
        raise ValidationError(
            _("Ce mot est trop long : %(count)d caractères au plus.") % {"count": LONGEST_COMMENT}, code="too-long"
        )
    with recorded(actor) as who:
        # One answer at a time in a meeting: it may concern the invitations of others.
        row = _locked_invitation(invitation, now)
        meeting = row.meeting
        target = _representative(row, delegated_to) if partstat == PartStat.DELEGATED else None
        mode = mode if partstat == PartStat.ACCEPTED and mode in AttendMode.values else ""
        last = row.answers.order_by("-at", "-pk").first()
        same = (row.partstat, row.attend_mode, row.delegated_to_id) == (partstat, mode, target.pk if target else None)
        if same and last is not None and last.comment == comment:
            _copy(row, invitation)
            return invitation
        answer = _write(row, partstat, mode, target, comment, channel, who)
        _tell_stand_in(row, answer, target, told=set())
        _follow_chain(meeting, row, answer, target)
        _copy(row, invitation)
    return invitation


def representative_named(
    invitation: Invitation, *, given_name: str, family_name: str, email: str, actor: Any
) -> Person:
    """The person of the same agency whom a member names to represent them: found by address, or entered.

    Raises ValidationError by field; an address of somebody of another agency is refused without saying whose it is.
    """
    agency = _agency_of(invitation)
    if agency is None:
        raise ValidationError(_("Votre structure n’est pas connue du portail : écrivez au secrétariat."))
    known = Person.objects.filter(email__iexact=email.strip()).first() if email.strip() else None
    if known is not None:
        if known.agency_id != agency.pk:
            raise ValidationError(
                {"email": _("Cette adresse ne peut pas être utilisée ici. Écrivez au secrétariat.")}, code="other"
            )
        return known
    return create_person(
        actor=actor,
        given_name=given_name,
        family_name=family_name,
        email=email,
        agency=agency,
        language=invitation.person.language,
    )


def _agency_of(invitation: Invitation) -> Any:
    from taskforce.queries.roster import mandates_on

    meeting = invitation.meeting
    held = mandates_on(meeting.task_force, meeting.date).filter(person=invitation.person_id).first()
    return held.seat.agency if held is not None else invitation.person.agency


def _locked_invitation(invitation: Invitation, now: datetime | None) -> Invitation:
    meeting = locked(invitation.meeting)
    row = Invitation.objects.select_related("person__agency", "delegated_to", "stand_in").get(pk=invitation.pk)
    row.meeting = meeting
    if refusal := reason_not_to_answer(meeting, now):
        raise ValidationError(refusal, code="too-late")
    if left_since_invited(meeting, person_id=row.person_id):
        raise ValidationError(
            _("Le mandat ou la fonction de cette personne a pris fin depuis l’invitation."), code="left"
        )
    return row


def _representative(row: Invitation, wanted: Person | None) -> Person:
    """Who stands in for the person: the one wanted, where possible, otherwise the substitute next in rank."""
    choices = [one.person for one in stand_ins(row)]
    if wanted is None:
        target = next_in_rank(row)
        if target is None:
            raise ValidationError(
                _("Aucun suppléant n’est disponible : choisissez une autre personne de votre structure."),
                code="no-stand-in",
            )
        return target
    if wanted.pk == row.person_id:
        raise ValidationError(_("Une personne ne se représente pas elle-même."), code="self")
    if wanted not in choices:
        raise ValidationError(
            _(
                "%(name)s ne peut pas vous représenter : choisissez un suppléant qui n’est pas excusé, ou une personne de votre structure."
            )
            % {"name": wanted.full_name},
            code="not-a-stand-in",
        )
    return wanted


def _write(
    row: Invitation, partstat: str, mode: str, target: Person | None, comment: str, channel: str, who: Actor
) -> InvitationAnswer:
    now = timezone.now()
    row.partstat, row.attend_mode, row.delegated_to = partstat, mode, target
    row.answered_at, row.answered_by = now, who.user
    row.save(update_fields=["partstat", "attend_mode", "delegated_to", "answered_at", "answered_by"])
    return InvitationAnswer.objects.create(
        invitation=row,
        partstat=partstat,
        attend_mode=mode,
        delegated_to=target,
        comment=comment,
        channel=channel,
        actor_user=who.user,
        actor_label=str(who)[:200],
        on_behalf=channel == AnswerChannel.SECRETARIAT,
        at=now,
    )


def _tell_stand_in(row: Invitation, answer: InvitationAnswer, target: Person | None, *, told: set[int]) -> None:
    """Ask whoever now stands in for `row`, and tell the one who had been asked before."""
    before = row.stand_in
    wanted = target
    if row.partstat == PartStat.DECLINED and is_titular_on(row.meeting, row.person_id):
        wanted = before if before is not None and _still_free(row.meeting, before) else next_in_rank(row)
    if (wanted.pk if wanted else None) != (before.pk if before else None):
        row.stand_in = wanted
        row.save(update_fields=["stand_in"])
        if before is not None and _still_free(row.meeting, before):
            comes = row.partstat in {PartStat.ACCEPTED, PartStat.TENTATIVE}
            _send(row.meeting, before, StandInReleased, absent=row.person, answer=answer, comes=comes)
        if wanted is not None and wanted.pk not in told:
            chosen = row.partstat == PartStat.DELEGATED
            _send(row.meeting, wanted, StandInAsked, absent=row.person, answer=answer, chosen=chosen)
    elif wanted is not None and target is not None and answer.delegated_to_id == wanted.pk:
        # Excused, then « représenté par » the very person who had been told: said once.
        _ensure_invited(row.meeting, wanted)


def _follow_chain(meeting: Meeting, row: Invitation, answer: InvitationAnswer, target: Person | None) -> None:
    """Who stood in for others does not come: the next in rank is asked, and whoever is left without one is told."""
    if row.partstat not in {PartStat.DECLINED, PartStat.DELEGATED}:
        return
    told = {target.pk} if target is not None else set()
    waiting = meeting.invitations.filter(stand_in=row.person_id).exclude(pk=row.pk)
    for absent in waiting.select_related("person__agency", "delegated_to", "stand_in"):
        absent.meeting = meeting
        was_delegated = absent.partstat == PartStat.DELEGATED
        following = target if target is not None and target.pk != absent.person_id else next_in_rank(absent)
        absent.stand_in = following
        absent.save(update_fields=["stand_in"])
        if was_delegated:
            then = PartStat.DELEGATED if following is not None else PartStat.DECLINED
            why = _("%(name)s ne vient pas.") % {"name": row.person.full_name}
            _write(absent, then, "", following, why, AnswerChannel.PORTAL, SYSTEM)
        if following is not None and following.pk not in told:
            _send(meeting, following, StandInAsked, absent=absent.person, answer=answer, chosen=was_delegated)
            told.add(following.pk)
        elif following is None and was_delegated:
            _send(meeting, absent.person, StandInMissing, absent=row.person, answer=answer)


def _still_free(meeting: Meeting, person: Person) -> bool:
    declined = (PartStat.DECLINED, PartStat.DELEGATED)
    return not meeting.invitations.filter(person=person, partstat__in=declined).exists()


def _ensure_invited(meeting: Meeting, person: Person) -> Invitation:
    invitation, _created = Invitation.objects.get_or_create(meeting=meeting, person=person)
    invitation.meeting, invitation.person = meeting, person
    return invitation


def _send(meeting: Meeting, person: Person, message: type[StandInMessage], **facts: Any) -> None:
    said = message(_ensure_invited(meeting, person), **facts)
    # Who no longer stands in keeps the link of the mail before.
    send_many([said] if message is StandInReleased else with_answer_links([said]))


def _copy(row: Invitation, invitation: Invitation) -> None:
    for name in ("partstat", "attend_mode", "delegated_to", "stand_in", "answered_at", "answered_by"):
        setattr(invitation, name, getattr(row, name))
