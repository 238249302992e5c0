"""Answers by mail from calendars: whose they are, what they change; read once, whatever they are."""

import mailbox
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import OutgoingEmail
from meetings.enums import PartStat, ReplyOutcome
from meetings.models import Invitation, Meeting, ReceivedReply
from meetings.services.convening import convene_meeting
from meetings.services.meetings import cancel_meeting, move_meeting
from meetings.services.replies import receive, settle_reply
from tests.meetings.factories import MeetingFactory, MeetingSeriesFactory
from tests.taskforce.factories import AgencyFactory, MandateFactory, PersonFactory, SeatFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(body):
    return SeatFactory(task_force=body, agency=AgencyFactory(acronym="PAM"))


@pytest.fixture
def titular(seat):
    person = PersonFactory(email="Titulaire@example.org", agency=seat.agency)
    MandateFactory(seat=seat, person=person)
    return person


@pytest.fixture
def substitute(seat):
    person = PersonFactory(email="suppleante@example.org", agency=seat.agency)
    MandateFactory(seat=seat, person=person, rank=1)
    return person


@pytest.fixture
def meeting(body, titular):
    start = timezone.now().replace(microsecond=0) + timedelta(days=20)
    meeting = MeetingFactory(task_force=body, starts_at=start)
    convene_meeting(meeting, actor=SYSTEM)
    return Meeting.objects.get(pk=meeting.pk)


def answer(
    meeting,
    partstat="ACCEPTED",
    *,
    number=1,
    attendee="titulaire@example.org",
    sender=None,
    sequence=None,
    uid=None,
    stamp="20261101T100000Z",
    extra="",
    params="",
    method="REPLY",
):
    sequence = meeting.sequence if sequence is None else sequence
    return (
        f"From: {sender or attendee}\r\nMessage-ID: <{number}@example.org>\r\nSubject: Accepté : réunion\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/calendar; method={method}; charset=utf-8\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//X//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid or meeting.uid}\r\nDTSTAMP:{stamp}\r\nSEQUENCE:{sequence}\r\n{extra}"
        f"ATTENDEE;PARTSTAT={partstat}{params}:mailto:{attendee}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def only(rows):
    (row,) = rows
    return row


def partstat_of(person):
    return Invitation.objects.get(person=person).partstat


@pytest.mark.parametrize(
    ("said", "kept"),
    [("ACCEPTED", PartStat.ACCEPTED), ("DECLINED", PartStat.DECLINED), ("TENTATIVE", PartStat.TENTATIVE)],
)
def test_an_answer_is_recorded_as_on_the_portal(meeting, titular, said, kept):
    row = only(receive(answer(meeting, said)))
    assert (row.outcome, row.meeting, row.task_force) == (ReplyOutcome.RECORDED, meeting, meeting.task_force)
    invitation = Invitation.objects.get(person=titular)
    assert invitation.partstat == kept
    (kept_answer,) = invitation.answers.all()
    assert kept_answer.channel == "mail"
    assert "par courriel" in kept_answer.actor_label


def test_the_same_message_twice_is_one_answer(meeting, titular):
    first, again = receive(answer(meeting)), receive(answer(meeting))
    assert first == again
    assert ReceivedReply.objects.count() == 1
    assert Invitation.objects.get(person=titular).answers.count() == 1


def test_the_substitute_is_asked_when_the_titular_declines(meeting, titular, substitute):
    receive(answer(meeting, "DECLINED"))
    assert OutgoingEmail.objects.filter(kind="stand-in-asked", recipient=substitute.email).exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"attendee": "inconnu@example.org"}, "n’est pas celle d’une personne invitée"),
        ({"sequence": 0}, "a changé depuis"),
        ({"uid": "autre@ailleurs"}, "Aucune réunion"),
        ({"partstat": "NEEDS-ACTION"}, "ne dit pas"),
        ({"partstat": "IN-PROCESS"}, "ne dit pas"),
    ],
)
def test_what_changes_nothing(meeting, titular, changes, reason):
    partstat = changes.pop("partstat", "ACCEPTED")
    row = only(receive(answer(meeting, partstat, **changes)))
    assert row.outcome == ReplyOutcome.IGNORED
    assert reason in row.reason
    assert partstat_of(titular) == PartStat.NEEDS_ACTION


