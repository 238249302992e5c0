"""Calendar addresses: what they show, to whom, until when; reading one changes nothing."""

from datetime import date, timedelta

import icalendar
import pytest
import recurring_ical_events
import vobject
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.fields import period
from meetings.models import Meeting
from meetings.services.convening import convene_meeting
from meetings.services.series import create_year_meetings
from taskforce.models import CalendarFeed, Mandate, Office
from taskforce.queries.feeds import url_of
from taskforce.services.feeds import create_feed, revoke_feed
from tests.meetings.conftest import BACKEND
from tests.meetings.factories import MeetingFactory, MeetingSeriesFactory
from tests.taskforce.factories import MandateFactory, SeatFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory(name="Protection sociale", slug="protection-sociale")


@pytest.fixture
def user(body):
    return member(body).user


@pytest.fixture
def meeting(body):
    return MeetingFactory(task_force=body, starts_at=timezone.now() + timedelta(days=10), theme="Ciblage")


def browser(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def address(owner=None, body=None):
    return url_of(create_feed(owner=owner, body=body, actor=owner or member(body, role="secretariat").user))


def read(path, **headers):
    return Client().get(path, headers=headers)


def path_of(url):
    return "/" + url.split("/", 3)[3]


def uids(response):
    return sorted({str(event["UID"]) for event in icalendar.Calendar.from_ical(response.content).walk("VEVENT")})


def test_all_the_meetings_of_a_person(body, user, meeting):
    second, other = TaskForceFactory(), TaskForceFactory()
    MandateFactory(seat=SeatFactory(task_force=second), person=user.person)
    also = MeetingFactory(task_force=second, starts_at=timezone.now() + timedelta(days=11))
    MeetingFactory(task_force=other, starts_at=timezone.now() + timedelta(days=12))
    response = read(path_of(address(user)))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert uids(response) == sorted([meeting.uid, also.uid])
    assert vobject.readOne(response.content.decode()).vevent_list
    # Of one body only.
    assert uids(read(path_of(address(user, body)))) == [meeting.uid]


def test_the_feed_of_ten_years(body, user, django_assert_max_num_queries):
    series = MeetingSeriesFactory(task_force=body, starts_on=date(2018, 1, 1))
    for year in range(2018, 2029):
        create_year_meetings(series, year, actor=SYSTEM, include_past=True)
    path = path_of(address(user))
    with django_assert_max_num_queries(12):
        response = read(path)
    now = timezone.now()
    window = Meeting.objects.filter(ends_at__gte=now - timedelta(days=366), starts_at__lt=now + timedelta(days=731))
    calendar = icalendar.Calendar.from_ical(response.content)
    events = recurring_ical_events.of(calendar).between(now - timedelta(days=400), now + timedelta(days=800))
    assert sorted(event["DTSTART"].dt for event in events) == sorted(one.starts_at for one in window)
    assert 30 < len(events) < 40


def test_unchanged_is_304(body, user, meeting):
    path = path_of(address(user))
    first = read(path)
    assert first["Cache-Control"] == "private, no-cache"
    again = read(path, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    meeting.theme = "Registre"
    meeting.save()
    changed = read(path, if_none_match=first["ETag"])
    assert changed.status_code == 200
    assert b"Registre" in changed.content


def test_reading_changes_nothing_and_leaves_no_cookie(user, meeting):
    path = path_of(address(user))
    with connection.execute_wrapper(no_writes):
        response = read(path)
        head = Client().head(path)
    assert response.status_code == head.status_code == 200
    assert not response.cookies
    assert not head.content
    assert not Session.objects.exists()
    assert Client().post(path).status_code == 405


def no_writes(execute, sql, params, many, context):
    assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "SET")), sql
    return execute(sql, params, many, context)


