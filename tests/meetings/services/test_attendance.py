"""Presence counts agencies, follows mandates, and is never two things at once (invariants 1 to 3)."""

import itertools
from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.fields import period
from meetings.enums import ATTENDING, REPRESENTING, AttendanceStatus, Capacity, MeetingState
from meetings.models import Attendance
from meetings.queries import SeatLine, count_presence, presence_of
from meetings.services.attendance import (
    AttendanceRefused,
    PresenceEntry,
    fingerprint,
    person_key,
    presence_if,
    record_attendance,
)
from taskforce.enums import BodyState
from taskforce.models import Mandate, Person
from tests.meetings.factories import AttendanceFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, MandateFactory, OfficeFactory, PersonFactory, TaskForceFactory

pytestmark = pytest.mark.django_db

PRESENT, REMOTE, EXCUSED, ABSENT, REPRESENTED = list(AttendanceStatus)


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, state=MeetingState.HELD)


def entry(person, status=PRESENT, **facts):
    return PresenceEntry(key=person_key(person.pk), status=status, person=person, **facts)


def record(meeting, *entries):
    return record_attendance(meeting, entries, actor=SYSTEM)


def refusal(meeting, *entries):
    with pytest.raises(AttendanceRefused) as refused:
        record(meeting, *entries)
    assert not Attendance.objects.filter(meeting=meeting).exists(), "all or nothing"
    return refused.value.by_entry


# Invariant 1: agencies, each counted once --------------------------------------------------------


@pytest.mark.parametrize(("status", "capacity"), list(itertools.product(AttendanceStatus, Capacity)))
def test_who_represents_their_agency(db, status, capacity):
    """Present or remote, as titular, substitute or without mandate: these and no others."""
    row = Attendance(person=Person(), agency=AgencyFactory(), status=status, capacity=capacity)
    presence = count_presence(TaskForceFactory(), [row], [])
    counts = status in {"present", "remote"} and capacity in {"titular", "substitute", "without_mandate"}
    assert row.represents_agency == counts
    assert list(presence.represented) == ([row.agency] if counts else [])


@pytest.mark.parametrize(
    "pair", list(itertools.combinations_with_replacement(sorted(REPRESENTING), 2)), ids=lambda pair: "+".join(pair)
)
@pytest.mark.parametrize("statuses", [("present", "present"), ("present", "remote"), ("excused", "present")])
def test_two_of_one_agency_count_once_and_are_both_listed(db, pair, statuses):
    agency = AgencyFactory()
    rows = [
        Attendance(person=PersonFactory(), agency=agency, status=status, capacity=capacity)
        for status, capacity in zip(statuses, pair, strict=True)
    ]
    presence = count_presence(TaskForceFactory(), rows, [SeatLine(agency.pk, agency.acronym, False, True)])
    assert list(presence.represented) == [agency]
    assert presence.seats_represented == 1
    assert [list(line.people) for line in presence.lines] == [rows]


def test_guests_and_observers_never_count_even_for_a_member_agency(body, agency_with):
    agency, (titular, substitute) = agency_with(body, "PAM")
    observer_agency, (observer, *_rest) = agency_with(body, "BM", observer=True)
    meeting = MeetingFactory(task_force=body)
    presence = record(
        meeting,
        entry(titular, EXCUSED),
        entry(substitute, PRESENT, capacity=Capacity.GUEST),
        entry(observer),
        entry(PersonFactory(agency=agency), capacity=Capacity.OBSERVER),
    )
    assert presence.represented == ()
    assert presence.seats_represented == 0
    assert len(presence.attending) == 3
    assert [line.acronym for line in presence.lines if line.people] == ["BM", "PAM"]


