"""Signing in: whose failures count against whom, the second factor, the limits of a session, Redis down."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.middleware import SEEN_EVERY, SESSION_SEEN, SESSION_STARTED
from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from taskforce.services.accounts import open_account
from taskforce.sign_in import devices
from tests.broker import dead_broker
from tests.smtp import free_port
from tests.taskforce.factories import PASSWORD, PersonFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db

LOGIN = "/compte/login/"
CODE = "/compte/login/code/"
CONFIRM_CODE = "/compte/login/code/confirm/"
STRANGER = {"REMOTE_ADDR": "198.51.100.7"}
OWNER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def no_counters():
    cache.clear()


@pytest.fixture
def owner():
    person = PersonFactory(email="aissa@example.org")
    return open_account(person, "aissa@example.org", PASSWORD)


def try_password(client, password, email="aissa@example.org", **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def fails(client, times, **extra):
    for n in range(times):
        response = try_password(client, f"faux {n}", **extra)
    return response


# Whose failures ----------------------------------------------------------------------------


def test_the_right_password_signs_in_and_marks_the_device(client, owner):
    response = try_password(client, PASSWORD)
    assert response.status_code == 302
    assert is_signed_in(client)
    cookie = response.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "aissa" not in cookie.value


def test_five_wrong_passwords_close_the_account_to_strangers(client, owner):
    fails(client, 5, **STRANGER)
    response = try_password(client, PASSWORD, **STRANGER)
    assert not is_signed_in(client)
    assert "Trop d’essais" in response.content.decode()


def test_a_strangers_wrong_passwords_never_close_it_to_a_known_device(client, owner):
    try_password(client, PASSWORD, **OWNER)
    client.post("/compte/logout/")
    fails(Client(), 40, **STRANGER)
    try_password(client, PASSWORD, **OWNER)
    assert is_signed_in(client)


def test_nor_when_the_stranger_sits_behind_the_same_address(client, owner):
    try_password(client, PASSWORD, **OWNER)
    client.post("/compte/logout/")
    fails(Client(), 40, **OWNER)
    fails(Client(), 40, email="autre@example.org", **OWNER)
    try_password(client, PASSWORD, **OWNER)
    assert is_signed_in(client)


def test_a_known_device_has_a_limit_of_its_own(client, owner):
    try_password(client, PASSWORD)
    client.post("/compte/logout/")
    fails(client, 10)
    try_password(client, PASSWORD)
    assert not is_signed_in(client)
    elsewhere = Client()
    try_password(elsewhere, PASSWORD, **STRANGER)
    assert is_signed_in(elsewhere), "and uses up nobody else's"


def test_a_device_of_one_person_is_no_device_of_another(client, owner):
    other = UserFactory(email="autre@example.org")
    try_password(client, PASSWORD, email=other.email)
    client.post("/compte/logout/")
    fails(client, 5)
    try_password(client, PASSWORD)
    assert not is_signed_in(client)


@pytest.mark.parametrize("forged", ["", "x", "eyJhIjoxfQ:1abc:zzzz", "W10:1uABCD:" + "a" * 43])
def test_a_forged_cookie_is_no_device(client, owner, forged):
    client.cookies[devices.COOKIE] = forged
    fails(client, 5)
    try_password(client, PASSWORD)
    assert not is_signed_in(client)


def test_a_cookie_signed_for_something_else_is_no_device(client, owner):
    client.cookies[devices.COOKIE] = signing.dumps({str(owner.pk): "x"}, salt="something.else")
    fails(client, 5)
    try_password(client, PASSWORD)
    assert not is_signed_in(client)


def test_a_shared_computer_remembers_several_people_and_stays_small(client, owner):
    for number in range(8):
        user = UserFactory(email=f"membre{number}@example.org")
        response = try_password(client, PASSWORD, email=user.email)
        client.post("/compte/logout/")
    known = signing.loads(response.cookies[devices.COOKIE].value, salt=devices.SALT)
    assert len(known) == devices.PEOPLE_PER_DEVICE
    assert len(response.cookies[devices.COOKIE].value) < 500


def test_a_meeting_behind_one_address_may_sign_in_together(owner):
    for number in range(40):
        user = UserFactory(email=f"membre{number}@example.org")
        client = Client()
        try_password(client, PASSWORD, email=user.email, **OWNER)
        assert is_signed_in(client), number


def test_a_strangers_failures_do_not_count_against_codes_by_mail(owner):
    fails(Client(), 40, **STRANGER)
    client = Client()
    client.post(CODE, {"email": owner.email}, **OWNER)
    sign_in_with_code(client, owner)
    assert is_signed_in(client)


def test_a_strangers_requests_for_codes_do_not_stop_a_known_device(client, owner):
    try_password(client, PASSWORD)
    client.post("/compte/logout/")
    for _ in range(5):
        Client().post(CODE, {"email": owner.email}, **STRANGER)
    assert OutgoingEmail.objects.count() == 3, "the mailbox is not filled"
    response = client.post(CODE, {"email": owner.email}, **OWNER)
    assert response.status_code == 302
    sign_in_with_code(client, owner)
    assert is_signed_in(client)


def test_passkeys_are_not_counted(client, owner):
    for _ in range(60):
        response = client.post("/compte/2fa/webauthn/login/", {"credential": "{}"}, **OWNER)
        assert response.status_code == 302, "never 429"


def test_ones_own_session_confirms_who_one_is_while_a_stranger_fails(client, owner):
    try_password(client, PASSWORD, **OWNER)
    client.cookies.pop(devices.COOKIE)
    fails(Client(), 10, **STRANGER)
    response = client.post("/compte/reauthenticate/", {"password": PASSWORD}, **OWNER)
    assert response.status_code == 302


# Where requests come from ---------------------------------------------------------------------


def close_account_from(address, **extra):
    fails(Client(), 20, email="x@example.org", REMOTE_ADDR=address, **extra)


def stranger_is_stopped(**extra):
    response = try_password(Client(), "faux", email="y@example.org", **extra)
    return "Trop d’essais" in response.content.decode()


def test_without_a_proxy_the_visitor_cannot_choose_an_address(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(20):
        try_password(
            Client(),
            "faux",
            email=f"{number}@example.org",
            REMOTE_ADDR="198.51.100.7",
            HTTP_X_FORWARDED_FOR=f"10.0.0.{number}",
        )
    assert stranger_is_stopped(REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="10.9.9.9")
    assert not stranger_is_stopped(REMOTE_ADDR="198.51.100.8")


def test_behind_a_proxy_its_word_counts_and_not_the_visitors(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        forwarded = f"10.0.0.{number}, 198.51.100.7"
        try_password(
            Client(), "faux", email=f"{number}@example.org", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded
        )
    assert stranger_is_stopped(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.9.9.9, 198.51.100.7")
    assert not stranger_is_stopped(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.1, 198.51.100.8")


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "not an address"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"},
        {"REMOTE_ADDR": "2001:db8::1"},
    ],
)
def test_an_odd_address_is_no_error(settings, owner, extra):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    client = Client()
    assert try_password(client, PASSWORD, **extra).status_code == 302
    assert is_signed_in(client)


# Codes by mail -----------------------------------------------------------------------------------


def code_sent_to(user):
    row = OutgoingEmail.objects.filter(recipient=user.email).latest("pk")
    return outbox.secrets_of(row)["code"]


def sign_in_with_code(client, user):
    return client.post(CONFIRM_CODE, {"code": code_sent_to(user)})


def test_a_code_is_sent_in_the_request_and_lies_nowhere_in_the_clear(
    client, owner, smtp, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(CODE, {"email": owner.email})
    [mail] = smtp.messages
    text = mail.get_body(("plain",)).get_content()
    code = re.search(r"^([A-Z]{4}-[A-Z]{4})\r?$", text, re.M)[1]
    assert code in mail.get_body(("html",)).get_content()
    row = OutgoingEmail.objects.get()
    assert row.state == EmailState.SENT
    assert code not in row.text + row.html
    assert "[code personnel]" in outbox.shown_text(row)
    assert mail["Subject"] == "Votre code de connexion"
    client.post(CONFIRM_CODE, {"code": code})
    assert is_signed_in(client)


def test_a_code_waits_in_the_outbox_when_the_mail_server_is_down(
    client, owner, settings, smtp, django_capture_on_commit_callbacks
):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(CODE, {"email": owner.email})
    assert response.status_code == 302, "the page does not fail"
    row = OutgoingEmail.objects.get()
    assert row.state == EmailState.QUEUED
    settings.EMAIL_PORT = port
    OutgoingEmail.objects.update(next_attempt_at=timezone.now())
    assert outbox.send_due() == 1
    assert row.useful_until - timezone.now() < timedelta(minutes=16), "later it would be of no use"


def test_the_page_does_not_tell_whether_an_account_exists(client, owner):
    known = client.post(CODE, {"email": owner.email})
    unknown = Client().post(CODE, {"email": "inconnue@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    row = OutgoingEmail.objects.get(recipient="inconnue@example.org")
    assert row.subject == "Aucun compte à cette adresse"
    assert "signup" not in row.text


def test_a_wrong_code_does_not_sign_in(client, owner):
    client.post(CODE, {"email": owner.email})
    client.post(CONFIRM_CODE, {"code": "BBBB-BBBB"})
    assert not is_signed_in(client)


def test_nobody_signs_up(client):
    response = client.get("/compte/signup/")
    assert "invitation" in response.content.decode()
    client.post("/compte/signup/", {"email": "x@example.org", "password1": PASSWORD})
    assert not EmailAddress.objects.filter(email="x@example.org").exists()


def test_a_closed_account_does_not_sign_in(client, owner):
    owner.is_active = False
    owner.save()
    try_password(client, PASSWORD)
    assert not is_signed_in(client)


# Links of mails ---------------------------------------------------------------------------------


def link_sent_to(address):
    row = OutgoingEmail.objects.filter(recipient=address).latest("pk")
    link = outbox.secrets_of(row)["link"]
    assert link not in row.text + row.html
    return link.removeprefix("http://testserver")


def test_a_forgotten_password_is_chosen_again(client, owner):
    client.post("/compte/password/reset/", {"email": owner.email})
    page = client.get(link_sent_to(owner.email), follow=True)
    assert page.status_code == 200
    client.post(
        page.redirect_chain[-1][0], {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
    )
    try_password(client, "une autre phrase longue")
    assert is_signed_in(client)
    changed = OutgoingEmail.objects.filter(recipient=owner.email).latest("pk")
    assert changed.subject == "Votre mot de passe a changé"
    assert "127.0.0.1" in changed.text


def test_a_new_address_replaces_the_old_one_once_confirmed_and_the_contact_stays(client, owner):
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/compte/email/", {"email": "aissa.nouvelle@example.org", "action_add": ""})
    owner.refresh_from_db()
    assert owner.email == "aissa@example.org"
    link = link_sent_to("aissa.nouvelle@example.org")
    client.get(link)
    owner.refresh_from_db()
    assert owner.email == "aissa@example.org", "GET changes nothing"
    client.post(link)
    owner.refresh_from_db()
    assert owner.email == "aissa.nouvelle@example.org"
    assert owner.person.email == "aissa@example.org"
    assert [a.email for a in EmailAddress.objects.filter(user=owner)] == ["aissa.nouvelle@example.org"]


def test_nobody_takes_anothers_address(client, owner):
    other = PersonFactory(email="autre@example.org")
    open_account(other, "autre@example.org", PASSWORD)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/compte/email/", {"email": "AUTRE@example.org", "action_add": ""})
    assert "Un compte porte déjà cette adresse." in response.content.decode()


def test_an_address_opened_meanwhile_is_not_taken_over(client, owner):
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/compte/email/", {"email": "libre@example.org", "action_add": ""})
    link = link_sent_to("libre@example.org")
    open_account(PersonFactory(), "libre@example.org", PASSWORD)
    assert client.post(link).status_code < 500
    owner.refresh_from_db()
    assert owner.email == "aissa@example.org"


# Second factor -----------------------------------------------------------------------------------


def test_an_account_made_by_a_command_may_add_a_second_factor(client):
    user = UserFactory(email="commande@example.org")
    try_password(client, PASSWORD, email=user.email)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == (user.email, True, True)


def signed_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("role", ["secretariat", "administrator"])
def test_who_must_have_a_second_factor_sets_one_up_first(client, settings, role):
    settings.SOCLE_REQUIRE_SECOND_FACTOR = True
    user = UserFactory(administrator=True) if role == "administrator" else member(TaskForceFactory(), role=role).user
    signed_in(client, user)
    for url in ("/", reverse("taskforce:profile"), reverse("taskforce:person_list")):
        assert client.get(url)["Location"] == reverse("mfa_index")
    page = client.get("/", follow=True)
    assert "double authentification" in page.content.decode()
    for name in ("mfa_index", "account_logout", "usersessions_list", "account_email"):
        assert client.get(reverse(name)).status_code == 200, name
    add_totp(user)
    assert client.get(reverse("taskforce:profile")).status_code == 200


@pytest.mark.parametrize("role", ["titular", "substitute", "observer", "chair", "ended"])
def test_others_choose(client, settings, role):
    settings.SOCLE_REQUIRE_SECOND_FACTOR = True
    signed_in(client, member(TaskForceFactory(), role=role).user)
    assert client.get(reverse("taskforce:profile")).status_code == 200


def test_it_is_a_setting(client, settings):
    settings.SOCLE_REQUIRE_SECOND_FACTOR = False
    signed_in(client, member(TaskForceFactory(), role="secretariat").user)
    assert client.get(reverse("taskforce:profile")).status_code == 200


def add_totp(user, secret="JBSWY3DPEHPK3PXP"):
    return TOTP.activate(user, secret)


def totp_code(secret="JBSWY3DPEHPK3PXP"):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_the_second_factor_is_asked_for_after_the_password(client, owner):
    add_totp(owner)
    response = try_password(client, PASSWORD)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    assert is_signed_in(client)


def test_the_seed_is_sealed_in_the_database(owner):
    authenticator = add_totp(owner).instance
    assert "JBSWY3DPEHPK3PXP" not in str(authenticator.data)


def test_no_code_fits_a_seed_whose_key_was_lost(client, owner, settings):
    add_totp(owner)
    settings.SECRET_KEY = "another key " * 5
    try_password(client, PASSWORD)
    for secret in ("JBSWY3DPEHPK3PXP", ""):
        client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert not is_signed_in(client)


def test_the_last_second_factor_stays_where_it_is_required(client, settings):
    settings.SOCLE_REQUIRE_SECOND_FACTOR = True
    user = member(TaskForceFactory(), role="secretariat", email="secretariat@example.org").user
    add_totp(user)
    try_password(client, PASSWORD, email=user.email)
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_the_administration_has_no_sign_in_of_its_own(client):
    response = client.get("/admin/login/")
    assert response.status_code == 302
    assert response["Location"].startswith(LOGIN)


# Sessions ------------------------------------------------------------------------------------------


def test_too_long_without_a_request_ends_the_session(client, owner, settings):
    signed_in(client, owner)
    client.get(reverse("taskforce:profile"))
    session = client.session
    session[SESSION_SEEN] = int(time.time()) - settings.SOCLE_SESSION_IDLE_SECONDS - 1
    session.save()
    response = client.get(reverse("taskforce:profile"))
    assert response.status_code == 302
    assert response["Location"] == f"{LOGIN}?next={reverse('taskforce:profile')}"
    assert not is_signed_in(client)


def test_too_long_in_all_ends_it_too(client, owner, settings):
    signed_in(client, owner)
    client.get(reverse("taskforce:profile"))
    session = client.session
    session[SESSION_STARTED] = int(time.time()) - settings.SOCLE_SESSION_ABSOLUTE_SECONDS - 1
    session.save()
    assert client.get(reverse("taskforce:profile")).status_code == 302
    assert not is_signed_in(client)


def test_the_session_is_written_every_five_minutes_at_most(client, owner):
    signed_in(client, owner)
    client.get(reverse("taskforce:profile"))
    seen = client.session[SESSION_SEEN]
    client.get(reverse("taskforce:profile"))
    assert client.session[SESSION_SEEN] == seen
    session = client.session
    session[SESSION_SEEN] = int(time.time()) - SEEN_EVERY
    session.save()
    client.get(reverse("taskforce:profile"))
    assert client.session[SESSION_SEEN] >= seen


def test_a_new_sign_in_starts_a_new_session(client, owner):
    client.get(LOGIN)
    before = client.session.session_key
    try_password(client, PASSWORD)
    assert client.session.session_key != before


# The portal in one's language ------------------------------------------------------------------------


def test_pages_follow_the_accounts_language_and_not_the_browsers(client, owner):
    response = try_password(client, PASSWORD, HTTP_ACCEPT_LANGUAGE="en")
    assert response.cookies["django_language"].value == "fr"


# Redis down --------------------------------------------------------------------------------------------


def test_with_redis_down_one_signs_in_and_saves_at_once(client, owner, django_capture_on_commit_callbacks):
    with dead_broker():
        started = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            try_password(client, PASSWORD)
            person = owner.person
            outbox.post(outbox.new_row(unique_key="x", kind="x", recipient=person.email, subject="s", text="t"))
        assert time.monotonic() - started < 1
        assert is_signed_in(client)
        assert jobs._paused_until > 0, "the broker was really asked"
    assert OutgoingEmail.objects.get(unique_key="x").state == EmailState.QUEUED
