"""What the secretariat makes of a director's answer: accepted, it changes mandates in one act; or returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.fields import period
from core.history import recorded
from core.models import Solicitation, SolicitationState
from core.notifications.base import Message, send_many
from core.solicitations.links import make_links
from core.workflow import transition
from taskforce.enums import DesignationPurpose, MandateEnd, OfficeRole
from taskforce.models import DesignatedPerson, DesignationRequest, Mandate, Person, Seat
from taskforce.notifications.designation_accepted import DesignationAccepted
from taskforce.notifications.designation_recorded import DesignationRecorded
from taskforce.notifications.designation_returned import DesignationReturned
from taskforce.notifications.designation_welcome import DesignationWelcome
from taskforce.queries import offices_on
from taskforce.queries.designation_answers import named_in
from taskforce.services.invites import invite_person, reason_not_to_invite
from taskforce.services.mandates import begin_mandate, end_locked
from taskforce.services.people import create_person

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """What acceptance does to one mandate: it ends on `last_day`, or (not begun by then) disappears."""

    mandate: Mandate
    last_day: date | None


def changes_of(request: DesignationRequest, starts_on: date) -> list[Change]:
    """The mandates that acceptance would end or remove, by rank: what the page says beforehand."""
    return [
        Change(mandate, starts_on - ONE_DAY if mandate.starts_on < starts_on else None)
        for mandate in _displaced(request, starts_on).select_related("person")
    ]


def _displaced(request: DesignationRequest, starts_on: date) -> Any:
    """The seat's mandates from `starts_on` on that the answer takes the place of."""
    going_on = request.seat.mandates.filter(period__overlap=period(starts_on)).order_by("rank", "period")
    if request.purpose != DesignationPurpose.REPLACEMENT:
        return going_on
    if request.declined:
        return going_on.none()
    # The one rank, and what the successor holds in the same seat: who becomes titular leaves the former rank.
    named = [person.email.lower() for person in request.persons.all()[:1] if person.email]
    known = [person.person_id for person in request.persons.all()[:1] if person.person_id]
    return going_on.filter(Q(rank=_replaced_rank(request)) | Q(person__email__in=named) | Q(person__in=known))


def _replaced_rank(request: DesignationRequest) -> int:
    return request.replaces.rank if request.replaces is not None else 0


def accept_designation(
    request: DesignationRequest,
    *,
    actor: Any,
    starts_on: date | None = None,
    ends_on: date | None = None,
    people: Mapping[int, Person] | None = None,
) -> list[Mandate]:
    """Accept the answer: in one act the mandates it replaces end on the eve of `starts_on` and the new ones begin.

    `starts_on` and `ends_on` are those asked for unless given; `people` says, by rank, who a person named is, where the
    address does not tell. Whoever is unknown gets a record, and an invitation to open an account. A refusal
    to sit ends the mandates of the seat. Of two acceptances at once one takes effect, the other is told.
    Raises ValidationError: nothing has changed then, and nothing leaves.
    """
    starts_on = starts_on or request.starts_on
    ends_on = ends_on or request.ends_on
    with conflict_as_validation_error("mandate_rank_once"), recorded(actor):
        locked, solicitation = _locked_answer(request)
        persons = list(locked.persons.select_for_update(of=("self",)).order_by("rank"))
        _check_objections(locked, persons)
        if not locked.declined and not persons:
            raise ValidationError(_("La réponse ne nomme personne : renvoyez-la à la direction."), code="nobody")
        seat = locked.seat
        if ends_on is None and seat.ends_on is not None:
            ends_on = seat.ends_on
        _end_displaced(locked, starts_on)
        begun = []
        named = [] if locked.declined else _people_of(locked, persons, dict(people or {}), actor=actor)
        for rank, person in named:
            begun.append(begin_mandate(seat, person, rank, starts_on, ends_on, actor=actor, designation=locked))
        transition(solicitation, SolicitationState.ACCEPTED, actor=actor)
        _tell(locked, begun, actor=actor)
    request.solicitation = solicitation
    return begun


def _locked_answer(request: DesignationRequest) -> tuple[DesignationRequest, Solicitation]:
    """The request and its solicitation, held to the end; ValidationError when somebody was quicker."""
    held = Solicitation.objects.select_for_update(of=("self",), no_key=True)
    solicitation = held.get(designation=request)
    if solicitation.state != SolicitationState.SUBMITTED:
        raise ValidationError(
            _("Cette réponse a déjà été traitée, ou n’est pas encore arrivée (« %(state)s »). Rechargez la page.")
            % {"state": solicitation.get_state_display()},
            code="already-treated",
        )
    # The seat first, as whoever begins or ends a mandate does.
    seat = (
        Seat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task_force", "agency")
        .get(pk=request.seat_id)
    )
    locked = (
        DesignationRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task_force", "director", "replaces", "office__agency")
        .get(pk=request.pk)
    )
    locked.seat, locked.solicitation = seat, solicitation
    return locked, solicitation


