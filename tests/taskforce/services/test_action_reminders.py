"""Mails about actions as the weeks go by: each once, at its hour, and what is restricted to its owners alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.models import EmailState, OutgoingEmail
from taskforce.models import ActionItem
from taskforce.services.digests import queue_due_actions, queue_weekly_digests
from tests.taskforce.factories import ActionItemFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db

OLD = datetime(2026, 1, 5, tzinfo=UTC)
DUE = date(2026, 12, 9)


def agency_of(person):
    return person.mandates.get().seat.agency


def action(body, *people, **fields):
    """An action of these people's agencies, given long before it is due."""
    found = ActionItemFactory(task_force=body, **{"due_on": DUE, **fields})
    ActionItem.objects.filter(pk=found.pk).update(created_at=OLD)
    for person in people:
        found.owners.create(agency=agency_of(person))
    found.refresh_from_db()
    return found


def told(kind):
    return list(OutgoingEmail.objects.filter(kind=kind).order_by("pk"))


@pytest.fixture
def body():
    return TaskForceFactory(name="Protection sociale")


def test_five_weeks_of_clock(body):
    """Every six hours from the end of November: one mail before the due date, then one each Monday until it is done."""
    titular = member(body)
    late = action(body, titular)
    clock, end = datetime(2026, 11, 24, 0, 10, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
    while clock < end:
        if clock.date() == date(2026, 12, 29) and late.state != "done":
            ActionItem.objects.filter(pk=late.pk).update(state="done")
        queue_due_actions(clock)
        queue_weekly_digests(clock)
        clock += timedelta(hours=6)
    assert [mail.recipient for mail in told("action-due")] == [titular.email]
    # Due on Wednesday 9 December: overdue on the Mondays 14, 21 and 28.
    weeks = [mail.unique_key.split(":")[1] for mail in told("overdue-actions")]
    assert weeks == ["2026-W51", "2026-W52", "2026-W53"]
    assert {mail.state for mail in told("overdue-actions")} == {EmailState.QUEUED}


def test_a_restricted_action_reaches_its_owners_and_nobody_else(body):
    owner, other = member(body), member(body)
    secret = action(body, owner, is_restricted=True, text="Huis clos", due_on=date(2026, 11, 30))
    plain = action(body, owner, other, text="Ouverte", due_on=date(2026, 11, 16))
    queue_due_actions(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    queue_weekly_digests(datetime(2026, 12, 7, 8, 0, tzinfo=UTC))
    seen = {mail.recipient for mail in OutgoingEmail.objects.filter(text__contains=secret.text)}
    assert seen == {owner.email}
    assert {mail.recipient for mail in OutgoingEmail.objects.filter(text__contains=plain.text)} == {
        owner.email,
        other.email,
    }


def test_a_part_that_is_done_is_not_asked_for_again(body):
    first, second = member(body), member(body)
    shared = action(body, first, second)
    shared.owners.filter(agency=agency_of(first)).update(state="done")
    queue_weekly_digests(datetime(2026, 12, 14, 8, 0, tzinfo=UTC))
    assert [mail.recipient for mail in told("overdue-actions")] == [second.email]
