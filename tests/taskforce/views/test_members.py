"""Rosters, seats, mandates and functions in the browser."""

from datetime import date

import pytest
from django.urls import reverse

from core.fields import period
from taskforce.enums import BodyState, OfficeRole, SeatStatus
from taskforce.models import Mandate, Office, Person, Seat
from tests.taskforce.factories import (
    AgencyFactory,
    CountryFactory,
    MandateFactory,
    OfficeFactory,
    PersonFactory,
    SeatFactory,
    TaskForceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger-protection-sociale")


@pytest.fixture
def secretary(client, body):
    person = member(body, role="secretariat")
    client.force_login(person.user)
    return person


def text(response):
    return response.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def url(name, *args):
    return reverse(f"taskforce:{name}", args=args)


# Home ------------------------------------------------------------------------------------


def test_the_only_body_opens_by_itself(client, body):
    client.force_login(member(body).user)
    assert client.get("/").headers["Location"] == "/niger-protection-sociale/"


def test_several_bodies_are_listed_with_roles(client, body):
    person = member(body, role="chair")
    other = TaskForceFactory(country=CountryFactory(senegal=True), name="Comité technique")
    MandateFactory(seat__task_force=other, person=person)
    client.force_login(person.user)
    page = text(client.get("/"))
    assert "Présidence" in page and "Titulaire" in page and "Comité technique" in page


@pytest.mark.parametrize(
    ("who", "words"), [("ended", "Aucune instance ne vous est ouverte"), ("none", "Aucune instance ne vous")]
)
def test_without_a_mandate_the_home_says_what_to_do(client, body, who, words):
    client.force_login(member(body, role=who).user)
    page = text(client.get("/"))
    assert words in page and "secrétariat" in page
    assert client.get(url("body_home", body.slug)).status_code == 404


def test_an_administrator_founds_the_first_body(client):
    client.force_login(UserFactory(administrator=True))
    assert "Créez la première" in text(client.get("/"))


@pytest.mark.parametrize("role", ["secretariat", "titular", "observer", "chair", "data_manager"])
@pytest.mark.parametrize("state", [BodyState.PROPOSED, BodyState.ACTIVE, BodyState.CLOSED])
def test_every_reader_opens_the_home_of_a_body(client, body, role, state):
    body.state = state
    body.save()
    client.force_login(member(body, role=role).user)
    assert client.get(url("body_home", body.slug)).status_code == 200


# Roster -----------------------------------------------------------------------------------


def test_on_11_february_2016_nobody_has_a_mandate(client, body):
    seat = SeatFactory(task_force=body, period=period(date(2016, 4, 1)))
    MandateFactory(seat=seat, person__family_name="Souley", period=period(date(2016, 4, 1)))
    client.force_login(member(body, role="chair").user)
    page = text(client.get(url("roster", body.slug), {"date": "11 février 2016"}))
    assert "Aucun mandat au 11 février 2016" in page
    assert "Les premiers mandats commencent le 1er avril 2016" in page
    assert "Souley" not in page
    assert "Souley" in text(client.get(url("roster", body.slug), {"date": "1/4/2016"}))


def test_an_unreadable_date_is_said_and_today_is_shown(client, body):
    person = member(body)
    client.force_login(person.user)
    response = client.get(url("roster", body.slug), {"date": "31/2/2016"})
    assert response.status_code == 200
    assert "n’existe pas" in text(response) and person.family_name in text(response)


def test_members_substitutes_in_order_observers_and_offices(client, body):
    seat = SeatFactory(task_force=body, agency__acronym="PAM")
    for rank, name in [(2, "Deuxième"), (0, "Titulairenom"), (1, "Première")]:
        MandateFactory(seat=seat, rank=rank, person__family_name=name)
    MandateFactory(
        seat=SeatFactory(task_force=body, agency__acronym="BM", observer=True), person__family_name="Observant"
    )
    SeatFactory(task_force=body, agency__acronym="VIDE")
    client.force_login(member(body, role="resident_coordinator", family_name="Kouassi").user)
    page = text(client.get(url("roster", body.slug)))
    order = [
        page.index(word, page.index("<main"))
        for word in ("Titulairenom", "Première", "Deuxième", "Observant", "Kouassi")
    ]
    assert order == sorted(order)
    assert "Sans titulaire" in page and "Coordination résidente" in page and "En observation" in page


@pytest.mark.parametrize("item_count", [1, 3, 40])
def test_the_roster_costs_the_same_whatever_its_length(client, body, item_count, django_assert_num_queries):
    person = member(body, role="secretariat")
    for _ in range(item_count):
        seat = SeatFactory(task_force=body)
        for rank in range(3):
            MandateFactory(seat=seat, rank=rank)
    client.force_login(person.user)
    client.get("/")  # the session's first request notes when it began
    with django_assert_num_queries(9):
        client.get(url("roster", body.slug))


# Seats -------------------------------------------------------------------------------------


def test_a_structure_enters_changes_and_leaves(client, body, secretary):
    agency = AgencyFactory(acronym="FAO")
    page = client.post(
        url("seat_add", body.slug), {"agency": agency.pk, "status": "member", "counts": "on", "starts_on": "1/4/2016"}
    )
    seat = Seat.objects.get(agency=agency)
    assert page.headers["Location"] == url("seat_detail", seat.pk)
    client.post(url("seat_change", seat.pk), {"status": "observer", "counts": "on", "starts_on": "1er janvier 2020"})
    now = Seat.objects.get(agency=agency, status=SeatStatus.OBSERVER)
    assert (now.period.lower, now.counts) == (date(2020, 1, 1), False)
    client.post(url("seat_end", now.pk), {"last_day": "2021-06-30"})
    now.refresh_from_db()
    assert now.ends_on == date(2021, 6, 30)
    page = text(client.get(url("seat_detail", now.pk)))
    assert "Cette participation s’est terminée le 30 juin 2021" in page
    assert "Autres participations" in page


def test_what_is_wrong_with_a_structure_is_said_and_nothing_typed_is_lost(client, body, secretary):
    seat = SeatFactory(task_force=body)
    response = client.post(
        url("seat_add", body.slug),
        {"agency": seat.agency_id, "status": "member", "starts_on": "1/4/2016", "ends_on": "1/3/2016"},
    )
    assert response.status_code == 422
    assert "précède la date de début" in text(response) and 'value="1/3/2016"' in text(response)
    response = client.post(
        url("seat_add", body.slug), {"agency": seat.agency_id, "status": "member", "starts_on": "1/4/2016"}
    )
    assert "déjà membre de l’instance" in text(response)


# Mandates ----------------------------------------------------------------------------------


def test_a_mandate_begins_is_replaced_and_ends(client, body, secretary):
    seat = SeatFactory(task_force=body)
    first, second = PersonFactory(agency=seat.agency), PersonFactory(agency=seat.agency)
    client.post(
        url("mandate_begin", seat.pk),
        {"person": first.pk, "rank": "0", "starts_on": "1/4/2016", "is_focal_point": "on"},
    )
    old = seat.mandates.get()
    client.post(url("mandate_replace", old.pk), {"person": second.pk, "starts_on": "1/9/2019"})
    old.refresh_from_db()
    assert (old.ends_on, old.end_reason) == (date(2019, 8, 31), "replaced")
    new = seat.mandates.get(person=second)
    response = client.post(url("mandate_end", new.pk), {"last_day": "31/12/2020", "reason": "departed"}, follow=True)
    assert "se termine le 31 décembre 2020" in text(response)
    page = text(client.get(url("seat_detail", seat.pk)))
    assert "Personne ne représente cette structure aujourd’hui" in page and "Remplacement" in page


def test_a_new_person_is_entered_with_the_mandate(client, body, secretary):
    seat = SeatFactory(task_force=body)
    data = {
        "new_civility": "ms",
        "new_given_name": "Aïssa",
        "new_family_name": "Oumarou",
        "new_email": "aissa@example.org",
        "rank": "0",
        "starts_on": "1/4/2016",
    }
    # The rank is refused: nothing of the new person stays.
    MandateFactory(seat=seat)
    response = client.post(url("mandate_begin", seat.pk), data)
    assert response.status_code == 422 and "Ce rang est déjà tenu" in text(response)
    assert not Person.objects.filter(family_name="Oumarou").exists()
    client.post(url("mandate_begin", seat.pk), {**data, "rank": "1"})
    person = Person.objects.get(family_name="Oumarou")
    assert (person.agency, person.mandates.get().rank) == (seat.agency, 1)
    # Her namesake is not entered twice by mistake.
    response = client.post(
        url("mandate_begin", seat.pk),
        {**data, "new_family_name": "OUMAROU", "new_given_name": "aissa", "new_email": "", "rank": "2"},
    )
    assert "est déjà connue" in text(response) and 'name="is_other"' in text(response)
    client.post(url("mandate_begin", seat.pk), {**data, "new_email": "", "rank": "2", "is_other": "on"})
    assert Person.objects.filter(family_name="Oumarou").count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choisissez une personne"),
        ({"new_given_name": "Aïssa"}, "Écrivez le nom"),
        ({"new_family_name": "A\x00"}, "nul"),
        ({"new_family_name": "B", "new_email": "pas une adresse"}, "Adresse électronique"),
        ({"person": "999999"}, "choix"),
        ({"person": "\x00"}, "nul"),
        ({"new_family_name": "B", "rank": "12"}, "Rang"),
        ({"new_family_name": "B", "starts_on": "hier"}, "n’est pas une date"),
        ({"new_family_name": "B", "ends_on": "1/3/2016"}, "précède la date de début"),
    ],
)
def test_what_is_wrong_with_a_mandate_is_said(client, body, secretary, data, words):
    seat = SeatFactory(task_force=body)
    response = client.post(url("mandate_begin", seat.pk), {"rank": "0", "starts_on": "1/4/2016", **data})
    assert response.status_code == 422
    assert words in text(response)
    assert not Mandate.objects.exists()


