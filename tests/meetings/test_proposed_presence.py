"""The list of presence opens with what people answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from meetings.enums import MeetingState, PartStat
from meetings.forms.attendance import PresenceSheet
from meetings.models import Meeting
from meetings.queries import presence_of
from meetings.queries.proposed_presence import proposed_presence
from meetings.services.answers import answer_invitation
from meetings.services.convening import convene_meeting
from meetings.services.guests import invite_people
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(body, agency_with, secretary):
    """The titular of PAM is represented, FAO comes at a distance, OMS is excused, HCR silent; a guest comes."""
    people = {name: agency_with(body, name, substitutes=1)[1] for name in ("PAM", "FAO", "OMS", "HCR")}
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=3))
    convene_meeting(meeting, actor=SYSTEM)
    guest = PersonFactory(family_name="Experte")
    invite_people(meeting, [guest], actor=SYSTEM)

    def say(person, partstat, **facts):
        answer_invitation(meeting.invitations.get(person=person), partstat=partstat, actor=SYSTEM, **facts)

    say(people["PAM"][0], PartStat.DELEGATED)
    say(people["PAM"][1], PartStat.ACCEPTED)
    say(people["FAO"][0], PartStat.ACCEPTED, mode="remote")
    say(people["OMS"][0], PartStat.DECLINED)
    say(guest, PartStat.ACCEPTED)
    return meeting, people, guest


def posted(sheet):
    """What the browser sends when nothing is touched."""
    data = {}
    for line in sheet.lines:
        for name in line.form.fields:
            value = line.form[name].value()
            if value is not None:
                data[f"{line.key}-{name}"] = str(value)
    return data


def test_the_sheet_proposes_and_saving_records(answered, office):
    meeting, people, guest = answered
    sheet = PresenceSheet(meeting)
    assert not presence_of(meeting).is_recorded, "proposed, not recorded"
    data = {name: value for name, value in posted(sheet).items() if not name.startswith("n")}
    assert office.post(reverse("meetings:attendance_edit", args=[meeting.pk]), data).status_code == 302
    rows = {row.person_id: row for row in meeting.attendances.all()}
    assert {pk: (row.status, row.capacity) for pk, row in rows.items()} == {
        people["PAM"][0].pk: ("represented", "titular"),
        people["PAM"][1].pk: ("present", "substitute"),
        people["FAO"][0].pk: ("remote", "titular"),
        people["OMS"][0].pk: ("excused", "titular"),
        guest.pk: ("present", "guest"),
    }
    assert rows[people["PAM"][0].pk].represented_by.person == people["PAM"][1]
    assert {agency.acronym for agency in presence_of(meeting).represented} == {"PAM", "FAO"}


def test_a_record_is_not_overwritten_by_an_answer(answered, office):
    meeting, people, _guest = answered
    data = {f"p{people['FAO'][0].pk}-status": "absent", f"p{people['FAO'][0].pk}-seen": ""}
    office.post(reverse("meetings:attendance_edit", args=[meeting.pk]), data)
    [line] = [line for line in PresenceSheet(meeting).lines if line.person == people["FAO"][0]]
    assert line.form["status"].value() == "absent"


def test_who_is_represented_by_somebody_who_did_not_accept_is_excused(answered):
    meeting, people, _guest = answered
    meeting.invitations.filter(person=people["PAM"][1]).update(partstat=PartStat.NEEDS_ACTION)
    proposed = proposed_presence(meeting)[people["PAM"][0].pk]
    assert (proposed.status, proposed.representative_id) == ("excused", None)


def test_a_meeting_that_was_held_proposes_nothing(answered):
    meeting, _people, _guest = answered
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD)
    assert proposed_presence(Meeting.objects.get(pk=meeting.pk)) == {}
