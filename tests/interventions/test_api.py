"""The API of partners: who enters, what a token reads, pages, limits, masks, and words for what it refuses."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from interventions.enums import ApiReach, FigureKind, Halt, InterventionState, Visibility
from interventions.models import ApiToken
from interventions.services.api_tokens import hash_of, make_token, revoke_token
from tests.interventions.factories import (
    FigureFactory,
    InterventionFactory,
    LineFactory,
    RoleFactory,
    UnitFactory,
)
from tests.taskforce.factories import AgencyFactory, CountryFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def niger():
    return CountryFactory()


@pytest.fixture
def token(niger):
    return make_token(niger, name="Carte du partenaire", actor=UserFactory())


@pytest.fixture
def partner(niger):
    return make_token(niger, name="Partenaire", reach=ApiReach.PARTNERS, actor=UserFactory())


def ask(token, path, expected=200, **query):
    headers = {"Authorization": f"Bearer {token.text}"} if token else {}
    answer = Client().get(f"/api/v1/{path}", query, headers=headers)
    assert answer.status_code == expected, answer.content
    return answer.json()


def ids(answer):
    return [item["id"] for item in answer["items"]]


def public(**fields):
    return InterventionFactory(published=True, visibility=Visibility.PUBLIC, **fields)


class TestEntering:
    def test_without_a_token_nothing_is_read(self, niger):
        answer = Client().get("/api/v1/interventions")

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Jeton absent" in answer.json()["detail"]

    def test_a_session_does_not_open_it(self):
        client = Client()
        client.force_login(member(TaskForceFactory(), role="secretariat").user)

        assert client.get("/api/v1/interventions").status_code == 401

    @pytest.mark.parametrize("text", ["", "socle_inconnu", "é" * 40, "x" * 5000])
    def test_another_text_is_refused(self, token, text):
        answer = Client().get("/api/v1/units", HTTP_AUTHORIZATION=f"Bearer {text}")
        assert answer.status_code == 401

    def test_only_its_hash_is_kept(self, token):
        row = ApiToken.objects.get()

        assert row.token_hash == hash_of(token.text)
        assert token.text not in json.dumps([str(value) for value in ApiToken.objects.values().get().values()])
        assert token.text.startswith(row.prefix)
        history = ApiToken.pgh_event_model.objects.values()
        assert row.token_hash not in str(list(history))

    def test_a_revoked_one_is_worthless_at_once(self, token):
        ask(token, "units")
        revoke_token(token.row, actor=UserFactory())

        ask(token, "units", expected=401)

    def test_it_is_worth_something_on_its_last_day(self, niger):
        today = timezone.localdate()
        last = make_token(niger, name="Ce soir", expires_on=today, actor=UserFactory())
        ask(last, "units")
        ApiToken.objects.update(expires_on=today - timedelta(days=1))

        ask(last, "units", expected=401)

    def test_a_date_that_is_past_is_refused(self, niger):
        with pytest.raises(ValidationError, match="passée"):
            make_token(niger, name="Hier", expires_on=date(2020, 1, 1), actor=UserFactory())

    def test_its_use_is_told_and_is_no_history(self, token):
        before = ApiToken.pgh_event_model.objects.count()
        for _number in range(3):
            ask(token, "units")
        row = ApiToken.objects.get()

        assert row.uses == 3
        assert row.last_used_at is not None
        assert ApiToken.pgh_event_model.objects.count() == before

    def test_above_the_limit_it_waits(self, token, settings):
        settings.SOCLE_API_PER_MINUTE = 2
        ApiToken.objects.update(window_start=timezone.now().replace(second=0, microsecond=0), window_count=2)
        answer = Client().get("/api/v1/units", HTTP_AUTHORIZATION=f"Bearer {token.text}")
        # Unless the minute has just turned.
        if answer.status_code == 200:
            ApiToken.objects.update(window_count=2)
            answer = Client().get("/api/v1/units", HTTP_AUTHORIZATION=f"Bearer {token.text}")

        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert "Trop de requêtes" in answer.json()["detail"]
        # A minute later.
        ApiToken.objects.update(window_start=timezone.now() - timedelta(minutes=2))
        ask(token, "units")


class TestReach:
    def test_a_public_token_reads_public_sheets_of_its_country(self, token):
        one = public()
        InterventionFactory(published=True, visibility=Visibility.PARTNERS)
        InterventionFactory(published=True, visibility=Visibility.AGENCY)
        InterventionFactory(visibility=Visibility.PUBLIC)
        InterventionFactory(visibility=Visibility.PUBLIC, state=InterventionState.ARCHIVED)
        public(country=CountryFactory(senegal=True))

        assert ids(ask(token, "interventions")) == [one.pk]

    def test_a_partner_reads_those_for_partners_too_and_no_more(self, partner):
        seen = [public(), InterventionFactory(published=True, visibility=Visibility.PARTNERS)]
        hidden = InterventionFactory(published=True, visibility=Visibility.AGENCY)
        lines = [LineFactory(intervention=one) for one in [*seen, hidden]]

        assert ids(ask(partner, "interventions")) == [one.pk for one in seen]
        assert ids(ask(partner, "lines")) == [line.pk for line in lines[:2]]
        ask(partner, f"interventions/{hidden.pk}", expected=404)

    def test_agencies_are_those_of_what_is_read(self, token):
        shown, hidden = AgencyFactory(), AgencyFactory()
        public(lead=shown)
        InterventionFactory(published=True, visibility=Visibility.PARTNERS, lead=hidden)

        assert ids(ask(token, "agencies")) == [shown.pk]


class TestMasks:
    def figures(self, token):
        (line,) = ask(token, "lines")["items"]
        return {(one["sex"], one["counted"]): (one["value"], one["is_masked"]) for one in line["figures"]}

    def test_a_public_token_does_not_read_one_to_four(self, token, partner):
        line = LineFactory(intervention=public())
        FigureFactory(line=line, counted="person", value=100)
        FigureFactory(line=line, counted="person", sex="f", value=3)
        FigureFactory(line=line, counted="person", sex="m", value=97)
        FigureFactory(line=line, counted="household", value=20)

        assert self.figures(token) == {
            ("", "person"): (100, False),
            ("f", "person"): (None, True),
            # Else the women would be the difference.
            ("m", "person"): (None, True),
            ("", "household"): (20, False),
        }
        assert self.figures(partner)["f", "person"] == (3, False)

    def test_zero_and_five_are_told(self, token):
        line = LineFactory(intervention=public())
        FigureFactory(line=line, value=0)
        FigureFactory(line=line, kind=FigureKind.TARGETED, value=5)

        assert sorted(one["value"] for one in ask(token, "lines")["items"][0]["figures"]) == [0, 5]

    def test_a_total_of_few_is_an_interval(self, token, partner):
        line = LineFactory(intervention=public(), unit=UnitFactory(parent=UnitFactory()))
        FigureFactory(line=line, value=3)
        asked = {"by": "department", "measure": "households", "start": "2026-01-01", "end": "2026-12-31"}
        (told,) = ask(token, "totals", **asked)["items"]
        (whole,) = ask(partner, "totals", **asked)["items"]

        assert (told["low"], told["high"]) == (1, 4)
        assert (whole["low"], whole["high"]) == (3, 3)


class TestLists:
    def test_pages(self, token):
        made = [public() for _number in range(5)]
        first = ask(token, "interventions", page_size=2)

        assert (first["count"], first["previous"]) == (5, None)
        assert ids(first) == [one.pk for one in made[:2]]
        assert first["next"].endswith("/api/v1/interventions?page_size=2&page=2")
        last = ask(token, "interventions", page_size=2, page=3)
        assert (ids(last), last["next"]) == ([made[4].pk], None)
        assert ask(token, "interventions", page=50)["items"] == []

    def test_a_sheet_says_who_and_where_it_stands(self, token):
        lead = AgencyFactory(acronym="PAM")
        sheet = public(title="Cantines", title_en="School meals", lead=lead, halt=Halt.SUSPENDED)
        RoleFactory(intervention=sheet, agency=AgencyFactory(acronym="BM"), kind="funder", share="60.5")
        told = ask(token, f"interventions/{sheet.pk}")

        assert (told["title"], told["title_en"], told["status"]) == ("Cantines", "School meals", "suspended")
        assert [(role["agency"]["acronym"], role["role"]) for role in told["roles"]] == [
            ("PAM", "accountable"),
            ("BM", "funder"),
        ]
        assert told["country"] == "NER"

    def test_filters_of_lines(self, token):
        region = UnitFactory(pcode="NE009", name="Région d’essai")
        inside = LineFactory(intervention=public(lead=AgencyFactory(acronym="UNI")), unit=UnitFactory(parent=region))
        other = LineFactory(intervention=public(), unit=None, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
        wanted = {
            ("unit", "NE009"): [inside],
            ("instrument", other.instrument.code): [other],
            ("agency", "uni"): [inside],
            ("intervention", other.intervention_id): [other],
            ("start", "2025-01-01"): [inside],
            ("end", "2025-01-01"): [other],
            ("updated_since", "2020-01-01T00:00:00Z"): [inside, other],
            ("updated_since", "2099-01-01"): [],
        }
        for (name, value), lines in wanted.items():
            assert ids(ask(token, "lines", **{name: value})) == [line.pk for line in lines], name

    def test_filters_of_sheets(self, token):
        old = public(planned_start=date(2020, 1, 1), planned_end=date(2020, 12, 31), lead=AgencyFactory(acronym="FAO"))
        new = public(planned_start=date(2099, 1, 1), planned_end=None)

        assert ids(ask(token, "interventions", status="completed")) == [old.pk]
        assert ids(ask(token, "interventions", status="planned")) == [new.pk]
        assert ids(ask(token, "interventions", agency="fao")) == [old.pk]
        assert ids(ask(token, "interventions", code=new.code)) == [new.pk]

    def test_totals_by_agency_and_place(self, token):
        agency = AgencyFactory(acronym="OIT")
        department = UnitFactory(pcode="NE009001", name="Essai", parent=UnitFactory(pcode="NE009"))
        for value in (100, 60):
            line = LineFactory(intervention=public(lead=agency), unit=department)
            FigureFactory(line=line, counted="person", value=value)
        asked = {"measure": "people", "start": "2026-01-01", "end": "2026-12-31"}
        (place,) = ask(token, "totals", by="department", **asked)["items"]
        told = ask(token, "totals", by="agency", **asked)

        assert place == {"key": "NE009001", "name": "Essai", "low": 100, "high": 160}
        assert told["items"] == [{"key": str(agency.pk), "name": "OIT", "low": 100, "high": 160}]
        assert (told["total"]["low"], told["total"]["high"]) == (100, 160)
        assert ask(token, "totals", by="region", start="1999-01-01", end="1999-12-31")["items"] == []

    @pytest.mark.parametrize("path", ["interventions", "lines", "units", "instruments", "target-groups", "agencies"])
    def test_as_many_queries_whatever_the_size(self, token, path, django_assert_max_num_queries):
        for _number in range(4):
            sheet = public(lead=AgencyFactory())
            FigureFactory(line=LineFactory(intervention=sheet, unit=UnitFactory(parent=UnitFactory())))
        with django_assert_max_num_queries(8):
            assert ask(token, path)["count"] >= 4

    def test_what_has_not_changed_is_not_sent_again(self, token):
        public()
        headers = {"Authorization": f"Bearer {token.text}"}
        first = Client().get("/api/v1/interventions", headers=headers)
        again = Client().get("/api/v1/interventions", headers={**headers, "If-None-Match": first.headers["ETag"]})

        assert again.status_code == 304
        assert again.content == b""


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "query", "said"),
        [
            ("interventions", {"page": "zéro"}, "page : un nombre entier est attendu."),
            ("interventions", {"page": 0}, "page : au moins 1."),
            ("interventions", {"page_size": 100000}, "page_size : au plus 500."),
            ("lines", {"start": "8/3/2016"}, "start : une date ISO 8601 est attendue"),
            ("lines", {"unit": "SN0101"}, "n’est pas de ce pays"),
            ("lines", {"departement": "NE005"}, "Paramètre inconnu : departement."),
            ("interventions", {"status": "fini"}, "status : une de ces valeurs est attendue"),
            ("totals", {}, "by : ce paramètre est demandé."),
            ("totals", {"by": "region", "start": "2026-02-01", "end": "2026-01-01"}, "la fin précède le début"),
            ("lines", {"intervention": "9" * 40}, "intervention : "),
        ],
    )
    def test_what_cannot_be_read_is_said_in_french(self, token, path, query, said):
        answer = ask(token, path, expected=422, **query)

        assert said in answer["detail"].replace("\N{NO-BREAK SPACE}", " ")

    @pytest.mark.parametrize("number", ["0", "999999999999", str(2**63), "9" * 40])
    def test_an_address_that_leads_nowhere(self, token, number):
        assert "Rien à cette adresse" in ask(token, f"interventions/{number}", expected=404)["detail"]

    def test_nothing_is_written(self, token):
        for verb in ("post", "put", "patch", "delete"):
            answer = getattr(Client(), verb)("/api/v1/interventions", HTTP_AUTHORIZATION=f"Bearer {token.text}")
            assert answer.status_code == 405


class TestSchema:
    def test_it_describes_every_path(self):
        schema = Client().get("/api/v1/openapi.json").json()

        assert schema["openapi"].startswith("3.")
        assert set(schema["paths"]) == {
            f"/api/v1/{path}"
            for path in (
                "interventions interventions/{pk} lines totals units instruments target-groups agencies".split()
            )
        }
        for methods in schema["paths"].values():
            assert set(methods) == {"get"}
            assert methods["get"]["security"]
            assert methods["get"]["summary"]

    def test_the_root_leads_to_it(self):
        assert Client().get("/api/v1/").json()["openapi"].endswith("/api/v1/openapi.json")

    def test_who_comes_with_a_browser_reads_a_page_of_it(self):
        answer = Client().get("/api/v1/", headers={"Accept": "text/html,*/*"})
        page = answer.content.decode()
        schema = Client().get("/api/v1/openapi.json").json()

        assert answer.status_code == 200
        assert "Accept" in answer.headers["Vary"]
        for path, methods in schema["paths"].items():
            assert f"GET {path}<" in page
            for one in methods["get"].get("parameters", ()):
                assert f"<code>{one['name']}</code>" in page
        assert "<code>is_masked</code>" in page
        assert "`" not in page


class TestScreen:
    def browser(self, user):
        client = Client()
        client.force_login(user)
        return client

    def test_a_token_is_made_shown_once_used_and_revoked(self, niger):
        client = self.browser(member(TaskForceFactory(), role="secretariat").user)
        url = reverse("interventions:api_token_list", args=["ner"])
        answer = client.post(url, {"name": "Carte du partenaire", "reach": "public", "agency": "", "expires_on": ""})
        text = answer.content.decode().split('<code id="jeton">')[1].split("<")[0]
        units = Client().get("/api/v1/units", HTTP_AUTHORIZATION=f"Bearer {text}")

        assert units.status_code == 200
        page = client.get(url).content.decode()
        assert "Carte du partenaire" in page
        assert text not in page
        token = ApiToken.objects.get()
        for _click in range(2):
            assert client.post(reverse("interventions:api_token_revoke", args=[token.pk])).status_code == 302
        assert Client().get("/api/v1/units", HTTP_AUTHORIZATION=f"Bearer {text}").status_code == 401

    def test_what_lacks_is_said(self, niger):
        client = self.browser(member(TaskForceFactory(), role="secretariat").user)
        url = reverse("interventions:api_token_list", args=["ner"])
        answer = client.post(url, {"name": "", "reach": "tout", "expires_on": "hier"})

        assert answer.status_code == 422
        assert not ApiToken.objects.exists()

    def test_the_secretariat_of_another_country_knows_nothing_of_it(self, token):
        abroad = TaskForceFactory(country=CountryFactory(senegal=True))
        client = self.browser(member(abroad, role="secretariat").user)

        assert client.get(reverse("interventions:api_token_list", args=["ner"])).status_code == 403
        assert client.post(reverse("interventions:api_token_revoke", args=[token.row.pk])).status_code == 404
