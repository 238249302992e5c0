"""Decisions and actions from the meeting's page."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from core.actors import SYSTEM
from meetings.enums import MeetingState, Visibility
from meetings.services.register import log_action, log_decision
from taskforce.models import ActionItem, Decision
from tests.meetings.factories import AgendaItemFactory, AttendanceFactory, MeetingDecisionFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, CountryFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, state=MeetingState.HELD)


def at(name, meeting, *args):
    return reverse(f"meetings:{name}", args=[meeting.pk, *args])


def shown(response):
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def said(response):
    return [message.level_tag for message in get_messages(response.wsgi_request)]


def test_a_decision_by_consensus_and_one_by_vote(office, meeting):
    item = AgendaItemFactory(meeting=meeting)
    url = at("decision_add", meeting)
    assert f'value="{item.pk}" selected' in shown(office.get(url, {"point": item.pk}))
    office.post(url, {"text": "Se réunir chaque mois.", "mode": "consensus", "agenda_item": item.pk})
    office.post(
        url,
        {
            "text": "Adopter la grille.",
            "mode": "vote",
            "votes_for": "5",
            "votes_against": "1",
            "abstentions": "0",
            "is_restricted": "on",
        },
    )
    first, second = Decision.objects.order_by("number")
    assert (first.reference, first.meeting_link.agenda_item, first.decided_on) == ("D-2016-01", item, date(2016, 3, 8))
    assert (second.votes_for, second.abstentions, second.is_restricted) == (5, 0, True)


def test_pressed_twice_one_of_each(office, meeting):
    for name, data in (("decision_add", {"mode": "consensus"}), ("action_add", {"priority": "normal"})):
        office.post(at(name, meeting), {"text": "Une seule fois.", **data})
        assert said(office.post(at(name, meeting), {"text": "Une seule fois.", **data}))[-1] == "info"
    assert (Decision.objects.count(), ActionItem.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("decision_add", {"text": ""}),
        ("decision_add", {"text": "x" * 4001}),
        ("decision_add", {"text": "a\x00b"}),
        ("decision_add", {"mode": "dice"}),
        ("decision_add", {"votes_for": "3"}),
        ("decision_add", {"mode": "vote", "votes_for": "-1"}),
        ("decision_add", {"agenda_item": "999999"}),
        ("action_add", {"text": ""}),
        ("action_add", {"due_on": "7/3/2016"}),
        ("action_add", {"due_on": "31/2/2017"}),
        ("action_add", {"owners": ["999999"]}),
        ("action_add", {"other_owners": "PAM, Inconnue"}),
        ("action_add", {"owner_person": "999999"}),
        ("action_add", {"owner_function": "x" * 121}),
        ("action_add", {"priority": "someday"}),
    ],
)
def test_bad_input_is_said_and_kept(office, meeting, name, change):
    AgencyFactory(acronym="PAM")
    data = {"text": "Phrase à garder.", "mode": "consensus", "priority": "normal"} | change
    page = shown(office.post(at(name, meeting), data))
    assert "error-summary" in page
    assert "Phrase à garder." in page or "text" in change
    assert not Decision.objects.exists()
    assert not ActionItem.objects.exists()


def test_an_action_with_its_owners(body, office, meeting, agency_with):
    seated, (person, *_) = agency_with(body, "PAM")
    came = AttendanceFactory(meeting=meeting, agency=AgencyFactory(acronym="METSS", country=body.country)).agency
    bank = AgencyFactory(acronym="Banque mondiale")
    bank.aliases.create(label="World Bank")
    AgencyFactory(acronym="DGPSN", country=CountryFactory(senegal=True))
    offered = list(office.get(at("action_add", meeting)).context["form"].fields["owners"].queryset)
    assert offered == [came, seated]
    data = {
        "text": "Préparer le glossaire.",
        "owners": [seated.pk, came.pk],
        "other_owners": " world bank ,",
        "owner_person": person.pk,
        "owner_function": "Coordination",
        "owner_all": "on",
        "due_on": "5 avril 2016",
        "priority": "high",
    }
    assert office.post(at("action_add", meeting), data).status_code == 302
    action = ActionItem.objects.get()
    assert {owner.agency for owner in action.owners.all()} == {seated, came, bank}
    assert (action.due_on, action.owner_person, action.owner_all, action.priority) == (
        date(2016, 4, 5),
        person,
        True,
        "high",
    )
    page = shown(office.get(at("action_edit", meeting, action.pk)))
    assert 'value="Banque mondiale"' in page
    assert "5/4/2016" in page
    assert "n’est pas une structure connue" in shown(
        office.post(at("action_add", meeting), data | {"other_owners": "DGPSN"})
    )


def test_an_action_may_lack_owner_and_date_and_is_flagged(office, meeting):
    office.post(at("action_add", meeting), {"text": "Des actions seront prises.", "priority": "normal"})
    page = shown(office.get(meeting.get_absolute_url()))
    assert "À désigner" in page
    assert "À fixer" in page


def test_corrections_and_removals(office, meeting):
    decision = log_decision(meeting, text="X", agenda_item=None, actor=SYSTEM)[0].decision
    action = log_action(meeting, text="X", agenda_item=None, actor=SYSTEM)[0].action
    office.post(at("decision_edit", meeting, decision.pk), {"text": "Y", "mode": "consensus"})
    office.post(at("action_edit", meeting, action.pk), {"text": "Y", "priority": "low"})
    decision.refresh_from_db()
    action.refresh_from_db()
    assert (decision.text, action.text, action.priority) == ("Y", "Y", "low")
    for name, pk in (("decision_remove", decision.pk), ("action_remove", action.pk)):
        assert office.get(at(name, meeting, pk)).status_code == 405
        assert said(office.post(at(name, meeting, pk)))[-1] == "success"
        assert said(office.post(at(name, meeting, pk)))[-1] == "info", "pressed twice"
        assert office.post(at(name, meeting, 999_999_999)).status_code == 404


def test_only_the_last_number_is_taken_back(office, meeting):
    first = log_decision(meeting, text="A", agenda_item=None, actor=SYSTEM)[0].decision
    log_decision(meeting, text="B", agenda_item=None, actor=SYSTEM)
    assert said(office.post(at("decision_remove", meeting, first.pk))) == ["error"]
    assert Decision.objects.count() == 2


def test_decisions_of_other_meetings_are_not_found(body, office, meeting):
    for stranger in (MeetingFactory(task_force=body), MeetingFactory(task_force=TaskForceFactory())):
        decision = log_decision(stranger, text="X", agenda_item=None, actor=SYSTEM)[0].decision
        action = log_action(stranger, text="X", agenda_item=None, actor=SYSTEM)[0].action
        for name, pk in (("decision", decision.pk), ("action", action.pk)):
            assert office.get(at(f"{name}_edit", meeting, pk)).status_code == 404
            assert office.post(at(f"{name}_edit", meeting, pk)).status_code == 404
            assert office.post(at(f"{name}_remove", meeting, pk)).status_code == 404
    assert Decision.objects.count() == 2


def test_a_rapporteur_enters_both(body, meeting, signed_in):
    person = member(body)
    meeting.rapporteur = person
    meeting.save()
    client = signed_in(person.user)
    assert client.post(at("decision_add", meeting), {"text": "X", "mode": "consensus"}).status_code == 302
    assert client.post(at("action_add", meeting), {"text": "X", "priority": "normal"}).status_code == 302
    assert (Decision.objects.count(), ActionItem.objects.count()) == (1, 1)


def test_restricted_ones_are_edited_by_who_sees_them(body, office, meeting):
    item = AgendaItemFactory(meeting=meeting, visibility=Visibility.RESTRICTED)
    link = MeetingDecisionFactory(meeting=meeting, agenda_item=item)
    assert office.get(at("decision_edit", meeting, link.decision_id)).status_code == 200


@pytest.mark.parametrize("name", ["decision_add", "action_add"])
def test_few_queries(body, office, meeting, name, agency_with, django_assert_max_num_queries):
    for number in range(30):
        agency_with(body, f"S{number}", substitutes=0)
    office.get(at(name, meeting))
    with django_assert_max_num_queries(12):
        office.get(at(name, meeting))