def test_a_person_from_the_list_and_a_new_one_do_not_go_together(client, body, secretary):
    seat = SeatFactory(task_force=body)
    person = PersonFactory(agency=seat.agency)
    response = client.post(
        url("mandate_begin", seat.pk),
        {"person": person.pk, "new_family_name": "B", "rank": "0", "starts_on": "1/4/2016"},
    )
    assert "pas les deux" in text(response)


def test_the_list_offers_the_agency_s_people_and_everybody_on_demand(client, body, secretary):
    seat = SeatFactory(task_force=body)
    PersonFactory(agency=seat.agency, family_name="Delagence")
    PersonFactory(family_name="Dailleurs")
    page = text(client.get(url("mandate_begin", seat.pk)))
    assert "Delagence" in page and "Dailleurs" not in page
    assert "Dailleurs" in text(client.get(url("mandate_begin", seat.pk), {"toutes": "1"}))


def test_a_mistake_is_erased_after_a_page_that_asks(client, body, secretary):
    mandate = MandateFactory(seat__task_force=body)
    assert client.get(url("mandate_discard", mandate.pk)).status_code == 200
    assert Mandate.objects.exists()
    client.post(url("mandate_discard", mandate.pk))
    assert not Mandate.objects.exists()
    assert client.post(url("mandate_discard", mandate.pk)).status_code == 404