@pytest.mark.parametrize(
    ("share", "state", "present", "needed", "reached"),
    [
        (None, BodyState.ACTIVE, 2, None, None),
        ("0.5", BodyState.ACTIVE, 1, 2, False),
        ("0.5", BodyState.ACTIVE, 2, 2, True),
        ("0.667", BodyState.ACTIVE, 2, 3, False),
        ("1", BodyState.ACTIVE, 3, 3, True),
        # « sans objet » while the body is proposed.
        ("0.5", BodyState.PROPOSED, 3, None, None),
    ],
)
def test_quorum_counts_counting_seats_and_only_where_there_is_a_rule(
    agency_with, share, state, present, needed, reached
):
    body = TaskForceFactory(quorum_share=Decimal(share) if share else None, state=state)
    seats = [agency_with(body, acronym) for acronym in ("BIT", "FAO", "PAM")]
    _mute, (mute, *_) = agency_with(body, "METSS", counts=False)
    meeting = MeetingFactory(task_force=body)
    people = [person for _agency, (person, *_substitutes) in seats[:present]]
    presence = record(meeting, *(entry(person) for person in people), entry(mute))
    assert (presence.counting_seats, presence.seats_represented) == (3, present)
    assert (presence.quorum_needed, presence.quorum_reached) == (needed, reached)
    # The agency without a counting seat is represented, and no quorum is made of it.
    assert len(presence.represented) == present + 1


def test_a_rule_over_no_seat_says_nothing(db):
    """On 11 February 2016 nobody sat: whatever the rule, no quorum is shown."""
    body = TaskForceFactory(quorum_share=Decimal("0.5"))
    meeting = MeetingFactory(task_force=body)
    assert presence_of(meeting).quorum_needed is None


def test_agencies_come_in_french_order_those_represented_first(body, meeting):
    for acronym, status in [("États", PRESENT), ("FAO", PRESENT), ("eau", PRESENT), ("BIT", EXCUSED)]:
        agency = AgencyFactory(acronym=acronym)
        AttendanceFactory(meeting=meeting, agency=agency, person=PersonFactory(agency=agency), status=status)
    presence = presence_of(meeting)
    assert [line.acronym for line in presence.lines] == ["eau", "États", "FAO", "BIT"]
    assert [agency.acronym for agency in presence.represented] == ["eau", "États", "FAO"]


# Invariant 2: capacity follows the mandate of that day ---------------------------------------------


def test_capacity_is_that_of_the_mandate_in_force_that_day(body, agency_with, meeting):
    agency, (titular, first, second) = agency_with(body, "PAM", substitutes=2)
    _bm, (observer, *_) = agency_with(body, "BM", observer=True)
    record(meeting, entry(titular), entry(first), entry(second, REMOTE), entry(observer))
    rows = {row.person: row for row in meeting.attendances.all()}
    assert [rows[person].capacity for person in (titular, first, second, observer)] == [
        Capacity.TITULAR,
        Capacity.SUBSTITUTE,
        Capacity.SUBSTITUTE,
        Capacity.OBSERVER,
    ]
    assert rows[first].mandate == first.mandates.get()
    assert rows[first].agency == agency


@pytest.mark.parametrize(
    ("days", "capacity"),
    [
        (period(date(2016, 3, 8)), Capacity.TITULAR),
        (period(date(2016, 1, 1), date(2016, 3, 8)), Capacity.TITULAR),
        (period(date(2016, 3, 9)), Capacity.WITHOUT_MANDATE),
        (period(date(2016, 1, 1), date(2016, 3, 7)), Capacity.WITHOUT_MANDATE),
    ],
)
def test_the_first_and_last_day_of_a_mandate_count(body, meeting, days, capacity):
    """The meeting is on 8 March 2016, in Niamey."""
    mandate = MandateFactory(seat__task_force=body, seat__period=period(date(2016, 1, 1)), period=days)
    record(meeting, entry(mandate.person, agency=mandate.seat.agency))
    row = meeting.attendances.get()
    assert row.capacity == capacity
    assert (row.mandate == mandate) == (capacity == Capacity.TITULAR)


def test_a_mandate_of_another_body_or_agency_gives_nothing(body, meeting):
    elsewhere = MandateFactory().person
    here = MandateFactory(seat__task_force=body)
    other = AgencyFactory()
    record(meeting, entry(elsewhere, agency=other), entry(here.person, agency=other))
    assert set(meeting.attendances.values_list("capacity", flat=True)) == {Capacity.WITHOUT_MANDATE}


