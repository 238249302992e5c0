"""Opening an account on invitation: the link, the page, the account, and everything that can be wrong with them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from taskforce.models import Invite, Person, User
from taskforce.services.invites import accept_invite, hash_of, invite_for, invite_person
from taskforce.views.accounts import COOKIE
from tests.taskforce.factories import PASSWORD, PersonFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db

ACCEPT = "/invitation/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def body():
    return TaskForceFactory()


@pytest.fixture
def secretary(body):
    return member(body, role="secretariat").user


@pytest.fixture
def person(body):
    """A titular without an account."""
    person = member(body)
    user, person.user = person.user, None
    person.save()
    user.delete()
    return person


@pytest.fixture
def link(person, secretary):
    invite_person(person, actor=secretary)
    return link_of(person)


def link_of(person):
    row = OutgoingEmail.objects.filter(recipient=person.email).latest("pk")
    return outbox.secrets_of(row)["link"].partition("8000")[2]


def token_in(link):
    return link.rstrip("/").rpartition("/")[2]


def opened(client, link):
    client.get(link)
    return client


def is_signed_in(client, user=None):
    pk = client.session.get("_auth_user_id")
    return pk is not None and (user is None or pk == str(user.pk))


# Sending ---------------------------------------------------------------------------------------


def test_the_secretariat_sees_the_mail_before_it_leaves_and_the_page_changes_nothing(client, secretary, person):
    client.force_login(secretary, BACKEND)
    page = client.get(reverse("taskforce:invite_person", args=[person.pk])).content.decode().replace("<wbr>", "")
    assert person.email in page
    assert "[lien personnel]" in page
    assert "Un courriel va partir" in page
    assert not Invite.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_the_mail_leaves_once_even_with_two_clicks(client, secretary, person, body):
    client.force_login(secretary, BACKEND)
    url = reverse("taskforce:invite_person", args=[person.pk])
    client.post(url)
    client.post(url)
    row = OutgoingEmail.objects.get()
    assert (row.recipient, row.scope_id) == (person.email, body.pk)
    assert Invite.objects.get().invited_by == secretary
    assert "[lien personnel]" in outbox.shown_text(row)


def test_the_person_says_that_an_invitation_is_under_way(client, secretary, person):
    client.force_login(secretary, BACKEND)
    url = reverse("taskforce:person_detail", args=[person.pk])
    assert "invitation envoyée le" not in client.get(url).content.decode()
    client.post(reverse("taskforce:invite_person", args=[person.pk]))
    page = client.get(url).content.decode()
    assert "invitation envoyée le" in page
    assert "Inviter de nouveau" in page
    client.post(reverse("taskforce:invite_revoke", args=[person.pk]))
    assert "invitation envoyée le" not in client.get(url).content.decode()


def test_the_token_is_stored_hashed_and_has_256_bits(person, secretary, link):
    token = token_in(link)
    assert len(token) >= 43
    invite = Invite.objects.get()
    assert invite.token_hash == hash_of(token)
    assert token not in str(vars(invite))


def test_a_newer_link_replaces_the_older(person, secretary, link):
    Invite.objects.update(created_at=timezone.now() - timedelta(hours=1))
    invite_person(person, actor=secretary)
    assert invite_for(token_in(link)) is None
    assert invite_for(token_in(link_of(person))) is not None


def test_a_link_that_was_replaced_before_it_left_does_not_leave(person, secretary, link, smtp):
    Invite.objects.update(created_at=timezone.now() - timedelta(hours=1))
    invite_person(person, actor=secretary)
    outbox.send_due()
    assert len(smtp.messages) == 1
    assert (
        OutgoingEmail.objects.get(state=EmailState.SKIPPED).error == "Une invitation plus récente a remplacé celle-ci."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": ""}, "n’a pas d’adresse électronique"),
        ({"email": "prise@example.org"}, "Le compte d’une autre personne porte déjà cette adresse"),
    ],
)
def test_who_cannot_be_invited_and_why(client, secretary, person, change, words):
    other = PersonFactory(account=True, email="prise@example.org")
    Person.objects.filter(pk=other.pk).update(email="autre@example.org")
    Person.objects.filter(pk=person.pk).update(**change)
    client.force_login(secretary, BACKEND)
    url = reverse("taskforce:invite_person", args=[person.pk])
    assert words in client.get(url).content.decode()
    assert words in client.post(url, follow=True).content.decode()
    assert not Invite.objects.exists()


def test_who_has_an_account_is_not_invited(secretary):
    with pytest.raises(ValidationError, match="déjà un compte"):
        invite_person(PersonFactory(account=True), actor=secretary)


@pytest.mark.parametrize("role", ["titular", "substitute", "observer", "chair", "ended"])
def test_members_do_not_invite(client, body, person, role):
    client.force_login(member(body, role=role).user, BACKEND)
    response = client.post(reverse("taskforce:invite_person", args=[person.pk]))
    assert response.status_code in {403, 404}
    assert not Invite.objects.exists()


def test_the_secretariat_of_another_body_does_not_invite(client, person):
    elsewhere = member(TaskForceFactory(), role="secretariat").user
    client.force_login(elsewhere, BACKEND)
    assert client.post(reverse("taskforce:invite_person", args=[person.pk])).status_code in {403, 404}
    assert not Invite.objects.exists()


def test_a_link_can_be_taken_back(client, secretary, person, link):
    client.force_login(secretary, BACKEND)
    url = reverse("taskforce:invite_revoke", args=[person.pk])
    assert client.get(url).status_code == 405
    client.post(url)
    assert invite_for(token_in(link)) is None
    page = client.get(reverse("taskforce:invite_person", args=[person.pk])).content.decode()
    assert "lien retiré" in page


# Opening ----------------------------------------------------------------------------------------


def test_the_link_moves_into_a_cookie_and_changes_nothing(client, link, person):
    response = client.get(link)
    assert response.status_code == 302
    assert response["Location"] == ACCEPT
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, ACCEPT, "Lax")
    page = client.get(ACCEPT)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin", (
        "with no-referrer browsers post Origin: null, and the form is refused"
    )
    assert str(person) in page.content.decode()
    assert not User.objects.filter(email=person.email).exists()
    assert Invite.objects.get().used_at is None


def test_a_mail_scanner_does_not_use_the_link_up(link):
    for _ in range(3):
        Client().get(link, follow=True)
        Client().head(link)
    client = opened(Client(), link)
    assert client.post(ACCEPT, {"password": PASSWORD}).status_code == 302


def test_a_password_opens_the_account_and_signs_in(client, link, person):
    response = opened(client, link).post(ACCEPT, {"password": PASSWORD})
    assert response.status_code == 302
    person.refresh_from_db()
    assert is_signed_in(client, person.user)
    assert person.user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=person.user).verified
    assert Invite.objects.get().used_at is not None
    assert "socle_device" in response.cookies
    assert response.cookies[COOKIE].value == ""


def test_one_may_go_on_without_a_password(client, link, person):
    opened(client, link).post(ACCEPT, {"password": "court", "sans": "1"})
    person.refresh_from_db()
    assert is_signed_in(client, person.user)
    assert not person.user.has_usable_password()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("password=", "Choisissez un mot de passe, ou continuez sans."),
        ("", "Choisissez un mot de passe, ou continuez sans."),
        ("password=court", "trop court"),
        ("password=password1234", "trop courant"),
        ("password=" + "x" * 300, "256"),
        ("password=%00abcdefghijklmn", "caractère"),
        ("password=%ED%A0%80abcdefghijklmn", "valable"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_serves(client, link, typed, words):
    opened(client, link)
    response = client.post(ACCEPT, typed, content_type="application/x-www-form-urlencoded")
    if words == "valable":
        # Broken UTF-8 arrives as replacement characters, which are characters like others.
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not is_signed_in(client)
    assert Invite.objects.get().used_at is None


def test_a_double_click_opens_one_account(client, link, person):
    opened(client, link).post(ACCEPT, {"password": PASSWORD})
    again = opened(Client(), link)
    assert again.post(ACCEPT, {"password": PASSWORD}).status_code == 404
    assert User.objects.filter(email=person.email).count() == 1


def test_of_two_at_once_one_opens_the_account(link):
    first, second = invite_for(token_in(link)), invite_for(token_in(link))
    accept_invite(first, password=PASSWORD)
    with pytest.raises(ValidationError, match="n’est plus valable"):
        accept_invite(second, password=PASSWORD)


# Links that are none ------------------------------------------------------------------------------


def spoil(kind, person):
    if kind == "used":
        Invite.objects.update(used_at=timezone.now())
    elif kind == "expired":
        Invite.objects.update(expires_at=timezone.now())
    elif kind == "revoked":
        Invite.objects.update(revoked_at=timezone.now())
    elif kind == "address corrected":
        Person.objects.filter(pk=person.pk).update(email="juste@example.org")
    elif kind == "account opened":
        Person.objects.filter(pk=person.pk).update(user=UserFactory())


KINDS = ["wrong", "used", "expired", "revoked", "address corrected", "account opened"]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_wrong_the_page_is_the_same(client, link, person, kind):
    spoil(kind, person)
    url = "/invitation/" + "A" * 43 + "/" if kind == "wrong" else link
    response = client.get(url)
    assert response.status_code == 404
    page = response.content.decode().replace("<wbr>", "")
    assert "Ce lien n’est pas ou plus valable" in page
    assert person.email not in page
    assert str(person) not in page
    assert COOKIE not in response.cookies or response.cookies[COOKIE].value == ""


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_page_left_open_meets_the_same_answer(client, link, person, kind):
    opened(client, link)
    spoil(kind, person)
    response = client.post(ACCEPT, {"password": PASSWORD})
    assert response.status_code == 404
    assert not is_signed_in(client)


@pytest.mark.parametrize("value", ["", "x", "InRva2VuIg:1abc:zzz"])
def test_a_forged_cookie_opens_nothing(client, link, value):
    client.cookies[COOKIE] = value
    assert client.get(ACCEPT).status_code == 404
    assert client.post(ACCEPT, {"password": PASSWORD}).status_code == 404


def test_without_the_csrf_token_nothing_happens(link, person):
    client = Client(enforce_csrf_checks=True)
    opened(client, link)
    assert client.post(ACCEPT, {"password": PASSWORD}).status_code == 403
    assert not User.objects.filter(email=person.email).exists()


# Accounts that exist already -----------------------------------------------------------------------


def test_another_session_is_ended_and_said_so(client, link, person):
    stranger = PersonFactory(account=True, family_name="Dupont").user
    client.force_login(stranger, BACKEND)
    assert "Dupont" in opened(client, link).get(ACCEPT).content.decode()
    client.post(ACCEPT, {"password": PASSWORD})
    person.refresh_from_db()
    assert is_signed_in(client, person.user)


def test_an_account_without_a_person_is_attached_by_its_owner(client, link, person):
    account = UserFactory(email=person.email)
    page = opened(client, link).get(ACCEPT).content.decode()
    assert "Un compte porte déjà l’adresse" in page
    assert client.post(ACCEPT, {"password": PASSWORD}).status_code == 403
    client.force_login(account, BACKEND)
    assert "Rattacher mon compte" in client.get(ACCEPT).content.decode()
    client.post(ACCEPT)
    person.refresh_from_db()
    assert person.user == account


def test_a_stranger_with_an_account_attaches_nothing(client, link, person):
    UserFactory(email=person.email)
    client.force_login(UserFactory(), BACKEND)
    assert opened(client, link).post(ACCEPT).status_code == 403
    person.refresh_from_db()
    assert person.user is None


def test_the_invited_secretariat_still_meets_its_second_factor(client, settings, body):
    settings.SOCLE_REQUIRE_SECOND_FACTOR = True
    person = member(body, role="secretariat")
    user, person.user = person.user, None
    person.save()
    user.delete()
    invite_person(person, actor=UserFactory(administrator=True))
    response = opened(client, link_of(person)).post(ACCEPT, {"password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("mfa_index")
