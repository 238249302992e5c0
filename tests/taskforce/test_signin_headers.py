"""What a production installation refuses and promises: settings, headers, who reaches what without an account."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments, **environment):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    production = {
        "SOCLE_ENVIRONMENT": "production",
        "DJANGO_SECRET_KEY": "k9" * 40 + "aB3-xyz",
        "DJANGO_ALLOWED_HOSTS": "socle.example.org",
        "SOCLE_SITE_URL": "https://socle.example.org",
        "EMAIL_URL": "smtp+tls://socle:secret@mail.example.org",
        "DATABASE_URL": settings.DATABASE_URL,
        "REDIS_URL": settings.REDIS_URL,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | production | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_deployment_check_has_nothing_to_say():
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.parametrize("missing", ["DJANGO_SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_production_does_not_start_on_guesses(missing):
    done = manage("check", **{missing: ""})
    assert done.returncode != 0
    assert missing in done.stderr


def test_a_mail_address_that_is_none_is_told():
    done = manage("check", EMAIL_URL="mail.example.org")
    assert done.returncode != 0
    assert "EMAIL_URL" in done.stderr


def directives(response):
    policy = response["Content-Security-Policy"]
    return {name: values for name, *values in (part.split() for part in policy.split(";") if part.strip())}


@pytest.mark.parametrize("name", ["account_login", "account_request_login_code", "account_reset_password"])
def test_pages_run_no_script_but_ours(client, name):
    policy = directives(client.get(reverse(name)))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"][0] == "'self'"
    assert all(source == "'self'" or source.startswith("'nonce-") for source in policy["script-src"])
    assert "'unsafe-inline'" not in policy["style-src"]
    assert "'unsafe-eval'" not in str(policy)
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "http" not in str(policy)


def test_the_nonce_is_new_for_every_page(client):
    first, second = (client.get(reverse("account_login"))["Content-Security-Policy"] for _ in range(2))
    assert "nonce-" not in first or first != second


def test_headers_of_every_page(client):
    response = client.get(reverse("account_login"))
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


PUBLIC = [
    "account_login",
    "account_logout",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_inactive",
    "mfa_login_webauthn",
    "mfa_authenticate",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_who_cannot_sign_in_yet_reaches_what_they_need(client, name):
    response = client.get(reverse(name))
    assert response.status_code in {200, 302}
    assert not response.get("Location", "").startswith("/compte/login/?next=")


def test_links_of_mails_open_without_an_account(client):
    assert client.get("/compte/confirm-email/xyz/").status_code == 200
    assert client.get("/compte/password/reset/key/1-abc/").status_code == 200


@pytest.mark.parametrize("name", ["home", "taskforce:profile", "mfa_index", "usersessions_list", "account_email"])
def test_everything_else_asks_who_one_is(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/login/?next=")
