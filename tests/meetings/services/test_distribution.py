"""The distribution list and the mails that carry published minutes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from core.actors import SYSTEM
from core.models import EmailState, OutgoingEmail
from meetings.enums import MeetingState, MinutesState, VersionKind
from meetings.models import DistributionEntry, MinutesVersion
from meetings.notifications.published import MinutesPublished
from meetings.queries.distribution import publication_list
from meetings.services.distribution import add_entry, edit_entry, end_entry, queue_publication
from tests.meetings.factories import MeetingFactory, MinutesFactory
from tests.taskforce.factories import PersonFactory, TaskForceFactory

pytestmark = pytest.mark.django_db
START = date(2016, 1, 1)


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def minutes(body):
    return published(body)


def published(body):
    meeting = MeetingFactory(task_force=body, state=MeetingState.CLOSED)
    minutes = MinutesFactory(meeting=meeting, state=MinutesState.PUBLISHED)
    MinutesVersion.objects.create(minutes=minutes, number=1, kind=VersionKind.ADOPTED, content="{}", sha256="0" * 64)
    return minutes


def add(body, email="rc@example.org", name="Aminata Issa", **facts):
    return add_entry(body, name=name, email=email, starts_on=START, actor=SYSTEM, **facts)


def mails():
    return OutgoingEmail.objects.filter(kind="minutes-published")


def test_each_address_gets_the_published_minutes_once_with_their_pdf(body, minutes):
    add(body)
    add_entry(body, person=PersonFactory(email="dir@example.org"), starts_on=START, actor=SYSTEM)
    assert queue_publication(minutes, SYSTEM) == 2
    assert queue_publication(minutes, SYSTEM) == 0, "a second press sends nothing"
    assert {mail.recipient for mail in mails()} == {"rc@example.org", "dir@example.org"}
    attached = [{"document": "minutes", "object": minutes.pk, "format": "pdf"}]
    assert all(mail.attachments == attached for mail in mails())


def test_a_rectified_version_is_sent_again(body, minutes):
    add(body)
    queue_publication(minutes, SYSTEM)
    MinutesVersion.objects.create(minutes=minutes, number=2, kind=VersionKind.ERRATUM, content="{}", sha256="1" * 64)
    assert queue_publication(minutes, SYSTEM) == 1
    assert mails().count() == 2


@pytest.mark.parametrize("state", [MinutesState.DRAFT, MinutesState.CIRCULATED, MinutesState.APPROVED])
def test_nothing_leaves_before_publication(body, minutes, state):
    add(body)
    minutes.state = state
    with pytest.raises(ValidationError, match="pas encore diffusé"):
        queue_publication(minutes, SYSTEM)
    assert not mails().exists()


def test_an_address_that_stands_twice_gets_one_mail(body, minutes):
    add(body, email="RC@example.org")
    twin = add_entry(body, person=PersonFactory(email="rc@example.org"), starts_on=START, actor=SYSTEM)
    found = publication_list(minutes)
    assert len(found.recipients) == 1 and len(found.left_out) == 1
    assert "même adresse" in found.left_out[0].reason
    assert queue_publication(minutes, SYSTEM) == 1
    assert twin.address == "rc@example.org"


def test_lines_out_of_date_or_without_an_address_get_nothing(body, minutes):
    today = body.today()
    ended = add(body, email="old@example.org", ends_on=today - timedelta(days=1))
    add_entry(body, name="Plus tard", email="later@example.org", starts_on=today + timedelta(days=1), actor=SYSTEM)
    add_entry(body, person=PersonFactory(email=""), starts_on=START, actor=SYSTEM)
    last = add(body, email="today@example.org", ends_on=today)
    found = publication_list(minutes)
    assert found.recipients == (last,)
    assert [one.reason for one in found.left_out] != [] and ended not in {one.entry for one in found.left_out}
    assert queue_publication(minutes, SYSTEM) == 1


def test_the_list_that_was_confirmed_is_the_list_that_leaves(body, minutes):
    add(body)
    shown = publication_list(minutes).digest
    add(body, email="new@example.org", name="Nouveau")
    with pytest.raises(ValidationError, match="a changé"):
        queue_publication(minutes, SYSTEM, expected=shown)
    assert not mails().exists()
    assert queue_publication(minutes, SYSTEM, expected=publication_list(minutes).digest) == 2


def test_a_mail_that_waits_does_not_leave_to_who_was_taken_off_the_list(body, minutes):
    entry = add(body)
    queue_publication(minutes, SYSTEM)
    mail = mails().get()
    assert mail.state == EmailState.QUEUED
    assert MinutesPublished.reason_to_skip(mail) == ""
    end_entry(entry, last_day=body.today() - timedelta(days=1), actor=SYSTEM)
    assert "liste de diffusion" in MinutesPublished.reason_to_skip(mail)


def test_somebody_without_an_account_has_no_way_to_a_page_that_needs_one(body, minutes):
    add(body)
    queue_publication(minutes, SYSTEM)
    mail = mails().get()
    assert mail.url == ""
    assert "/reunions/" not in mail.text and "/reunions/" not in mail.html
    assert "Madame, Monsieur," in mail.text


def test_the_language_is_the_lines_own(body):
    entry = add(body, language="en")
    assert entry.language == "en"
    assert MinutesPublished(entry, minutes=published(body), version=1).recipient.language == "en"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "Sans adresse", "email": ""}, "__all__"),
        ({"name": "", "email": "sans-nom@example.org"}, "__all__"),
        ({"name": "A", "email": "pas une adresse"}, "email"),
        ({"name": "N" * 201, "email": "a@example.org"}, "name"),
        ({"name": "A\x00B", "email": "a@example.org"}, "name"),
        ({"name": "A", "email": "a@example.org", "language": "xx"}, "language"),
        ({"name": "A", "email": "a@example.org", "ends_on": date(2015, 12, 31)}, "__all__"),
    ],
    ids=["no address", "no name", "no address at all", "long name", "NUL", "no language", "ends before it starts"],
)
def test_bad_lines_are_refused_by_field(body, facts, field):
    with pytest.raises(ValidationError) as refused:
        add_entry(body, starts_on=START, actor=SYSTEM, **facts)
    assert field in refused.value.message_dict
    assert not DistributionEntry.objects.exists()


def test_the_same_address_or_person_stands_once(body):
    add(body)
    with pytest.raises(ValidationError, match="déjà sur la liste"):
        add(body, email="RC@Example.org", name="Autre nom")
    person = PersonFactory()
    add_entry(body, person=person, starts_on=START, actor=SYSTEM)
    with pytest.raises(ValidationError, match="déjà sur la liste"):
        add_entry(body, person=person, starts_on=START, actor=SYSTEM)
    assert DistributionEntry.objects.count() == 2


def test_an_ended_line_leaves_room_for_a_new_one(body):
    entry = add(body)
    end_entry(entry, last_day=date(2016, 6, 30), actor=SYSTEM)
    again = add_entry(body, name="Aminata Issa", email="rc@example.org", starts_on=date(2017, 1, 1), actor=SYSTEM)
    assert again.pk != entry.pk


def test_only_what_a_line_has_is_changed(body):
    with pytest.raises(TypeError):
        edit_entry(add(body), task_force=TaskForceFactory(), actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_send_each_mail_once():
    body = TaskForceFactory()
    minutes = published(body)
    for number in range(20):
        add(body, email=f"n{number}@example.org", name=f"Nom {number}")

    def publish(_turn):
        try:
            return queue_publication(
                type(minutes).objects.select_related("meeting__task_force").get(pk=minutes.pk), SYSTEM
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(publish, range(2)))
    assert sum(written) == 20
    assert mails().count() == 20
