"""The outbox of a body: who reads it, what it hides, what can be sent again; and the mails of a demonstration."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.models import Bounce, EmailState, OutgoingEmail
from core.notifications import outbox
from tests.taskforce.factories import TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def secretary(client, body):
    user = member(body, role="secretariat").user
    client.force_login(user, BACKEND)
    return user


def mail(body=None, n=0, kind="meeting-reminder", **changes):
    row = outbox.new_row(
        unique_key=f"essai:{n}",
        kind=kind,
        scope=body,
        recipient=f"membre{n}@example.org",
        recipient_name=f"M. Élève {n}",
        subject=f"Rappel {n}",
        text="Bonjour,\n\nvotre lien : " + outbox.placeholder("link"),
        html='<!doctype html>\n<html><head></head><body><a href="'
        + outbox.placeholder("link")
        + '">Ouvrir</a></body></html>',
        secrets={"link": "https://socle.example.org/secret"},
    )
    row = outbox.post(row)
    OutgoingEmail.objects.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    return row


def url(name, obj):
    return reverse(f"taskforce:{name}", args=[obj.slug if name == "outbox" else obj.pk])


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_costs_the_same_at_any_length(client, secretary, body, count, django_assert_max_num_queries):
    for n in range(count):
        mail(body, n)
    client.get(url("outbox", body))
    with django_assert_max_num_queries(12):
        page = client.get(url("outbox", body))
    assert page.status_code == 200
    assert "Rappel d’une réunion" in page.content.decode()


def test_it_shows_its_body_alone(client, secretary, body):
    mail(body, 1)
    mail(TaskForceFactory(), 2)
    mail(None, 3)
    text = client.get(url("outbox", body)).content.decode()
    assert "Rappel 1" in text
    assert "Rappel 2" not in text
    assert "Rappel 3" not in text


def test_states_filter_and_names_are_found_without_accents(client, secretary, body):
    mail(body, 1, state=EmailState.FAILED, error="Refusé")
    mail(body, 2)
    failed = client.get(url("outbox", body), {"etat": "failed"}).content.decode()
    assert "Rappel 1" in failed
    assert "Rappel 2" not in failed
    found = client.get(url("outbox", body), {"destinataire": "eleve 2"}).content.decode()
    assert "Rappel 2" in found
    assert "Rappel 1<" not in found


@pytest.mark.parametrize(
    "query",
    [
        "etat=bidon",
        "page=abc",
        "page=999",
        "destinataire=" + "x" * 300,
        "etat=failed&page=-1",
        "destinataire=%ED%A0%80",
    ],
)
def test_odd_filters_are_no_error(client, secretary, body, query):
    mail(body)
    assert client.get(f"{url('outbox', body)}?{query}").status_code == 200


def test_an_empty_outbox_says_what_it_is(client, secretary, body):
    assert "Rien n’est encore parti" in client.get(url("outbox", body)).content.decode()


def test_a_mail_hides_its_link_everywhere(client, secretary, body):
    row = mail(body)
    for name in ("mail_detail", "mail_html"):
        text = client.get(url(name, row)).content.decode()
        assert "socle.example.org/secret" not in text
        assert ("[lien personnel]" in text) if name == "mail_detail" else ("<a>Ouvrir</a>" in text)


def test_the_page_of_a_mail_stands_in_a_sandbox(client, secretary, body):
    row = mail(body)
    response = client.get(url("mail_html", row))
    policy = response["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "script-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    page = client.get(url("mail_detail", row))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "<iframe" in page.content.decode()


def test_why_it_failed_and_the_way_back(client, secretary, body, smtp):
    row = mail(body, state=EmailState.FAILED, error="Le serveur de courriel refuse l’adresse")
    page = client.get(url("mail_detail", row)).content.decode()
    assert "Le serveur de courriel refuse l’adresse" in page
    assert "Réessayer" in page
    assert client.get(url("mail_retry", row)).status_code == 405
    again = client.post(url("mail_retry", row), follow=True).content.decode()
    assert "Le courriel repart à membre0@example.org." in again.replace("\u00a0", " ")
    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    twice = client.post(url("mail_retry", row), follow=True).content.decode()
    assert "n’est pas à renvoyer" in twice


def test_a_mail_whose_link_was_erased_is_not_sent_again(client, secretary, body):
    row = mail(body, state=EmailState.FAILED, error="x", secrets=b"")
    page = client.get(url("mail_detail", row)).content.decode()
    assert "envoyez une nouvelle invitation" in page
    assert "Réessayer" not in page
    client.post(url("mail_retry", row))
    row.refresh_from_db()
    assert row.state == EmailState.FAILED


def test_a_mail_in_a_retry_says_when(client, secretary, body):
    row = mail(body, attempts=2, error="injoignable", next_attempt_at=timezone.now() + timedelta(minutes=5))
    assert "Prochain essai" in client.get(url("mail_detail", row)).content.decode()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("titular", 403),
        ("substitute", 403),
        ("observer", 403),
        ("chair", 403),
        ("resident_coordinator", 403),
        ("data_manager", 403),
        ("ended", 404),
        ("none", 404),
    ],
)
def test_others_do_not_read_it(client, body, role, expected):
    row = mail(body, state=EmailState.FAILED)
    client.force_login(member(body, role=role).user, BACKEND)
    assert client.get(url("outbox", body)).status_code == expected
    for name in ("mail_detail", "mail_html"):
        assert client.get(url(name, row)).status_code == expected
    assert client.post(url("mail_retry", row)).status_code == expected
    row.refresh_from_db()
    assert row.state == EmailState.FAILED


def test_nor_the_administrator_nor_the_secretariat_of_another_country(client, body):
    from tests.taskforce.factories import CountryFactory

    row = mail(body)
    elsewhere = TaskForceFactory(country=CountryFactory(senegal=True))
    for user, expected in [(UserFactory(administrator=True), 403), (member(elsewhere, role="secretariat").user, 404)]:
        client.force_login(user, BACKEND)
        assert client.get(url("outbox", body)).status_code == expected
        assert client.get(url("mail_detail", row)).status_code == expected


def test_mails_of_accounts_are_nobodys(client, secretary):
    row = mail(None)
    assert client.get(url("mail_detail", row)).status_code == 404


def test_anonymous_visitors_sign_in_first(client, body):
    row = mail(body)
    for address in (url("outbox", body), url("mail_detail", row), url("mail_html", row)):
        assert client.get(address).status_code == 302


# The demonstration -------------------------------------------------------------------------------------


def test_a_trial_user_who_waits_for_a_code_reads_it_without_an_account(client, settings):
    settings.SOCLE_DEMO, settings.EMAIL_URL = True, ""
    row = mail(None, kind="account")
    outbox.send_email(row.pk)
    listed = client.get(reverse("taskforce:demo_mails"))
    assert "Rappel 0" in listed.content.decode()
    page = client.get(url("demo_mail", row))
    assert "https://socle.example.org/secret" in page.content.decode()
    document = client.get(url("demo_mail_html", row))
    assert 'href="https://socle.example.org/secret"' in document.content.decode()
    assert '<base target="_top">' in document.content.decode()
    assert "sandbox" in document["Content-Security-Policy"]
    assert document["Cache-Control"].startswith("max-age=0")


@pytest.mark.parametrize(
    ("demo", "email_url"), [(False, ""), (True, "smtp://mail.example.org"), (False, "smtp://mail.example.org")]
)
def test_anywhere_else_the_page_does_not_exist(client, secretary, settings, demo, email_url):
    row = mail(None)
    settings.SOCLE_DEMO, settings.EMAIL_URL = demo, email_url
    for address in (reverse("taskforce:demo_mails"), url("demo_mail", row), url("demo_mail_html", row)):
        assert client.get(address).status_code == 404


def test_the_list_of_the_demonstration_costs_the_same_at_any_length(client, settings, django_assert_max_num_queries):
    settings.SOCLE_DEMO, settings.EMAIL_URL = True, ""
    for n in range(60):
        mail(None, n)
    with django_assert_max_num_queries(6):
        client.get(reverse("taskforce:demo_mails"))
    found = client.get(reverse("taskforce:demo_mails"), {"adresse": "membre59@"}).content.decode()
    assert "Rappel 59" in found
    assert "Rappel 58" not in found


# Profile --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["titular", "secretariat", "data_manager", "ended", "none"])
def test_ones_own_page(client, body, role, django_assert_max_num_queries):
    person = member(body, role=role)
    client.force_login(person.user, BACKEND)
    client.get(reverse("taskforce:profile"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("taskforce:profile"))
    assert page.status_code == 200
    assert person.email in page.content.decode().replace("<wbr>", "")


def test_an_account_without_a_person_has_a_page_too(client):
    user = UserFactory(administrator=True)
    client.force_login(user, BACKEND)
    assert user.email in client.get(reverse("taskforce:profile")).content.decode().replace("<wbr>", "")


def test_the_language_is_kept_for_pages_and_mails(client, body):
    person = member(body)
    client.force_login(person.user, BACKEND)
    response = client.post(reverse("taskforce:profile"), {"language": "en"})
    person.refresh_from_db()
    assert (person.user.language, person.language) == ("en", "en")
    assert response.cookies["django_language"].value == "en"
    assert client.post(reverse("taskforce:profile"), {"language": "xx"}).status_code == 422


# What came back, and what is to come ---------------------------------------------------------


def returned(row, **changes):
    facts = {"fingerprint": str(row.pk), "address": row.recipient, "is_hard": True, "status": "5.1.1"}
    return Bounce.objects.create(email=row, **{**facts, "diagnostic": "550 5.1.1 User unknown", **changes})


def sent(body, n=0, **changes):
    return mail(body, n, state=EmailState.SENT, sent_at=timezone.now(), attempts=1, secrets=b"", **changes)


def test_a_mail_that_came_back_says_what_the_server_said(client, secretary, body):
    row, good = sent(body, 1), sent(body, 2)
    returned(row)
    page = client.get(url("outbox", body)).content.decode()
    assert "Revenu" in page
    assert "User unknown" in page
    only = client.get(url("outbox", body), {"etat": "retour"}).content.decode()
    assert row.subject in only
    assert good.subject not in only
    assert "Plus rien ne part à cette adresse" in client.get(url("mail_detail", row)).content.decode()


def test_a_mail_kept_back_leaves_when_its_address_is_tried_again(client, secretary, body):
    returned(sent(body, 1))
    kept = outbox.post(
        outbox.new_row(
            unique_key="kept",
            kind="essai",
            scope=body,
            recipient="membre1@example.org",
            subject="Suite",
            text="Bonjour",
        )
    )
    assert kept.state == EmailState.SKIPPED
    assert "Réessayer cette adresse" in client.get(url("mail_detail", kept)).content.decode()
    client.post(url("mail_retry", kept))
    kept.refresh_from_db()
    assert kept.state == EmailState.QUEUED
    assert Bounce.objects.get().cleared_at is not None


def test_a_mail_that_somebody_does_not_want_cannot_be_forced(client, secretary, body):
    row = mail(body, 1, state=EmailState.SKIPPED, error="Cette personne a choisi de ne pas recevoir ces courriels.")
    client.post(url("mail_retry", row))
    row.refresh_from_db()
    assert row.state == EmailState.SKIPPED


def test_kinds_and_days_filter(client, secretary, body):
    mail(body, 1, created_at=datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
    mail(body, 2, kind="minutes-shared", created_at=datetime(2026, 3, 20, tzinfo=UTC))

    def found(**query):
        page = client.get(url("outbox", body), query).content.decode()
        return [n for n in (1, 2) if f"Rappel {n}<" in page]

    assert found() == [1, 2]
    assert found(courriel="minutes-shared") == [2]
    assert found(au="8/3/2026") == [], "past midnight in Niamey"
    assert found(du="9/3/2026", au="9/3/2026") == [1]
    assert found(du="9 mars 2026") == [1, 2]


def test_a_period_turned_round_is_told(client, secretary, body):
    page = client.get(url("outbox", body), {"du": "9/3/2026", "au": "8/3/2026"})
    assert "La fin de la période précède son début" in page.content.decode()


MANY = """
INSERT INTO core_outgoingemail (unique_key, kind, scope_type_id, scope_id, recipient_name, recipient, subject, text, html,
    url, headers, attachments, secrets, message_id, state, attempts, error, created_at)