def test_after_a_move_the_former_answer_is_stale(meeting, titular):
    before = answer(meeting)
    later = meeting.starts_at + timedelta(days=1)
    move_meeting(meeting, starts_at=later, ends_at=later + timedelta(hours=2), actor=SYSTEM)
    assert only(receive(before)).outcome == ReplyOutcome.IGNORED
    assert partstat_of(titular) == PartStat.NEEDS_ACTION


def test_to_a_meeting_called_off(meeting, titular):
    cancel_meeting(meeting, actor=SYSTEM)
    row = only(receive(answer(Meeting.objects.get(pk=meeting.pk))))
    assert row.outcome == ReplyOutcome.IGNORED
    assert "annulée" in row.reason


def test_two_answers_that_overtake_each_other(meeting, titular):
    receive(answer(meeting, "DECLINED", number=2, stamp="20261102T100000Z"))
    row = only(receive(answer(meeting, "ACCEPTED", number=1, stamp="20261101T100000Z")))
    assert "plus récente" in row.reason
    assert partstat_of(titular) == PartStat.DECLINED


def test_an_answer_in_somebody_elses_name_is_left_to_the_secretariat(meeting, titular):
    row = only(receive(answer(meeting, sender="pirate@example.org")))
    assert row.is_to_settle
    assert row.sender == "pirate@example.org"
    assert partstat_of(titular) == PartStat.NEEDS_ACTION


def test_an_alias_that_answers_our_mail(meeting, titular):
    """Exchange answers from the mailbox's first address, whichever was written to."""
    asked = OutgoingEmail.objects.get(kind="meeting-invitation", recipient=titular.email)
    content = answer(meeting, attendee="t.alias@example.org")
    row = only(receive(f"In-Reply-To: {asked.message_id}\r\n".encode() + content))
    assert row.is_to_settle
    assert row.invitation.person == titular
    assert partstat_of(titular) == PartStat.NEEDS_ACTION


def test_delegated_to_a_substitute(meeting, titular, substitute):
    params = ';DELEGATED-TO="mailto:Suppleante@example.org"'
    row = only(receive(answer(meeting, "DELEGATED", params=params)))
    assert row.outcome == ReplyOutcome.RECORDED
    assert Invitation.objects.get(person=titular).delegated_to == substitute


@pytest.mark.parametrize("params", ["", ';DELEGATED-TO="mailto:ailleurs@example.org"'])
def test_delegated_to_somebody_unknown(meeting, titular, substitute, params):
    row = only(receive(answer(meeting, "DELEGATED", params=params)))
    assert row.is_to_settle
    assert partstat_of(titular) == PartStat.NEEDS_ACTION


def test_another_time_proposed(meeting, titular):
    assert only(receive(answer(meeting, "TENTATIVE", method="COUNTER"))).is_to_settle


def test_one_occurrence_of_a_series(body, titular):
    start = timezone.now().replace(microsecond=0) + timedelta(days=20)
    series = MeetingSeriesFactory(task_force=body, starts_on=start.date())
    one = MeetingFactory(task_force=body, series=series, slot=start.date(), starts_at=start)
    convene_meeting(one, actor=SYSTEM)
    one.refresh_from_db()

    def occurrence(value, number):
        return only(receive(answer(one, uid=series.uid, number=number, extra=f"RECURRENCE-ID{value}\r\n")))

    assert "Cette date" in occurrence(f":{start:%Y%m%d}T103000Z", 1).reason
    assert "Cette date" in occurrence(":29990101T103000Z", 2).reason
    assert "Cette date" in only(receive(answer(one, uid=series.uid, number=3))).reason
    assert occurrence(f":{start:%Y%m%d}T093000Z", 4).outcome == ReplyOutcome.RECORDED
    assert occurrence(f";TZID=Africa/Niamey:{start:%Y%m%d}T103000", 5).outcome == ReplyOutcome.RECORDED
    # Its own UID is not what it was invited under.
    assert "Aucune réunion" in only(receive(answer(one, uid=one.uid, number=6))).reason