@pytest.mark.parametrize("capacity", [Capacity.TITULAR, Capacity.SUBSTITUTE])
def test_a_proxy_needs_its_author(meeting, capacity):
    person = PersonFactory(agency=AgencyFactory())
    errors = refusal(meeting, entry(person, capacity=capacity))
    assert "procuration" in errors[person_key(person.pk)]["proxy_granted_by"][0]
    record(meeting, entry(person, capacity=capacity, proxy_granted_by=" Mme Aïssa Oumarou "))
    row = meeting.attendances.get()
    assert (row.capacity, row.mandate, row.proxy_granted_by) == (capacity, None, "Mme Aïssa Oumarou")
    assert row.represents_agency


def test_a_proxy_alone_makes_a_substitute(meeting):
    person = PersonFactory(agency=AgencyFactory())
    record(meeting, entry(person, proxy_granted_by="La directrice"))
    assert meeting.attendances.get().capacity == Capacity.SUBSTITUTE


@pytest.mark.parametrize("capacity", [Capacity.GUEST, Capacity.OBSERVER, Capacity.WITHOUT_MANDATE])
def test_a_proxy_of_a_guest_is_refused(meeting, capacity):
    person = PersonFactory(agency=AgencyFactory())
    assert "capacity" in refusal(meeting, entry(person, capacity=capacity, proxy_granted_by="X"))[person_key(person.pk)]


def test_without_mandate_is_refused_to_who_has_one(body, agency_with, meeting):
    _agency, (titular, *_) = agency_with(body, "PAM")
    assert "capacity" in refusal(meeting, entry(titular, capacity=Capacity.WITHOUT_MANDATE))[person_key(titular.pk)]


@pytest.mark.parametrize("capacity", sorted(REPRESENTING))
def test_who_represents_names_an_agency(meeting, capacity):
    person = PersonFactory()
    errors = refusal(meeting, entry(person, capacity=capacity, proxy_granted_by="" if "without" in capacity else "X"))
    assert "agence" in errors[person_key(person.pk)]["agency"][0]


def test_the_secretariat_and_the_chair_attend_as_such(body, meeting):
    secretary = OfficeFactory(task_force=body, role="secretariat").person
    chair = OfficeFactory(task_force=body, role="chair").person
    record(meeting, entry(secretary), entry(chair))
    rows = dict(meeting.attendances.values_list("person", "capacity"))
    assert rows == {secretary.pk: Capacity.SECRETARIAT, chair.pk: Capacity.CHAIR}


# Invariant 3: one thing at once ---------------------------------------------------------------------


def test_nobody_is_both_present_and_excused(body, meeting):
    person = PersonFactory(agency=AgencyFactory())
    twice = [entry(person, PRESENT), PresenceEntry(key="n0", status=EXCUSED, person=person)]
    errors = refusal(meeting, *twice)
    assert "deux fois" in errors["n0"]["person"][0]
    record(meeting, entry(person, PRESENT))
    record(meeting, entry(person, EXCUSED))
    assert meeting.attendances.get().status == EXCUSED
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(meeting=meeting, person=person, status=PRESENT)


@pytest.mark.parametrize(
    ("arrived", "left", "is_refused"),
    [(time(11), time(10), True), (time(11), time(11), True), (time(11), time(11, 1), False), (None, time(9), False)],
)
def test_one_leaves_after_arriving(meeting, arrived, left, is_refused):
    person = PersonFactory(agency=AgencyFactory())
    line = entry(person, arrived_at=arrived, left_at=left)
    if is_refused:
        assert "left_at" in refusal(meeting, line)[person_key(person.pk)]
    else:
        record(meeting, line)
        assert meeting.attendances.get().left_at == left


@pytest.mark.parametrize("status", sorted(set(AttendanceStatus) - ATTENDING - {REPRESENTED}))
def test_who_did_not_come_neither_arrived_nor_left(meeting, status):
    person = PersonFactory(agency=AgencyFactory())
    assert "arrived_at" in refusal(meeting, entry(person, status, arrived_at=time(10)))[person_key(person.pk)]


