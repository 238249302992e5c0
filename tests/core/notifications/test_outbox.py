"""The outbox against a real mail server: what leaves, what comes back, and that it leaves once."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core import jobs
from core.models import EmailState, OutgoingEmail
from core.notifications import outbox
from core.notifications.rendering import one_line
from tests.smtp import free_port

pytestmark = pytest.mark.django_db

ADDRESS = "aissa.oumarou@example.org"


def write(**changes):
    """A posted row about nothing in particular; nothing is sent yet."""
    fields = {
        "unique_key": "essai:1",
        "kind": "essai",
        "recipient": ADDRESS,
        "recipient_name": "Mme Aïssa Oumarou",
        "subject": "Réunion du 8 mars",
        "text": "Bonjour,\nà mardi.\n",
        "html": "<p>Bonjour, à mardi.</p>",
    }
    return outbox.post(outbox.new_row(**{**fields, **changes}))


def test_a_mail_arrives_with_its_text_its_page_and_its_headers(smtp):
    row = write()

    assert outbox.send_email(row.pk) is True

    [mail] = smtp.messages
    row.refresh_from_db()
    assert mail["Subject"] == "Réunion du 8 mars"
    assert mail["To"] == f"Mme Aïssa Oumarou <{ADDRESS}>"
    assert mail["Message-ID"] == row.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail.get_body(("plain",)).get_content().splitlines() == ["Bonjour,", "à mardi."]
    assert "<p>Bonjour" in mail.get_body(("html",)).get_content()
    assert (row.state, row.attempts, row.error, row.next_attempt_at) == (EmailState.SENT, 1, "", None)
    assert row.sent_at is not None


def test_the_same_key_is_one_row_and_one_mail(smtp):
    first, second = write(), write(subject="Autre sujet")

    assert first.pk == second.pk
    assert second.subject == "Réunion du 8 mars"
    outbox.send_email(first.pk)
    outbox.send_email(first.pk)
    assert outbox.send_due() == 0
    assert len(smtp.messages) == 1


def test_nothing_leaves_before_the_commit(smtp, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr(jobs, "_send", lambda name, args: sent.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        row = write()
        assert sent == []
    assert len(callbacks) == 1
    assert sent == [("core.send_email", (row.pk,))]


def test_a_rolled_back_change_sends_nothing(smtp, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        try:
            with transaction.atomic():
                write()
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert callbacks == []
    assert not OutgoingEmail.objects.exists()


def test_a_refused_address_fails_at_once_with_the_servers_words(smtp):
    smtp.refuse[ADDRESS] = "550 5.1.1 User unknown"
    row = write()

    assert outbox.send_email(row.pk) is False

    row.refresh_from_db()
    assert row.state == EmailState.FAILED
    assert row.error == f"Le serveur de courriel refuse l’adresse {ADDRESS} : 550 5.1.1 User unknown"
    assert row.next_attempt_at is None


def test_a_refused_message_fails_at_once(smtp):
    smtp.data_answer = "554 5.7.1 Message rejected as spam"
    row = write()
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.FAILED
    assert "554 5.7.1 Message rejected as spam" in row.error


@pytest.mark.parametrize("answer", ["450 4.2.0 Greylisted, come back later", "421 4.3.2 Closing"])
def test_a_put_off_address_is_tried_again_later(smtp, answer):
    smtp.refuse[ADDRESS] = answer
    row = write()

    outbox.send_email(row.pk)

    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    assert answer[4:20] in row.error
    assert timedelta(seconds=50) < row.next_attempt_at - timezone.now() <= timedelta(minutes=1)
    assert outbox.send_email(row.pk) is False, "not before its time"
    smtp.refuse.clear()
    OutgoingEmail.objects.update(next_attempt_at=timezone.now())
    assert outbox.send_email(row.pk) is True
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (EmailState.SENT, 2, "")


def test_a_dead_server_is_tried_with_longer_and_longer_pauses_then_given_up(settings, smtp):
    settings.EMAIL_PORT = free_port()
    row = write()
    pauses = []
    while True:
        now = timezone.now()
        OutgoingEmail.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=now)
        outbox.send_email(row.pk)
        row.refresh_from_db()
        if row.state != EmailState.QUEUED:
            break
        pauses.append(round((row.next_attempt_at - now).total_seconds() / 60))
    assert pauses == [1, 5, 15, 60, 180, 720, 1440, 1440]
    assert row.state == EmailState.FAILED
    assert row.error.startswith("Le serveur de courriel est injoignable")


def test_a_name_that_does_not_resolve_is_told(settings, smtp):
    settings.EMAIL_HOST = "mail.invalid"
    row = write()
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    assert "introuvable (nom « mail.invalid »)" in row.error


def test_a_silent_server_is_not_waited_for(settings, smtp):
    smtp.delay = 3
    settings.EMAIL_TIMEOUT = 0.3
    row = write()
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    assert row.error


def test_without_a_mail_server_the_reason_is_written(settings):
    settings.SOCLE_DEMO, settings.EMAIL_URL = False, ""
    row = write()
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    assert "EMAIL_URL" in row.error


def test_a_pass_sends_all_that_is_due_over_one_connection(smtp):
    for number in range(60):
        write(unique_key=f"essai:{number}", recipient=f"membre{number}@example.org")
    smtp.refuse["membre7@example.org"] = "550 No such user"
    connections = smtp.connections

    assert outbox.send_due() == 59

    assert smtp.connections - connections == 2, "a fresh connection after 50 mails"
    assert sorted(set(smtp.recipients)) == sorted(smtp.recipients)
    assert OutgoingEmail.objects.filter(state=EmailState.FAILED).count() == 1


def test_a_pass_ends_when_the_server_is_down_and_spares_the_others(settings, smtp):
    settings.EMAIL_PORT = free_port()
    for number in range(5):
        write(unique_key=f"essai:{number}")
    assert outbox.send_due() == 0
    assert OutgoingEmail.objects.filter(attempts=0).count() == 4


def test_a_claimed_row_is_nobody_elses_until_the_claim_lapses(smtp):
    row = write()
    now = timezone.now()
    assert outbox.claim(now, row.pk).pk == row.pk
    assert outbox.claim(now) is None
    assert outbox.send_email(row.pk) is False
    # The worker was killed: four minutes later another takes over.
    OutgoingEmail.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert outbox.sweep() is True
    assert outbox.send_due() == 1
    assert len(smtp.messages) == 1


def test_a_late_worker_does_not_overwrite_the_one_that_took_over(smtp):
    row = write()
    late = outbox.claim(timezone.now(), row.pk)
    OutgoingEmail.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert outbox.send_email(row.pk) is True
    outbox._put_off(late, "trop tard")
    row.refresh_from_db()
    assert (row.state, row.error) == (EmailState.SENT, "")


def test_a_mail_that_kills_its_workers_is_given_up(smtp):
    row = write()
    OutgoingEmail.objects.update(attempts=len(outbox.PAUSES) + 3)
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.FAILED
    assert smtp.messages == []


def test_an_unexpected_error_is_visible_and_tried_again(smtp):
    row = write(attachments=[{"artefact": "00000000-0000-0000-0000-000000000000"}])
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    assert row.error.startswith("Une erreur inattendue")


def test_a_mail_past_its_use_is_skipped(smtp):
    row = write(useful_until=timezone.now() - timedelta(minutes=1))
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.SKIPPED
    assert row.error == "Le courriel n’a pas pu partir à temps : il n’est plus utile."
    assert smtp.messages == []


def test_an_attached_text_arrives(smtp):
    attached = {"name": "réunion.ics", "content": "BEGIN:VCALENDAR\r\n", "content_type": "text/calendar"}
    row = write(attachments=[attached])
    outbox.send_email(row.pk)
    [part] = smtp.messages[0].iter_attachments()
    assert part.get_filename() == "réunion.ics"
    assert part.get_content_type() == "text/calendar"


# Hostile input -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject", ["Réunion\r\nBcc: intrus@example.org", "Réunion\nBcc: x", "Réunion\x0bBcc: x", "Réunion\u2028Bcc: x"]
)
def test_no_header_can_be_slipped_into_the_subject(smtp, subject):
    row = write(subject=subject)
    assert outbox.send_email(row.pk) is True
    [mail] = smtp.messages
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Réunion Bcc:")
    assert smtp.recipients == [ADDRESS]


def test_no_header_or_recipient_can_be_slipped_into_a_name(smtp):
    row = write(recipient_name='A" <intrus@example.org>,\r\nBcc: intrus@example.org')
    assert outbox.send_email(row.pk) is True
    assert smtp.recipients == [ADDRESS]
    assert smtp.messages[0]["Bcc"] is None


@pytest.mark.parametrize("address", ["a@example.org\nBcc: b@example.org", "not an address", "a@b@c", "<a@example.org"])
def test_a_broken_address_fails_without_harm(smtp, address):
    row = write(recipient=address)
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.FAILED
    assert row.error.endswith("n’est pas une adresse électronique valable.")
    assert smtp.messages == []


def test_one_line_keeps_french_spaces_and_cuts_long_text():
    assert one_line("à 10\u00a0h\u00a030\u202f!") == "à 10\u00a0h\u00a030\u202f!"
    assert len(one_line("x" * 500)) == 250


# Retry, cancel, demonstration ---------------------------------------------------------


def test_a_failed_mail_can_be_sent_again(smtp):
    smtp.refuse[ADDRESS] = "550 5.2.2 Mailbox full"
    row = write()
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert outbox.can_retry(row) is True
    smtp.refuse.clear()
    assert outbox.retry(row) is True
    assert outbox.retry(row) is False, "a double click puts it back once"
    assert outbox.send_email(row.pk) is True
    assert outbox.retry(row) is False, "sent: nothing to send again"


def test_mails_about_something_cancelled_stay(smtp):
    from tests.taskforce.factories import TaskForceFactory

    body, other = TaskForceFactory(), TaskForceFactory()
    kept = write(unique_key="a", about=body, kind="reminder")
    write(unique_key="b", about=other, kind="reminder")
    assert outbox.cancel(body, ["reminder"], "La réunion est annulée.") == 1
    assert outbox.send_due() == 1
    kept.refresh_from_db()
    assert (kept.state, kept.error) == (EmailState.SKIPPED, "La réunion est annulée.")


def test_a_code_leaves_in_the_request_and_waits_for_a_worker_when_the_server_is_down(
    smtp, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        row = outbox.post(
            outbox.new_row(unique_key="c1", kind="code", recipient=ADDRESS, subject="Code", text="x"), immediate=True
        )
    assert len(smtp.messages) == 1
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    with django_capture_on_commit_callbacks(execute=True):
        row = outbox.post(
            outbox.new_row(unique_key="c2", kind="code", recipient=ADDRESS, subject="Code", text="x"), immediate=True
        )
    row.refresh_from_db()
    assert row.state == EmailState.QUEUED
    settings.EMAIL_PORT = port
    OutgoingEmail.objects.update(next_attempt_at=timezone.now())
    outbox.send_due()
    assert len(smtp.messages) == 2


def test_many_rows_are_few_statements(smtp, django_assert_max_num_queries):
    rows = [
        outbox.new_row(unique_key=f"m:{n}", kind="essai", recipient=f"m{n}@example.org", subject="s", text="t")
        for n in range(300)
    ]
    with django_assert_max_num_queries(8):
        assert outbox.post_many(rows) == 300
    again = [
        outbox.new_row(unique_key=f"m:{n}", kind="essai", recipient=f"m{n}@example.org", subject="s", text="t")
        for n in range(301)
    ]
    assert outbox.post_many(again) == 1
