"""What people want to receive: chosen in the profile or by link, honoured by every mail, undone by nobody else."""

import re
from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Bounce, EmailState, OutgoingEmail
from core.notifications import outbox
from core.notifications.base import Message, messages_board, send_many
from core.notifications.choices import MailChoice
from core.notifications.delivery import category_slug, mutable_messages
from meetings.notifications.minutes_adopted import MinutesAdopted
from meetings.notifications.reminder import MeetingReminder
from taskforce.models import NotificationPreference
from taskforce.notifications.recipients import choice_token, links_of, read_token
from taskforce.services.preferences import choices_of, choose, is_subscribed, subscribe_again, unsubscribe
from tests.meetings.factories import InvitationFactory, MeetingFactory, MinutesFactory
from tests.taskforce.factories import PersonFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REMINDER = MeetingReminder.slug
CATEGORY, SHARED = "reunions", "comptes-rendus"


@pytest.fixture
def person():
    return PersonFactory(email="Aissa.Oumarou@example.org")


def remind(person, days=7):
    invitation = InvitationFactory(person=person)
    return MeetingReminder(invitation, days=days).send()


def link(person, category=CATEGORY, name="unsubscribe"):
    return reverse(f"taskforce:{name}", args=[choice_token(person.pk, category)])


# What leaves -----------------------------------------------------------------------


def test_a_muted_mail_is_a_row_that_says_why(person):
    choose(person, {REMINDER: MailChoice.NEVER})
    row = remind(person)
    assert row.state == EmailState.SKIPPED
    assert row.error == "Cette personne a choisi de ne pas recevoir ces courriels."
    assert outbox.send_due() == 0


def test_the_address_is_known_in_any_case(person):
    choose(person, {REMINDER: MailChoice.NEVER})
    person.email = person.email.upper()
    assert remind(person).state == EmailState.SKIPPED


def test_a_mail_for_the_digest_waits(person):
    choose(person, {REMINDER: MailChoice.DIGEST})
    row = remind(person)
    assert (row.state, row.next_attempt_at) == (EmailState.DIGEST, None)
    assert row.url.endswith(f"/reunions/{row.about_id}/")
    assert outbox.send_due() == 0
    assert outbox.sweep() is False


def test_what_waits_for_a_digest_nobody_wants_does_not_leave(person):
    choose(person, {REMINDER: MailChoice.DIGEST, "weekly-digest": MailChoice.NEVER})
    assert remind(person).state == EmailState.SKIPPED


@pytest.mark.parametrize(("url", "state"), [("https://socle.example.org/reunions/1/", "digest"), ("", "queued")])
def test_a_personal_link_never_waits_for_a_digest(person, url, state):
    choose(person, {REMINDER: MailChoice.DIGEST})
    row = outbox.post(
        outbox.new_row(
            unique_key="x",
            kind=REMINDER,
            recipient=person.email,
            subject="s",
            text=outbox.placeholder("link"),
            url=url,
            secrets={"link": "https://socle.example.org/lien/secret"},
        )
    )
    assert row.state == state
    assert bool(row.secrets) is (state == "queued")


def test_ending_the_digest_ends_what_waits_for_it(person):
    choose(person, {REMINDER: MailChoice.DIGEST})
    row = remind(person)
    unsubscribe(person, "courriel-de-la-semaine")
    row.refresh_from_db()
    assert row.state == EmailState.SKIPPED


def test_what_cannot_be_muted_leaves_whatever_is_stored(person):
    from meetings.notifications.invitation import MeetingInvitation

    NotificationPreference.objects.create(person=person, message=MeetingInvitation.slug, choice=MailChoice.NEVER)
    assert MeetingInvitation(InvitationFactory(person=person)).send().state == EmailState.QUEUED
    assert choose(person, {MeetingInvitation.slug: MailChoice.NOW}) == 0


def test_a_choice_made_while_a_mail_waits_is_followed(person, smtp):
    first, second = remind(person), remind(person, days=1)
    choose(person, {REMINDER: MailChoice.NEVER})
    first.refresh_from_db()
    assert first.state == EmailState.SKIPPED
    # Already in a worker's hands when the choice was made.
    OutgoingEmail.objects.filter(pk=second.pk).update(state=EmailState.QUEUED, next_attempt_at=second.created_at)
    assert outbox.send_email(second.pk) is False
    second.refresh_from_db()
    assert second.state == EmailState.SKIPPED
    assert smtp.messages == []


def test_sixty_people_cost_as_many_queries_as_two():
    minutes = MinutesFactory()
    people = [PersonFactory() for _ in range(62)]
    for one in people[::2]:
        choose(one, {MinutesAdopted.slug: MailChoice.NEVER})
    counts = []
    for group in (people[:2], people[2:]):
        with CaptureQueriesContext(connection) as queries:
            assert send_many(MinutesAdopted(one, minutes=minutes) for one in group) == len(group)
        counts.append(len(queries))
    assert counts[1] <= counts[0]
    states = OutgoingEmail.objects.order_by().values_list("state", flat=True)
    assert sorted(states).count(EmailState.SKIPPED) == 31


