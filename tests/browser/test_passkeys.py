"""Passkeys from end to end: registered and used in Chromium, with an authenticator that only the browser imagines."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.taskforce.factories import PASSWORD, OfficeFactory, PersonFactory


@pytest.fixture
def member(transactional_db):
    """Somebody with an account and a function, who opens with a password so far."""
    person = PersonFactory(account=True)
    OfficeFactory(person=person)
    return person.user


def with_authenticator(page, *, verifies: bool) -> tuple:
    """A virtual authenticator of the device (Chrome DevTools Protocol, WebAuthn domain) and its id."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal" if verifies else "usb",
        "hasResidentKey": verifies,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in_by_password(page, user) -> None:
    page.goto("/compte/login/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/compte/login/" not in url)


def register(page, name: str, *, passwordless: bool) -> None:
    page.goto("/compte/2fa/webauthn/add/")
    # What touches the account's security asks for the password once more.
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de la clé").fill(name)
    if passwordless:
        page.get_by_label("Elle remplace aussi le mot de passe").check()
    page.get_by_role("button", name="Enregistrer la clé").click()
    expect(page.get_by_role("button", name="Enregistrer la clé")).not_to_be_attached()


def sign_out(page) -> None:
    page.goto("/compte/logout/")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile("/compte/login/"))


def test_a_passkey_replaces_the_password(open_context, member):
    page = open_context().new_page()
    devtools, authenticator = with_authenticator(page, verifies=True)
    sign_in_by_password(page, member)
    register(page, "Ordinateur du bureau", passwordless=True)

    page.goto("/compte/2fa/webauthn/")
    row = page.get_by_role("row", name="Ordinateur du bureau")
    expect(row).to_contain_text("Clé d’accès")
    expect(row).to_contain_text("jamais")
    (credential,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"

    sign_out(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(lambda url: "/compte/" not in url)
    page.goto("/compte/2fa/webauthn/")
    expect(page.get_by_role("row", name="Ordinateur du bureau")).not_to_contain_text("jamais")


def test_a_key_is_the_second_proof_after_the_password(open_context, member):
    page = open_context().new_page()
    with_authenticator(page, verifies=False)
    sign_in_by_password(page, member)
    register(page, "Clé du bureau", passwordless=False)

    sign_out(page)
    sign_in_by_password(page, member)
    page.wait_for_url(re.compile("/compte/2fa/authenticate/"))
    page.goto("/")
    assert "/compte/" in page.url, "the password alone opens nothing"
    page.goto("/compte/2fa/authenticate/")
    page.get_by_role("button", name="Utiliser une clé").click()
    page.wait_for_url(lambda url: "/compte/" not in url)


def test_a_key_that_does_not_answer_is_said_under_its_button(open_context):
    page = open_context().new_page()
    with_authenticator(page, verifies=True)
    page.goto("/compte/login/")
    expect(page.get_by_text("La clé n’a pas répondu")).to_be_hidden()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("La clé n’a pas répondu")


def test_a_removed_passkey_opens_nothing(open_context, member):
    context = open_context()
    page = context.new_page()
    with_authenticator(page, verifies=True)
    sign_in_by_password(page, member)
    register(page, "Téléphone perdu", passwordless=True)
    Authenticator.objects.filter(user=member, type=Authenticator.Type.WEBAUTHN).delete()

    sign_out(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_text("Cette clé n’est pas connue ici.")).to_be_visible()
    page.goto("/")
    assert "/compte/login/" in page.url