def test_represented_points_at_exactly_one_attendance(meeting):
    agency = AgencyFactory()
    away, here, absent, stranger = (PersonFactory(agency=agency) for _ in range(4))
    key = {person: person_key(person.pk) for person in (away, here, absent, stranger)}

    def errors(**facts):
        lines = [entry(here), entry(absent, ABSENT), entry(away, REPRESENTED, **facts)]
        return refusal(meeting, *lines)[key[away]]["represented_by"][0]

    assert "par qui" in errors()
    assert "elle-même" in errors(represented_by=key[away])
    assert "présente" in errors(represented_by=key[absent])
    assert "présente" in errors(represented_by=key[stranger])
    assert "présente" in errors(represented_by="n99")
    assert "représentant" in refusal(meeting, entry(here, represented_by=key[away]))[key[here]]["represented_by"][0]
    record(meeting, entry(away, REPRESENTED, represented_by=key[here]), entry(here))
    row = meeting.attendances.get(person=away)
    assert row.represented_by == meeting.attendances.get(person=here)
    assert [a.pk for a in presence_of(meeting).represented] == [agency.pk]


def test_a_representative_cannot_go_while_they_represent(meeting):
    agency = AgencyFactory()
    away, here, other = (PersonFactory(agency=agency) for _ in range(3))
    record(meeting, entry(away, REPRESENTED, represented_by=person_key(here.pk)), entry(here), entry(other))
    for status in ("", EXCUSED):
        with pytest.raises(AttendanceRefused, match="représenté"):
            record(meeting, entry(here, status))
    # Both at once is fine, in whatever order of the lines.
    record(meeting, entry(here, ""), entry(away, REPRESENTED, represented_by=person_key(other.pk)))
    assert set(meeting.attendances.values_list("person", flat=True)) == {away.pk, other.pk}
    record(meeting, entry(other, ""), entry(away, ""))
    assert not meeting.attendances.exists()


# The whole list at once -------------------------------------------------------------------------------


def test_the_meeting_of_11_february_2016(body):
    """Five agencies, one person each, created on the spot; no mandate, no quorum."""
    meeting = MeetingFactory(task_force=body, kind="historical")
    names = [("BIT", "Olivier", "Un"), ("PAM", "Caroline", "Deux"), ("FAO", "Maliki", "Trois"), ("PNUD", "Lise", "Quatre"), ("UNICEF", "Salmey", "Cinq")]  # fmt: skip
    agencies = {acronym: AgencyFactory(acronym=acronym) for acronym, *_ in names}
    lines = [
        PresenceEntry(
            key=f"n{number}",
            status=PRESENT,
            new_person={"civility": "ms", "given_name": given, "family_name": family, "email": ""},
            agency=agencies[acronym],
        )
        for number, (acronym, given, family) in enumerate(names)
    ]
    presence = record(meeting, *lines)
    assert [agency.acronym for agency in presence.represented] == ["BIT", "FAO", "PAM", "PNUD", "UNICEF"]
    assert {row.capacity for row in presence.attendances} == {Capacity.WITHOUT_MANDATE}
    assert not Mandate.objects.exists()
    assert presence.quorum_reached is None
    assert Person.objects.get(family_name="Quatre").agency == agencies["PNUD"]


def test_a_new_person_may_represent_another(meeting):
    agency = AgencyFactory()
    away = PersonFactory(agency=agency)
    new = {"civility": "", "given_name": "Lise", "family_name": "Dal Secco", "email": "lise@example.org"}
    record(
        meeting,
        entry(away, REPRESENTED, represented_by="n0"),
        PresenceEntry(key="n0", status=PRESENT, new_person=new, agency=agency),
    )
    assert meeting.attendances.get(person=away).represented_by.person.email == "lise@example.org"


def test_two_new_people_of_one_name_and_agency_are_one_too_many(meeting):
    new = {"civility": "", "given_name": "Lise", "family_name": "Dal Secco", "email": ""}
    agency = AgencyFactory()
    lines = [PresenceEntry(key=f"n{n}", status=PRESENT, new_person=new, agency=agency) for n in range(2)]
    assert "deux fois" in refusal(meeting, *lines)["n1"]["person"][0]
    assert not Person.objects.filter(family_name="Dal Secco").exists()


def test_an_address_already_taken_is_said_on_its_line(meeting):
    PersonFactory(email="lise@example.org")
    new = {"civility": "", "given_name": "Lise", "family_name": "Dal Secco", "email": "LISE@example.org"}
    line = PresenceEntry(key="n0", status=PRESENT, new_person=new, agency=AgencyFactory())
    assert "adresse" in refusal(meeting, line)["n0"]["person"][0]


