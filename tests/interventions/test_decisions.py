"""Decisions and actions of the registers, tied to interventions and lines and read from either side."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.ties import ties_on, with_ties
from interventions.models import DecisionLink
from interventions.queries.decisions import links_seen, spoken_of
from interventions.services.decisions import tie, untie
from taskforce.models import Decision
from tests.interventions.factories import InterventionFactory, LineFactory, UnitFactory
from tests.meetings.factories import MeetingActionFactory, MeetingDecisionFactory, MeetingFactory
from tests.taskforce.factories import CountryFactory, DecisionFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def focal_point(body):
    return member(body, role="titular").user


@pytest.fixture
def sheet(focal_point):
    agency = focal_point.person.mandates.get().seat.agency
    return InterventionFactory(published=True, title="Filets sociaux de Tahoua", lead=agency)


@pytest.fixture
def decision(body):
    return MeetingDecisionFactory(meeting=MeetingFactory(task_force=body)).decision


@pytest.fixture
def action(body):
    return MeetingActionFactory(meeting=MeetingFactory(task_force=body)).action


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def ties(user, subject):
    row = with_ties(user, type(subject).objects.select_related("task_force"), type(subject)).get(pk=subject.pk)
    return [tie for group in ties_on(user, row) for tie in group.ties]


def labels(user, subject):
    return [tie.label for tie in ties(user, subject)]


def notes(user, subject):
    return [tie.note for tie in ties(user, subject)]


class TestTie:
    def test_twice_is_one_link(self, decision, sheet, secretary):
        first = tie(decision, sheet, actor=secretary)
        second = tie(Decision.objects.get(pk=decision.pk), sheet, actor=secretary)

        assert first == second
        assert first.tied_by == secretary
        assert DecisionLink.objects.count() == 1

    def test_the_sheet_and_one_of_its_lines_are_two(self, decision, sheet, secretary):
        line = LineFactory(intervention=sheet)
        tie(decision, sheet, actor=secretary)
        tie(decision, sheet, line=line, actor=secretary)

        assert {link.line for link in DecisionLink.objects.all()} == {None, line}

    def test_a_line_of_another_intervention_is_refused(self, action, sheet, secretary):
        with pytest.raises(ValidationError, match="autre intervention"):
            tie(action, sheet, line=LineFactory(), actor=secretary)

    def test_an_intervention_of_another_country_is_refused(self, action, secretary):
        abroad = InterventionFactory(country=CountryFactory(senegal=True))
        with pytest.raises(ValidationError, match="autre pays"):
            tie(action, abroad, actor=secretary)

    def test_untying_what_is_gone_is_no_error(self, action, sheet, secretary):
        link = tie(action, sheet, actor=secretary)
        untie(link, actor=secretary)
        untie(link, actor=secretary)

        assert not DecisionLink.objects.exists()

    def test_a_line_that_is_removed_takes_its_links_along(self, action, sheet, secretary):
        line = LineFactory(intervention=sheet)
        tie(action, sheet, actor=secretary)
        tie(action, sheet, line=line, actor=secretary)
        line.delete()

        assert [link.line for link in DecisionLink.objects.all()] == [None]


class TestWhoReads:
    def test_both_sides_are_asked(self, body, decision, sheet, secretary, focal_point):
        neighbour = member(TaskForceFactory(country=body.country), role="secretariat").user
        tie(decision, sheet, actor=secretary)

        assert [one.subject for one in spoken_of(focal_point, sheet)] == [decision]
        # Reads the sheet, not the register of the other body.
        assert spoken_of(neighbour, sheet) == []
        assert not links_seen(neighbour).exists()

    def test_a_restricted_decision_is_read_by_who_may(self, body, sheet, secretary, focal_point):
        hidden = DecisionFactory(task_force=body, is_restricted=True)
        tie(hidden, sheet, actor=secretary)

        assert [one.subject for one in spoken_of(secretary, sheet)] == [hidden]
        assert spoken_of(focal_point, sheet) == []

    def test_a_draft_is_not_named_on_the_register(self, body, decision, secretary, focal_point):
        draft = InterventionFactory(title="Projet tenu secret")
        tie(decision, draft, actor=secretary)

        assert labels(secretary, decision) == ["Projet tenu secret"]
        assert labels(focal_point, decision) == []

    def test_the_meeting_is_named(self, decision, sheet, secretary):
        tie(decision, sheet, actor=secretary)
        (spoken,) = spoken_of(secretary, sheet)

        assert spoken.origin.label.startswith("Réunion du ")

    def test_ties_are_read_with_the_rows(self, decision, action, sheet, secretary, django_assert_num_queries):
        line = LineFactory(intervention=sheet, unit=UnitFactory(name="Tahoua"))
        tie(decision, sheet, actor=secretary)
        tie(action, sheet, line=line, actor=secretary)
        secretary = type(secretary).objects.get(pk=secretary.pk)
        secretary.has_perm("taskforce.manage_register", decision)  # reads the grants
        with django_assert_num_queries(2):
            assert labels(secretary, decision) == [sheet.title]
            assert notes(secretary, action) == [f"Tahoua, {line.instrument.name}"]


class TestPages:
    def test_the_sheet_shows_and_ties(self, action, sheet, focal_point):
        line = LineFactory(intervention=sheet, unit=UnitFactory(name="Tahoua", parent=UnitFactory(name="Région")))
        client = browser(focal_point)
        url = reverse("interventions:intervention_decisions", args=[sheet.pk])
        page = client.get(url).content.decode()
        assert action.reference in page

        answer = client.post(url, {"subject": f"a{action.pk}", "line": line.pk}, follow=True)

        assert answer.redirect_chain[-1][0] == url
        assert DecisionLink.objects.get().line == line
        shown = client.get(reverse("interventions:intervention_detail", args=[sheet.pk])).content.decode()
        assert action.reference in shown
        assert f"#ligne-{line.pk}" in shown

    def test_nothing_chosen_is_said(self, action, sheet, focal_point):
        url = reverse("interventions:intervention_decisions", args=[sheet.pk])
        answer = browser(focal_point).post(url, {"subject": "", "line": ""})

        assert answer.status_code == 422
        assert not DecisionLink.objects.exists()

    @pytest.mark.parametrize("what", ["decision", "action"])
    def test_the_register_ties_and_unties(self, what, request, sheet, secretary):
        subject = request.getfixturevalue(what)
        line = LineFactory(intervention=sheet)
        client = browser(secretary)
        url = reverse(f"interventions:{what}_interventions", args=[subject.pk])

        client.post(url, {"intervention": sheet.pk})
        client.post(url, {"line": line.pk})
        assert {link.line for link in DecisionLink.objects.all()} == {None, line}
        for link in DecisionLink.objects.all():
            remove = reverse("interventions:link_remove", args=[link.pk])
            assert client.post(remove, {"retour": "registre"}).url == url
            # The second of two clicks.
            assert client.post(remove, {"retour": "registre"}).status_code == 302
        assert not DecisionLink.objects.exists()

    def test_the_register_and_the_meeting_lead_to_the_sheet(
        self, body, decision, action, sheet, secretary, focal_point
    ):
        for subject in (decision, action):
            tie(subject, sheet, actor=secretary)
        sheet_url = reverse("interventions:intervention_detail", args=[sheet.pk])
        register = reverse("taskforce:register", args=[body.slug])
        pages = [f"{register}?liste=decisions", register, reverse("taskforce:action_detail", args=[action.pk])]
        pages += [subject.meeting_link.meeting.get_absolute_url() for subject in (decision, action)]
        for page in pages:
            assert sheet_url in browser(focal_point).get(page).content.decode(), page

    def test_a_member_of_another_agency_reads_and_does_not_tie(self, body, action, sheet, secretary):
        link = tie(action, sheet, actor=secretary)
        client = browser(member(body, role="titular").user)

        assert client.get(reverse("interventions:intervention_detail", args=[sheet.pk])).status_code == 200
        assert client.get(reverse("interventions:intervention_decisions", args=[sheet.pk])).status_code == 403
        assert client.get(reverse("interventions:action_interventions", args=[action.pk])).status_code == 403
        assert client.post(reverse("interventions:link_remove", args=[link.pk])).status_code == 403
        assert DecisionLink.objects.exists()

    def test_who_reads_no_register_finds_no_link(self, body, action, sheet, secretary):
        link = tie(action, sheet, actor=secretary)
        client = browser(member(TaskForceFactory(country=body.country), role="secretariat").user)

        assert client.get(reverse("interventions:action_interventions", args=[action.pk])).status_code == 404
        assert client.post(reverse("interventions:link_remove", args=[link.pk])).status_code == 404
        assert DecisionLink.objects.exists()
