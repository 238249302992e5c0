"""People, agencies and bodies in the browser."""

from datetime import date

import pytest
from django.urls import reverse

from core.fields import period
from taskforce.models import Agency, AgencyAlias, Person, TaskForce
from taskforce.services.agencies import load_reference
from tests.taskforce.factories import (
    AgencyFactory,
    CountryFactory,
    MandateFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def secretary(client, body):
    person = member(body, role="secretariat", family_name="Secrétaire")
    client.force_login(person.user)
    return person


def url(name, *args):
    return reverse(f"taskforce:{name}", args=args)


def text(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ").replace("<wbr>", "")


# People ------------------------------------------------------------------------------------------


def test_members_find_each_other_and_nobody_else(client, body):
    reader, colleague = member(body, email="lectrice@example.org"), member(body, email="collegue@example.org")
    former = member(body, role="ended")
    stranger = member(TaskForceFactory(country=CountryFactory(senegal=True)))
    client.force_login(reader.user)
    page = text(client.get(url("person_list")))
    assert "collegue@example.org" in page and former.family_name in page and f"{stranger.family_name}<" not in page
    assert [client.get(url("person_detail", p.pk)).status_code for p in (colleague, former, stranger)] == [
        200,
        200,
        404,
    ]
    assert client.get(url("person_edit", colleague.pk)).status_code == 403
    assert client.get(url("person_edit", reader.pk)).status_code == 200


@pytest.mark.parametrize("who", ["ended", "none"])
def test_without_a_mandate_the_directory_is_closed(client, body, who):
    person = member(body, role=who)
    client.force_login(person.user)
    assert client.get(url("person_list")).status_code == 403
    assert client.get(url("agency_list")).status_code == 403
    assert client.get(url("person_detail", member(body).pk)).status_code == 404
    assert client.get(url("agency_detail", AgencyFactory().pk)).status_code == 404


def test_addresses_are_read_in_one_s_own_bodies_only(client, body):
    """Who runs a body sees everybody, to propose them; not everybody's address."""
    abroad = TaskForceFactory(country=CountryFactory(senegal=True))
    client.force_login(member(abroad, role="secretariat").user)
    person = member(body, email="secrete@example.org", phone="+227 00 00 00 00")
    for page in (
        url("person_list"),
        url("person_detail", person.pk),
        url("agency_detail", person.mandates.get().seat.agency_id),
    ):
        content = text(client.get(page))
        assert "secrete@example.org" not in content and "+227" not in content
    assert client.get(url("person_edit", person.pk)).status_code == 403
    loose = PersonFactory(email="libre@example.org")
    assert "libre@example.org" in text(client.get(url("person_detail", loose.pk)))
    assert client.get(url("person_edit", loose.pk)).status_code == 200


def test_an_address_of_somebody_who_sits_elsewhere_too_is_not_changed(client, body, secretary):
    person = member(body, email="avant@example.org")
    MandateFactory(person=person, seat__task_force=TaskForceFactory())
    data = {
        "family_name": person.family_name,
        "given_name": person.given_name,
        "language": "fr",
        "email": "voleur@example.org",
        "job_title": "Cheffe",
    }
    assert "elle seule ou l’administration" in text(client.get(url("person_edit", person.pk)))
    client.post(url("person_edit", person.pk), data)
    person.refresh_from_db()
    assert (person.email, person.job_title) == ("avant@example.org", "Cheffe")
    client.force_login(UserFactory(administrator=True))
    client.post(url("person_edit", person.pk), data)
    person.refresh_from_db()
    assert person.email == "voleur@example.org"


def test_a_namesake_is_shown_before_a_second_record(client, body, secretary):
    PersonFactory(given_name="Aïssa", family_name="Oumarou", agency=AgencyFactory(acronym="PAM"))
    data = {"given_name": "oumarou", "family_name": "AISSA", "language": "fr"}
    response = client.post(url("person_create"), data)
    assert response.status_code == 422
    assert "déjà connue" in text(response) and "Oumarou</a> — PAM" in text(response)
    client.post(url("person_create"), {**data, "is_other": "on"})
    other = Person.objects.get(family_name="AISSA")
    assert "Possible doublon" in text(client.get(url("person_detail", other.pk)))


def test_the_next_page_is_one_of_ours(client, body, secretary):
    data = {"family_name": "Oumarou", "language": "fr"}
    response = client.post(url("person_create") + "?suite=https://ailleurs.example.org/", data)
    assert response.headers["Location"].startswith("/personnes/")
    response = client.post(url("person_create") + "?suite=/niger/", {**data, "family_name": "Autre"})
    assert response.headers["Location"] == "/niger/"


@pytest.mark.parametrize(
    "data",
    [
        {"family_name": ""},
        {"email": "x"},
        {"family_name": "a\x00"},
        {"agency": "999999"},
        {"language": "zz"},
        {"family_name": "x" * 101},
        {"themes": ["12"]},
    ],
)
def test_what_is_wrong_with_a_person_is_said(client, body, secretary, data):
    before = Person.objects.count()
    response = client.post(url("person_create"), {"family_name": "Oumarou", "language": "fr", **data})
    assert response.status_code == 422
    assert Person.objects.count() == before


def test_an_address_that_somebody_has_is_said(client, body, secretary):
    response = client.post(
        url("person_create"), {"family_name": "Oumarou", "language": "fr", "email": secretary.email.upper()}
    )
    assert "Une personne porte déjà cette adresse" in text(response)


@pytest.mark.parametrize("item_count", [1, 3, 40])
def test_directories_cost_the_same_whatever_their_length(
    client, body, secretary, item_count, django_assert_max_num_queries
):
    for _ in range(item_count):
        person = member(body)
        person.agency = person.mandates.get().seat.agency
        person.save()
        AgencyAlias.objects.create(agency=person.agency, label=f"Autre nom {person.pk}")
    client.get("/")
    # Literal counts: the same for 1 and for 40.
    for page, count in [("person_list", 9), ("agency_list", 8)]:
        with django_assert_max_num_queries(count) as context:
            client.get(url(page))
        assert len(context.captured_queries) == count
    with django_assert_max_num_queries(12) as context:
        client.get(url("person_detail", person.pk))
    assert len(context.captured_queries) == 11
    with django_assert_max_num_queries(12) as context:
        client.get(url("agency_detail", person.agency_id))
    assert len(context.captured_queries) == 11


def test_a_filter_finds_without_accents(client, body, secretary):
    member(body, family_name="Maïga", given_name="Élise")
    page = text(client.get(url("person_list"), {"nom": "elise maiga"}))
    assert "Maïga" in page and "1 personne<" in page
    assert "Personne ne correspond" in text(client.get(url("person_list"), {"nom": "zzz"}))
    assert client.get(url("person_list"), {"nom": "%", "agence": "x", "page": "-1"}).status_code == 200


# Agencies ----------------------------------------------------------------------------------------


def test_agencies_of_the_world_and_of_one_s_countries(client, body, secretary):
    load_reference()
    page = text(client.get(url("agency_list"), {"nom": "unfpa"}))
    assert "FNUAP" in page and "1 structure<" in page
    dgpsn = Agency.objects.get(acronym="DGPSN")
    assert client.get(url("agency_detail", dgpsn.pk)).status_code == 404
    assert "Aucune structure ne correspond" in text(client.get(url("agency_list"), {"nom": "DGPSN"}))
    assert client.get(url("agency_list"), {"nature": "ministry"}).context["page"].paginator.count == 1


def test_an_agency_is_entered_with_its_names_and_corrected(client, body, secretary):
    data = {
        "acronym": "DNPGCA",
        "name_fr": "Dispositif national",
        "kind": "public",
        "country": body.country_id,
        "aliases": "DNP\r\nDispositif\r\n",
    }
    client.post(url("agency_create"), data)
    agency = Agency.objects.get(acronym="DNPGCA")
    assert agency.aliases.count() == 2
    response = client.post(url("agency_create"), {**data, "acronym": "AUTRE", "name_fr": "Autre", "aliases": "dnp"})
    assert "« dnp » désigne déjà DNPGCA" in text(response)
    assert not Agency.objects.filter(acronym="AUTRE").exists()
    client.post(url("agency_edit", agency.pk), {**data, "name_fr": "Dispositif national de prévention"})
    agency.refresh_from_db()
    assert agency.name_fr == "Dispositif national de prévention"


def test_an_alias_is_added_refused_and_removed(client, body, secretary):
    bit, pam = AgencyFactory(acronym="BIT"), AgencyFactory(acronym="PAM")
    client.post(url("alias_add", bit.pk), {"label": "OIT"})
    alias = bit.aliases.get()
    refused = client.post(url("alias_add", pam.pk), {"label": "oit"})
    assert refused.status_code == 422 and "« oit » désigne déjà BIT" in text(refused)
    assert client.post(url("alias_remove", pam.pk, alias.pk)).status_code == 404
    assert client.get(url("alias_remove", bit.pk, alias.pk)).status_code == 405
    client.post(url("alias_remove", bit.pk, alias.pk))
    assert not bit.aliases.exists()


def test_an_office_gets_its_heads(client, body, secretary):
    agency = AgencyFactory(acronym="FAO")
    client.post(url("agency_office_open", agency.pk), {"duty_station": "Niamey", "country": body.country_id})
    office = agency.offices.get()
    data = {"new_family_name": "Garba", "address_of_record": "garba@example.org", "starts_on": "1/1/2016"}
    client.post(url("head_begin", office.pk), data)
    head = office.heads.get()
    page = text(client.get(url("agency_detail", agency.pk)))
    assert "Niamey" in page and "Garba" in page and "garba@example.org" in page
    client.post(url("head_end", head.pk), {"last_day": "31/12/2016"})
    assert "Direction inconnue" in text(client.get(url("agency_detail", agency.pk)))


@pytest.mark.parametrize("role", ["titular", "observer"])
def test_members_read_agencies_and_change_none(client, body, role):
    agency = SeatFactory(task_force=body).agency
    client.force_login(member(body, role=role).user)
    assert client.get(url("agency_detail", agency.pk)).status_code == 200
    for page in ("agency_edit", "agency_office_open"):
        assert client.get(url(page, agency.pk)).status_code == 403
    assert client.get(url("agency_create")).status_code == 403
    assert client.post(url("alias_add", agency.pk), {"label": "X"}).status_code == 403


# Bodies ------------------------------------------------------------------------------------------


def body_data(place, /, **changes):
    return {
        "country": place.pk, "kind": "task_force", "name": "Groupe cash", "slug": "niger-cash",
        "time_zone": "Africa/Niamey", "language": "fr", "quorum_share": "50 %", **changes,
    }  # fmt: skip


def test_an_administrator_founds_a_body(client):
    client.force_login(UserFactory(administrator=True))
    response = client.post(url("body_create"), body_data(CountryFactory()))
    body = TaskForce.objects.get()
    assert response.headers["Location"] == url("office_begin", body.slug)
    assert str(body.quorum_share) == "0.500"
    client.post(url("body_state", body.slug), {"state": "active", "comment": "TdR adoptés"})
    page = text(client.get(url("body_detail", body.slug)))
    assert "Proposée → Active" in page and "TdR adoptés" in page and "50 % des structures, soit 0 sur 0" in page
    assert 'value="50"' in text(client.get(url("body_edit", body.slug)))
    client.post(url("body_edit", body.slug), body_data(body.country, quorum_share="", name="Groupe Cash"))
    body.refresh_from_db()
    assert (body.quorum_share, body.name) == (None, "Groupe Cash")


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "compte"},
        {"slug": "É"},
        {"time_zone": "Mars/Phobos"},
        {"quorum_share": "150"},
        {"quorum_share": "x"},
        {"country": "0"},
        {"name": "\x00"},
    ],
)
def test_what_is_wrong_with_a_body_is_said(client, wrong):
    client.force_login(UserFactory(administrator=True))
    response = client.post(url("body_create"), body_data(CountryFactory(), **wrong))
    assert response.status_code == 422
    assert set(wrong) <= set(response.context["form"].errors)
    assert not TaskForce.objects.exists()


