"""The week's mail: who has what to read, once, in time or with the reason why not; and mails about due dates."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from core.notifications.choices import MailChoice
from meetings.notifications.minutes_adopted import MinutesAdopted
from taskforce.enums import ActionState
from taskforce.models import ActionItem, ActionOwner, DigestRun, TaskForce
from taskforce.notifications.actions import ActionDue
from taskforce.services.digests import queue_due_actions, queue_weekly_digests, week_of
from taskforce.services.preferences import choose
from tests.meetings.factories import InvitationFactory, MeetingFactory, MinutesFactory
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    DecisionFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db

# Niamey is an hour ahead of UTC: Monday 23 November 2026, 7:00 there.
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
WEEK = "2026-W48"
OLD = datetime(2026, 1, 5, tzinfo=UTC)


def action(body, agency=None, *, due=date(2026, 11, 26), **fields):
    found = ActionItemFactory(task_force=body, due_on=due, **fields)
    ActionItem.objects.filter(pk=found.pk).update(created_at=OLD)
    if agency is not None:
        ActionOwner.objects.create(action=found, agency=agency)
    found.refresh_from_db()
    return found


def digests():
    return OutgoingEmail.objects.filter(kind="weekly-digest").order_by("recipient")


@pytest.fixture
def body():
    return TaskForceFactory(name="Protection sociale")


@pytest.fixture
def titular(body):
    return member(body, role="titular")


def agency_of(person):
    return person.mandates.get().seat.agency


# Who and what ---------------------------------------------------------------------------


def test_everything_that_waits_stands_in_one_mail(body, titular):
    mine = action(body, agency_of(titular), text="Présenter les outils de ciblage")
    theirs = action(body, AgencyFactory(), text="Affaire d’une autre agence")
    far = action(body, agency_of(titular), due=date(2026, 12, 24), text="Dans un mois")
    decision = DecisionFactory(task_force=body, year=2026, decided_on=date(2026, 11, 19), text="Se réunir à Zinder")
    start = MONDAY + timedelta(days=3)
    meeting = MeetingFactory(task_force=body, state="convened", starts_at=start, ends_at=start + timedelta(hours=2))
    InvitationFactory(meeting=meeting, person=titular)
    MinutesFactory(meeting=MeetingFactory(task_force=body), state="circulated")

    assert queue_weekly_digests(MONDAY) == 1

    mail = digests().get()
    assert (mail.recipient, mail.scope_id, mail.state) == (titular.email, body.pk, EmailState.QUEUED)
    assert mail.subject.replace("\u00a0", " ") == "Votre semaine du 23 novembre 2026"
    text = mail.text.replace("\u00a0", " ")
    for words in (
        mine.text,
        "échéance le 26 novembre 2026",
        decision.text,
        "Réunions : votre réponse est attendue",
        "Comptes rendus partagés pour observations",
        f"/reunions/{meeting.pk}/",
    ):
        assert words in text, words
    for words in (theirs.text, far.text, "Secrétariat\n"):
        assert words not in text, words


def test_who_has_nothing_to_read_has_no_mail(body, titular):
    assert queue_weekly_digests(MONDAY) == 0
    assert not OutgoingEmail.objects.exists()
    # What arises later in the week waits for the next one.
    action(body, agency_of(titular))
    assert queue_weekly_digests(MONDAY + timedelta(hours=5)) == 0
    assert queue_weekly_digests(MONDAY + timedelta(days=7)) == 1


def test_it_speaks_the_persons_language(body, titular):
    type(titular).objects.filter(pk=titular.pk).update(language="en")
    action(body, agency_of(titular))
    queue_weekly_digests(MONDAY)
    assert 'lang="en"' in digests().get().html


def test_restricted_decisions_reach_the_secretariat_alone(body, titular):
    secretary = member(body, role="secretariat")
    DecisionFactory(task_force=body, year=2026, decided_on=date(2026, 11, 19), text="Huis clos", is_restricted=True)
    queue_weekly_digests(MONDAY)
    assert [mail.recipient for mail in digests()] == [secretary.email]


@pytest.mark.parametrize("role", ["ended", "data_manager"])
def test_who_holds_nothing_in_a_body_today_is_not_written_to(body, role):
    person = member(body, role=role)
    action(body, owner_person=person)
    assert queue_weekly_digests(MONDAY) == 0


def test_a_person_of_two_bodies_has_one_mail_that_no_secretariat_reads(body, titular):
    other = TaskForceFactory()
    MandateFactory(person=titular, seat=SeatFactory(task_force=other, agency=agency_of(titular)))
    action(body, owner_person=titular)
    action(other, owner_person=titular)
    queue_weekly_digests(MONDAY)
    assert digests().get().scope_id is None


def test_mails_that_wait_for_the_week_are_taken_in(body, titular):
    choose(titular, {MinutesAdopted.slug: MailChoice.DIGEST})
    waiting = MinutesAdopted(titular, minutes=MinutesFactory(meeting=MeetingFactory(task_force=body))).send()
    queue_weekly_digests(MONDAY)
    waiting.refresh_from_db()
    assert waiting.state == EmailState.SKIPPED
    assert waiting.error.replace("\u00a0", " ") == "Repris dans le courriel de la semaine du 23 novembre 2026."
    text = digests().get().text
    assert waiting.subject in text
    assert waiting.url in text
    queue_weekly_digests(MONDAY + timedelta(days=7))
    assert digests().count() == 1, "told once"


def test_what_waits_for_nobody_is_given_up_after_two_mondays(body, titular):
    gone = PersonFactory()
    choose(gone, {MinutesAdopted.slug: MailChoice.DIGEST})
    waiting = MinutesAdopted(gone, minutes=MinutesFactory()).send()
    OutgoingEmail.objects.update(created_at=MONDAY - timedelta(days=1))
    for weeks in range(4):
        queue_weekly_digests(MONDAY + timedelta(weeks=weeks))
    waiting.refresh_from_db()
    assert waiting.state == EmailState.SKIPPED


def test_whoever_wants_no_digest_has_a_row_that_says_so(body, titular):
    choose(titular, {"weekly-digest": MailChoice.NEVER})
    action(body, agency_of(titular))
    queue_weekly_digests(MONDAY)
    assert digests().get().state == EmailState.SKIPPED


def test_as_many_queries_for_thirty_people_as_for_three(body):
    counts = []
    for week, number in enumerate([3, 27]):
        for _ in range(number):
            person = member(body)
            action(body, agency_of(person), due=date(2026, 11, 26) + timedelta(weeks=week))
        with CaptureQueriesContext(connection) as queries:
            queue_weekly_digests(MONDAY + timedelta(weeks=week))
        counts.append(len(queries))
    # The second week has overdue actions to tell of as well.
    assert counts[1] <= counts[0] + 8


# When and how often -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (MONDAY - timedelta(minutes=1), None),
        (MONDAY, EmailState.QUEUED),
        (MONDAY + timedelta(days=2, hours=16), EmailState.QUEUED),
        (MONDAY + timedelta(days=2, hours=17), EmailState.SKIPPED),
        (MONDAY + timedelta(days=6), EmailState.SKIPPED),
    ],
)
def test_late_it_leaves_until_wednesday(body, titular, moment, state):
    DigestRun.objects.create(week="2026-W47", time_zone=body.time_zone, at=MONDAY - timedelta(days=7))
    action(body, agency_of(titular), due=date(2026, 11, 30))
    queue_weekly_digests(moment)
    assert [mail.state for mail in digests()] == ([state] if state else [])
    if state == EmailState.SKIPPED:
        assert "n’a pas pu partir avant jeudi" in digests().get().error


def test_a_portal_that_begins_on_a_thursday_has_missed_nothing(body, titular):
    action(body, agency_of(titular), due=date(2026, 11, 30))
    assert queue_weekly_digests(MONDAY + timedelta(days=3)) == 0
    assert queue_weekly_digests(MONDAY + timedelta(days=7)) == 1


def test_each_time_zone_has_its_own_morning(body, titular):
    dakar = TaskForceFactory(country__senegal=True)
    other = member(dakar)
    action(body, agency_of(titular))
    action(dakar, agency_of(other))
    queue_weekly_digests(MONDAY)
    assert [mail.recipient for mail in digests()] == [titular.email]
    queue_weekly_digests(MONDAY + timedelta(hours=1))
    assert digests().count() == 2


def test_a_beat_that_comes_often_writes_once(body, titular):
    action(body, agency_of(titular))
    for minutes in range(0, 60 * 24, 45):
        queue_weekly_digests(MONDAY + timedelta(minutes=minutes))
    assert digests().count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_write_one_row_each_person():
    body = TaskForceFactory()
    for _ in range(5):
        person = member(body)
        action(body, agency_of(person))
    barrier = threading.Barrier(8)
    failures = []

    def work():
        try:
            barrier.wait()
            queue_weekly_digests(MONDAY)
            queue_due_actions(datetime(2026, 11, 19, 8, 0, tzinfo=UTC))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert digests().count() == 5
    assert OutgoingEmail.objects.filter(kind=ActionDue.slug).count() == 5
    assert DigestRun.objects.count() == 1


def test_weeks_are_those_of_iso_8601():
    assert week_of(date(2026, 12, 31)) == "2026-W53"
    assert week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_of(date(2027, 1, 4)) == "2027-W01"


# Overdue, by agency ------------------------------------------------------------------------


def test_overdue_actions_go_to_who_answers_for_the_agency(body, titular):
    agency = agency_of(titular)
    seat = titular.mandates.get().seat
    MandateFactory(seat=seat, rank=1)
    late = action(body, agency, due=date(2026, 11, 20))
    shared = action(body, agency, due=date(2026, 11, 1))
    ActionOwner.objects.create(action=shared, agency=AgencyFactory())
    action(body, agency, due=date(2026, 11, 1), state=ActionState.DONE)
    done_part = action(body, due=date(2026, 11, 1))
    ActionOwner.objects.create(action=done_part, agency=agency, state=ActionState.DONE)
    queue_weekly_digests(MONDAY)
    mail = OutgoingEmail.objects.get(kind="overdue-actions")
    assert mail.recipient == titular.email
    assert mail.unique_key == f"overdue-actions:{WEEK}:{body.pk}:{agency.pk}:{titular.pk}"
    assert mail.subject.startswith(f"2 actions de {agency.acronym} en retard")
    assert late.reference in mail.text
    assert shared.reference in mail.text
    assert done_part.reference not in mail.text


def test_what_the_agencys_mail_tells_is_not_told_twice(body, titular):
    substitute = MandateFactory(seat=titular.mandates.get().seat, rank=1).person
    late = action(body, agency_of(titular), due=date(2026, 11, 20))
    queue_weekly_digests(MONDAY)
    assert OutgoingEmail.objects.get(kind="overdue-actions").recipient == titular.email
    digest = digests().get()
    assert digest.recipient == substitute.email
    assert late.reference in digest.text


def test_a_vacant_titular_is_replaced_by_the_first_substitute(body):
    seat = SeatFactory(task_force=body)
    second = MandateFactory(seat=seat, rank=2).person
    first = MandateFactory(seat=seat, rank=1, person=PersonFactory(email="")).person
    action(body, seat.agency, due=date(2026, 11, 1))
    queue_weekly_digests(MONDAY)
    assert first.email == ""
    assert OutgoingEmail.objects.get(kind="overdue-actions").recipient == second.email


# Due in seven days --------------------------------------------------------------------------

DUE = date(2026, 12, 8)
AT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


def told():
    return OutgoingEmail.objects.filter(kind=ActionDue.slug).order_by("pk")


def test_owners_are_told_seven_days_before_at_eight(body, titular):
    named = member(body)
    found = action(body, agency_of(titular), due=DUE, owner_person=named)
    assert queue_due_actions(AT - timedelta(minutes=1)) == 0
    assert queue_due_actions(AT) == 2
    assert queue_due_actions(AT + timedelta(minutes=5)) == 0
    assert {mail.recipient for mail in told()} == {titular.email, named.email}
    assert found.text in told()[0].text


def test_all_agencies_are_told_of_what_all_own(body, titular):
    member(body)
    action(body, due=DUE, owner_all=True)
    assert queue_due_actions(AT) == 2


@pytest.mark.parametrize(("days", "state"), [(3, EmailState.QUEUED), (7, EmailState.QUEUED), (9, EmailState.SKIPPED)])
def test_late_it_leaves_until_the_due_day(body, titular, days, state):
    action(body, agency_of(titular), due=DUE)
    queue_due_actions(AT + timedelta(days=days))
    assert [mail.state for mail in told()] == [state]


def test_a_new_date_has_a_mail_of_its_own(body, titular, smtp):
    found = action(body, agency_of(titular), due=DUE)
    queue_due_actions(AT)
    found.due_on = DUE + timedelta(days=1)
    found.save()
    queue_due_actions(AT + timedelta(days=1))
    assert told().count() == 2
    outbox.send_due()
    first, second = told()
    assert first.state == EmailState.SKIPPED
    assert "a changé" in first.error


def test_a_closed_action_is_not_told_of(body, titular, smtp):
    found = action(body, agency_of(titular), due=DUE)
    queue_due_actions(AT)
    found.state = ActionState.DONE
    found.save()
    outbox.send_due()
    assert told().get().state == EmailState.SKIPPED
    assert "close" in told().get().error


def test_who_was_given_the_action_yesterday_knows_its_date(body, titular):
    found = action(body, agency_of(titular), due=DUE)
    ActionItem.objects.filter(pk=found.pk).update(created_at=AT + timedelta(hours=1))
    assert queue_due_actions(AT + timedelta(hours=2)) == 0


def test_a_closed_body_writes_to_nobody(body, titular):
    action(body, agency_of(titular), due=DUE)
    TaskForce.objects.update(state="closed")
    assert queue_due_actions(AT) == 0
    assert queue_weekly_digests(MONDAY + timedelta(weeks=2)) == 0