@pytest.mark.parametrize("item_count", [1, 3, 40])
def test_a_seat_s_history_costs_the_same_whatever_its_length(
    client, body, secretary, item_count, django_assert_num_queries
):
    seat = SeatFactory(task_force=body)
    for year in range(item_count):
        MandateFactory(seat=seat, rank=0, period=period(date(1960 + year, 1, 1), date(1960 + year, 12, 31)))
    client.get("/")
    with django_assert_num_queries(9):
        client.get(url("seat_detail", seat.pk))


# Functions ----------------------------------------------------------------------------------


def test_a_function_is_given_passed_on_and_ended(client, body, secretary):
    person, successor = PersonFactory(), PersonFactory()
    client.post(url("office_begin", body.slug), {"role": "chair", "person": person.pk, "starts_on": "1/4/2016"})
    office = Office.objects.get(role=OfficeRole.CHAIR)
    response = client.post(
        url("office_begin", body.slug), {"role": "chair", "person": successor.pk, "starts_on": "1/4/2017"}
    )
    assert "Cette fonction est déjà tenue" in text(response)
    client.post(url("office_hand_over", office.pk), {"person": successor.pk, "starts_on": "1/4/2018"})
    new = Office.objects.get(role=OfficeRole.CHAIR, person=successor)
    client.post(url("office_end", new.pk), {"last_day": "31/3/2019"})
    new.refresh_from_db()
    assert new.ends_on == date(2019, 3, 31)
    assert "du 1er avril 2018 au 31 mars 2019" in text(client.get(url("office_list", body.slug)))