# The mail ----------------------------------------------------------------------------


def sent(smtp, message: Message):
    outbox.send_email(message.send().pk)
    return smtp.messages[-1]


def test_a_mutable_mail_carries_the_ways_out_of_rfc_8058(person, smtp, settings):
    settings.SITE_URL = "https://socle.example.org"
    mail = sent(smtp, MinutesAdopted(person, minutes=MinutesFactory()))
    links = links_of(person, SHARED)
    assert mail["List-Unsubscribe"].strip() == f"<{links.unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        body = mail.get_body((part,)).get_content()
        assert links.unsubscribe in body
        assert links.choices in body
        assert "{{secret" not in body


def test_one_click_is_not_promised_without_https(person, smtp, settings):
    settings.SITE_URL = "http://socle.example.org"
    mail = sent(smtp, MinutesAdopted(person, minutes=MinutesFactory()))
    assert mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] is None


def test_a_mailbox_is_offered_beside_the_link_where_there_is_one(person, smtp, settings):
    settings.SITE_URL, settings.SOCLE_UNSUBSCRIBE_ADDRESS = "https://socle.example.org", "retours@example.org"
    mail = sent(smtp, MinutesAdopted(person, minutes=MinutesFactory()))
    https, mailto = mail["List-Unsubscribe"].strip().split(", ")
    assert https.startswith("<https://")
    assert mailto == f"<mailto:retours@example.org?subject=unsubscribe%20{choice_token(person.pk, SHARED)}>"


def test_what_cannot_be_muted_has_no_way_out(person, smtp):
    from meetings.notifications.invitation import MeetingInvitation

    start = timezone.now() + timedelta(days=7)
    meeting = MeetingFactory(starts_at=start, ends_at=start + timedelta(hours=2))
    mail = sent(smtp, MeetingInvitation(InvitationFactory(person=person, meeting=meeting)))
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None
    assert "/courriels/arret/" not in str(mail)


def test_links_are_not_stored_and_a_sent_mail_can_be_shown(person, smtp):
    row = remind(person)
    token = choice_token(person.pk, CATEGORY)
    stored = connection.cursor()
    stored.execute("SELECT row_to_json(e)::text FROM core_outgoingemail e WHERE id = %s", [row.pk])
    assert token not in stored.fetchone()[0]
    assert token not in outbox.shown_text(row)
    OutgoingEmail.objects.update(state=EmailState.FAILED)
    row.refresh_from_db()
    assert outbox.can_retry(row) is True


def test_whoever_left_the_portal_gets_the_page_of_the_account(person, smtp):
    row = MinutesAdopted(person, minutes=MinutesFactory()).send()
    type(person).objects.update(email="")
    assert outbox.send_email(row.pk) is True
    [mail] = smtp.messages
    assert mail["List-Unsubscribe"] is None
    assert "/profil/courriels/" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("cls", list(messages_board), ids=lambda cls: cls.slug)
def test_categories_have_a_name_for_addresses_in_any_language(cls):
    from django.utils import translation

    with translation.override("en"):
        english = category_slug(cls)
    assert english == category_slug(cls)
    assert re.fullmatch(r"[a-z0-9-]+", english)


# By link -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["unsubscribe", "mail_choices_by_link"])
@pytest.mark.parametrize("verb", ["get", "head"])
def test_a_scanner_that_opens_the_link_changes_nothing(client, person, name, verb):
    response = getattr(client, verb)(link(person, name=name))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert not NotificationPreference.objects.exists()


