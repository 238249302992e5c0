"""Asking directors who represents their agency: the request, its letter, its sending, its deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.db import conflict_as_validation_error
from core.history import recorded
from core.models import Solicitation, SolicitationState
from core.solicitations import services as core_services
from core.validators import validate_scan, validate_texts
from core.workflow import transition
from taskforce.enums import BodyState, DesignationPurpose
from taskforce.models import DesignationRequest, Mandate, OfficeHead, Person, Seat, TaskForce
from taskforce.queries.designations import (
    OPEN_STATES,
    heads_of,
    late_requests,
    latest_letter,
    seats_to_renew,
    terms_for_letter,
    usual_signatory,
)
from taskforce.services.mandates import check_order

KIND = "designation"
EXTENDABLE = OPEN_STATES - {SolicitationState.SUBMITTED} | {SolicitationState.EXPIRED}
RELATIONS = frozenset({"task_force", "seat", "office", "director", "signatory", "terms", "replaces", "solicitation"})
ONE_DAY = timedelta(days=1)
# Before a mandate ends the answer is to be there: two weeks to accept it and tell people.
BEFORE_THE_END = timedelta(days=14)
TIME_TO_ANSWER = timedelta(days=21)


@dataclass(frozen=True)
class Letter:
    """What the letters of one sending have in common."""

    prefix: str
    signatory: Person
    signatory_function: str


def deadline_on(body: TaskForce, day: date) -> datetime:
    """The last minute of `day` where the body is."""
    return datetime.combine(day, time(23, 59), tzinfo=body.tz)


def usual_letter(body: TaskForce) -> Letter | None:
    """The prefix and signatory that the body's letters usually have; None when nobody could sign."""
    last, office = latest_letter(body), usual_signatory(body, on=body.today())
    if last is not None and (office is None or office.person_id == last.signatory_id):
        return Letter(last.prefix, last.signatory, last.signatory_function)
    if office is None:
        return None
    prefix = last.prefix if last is not None else (body.acronym or body.slug.upper())[:60]
    return Letter(prefix, office.person, office.get_role_display())


def prepare_requests(
    body: TaskForce,
    seats: Iterable[Seat],
    *,
    deadline: date,
    starts_on: date,
    letter: Letter,
    actor: Any,
    ends_on: date | None = None,
    purpose: str = "",
    replaces: Mandate | None = None,
) -> list[DesignationRequest]:
    """One request for each of `seats`, numbered, addressed to who heads the agency's office today; nothing leaves.

    `purpose` empty: a renewal where somebody has sat before, else the first designation. Raises
    ValidationError: no seat, an agency without a director, a request already open, a deadline or dates out of
    order, a closed body.
    """
    seats = list(seats)
    if not seats:
        raise ValidationError({"seats": _("Cochez au moins une structure.")})
    if body.state == BodyState.CLOSED:
        raise ValidationError(_("Cette instance est close : aucune désignation ne peut être demandée."), code="closed")
    today = body.today()
    if deadline < today:
        raise ValidationError({"deadline": _("L’échéance est passée. Choisissez une date à venir.")})
    check_order(starts_on, ends_on)
    validate_texts({"prefix": letter.prefix, "signatory_function": letter.signatory_function})
    with conflict_as_validation_error("designation_number_once"), recorded(actor):
        # One after the other: numbers follow each other, and a seat is not asked twice.
        locked = TaskForce.objects.select_for_update(no_key=True, of=("self",)).get(pk=body.pk)
        heads = heads_of(seats, body, on=today)
        _check_askable(seats, heads)
        last = body.designations.filter(year=today.year).aggregate(last=Max("number"))["last"] or 0
        terms = terms_for_letter(body)
        held = set(Mandate.objects.filter(seat__in=seats).values_list("seat_id", flat=True))
        prepared = []
        for number, seat in enumerate(seats, start=last + 1):
            head = heads[seat.agency_id]
            request = DesignationRequest(
                task_force=locked,
                seat=seat,
                office=head.office,
                director=head.person,
                purpose=purpose or (DesignationPurpose.RENEWAL if seat.pk in held else DesignationPurpose.FIRST),
                replaces=replaces,
                starts_on=max(starts_on, seat.period.lower),
                ends_on=ends_on,
                prefix=letter.prefix.strip(" /"),
                year=today.year,
                number=number,
                written_on=today,
                answer_by=deadline,
                signatory=letter.signatory,
                signatory_function=letter.signatory_function,
                terms=terms,
            )
            # The texts only: each relation would be read again for every one of two hundred requests.
            request.clean_fields(exclude=RELATIONS)
            request.save()
            request.solicitation = core_services.solicit(
                KIND,
                request,
                scope=body,
                addressee=head.person,
                email=head.address_of_record,
                deadline=deadline_on(body, deadline),
                actor=actor,
            )
            request.save(update_fields=["solicitation"])
            prepared.append(request)
    return prepared


