"""Answers to invitations: what is recorded, who stands in, who is told, and how often."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.actors import SYSTEM, Actor
from core.models import OutgoingEmail
from meetings.enums import MeetingState, PartStat
from meetings.forms.answers import AnswerForm
from meetings.models import Invitation, Meeting
from meetings.queries.answers import answer_board, stand_ins
from meetings.services.answers import answer_invitation, representative_named
from meetings.services.convening import convene_meeting
from meetings.services.meetings import cancel_meeting, move_meeting, postpone_meeting
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory

pytestmark = pytest.mark.django_db

ACCEPTED, DECLINED, DELEGATED, NOTHING = (
    PartStat.ACCEPTED,
    PartStat.DECLINED,
    PartStat.DELEGATED,
    PartStat.NEEDS_ACTION,
)


@pytest.fixture
def seated(body, agency_with):
    """A seat: titular and two substitutes."""
    agency, people = agency_with(body, "PAM", substitutes=2)
    return agency, people


@pytest.fixture
def meeting(body, seated, secretary):
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))
    convene_meeting(meeting, actor=SYSTEM)
    OutgoingEmail.objects.all().delete()
    return meeting


def invitation(meeting, person):
    return meeting.invitations.get(person=person)


def answer(meeting, person, partstat, **facts):
    actor = facts.pop("actor", Actor(kind="link", person=person, label=str(person)))
    return answer_invitation(invitation(meeting, person), partstat=partstat, actor=actor, **facts)


def told(kind):
    return [row.recipient for row in OutgoingEmail.objects.filter(kind=kind).order_by("pk")]


def test_the_answer_and_its_author_are_kept(meeting, seated):
    titular = seated[1][0]
    answer(meeting, titular, ACCEPTED, mode="remote", channel="link", comment="  Je me connecte à 11 h. ")
    row = invitation(meeting, titular)
    assert (row.partstat, row.attend_mode, row.is_remote, row.answered_by) == (ACCEPTED, "remote", True, None)
    kept = row.answers.get()
    assert (kept.partstat, kept.channel, kept.comment, kept.actor_label, kept.on_behalf) == (
        ACCEPTED,
        "link",
        "Je me connecte à 11 h.",
        str(titular),
        False,
    )
    assert not OutgoingEmail.objects.exists(), "nobody has to be told"


def test_an_answer_entered_by_the_secretariat_says_by_whom(meeting, seated, secretary):
    titular = seated[1][0]
    answer(meeting, titular, ACCEPTED, actor=secretary, channel="secretariat")
    row = invitation(meeting, titular)
    kept = row.answers.get()
    assert (row.answered_by, kept.actor_user, kept.on_behalf) == (secretary, secretary, True)
    board = answer_board(meeting)
    [line] = [line for group in board.groups for line in group.rows if line.invitation == row]
    assert line.on_behalf == str(secretary)


def test_the_same_answer_again_is_one_answer(meeting, seated):
    titular, first, _second = seated[1]
    for _press in range(3):
        answer(meeting, titular, DELEGATED)
    assert invitation(meeting, titular).answers.count() == 1
    assert told("stand-in-asked") == [first.email]


def test_an_excused_titular_is_told_of_once_to_the_first_substitute(meeting, seated):
    titular, first, _second = seated[1]
    answer(meeting, titular, DECLINED)
    answer(meeting, titular, DECLINED, comment="En mission.")
    assert told("stand-in-asked") == [first.email]
    row = OutgoingEmail.objects.get(kind="stand-in-asked")
    assert "est excusée" in row.subject
    assert "titulaire" in row.text
    # Excused, then represented by the person who has been told already.
    answer(meeting, titular, DELEGATED)
    assert told("stand-in-asked") == [first.email]


def test_a_substitute_who_is_excused_tells_nobody(meeting, seated):
    _titular, first, _second = seated[1]
    answer(meeting, first, DECLINED)
    assert not OutgoingEmail.objects.exists()


def test_when_a_substitute_declines_the_next_is_asked_and_told(meeting, seated):
    titular, first, second = seated[1]
    answer(meeting, titular, DELEGATED)
    answer(meeting, first, DECLINED)
    row = invitation(meeting, titular)
    assert (row.partstat, row.delegated_to, row.stand_in) == (DELEGATED, second, second)
    assert told("stand-in-asked") == [first.email, second.email]
    assert [(one.actor_label, one.delegated_to) for one in row.answers.order_by("pk")] == [
        (str(titular), first),
        ("Système", second),
    ]
    answer(meeting, second, DECLINED)
    row = invitation(meeting, titular)
    assert (row.partstat, row.delegated_to, row.stand_in) == (DECLINED, None, None)
    assert told("stand-in-missing") == [titular.email]


def test_the_first_substitute_who_said_no_already_is_passed_over(meeting, seated):
    titular, first, second = seated[1]
    answer(meeting, first, DECLINED)
    answer(meeting, titular, DECLINED)
    assert told("stand-in-asked") == [second.email]


def test_a_titular_who_comes_after_all_releases_the_substitute(meeting, seated):
    titular, first, _second = seated[1]
    answer(meeting, titular, DELEGATED)
    answer(meeting, titular, ACCEPTED)
    row = invitation(meeting, titular)
    assert (row.partstat, row.delegated_to, row.stand_in) == (ACCEPTED, None, None)
    assert told("stand-in-released") == [first.email]
    # And cannot once more: asked again, told again.
    answer(meeting, titular, DELEGATED)
    assert told("stand-in-asked") == [first.email, first.email]


def test_another_representative_replaces_the_first(meeting, seated):
    titular, first, second = seated[1]
    answer(meeting, titular, DELEGATED, delegated_to=first)
    answer(meeting, titular, DELEGATED, delegated_to=second)
    assert told("stand-in-asked") == [first.email, second.email]
    assert told("stand-in-released") == [first.email]


def test_a_substitute_who_hands_on_passes_the_place_of_the_titular_too(meeting, seated):
    titular, first, second = seated[1]
    answer(meeting, titular, DELEGATED)
    answer(meeting, first, DELEGATED, delegated_to=second)
    assert invitation(meeting, titular).delegated_to == second
    assert told("stand-in-asked") == [first.email, second.email], "said once to each"


def test_somebody_of_the_agency_without_mandate_is_invited_to_represent(meeting, seated):
    agency, (titular, first, second) = seated
    colleague = PersonFactory(agency=agency)
    assert [one.person for one in stand_ins(invitation(meeting, titular))] == [first, second, colleague]
    answer(meeting, titular, DELEGATED, delegated_to=colleague)
    assert invitation(meeting, colleague).partstat == NOTHING
    assert told("stand-in-asked") == [colleague.email]
    board = answer_board(meeting)
    [group] = [group for group in board.groups if group.acronym == "PAM"]
    assert [(row.invitation.person, row.rank) for row in group.rows][-1] == (colleague, "Sans mandat")
    answer(meeting, colleague, ACCEPTED)
    board = answer_board(meeting)
    assert (board.agencies_forecast, board.coming, board.represented) == (1, 1, 1)


def test_a_colleague_can_be_named_and_found_by_address(meeting, seated):
    agency, (titular, *_rest) = seated
    mine = invitation(meeting, titular)
    named = {"given_name": "Zeinabou", "family_name": "Sani", "email": "z.sani@example.org", "actor": SYSTEM}
    person = representative_named(mine, **named)
    assert person.agency == agency
    assert representative_named(mine, **named) == person
    stranger = PersonFactory(agency=AgencyFactory())
    with pytest.raises(ValidationError, match="ne peut pas être utilisée ici"):
        representative_named(mine, **{**named, "email": stranger.email})


@pytest.mark.parametrize("who", ["self", "stranger", "declined"])
def test_who_cannot_represent_is_refused(meeting, seated, who):
    titular, first, _second = seated[1]
    if who == "declined":
        answer(meeting, first, DECLINED)
    target = {"self": titular, "stranger": PersonFactory(agency=AgencyFactory()), "declined": first}[who]
    with pytest.raises(ValidationError):
        answer(meeting, titular, DELEGATED, delegated_to=target)
    assert invitation(meeting, titular).partstat == NOTHING


def test_nobody_left_to_represent_is_said(meeting, seated):
    titular, first, second = seated[1]
    answer(meeting, first, DECLINED)
    answer(meeting, second, DECLINED)
    with pytest.raises(ValidationError, match="Aucun suppléant"):
        answer(meeting, titular, DELEGATED)


@pytest.mark.parametrize("what", ["begun", "cancelled", "postponed", "held"])
def test_too_late_is_said(meeting, seated, what):
    titular = seated[1][0]
    now = None
    if what == "begun":
        now = meeting.starts_at
    elif what == "held":
        Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD)
    else:
        {"cancelled": cancel_meeting, "postponed": postpone_meeting}[what](meeting, actor=SYSTEM)
    with pytest.raises(ValidationError) as refused:
        answer(meeting, titular, ACCEPTED, now=now)
    assert refused.value.code == "too-late"
    assert not invitation(meeting, titular).answers.exists()


@pytest.mark.parametrize(
    "facts", [{"partstat": "maybe"}, {"partstat": NOTHING}, {"comment": "a\x00b"}, {"comment": "x" * 1001}]
)
def test_bad_input_is_refused(meeting, seated, facts):
    titular = seated[1][0]
    with pytest.raises(ValidationError):
        answer(meeting, titular, facts.pop("partstat", ACCEPTED), **facts)


def test_moving_the_meeting_asks_again(meeting, seated):
    titular = seated[1][0]
    answer(meeting, titular, DELEGATED)
    later = {"starts_at": meeting.starts_at + timedelta(days=1), "ends_at": meeting.ends_at + timedelta(days=1)}
    move_meeting(meeting, actor=SYSTEM, **later)
    row = invitation(meeting, titular)
    assert (row.partstat, row.attend_mode, row.delegated_to, row.stand_in) == (NOTHING, "", None, None)
    assert row.answers.count() == 1, "what had been answered stays on record"


def test_the_board_counts_and_forecasts_the_quorum(body, meeting, seated):
    body.quorum_share = "0.5"
    body.save()
    titular, first, second = seated[1]
    answer(meeting, titular, DECLINED)
    answer(meeting, first, ACCEPTED)
    board = answer_board(Meeting.objects.get(pk=meeting.pk))
    assert (board.total, board.coming, board.excused, board.waiting) == (4, 1, 1, 2)
    assert (board.quorum_needed, board.seats_forecast, board.quorum_forecast) == (1, 1, True)
    assert [row.invitation.person.family_name for row in board.others] == ["Abdou"]
    answer(meeting, first, DECLINED)
    assert answer_board(Meeting.objects.get(pk=meeting.pk)).quorum_forecast is False


@pytest.mark.parametrize("seats", [1, 4])
def test_the_board_costs_the_same_whatever_its_length(
    body, agency_with, secretary, seats, django_assert_max_num_queries
):
    for number in range(seats):
        agency_with(body, f"AG{number}")
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))
    convene_meeting(meeting, actor=SYSTEM)
    answer(meeting, Invitation.objects.filter(meeting=meeting).first().person, ACCEPTED)
    meeting = Meeting.objects.select_related("task_force").get(pk=meeting.pk)
    with django_assert_max_num_queries(5):
        board = answer_board(meeting)
        assert [row.invitation.person.agency for group in board.groups for row in group.rows]


def test_a_colleague_without_a_rank_is_never_proposed_by_himself(body, agency_with):
    agency, [titular] = agency_with(body, "FNUAP", substitutes=0)
    colleague = PersonFactory(agency=agency)
    meeting = MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=9))
    convene_meeting(meeting, actor=SYSTEM)
    form = AnswerForm(invitation(meeting, titular))
    assert form["representative"].value() == ""
    assert [value for value, _label in form.fields["representative"].choices] == ["", str(colleague.pk), "other"]
    unsaid = AnswerForm(invitation(meeting, titular), {"answer": "delegated", "representative": ""})
    assert not unsaid.is_valid()
    assert "Choisissez qui vous représente." in unsaid.errors["representative"]


def test_the_substitute_is_proposed(meeting, seated):
    titular, substitute, _second = seated[1]
    form = AnswerForm(invitation(meeting, titular))
    assert form["representative"].value() == str(substitute.pk)
    assert "" not in dict(form.fields["representative"].choices)
