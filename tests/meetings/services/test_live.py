"""Captures made in the room: once each, in their order, two devices, what is refused, notes that meet."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.models import Draft
from core.services.drafts import save_draft
from meetings.enums import AttendanceStatus, Capacity, LiveKind, MeetingState, MinutesState, SectionKind
from meetings.forms.live import facts_of
from meetings.models import Attendance, ItemTurn, LiveEntry, Meeting, MeetingAction, MeetingDecision, MinutesSection
from meetings.queries.live import clocks, point_after, with_turns
from meetings.services.closing import start_meeting
from meetings.services.live import NotesConflict, PresenceChanged, capture, note_merged
from meetings.services.minutes import save_section
from tests.meetings.factories import AgendaItemFactory, AttendanceFactory, InvitationFactory, MeetingFactory
from tests.taskforce.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body, secretary):
    meeting = MeetingFactory(task_force=body, state=MeetingState.CONVENED)
    AgendaItemFactory(meeting=meeting, position=1, minutes=10)
    AgendaItemFactory(meeting=meeting, position=2)
    start_meeting(meeting, actor=secretary)
    return meeting


@pytest.fixture
def note_of(meeting):
    return meeting.minutes.sections.get(agenda_item__position=1)


@pytest.fixture
def send(meeting, secretary):
    def send(kind, *, client_id=None, at=None, **data):
        facts = facts_of(meeting, kind, data)
        return capture(
            meeting, client_id=client_id or uuid4(), kind=kind, facts=facts, at=at or timezone.now(), actor=secretary
        )

    return send


def text_of(section):
    return MinutesSection.objects.get(pk=section.pk).body


def test_a_capture_sent_twice_is_carried_out_once(meeting, send):
    one, other = uuid4(), uuid4()
    first, is_new = send(LiveKind.DECISION, client_id=one, text="Adopter le plan.")
    again, is_new_again = send(LiveKind.DECISION, client_id=one, text="Adopter le plan.")
    send(LiveKind.ACTION, client_id=other, text="Envoyer la liste.", owner="all", due_on="2016-04-01")
    send(LiveKind.ACTION, client_id=other, text="Un autre texte sous le même identifiant.")
    assert (is_new, is_new_again, again.pk) == (True, False, first.pk)
    assert MeetingDecision.objects.get(meeting=meeting).decision.text == "Adopter le plan."
    action = MeetingAction.objects.get(meeting=meeting).action
    assert (action.text, action.owner_all, str(action.due_on)) == ("Envoyer la liste.", True, "2016-04-01")
    assert LiveEntry.objects.count() == 2


def test_notes_in_their_order_make_one_text(send, note_of):
    send(LiveKind.NOTE, section=note_of.pk, base="", text="Le PAM")
    send(LiveKind.NOTE, section=note_of.pk, base="Le PAM", text="Le PAM présente.\n\nLa FAO aussi.")
    assert text_of(note_of) == "<p>Le PAM présente.</p><p>La FAO aussi.</p>"


def test_what_two_devices_write_in_one_section_stays_whole(send, note_of):
    send(LiveKind.NOTE, section=note_of.pk, base="", text="Premier point.")
    send(LiveKind.NOTE, section=note_of.pk, base="Premier point.", text="Premier point.\n\nÉcrit ailleurs.")
    # The first device goes on from what it wrote itself, and does not know the other's words.
    send(LiveKind.NOTE, section=note_of.pk, base="Premier point.", text="Premier point.\n\nÉcrit sans réseau.")
    send(
        LiveKind.NOTE,
        section=note_of.pk,
        base="Premier point.\n\nÉcrit sans réseau.",
        text="Premier point.\n\nÉcrit sans réseau, puis relu.",
    )
    body = text_of(note_of)
    assert body.count("Premier point.") == 1
    assert body.count("Écrit ailleurs.") == 1
    assert body.count("Écrit sans réseau") == 1
    assert "Écrit sans réseau, puis relu." in body


def test_two_writings_of_one_passage_are_a_conflict_until_both_are_kept(send, note_of):
    base = "Le comité valide la liste des zones pour mars."
    theirs = "Le comité valide la liste des zones pour avril."
    mine = "Le comité valide la liste des zones pour mai."
    send(LiveKind.NOTE, section=note_of.pk, base="", text=base)
    send(LiveKind.NOTE, section=note_of.pk, base=base, text=theirs)
    number = uuid4()
    with pytest.raises(NotesConflict) as conflict:
        send(LiveKind.NOTE, client_id=number, section=note_of.pk, base=base, text=mine)
    assert theirs in conflict.value.theirs
    assert mine in conflict.value.mine
    assert text_of(note_of) == f"<p>{theirs}</p>"
    assert not LiveEntry.objects.filter(client_id=number).exists()
    send(LiveKind.NOTE, client_id=number, section=note_of.pk, base=base, text=mine, both="1")
    assert text_of(note_of) == f"<p>{theirs}</p><p>{mine}</p>"


def test_notes_stand_under_a_table_that_they_do_not_touch(send, note_of, secretary):
    table = '<p>Voir <a href="https://example.org" rel="noopener noreferrer">la note</a></p><table><tbody><tr><td>1</td></tr></tbody></table>'
    save_section(note_of, body=table, base_version=0, actor=secretary)
    send(LiveKind.NOTE, section=note_of.pk, base="", text="Une remarque")
    send(LiveKind.NOTE, section=note_of.pk, base="Une remarque", text="Une remarque du PAM")
    assert text_of(note_of) == f"{table}<p>Une remarque du PAM</p>"


def test_the_draft_of_the_editor_is_another_text_and_stays(send, note_of, secretary):
    save_draft(note_of, author=secretary, text="<p>Brouillon long</p>", base_version=0, stored="")
    send(LiveKind.NOTE, section=note_of.pk, base="", text="Note brève")
    assert Draft.objects.get(author=secretary, object_id=note_of.pk).text == "<p>Brouillon long</p>"
    assert text_of(note_of) == "<p>Note brève</p>"


def test_a_refused_capture_leaves_nothing_and_may_be_sent_again(meeting, send, note_of):
    meeting.minutes.state = MinutesState.CIRCULATED
    meeting.minutes.save()
    number = uuid4()
    with pytest.raises(ValidationError, match="ne se modifie plus"):
        send(LiveKind.NOTE, client_id=number, section=note_of.pk, base="", text="Trop tard")
    assert not LiveEntry.objects.exists()
    meeting.minutes.state = MinutesState.DRAFT
    meeting.minutes.save()
    send(LiveKind.NOTE, client_id=number, section=note_of.pk, base="", text="Trop tard")
    assert text_of(note_of) == "<p>Trop tard</p>"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("autre", {}),
        ("decision", {"text": "  "}),
        ("decision", {"text": "x", "item": "999999"}),
        ("decision", {"text": "x\x00y"}),
        ("action", {"text": "x", "due_on": "demain"}),
        ("action", {"text": "x", "due_on": "2016-01-01"}),
        ("action", {"text": "x", "owner": "99999999"}),
        ("presence", {"person": "0", "status": "present", "seen": ""}),
        ("item", {"item": "9" * 40}),
        ("item", {}),
        ("item", {"leaves": "0"}),
        ("item", {"undo": "1"}),
        ("note", {"section": None, "text": ["a"]}),
    ],
)
def test_what_cannot_be_is_refused_in_words(send, kind, data):
    with pytest.raises(ValidationError) as refusal:
        send(kind, **data)
    assert all(refusal.value.messages)
    assert not LiveEntry.objects.exists()


def test_presence_keeps_what_else_is_known_of_a_person(meeting, send, body, agency_with):
    _agency, people = agency_with(body, "UNICEF", since=meeting.date - timedelta(days=30))
    send(LiveKind.PRESENCE, person=people[0].pk, status="present", seen="")
    row = Attendance.objects.get(meeting=meeting, person=people[0])
    assert (row.capacity, row.status) == (Capacity.TITULAR, AttendanceStatus.PRESENT)
    guest = AttendanceFactory(meeting=meeting, capacity=Capacity.OBSERVER)
    send(LiveKind.PRESENCE, person=guest.person_id, status="remote", seen="present")
    guest.refresh_from_db()
    assert (guest.capacity, guest.status) == (Capacity.OBSERVER, AttendanceStatus.REMOTE)
    send(LiveKind.PRESENCE, person=people[0].pk, status="", seen="present")
    assert not Attendance.objects.filter(meeting=meeting, person=people[0]).exists()


def test_a_guest_who_was_asked_is_marked_as_a_guest(meeting, send):
    guest = PersonFactory()
    InvitationFactory(meeting=meeting, person=guest, partstat="accepted")
    send(LiveKind.PRESENCE, person=guest.pk, status="present", seen="")
    assert Attendance.objects.get(person=guest).capacity == Capacity.GUEST


def test_a_mark_made_without_seeing_anothers_is_refused(meeting, send, body, agency_with):
    _agency, people = agency_with(body, "PAM", since=meeting.date - timedelta(days=30))
    send(LiveKind.PRESENCE, person=people[0].pk, status="excused", seen="")
    with pytest.raises(PresenceChanged) as changed:
        send(LiveKind.PRESENCE, person=people[0].pk, status="present", seen="")
    assert changed.value.now == "excused"
    send(LiveKind.PRESENCE, person=people[0].pk, status="present", seen="excused")
    assert Attendance.objects.get(person=people[0]).status == AttendanceStatus.PRESENT


def test_points_follow_each_other_with_their_times(meeting, send):
    first, second = meeting.agenda.all()
    start = timezone.now() - timedelta(minutes=30)
    Meeting.objects.filter(pk=meeting.pk).update(started_at=start)
    send(LiveKind.ITEM, item=first.pk, at=start + timedelta(minutes=1))
    send(LiveKind.ITEM, item=first.pk, at=start + timedelta(minutes=2))
    send(LiveKind.ITEM, item=second.pk, at=start + timedelta(minutes=13))
    # Late and out of order: the point before never ends before it began.
    send(LiveKind.ITEM, item=first.pk, at=start)
    assert ItemTurn.objects.filter(meeting=meeting, ended_at__isnull=True).get().agenda_item == first
    found = clocks(with_turns(Meeting.objects.filter(pk=meeting.pk)).get(), now=start + timedelta(minutes=20))
    assert found[first.pk].spent == 12 * 60
    assert found[first.pk].seconds(start + timedelta(minutes=20)) == 19 * 60
    assert found[second.pk].spent == 0


def outcomes(meeting):
    return list(meeting.agenda.values_list("outcome", flat=True))


def in_hand(meeting):
    return list(ItemTurn.objects.filter(meeting=meeting, ended_at=None).values_list("agenda_item", flat=True))


def test_the_point_left_is_treated_and_the_next_one_has_its_clock(meeting, send):
    first, second = meeting.agenda.all()
    send(LiveKind.ITEM, item=first.pk)
    assert outcomes(meeting) == ["open", "open"]
    send(LiveKind.ITEM, item=second.pk, leaves=first.pk)
    assert outcomes(meeting) == ["treated", "open"]
    assert in_hand(meeting) == [second.pk]
    send(LiveKind.ITEM, leaves=second.pk)
    assert outcomes(meeting) == ["treated", "treated"]
    assert in_hand(meeting) == []


def test_a_passage_is_taken_back_as_if_it_had_not_been(meeting, send):
    first, second = meeting.agenda.all()
    start = timezone.now() - timedelta(minutes=30)
    Meeting.objects.filter(pk=meeting.pk).update(started_at=start)
    send(LiveKind.ITEM, item=first.pk, at=start)
    send(LiveKind.ITEM, item=second.pk, leaves=first.pk, at=start + timedelta(minutes=5))
    send(LiveKind.ITEM, leaves=second.pk, at=start + timedelta(minutes=6))
    number = uuid4()
    for _again in range(2):
        send(LiveKind.ITEM, client_id=number, undo="1")
        assert (outcomes(meeting), in_hand(meeting)) == (["treated", "open"], [second.pk])
    send(LiveKind.ITEM, undo="1", item=second.pk)
    assert (outcomes(meeting), in_hand(meeting)) == (["open", "open"], [first.pk])
    found = clocks(with_turns(Meeting.objects.filter(pk=meeting.pk)).get(), now=start + timedelta(minutes=20))
    assert found[first.pk].seconds(start + timedelta(minutes=20)) == 20 * 60
    assert second.pk not in found
    send(LiveKind.ITEM, undo="1", item=first.pk)
    assert not ItemTurn.objects.exists()
    with pytest.raises(ValidationError, match="rien n’est annulé"):
        send(LiveKind.ITEM, undo="1")


def test_a_passage_that_another_device_followed_is_not_taken_back(meeting, send):
    first, second = meeting.agenda.all()
    send(LiveKind.ITEM, item=first.pk)
    send(LiveKind.ITEM, item=second.pk, leaves=first.pk)
    with pytest.raises(ValidationError, match="rien n’est annulé"):
        send(LiveKind.ITEM, undo="1", item=first.pk)
    assert in_hand(meeting) == [second.pk]


def test_a_point_taken_up_again_is_open_and_one_passed_over_comes_last(meeting, send):
    first, second = meeting.agenda.all()
    send(LiveKind.ITEM, item=second.pk)
    send(LiveKind.ITEM, item=first.pk, leaves=second.pk)
    row = with_turns(Meeting.objects.filter(pk=meeting.pk)).get()
    assert (point_after(row, second.pk), point_after(row, first.pk)) == (first.pk, None)
    send(LiveKind.ITEM, item=second.pk)
    assert (outcomes(meeting), in_hand(meeting)) == (["open", "open"], [second.pk])
    send(LiveKind.ITEM, undo="1", item=second.pk)
    assert (outcomes(meeting), in_hand(meeting)) == (["open", "treated"], [first.pk])


def test_a_postponed_point_that_is_left_stays_postponed(meeting, send):
    first, second = meeting.agenda.all()
    send(LiveKind.ITEM, item=first.pk)
    meeting.agenda.filter(pk=first.pk).update(outcome="postponed")
    send(LiveKind.ITEM, item=second.pk, leaves=first.pk)
    assert outcomes(meeting) == ["postponed", "open"]
    send(LiveKind.ITEM, undo="1", item=second.pk)
    assert outcomes(meeting) == ["postponed", "open"]


def test_no_point_is_reached_once_the_meeting_is_over(meeting, send):
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD)
    with pytest.raises(ValidationError, match="horloge"):
        send(LiveKind.ITEM, item=meeting.agenda.first().pk)


def test_long_notes_are_merged_without_being_repeated():
    many = "".join(f"<p>Ligne {number}</p>" for number in range(400))
    assert note_merged("<p>a</p>", mine="<p>a</p><p>b</p>", theirs=f"{many}<p>a</p>") == f"{many}<p>a</p><p>b</p>"
    assert note_merged("<p>a</p>", mine="<p>a</p>", theirs=many) == many


def test_the_section_of_another_meeting_is_not_reached(send, body, secretary):
    other = MeetingFactory(task_force=body, state=MeetingState.CONVENED, starts_at=timezone.now())
    start_meeting(other, actor=secretary)
    section = other.minutes.sections.get(kind=SectionKind.CONTEXT)
    with pytest.raises(ValidationError, match="n’existe plus"):
        send(LiveKind.NOTE, section=section.pk, base="", text="Ailleurs")
    assert text_of(section) == ""