def test_the_last_secretariat_hands_over(client, body, secretary):
    office = secretary.offices.get()
    response = client.post(url("office_end", office.pk), {"last_day": "31/12/2026"})
    assert "Passez la fonction à quelqu’un" in text(response)
    client.force_login(UserFactory(administrator=True))
    assert client.post(url("office_end", office.pk), {"last_day": "31/12/2026"}).status_code == 302


def test_only_an_administrator_names_data_managers(client, body, secretary):
    for name in ("data_manager_list", "data_manager_begin"):
        assert client.get(url(name)).status_code == 403
    office = OfficeFactory(role=OfficeRole.DATA_MANAGER, task_force=None, country=body.country)
    assert client.get(url("office_end", office.pk)).status_code == 404
    client.force_login(UserFactory(administrator=True))
    client.post(
        url("data_manager_begin"), {"country": body.country_id, "new_family_name": "Sarr", "starts_on": "1/4/2016"}
    )
    assert "Sarr" in text(client.get(url("data_manager_list")))
    client.post(url("office_hand_over", office.pk), {"new_family_name": "Diop", "starts_on": "1/4/2020"})
    assert Office.objects.filter(person__family_name="Diop", country=body.country).exists()


# Who may ------------------------------------------------------------------------------------

MANAGES = {"secretariat", "administrator"}
SEES = {"titular", "substitute", "observer", "chair", "resident_coordinator", "data_manager", "neighbour"} | MANAGES
PEOPLE = [*sorted(SEES), "ended", "abroad", "none"]


def user_as(who, body):
    if who == "administrator":
        return UserFactory(administrator=True)
    if who == "neighbour":
        return member(TaskForceFactory(country=body.country), role="secretariat").user
    if who == "abroad":
        return member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user
    return member(body, role=who).user


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_and_who_manages(client, body, who):
    mandate = MandateFactory(seat__task_force=body)
    office = OfficeFactory(task_force=body, role="chair", period=period(date(2016, 1, 1), date(2016, 2, 1)))
    client.force_login(user_as(who, body))
    sees = [
        url("roster", body.slug),
        url("seat_detail", mandate.seat_id),
        url("office_list", body.slug),
        url("body_detail", body.slug),
    ]
    manages = [
        url("seat_add", body.slug), url("seat_change", mandate.seat_id), url("seat_end", mandate.seat_id),
        url("mandate_begin", mandate.seat_id), url("mandate_replace", mandate.pk), url("mandate_end", mandate.pk),
        url("mandate_discard", mandate.pk), url("office_begin", body.slug), url("office_hand_over", office.pk),
        url("office_end", office.pk), url("body_edit", body.slug), url("body_state", body.slug), url("lead_begin", body.slug),
    ]  # fmt: skip
    seen = 200 if who in SEES else 404
    managed = 200 if who in MANAGES else (403 if who in SEES else 404)
    assert {page: client.get(page).status_code for page in sees} == dict.fromkeys(sees, seen)
    assert {page: client.get(page).status_code for page in manages} == dict.fromkeys(manages, managed)
    posted = {page: client.post(page, {}).status_code for page in manages}
    assert set(posted.values()) <= ({422, 302} if managed == 200 else {managed})


@pytest.mark.parametrize(
    "name",
    [
        "seat_detail",
        "seat_change",
        "mandate_end",
        "office_end",
        "person_detail",
        "agency_detail",
        "action_detail",
        "lead_end",
        "head_begin",
        "head_end",
    ],
)
def test_an_unknown_number_is_a_404(client, body, secretary, name):
    assert client.get(url(name, 987654321)).status_code == 404
    assert client.get(url(name, 1).replace("/1/", f"/{10**25}/")).status_code == 404
