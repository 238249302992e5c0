"""Tokens of personal links never stand in a log."""

import io
import logging

import pytest
from django.conf import settings

from core.logs import HideTokens, hide_tokens

TOKEN = "fH1ua0jY3bdBHshwRW-GxGOAcat3vP-1URZk1QcwZrk"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"Not Found: /lien/{TOKEN}/", "Not Found: /lien/[…]/"),
        (f"/lien/{TOKEN[:-3]}", "/lien/[…]"),
        ("GET /lien/abc HTTP/1.1", "GET /lien/[…] HTTP/1.1"),
        (f'"GET /invitation/{TOKEN}/?x=1 HTTP/1.1"', '"GET /invitation/[…]/?x=1 HTTP/1.1"'),
        (f"/calendriers/{TOKEN}/", "/calendriers/[…]/"),
        ("/reponse/45f577c5-b223-4df3-bff2-389e88a7853e/", "/reponse/45f577c5-b223-4df3-bff2-389e88a7853e/"),
        ("/reunions/12/", "/reunions/12/"),
        ("une phrase ordinaire : rien à cacher", "une phrase ordinaire : rien à cacher"),
    ],
)
def test_tokens_are_hidden_and_the_rest_stays(line, shown):
    assert hide_tokens(line) == shown


def test_the_handler_of_every_log_hides_them():
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["hide_tokens"]
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (f"/lien/{TOKEN}/",), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == "Not Found: /lien/[…]/"


@pytest.mark.django_db
def test_a_link_that_is_refused_leaves_no_token_in_the_log(client):
    handler = next(h for h in logging.getLogger().handlers if any(isinstance(f, HideTokens) for f in h.filters))
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        assert client.get(f"/lien/{TOKEN}/").status_code == 404
    finally:
        handler.setStream(before)

    assert "/lien/[…]/" in written.getvalue()
    assert TOKEN not in written.getvalue()
