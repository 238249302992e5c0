"""Demonstration: the latest closed meeting's minutes are shared; observations on them are open, accepted and refused."""

from __future__ import annotations

from datetime import timedelta

from core.actors import SYSTEM, Actor
from core.demo import World, demo_step
from meetings.demo_parts import secretary
from meetings.enums import MeetingState, MinutesState, SectionKind
from meetings.models import CorrectionRequest, Minutes, MinutesSection
from meetings.services.circulation import circulate_minutes, mark_read
from meetings.services.corrections import accept_correction, propose_correction, refuse_correction
from taskforce.enums import SeatStatus
from taskforce.models import Mandate, TaskForce

REMARK = "<p>Merci d’indiquer les deux départements par leur nom.</p>"
PROPOSED = ("au même moment", "pendant les mêmes semaines")


@demo_step(60)
def share_latest_minutes(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or CorrectionRequest.objects.filter(agency__seats__task_force=body).exists():
        return
    latest = (
        Minutes.objects.filter(meeting__task_force=body, meeting__state=MeetingState.CLOSED, state=MinutesState.DRAFT)
        .select_related("meeting__task_force")
        .order_by("-meeting__starts_at")
        .first()
    )
    today = body.today()
    mandates = list(
        Mandate.objects.filter(
            seat__task_force=body,
            seat__status=SeatStatus.MEMBER,
            rank=0,
            period__contains=today,
            seat__period__contains=today,
        )
        .select_related("person__user", "seat__agency")
        .order_by("seat__agency__acronym")[:4]
    )
    if latest is None or len(mandates) < 4:
        return
    actor = secretary()
    circulate_minutes(latest, until=today + timedelta(days=6), actor=actor)
    written = latest.sections.exclude(body="")
    subject = written.filter(kind=SectionKind.ITEM, body__contains=PROPOSED[0]).first()
    conclusions = written.filter(kind=SectionKind.CONCLUSIONS).first()
    context = written.filter(kind=SectionKind.CONTEXT).first()
    if subject is None or conclusions is None or context is None:
        return
    proposed = subject.body.replace(*PROPOSED)
    longer = f"{conclusions.body}<p>Le PAM en tient la version à jour.</p>"
    taken = _propose(latest, mandates[2], conclusions, longer, note="Dire qui tient le calendrier.")
    accept_correction(taken, body=longer, base_version=conclusions.version, answer="Ajouté.", actor=actor)
    other = _propose(
        latest, mandates[3], context, context.body.replace("à l’heure prévue", "avec dix minutes de retard")
    )
    refuse_correction(other, answer="Les heures de début et de fin figurent déjà en tête du compte rendu.", actor=actor)
    _propose(latest, mandates[0], subject, proposed, note="Les distributions s’étalent sur trois semaines.")
    _propose(latest, mandates[1], subject, REMARK, is_remark=True)
    for mandate in mandates[:3]:
        mark_read(latest, person=mandate.person, actor=_actor(mandate))


def _actor(mandate: Mandate) -> Actor:
    return Actor.of(mandate.person.user) if mandate.person.user_id else SYSTEM


def _propose(
    minutes: Minutes, mandate: Mandate, target: MinutesSection, text: str, *, note: str = "", is_remark: bool = False
) -> CorrectionRequest:
    return propose_correction(
        minutes,
        mandate.seat.agency,
        target=target,
        body=text,
        is_remark=is_remark,
        base_version=target.version,
        note=note,
        person=mandate.person,
        actor=_actor(mandate),
    )
