"""Mandates over time, alone and with two people writing at once."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from core.actors import SYSTEM
from core.db import conflict_as_validation_error, constraint_message
from core.fields import period
from taskforce.enums import BodyState, MandateEnd, Role, SeatStatus
from taskforce.models import Mandate
from taskforce.queries import forget_grants, grants_of, mandates_on
from taskforce.services import mandates as service
from taskforce.services.mandates import begin_mandate, discard_mandate, end_mandate, replace_mandate
from taskforce.services.seats import add_seat, change_seat, end_seat
from tests.at_once import at_once
from tests.meetings.factories import AttendanceFactory
from tests.taskforce.factories import (
    AgencyFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    member,
)

SPRING = date(2016, 4, 1)


def day(text):
    return date.fromisoformat(text)


@pytest.fixture
def seat(db):
    return SeatFactory(period=period(day("2016-03-01"), day("2026-12-31")))


def test_the_roster_of_the_first_meeting_is_empty(seat):
    begin_mandate(seat, PersonFactory(), 0, SPRING, day("2026-12-31"), actor=SYSTEM)
    assert not mandates_on(seat.task_force, day("2016-02-11")).exists()
    assert not mandates_on(seat.task_force, day("2016-03-31")).exists()
    assert mandates_on(seat.task_force, SPRING).count() == 1
    assert mandates_on(seat.task_force, day("2026-12-31")).count() == 1


@pytest.mark.parametrize(
    ("starts", "ends", "field", "words"),
    [
        ("2016-04-08", "2016-04-03", "ends_on", "précède la date de début (8 avril 2016)"),
        ("2016-02-11", "2016-12-31", "starts_on", "n’est membre que depuis le 1er mars 2016"),
        ("2016-04-01", "2027-01-01", "ends_on", "n’est membre que jusqu’au 31 décembre 2026"),
        ("2016-04-01", None, "ends_on", "n’est membre que jusqu’au 31 décembre 2026"),
    ],
)
def test_wrong_dates_are_refused_in_words(seat, starts, ends, field, words):
    with pytest.raises(ValidationError) as refusal:
        begin_mandate(seat, PersonFactory(), 0, day(starts), ends and day(ends), actor=SYSTEM)
    assert words in refusal.value.message_dict[field][0].replace("\xa0", " ")
    assert not Mandate.objects.exists()


def test_one_titular_at_a_time_and_one_rank_per_person(seat):
    person, end = PersonFactory(), day("2026-12-31")
    begin_mandate(seat, person, 0, SPRING, day("2016-06-30"), actor=SYSTEM)
    begin_mandate(seat, PersonFactory(), 1, SPRING, end, actor=SYSTEM)
    begin_mandate(seat, PersonFactory(), 2, SPRING, end, actor=SYSTEM)
    with pytest.raises(ValidationError, match="Ce rang est déjà tenu"):
        begin_mandate(seat, PersonFactory(), 0, day("2016-06-30"), end, actor=SYSTEM)
    with pytest.raises(ValidationError, match="représente déjà cette structure"):
        begin_mandate(seat, person, 3, day("2016-05-01"), end, actor=SYSTEM)
    with pytest.raises(ValidationError, match="Neuf suppléants"):
        begin_mandate(seat, PersonFactory(), 10, SPRING, end, actor=SYSTEM)
    begin_mandate(seat, PersonFactory(), 0, day("2016-07-01"), end, actor=SYSTEM)
    assert Mandate.objects.count() == 4


def test_a_closed_body_gives_no_mandate(seat):
    seat.task_force.state = BodyState.CLOSED
    seat.task_force.save()
    with pytest.raises(ValidationError, match="close"):
        begin_mandate(seat, PersonFactory(), 0, SPRING, day("2026-12-31"), actor=SYSTEM)
    with pytest.raises(ValidationError, match="close"):
        add_seat(seat.task_force, AgencyFactory(), starts_on=SPRING, actor=SYSTEM)


def test_rights_end_with_the_mandate(db):
    body = TaskForceFactory()
    person = member(body)
    mandate = person.mandates.get()
    end_mandate(mandate, body.today(), MandateEnd.DEPARTED, actor=SYSTEM)
    assert grants_of(person.user).roles(body.pk) == {Role.TITULAR}
    Mandate.objects.filter(pk=mandate.pk).update(period=period(mandate.starts_on, body.today() - timedelta(days=1)))
    forget_grants(person.user)
    assert grants_of(person.user).roles(body.pk) == frozenset()


def test_an_end_is_never_moved_further(seat):
    mandate = MandateFactory(seat=seat, period=period(SPRING))
    end_mandate(mandate, day("2016-12-31"), MandateEnd.EXPIRED, actor=SYSTEM)
    end_mandate(mandate, day("2016-12-31"), MandateEnd.EXPIRED, actor=SYSTEM)
    for wrong, reason in [(day("2017-01-01"), "expired"), (day("2016-03-31"), "expired"), (day("2016-12-31"), "ennui")]:
        with pytest.raises(ValidationError):
            end_mandate(mandate, wrong, reason, actor=SYSTEM)
    mandate.refresh_from_db()
    assert (mandate.ends_on, mandate.end_reason) == (day("2016-12-31"), MandateEnd.EXPIRED)


def test_a_mandate_does_not_end_before_its_last_use(seat, monkeypatch):
    mandate = MandateFactory(seat=seat, period=period(SPRING))
    monkeypatch.setattr(service, "last_uses", [lambda _mandate: None, lambda _mandate: day("2017-03-08")])
    with pytest.raises(ValidationError, match="a servi le"):
        end_mandate(mandate, day("2017-03-07"), MandateEnd.EXPIRED, actor=SYSTEM)
    end_mandate(mandate, day("2017-03-08"), MandateEnd.EXPIRED, actor=SYSTEM)


def test_a_meeting_is_a_use(seat):
    mandate = MandateFactory(seat=seat, period=period(day("2016-03-01")))
    meeting = AttendanceFactory(
        mandate=mandate, person=mandate.person, capacity="titular", meeting__task_force=seat.task_force
    ).meeting
    before = meeting.date - timedelta(days=1)
    assert before == day("2016-03-07")
    with pytest.raises(ValidationError, match="a servi le"):
        end_mandate(mandate, before, MandateEnd.EXPIRED, actor=SYSTEM)
    with pytest.raises(ValidationError, match="a servi le"):
        replace_mandate(mandate, PersonFactory(), meeting.date, actor=SYSTEM)
    end_mandate(mandate, meeting.date, MandateEnd.EXPIRED, actor=SYSTEM)


def test_a_used_mandate_is_not_discarded(seat):
    mistake, used = MandateFactory(seat=seat), MandateFactory(seat=seat, rank=1)
    AttendanceFactory(mandate=used, person=used.person, capacity="substitute")
    discard_mandate(mistake, actor=SYSTEM)
    discard_mandate(mistake, actor=SYSTEM)
    with pytest.raises(ValidationError, match="déjà servi"):
        discard_mandate(used, actor=SYSTEM)
    assert list(Mandate.objects.all()) == [used]


def test_replacing_is_one_act(seat):
    old = MandateFactory(seat=seat, period=period(SPRING, day("2026-12-31")))
    new = replace_mandate(old, PersonFactory(), day("2019-09-01"), ends_on=day("2026-12-31"), actor=SYSTEM)
    old.refresh_from_db()
    assert (old.ends_on, old.end_reason) == (day("2019-08-31"), MandateEnd.REPLACED)
    assert (new.starts_on, new.rank, new.seat) == (day("2019-09-01"), 0, seat)
    for wrong in (day("2016-04-01"), day("2016-01-01")):
        with pytest.raises(ValidationError):
            replace_mandate(old, PersonFactory(), wrong, actor=SYSTEM)
    # The rank is taken from 2019-09-01 on: nothing of a refused replacement stays.
    with pytest.raises(ValidationError):
        replace_mandate(old, PersonFactory(), day("2018-01-01"), ends_on=day("2026-12-31"), actor=SYSTEM)
    old.refresh_from_db()
    assert old.ends_on == day("2019-08-31")
    with pytest.raises(ValidationError, match="tient déjà ce mandat"):
        replace_mandate(new, new.person, day("2020-01-01"), actor=SYSTEM)


def test_a_substitute_who_becomes_titular_leaves_the_former_rank(seat):
    titular = MandateFactory(seat=seat, period=period(SPRING))
    substitute = MandateFactory(seat=seat, rank=1, period=period(SPRING))
    replace_mandate(titular, substitute.person, day("2018-01-01"), ends_on=day("2026-12-31"), actor=SYSTEM)
    assert [(m.person, m.rank) for m in mandates_on(seat.task_force, day("2017-12-31"))] == [
        (titular.person, 0),
        (substitute.person, 1),
    ]
    assert [(m.person, m.rank) for m in mandates_on(seat.task_force, day("2018-01-01"))] == [(substitute.person, 0)]


# Seats -----------------------------------------------------------------------------


def test_an_ended_membership_ends_its_mandates(db):
    body, agency = TaskForceFactory(), AgencyFactory()
    seat = add_seat(body, agency, starts_on=SPRING, actor=SYSTEM)
    mandate = begin_mandate(seat, PersonFactory(), 0, SPRING, actor=SYSTEM)
    with pytest.raises(ValidationError, match="déjà membre"):
        add_seat(body, agency, starts_on=day("2020-01-01"), status=SeatStatus.OBSERVER, actor=SYSTEM)
    with pytest.raises(ValidationError):
        end_seat(seat, day("2016-03-01"), actor=SYSTEM)
    end_seat(seat, day("2018-06-30"), actor=SYSTEM)
    mandate.refresh_from_db()
    assert (mandate.ends_on, mandate.end_reason) == (day("2018-06-30"), MandateEnd.WITHDRAWN)
    with pytest.raises(ValidationError):
        end_seat(seat, day("2018-07-01"), actor=SYSTEM)
    back = add_seat(body, agency, starts_on=day("2019-01-01"), actor=SYSTEM)
    begin_mandate(back, PersonFactory(), 0, day("2020-01-01"), actor=SYSTEM)
    with pytest.raises(ValidationError, match="ne commence que le"):
        end_seat(back, day("2019-12-31"), actor=SYSTEM)


def test_a_change_of_quality_is_dated_and_mandates_go_on(db):
    seat = SeatFactory(period=period(SPRING))
    titular = MandateFactory(seat=seat, period=period(SPRING))
    MandateFactory(seat=seat, rank=1, period=period(SPRING, day("2017-12-31")))
    new = change_seat(seat, status=SeatStatus.OBSERVER, counts=False, starts_on=day("2018-01-01"), actor=SYSTEM)
    body = seat.task_force
    assert [m.role for m in mandates_on(body, day("2017-12-31"))] == [Role.TITULAR, Role.SUBSTITUTE]
    assert [(m.role, m.person, m.seat) for m in mandates_on(body, day("2018-01-01"))] == [
        (Role.OBSERVER, titular.person, new)
    ]
    same = change_seat(new, status=SeatStatus.OBSERVER, counts=False, starts_on=day("2019-01-01"), actor=SYSTEM)
    assert same == new
    corrected = change_seat(new, status=SeatStatus.MEMBER, counts=True, starts_on=day("2018-01-01"), actor=SYSTEM)
    assert corrected == new and body.seats.count() == 2
    with pytest.raises(ValidationError, match="ne compte pas"):
        change_seat(new, status=SeatStatus.OBSERVER, counts=True, starts_on=day("2018-01-01"), actor=SYSTEM)


# Two at once -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [1, -1])
def test_two_titulars_at_once_end_in_one_success_and_one_message(order):
    seat = SeatFactory()
    people = [PersonFactory(), PersonFactory()][::order]
    outcomes = at_once(*(lambda p=p: begin_mandate(seat, p, 0, SPRING, actor=SYSTEM) for p in people))
    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert [isinstance(outcome, Mandate) for outcome in outcomes].count(True) == 1
    assert [error.messages for error in refused] == [[str(constraint_message("mandate_rank_once"))]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", [1, -1])
def test_two_replacements_at_once_end_in_one_success_and_one_message(order):
    old = MandateFactory(period=period(SPRING))
    people = [PersonFactory(), PersonFactory()][::order]
    outcomes = at_once(*(lambda p=p: replace_mandate(old, p, day("2020-01-01"), actor=SYSTEM) for p in people))
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Mandate)]
    assert [error.messages for error in refused] == [[str(constraint_message("mandate_rank_once"))]]
    assert mandates_on(old.seat.task_force, day("2020-01-01")).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crossed", [False, True], ids=["violation", "deadlock"])
def test_a_violation_and_a_deadlock_read_the_same(crossed):
    """Without the service's lock: the database alone, met in the same order and in crossed order."""
    seats = [SeatFactory(), SeatFactory()]
    people = [PersonFactory(), PersonFactory()]
    between = threading.Barrier(2)

    def write(person, order):
        with conflict_as_validation_error("mandate_rank_once"), transaction.atomic():
            MandateFactory(seat=order[0], person=person, period=period(SPRING))
            if crossed:
                between.wait(20)
            MandateFactory(seat=order[1], person=person, period=period(SPRING))

    outcomes = at_once(lambda: write(people[0], seats), lambda: write(people[1], seats[::-1] if crossed else seats))
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert len(refused) == 1
    assert refused[0].messages == [str(constraint_message("mandate_rank_once"))]
    assert Mandate.objects.count() == 2
