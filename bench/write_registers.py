"""Decisions, actions and the steps of meetings."""

from datetime import timedelta

from bench import text
from bench.volume import ACTIONS_PER_MEETING, DECISIONS_PER_MEETING
from bench.write_meetings import Meetings


class Registers(Meetings):
    def register(self) -> None:
        from meetings.models import MeetingAction, MeetingDecision
        from taskforce.enums import ActionState
        from taskforce.models import ActionItem, ActionOwner, Decision

        rng = self.rng
        recent = self.today - timedelta(days=180)
        numbers: dict[tuple, int] = {}

        def number(kind, meeting) -> int:
            key = (kind, meeting.task_force_id, meeting.slot.year)
            numbers[key] = numbers.get(key, 0) + 1
            return numbers[key]

        decisions = [
            (
                meeting,
                Decision(
                    task_force=meeting.task_force,
                    year=meeting.slot.year,
                    number=number("d", meeting),
                    text=text.task(rng),
                    decided_on=meeting.slot,
                ),
            )
            for meeting in self.held
            for _ in range(DECISIONS_PER_MEETING)
        ]
        self.insert(Decision, [decision for _, decision in decisions])
        self.insert(
            MeetingDecision,
            [
                MeetingDecision(meeting=meeting, decision=decision, agenda_item=rng.choice(self.items_of[meeting.pk]))
                for meeting, decision in decisions
            ],
        )
        actions = []
        for meeting in self.all_meetings:
            for _ in range(ACTIONS_PER_MEETING):
                if meeting.slot > recent:
                    state = rng.choice([ActionState.NOT_STARTED, ActionState.IN_PROGRESS, ActionState.DONE])
                else:
                    state = ActionState.DONE if rng.random() < 0.97 else ActionState.IN_PROGRESS
                actions.append(
                    (
                        meeting,
                        ActionItem(
                            task_force=meeting.task_force,
                            year=meeting.slot.year,
                            number=number("a", meeting),
                            text=text.task(rng),
                            due_on=meeting.slot + timedelta(days=30),
                            state=state,
                        ),
                    )
                )
        self.insert(ActionItem, [action for _, action in actions])
        self.insert(
            MeetingAction,
            [
                MeetingAction(meeting=meeting, action=action, agenda_item=rng.choice(self.items_of[meeting.pk]))
                for meeting, action in actions
            ],
        )
        self.insert(
            ActionOwner,
            [
                ActionOwner(action=action, agency=agency, state=action.state)
                for meeting, action in actions
                for agency in {
                    mandate.seat.agency
                    for mandate in rng.sample(self.in_force(meeting.task_force, meeting.slot, 0), rng.choice([1, 1, 2]))
                }
            ],
        )

    def transitions(self) -> None:
        from django.contrib.contenttypes.models import ContentType

        from core.models import TransitionRecord
        from meetings.models import Meeting

        kind = ContentType.objects.get_for_model(Meeting)
        steps = [("draft", "convened"), ("convened", "in_progress"), ("in_progress", "held"), ("held", "closed")]
        self.insert(
            TransitionRecord,
            [
                TransitionRecord(
                    content_type=kind,
                    object_id=meeting.pk,
                    before=before,
                    after=after,
                    actor_label="Secrétariat",
                    at=meeting.convened_at + timedelta(days=3 * step),
                )
                for meeting in self.held
                for step, (before, after) in enumerate(steps)
            ],
        )
