"""Pages of other sites that read the API in a browser: none unless the installation names them."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.environment import env_origins
from interventions.services.api_tokens import make_token
from tests.taskforce.factories import CountryFactory, UserFactory

pytestmark = pytest.mark.django_db

SITE = "https://carte.example.org"
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
def token():
    return make_token(CountryFactory(), name="Carte du partenaire", actor=UserFactory())


def preflight(path="/api/v1/units", origin=SITE):
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    return Client().options(path, headers=asked)


def test_no_site_reads_it_unless_named(token):
    assert ALLOWED not in preflight().headers
    answer = Client().get("/api/v1/units", headers={"Authorization": f"Bearer {token.text}", "Origin": SITE})
    assert answer.status_code == 200
    assert ALLOWED not in answer.headers


class TestNamed:
    @pytest.fixture(autouse=True)
    def _named(self, settings):
        settings.SOCLE_API_ORIGINS = [SITE]

    def test_the_browser_may_send_the_token_and_read_the_answer(self, token):
        asked = preflight()
        assert (asked.status_code, asked.headers[ALLOWED]) == (204, SITE)
        assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in asked.headers

        headers = {"Authorization": f"Bearer {token.text}", "Origin": SITE}
        answer = Client().get("/api/v1/units", headers=headers)
        assert answer.headers[ALLOWED] == SITE
        assert "Origin" in answer.headers["Vary"]
        again = Client().get("/api/v1/units", headers=headers | {"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.headers[ALLOWED]) == (304, SITE)

    def test_a_refusal_is_readable_too(self):
        answer = Client().get("/api/v1/units", headers={"Origin": SITE})
        assert (answer.status_code, answer.headers[ALLOWED]) == (401, SITE)

    def test_another_site_and_another_page_get_nothing(self):
        assert ALLOWED not in preflight(origin="https://autre.example.org").headers
        assert ALLOWED not in Client().get("/compte/login/", headers={"Origin": SITE}).headers


def test_every_site_where_the_installation_says_so(settings):
    settings.SOCLE_API_ORIGINS = ["*"]
    assert preflight(origin="https://autre.example.org").headers[ALLOWED] == "https://autre.example.org"


@pytest.mark.parametrize("text", ["carte.example.org", "https://carte.example.org/", "ftp://carte.example.org", "null"])
def test_what_is_no_origin_is_refused_at_the_start(monkeypatch, text):
    monkeypatch.setitem(os.environ, "SOCLE_API_ORIGINS", text)
    with pytest.raises(ImproperlyConfigured, match="SOCLE_API_ORIGINS"):
        env_origins("SOCLE_API_ORIGINS")
