"""The agenda: in order, without gaps, nothing lost, postponed points linked to the next meeting."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from meetings.enums import ItemKind, ItemOutcome, MeetingState, Visibility
from meetings.models import AgendaItem, MinutesSection
from meetings.services.agenda import (
    add_item,
    carry_items,
    delete_item,
    edit_item,
    move_item,
    reorder_items,
    set_outcomes,
)
from meetings.services.minutes import ensure_minutes
from tests.meetings.factories import (
    AgendaItemFactory,
    MeetingActionFactory,
    MeetingDecisionFactory,
    MeetingFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, state=MeetingState.HELD)


@pytest.fixture
def following(body, meeting):
    meeting.next_meeting = MeetingFactory(task_force=body, starts_at=datetime(2016, 4, 12, 9, 30, tzinfo=UTC))
    meeting.save()
    return meeting.next_meeting


def titles(meeting):
    rows = list(meeting.agenda.order_by("position").values_list("position", "title"))
    assert [position for position, _title in rows] == list(range(1, len(rows) + 1)), "1, 2, 3… without a gap"
    return [title for _position, title in rows]


def fill(meeting, *names, **facts):
    return [add_item(meeting, title=name, actor=SYSTEM, **facts)[0] for name in names]


def test_points_come_last_but_before_any_other_business(meeting):
    fill(meeting, "Ciblage")
    fill(meeting, "Divers", kind=ItemKind.OTHER)
    fill(meeting, "Plan de travail")
    assert titles(meeting) == ["Ciblage", "Plan de travail", "Divers"]


def test_pressed_twice_one_point(meeting):
    first, created = add_item(meeting, title="Ciblage", actor=SYSTEM)
    again, created_again = add_item(meeting, title=" Ciblage ", actor=SYSTEM)
    assert (first.pk, created, created_again) == (again.pk, True, False)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 251}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "A", "kind": "party"}, "kind"),
        ({"title": "A", "minutes": 40_000}, "minutes"),
    ],
)
def test_what_cannot_be_is_refused(meeting, facts, field):
    with pytest.raises(ValidationError) as refusal:
        add_item(meeting, actor=SYSTEM, **facts)
    assert field in refusal.value.message_dict


def test_ninety_nine_points_at_most(meeting):
    AgendaItem.objects.bulk_create(AgendaItem(meeting=meeting, position=n, title=str(n)) for n in range(1, 100))
    with pytest.raises(ValidationError, match="99 points"):
        add_item(meeting, title="Encore un", actor=SYSTEM)


def test_arrows_move_by_one_and_stop_at_the_edges(meeting):
    a, _b, c = fill(meeting, "A", "B", "C")
    move_item(a, -1, actor=SYSTEM)
    assert titles(meeting) == ["A", "B", "C"]
    move_item(c, -1, actor=SYSTEM)
    assert titles(meeting) == ["A", "C", "B"]
    move_item(a, 1, actor=SYSTEM)
    assert titles(meeting) == ["C", "A", "B"]
    move_item(c, 9, actor=SYSTEM)
    assert titles(meeting) == ["A", "B", "C"]


def test_dragging_gives_the_whole_order_or_nothing(body, meeting):
    a, b, c = fill(meeting, "A", "B", "C")
    reorder_items(meeting, [c.pk, a.pk, b.pk], actor=SYSTEM)
    assert titles(meeting) == ["C", "A", "B"]
    stranger = AgendaItemFactory(meeting=MeetingFactory(task_force=body))
    for order in ([a.pk, b.pk], [a.pk, b.pk, b.pk], [a.pk, b.pk, stranger.pk], []):
        with pytest.raises(ValidationError, match="changé entre-temps"):
            reorder_items(meeting, order, actor=SYSTEM)
    assert titles(meeting) == ["C", "A", "B"]


def test_removing_closes_the_gap_and_twice_is_harmless(meeting):
    a, b, _c = fill(meeting, "A", "B", "C")
    delete_item(a, actor=SYSTEM)
    delete_item(a, actor=SYSTEM)
    move_item(a, 1, actor=SYSTEM)
    assert titles(meeting) == ["B", "C"]
    delete_item(b, actor=SYSTEM)
    assert titles(meeting) == ["C"]


def test_a_point_with_text_decisions_or_actions_stays(meeting):
    text, decided, acted, bare = fill(meeting, "Texte", "Décidé", "À faire", "Vide")
    ensure_minutes(meeting, actor=SYSTEM)
    section = MinutesSection.objects.get(agenda_item=text)
    section.body, section.version = "<p>Il est convenu.</p>", 1
    section.save()
    MeetingDecisionFactory(meeting=meeting, agenda_item=decided)
    MeetingActionFactory(meeting=meeting, agenda_item=acted)
    for item in (text, decided, acted):
        with pytest.raises(ValidationError):
            delete_item(item, actor=SYSTEM)
    delete_item(bare, actor=SYSTEM)
    assert titles(meeting) == ["Texte", "Décidé", "À faire"]
    assert not MinutesSection.objects.filter(agenda_item=bare.pk).exists()


def test_the_minutes_follow_the_agenda(meeting):
    fill(meeting, "A", "B")
    ensure_minutes(meeting, actor=SYSTEM)
    (c,) = fill(meeting, "C")
    move_item(c, -2, actor=SYSTEM)
    sections = meeting.minutes.sections.filter(agenda_item__isnull=False).order_by("position")
    assert [section.agenda_item.title for section in sections] == ["C", "A", "B"]


def test_a_postponed_point_is_linked_to_the_next_meeting_once(meeting, following):
    """Invariant 6: linked, not copied; « Divers » stays last there."""
    fill(following, "Suivi des actions")
    fill(following, "Divers", kind=ItemKind.OTHER)
    (item,) = fill(meeting, "Plan de travail", minutes=35, visibility=Visibility.RESTRICTED)
    edit_item(item, outcome=ItemOutcome.POSTPONED, actor=SYSTEM)
    edit_item(item, outcome=ItemOutcome.POSTPONED, actor=SYSTEM)
    assert titles(following) == ["Suivi des actions", "Plan de travail", "Divers"]
    link = following.agenda.get(title="Plan de travail")
    assert (link.carried_from, link.minutes, link.outcome) == (item, 35, ItemOutcome.OPEN)
    assert link.visibility == Visibility.RESTRICTED, "restricted here, restricted there"
    following.starts_at += timedelta(days=7)
    following.ends_at += timedelta(days=7)
    following.save()
    item.refresh_from_db()
    assert item.carried_to.get().meeting == following


def test_treated_after_all_takes_the_link_back_unless_it_was_worked_on(meeting, following):
    a, b = fill(meeting, "A", "B")
    for item in (a, b):
        edit_item(item, outcome=ItemOutcome.POSTPONED, actor=SYSTEM)
    MeetingDecisionFactory(meeting=following, agenda_item=following.agenda.get(title="B"))
    for item in (a, b):
        edit_item(item, outcome=ItemOutcome.TREATED, actor=SYSTEM)
    assert titles(following) == ["B"]


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CLOSED, MeetingState.CANCELLED])
def test_nothing_is_carried_to_a_meeting_that_is_over(meeting, following, state):
    following.state = state
    following.save()
    AgendaItemFactory(meeting=meeting, outcome=ItemOutcome.POSTPONED)
    assert carry_items(meeting, actor=SYSTEM) == []


def test_without_a_next_meeting_the_point_waits(meeting):
    AgendaItemFactory(meeting=meeting, outcome=ItemOutcome.POSTPONED)
    assert carry_items(meeting, actor=SYSTEM) == []


def test_all_open_points_at_once(meeting):
    a, b, c = fill(meeting, "A", "B", "C")
    edit_item(b, outcome=ItemOutcome.POSTPONED, actor=SYSTEM)
    assert set_outcomes(meeting, ItemOutcome.TREATED, actor=SYSTEM) == 2
    outcomes = dict(meeting.agenda.values_list("pk", "outcome"))
    assert outcomes == {a.pk: "treated", b.pk: "postponed", c.pk: "treated"}


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.CANCELLED])
def test_a_closed_agenda_does_not_change(body, state):
    meeting = MeetingFactory(task_force=body, state=state)
    item = AgendaItemFactory(meeting=meeting, position=1)
    for act in (
        lambda: add_item(meeting, title="X", actor=SYSTEM),
        lambda: edit_item(item, title="X", actor=SYSTEM),
        lambda: move_item(item, 1, actor=SYSTEM),
        lambda: delete_item(item, actor=SYSTEM),
        lambda: reorder_items(meeting, [item.pk], actor=SYSTEM),
        lambda: set_outcomes(meeting, "treated", actor=SYSTEM),
    ):
        with pytest.raises(ValidationError, match="ne se modifie plus"):
            act()