def _check_askable(seats: Sequence[Seat], heads: dict[int, OfficeHead]) -> None:
    lacking = [str(seat.agency) for seat in seats if seat.agency_id not in heads]
    if lacking:
        raise ValidationError(
            {
                "seats": _("Aucune direction n’est enregistrée pour : %(names)s. Indiquez-la d’abord.")
                % {"names": ", ".join(lacking)}
            }
        )
    asked = DesignationRequest.objects.filter(seat__in=seats, solicitation__state__in=OPEN_STATES).select_related(
        "seat__agency"
    )
    names = sorted({str(request.seat.agency) for request in asked})
    if names:
        raise ValidationError(
            {
                "seats": _("Une demande est déjà en cours pour : %(names)s. Relancez-la, ou retirez-la d’abord.")
                % {"names": ", ".join(names)}
            }
        )


def ask_replacement(
    mandate: Mandate, *, deadline: date, starts_on: date, letter: Letter, actor: Any, ends_on: date | None = None
) -> DesignationRequest:
    """A request for the successor of one person, at the same rank. Raises ValidationError as `prepare_requests`."""
    [request] = prepare_requests(
        mandate.seat.task_force,
        [mandate.seat],
        deadline=deadline,
        starts_on=starts_on,
        ends_on=ends_on,
        letter=letter,
        purpose=DesignationPurpose.REPLACEMENT,
        replaces=mandate,
        actor=actor,
    )
    return request


def prepare_renewals(body: TaskForce, *, actor: Any) -> list[DesignationRequest]:
    """A request, not sent, for each seat whose mandates end within 60 days and that nobody has asked yet.

    The new mandates begin the day after the first that ends. Raises ValidationError: nobody can sign, an
    agency has no director.
    """
    today = body.today()
    letter = usual_letter(body)
    if letter is None:
        raise ValidationError(_("Personne ne peut signer la lettre : confiez d’abord la fonction de secrétariat."))
    with recorded(actor):
        prepared = []
        for seat, mandates in askable_renewals(body):
            first_end = min(mandate.ends_on for mandate in mandates if mandate.ends_on)
            deadline = max(min(first_end - BEFORE_THE_END, today + TIME_TO_ANSWER), today + timedelta(days=7))
            prepared += prepare_requests(
                body,
                [seat],
                deadline=deadline,
                starts_on=first_end + ONE_DAY,
                letter=letter,
                purpose=DesignationPurpose.RENEWAL,
                actor=actor,
            )
    return prepared


def askable_renewals(body: TaskForce) -> list[tuple[Seat, list[Mandate]]]:
    """Seats to renew that have a director and no open request."""
    today = body.today()
    renewals = seats_to_renew(body, on=today)
    heads = heads_of([seat for seat, _mandates in renewals], body, on=today)
    asked = set(
        DesignationRequest.objects.filter(
            seat__in=[seat.pk for seat, _mandates in renewals], solicitation__state__in=OPEN_STATES
        ).values_list("seat_id", flat=True)
    )
    return [(seat, held) for seat, held in renewals if seat.agency_id in heads and seat.pk not in asked]


