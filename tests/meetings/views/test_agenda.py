"""The agenda's editor: every button a POST, the same with and without a script."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from meetings.enums import ItemKind, ItemOutcome, MeetingState, Visibility
from meetings.models import AgendaItem
from tests.meetings.factories import AgendaItemFactory, AttendanceFactory, MeetingDecisionFactory, MeetingFactory
from tests.taskforce.factories import AgencyFactory, CountryFactory, TaskForceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, state=MeetingState.HELD)


@pytest.fixture
def url(meeting):
    return reverse("meetings:agenda_edit", args=[meeting.pk])


def at(name, meeting, item=None):
    return reverse(f"meetings:{name}", args=[meeting.pk, *([item.pk] if item else [])])


def shown(response):
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def titles(meeting):
    return list(meeting.agenda.order_by("position").values_list("title", flat=True))


def said(response):
    return [message.level_tag for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("item_count", [1, 60])
def test_twelve_queries_at_most_whatever_the_length(office, meeting, url, item_count, django_assert_max_num_queries):
    for _number in range(item_count):
        AgendaItemFactory(meeting=meeting, presenter_agency=AgencyFactory())
    office.get(url)
    with django_assert_max_num_queries(12):
        office.get(url)


def test_a_point_with_an_agency_or_a_person(body, office, meeting, url, agency_with):
    agency, (person, *_) = agency_with(body, "PAM")
    office.post(url, {"title": "Ciblage", "kind": "discussion", "minutes": "45", "presenter": f"a{agency.pk}"})
    office.post(
        url, {"title": "Plan", "kind": "decision", "minutes": "", "presenter": f"p{person.pk}", "is_restricted": "on"}
    )
    first, second = meeting.agenda.order_by("position")
    assert (first.presenter_agency, first.presenter_person, first.minutes) == (agency, None, 45)
    assert (second.presenter_agency, second.presenter_person, second.visibility) == (
        None,
        person,
        Visibility.RESTRICTED,
    )


def test_presenters_are_those_who_sit_or_came_then_the_others_of_the_country(body, office, meeting, url, agency_with):
    agency_with(body, "PAM")
    came = AttendanceFactory(meeting=meeting, agency=AgencyFactory(acronym="METSS", country=body.country)).agency
    other = AgencyFactory(acronym="OMS")
    abroad = AgencyFactory(acronym="DGPSN", country=CountryFactory(senegal=True))
    groups = dict(office.get(url).context["form"].fields["presenter"].choices[1:])
    here, _people, others = groups.values()
    assert {label.split(" — ")[0] for _key, label in here} == {"PAM", came.acronym}
    assert f"a{other.pk}" in dict(others)
    assert f"a{abroad.pk}" not in dict(others)


def test_pressed_twice_one_point(office, meeting, url):
    data = {"title": "Ciblage", "kind": "discussion"}
    office.post(url, data)
    assert said(office.post(url, data)) == ["info"]
    assert titles(meeting) == ["Ciblage"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 251},
        {"title": "a\x00"},
        {"minutes": "0"},
        {"minutes": "601"},
        {"kind": "party"},
        {"presenter": "a999999"},
        {"presenter": "p1; drop"},
    ],
)
def test_bad_input_is_said_and_kept(office, meeting, url, change):
    data = {"title": "Ciblage des ménages", "kind": "discussion", "minutes": "45"} | change
    page = shown(office.post(url, data))
    assert "error-summary" in page
    assert "Ciblage des ménages" in page or "title" in change
    assert not meeting.agenda.exists()


@pytest.mark.parametrize("script", [False, True])
def test_arrows_outcomes_and_removal(office, meeting, script):
    a, b, c = (AgendaItemFactory(meeting=meeting, title=title, position=n) for n, title in enumerate("ABC", start=1))
    headers = {"HX-Request": "true"} if script else {}

    def press(item, act):
        response = office.post(at("agenda_item_act", meeting, item), {"act": act}, headers=headers)
        assert response.status_code == (200 if script else 302)
        return response

    press(c, "up")
    assert titles(meeting) == ["A", "C", "B"]
    response = press(a, "down")
    assert titles(meeting) == ["C", "A", "B"]
    if script:
        # The keyboard stays where it was.
        assert shown(response).count("data-focus") == 1
    press(b, "treated")
    press(b, "remove")
    assert titles(meeting) == ["C", "A"]
    assert press(b, "remove").status_code in {200, 302}, "pressed twice"
    press(a, "dance")
    assert titles(meeting) == ["C", "A"]


def test_the_whole_order_at_once(office, meeting):
    a, b, c = (AgendaItemFactory(meeting=meeting, title=title, position=n) for n, title in enumerate("ABC", start=1))
    office.post(at("agenda_reorder", meeting), {"order": [c.pk, b.pk, a.pk]})
    assert titles(meeting) == ["C", "B", "A"]
    for order in ([a.pk], ["x", "\x00", "9" * 30], [a.pk, b.pk, c.pk, c.pk]):
        assert said(office.post(at("agenda_reorder", meeting), {"order": order}))[-1] == "error"
    assert titles(meeting) == ["C", "B", "A"]


def test_standing_points_of_a_gesture(office, meeting, url):
    page = shown(office.get(url))
    for title in ("Suivi des actions", "Adoption du compte rendu précédent", "Divers"):
        assert title in page
    for key in ("follow-up", "previous-minutes", "other", "other"):
        office.post(at("agenda_standing", meeting), {"key": key})
    assert titles(meeting) == ["Suivi des actions", "Adoption du compte rendu précédent", "Divers"]
    assert meeting.agenda.get(title="Divers").kind == ItemKind.OTHER
    assert office.post(at("agenda_standing", meeting), {"key": "x"}).status_code == 404


def test_everything_treated_at_once(office, meeting):
    AgendaItemFactory(meeting=meeting)
    AgendaItemFactory(meeting=meeting, outcome=ItemOutcome.POSTPONED)
    office.post(at("agenda_treated", meeting))
    assert sorted(meeting.agenda.values_list("outcome", flat=True)) == ["postponed", "treated"]


def test_editing_a_point(office, meeting):
    item = AgendaItemFactory(meeting=meeting)
    url = at("agenda_item_edit", meeting, item)
    assert item.title in shown(office.get(url))
    office.post(url, {"title": "Autre", "kind": "decision", "minutes": "20", "outcome": "treated"})
    item.refresh_from_db()
    assert (item.title, item.kind, item.minutes, item.outcome) == ("Autre", "decision", 20, "treated")


def test_a_point_in_use_says_why_it_stays(office, meeting):
    item = MeetingDecisionFactory(meeting=meeting, agenda_item=AgendaItemFactory(meeting=meeting)).agenda_item
    assert said(office.post(at("agenda_item_act", meeting, item), {"act": "remove"})) == ["error"]
    assert meeting.agenda.exists()


def test_points_of_other_meetings_are_not_found(body, office, meeting):
    strangers = [
        AgendaItemFactory(meeting=MeetingFactory(task_force=body)),
        AgendaItemFactory(meeting=MeetingFactory(task_force=TaskForceFactory())),
    ]
    for item in strangers:
        assert office.get(at("agenda_item_edit", meeting, item)).status_code == 404
        assert office.post(at("agenda_item_edit", meeting, item), {"title": "X"}).status_code == 404
        assert office.post(at("agenda_item_act", meeting, item), {"act": "remove"}).status_code == 404
    unknown = reverse("meetings:agenda_item_act", args=[meeting.pk, 999_999_999])
    assert office.post(unknown, {"act": "remove"}).status_code == 404
    assert AgendaItem.objects.count() == 2


def test_outcomes_are_asked_once_the_meeting_has_begun(body, office):
    coming = MeetingFactory(task_force=body)
    AgendaItemFactory(meeting=coming)
    page = shown(office.get(reverse("meetings:agenda_edit", args=[coming.pk])))
    assert 'value="treated"' not in page
    assert "À traiter" not in page


def test_a_closed_meeting_has_no_editor(body, office):
    meeting = MeetingFactory(task_force=body, state="closed")
    assert office.get(reverse("meetings:agenda_edit", args=[meeting.pk])).status_code == 403
