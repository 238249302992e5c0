"""What of interventions waits for whom: on the home page, in « À faire », in the weekly mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.todos import todos_for
from interventions.digests import InterventionsSection
from interventions.enums import InterventionState
from interventions.models import Intervention
from interventions.queries.waiting import waiting_for, why
from interventions.services.course import flag, publish, send_back, submit, verify
from taskforce.queries.digests import digest_readers
from taskforce.queries.todos import month_ahead
from tests.interventions.factories import InterventionFactory, LineFactory
from tests.taskforce.factories import AgencyFactory, CountryFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db

NOW = timezone.now()
RECENT, LONG_PAST = NOW - timedelta(days=3), NOW - timedelta(days=40)


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
def agency(focal_point):
    return focal_point.person.mandates.get().seat.agency


def reasons():
    found = waiting_for(Intervention.objects.all(), today=timezone.localdate())
    return {sheet.title: why(sheet).why for sheet in found}


def returned(agency, secretary, title="Renvoyée"):
    sheet = InterventionFactory(title=title, lead=agency)
    LineFactory(intervention=sheet)
    submit(sheet, actor=secretary)
    return send_back(sheet, reason="Précisez les départements.", actor=secretary)


def test_why_a_sheet_waits(agency, secretary):
    returned(agency, secretary)
    InterventionFactory(title="Brouillon", lead=agency)
    InterventionFactory(title="Fraîche", lead=agency, published=True, verified_at=RECENT)
    InterventionFactory(title="Ancienne", lead=agency, published=True, verified_at=LONG_PAST)
    InterventionFactory(title="Jamais vérifiée", lead=agency, published=True)
    InterventionFactory(title="Archivée", lead=agency, state=InterventionState.ARCHIVED)
    InterventionFactory(title="Pour le compte de", on_behalf_of=agency)
    flag(
        InterventionFactory(title="Signalée", lead=agency, published=True, verified_at=RECENT),
        text="La date de fin ?",
        actor=secretary,
    )

    assert reasons() == {
        "Renvoyée": "returned",
        "Ancienne": "stale",
        "Jamais vérifiée": "stale",
        "Pour le compte de": "behalf",
        "Signalée": "flag",
    }


def test_a_line_that_nobody_confirmed_makes_its_sheet_wait_until_it_is(agency, focal_point):
    sheet = InterventionFactory(title="Filets", lead=agency, published=True, verified_at=RECENT)
    LineFactory(intervention=sheet, verified_at=LONG_PAST)
    LineFactory(intervention=sheet, ends_on=timezone.localdate() - timedelta(days=1))
    assert reasons() == {"Filets": "stale"}

    verify(sheet, actor=focal_point)

    assert reasons() == {}


def test_the_home_page_tells_the_agency_what_waits(body, agency, secretary, focal_point):
    returned(agency, secretary)
    InterventionFactory(title="D’une autre agence", lead=AgencyFactory(), published=True)
    page = browse(focal_point, body)

    assert "Vos interventions" in page
    assert "Précisez les départements." in page
    assert reverse("interventions:agency_sheet", args=["ner", agency.pk]) in page
    assert "D’une autre agence" not in page
    # Who sits for nobody has nothing to verify.
    assert "Vos interventions" not in browse(secretary, body)


def test_the_home_page_says_when_nothing_waits(body, agency, focal_point):
    InterventionFactory(lead=agency, published=True, verified_at=RECENT)

    assert "Rien à vérifier ni à corriger" in browse(focal_point, body)


def browse(user, body):
    client = Client()
    client.force_login(user)
    answer = client.get(body.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def todo_lines(body):
    today = body.today()
    groups = todos_for(body, today=today, until=month_ahead(today))
    return [todo.label for group in groups if group.slug == "interventions" for todo in group.todos]


def test_the_secretariat_is_told_what_to_publish_confirm_and_verify(body, agency, secretary):
    assert todo_lines(body) == []
    sheet = InterventionFactory(lead=agency)
    LineFactory(intervention=sheet)
    submit(sheet, actor=secretary)
    InterventionFactory(on_behalf_of=agency)
    # Of another country: of no concern here.
    InterventionFactory(country=CountryFactory(senegal=True), state=InterventionState.SUBMITTED)

    assert todo_lines(body) == [
        "Relire et publier 1 fiche d’intervention transmise",
        "Faire confirmer 1 fiche saisie pour le compte d’une structure",
    ]
    publish(sheet, actor=secretary)
    assert "Faire vérifier 1 fiche que personne n’a confirmée depuis un mois" in todo_lines(body)


class TestDigest:
    def lines(self, user):
        readers = digest_readers(NOW)
        section = InterventionsSection(readers, now=NOW)
        (reader,) = [one for one in readers if one.person.user_id == user.pk]
        return section.lines(reader)

    def test_the_agency_reads_what_waits_for_it(self, agency, secretary, focal_point):
        returned(agency, secretary)
        for number in range(2):
            InterventionFactory(title=f"Ancienne {number}", lead=agency, published=True)
        first, rest = self.lines(focal_point)

        assert first.text == "Renvoyée"
        assert first.is_urgent
        assert "Précisez les départements." in first.note
        assert rest.text.startswith("2 fiches à vérifier")
        assert rest.url.endswith("/ner/interventions/verification/")

    def test_another_agency_reads_nothing_of_it(self, body, agency, secretary):
        returned(agency, secretary)

        assert self.lines(member(body, role="titular").user) == []

    def test_the_secretariat_reads_what_to_publish(self, agency, secretary):
        sheet = InterventionFactory(lead=agency)
        LineFactory(intervention=sheet)
        submit(sheet, actor=secretary)
        (line,) = self.lines(secretary)

        assert line.text == "1 fiche transmise, à relire et à publier"

    def test_as_many_queries_for_many_readers(self, body, agency, secretary, django_assert_max_num_queries):
        for number in range(5):
            one = member(body, role="titular").mandates.get().seat.agency
            returned(one, secretary, title=f"Fiche {number}")
        readers = digest_readers(NOW)
        with django_assert_max_num_queries(5):
            section = InterventionsSection(readers, now=NOW)
            assert sum(len(section.lines(reader)) for reader in readers) == 5
