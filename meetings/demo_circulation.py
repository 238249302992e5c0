"""Demonstration: the latest closed meeting's minutes are shared for observations; two agencies have made one."""

from __future__ import annotations

from datetime import timedelta

from core.actors import SYSTEM, Actor
from core.demo import World, demo_step
from meetings.enums import MeetingState, MinutesState, SectionKind
from meetings.models import CorrectionRequest, Minutes
from meetings.services.circulation import circulate_minutes
from meetings.services.corrections import propose_correction
from taskforce.enums import SeatStatus
from taskforce.models import Mandate, TaskForce


@demo_step(60)
def share_latest_minutes(world: World) -> None:
    body = world.things.get("niger")
    if not isinstance(body, TaskForce) or CorrectionRequest.objects.filter(agency__seats__task_force=body).exists():
        return
    latest = (
        Minutes.objects.filter(meeting__task_force=body, meeting__state=MeetingState.CLOSED)
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
        .order_by("seat__agency__acronym")[:2]
    )
    if latest is None or len(mandates) < 2:
        return
    # Written as published by the step before, without a version that was kept.
    Minutes.objects.filter(pk=latest.pk).update(state=MinutesState.DRAFT)
    latest.refresh_from_db()
    circulate_minutes(latest, until=today + timedelta(days=6), actor=SYSTEM)
    section = latest.sections.filter(kind=SectionKind.ITEM).exclude(body="").first()
    target = section or latest.sections.exclude(body="").order_by("position")[0]
    proposed = target.body.replace("au même moment", "pendant les mêmes semaines")
    if proposed == target.body:
        proposed += "<p>Le calendrier est joint au compte rendu.</p>"
    for mandate, text, is_remark in (
        (mandates[0], proposed, False),
        (mandates[1], "<p>Merci d’indiquer les deux départements par leur nom.</p>", True),
    ):
        propose_correction(
            latest,
            mandate.seat.agency,
            target=target,
            body=text,
            is_remark=is_remark,
            base_version=target.version,
            note="" if is_remark else "Les distributions s’étalent sur trois semaines.",
            person=mandate.person,
            actor=Actor.of(mandate.person.user) if mandate.person.user_id else SYSTEM,
        )