def test_one_click_from_another_site_ends_the_category(person):
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(
        link(person), {"List-Unsubscribe": "One-Click"}, headers={"origin": "https://mail.example.net"}
    )
    assert response.status_code == 200
    assert not is_subscribed(person, CATEGORY)
    assert remind(person).state == EmailState.SKIPPED
    assert choices_of(person)[MinutesAdopted.slug] == MailChoice.NOW, "another category stays"
    # Once more, as mail servers do when they are unsure.
    assert browser.post(link(person), {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_the_way_back_stands_on_the_same_page(client, person):
    page = client.post(link(person), {"choix": "arret"}).content.decode()
    assert "Les recevoir de nouveau" in page
    page = client.post(link(person), {"choix": "retour"}).content.decode()
    assert "Vous les recevez de nouveau" in page
    assert is_subscribed(person, CATEGORY)


def test_the_page_shows_no_address_in_full(client, person):
    page = client.get(link(person)).content.decode()
    assert person.email not in page
    assert "A…@example.org" in page


def test_a_token_is_of_one_person_and_category(client, person):
    other = PersonFactory()
    client.post(link(person))
    assert is_subscribed(other, CATEGORY)
    forged = choice_token(person.pk, CATEGORY).replace(str(person.pk), str(other.pk), 1)
    assert client.post(reverse("taskforce:unsubscribe", args=[forged])).status_code == 404
    assert is_subscribed(other, CATEGORY)


@pytest.mark.parametrize("name", ["unsubscribe", "mail_choices_by_link"])
@pytest.mark.parametrize("verb", ["get", "head", "post"])
def test_a_broken_token_gets_one_neutral_page(client, person, name, verb):
    token = choice_token(person.pk, CATEGORY)
    signer = Signer(salt="taskforce.mail-choices", sep=".")
    tokens = [
        token[:-1],
        token + "x",
        "x",
        "1",
        signer.sign("abc"),
        signer.sign("-reunions"),
        signer.sign("0-reunions"),
    ]
    tokens += [
        signer.sign(f"{person.pk}-inconnu"),
        signer.sign("9" * 18 + "-reunions"),
        Signer(sep=".").sign("1-reunions"),
    ]
    for one in tokens:
        assert getattr(client, verb)(reverse(f"taskforce:{name}", args=[one])).status_code == 404, one
    assert not NotificationPreference.objects.exists()


def test_a_token_outlives_a_change_of_the_secret_key(settings, person):
    token = choice_token(person.pk, CATEGORY)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    from taskforce.notifications import recipients

    settings_signer = Signer(salt="taskforce.mail-choices", sep=".")
    assert settings_signer.unsign(token) == f"{person.pk}-{CATEGORY}"
    assert recipients.read_token(token) == (person.pk, CATEGORY)


def test_the_link_speaks_the_persons_language(client, person):
    type(person).objects.update(language="en")
    assert 'lang="en"' in client.get(link(person, name="mail_choices_by_link")).content.decode()


def test_all_choices_by_link_without_an_account(person):
    browser = Client(enforce_csrf_checks=True)
    wanted = {message.slug: message.default_choice for message in mutable_messages()} | {REMINDER: MailChoice.NEVER}
    page = browser.post(link(person, name="mail_choices_by_link"), wanted)
    assert "Vos choix sont enregistrés." in page.content.decode()
    assert choices_of(person)[REMINDER] == MailChoice.NEVER


def test_tokens_are_read_back():
    assert read_token(choice_token(12, "comptes-rendus")) == (12, "comptes-rendus")


# In the profile --------------------------------------------------------------------------


@pytest.fixture
def reader(client):
    person = member(TaskForceFactory())
    client.force_login(person.user, BACKEND)
    return person


def test_one_chooses_message_by_message(client, reader):
    url = reverse("taskforce:mail_choices")
    page = client.get(url).content.decode()
    assert "Ce qui arrive toujours" in page
    assert "Invitation à une réunion" in page
    wanted = choices_of(reader) | {REMINDER: MailChoice.DIGEST, MinutesAdopted.slug: MailChoice.NEVER}
    assert client.post(url, wanted).status_code == 302
    assert choices_of(reader) == wanted
    assert NotificationPreference.objects.count() == 2, "only what differs from the default is kept"
    assert client.post(url, choices_of(PersonFactory())).status_code == 302
    assert choices_of(reader)[REMINDER] == MailChoice.NOW


def test_one_reads_that_ones_own_address_fails(client, reader):
    row = outbox.post(outbox.new_row(unique_key="x", kind="x", recipient=reader.email, subject="s", text="t"))
    Bounce.objects.create(fingerprint="x", email=row, address=reader.email, is_hard=True, diagnostic="550 inconnu")
    page = client.get(reverse("taskforce:mail_choices")).content.decode()
    assert "Votre adresse est en échec" in page
    assert "550 inconnu" in page


def test_a_digest_that_others_wait_for_is_kept(client, reader):
    wanted = choices_of(reader) | {REMINDER: MailChoice.DIGEST, "weekly-digest": MailChoice.NEVER}
    response = client.post(reverse("taskforce:mail_choices"), wanted)
    assert response.status_code == 422
    assert "D’autres courriels l’attendent" in response.content.decode()
    assert not NotificationPreference.objects.exists()


@pytest.mark.parametrize("bad", [{REMINDER: "bidon"}, {REMINDER: ""}, {}])
def test_bad_choices_are_refused(client, reader, bad):
    assert client.post(reverse("taskforce:mail_choices"), bad).status_code == 422


def test_an_account_without_a_person_has_nothing_to_choose(client):
    client.force_login(UserFactory(administrator=True), BACKEND)
    url = reverse("taskforce:mail_choices")
    assert "n’est rattaché à aucune personne" in client.get(url).content.decode()
    assert client.post(url, {REMINDER: "never"}).status_code == 200
    assert not NotificationPreference.objects.exists()


def test_the_page_is_cheap(client, reader, django_assert_max_num_queries):
    url = reverse("taskforce:mail_choices")
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)


def test_both_pages_of_a_person_at_once_end_in_one_row_each(person):
    unsubscribe(person, CATEGORY)
    unsubscribe(person, CATEGORY)
    subscribe_again(person, CATEGORY)
    messages = [m.slug for m in mutable_messages() if category_slug(m) == CATEGORY]
    assert NotificationPreference.objects.count() == len(messages)
