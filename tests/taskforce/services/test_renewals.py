"""The secretariat is told of mandates that end: once each, with the clock moved and workers in competition."""

import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from core.fields import period
from core.models import OutgoingEmail
from core.notifications.base import schedules_board
from taskforce.models import Mandate, MandateNotice
from taskforce.services.mandates import end_mandate
from taskforce.services.renewals import tell_of_ending_mandates
from tests.taskforce.factories import MandateFactory, OfficeFactory, SeatFactory, TaskForceFactory, member

NIAMEY = ZoneInfo("Africa/Niamey")
END = date(2017, 3, 31)
# Sixty days before it, in Niamey.
DUE = datetime(2017, 1, 30, 0, 0, tzinfo=NIAMEY)


@pytest.fixture
def body(db):
    found = TaskForceFactory()
    member(found, role="secretariat", email="secretariat@example.org")
    return found


@pytest.fixture
def seat(body):
    return SeatFactory(task_force=body)


def mails():
    return OutgoingEmail.objects.filter(kind="mandates-ending")


def test_nothing_before_the_day_then_once(seat):
    MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    assert tell_of_ending_mandates(DUE - timedelta(minutes=1)) == 0
    assert tell_of_ending_mandates(DUE) == 1
    assert tell_of_ending_mandates(DUE) == 0
    assert tell_of_ending_mandates(DUE + timedelta(days=20)) == 0
    assert mails().get().recipient == "secretariat@example.org"


def test_told_after_a_long_silence_of_the_clock(seat):
    MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    assert tell_of_ending_mandates(DUE + timedelta(days=40)) == 1
    assert mails().count() == 1


def test_a_mandate_that_has_ended_is_not_news(seat):
    MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    assert tell_of_ending_mandates(DUE + timedelta(days=61)) == 0


def test_one_mail_for_those_that_end_together(body, seat):
    for rank in range(4):
        MandateFactory(seat=seat, rank=rank, period=period(date(2016, 4, 1), END))
    member(body, role="secretariat", email="second@example.org")
    assert tell_of_ending_mandates(DUE) == 4
    assert set(mails().values_list("recipient", flat=True)) == {"secretariat@example.org", "second@example.org"}
    assert mails().count() == 2
    # One more, told of alone.
    MandateFactory(seat=SeatFactory(task_force=body), period=period(date(2016, 4, 1), END))
    assert tell_of_ending_mandates(DUE + timedelta(hours=1)) == 1
    assert mails().count() == 4


def test_a_successor_makes_it_no_news(seat):
    MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    MandateFactory(seat=seat, period=period(END + timedelta(days=1)))
    assert tell_of_ending_mandates(DUE) == 0


def test_another_end_is_told_of_again(seat):
    mandate = MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    tell_of_ending_mandates(DUE)
    end_mandate(mandate, END - timedelta(days=10), "departed", actor=member(seat.task_force, role="secretariat").user)
    assert tell_of_ending_mandates(DUE + timedelta(days=1)) == 1


@pytest.mark.django_db
def test_a_body_without_a_secretariat_is_told_later():
    seat = SeatFactory()
    MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    assert tell_of_ending_mandates(DUE) == 0
    assert not MandateNotice.objects.exists()
    OfficeFactory(task_force=seat.task_force)
    assert tell_of_ending_mandates(DUE + timedelta(days=1)) == 1


def test_a_reply_says_what_to_do(body, seat):
    MandateFactory(seat=seat, person__family_name="Garba", period=period(date(2016, 4, 1), END))
    tell_of_ending_mandates(DUE)
    text = mails().get().text.replace("\xa0", " ")
    assert "Garba" in text
    assert "31 mars 2017" in text
    assert f"/{body.slug}/designations/renouvellements/" in text


@pytest.mark.django_db(transaction=True)
def test_many_workers_tell_once(seat):
    for rank in range(3):
        MandateFactory(seat=seat, rank=rank, period=period(date(2016, 4, 1), END))
    start, told = threading.Barrier(8), []

    def run():
        try:
            start.wait(10)
            told.append(tell_of_ending_mandates(DUE))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == [0] * 7 + [3]
    assert mails().count() == 1
    assert MandateNotice.objects.count() == Mandate.objects.count() == 3


def test_what_will_be_told_is_known_in_advance(body, seat, django_assert_num_queries):
    MandateFactory(seat=seat, period=period(date(2016, 4, 1), END))
    MandateFactory(seat=seat, rank=1, period=period(date(2016, 4, 1), END))
    MandateFactory(seat=SeatFactory(task_force=body), period=period(date(2016, 4, 1), END + timedelta(days=90)))
    [schedule] = [cls for cls in schedules_board if cls.slug == "mandate-notices"]
    with django_assert_num_queries(2):
        [coming] = schedule(scope=body, now=DUE - timedelta(days=3)).upcoming()
    assert (coming.at, coming.count, coming.about) == (DUE, 1, "2 mandats")
    assert schedule(scope=body, now=DUE).upcoming() == []
    MandateFactory(seat=seat, rank=1, period=period(END + timedelta(days=1), None))
    [coming] = schedule(scope=body, now=DUE - timedelta(days=3)).upcoming()
    assert coming.about == "1 mandat", "who is followed by somebody is not told of"