def _check_objections(request: DesignationRequest, persons: Iterable[DesignatedPerson]) -> None:
    if request.disowned_at is not None:
        raise ValidationError(
            _("La direction a signalé que cette réponse n’est pas la sienne. Renvoyez-la à la direction."),
            code="disowned",
        )
    objecting = [person.full_name for person in persons if person.objection_at is not None]
    if objecting:
        raise ValidationError(
            _(
                "%(names)s a signalé ne pas être d’accord ou ne pas être concerné(e). Renvoyez la réponse à la direction."
            )
            % {"names": ", ".join(objecting)},
            code="objection",
        )


def _end_displaced(request: DesignationRequest, starts_on: date) -> None:
    if request.declined:
        reason = MandateEnd.WITHDRAWN
    elif request.purpose == DesignationPurpose.RENEWAL:
        reason = MandateEnd.EXPIRED
    else:
        reason = MandateEnd.REPLACED
    for mandate in _displaced(request, starts_on).select_for_update(no_key=True, of=("self",)):
        if mandate.starts_on < starts_on:
            end_locked(mandate, starts_on - ONE_DAY, reason, field="starts_on")
            continue
        try:
            mandate.delete()
        except ProtectedError as error:
            raise ValidationError(
                {
                    "starts_on": _("Le mandat de %(person)s a déjà servi : choisissez une date de début plus tardive.")
                    % {"person": mandate.person}
                }
            ) from error


def _people_of(
    request: DesignationRequest, persons: list[DesignatedPerson], chosen: dict[int, Person], *, actor: Any
) -> list[tuple[int, Person]]:
    """Who each person named is, with the rank held from now on; unknown ones are entered."""
    if request.purpose == DesignationPurpose.REPLACEMENT:
        persons = persons[:1]
    known = {item.designated.rank: item.known for item in named_in(request, on=request.task_force.today())}
    people = []
    for designated in persons:
        person = known.get(designated.rank) or chosen.get(designated.rank)
        if person is None:
            person = create_person(
                actor=actor,
                agency=request.seat.agency,
                civility=designated.civility,
                given_name=designated.given_name,
                family_name=designated.family_name,
                job_title=designated.job_title,
                email=designated.email,
                phone=designated.phone,
                language=request.task_force.language,
            )
        else:
            _complete(person, designated, request)
        designated.person = person
        designated.save(update_fields=["person"])
        rank = _replaced_rank(request) if request.purpose == DesignationPurpose.REPLACEMENT else designated.rank
        people.append((rank, person))
    return people


def _complete(person: Person, designated: DesignatedPerson, request: DesignationRequest) -> None:
    """Fill in what was not known; what is known stays as it is."""
    facts = {"agency": request.seat.agency, "job_title": designated.job_title, "phone": designated.phone}
    if not (person.email or Person.objects.filter(email__iexact=designated.email).exists()):
        facts["email"] = designated.email.lower()
    lacking = {name: value for name, value in facts.items() if value and not getattr(person, name)}
    if lacking:
        for name, value in lacking.items():
            setattr(person, name, value)
        person.save(update_fields=list(lacking))


def _tell(request: DesignationRequest, begun: list[Mandate], *, actor: Any) -> None:
    """Receipts to the director, the persons named and the secretariat; invitations to whoever has no account."""
    body = request.task_force
    mails: list[Message] = [DesignationAccepted(request, mandates=begun)]
    mails += [DesignationWelcome(mandate, request=request) for mandate in begun]
    for office in offices_on(body, body.today()).filter(role=OfficeRole.SECRETARIAT):
        mails.append(DesignationRecorded(office.person, request=request, mandates=begun, accepted_by=str(actor)))
    send_many(mails)
    for mandate in begun:
        if not reason_not_to_invite(mandate.person):
            invite_person(mandate.person, actor=actor, body=body)


def return_designation(request: DesignationRequest, reason: str, *, actor: Any) -> None:
    """Send the answer back with the reason: the director gets a new link and may answer again at once.

    Raises ValidationError without a reason, or when somebody treated the answer meanwhile.
    """
    with recorded(actor):
        locked, solicitation = _locked_answer(request)
        transition(solicitation, SolicitationState.RETURNED, actor=actor, comment=reason)
        now = timezone.now()
        transition(solicitation, SolicitationState.SENT, actor=actor, sent_at=now, opened_at=None)
        link = make_links([solicitation], now=now)[solicitation.pk]
        mail = DesignationReturned(solicitation, link.url, request=locked, reason=reason).send()
        link.row.mail_key = mail.unique_key
        link.row.save(update_fields=["mail_key"])
    request.solicitation = solicitation