# Sending and following --------------------------------------------------------------------------


def send_requests(requests: Iterable[DesignationRequest], *, actor: Any) -> int:
    """Let the prepared requests leave: one mail each with its own link. How many left."""
    with recorded(actor):
        return core_services.send([_asked(request) for request in requests], actor=actor)


def remind_late(body: TaskForce, *, actor: Any) -> int:
    """Remind every director whose deadline has passed; how many."""
    with recorded(actor):
        return core_services.remind([_asked(request) for request in late_requests(body)], actor=actor)


def remind(request: DesignationRequest, *, actor: Any) -> bool:
    """Remind one director, with a new link; whether a mail left (not twice within a minute).

    Raises ValidationError where nothing is waited for.
    """
    with recorded(actor):
        _check_waiting(_asked(request))
        return bool(core_services.remind([_asked(request)], actor=actor))


def renew_link(request: DesignationRequest, *, actor: Any) -> str:
    """A new personal link, to hand over or to read aloud; the former one stops working at once."""
    with recorded(actor):
        _check_waiting(_asked(request))
        return core_services.new_link(_asked(request))


def withdraw(request: DesignationRequest, *, actor: Any, comment: str = "") -> None:
    """Take the request back: its link stops working. Raises TransitionRefused once it was answered."""
    with recorded(actor):
        core_services.revoke(_asked(request), actor=actor, comment=comment)


def extend_deadline(request: DesignationRequest, day: date, *, actor: Any) -> None:
    """Let the director answer until the end of `day`; an expired request leaves again with a new link.

    Raises ValidationError for a day that is past, or once the request was answered or withdrawn.
    """
    body = request.task_force
    if day < body.today():
        raise ValidationError({"deadline": _("L’échéance est passée. Choisissez une date à venir.")})
    with recorded(actor):
        locked = Solicitation.objects.select_for_update(no_key=True, of=("self",)).get(designation=request)
        if locked.state not in EXTENDABLE:
            raise ValidationError(_("Cette demande n’attend plus de réponse : son échéance ne change plus."))
        core_services.postpone(locked, deadline_on(body, day), actor=actor)
        if locked.state == SolicitationState.EXPIRED:
            core_services.send([locked], actor=actor)
    request.solicitation = locked


def attach_signed_letter(request: DesignationRequest, scan: UploadedFile, *, actor: Any) -> None:
    """Keep the scan of the signed original, which takes the place of the letter made here. Raises ValidationError."""
    validate_scan(scan)
    with recorded(actor):
        locked = DesignationRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
        locked.signed_letter.save(scan.name or "lettre", scan, save=False)
        locked.save(update_fields=["signed_letter"])
    request.signed_letter = locked.signed_letter


def _asked(request: DesignationRequest) -> Solicitation:
    if request.solicitation is None:
        raise ValidationError(_("Cette demande n’est pas encore prête à partir."))
    return request.solicitation


def _check_waiting(solicitation: Solicitation) -> None:
    if not solicitation.is_open:
        raise ValidationError(
            _("Cette demande n’attend pas de réponse (« %(state)s »).") % {"state": solicitation.get_state_display()},
            code="not-waiting",
        )


def answer_on_record(
    request: DesignationRequest, form: Any, *, channel: str, actor: Any, scan: Any = None, note: str = ""
) -> None:
    """Write down an answer that came on paper or by mail, with the same form as the director's.

    A request whose letter was handed over without a mail becomes « Envoyée » first. Raises ValidationError.
    """
    with recorded(actor):
        solicitation = _asked(request)
        if solicitation.state == SolicitationState.DRAFT:
            transition(
                solicitation,
                SolicitationState.SENT,
                actor=actor,
                comment=_("Lettre remise sans courriel."),
                sent_at=timezone.now(),
            )
        core_services.answer_on_record(solicitation, form, channel=channel, actor=actor, scan=scan, note=note)
    request.refresh_from_db()
