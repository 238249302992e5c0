"""Secrets of mails: in what leaves, never in the row that is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from core.notifications.rendering import fill, hide
from tests.core.notifications.test_outbox import write

pytestmark = pytest.mark.django_db


LINK = "https://socle.example.org/invitation/abc?x=1&y=<2>"


def with_link():
    return write(
        text=f"Ouvrez {outbox.placeholder('link')} avec {outbox.placeholder('code')}.",
        html=f'<a href="{outbox.placeholder("link")}">Ouvrir</a>',
        secrets={"link": LINK, "code": "482 913"},
    )


def test_secrets_are_in_the_mail_and_never_in_the_row(smtp):
    row = with_link()
    stored = connection.cursor()
    stored.execute("SELECT row_to_json(e)::text, e.secrets FROM core_outgoingemail e")
    as_text, sealed = stored.fetchone()
    assert "abc" not in as_text
    assert b"abc" not in bytes(sealed)
    assert outbox.shown_text(row) == "Ouvrez [lien personnel] avec [code personnel]."
    assert outbox.shown_html(row) == "<a>Ouvrir</a>", "a hidden link leads nowhere"

    outbox.send_email(row.pk)

    [mail] = smtp.messages
    assert mail.get_body(("plain",)).get_content().strip() == f"Ouvrez {LINK} avec 482 913."
    assert (
        'href="https://socle.example.org/invitation/abc?x=1&amp;y=&lt;2&gt;"' in mail.get_body(("html",)).get_content()
    )
    row.refresh_from_db()
    assert bytes(row.secrets) == b"", "erased once sent"


def test_a_changed_key_is_told(smtp, settings):
    row = with_link()
    settings.SECRET_KEY = "another key " * 5
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.FAILED
    assert "Refaites la demande" in row.error
    assert outbox.can_retry(row) is False


def test_a_fallback_key_still_opens(smtp, settings):
    row = with_link()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    assert outbox.send_email(row.pk) is True


def test_old_secrets_are_erased_and_the_mail_cannot_be_sent_again(smtp):
    row = with_link()
    OutgoingEmail.objects.update(state=EmailState.FAILED, created_at=timezone.now() - timedelta(days=15))
    assert outbox.erase_old_secrets() == 1
    row.refresh_from_db()
    assert outbox.can_retry(row) is False


def test_text_that_looks_like_a_placeholder_reveals_nothing():
    assert fill("{{secret:code}} {{secret:other}}", {"code": "1"}, is_html=False) == "1 {{secret:other}}"
    assert hide("{{secret:other}}") == "[lien personnel]"


def test_in_a_demonstration_nothing_leaves_and_the_page_has_the_link(settings):
    settings.SOCLE_DEMO, settings.EMAIL_URL = True, ""
    row = with_link()
    assert outbox.send_email(row.pk) is True
    row.refresh_from_db()
    assert row.state == EmailState.SENT
    assert "Démonstration" in row.error
    assert outbox.secrets_of(row)["link"] == LINK