def test_people_without_a_line_stay_as_they_are(meeting):
    stays = AttendanceFactory(meeting=meeting)
    record(meeting, entry(PersonFactory(agency=AgencyFactory())))
    assert meeting.attendances.filter(pk=stays.pk).exists()
    assert meeting.attendances.count() == 2


def test_a_second_save_writes_nothing(meeting, django_assert_num_queries):
    person = PersonFactory(agency=AgencyFactory())
    record(meeting, entry(person))
    row = meeting.attendances.get()
    record(meeting, entry(person, agency=person.agency, capacity="without_mandate", seen=fingerprint(row)))
    assert row.events.count() == 1


def test_what_somebody_else_entered_meanwhile_stays(meeting):
    """Two people save the same sheet: each writes only what they touched."""
    agency = AgencyFactory()
    mine, theirs = PersonFactory(agency=agency), PersonFactory(agency=agency)
    record(meeting, entry(theirs, PRESENT))
    record(meeting, entry(mine, PRESENT, agency=agency, seen=""), entry(theirs, "", agency=agency, seen=""))
    assert meeting.attendances.count() == 2


def test_a_line_both_changed_is_shown_not_overwritten(meeting):
    agency = AgencyFactory()
    person = PersonFactory(agency=agency)
    record(meeting, entry(person, PRESENT))
    with pytest.raises(AttendanceRefused, match="entre-temps"):
        record(meeting, entry(person, EXCUSED, agency=agency, seen=""))
    assert meeting.attendances.get().status == PRESENT
    seen = fingerprint(meeting.attendances.get())
    record(meeting, entry(person, EXCUSED, agency=agency, seen=seen))
    assert meeting.attendances.get().status == EXCUSED


def test_both_entering_the_same_is_no_conflict(meeting):
    agency = AgencyFactory()
    person = PersonFactory(agency=agency)
    record(meeting, entry(person, PRESENT))
    record(meeting, entry(person, PRESENT, agency=agency, capacity="without_mandate", seen=""))
    assert meeting.attendances.count() == 1


def test_somebody_listed_and_typed_by_name_has_one_record(body, agency_with, meeting):
    _agency, (titular, substitute) = agency_with(body, "PAM")
    record(meeting, entry(titular, "", seen=""), PresenceEntry(key="n0", status=PRESENT, person=titular))
    assert meeting.attendances.get().capacity == Capacity.TITULAR
    # Typed again, while « non noté » is chosen on their own line: the typed line says what is.
    row = meeting.attendances.get()
    record(
        meeting,
        entry(titular, "", seen=fingerprint(row)),
        PresenceEntry(key="n0", status=REMOTE, person=titular),
        entry(substitute, REPRESENTED, represented_by=person_key(titular.pk)),
    )
    assert meeting.attendances.get(person=titular).status == REMOTE
    assert meeting.attendances.get(person=substitute).represented_by.person == titular


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.CANCELLED])
def test_a_closed_or_cancelled_meeting_takes_no_presence(body, state):
    meeting = MeetingFactory(task_force=body, state=state)
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        record(meeting, entry(PersonFactory(agency=AgencyFactory())))


def test_hostile_values_are_refused_by_line(meeting):
    person = PersonFactory(agency=AgencyFactory())
    key = person_key(person.pk)
    assert "status" in refusal(meeting, entry(person, "sitting"))[key]
    assert "capacity" in refusal(meeting, entry(person, capacity="king"))[key]
    assert "proxy_granted_by" in refusal(meeting, entry(person, proxy_granted_by="a\x00b"))[key]
    assert "proxy_granted_by" in refusal(meeting, entry(person, proxy_granted_by="x" * 201))[key]


def test_the_live_count_writes_nothing_and_survives_errors(body, agency_with, meeting):
    _agency, (titular, substitute) = agency_with(body, "PAM")
    presence = presence_if(meeting, [entry(titular), entry(substitute, "sitting"), entry(PersonFactory())])
    assert [agency.acronym for agency in presence.represented] == ["PAM"]
    assert not Attendance.objects.exists()
