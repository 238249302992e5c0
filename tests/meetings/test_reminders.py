"""Reminders: when, to whom, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from core.models import EmailState, OutgoingEmail, SignedLink
from core.notifications import outbox
from core.notifications.base import schedules_board
from core.solicitations.links import hash_of
from meetings.enums import MeetingState, PartStat
from meetings.models import Meeting
from meetings.notifications.invitation import MeetingInvitation
from meetings.notifications.moved import MeetingMoved
from meetings.notifications.reminder import MeetingReminder, reminder_due_at
from meetings.services.answer_links import with_answer_links
from meetings.services.answers import answer_invitation
from meetings.services.meetings import invitations_of
from meetings.services.reminders import queue_due_reminders
from taskforce.models import Mandate
from tests.meetings.factories import InvitationFactory, MeetingFactory
from tests.taskforce.factories import CountryFactory, OfficeFactory, PersonFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db

# A Tuesday at 10:30 in Niamey (UTC+1): the reminders leave on 1 and 7 December at 8:00 there, 7:00 UTC.
MEETING = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
CONVENED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
J7 = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
J1 = datetime(2026, 12, 7, 7, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


def convened(*, people=1, starts_at=MEETING, convened_at=CONVENED, **meeting):
    meeting = MeetingFactory(starts_at=starts_at, state=MeetingState.CONVENED, convened_at=convened_at, **meeting)
    for _ in range(people):
        InvitationFactory(meeting=meeting, created_at=convened_at)
    return meeting


def rows(**filters):
    return OutgoingEmail.objects.filter(kind=MeetingReminder.slug, **filters)


def test_they_leave_seven_days_and_one_day_before_at_eight_in_the_bodys_time_zone():
    convened(people=3)
    assert queue_due_reminders(J7 - A_MINUTE) == 0
    assert queue_due_reminders(J7) == 3
    assert queue_due_reminders(J7 + A_MINUTE) == 0
    assert queue_due_reminders(J1 - A_MINUTE) == 0
    assert queue_due_reminders(J1) == 3
    assert rows(state=EmailState.QUEUED).count() == 6
    subjects = set(rows().values_list("subject", flat=True))
    day = "mardi 8\u00a0décembre\u00a02026 à 10\u00a0h\u00a030"
    assert {subject.partition(",")[0] for subject in subjects} == {
        f"Rappel\u00a0: réunion du {day}",
        f"Demain\u00a0: réunion du {day}",
    }


@pytest.mark.parametrize(
    ("zone", "country", "at"),
    [("Africa/Dakar", "senegal", datetime(2026, 12, 1, 8, 0, tzinfo=UTC)), ("Africa/Niamey", None, J7)],
)
def test_the_hour_is_the_bodys(zone, country, at):
    body = TaskForceFactory(country=CountryFactory(senegal=country == "senegal"), time_zone=zone)
    meeting = convened(task_force=body)
    assert reminder_due_at(meeting, 7) == at


def test_the_day_before_is_the_day_before_in_the_bodys_calendar():
    """23:30 UTC on the 7th is 0:30 on the 8th in Niamey."""
    meeting = MeetingFactory(starts_at=datetime(2026, 12, 7, 23, 30, tzinfo=UTC), state=MeetingState.CONVENED)
    assert reminder_due_at(meeting, 1) == J1


def test_who_has_answered_is_left_alone():
    meeting = convened(people=2)
    meeting.invitations.filter(pk=meeting.invitations.first().pk).update(partstat=PartStat.ACCEPTED)
    assert queue_due_reminders(J7) == 1


@pytest.mark.parametrize("state", set(MeetingState) - {MeetingState.CONVENED})
def test_only_a_convened_meeting_is_announced(state):
    meeting = convened()
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    assert queue_due_reminders(J7) == 0


def test_late_by_downtime_one_mail_leaves_and_the_other_says_why_not():
    convened()
    assert queue_due_reminders(J1 + timedelta(hours=5)) == 2
    assert rows(state=EmailState.QUEUED).get().unique_key.split(":")[3] == "1"
    assert rows(state=EmailState.SKIPPED).get().error == "Le rappel suivant était déjà à envoyer."


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CLOSED, MeetingState.CONVENED])
def test_too_late_is_written_down(state):
    meeting = convened()
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    assert queue_due_reminders(MEETING + timedelta(hours=3)) == 2
    assert set(rows().values_list("state", "error")) == {
        (EmailState.SKIPPED, "La réunion avait commencé avant que le rappel puisse partir.")
    }
    assert queue_due_reminders(MEETING + timedelta(hours=4)) == 0


def test_an_old_meeting_leaves_no_trace():
    convened()
    assert queue_due_reminders(MEETING + timedelta(days=15)) == 0


def test_a_meeting_convened_late_has_no_reminder_for_days_before():
    convened(convened_at=J7 + timedelta(hours=2))
    assert queue_due_reminders(J7 + timedelta(hours=3)) == 0
    assert queue_due_reminders(J1) == 1


def test_who_is_added_late_is_reminded_from_then_on():
    meeting = convened()
    InvitationFactory(meeting=meeting, created_at=J7 + timedelta(hours=2))
    assert queue_due_reminders(J7 + timedelta(hours=3)) == 1
    assert queue_due_reminders(J1) == 2


def test_a_meeting_moved_after_its_reminder_has_another_for_its_new_date():
    meeting = convened()
    queue_due_reminders(J7)
    moved_at = J7 + timedelta(days=2)
    meeting.starts_at, meeting.ends_at = MEETING + timedelta(days=14), MEETING + timedelta(days=14, hours=2)
    meeting.save()
    told = MeetingMoved(meeting.invitations.get(), before=MEETING).send()
    OutgoingEmail.objects.filter(pk=told.pk).update(created_at=moved_at)
    assert queue_due_reminders(J1) == 0
    assert queue_due_reminders(J7 + timedelta(days=14)) == 1
    assert [row.unique_key.split(":")[2] for row in rows().order_by("pk")] == ["2026-12-08", "2026-12-22"]


def test_a_meeting_moved_nearer_does_not_remind_of_what_was_just_told():
    meeting = convened(starts_at=MEETING + timedelta(days=14))
    moved_at = J7 + timedelta(days=2)
    meeting.starts_at, meeting.ends_at = MEETING, MEETING + timedelta(hours=2)
    meeting.save()
    told = MeetingMoved(meeting.invitations.get(), before=MEETING + timedelta(days=14)).send()
    OutgoingEmail.objects.filter(pk=told.pk).update(created_at=moved_at)
    assert queue_due_reminders(moved_at + A_MINUTE) == 0
    assert queue_due_reminders(J1) == 1


def test_nobody_without_an_address_is_forgotten_in_silence():
    meeting = convened(people=0)
    InvitationFactory(meeting=meeting, created_at=CONVENED, person=PersonFactory(email=""))
    assert queue_due_reminders(J7) == 1
    row = rows().get()
    assert (row.state, row.recipient) == (EmailState.SKIPPED, "")
    assert row.error == "Cette personne n’a pas d’adresse électronique."


def ended(meeting, *, role="titular"):
    """A member invited in office whose mandate or office ends on 25 November."""
    person = member(meeting.task_force, role=role)
    last = date(2026, 11, 25)
    if role == "secretariat":
        person.offices.update(period=period(date(2026, 1, 1), last))
    else:
        Mandate.objects.filter(person=person).update(period=period(date(2026, 1, 1), last))
    return InvitationFactory(meeting=meeting, person=person, created_at=CONVENED)


@pytest.mark.parametrize("role", ["titular", "substitute", "observer", "secretariat"])
def test_who_has_left_since_the_invitation_is_not_written_to(role):
    meeting = convened(people=0)
    ended(meeting, role=role)
    InvitationFactory(meeting=meeting, person=member(meeting.task_force), created_at=CONVENED)
    assert queue_due_reminders(J7) == 2
    assert rows(state=EmailState.SKIPPED).get().error == (
        "Le mandat ou la fonction de cette personne a pris fin depuis l’invitation."
    )


def test_who_left_a_seat_and_holds_another_is_still_reminded():
    meeting = convened(people=0)
    invitation = ended(meeting)
    OfficeFactory(task_force=meeting.task_force, person=invitation.person, period=period(date(2026, 11, 26)))
    assert queue_due_reminders(J7) == 1
    assert rows().get().state == EmailState.QUEUED


def test_a_guest_is_reminded():
    convened(people=1)
    queue_due_reminders(J7)
    assert rows().get().state == EmailState.QUEUED


# What changes while a reminder waits for the mail server ---------------------------------


def waiting(meeting):
    """The meeting's J-7 reminder, waiting in the queue; the clock stands just after it was written."""
    queue_due_reminders(reminder_due_at(meeting, 7))
    return rows().get()