SELECT 'many:' || n, CASE WHEN n %% 3 = 0 THEN 'minutes-shared' ELSE 'meeting-reminder' END, %s, %s, '',
    'm' || n || '@example.org', 'Mail ' || n, 'x', '', '', '{}', '[]', '', '<' || n || '@example.org>',
    (ARRAY['sent', 'failed', 'skipped', 'digest'])[n %% 4 + 1], 0, '', now()
FROM generate_series(1, 10000) n
"""


def test_ten_thousand_mails_cost_twelve_queries(client, secretary, body, django_assert_max_num_queries):
    first = mail(body)
    with connection.cursor() as cursor:
        cursor.execute(MANY, [first.scope_type_id, body.pk])
    returned(first)
    client.get(url("outbox", body))
    for query in ({}, {"etat": "retour"}, {"destinataire": "m77", "courriel": "minutes-shared"}, {"page": "200"}):
        with django_assert_max_num_queries(12):
            assert client.get(url("outbox", body), query).status_code == 200


def test_what_is_to_come_has_its_view(client, secretary, body, django_assert_max_num_queries):
    view = url("outbox", body) + "?vue=a-venir"
    client.get(view)
    with django_assert_max_num_queries(12):
        page = client.get(view).content.decode()
    assert "Courriel de la semaine" in page, "the secretariat itself has one each Monday"


def test_an_address_that_fails_stands_on_the_persons_page(client, secretary, body):
    person = member(body)
    row = outbox.post(outbox.new_row(unique_key="p", kind="x", recipient=person.email, subject="s", text="t"))
    returned(row, address=person.email)
    page = client.get(reverse("taskforce:person_detail", args=[person.pk])).content.decode()
    assert "Adresse en échec depuis le" in page
    again = client.post(reverse("taskforce:address_retry", args=[person.pk]), follow=True).content.decode()
    assert "Les prochains courriels repartent" in again
    assert "Adresse en échec" not in again
