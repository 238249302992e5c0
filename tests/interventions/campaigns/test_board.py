"""The pages of a campaign: prepared, sent after a look, followed, answered on record, closed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.models import OutgoingEmail, SolicitationState
from core.notifications import outbox
from interventions.models import CampaignRequest, CollectionCampaign
from interventions.services.campaigns import edit_campaign, send_requests
from taskforce.models import Person
from tests.taskforce.factories import AgencyFactory, member

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"interventions:{name}", args=args)


def day(of):
    return f"{of.day}/{of.month}/{of.year}"


def opens(row):
    """Whether the link of a mail still opens; one that did not leave in time has lost it."""
    link = outbox.secrets_of(row).get("link", "").partition("/lien/")[2]
    return bool(link) and Client().get("/lien/" + link).status_code == 302


def test_a_campaign_from_its_name_to_its_mails(office, body, known):
    AgencyFactory(acronym="Boboye", name_fr="Association Boboye", country=body.country)
    response = office.post(
        at("campaign_add", "ner"),
        {
            "name": "Collecte de printemps",
            "starts_on": "1/1/2026",
            "ends_on": "31/12/2026",
            "answer_by": day(body.today() + timedelta(days=10)),
            "task_force": body.pk,
        },
    )
    campaign = CollectionCampaign.objects.get()
    assert response["Location"] == at("campaign_structures", campaign.pk)
    typed = "tarka ; Halima Issa ; Contact@Example.org\n\nAssociation Boboye\tMoussa Ali\tmoussa@example.org\n"
    response = office.post(at("campaign_structures", campaign.pk), {"structures": typed})
    assert response["Location"] == at("campaign_detail", campaign.pk)
    assert list(campaign.requests.values_list("agency__acronym", "person__email")) == [
        ("Boboye", "moussa@example.org"),
        ("Tarka", "contact@example.org"),
    ]
    assert not OutgoingEmail.objects.exists()

    preview = office.get(at("campaign_send", campaign.pk)).content.decode()
    assert "2 courriels vont partir" in preview and "Halima Issa" in preview
    assert not OutgoingEmail.objects.exists()
    office.post(at("campaign_send", campaign.pk))
    office.post(at("campaign_send", campaign.pk))
    assert OutgoingEmail.objects.count() == 2
    campaign.refresh_from_db()
    assert campaign.state == "open"
    board = office.get(at("campaign_detail", campaign.pk)).content.decode()
    assert "Tarka" in board and "Envoyée" in board


def test_every_line_that_is_wrong_is_told_and_nothing_is_added(office, campaign):
    typed = "Tarka\nInconnue ; Ali ; ali@example.org\nTarka ; Ali ; pas une adresse"
    response = office.post(at("campaign_structures", campaign.pk), {"structures": typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert all(f"Ligne {number}" in page for number in (1, 2, 3))
    assert not CampaignRequest.objects.exists()


def test_a_person_who_is_known_is_not_entered_twice(office, campaign):
    Person.objects.create(family_name="Issa", given_name="Halima", email="halima@example.org")
    for _twice in range(2):
        office.post(at("campaign_structures", campaign.pk), {"structures": "Tarka ; H. Issa ; HALIMA@example.org"})
    assert Person.objects.filter(email__iexact="halima@example.org").count() == 1
    assert CampaignRequest.objects.count() == 1


def test_a_reminder_carries_a_new_link_and_the_old_one_dies(office, campaign, asked, secretary):
    send_requests(campaign, actor=secretary)
    first = OutgoingEmail.objects.get()
    asked.solicitation.links.update(created_at=first.created_at - timedelta(minutes=5))
    assert "Rappel" in office.get(at("campaign_remind", campaign.pk)).content.decode()
    office.post(at("campaign_remind", campaign.pk))
    second = OutgoingEmail.objects.latest("pk")
    assert second != first and opens(second) and not opens(first)
    shown = office.post(at("collection_link", asked.pk)).content.decode()
    assert "/lien/" in shown and not opens(second)


def test_another_contact_gets_the_next_link(office, campaign, asked, secretary):
    send_requests(campaign, actor=secretary)
    office.post(at("collection_contact", asked.pk), {"name": "Ali Sani", "email": "ali@example.org"})
    assert not opens(OutgoingEmail.objects.get())
    office.post(at("campaign_remind", campaign.pk))
    row = OutgoingEmail.objects.latest("pk")
    assert row.recipient == "ali@example.org" and opens(row)
    assert CampaignRequest.objects.get().person.email == "ali@example.org"


def test_an_answer_that_came_otherwise_is_entered_in_the_same_form(office, campaign, asked, secretary, known):
    send_requests(campaign, actor=secretary)
    page = office.get(at("collection_answer", asked.pk)).content.decode()
    assert "Banques céréalières" in page
    response = office.post(at("collection_answer", asked.pk), {"lines": "1", "nothing": "on", "envoyer": "1"})
    assert response.status_code == 302
    made = CampaignRequest.objects.get()
    assert (made.answer_kind, made.solicitation.state, made.solicitation.channel) == ("nothing", "submitted", "mail")
    assert "Rien sur la période" in office.get(at("collection_request", asked.pk)).content.decode()


def test_withdrawn_before_anything_left_it_goes_afterwards_its_link_dies(office, campaign, asked, secretary):
    office.post(at("collection_withdraw", asked.pk))
    assert not CampaignRequest.objects.exists()
    office.post(at("campaign_structures", campaign.pk), {"structures": "Tarka ; Ali ; ali@example.org"})
    send_requests(campaign, actor=secretary)
    made = CampaignRequest.objects.get()
    office.post(at("collection_withdraw", made.pk))
    made.solicitation.refresh_from_db()
    assert made.solicitation.state == SolicitationState.REVOKED
    assert not opens(OutgoingEmail.objects.get())


def test_closed_and_opened_again(office, campaign, asked, secretary):
    send_requests(campaign, actor=secretary)
    row = OutgoingEmail.objects.get()
    office.post(at("campaign_close", campaign.pk))
    assert not opens(row)
    assert "réponse" in office.get(at("collection_answer", asked.pk), follow=True).content.decode()
    office.post(at("campaign_reopen", campaign.pk))
    assert opens(row)


def test_another_last_day_holds_for_what_has_left(campaign, asked, secretary, body):
    send_requests(campaign, actor=secretary)
    campaign.refresh_from_db()
    later = body.today() + timedelta(days=40)
    edit_campaign(campaign, actor=secretary, answer_by=later)
    asked.solicitation.refresh_from_db()
    assert asked.solicitation.deadline.date() == later
    assert asked.solicitation.links.get().expires_at == asked.solicitation.deadline


def test_a_last_day_that_has_passed_sends_nothing(office, campaign, asked, body):
    CollectionCampaign.objects.update(answer_by=body.today() - timedelta(days=1))
    page = office.post(at("campaign_send", campaign.pk), follow=True).content.decode()
    assert "dernier jour" in page
    assert not OutgoingEmail.objects.exists()


def test_the_workbook_is_handed_over_by_hand_too(office, campaign, asked):
    response = office.get(at("collection_workbook", asked.pk))
    assert response["Content-Disposition"] == 'attachment; filename="tarka-ner.xlsx"'
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_a_titular_sees_no_campaign(signed_in, body, campaign, asked):
    titular = signed_in(member(body, role="titular").user)
    assert titular.get(at("campaign_list", "ner")).status_code == 403
    for name in ("campaign_detail", "campaign_send"):
        assert titular.get(at(name, campaign.pk)).status_code == 404
    assert titular.get(at("collection_request", asked.pk)).status_code == 404
