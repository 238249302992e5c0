"""The calendar in the browser: six dates before saving, a year in one act."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from meetings.models import Meeting, MeetingSeries
from tests.meetings.factories import MeetingFactory, MeetingSeriesFactory
from tests.taskforce.factories import CountryFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db

RULE = {
    "mode": "monthly_weekday",
    "nth": "2",
    "weekday": "1",
    "starts_on": "1er mars 2016",
    "until": "",
    "start_time": "10h30",
    "duration_minutes": "120",
    "place": "Salle A",
    "link": "",
}


def shown(response):
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture
def add_url(body):
    return reverse("meetings:series_add", args=[body.slug])


@pytest.fixture
def preview_url(body):
    return reverse("meetings:series_preview", args=[body.slug])


def test_six_dates_before_saving_without_a_script(office, add_url):
    page = shown(office.post(add_url, RULE | {"preview": "1"}))
    assert "Tous les 2es mardis du mois" in page
    for day in ("8 mars", "12 avril", "10 mai", "14 juin", "12 juillet", "9 août"):
        assert f"mardi {day} 2016" in page
    assert "13 septembre 2016" not in page
    assert 'value="Salle A"' in page
    assert not MeetingSeries.objects.exists()


def test_six_dates_as_one_types(office, preview_url):
    page = shown(
        office.get(preview_url, RULE | {"starts_on": "1/8/2016", "start_time": ""}, headers={"HX-Request": "true"})
    )
    assert "<html" not in page
    assert page.count("2016</span>") == 5
    # 13 September 2016: shown, not moved.
    assert "mardi 13 septembre 2016" in page
    assert "Férié : Tabaski (date estimée)" in page


def test_the_preview_is_a_page_of_its_own_without_a_script(office, preview_url):
    assert "<h1>" in shown(office.get(preview_url))
    assert "mardi 8 mars 2016" in shown(office.get(preview_url, RULE))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mode": "custom", "custom": "FREQ=DAILY"}, "« DAILY » non prise en charge"),
        ({"mode": "custom", "custom": ""}, "Écrivez une règle"),
        ({"mode": "never"}, "mode"),
        ({"starts_on": "31/2/2016"}, "n’existe pas"),
        ({"until": "1/2/2016"}, "aucune date"),
        ({"nth": "9"}, "nth"),
        ({"starts_on": "1/1/1910"}, "1910"),
        ({"every_months": "99"}, "24"),
    ],
)
def test_the_preview_says_what_to_correct(office, preview_url, change, said):
    page = shown(office.get(preview_url, RULE | change, headers={"HX-Request": "true"}))
    assert said in page or "Sélectionnez" in page


def test_a_series_that_began_shows_its_coming_dates_too(office, preview_url):
    page = shown(office.get(preview_url, RULE, headers={"HX-Request": "true"}))
    assert "Les six prochaines" in page


def test_saving_leads_to_the_years_meetings_and_twice_is_once(office, add_url):
    first, again = office.post(add_url, RULE), office.post(add_url, RULE)
    series = MeetingSeries.objects.get()
    assert (series.rrule, series.starts_on, series.duration_minutes) == (
        "FREQ=MONTHLY;BYDAY=2TU",
        date(2016, 3, 1),
        120,
    )
    year = series.task_force.today().year
    assert first.url == again.url == reverse("meetings:series_year", args=[series.pk, year])


@pytest.mark.parametrize(
    ("change", "rrule"),
    [
        ({"every_months": "3"}, "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU"),
        ({"nth": "-1", "weekday": "4"}, "FREQ=MONTHLY;BYDAY=-1FR"),
        ({"mode": "monthly_day", "day": "-1"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ({"mode": "monthly_day", "day": "15", "every_months_day": "2"}, "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15"),
        ({"mode": "weekly", "weekly_weekday": "3", "every_weeks": "2"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ({"mode": "custom", "custom": "rrule:freq=monthly;byday=1tu,3tu"}, "FREQ=MONTHLY;BYDAY=1TU,3TU"),
    ],
)
def test_french_becomes_rrule(office, add_url, change, rrule):
    assert office.post(add_url, RULE | change).status_code == 302
    assert MeetingSeries.objects.get().rrule == rrule


@pytest.mark.parametrize(
    "change",
    [
        {"place": "a\x00b"},
        {"place": "x" * 201},
        {"link": "nowhere"},
        {"duration_minutes": "9999"},
        {"start_time": ""},
        {"until": "1/2/2016"},
    ],
)
def test_nothing_typed_is_lost(office, add_url, change):
    page = shown(office.post(add_url, RULE | change))
    assert "error-summary" in page
    assert 'value="1er mars 2016"' in page
    assert not MeetingSeries.objects.exists()


def test_the_meetings_of_a_year_in_one_act(office, body):
    series = MeetingSeriesFactory(task_force=body)
    url = reverse("meetings:series_year", args=[series.pk, 2016])
    page = shown(office.get(url))
    assert page.count("date passée<") == 10
    assert "Férié : Tabaski (date estimée)" in page
    assert "Créer aussi les 10 dates passées" in page
    assert not Meeting.objects.exists()
    first, again = office.post(url, {"include_past": "1"}), office.post(url, {"include_past": "1"})
    assert Meeting.objects.count() == 10
    assert str(next(iter(get_messages(first.wsgi_request)))) == "10 réunions sont créées."
    assert [message.level_tag for message in get_messages(again.wsgi_request)][-1] == "info"
    assert "existent déjà" in shown(office.get(url))


def test_a_coming_year_is_made_without_asking(office, body):
    series = MeetingSeriesFactory(task_force=body)
    year = body.today().year + 1
    url = reverse("meetings:series_year", args=[series.pk, year])
    assert "Créer 12 réunions" in shown(office.get(url))
    office.post(url)
    assert Meeting.objects.filter(starts_at__year=year).count() == 12


@pytest.mark.parametrize("year", [1, 1900, 2101, 99999999999])
def test_years_that_are_none(office, body, year):
    series = MeetingSeriesFactory(task_force=body)
    assert office.get(reverse("meetings:series_year", args=[series.pk, year])).status_code == 404


def test_another_rule_closes_the_old_one_and_starts_its_successor(office, body):
    series = MeetingSeriesFactory(task_force=body)
    url = reverse("meetings:series_edit", args=[series.pk])
    assert "Ce calendrier a déjà commencé" in shown(office.get(url))
    coming = body.today() + timedelta(days=30)
    data = RULE | {"nth": "3", "starts_on": f"{coming:%d/%m/%Y}"}
    assert office.post(url, data).status_code == 302
    successor = MeetingSeries.objects.get(predecessor=series)
    assert successor.rrule == "FREQ=MONTHLY;BYDAY=3TU"
    past = shown(office.post(url, RULE | {"nth": "4"}))
    assert "à partir d’aujourd’hui" in past


def test_another_place_changes_the_series_itself(office, body):
    series = MeetingSeriesFactory(task_force=body)
    data = RULE | {"place": "Salle B", "starts_on": f"{body.today():%d/%m/%Y}"}
    assert office.post(reverse("meetings:series_edit", args=[series.pk]), data).status_code == 302
    series.refresh_from_db()
    assert (MeetingSeries.objects.count(), series.place, series.starts_on) == (1, "Salle B", date(2016, 3, 8))


def test_ending(office, body):
    series = MeetingSeriesFactory(task_force=body)
    url = reverse("meetings:series_end", args=[series.pk])
    assert office.post(url, {"last_day": "31/12/2016"}).status_code == 302
    series.refresh_from_db()
    assert series.until == date(2016, 12, 31)
    assert "précède" in shown(office.post(url, {"last_day": "1/1/2016"}))


def test_the_list_of_calendars(office, body, signed_in, django_assert_max_num_queries):
    series = MeetingSeriesFactory(task_force=body, until=date(2016, 6, 30))
    MeetingFactory(task_force=body, series=series, slot=date(2016, 7, 12))
    MeetingSeriesFactory(task_force=body, predecessor=series, rrule="FREQ=WEEKLY;BYDAY=TU")
    url = reverse("meetings:series_list", args=[body.slug])
    with django_assert_max_num_queries(12):
        page = shown(office.get(url))
    assert "Tous les mardis" in page
    assert "Terminé" in page
    assert "Une réunion en préparation tombe après la fin" in page
    reader = shown(signed_in(member(body).user).get(url))
    assert "Modifier" not in reader
    assert "Tous les mardis" in reader


def test_who_may(body, signed_in, add_url, preview_url):
    series = MeetingSeriesFactory(task_force=body)
    urls = [
        add_url,
        preview_url,
        *(reverse(f"meetings:{name}", args=[series.pk]) for name in ("series_edit", "series_end")),
    ]
    urls.append(reverse("meetings:series_year", args=[series.pk, 2027]))
    expected = [
        (member(body).user, {403}),
        (UserFactory(administrator=True), {403}),
        (member(TaskForceFactory(country=CountryFactory(senegal=True)), role="secretariat").user, {404}),
    ]
    for user, statuses in expected:
        client = signed_in(user)
        assert {client.get(url).status_code for url in urls} == statuses
        assert {client.post(url).status_code for url in urls if url != preview_url} == statuses
    assert not Meeting.objects.exists()


def test_a_calendar_offers_the_years_it_has_meetings_in(office, body):
    today = body.today()
    ending = MeetingSeriesFactory(task_force=body, starts_on=date(2016, 3, 1), until=date(today.year, 12, 31))
    coming = MeetingSeriesFactory(task_force=body, starts_on=date(today.year + 1, 1, 1))
    shown_page = shown(office.get(reverse("meetings:series_list", args=[body.slug])))
    links = {
        (series.pk, year): reverse("meetings:series_year", args=[series.pk, year]) in shown_page
        for series in (ending, coming)
        for year in (today.year, today.year + 1)
    }
    assert links[coming.pk, today.year + 1] and not links[coming.pk, today.year]
    assert not links[ending.pk, today.year + 1]
    assert f"à partir du 1er janvier {today.year + 1}" in shown_page
