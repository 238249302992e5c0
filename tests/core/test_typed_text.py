"""A text typed while the session ended is shown again."""

import pytest
from django.test import Client

from core.actors import SYSTEM
from meetings.services.minutes import ensure_minutes
from tests.meetings.factories import MeetingFactory
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def section():
    return ensure_minutes(MeetingFactory(), actor=SYSTEM).sections.first()


def url(section):
    return f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/modifier/"


def test_an_anonymous_save_shows_the_text_escaped_and_a_way_back(client, section):
    data = {
        "base_version": "3",
        "body": "<p>Précieux &lt;b&gt;</p></textarea><script>alert(1)</script>",
        "body-writing": "html",
    }
    response = client.post(url(section), data)
    assert response.status_code == 401
    page = response.content.decode()
    assert "Précieux &lt;b&gt;" in page
    assert "<script>alert" not in page
    assert 'name="base_version"' in page
    assert "/compte/login/" in page
    section.refresh_from_db()
    assert section.version == 0


def test_the_script_is_told(client, section):
    response = client.post(url(section), {"body": "x"}, HTTP_ACCEPT="application/json")
    assert response.status_code == 401
    assert response.json()["error"]


def test_other_anonymous_requests_go_to_the_sign_in_page(client, section):
    assert client.get(url(section)).status_code == 302
    assert client.post(f"/reunions/{section.minutes.meeting_id}/compte-rendu/commencer/").status_code == 302


def test_the_text_is_sent_again_after_signing_in(section):
    client = Client(enforce_csrf_checks=True)
    user = member(section.minutes.meeting.task_force, role="secretariat").user
    client.force_login(user, backend=BACKEND)
    data = {"base_version": "0", "body": "Tapé avant", "body-writing": "text", "csrfmiddlewaretoken": "périmé"}
    refused = client.post(url(section), data, HTTP_ORIGIN="http://testserver")
    assert refused.status_code == 403
    page = refused.content.decode()
    assert "Tapé avant" in page
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    again = client.post(url(section), data | {"csrfmiddlewaretoken": token}, HTTP_ORIGIN="http://testserver")
    assert again.status_code == 302
    section.refresh_from_db()
    assert section.body == "<p>Tapé avant</p>"


def test_another_site_gets_no_button_that_sends_its_text(section):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member(section.minutes.meeting.task_force, role="secretariat").user, backend=BACKEND)
    refused = client.post(url(section), {"base_version": "0", "body": "piège"}, HTTP_ORIGIN="https://evil.example.org")
    assert refused.status_code == 403
    assert "csrfmiddlewaretoken" not in refused.content.decode()


def test_a_form_without_rich_text_keeps_the_usual_page():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/compte/login/", {"login": "x"})
    assert response.status_code == 403
    assert "périmé" in response.content.decode()
