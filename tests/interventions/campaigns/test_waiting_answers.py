"""What campaigns leave to do: in « À faire », on the home page, in the weekly mail; and a member answers in the portal."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.todos import todos_for
from interventions.digests import InterventionsSection
from interventions.imports.batches import work_on
from interventions.models import CampaignRequest, CollectionCampaign, ImportBatch
from interventions.services.campaigns import Contact, add_structures, close_campaign, send_requests
from taskforce.queries.digests import digest_readers
from taskforce.queries.todos import month_ahead
from tests.interventions.campaigns.test_answers import typed_of
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def focal_point(body):
    return member(body, role="titular").user


@pytest.fixture
def agency(focal_point):
    return focal_point.person.mandates.get().seat.agency


@pytest.fixture
def asked(campaign, agency, secretary):
    """The focal point's structure, asked by a mail to somebody else there."""
    add_structures(campaign, [Contact(agency, "direction@example.org", "Halima Issa")], actor=secretary)
    send_requests(campaign, actor=secretary)
    return CampaignRequest.objects.get()


def browse(user):
    client = Client()
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"interventions:{name}", args=args)


def new_line(known):
    data = typed_of(known, title="Banques de semences", reached_household="80")
    return data | {"l0-code": ""}


def lines(body):
    today = body.today()
    groups = todos_for(body, today=today, until=month_ahead(today))
    found = [todo for group in groups if group.slug == "interventions" for todo in group.todos]
    return [todo for todo in found if "collecte" in todo.label]


def digest_of(user, *, now=None):
    now = now or timezone.now()
    readers = digest_readers(now)
    section = InterventionsSection(readers, now=now)
    (reader,) = [one for one in readers if one.person.user_id == user.pk]
    return section.lines(reader)


class TestTheStructure:
    def test_its_people_find_the_request_on_the_home_page_and_in_the_weekly_mail(self, body, asked, focal_point):
        page = browse(focal_point).get(body.get_absolute_url()).content.decode()
        assert at("collection_answer", asked.pk) in page
        assert "À répondre" in page
        (line,) = digest_of(focal_point)
        assert line.text.startswith("Répondre à la collecte")
        assert line.url.endswith(at("collection_answer", asked.pk))
        assert not line.is_urgent
        (late,) = digest_of(focal_point, now=timezone.now() + timedelta(days=20))
        assert late.is_urgent

    def test_they_answer_in_the_portal_and_are_no_longer_waited_for(self, body, asked, focal_point, known):
        client = browse(focal_point)
        assert client.get(at("collection_answer", asked.pk)).status_code == 200
        assert client.get(at("collection_workbook", asked.pk)).status_code == 200
        wrong = client.post(at("collection_answer", asked.pk), new_line(known) | {"l0-starts_on": "31/2/2026"})
        assert wrong.status_code == 422
        assert "31/2/2026" in wrong.content.decode()

        answer = client.post(at("collection_answer", asked.pk), new_line(known))

        assert answer["Location"] == at("agency_sheet", "ner", asked.agency_id)
        asked.refresh_from_db()
        assert (asked.answer_kind, asked.solicitation.channel) == ("form", "portal")
        assert digest_of(focal_point) == []
        # Corrected as long as nothing is confirmed.
        assert "déjà répondu" in client.get(at("collection_answer", asked.pk)).content.decode()
        # « Rien » has no file, and is said the same way.
        client.post(at("collection_answer", asked.pk), {"lines": "0", "nothing": "on", "envoyer": "1"})
        assert "déjà répondu" in client.get(at("collection_answer", asked.pk)).content.decode()
        asked.refresh_from_db()
        assert (asked.answer_kind, asked.batch) == ("nothing", None)

    def test_another_structure_and_what_has_not_left_stay_shut(self, body, campaign, asked, focal_point, secretary):
        stranger = browse(member(body, role="titular").user)
        assert stranger.get(at("collection_answer", asked.pk)).status_code == 404
        assert stranger.get(at("collection_workbook", asked.pk)).status_code == 404
        # The board stays with those who run the country.
        assert browse(focal_point).get(at("collection_request", asked.pk)).status_code == 404
        close_campaign(campaign, actor=secretary)
        told = browse(focal_point).get(at("collection_answer", asked.pk), follow=True).content.decode()
        assert "close" in told
        assert digest_of(focal_point) == []

    def test_a_draft_is_not_theirs_yet(self, campaign, agency, focal_point, secretary):
        add_structures(campaign, [Contact(agency, "direction@example.org", "Halima Issa")], actor=secretary)
        made = CampaignRequest.objects.get()
        assert browse(focal_point).get(at("collection_answer", made.pk)).status_code == 404


class TestTheSecretariat:
    def test_an_answer_that_was_read_waits_for_it(self, body, asked, focal_point, secretary, known):
        assert lines(body) == []
        browse(focal_point).post(at("collection_answer", asked.pk), new_line(known))
        work_on(ImportBatch.objects.get().pk)

        (todo,) = lines(body)
        assert (todo.label, todo.detail) == ("Relire et enregistrer 1 réponse à une collecte", "Collecte 2026")
        assert todo.url == at("campaign_detail", asked.campaign_id)
        assert [line.text for line in digest_of(secretary) if "collecte" in line.text] == [
            "1 réponse à une collecte, à relire et à enregistrer"
        ]
        assert "1 réponse à une collecte" in browse(secretary).get(body.get_absolute_url()).content.decode()

    def test_a_campaign_whose_last_day_has_passed_is_to_be_reminded_or_closed(self, body, campaign, asked, secretary):
        CollectionCampaign.objects.update(answer_by=body.today() - timedelta(days=1))
        (todo,) = lines(body)
        assert (todo.urgency, todo.count) == ("late", 1)
        assert "n’a pas répondu" in todo.label

        campaign.refresh_from_db()
        close_campaign(campaign, actor=secretary)
        assert lines(body) == []