def test_a_secretariat_describes_its_body_and_does_not_move_it(client, body, secretary):
    assert client.get(url("body_create")).status_code == 403
    senegal = CountryFactory(senegal=True)
    client.post(url("body_edit", body.slug), body_data(senegal, slug="autre", name="Nouveau nom"))
    body.refresh_from_db()
    assert (body.name, body.slug, body.country.iso3) == ("Nouveau nom", "niger", "NER")
    # Closing is for good: an administrator does it.
    assert client.post(url("body_state", body.slug), {"state": "closed"}).status_code == 422
    client.post(url("body_state", body.slug), {"state": "dormant"})
    body.refresh_from_db()
    assert body.state == "dormant"


def test_leads_begin_and_end(client, body, secretary):
    agency = SeatFactory(task_force=body, agency__acronym="UNICEF").agency
    client.post(url("lead_begin", body.slug), {"agency": agency.pk, "starts_on": "1/4/2016"})
    lead = body.leads.get()
    assert "déjà chef de file" in text(
        client.post(url("lead_begin", body.slug), {"agency": agency.pk, "starts_on": "1/5/2016"})
    )
    client.post(url("lead_end", lead.pk), {"last_day": "31/12/2016"})
    lead.refresh_from_db()
    assert lead.period == period(date(2016, 4, 1), date(2016, 12, 31))
    assert "Auparavant" in text(client.get(url("body_detail", body.slug)))
