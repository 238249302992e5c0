"""A state changes by one way only."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.models import TransitionRecord
from core.workflow import TransitionRefused, transition
from meetings.enums import MeetingState, MinutesState
from meetings.models import Meeting, Minutes
from taskforce.enums import BodyState
from tests.meetings.factories import MeetingFactory, MinutesFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db

ALL_STEPS = [
    (model, before, after)
    for model, states in [(Meeting, MeetingState), (Minutes, MinutesState)]
    for before in states
    for after in states
]


def records_of(obj):
    return [
        record
        for record in TransitionRecord.objects.select_related("content_type")
        if record.content_type.model_class() is type(obj) and record.object_id == obj.pk
    ]


def a(model, **fields):
    return {Meeting: MeetingFactory, Minutes: MinutesFactory}[model](**fields)


@pytest.mark.parametrize(("model", "before", "after"), ALL_STEPS)
def test_only_the_steps_of_the_table_are_taken(model, before, after):
    obj = a(model, state=before)
    if after in model.TRANSITIONS.get(before, ()):
        transition(obj, after, actor=SYSTEM, comment="Vu avec le secrétariat.")
        assert model.objects.get(pk=obj.pk).state == after
        assert [(record.before, record.after) for record in records_of(obj)] == [(before, after)]
    else:
        with pytest.raises(TransitionRefused) as refusal:
            transition(obj, after, actor=SYSTEM, comment="Vu avec le secrétariat.")
        assert refusal.value.code == "transition-refused"
        assert model.objects.get(pk=obj.pk).state == before
        assert records_of(obj) == []


def test_the_domain_s_tables_are_what_the_models_declare():
    """domain/meetings.md, « State machines »."""
    s = MeetingState
    assert {
        s.DRAFT: {s.CONVENED, s.CANCELLED, s.HELD},
        s.CONVENED: {s.IN_PROGRESS, s.POSTPONED, s.CANCELLED},
        s.POSTPONED: {s.CONVENED},
        s.IN_PROGRESS: {s.HELD},
        s.HELD: {s.CLOSED},
        s.CLOSED: {s.HELD},
    } == Meeting.TRANSITIONS
    assert {(s.CLOSED, s.HELD)} == Meeting.TRANSITIONS_WITH_REASON
    m = MinutesState
    assert {
        m.DRAFT: {m.CIRCULATED},
        m.CIRCULATED: {m.DRAFT, m.APPROVED},
        m.APPROVED: {m.PUBLISHED},
    } == Minutes.TRANSITIONS
    assert {(m.CIRCULATED, m.DRAFT)} == Minutes.TRANSITIONS_WITH_REASON


def test_changes_are_written_with_the_state_and_nothing_else_is():
    meeting = MeetingFactory(place="Salle A")
    Meeting.objects.filter(pk=meeting.pk).update(place="Salle B")
    now = timezone.now()

    returned = transition(meeting, MeetingState.CONVENED, actor=SYSTEM, convened_at=now)

    assert returned is meeting
    assert (meeting.state, meeting.convened_at) == (MeetingState.CONVENED, now)
    stored = Meeting.objects.get(pk=meeting.pk)
    # A colleague moved the room meanwhile: their change is not overwritten.
    assert (stored.state, stored.convened_at, stored.place) == (MeetingState.CONVENED, now, "Salle B")


def test_the_record_says_who_when_and_why():
    body = TaskForceFactory()
    secretary = member(body, role="secretariat", civility="ms", given_name="Aïssa", family_name="Oumarou")
    meeting = MeetingFactory(task_force=body, state=MeetingState.CLOSED)
    before = timezone.now()

    transition(meeting, MeetingState.HELD, actor=secretary.user, comment="Une présence manquait.")

    (record,) = records_of(meeting)
    assert record.target == meeting
    assert record.actor_user == secretary.user
    assert record.actor_label == "Mme Aïssa Oumarou"
    assert record.comment == "Une présence manquait."
    assert before <= record.at <= timezone.now()


def test_the_system_and_the_holder_of_a_link_act_without_an_account():
    first, second = MeetingFactory(), MeetingFactory()

    transition(first, MeetingState.CONVENED, actor=SYSTEM)
    transition(second, MeetingState.CONVENED, actor=Actor(kind="link", label="M. Dan Baki"))

    assert [(r.actor_user, r.actor_label) for r in records_of(first)] == [(None, "Système")]
    assert [(r.actor_user, r.actor_label) for r in records_of(second)] == [(None, "M. Dan Baki")]


def test_a_label_longer_than_its_column_is_cut():
    meeting = MeetingFactory()

    transition(meeting, MeetingState.CONVENED, actor=Actor(kind="link", label="é" * 400))

    assert records_of(meeting)[0].actor_label == "é" * 200


def test_nobody_cannot_act():
    meeting = MeetingFactory()

    with pytest.raises(ValueError, match="anonymous"):
        transition(meeting, MeetingState.CONVENED, actor=AnonymousUser())
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.DRAFT


@pytest.mark.parametrize("comment", ["", "   ", "\n"])
def test_a_step_that_needs_a_reason_is_refused_without(comment):
    meeting = MeetingFactory(state=MeetingState.CLOSED)

    with pytest.raises(TransitionRefused) as refusal:
        transition(meeting, MeetingState.HELD, actor=SYSTEM, comment=comment)

    assert refusal.value.code == "reason-required"
    assert refusal.value.messages == ["Indiquez la raison de ce changement."]
    assert meeting.state == MeetingState.CLOSED
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.CLOSED
    assert records_of(meeting) == []


def test_a_refusal_speaks_french_and_names_both_states():
    meeting = MeetingFactory(state=MeetingState.CANCELLED)

    with pytest.raises(TransitionRefused) as refusal:
        transition(meeting, MeetingState.CONVENED, actor=SYSTEM)

    assert refusal.value.messages == [
        "Impossible de passer de « Annulée » à « Convoquée ». Rechargez la page : l’état a peut-être changé."
    ]


@pytest.mark.parametrize("comment", ["", "Une raison."])
def test_after_a_refusal_the_object_holds_what_the_database_holds(comment):
    """The page of somebody late: they hold « en cours », the meeting was closed meanwhile."""
    meeting = MeetingFactory(state=MeetingState.IN_PROGRESS)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CLOSED)
    wanted = MeetingState.HELD if not comment else MeetingState.CONVENED

    with pytest.raises(TransitionRefused):
        transition(meeting, wanted, actor=SYSTEM, comment=comment, convened_at=timezone.now())

    assert meeting.state == MeetingState.CLOSED
    assert meeting.convened_at is None


def test_when_the_database_refuses_the_change_the_object_is_as_before():
    meeting = MeetingFactory(state=MeetingState.IN_PROGRESS, started_at=timezone.now())
    too_early = meeting.started_at - timedelta(hours=1)

    with pytest.raises(IntegrityError):
        transition(meeting, MeetingState.HELD, actor=SYSTEM, ended_at=too_early)

    assert (meeting.state, meeting.ended_at) == (MeetingState.IN_PROGRESS, None)
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.IN_PROGRESS
    assert records_of(meeting) == []


def test_a_row_deleted_meanwhile_is_said():
    meeting = MeetingFactory()
    Meeting.objects.filter(pk=meeting.pk).delete()

    with pytest.raises(Meeting.DoesNotExist):
        transition(meeting, MeetingState.CONVENED, actor=SYSTEM)


def test_any_model_with_a_table_of_steps_moves():
    body = TaskForceFactory(state=BodyState.PROPOSED)

    transition(body, BodyState.ACTIVE, actor=SYSTEM)
    with pytest.raises(TransitionRefused):
        transition(body, BodyState.PROPOSED, actor=SYSTEM)

    assert body.state == BodyState.ACTIVE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "targets",
    [
        pytest.param((MeetingState.CONVENED, MeetingState.CONVENED), id="double-click"),
        pytest.param((MeetingState.CONVENED, MeetingState.HELD), id="two-people"),
    ],
)
def test_of_two_at_once_one_succeeds_and_the_other_is_refused(targets):
    meeting = MeetingFactory()
    together = threading.Barrier(2)
    outcomes = []

    def move(to):
        mine = Meeting.objects.get(pk=meeting.pk)
        together.wait(timeout=10)
        try:
            transition(mine, to, actor=SYSTEM)
            outcomes.append(("moved", to, mine.state))
        except TransitionRefused:
            outcomes.append(("refused", to, mine.state))
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=[to]) for to in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcome for outcome, _, _ in outcomes) == ["moved", "refused"]
    winner = next(to for outcome, to, _ in outcomes if outcome == "moved")
    # Both now hold the truth, the one who was late too.
    assert {state for _, _, state in outcomes} == {winner}
    assert Meeting.objects.get(pk=meeting.pk).state == winner
    assert [(record.before, record.after) for record in records_of(meeting)] == [(MeetingState.DRAFT, winner)]
