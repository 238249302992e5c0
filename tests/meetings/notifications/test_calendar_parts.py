"""What the mails of a meeting tell calendars (RFC 5546, RFC 6047): looked at as they arrive by SMTP."""

import time
from datetime import timedelta

import icalendar
import pytest
import vobject
from django.utils import timezone

from core.actors import SYSTEM
from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from meetings.enums import MeetingState, PartStat
from meetings.models import Meeting
from meetings.services.convening import convene_meeting
from meetings.services.meetings import cancel_meeting, move_meeting, postpone_meeting
from taskforce.models import Mandate
from tests.meetings.factories import MeetingFactory, MeetingSeriesFactory
from tests.taskforce.factories import CountryFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body):
    start = timezone.now().replace(microsecond=0) + timedelta(days=20)
    return MeetingFactory(task_force=body, starts_at=start, theme="Ciblage ; suivi")


@pytest.fixture
def titular(body):
    return member(body, email="titulaire@example.org", given_name="Aïssa", family_name="Oumarou")


def leave(smtp):
    """Send what waits; the mails as they arrive, the latest mailing only."""
    smtp.contents.clear()
    outbox.send_due()
    return smtp.messages


def calendar_of(mail):
    """The alternative part, the same as the file, read by two parsers: (the part, its event)."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (file,) = [part for part in mail.iter_attachments() if part.get_filename() == "invite.ics"]
    text = part.get_payload(decode=True)
    assert text.split() == file.get_payload(decode=True).split()
    assert file.get_content_type() == "application/ics"
    assert vobject.readOne(text.decode()).method.value == part.get_param("method")
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return part, event


def test_the_parts_of_an_invitation(smtp, meeting, titular):
    """multipart/mixed { multipart/alternative { plain, html, calendar }, invite.ics }."""
    member(meeting.task_force, email="autre@example.org")
    convene_meeting(meeting, actor=SYSTEM)
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in leave(smtp)}
    mail = mails["titulaire@example.org"]
    assert mail.get_content_type() == "multipart/mixed"
    alternative = next(mail.iter_parts())
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part, event = calendar_of(mail)
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    assert event["ATTENDEE"] == "mailto:titulaire@example.org"
    assert event["ORGANIZER"] == "mailto:socle@example.org"
    assert event["ORGANIZER"].params["CN"] == "Protection sociale"
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["SEQUENCE"] == 1
    assert "LAST-MODIFIED" in event
    # Nobody else's address, no agenda, no personal link.
    assert "autre@example.org" not in part.get_content()
    assert "DESCRIPTION" not in event
    assert str(event["URL"]).endswith(f"/reunions/{meeting.pk}/")


def test_the_life_of_an_event_in_a_calendar(smtp, meeting, titular):
    """Invited, moved, put off, convened again, cancelled: one UID, a SEQUENCE that rises, a method each time."""
    seen = []

    def see():
        part, event = calendar_of(leave(smtp)[0])
        seen.append((part.get_param("method"), int(event["SEQUENCE"]), str(event["STATUS"]), str(event["UID"])))

    def current():
        return Meeting.objects.get(pk=meeting.pk)

    convene_meeting(current(), actor=SYSTEM)
    see()
    later = meeting.starts_at + timedelta(days=1)
    move_meeting(current(), starts_at=later, ends_at=later + timedelta(hours=2), actor=SYSTEM)
    see()
    postpone_meeting(current(), actor=SYSTEM)
    see()
    # One invitation a person and second of convening.
    time.sleep(1)
    convene_meeting(current(), actor=SYSTEM)
    see()
    cancel_meeting(current(), actor=SYSTEM)
    see()
    assert seen == [
        ("REQUEST", 1, "CONFIRMED", meeting.uid),
        ("REQUEST", 2, "CONFIRMED", meeting.uid),
        ("CANCEL", 3, "CANCELLED", meeting.uid),
        ("REQUEST", 4, "CONFIRMED", meeting.uid),
        ("CANCEL", 5, "CANCELLED", meeting.uid),
    ]


def test_another_place_keeps_the_answer(smtp, meeting, titular):
    (invitation,) = convene_meeting(meeting, actor=SYSTEM)
    leave(smtp)
    invitation.partstat = PartStat.ACCEPTED
    invitation.save()
    move_meeting(meeting, place="Ailleurs", actor=SYSTEM)
    _part, event = calendar_of(leave(smtp)[0])
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert str(event["LOCATION"]) == "Ailleurs"


def test_one_occurrence_of_a_series(smtp, titular, body):
    series = MeetingSeriesFactory(task_force=body, starts_on=timezone.now().date())
    start = timezone.now().replace(microsecond=0) + timedelta(days=20)
    meeting = MeetingFactory(task_force=body, series=series, slot=start.date(), starts_at=start)
    convene_meeting(meeting, actor=SYSTEM)
    part, event = calendar_of(leave(smtp)[0])
    assert event["UID"] == series.uid
    assert f"RECURRENCE-ID;TZID=Africa/Niamey:{start:%Y%m%d}T103000" in part.get_content()


def test_dakar(smtp):
    body = TaskForceFactory(country=CountryFactory(senegal=True))
    member(body)
    start = timezone.now() + timedelta(days=20)
    convene_meeting(MeetingFactory(task_force=body, starts_at=start), actor=SYSTEM)
    part, event = calendar_of(leave(smtp)[0])
    assert event["DTSTART"].params["TZID"] == "Africa/Dakar"
    assert "BEGIN:VTIMEZONE" in part.get_content()


def test_a_mandate_that_ends_while_the_mail_waits(smtp, meeting, titular):
    convene_meeting(meeting, actor=SYSTEM)
    mandate = Mandate.objects.get(person=titular)
    mandate.period = type(mandate.period)(mandate.period.lower, timezone.now().date() - timedelta(days=1))
    Mandate.objects.filter(pk=mandate.pk).update(period=mandate.period)
    meeting.invitations.update(created_at=timezone.now() - timedelta(days=10))
    assert leave(smtp) == []
    row = OutgoingEmail.objects.get(recipient="titulaire@example.org")
    assert row.state == EmailState.SKIPPED
    assert "a pris fin" in row.error


def test_an_invitation_overtaken_by_the_cancellation(smtp, meeting, titular):
    convene_meeting(meeting, actor=SYSTEM)
    cancel_meeting(meeting, actor=SYSTEM)
    (mail,) = leave(smtp)
    assert calendar_of(mail)[0].get_param("method") == "CANCEL"
    assert OutgoingEmail.objects.get(kind="meeting-invitation").state == EmailState.SKIPPED


def test_nobody_without_an_address_has_a_calendar_part(meeting, body):
    member(body, email="")
    convene_meeting(meeting, actor=SYSTEM)
    assert [row.attachments for row in OutgoingEmail.objects.all()] == [[]]


def test_sixty_invitations_are_quick(meeting, body):
    for _number in range(60):
        member(body)
    started = timezone.now()
    convene_meeting(meeting, actor=SYSTEM)
    assert meeting.state == MeetingState.CONVENED
    assert (timezone.now() - started).total_seconds() < 2
