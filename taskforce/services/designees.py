"""A director's answer as it comes in, its receipts, and « ce n’était pas moi »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.history import recorded
from core.models import Solicitation, SolicitationState
from core.notifications.base import send_many
from core.solicitations.services import revoke, send, solicit
from taskforce.enums import OfficeRole
from taskforce.models import DesignatedPerson, DesignationRequest
from taskforce.notifications.designation_contested import DesignationContested
from taskforce.notifications.designation_submitted import DesignationSubmitted
from taskforce.queries import offices_on

# Kinds whose links say « ce n’était pas moi »: the director's, and that of each person named.
RECEIPT = "designation-receipt"
NAMED = "designation-named"


def record_designation(
    request: DesignationRequest, designees: Sequence[DesignatedPerson], *, declined: bool, note: str, actor: Any
) -> DesignationRequest:
    """Keep the answer in place of a former one, and send receipts to the director, the persons named and the
    secretariat. Mandates do not change: acceptance does that. The caller holds the solicitation.
    """
    with recorded(actor):
        locked = DesignationRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
        _end_former(locked, actor=actor)
        locked.persons.all().delete()
        locked.declined, locked.note, locked.disowned_at = declined, note, None
        locked.save(update_fields=["declined", "note", "disowned_at"])
        for designee in designees:
            designee.request = locked
            designee.save()
        _send_receipts(locked, designees, actor=actor)
    return locked


def _end_former(request: DesignationRequest, *, actor: Any) -> None:
    """The links of former receipts say no more: the answer they spoke of is replaced."""
    for solicitation in receipts_of(request):
        if SolicitationState.REVOKED in Solicitation.TRANSITIONS.get(solicitation.state, ()):  # type: ignore[call-overload]
            revoke(solicitation, actor=actor)


def receipts_of(request: DesignationRequest) -> list[Solicitation]:
    """What was sent to the director and the persons named about the answer, whatever became of it."""
    persons = list(request.persons.values_list("pk", flat=True))
    about_request = Solicitation.objects.filter(
        kind=RECEIPT, target_type=ContentType.objects.get_for_model(DesignationRequest), target_id=request.pk
    )
    about_persons = Solicitation.objects.filter(
        kind=NAMED, target_type=ContentType.objects.get_for_model(DesignatedPerson), target_id__in=persons
    )
    return list((about_request | about_persons).order_by("pk"))


def _send_receipts(request: DesignationRequest, designees: Sequence[DesignatedPerson], *, actor: Any) -> None:
    body = request.task_force
    assert request.solicitation is not None
    asked = [
        solicit(
            RECEIPT,
            request,
            scope=body,
            addressee=request.director,
            email=request.solicitation.email,
            actor=actor,
        )
    ]
    asked += [
        solicit(NAMED, designee, scope=body, addressee=designee, email=designee.email, actor=actor)
        for designee in designees
    ]
    send(asked, actor=actor)
    arrived = timezone.now()
    send_many(
        DesignationSubmitted(office.person, request=request, designees=list(designees), arrived=arrived)
        for office in offices_on(body, body.today()).filter(role=OfficeRole.SECRETARIAT)
    )


def object_to_being_named(designee: DesignatedPerson, *, note: str, actor: Any) -> DesignatedPerson:
    """« Ce n’était pas moi » or « je ne suis pas d’accord », by a person named: recorded, the secretariat is told."""
    with recorded(actor):
        locked = DesignatedPerson.objects.select_for_update(no_key=True, of=("self",)).get(pk=designee.pk)
        if locked.objection_at is None:
            locked.objection_at = timezone.now()
            locked.save(update_fields=["objection_at"])
            _tell_secretariat(locked.request, who=locked.full_name, email=locked.email, note=note)
    return locked


def disown_answer(request: DesignationRequest, *, note: str, actor: Any) -> DesignationRequest:
    """« Ce n’était pas moi », by the director whose answer it is said to be: recorded, the secretariat is told."""
    with recorded(actor):
        locked = DesignationRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
        if locked.disowned_at is None:
            locked.disowned_at = timezone.now()
            locked.save(update_fields=["disowned_at"])
            assert locked.solicitation is not None
            _tell_secretariat(locked, who=str(locked.director), email=locked.solicitation.email, note=note)
    return locked


def _tell_secretariat(request: DesignationRequest, *, who: str, email: str, note: str) -> None:
    body = request.task_force
    send_many(
        DesignationContested(office.person, request=request, who=who, email=email, note=note)
        for office in offices_on(body, body.today()).filter(role=OfficeRole.SECRETARIAT)
    )