@pytest.mark.parametrize("how", ["wrong", "cut", "revoked", "mandate over", "seat over", "account closed"])
def test_a_dead_address_is_one_answer(body, user, meeting, how):
    feed = create_feed(owner=user, body=None, actor=user)
    path = path_of(url_of(feed))
    assert read(path).status_code == 200
    yesterday = body.today() - timedelta(days=1)
    match how:
        case "wrong":
            path = reverse("taskforce:calendar_feed", args=["x" * 43])
        case "cut":
            path = path.replace(".ics", "")[:-4] + ".ics"
        case "revoked":
            revoke_feed(feed, actor=user)
        case "mandate over":
            Mandate.objects.update(period=period(date(2016, 3, 1), yesterday))
        case "seat over":
            body.seats.update(period=period(date(2016, 3, 1), yesterday))
        case "account closed":
            user.is_active = False
            user.save()
    response = read(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == read(reverse("taskforce:calendar_feed", args=["y"])).content
    assert response["Cache-Control"] == "no-store"


def test_an_office_keeps_it_alive_until_it_ends(body, meeting):
    user = member(body, role="chair").user
    path = path_of(address(user))
    assert read(path).status_code == 200
    Office.objects.update(period=period(date(2016, 3, 1), body.today() - timedelta(days=1)))
    assert read(path).status_code == 404


def test_the_bodys_own_link_shows_what_is_convened(body, meeting):
    path = path_of(address(None, body))
    assert uids(read(path)) == []
    convene_meeting(meeting, actor=SYSTEM)
    response = read(path)
    assert uids(response) == [meeting.uid]
    assert b"ATTENDEE" not in response.content


def test_only_the_hash_of_the_token_can_be_found(user, meeting):
    url = address(user)
    token = url.rpartition("/")[2].removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert len(token) >= 43
    assert token not in str(feed.__dict__)
    assert token.encode() not in bytes(feed.token_sealed)


def test_another_key_hides_the_address_and_keeps_it_working(user, meeting, settings):
    feed = create_feed(owner=user, body=None, actor=user)
    path = path_of(url_of(feed))
    settings.SECRET_KEY = "une autre clé, toute neuve, bien assez longue pour les essais"
    assert url_of(feed) == ""
    assert read(path).status_code == 200
    assert "ne peut plus être montrée" in browser(user).get(reverse("taskforce:my_calendar")).content.decode()


def test_a_button_pressed_twice_makes_one_address(user, meeting):
    client = browser(user)
    for _press in range(2):
        response = client.post(reverse("taskforce:feed_create"))
        assert response.status_code == 302
    assert CalendarFeed.objects.count() == 1
    page = client.get(reverse("taskforce:my_calendar")).content.decode()
    assert url_of(CalendarFeed.objects.get()) in page


def test_replacing_an_address(user, meeting):
    client = browser(user)
    client.post(reverse("taskforce:feed_create"))
    old = CalendarFeed.objects.get()
    client.post(reverse("taskforce:feed_revoke", args=[old.pk]), {"renew": "1"})
    new = CalendarFeed.objects.get(revoked_at=None)
    assert read(path_of(url_of(old))).status_code == 404
    assert read(path_of(url_of(new))).status_code == 200


def test_who_may_revoke(body, user):
    own = create_feed(owner=user, body=None, actor=user)
    shared = create_feed(owner=None, body=body, actor=user)
    colleague, secretary = browser(member(body).user), browser(member(body, role="secretariat").user)
    for feed in (own, shared):
        assert colleague.post(reverse("taskforce:feed_revoke", args=[feed.pk])).status_code == 404
    assert secretary.post(reverse("taskforce:feed_revoke", args=[own.pk])).status_code == 404
    assert secretary.post(reverse("taskforce:feed_revoke", args=[shared.pk])).status_code == 302
    assert set(CalendarFeed.objects.filter(revoked_at=None)) == {own}


def test_whoever_sits_nowhere_has_no_address(body):
    client = browser(UserFactory())
    assert "Aucune réunion à suivre" in client.get(reverse("taskforce:my_calendar")).content.decode()
    client.post(reverse("taskforce:feed_create"))
    assert not CalendarFeed.objects.exists()


def test_the_bodys_page_is_the_secretariats(body, user):
    path = reverse("taskforce:body_calendar", args=[body.slug])
    assert browser(user).get(path).status_code == 403
    secretary = browser(member(body, role="secretariat").user)
    secretary.post(reverse("taskforce:body_feed_create", args=[body.slug]))
    assert url_of(CalendarFeed.objects.get()) in secretary.get(path).content.decode()
