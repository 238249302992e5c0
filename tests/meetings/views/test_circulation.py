"""The pages of minutes on their way: what they show, refuse and keep."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.documents.services import artefact_now
from core.models import Draft
from meetings.enums import ItemOutcome, MinutesState
from meetings.models import CorrectionRequest, Erratum, Minutes, MinutesSection
from meetings.queries.circulation import corrections_of
from meetings.services.agenda import add_standing_item
from meetings.services.corrections import propose_correction
from tests.meetings.circulating import adopted, circulated, next_meeting, tomorrow, written_minutes
from tests.meetings.factories import MeetingActionFactory
from tests.taskforce.factories import TaskForceFactory, member

pytestmark = pytest.mark.django_db


def url(name, minutes, *args):
    return reverse(f"meetings:{name}", args=[minutes.meeting_id, *args])


def page(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def as_user(client):
    def sign_in(person):
        client.force_login(person.user)
        return client

    return sign_in


def test_sharing_shows_the_list_before_anything_leaves(as_user):
    body = TaskForceFactory()
    secretary = member(body, role="secretariat")
    member(body, role="titular")
    minutes = written_minutes(body)
    action = MeetingActionFactory(meeting=minutes.meeting, action__due_on=None).action
    client = as_user(secretary)
    here = url("minutes_share", minutes)
    assert action.reference in page(client.get(here))
    data = {"until": tomorrow(body).strftime("%d/%m/%Y")}
    shown = client.post(here, data)
    assert "2 courriels vont partir" in page(shown)
    assert Minutes.objects.get().state == MinutesState.DRAFT
    assert client.post(here, data | {"confirm": "1"}).status_code == 302
    assert Minutes.objects.get().state == MinutesState.CIRCULATED
    past = client.post(url("minutes_take_back", minutes), {"comment": "Erreur"})
    assert past.status_code == 302


def test_a_passed_day_is_said_and_what_blocks_hides_the_form(as_user):
    body = TaskForceFactory()
    client = as_user(member(body, role="secretariat"))
    minutes = written_minutes(body)
    shown = client.post(url("minutes_share", minutes), {"until": "1/2/2016"})
    assert shown.status_code == 422
    assert "Cette date est passée" in page(shown)
    MinutesSection.objects.update(body="")
    minutes.meeting.updates.update(body="")
    shown = page(client.get(url("minutes_share", minutes)))
    assert "rien à partager" in shown
    assert "Voir les courriels" not in shown


def test_a_member_observes_and_an_unfinished_text_waits(as_user):
    made = circulated()
    client = as_user(made.titular)
    section = made.sections["context"]
    assert "Proposer un autre texte" in page(client.get(url("minutes_detail", made.minutes)))
    place = f"s{section.pk}"
    kept = client.post(
        url("correction_draft", made.minutes, place),
        {"base_version": section.version, "body": "<p>En cours</p>", "body_writing": "html"},
        headers={"Accept": "application/json"},
    )
    assert kept.json()["kept"] is True
    assert Draft.objects.get().key == "observation"
    assert "En cours" in page(client.get(url("correction_add", made.minutes, place) + "?brouillon=1"))
    sent = client.post(
        url("correction_add", made.minutes, place),
        {"base_version": section.version, "body": "<p>Fini.</p>", "agency": made.agency.pk, "note": "Précision"},
    )
    correction = CorrectionRequest.objects.get()
    assert sent.url == url("correction_detail", made.minutes, correction.pk)
    assert (correction.person, correction.note, correction.on_record) == (made.titular, "Précision", False)
    assert not Draft.objects.exists()
    assert "<ins>" in page(client.get(sent.url))


def test_an_agency_is_spoken_for_only_by_those_who_sit_for_it(as_user):
    made = circulated()
    other = member(made.body, role="titular")
    client = as_user(other)
    place = f"s{made.sections['context'].pk}"
    data = {"base_version": 2, "body": "<p>Autre.</p>", "agency": made.agency.pk}
    assert client.post(url("correction_add", made.minutes, place), data).status_code == 422
    assert not CorrectionRequest.objects.exists()
    # The secretariat enters it on record.
    assert as_user(made.secretary).post(url("correction_add", made.minutes, place), data).status_code == 302
    recorded = CorrectionRequest.objects.get()
    assert (recorded.on_record, recorded.person) == (True, None)


def test_after_the_last_day_a_member_is_told_so(as_user):
    made = circulated()
    Minutes.objects.update(observations_until=made.body.today() - timedelta(days=1))
    client = as_user(made.titular)
    here = url("correction_add", made.minutes, "cr")
    shown = client.get(here, follow=True)
    assert "Le délai d’observations est passé" in page(shown)
    sent = client.post(here, {"base_version": 0, "body": "Trop tard", "agency": made.agency.pk})
    assert sent.status_code == 422
    assert "Trop tard" in page(sent)


def test_accepting_on_an_older_text_shows_both_and_keeps_what_was_typed(as_user):
    made = circulated()
    section = made.sections["context"]
    correction = propose_correction(
        made.minutes, made.agency, target=section, body="<p>Premier.</p>", is_remark=False, base_version=2,
        person=made.titular, actor=made.titular.user,
    )  # fmt: skip
    client = as_user(made.secretary)
    here = url("correction_accept", made.minutes, correction.pk)
    shown = client.post(here, {"body": "<p>Tout autre chose.</p>", "base_version": 1, "answer": "Merci"})
    assert "les deux textes sont réunis" in page(shown)
    assert "Tout autre chose." in page(shown)
    assert CorrectionRequest.objects.get().is_open
    assert client.post(here, {"body": "<p>Premier.</p>", "base_version": 2}).status_code == 302
    assert MinutesSection.objects.get(pk=section.pk).body == "<p>Premier.</p>"
    assert "version 2" in page(client.get(url("correction_detail", made.minutes, correction.pk)))
    refused = client.post(url("correction_refuse", made.minutes, correction.pk), {"refus-answer": ""})
    assert refused.status_code == 422


def test_the_list_shows_exactly_the_observations_that_may_be_read(as_user):
    """List and object rule are one policy, for every state and reader."""
    made = circulated()
    section = made.sections["item"]
    section.agenda_item.visibility = "restricted"
    section.agenda_item.save()
    correction = propose_correction(
        made.minutes, made.agency, target=section, body="<p>Autre.</p>", is_remark=False, base_version=2,
        person=made.titular, actor=made.titular.user,
    )  # fmt: skip
    people = {role: member(made.body, role=role) for role in ("observer", "substitute", "chair", "ended")}
    people |= {"secretariat": made.secretary, "titular": made.titular}
    for state in MinutesState:
        Minutes.objects.filter(pk=made.minutes.pk).update(state=state)
        for role, person in people.items():
            client = as_user(person)
            listed = client.get(url("correction_list", made.minutes))
            opened = client.get(url("correction_detail", made.minutes, correction.pk))
            sees = role in ("secretariat", "chair") and state != MinutesState.DRAFT
            assert (opened.status_code == 200) == sees, (state, role)
            if listed.status_code == 200:
                assert (section.title in page(listed)) == sees, (state, role)
    assert corrections_of(made.minutes, restricted=False).count() == 0


def test_adoption_is_looked_at_before_it_is_recorded(as_user):
    made = circulated()
    following = next_meeting(made.minutes)
    client = as_user(made.secretary)
    here = url("minutes_adopt", made.minutes)
    assert "Tacite" not in page(client.get(here))
    data = {
        "mode": "vote", "at_meeting": following.pk, "adopted_on": following.date.strftime("%d/%m/%Y"), "votes_for": 7,
        "votes_against": 1, "abstentions": 0,
    }  # fmt: skip
    looked_at = page(client.post(here, data))
    assert "2 courriels vont partir" in looked_at
    assert "par vote : 7 pour, 1 contre, 0 abstention(s)." in looked_at, "what is about to be recorded"
    assert client.post(here, data | {"confirm": "1"}).status_code == 302
    shown = page(client.get(url("minutes_detail", made.minutes)))
    assert "par vote : 7 pour, 1 contre" in shown
    assert made.minutes.versions.first().sha256 in shown


def test_the_meeting_that_put_the_adoption_off_is_not_proposed(as_user):
    made = circulated()
    following = next_meeting(made.minutes)
    item, _created = add_standing_item(following, "previous-minutes", actor=made.secretary.user)
    here = url("minutes_adopt", made.minutes)
    chosen = f'<option value="{following.pk}" selected>'
    assert chosen in page(as_user(made.secretary).get(here))
    item.outcome = ItemOutcome.POSTPONED
    item.save()
    assert chosen not in page(as_user(made.secretary).get(here))


def test_an_erratum_stands_on_the_page_with_its_words(as_user):
    made = adopted()
    client = as_user(made.secretary)
    here = url("minutes_rectify", made.minutes)
    assert "Contexte" in page(client.get(here))
    data = {"place": "context_text", "base_version": 2, "body": "<p>Premier alinéa rectifié.</p>", "reason": "Nom"}
    assert client.post(here, data | {"reason": ""}).status_code == 422
    assert client.post(here, data).status_code == 302
    assert Erratum.objects.get().number == 1
    shown = page(client.get(url("minutes_detail", made.minutes)))
    assert "Rectificatif n° 1" in shown
    assert "<del>" in shown


def test_verification_needs_no_account_and_keeps_no_file(client):
    made = adopted()
    here = reverse("meetings:verification")
    artefact = artefact_now("minutes", made.minutes.pk, "pdf")
    with artefact.file.open("rb") as stored:
        data = stored.read()
    shown = page(client.post(here, {"document": SimpleUploadedFile("x.pdf", data)}))
    assert "c’est le dernier" in shown
    assert "Premier alinéa" not in shown
    changed = page(client.post(here, {"document": SimpleUploadedFile("x.pdf", data + b" ")}))
    assert "Empreinte inconnue" in changed
    spaced = " ".join(made.approval.version.sha256[i : i + 8].upper() for i in range(0, 64, 8))
    assert "c’est le dernier" in page(client.post(here, {"fingerprint": spaced}))
    for wrong in ({}, {"fingerprint": "abc"}, {"document": SimpleUploadedFile("x.pdf", b"")}):
        assert client.post(here, wrong).status_code == 422


def test_verification_is_limited(client):
    here = reverse("meetings:verification")
    statuses = [client.post(here, {"fingerprint": "0" * 64}).status_code for _number in range(31)]
    assert statuses[:30] == [200] * 30
    assert statuses[30] == 429
