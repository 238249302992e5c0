"""What every request goes through."""

import time
from http import HTTPStatus

import pghistory
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseBadRequest
from django.template.loader import render_to_string

SESSION_STARTED = "session_started"
SESSION_SEEN = "session_seen"
# The session row is written at most this often (seconds) to note that somebody is still there.
SEEN_EVERY = 300


class SecureHeadersMiddleware:
    """Headers that Django's SecurityMiddleware does not set; pages with data are never stored by proxies."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # no-cache still allows a 304 with an ETag; no-store is set where a page must leave no trace.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class ControlCharactersMiddleware:
    """Refuse NUL in an address or a query: PostgreSQL cannot hold it and no page has a use for it.

    Typed text is checked by the form fields, which can say where the character stands.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or any(
            "\x00" in value for values in request.GET.lists() for value in [values[0], *values[1]]
        ):
            return HttpResponseBadRequest(render_to_string("400.html", request=None))
        return self.get_response(request)


class SessionLimitsMiddleware:
    """Sign out after too long without a request, and after too long in all (settings, in seconds)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.get(SESSION_STARTED)
            seen = request.session.get(SESSION_SEEN, now)
            if started is None:
                started = now
                request.session[SESSION_STARTED] = now
            too_idle = now - seen > settings.SOCLE_SESSION_IDLE_SECONDS
            too_old = now - started > settings.SOCLE_SESSION_ABSOLUTE_SECONDS
            if too_idle or too_old:
                logout(request)
            elif SESSION_SEEN not in request.session or now - seen >= SEEN_EVERY:
                request.session[SESSION_SEEN] = now
        return self.get_response(request)


class PostedAddressMiddleware:
    """A page in words for who opens an address that only takes a form: after signing in again, or from a bookmark."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            response["Content-Type"] = "text/html; charset=utf-8"
            response.content = render_to_string("405.html", request=None)
        return response


class HistoryContextMiddleware:
    """Tell the history triggers who acts, for requests that may write."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        user = request.user.pk if request.user.is_authenticated else None
        with pghistory.context(user=user, url=request.path):
            return self.get_response(request)
