"""What waits for an agenda; the day it is settled; the minutes to adopt; whose turn it is to lead."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from meetings.enums import ItemOutcome, MeetingState, MinutesState, ProposalState
from meetings.models import AgendaItem, AgendaProposal
from meetings.queries.backlog import backlog_of
from meetings.queries.specialists import theme_proposals
from meetings.services.agenda import add_standing_item, carry_item, edit_item
from meetings.services.meetings import move_meeting
from meetings.services.proposals import freeze_day, propose_item
from taskforce.models import LeadAgency, Theme
from tests.meetings.factories import AgendaItemFactory, MeetingFactory, MinutesFactory
from tests.taskforce.factories import AgencyFactory, PersonFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


def coming(body, days=20, **facts):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=days), **facts)


@pytest.fixture
def body():
    return TaskForceFactory()


# The day the agenda is settled -----------------------------------------------------------------------


@pytest.mark.parametrize(("days", "freeze", "late"), [(20, 5, False), (4, 5, True), (5, 5, False), (20, None, False)])
def test_a_point_proposed_after_the_freeze_is_late(body, days, freeze, late):
    body.agenda_freeze_days = freeze
    body.save()
    meeting = coming(body, days)
    proposal = propose_item(meeting, title="Ciblage", person=PersonFactory(), actor=SYSTEM)
    assert proposal.is_late is late
    assert (freeze_day(meeting) is None) is (freeze is None)


def test_the_page_says_that_a_point_comes_late(client, body):
    body.agenda_freeze_days = 30
    body.save()
    meeting = coming(body)
    client.force_login(member(body).user)
    page = client.get(reverse("meetings:propose", args=[meeting.pk])).content.decode()
    assert "arrêté depuis le" in page
    client.post(reverse("meetings:propose", args=[meeting.pk]), {"title": "Tard"})
    client.force_login(member(body, role="secretariat").user)
    assert "Tardif" in client.get(reverse("meetings:agenda_edit", args=[meeting.pk])).content.decode()


# À programmer ------------------------------------------------------------------------------------------


def kept(body, title="Registre"):
    old = MeetingFactory(task_force=body, state=MeetingState.HELD)
    return AgendaProposal.objects.create(
        meeting=old, title=title, proposed_by=PersonFactory(), state=ProposalState.BACKLOG
    )


def put_off(body, **facts):
    return AgendaItemFactory(
        meeting=MeetingFactory(task_force=body, state=MeetingState.HELD), outcome=ItemOutcome.POSTPONED, **facts
    )


def test_the_backlog_holds_what_waits_and_nothing_else(body):
    proposal, item = kept(body), put_off(body)
    kept(TaskForceFactory())
    AgendaItemFactory(meeting=item.meeting, outcome=ItemOutcome.TREATED)
    found = backlog_of(body)
    assert (found.proposals, found.items, found.total) == ([proposal], [item], 2)
    next_one = coming(body)
    carry_item(item, next_one, actor=SYSTEM)
    assert backlog_of(body).items == [] and backlog_of(body).meetings == [next_one]


def test_both_go_onto_an_agenda_once(client, body):
    proposal, item, meeting = kept(body), put_off(body, title="Ancien"), coming(body)
    client.force_login(member(body, role="secretariat").user)
    for _press in range(2):
        client.post(
            reverse("meetings:backlog_proposal", args=[body.slug, proposal.pk]),
            {"act": "accept", "meeting": meeting.pk},
        )
        client.post(reverse("meetings:backlog_item", args=[body.slug, item.pk]), {"meeting": meeting.pk})
    assert sorted(meeting.agenda.values_list("title", flat=True)) == ["Ancien", "Registre"]
    assert meeting.agenda.get(title="Ancien").carried_from == item
    assert client.get(reverse("meetings:backlog", args=[body.slug])).status_code == 200


@pytest.mark.parametrize("chosen", ["", "x", "0", "9" * 40, "-1", "٣"])
def test_a_meeting_that_is_none_changes_nothing(client, body, chosen):
    proposal, item = kept(body), put_off(body)
    coming(body)
    client.force_login(member(body, role="secretariat").user)
    for name, pk in (("backlog_proposal", proposal.pk), ("backlog_item", item.pk)):
        answer = client.post(reverse(f"meetings:{name}", args=[body.slug, pk]), {"meeting": chosen}, follow=True)
        assert "Choisissez une réunion à venir." in answer.content.decode()
    assert backlog_of(body).total == 2


def test_another_bodys_meeting_is_no_choice(client, body):
    proposal, other = kept(body), coming(TaskForceFactory())
    client.force_login(member(body, role="secretariat").user)
    client.post(reverse("meetings:backlog_proposal", args=[body.slug, proposal.pk]), {"meeting": other.pk})
    assert not other.agenda.exists()
    with pytest.raises(ValidationError):
        carry_item(put_off(body), other, actor=SYSTEM)


def test_a_kept_point_may_be_left_for_good(client, body):
    proposal = kept(body)
    client.force_login(member(body, role="secretariat").user)
    act = reverse("meetings:backlog_proposal", args=[body.slug, proposal.pk])
    client.post(act, {"act": "refuse"})
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.BACKLOG, "not without a reason"
    client.post(act, {"act": "refuse", "answer": "Hors du mandat."})
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.REFUSED


def test_a_link_follows_the_meeting_that_moves(body):
    item, meeting = put_off(body), coming(body)
    link = carry_item(item, meeting, actor=SYSTEM)
    start = meeting.starts_at + timedelta(days=7)
    move_meeting(meeting, starts_at=start, ends_at=start + timedelta(hours=2), actor=SYSTEM)
    link.refresh_from_db()
    assert (link.meeting_id, link.carried_from_id) == (meeting.pk, item.pk)
    assert carry_item(item, meeting, actor=SYSTEM) == link, "once"
    edit_item(item, outcome=ItemOutcome.TREATED, actor=SYSTEM)
    assert not AgendaItem.objects.filter(pk=link.pk).exists()


# The minutes to adopt ---------------------------------------------------------------------------------


def test_the_standing_point_names_the_minutes_to_adopt(client, body):
    older = MinutesFactory(meeting=MeetingFactory(task_force=body, starts_at=datetime(2016, 1, 12, 9, tzinfo=UTC)))
    last = MinutesFactory(meeting=MeetingFactory(task_force=body), state=MinutesState.CIRCULATED)
    MinutesFactory(meeting=MeetingFactory())
    meeting = coming(body)
    item, _created = add_standing_item(meeting, "previous-minutes", actor=SYSTEM)
    assert item.previous_minutes == last != older
    client.force_login(member(body).user)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert last.meeting.get_absolute_url() in page


@pytest.mark.parametrize("state", [MinutesState.APPROVED, MinutesState.PUBLISHED])
def test_adopted_minutes_are_not_adopted_again(body, state):
    MinutesFactory(meeting=MeetingFactory(task_force=body), state=state)
    item, _created = add_standing_item(coming(body), "previous-minutes", actor=SYSTEM)
    assert item.previous_minutes is None


def test_an_unknown_standing_point_is_no_point(body):
    with pytest.raises(KeyError):
        add_standing_item(coming(body), "nothing", actor=SYSTEM)


# Whose turn it is -------------------------------------------------------------------------------------


def test_who_led_longest_ago_is_proposed_first(body):
    theme = Theme.objects.create(name="Ciblage")
    agencies = {name: AgencyFactory(acronym=name) for name in ("ANCIEN", "JAMAIS", "RECENT")}
    for agency in agencies.values():
        LeadAgency.objects.create(task_force=body, theme=theme, agency=agency, period=period(date(2015, 1, 1)))
    for name, month in (("RECENT", 3), ("ANCIEN", 1)):
        MeetingFactory(
            task_force=body, starts_at=datetime(2016, month, 8, 9, tzinfo=UTC), lead_agency=agencies[name], state="held"
        )
    MeetingFactory(
        task_force=body,
        starts_at=datetime(2016, 4, 8, 9, tzinfo=UTC),
        lead_agency=agencies["JAMAIS"],
        state="cancelled",
    )
    leads = theme_proposals(coming(body, theme="Ciblage des ménages")).leads
    assert [lead["acronym"] for lead in leads] == ["JAMAIS", "ANCIEN", "RECENT"]
    assert [lead["last"] for lead in leads] == [None, date(2016, 1, 8), date(2016, 3, 8)]