def test_outlook_without_a_calendar_part(meeting, titular):
    asked = OutgoingEmail.objects.get(kind="meeting-invitation", recipient=titular.email)
    content = (
        f"From: titulaire@example.org\r\nMessage-ID: <9@example.org>\r\nIn-Reply-To: {asked.message_id}\r\n"
        "Subject: =?utf-8?q?Refus=C3=A9_=3A_R=C3=A9union?=\r\n\r\nDésolé.\r\n"
    ).encode()
    assert only(receive(content)).outcome == ReplyOutcome.RECORDED
    assert partstat_of(titular) == PartStat.DECLINED


def test_the_body_hears_of_answers_that_fit_nothing(meeting, titular):
    row = only(receive(answer(meeting, uid="autre@ailleurs")))
    assert row.task_force == meeting.task_force


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR"])
def test_what_cannot_be_read_is_a_row(content):
    row = only(receive(content))
    assert row.outcome == ReplyOutcome.IGNORED
    assert row.reason
    assert only(receive(content)) == row


def test_settling(meeting, titular, secretary):
    row = only(receive(answer(meeting, sender="pirate@example.org")))
    assert settle_reply(row, actor=secretary)
    assert not settle_reply(row, actor=secretary)
    row.refresh_from_db()
    assert row.settled_by == secretary
    assert not row.is_to_settle


# The command --------------------------------------------------------------------------------------


def run(path):
    out = StringIO()
    call_command("read_replies", str(path), stdout=out)
    return out.getvalue()


def test_a_maildir_read_twice(tmp_path, meeting, titular):
    box = mailbox.Maildir(tmp_path / "box", create=True)
    for content in (answer(meeting), answer(meeting, number=2, sender="x@example.org"), b"Subject: Bonjour\r\n\r\n"):
        box.add(content)
    assert run(tmp_path / "box") == "1 recorded, 1 to settle, 1 without effect.\n"
    assert run(tmp_path / "box") == "1 recorded, 1 to settle, 1 without effect.\n"
    assert ReceivedReply.objects.count() == 3


def test_an_mbox_and_a_file(tmp_path, meeting, titular):
    box = mailbox.mbox(tmp_path / "mbox", create=True)
    box.add(answer(meeting))
    box.flush()
    assert run(tmp_path / "mbox").startswith("1 recorded")
    (tmp_path / "one.eml").write_bytes(answer(meeting, "DECLINED", number=2, stamp="20261109T000000Z"))
    assert run(tmp_path / "one.eml").startswith("1 recorded")
    assert partstat_of(titular) == PartStat.DECLINED


# The page -----------------------------------------------------------------------------------------


def page_of(body):
    return reverse("meetings:reply_list", args=[body.slug])


def test_the_secretariat_sees_and_settles(office, body, meeting, titular, signed_in):
    receive(answer(meeting))
    row = only(receive(answer(meeting, number=2, sender="pirate@example.org")))
    page = office.get(page_of(body)).content.decode()
    assert "pirate@example.org" in page
    assert "vérifiez auprès d’elle" in page
    office.post(reverse("meetings:reply_settle", args=[row.pk]))
    row.refresh_from_db()
    assert row.settled_at
    colleague = signed_in(member(body).user)
    assert colleague.get(page_of(body)).status_code == 403
    assert colleague.post(reverse("meetings:reply_settle", args=[row.pk])).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_queries_of_the_page(office, body, meeting, titular, django_assert_max_num_queries, count):
    for number in range(count):
        receive(answer(meeting, number=number, sender="pirate@example.org"))
    with django_assert_max_num_queries(12):
        assert office.get(page_of(body)).status_code == 200