def soon(**changes):
    """A meeting in eight days of real time, so that `timezone.now()` may send its reminder."""
    now = timezone.now()
    return convened(starts_at=now + timedelta(days=6), convened_at=now - timedelta(days=30), **changes)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": MeetingState.CANCELLED}, "La réunion n’est plus à venir : elle est « annulée »."),
        ({"state": MeetingState.POSTPONED}, "La réunion n’est plus à venir : elle est « reportée »."),
        (
            {"starts_at": timezone.now() + timedelta(days=20), "ends_at": timezone.now() + timedelta(days=21)},
            "La réunion a changé de date depuis.",
        ),
    ],
)
def test_a_waiting_reminder_that_is_no_longer_true_does_not_leave(smtp, change, reason):
    meeting = soon()
    row = waiting(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(**change)
    assert outbox.send_email(row.pk) is False
    row.refresh_from_db()
    assert (row.state, row.error) == (EmailState.SKIPPED, reason)


def test_a_mandate_that_ends_while_the_reminder_waits(smtp):
    meeting = soon(people=0)
    person = member(meeting.task_force)
    InvitationFactory(meeting=meeting, person=person, created_at=meeting.convened_at)
    row = waiting(meeting)
    yesterday = meeting.task_force.today() - timedelta(days=1)
    Mandate.objects.filter(person=person).update(period=period(date(2016, 1, 1), yesterday))
    assert outbox.send_email(row.pk) is False
    row.refresh_from_db()
    assert row.state == EmailState.SKIPPED


def test_a_reminder_that_is_still_true_leaves(smtp):
    row = waiting(soon())
    assert outbox.send_email(row.pk) is True
    assert smtp.messages[0]["To"].endswith(f"<{row.recipient}>")


def test_once_the_meeting_has_begun_its_reminder_stays(smtp):
    meeting = soon()
    row = waiting(meeting)
    assert row.useful_until == meeting.starts_at


# The outbox page reads what is to come ----------------------------------------------------


def test_what_will_leave_is_known_in_advance(django_assert_num_queries):
    meeting = convened(people=3)
    InvitationFactory(meeting=meeting, person=PersonFactory(email=""))
    convened(task_force=meeting.task_force, starts_at=MEETING + timedelta(days=35))
    convened()
    [schedule] = [cls for cls in schedules_board if cls.slug == "meeting-reminders"]
    with django_assert_num_queries(1):
        upcoming = schedule(scope=meeting.task_force, now=J7 + A_MINUTE).upcoming()
    assert [(u.at, u.label, u.count) for u in upcoming] == [
        (J1, "Rappel de la veille", 3),
        (J7 + timedelta(days=35), "Rappel à J-7", 1),
        (J1 + timedelta(days=35), "Rappel de la veille", 1),
    ]


def test_the_invitation_comes_again_when_the_meeting_is_convened_again():
    meeting = convened()
    invitation = meeting.invitations.get()
    first = MeetingInvitation(invitation).send()
    assert MeetingInvitation(invitation).send().pk == first.pk
    meeting.convened_at = CONVENED + timedelta(days=1)
    invitation.meeting = meeting
    assert MeetingInvitation(invitation).send().pk != first.pk


def test_a_beat_that_was_down_for_six_hours_still_reminds_once():
    convened(people=2)
    assert queue_due_reminders(J7 + timedelta(hours=6)) == 2
    assert queue_due_reminders(J7 + timedelta(hours=6, minutes=1)) == 0
    assert set(rows().values_list("state", flat=True)) == {EmailState.QUEUED}


def test_each_reminder_carries_the_link_that_serves():
    meeting = convened(people=2)
    with_answer_links(MeetingInvitation(invitation) for invitation in invitations_of(meeting))
    queue_due_reminders(J7)
    queue_due_reminders(J7 + A_MINUTE)
    live = set(SignedLink.objects.filter(revoked_at=None).values_list("token_hash", flat=True))
    sent = {hash_of(outbox.secrets_of(row)["link"].rstrip("/").rpartition("/")[2]) for row in rows()}
    assert sent == live
    assert len(live) == 2
    assert "Vous n’avez pas encore répondu" in rows().first().text


def test_who_is_represented_or_excused_is_not_reminded_and_the_substitute_is(agency_with):
    body = TaskForceFactory()
    titular, first = agency_with(body, "PAM", substitutes=1)[1]
    meeting = convened(people=0, task_force=body, starts_at=timezone.now() + timedelta(days=6, hours=12))
    for person in (titular, first):
        InvitationFactory(meeting=meeting, person=person, created_at=CONVENED - timedelta(days=300))
    mine = meeting.invitations.get(person=titular)
    answer_invitation(mine, partstat=PartStat.DECLINED, actor=SYSTEM)
    for _beat in range(3):
        queue_due_reminders(meeting.starts_at - timedelta(days=1, hours=-1))
    assert set(rows(state=EmailState.QUEUED).values_list("recipient", flat=True)) == {first.email}
    assert OutgoingEmail.objects.filter(kind="stand-in-asked").count() == 1
