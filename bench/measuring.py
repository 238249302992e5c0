"""What every part measures alike: signed-in readers, queries, rows of a report."""

from __future__ import annotations

CSRF = "b" * 32


def cookie_of(user) -> str:
    """The Cookie header of a browser in which `user` is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def queries(path: str, cookie: str) -> int:
    """Queries of the page, session and account included, once the process is warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"cookie": cookie})
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path, secure=True)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")
    return len(captured)


def verdict(value: float, aim: float | None) -> str:
    if aim is None:
        return ""
    return "✓" if value <= aim else "**over**"


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
