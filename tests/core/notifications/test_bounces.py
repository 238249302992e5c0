"""Returned mails: the shapes of servers, what closes an address, and that no stranger's text does harm."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone

from core.models import Bounce, EmailState, OutgoingEmail
from core.notifications import delivery, outbox
from core.notifications.reports import read_reports
from core.services.bounces import record
from tests.core.notifications.returned import ADDRESS, postfix, write

pytestmark = pytest.mark.django_db


EXCHANGE = """\
From: "Microsoft Outlook" <MicrosoftExchange329e71ec@example.org>
To: socle@example.org
Subject: Undeliverable: =?utf-8?Q?R=C3=A9union?=
Content-Type: multipart/report; report-type=delivery-status; boundary="_000_"
Message-ID: <exchange-1@example.org>
In-Reply-To: {message_id}
References: {message_id}

--_000_
Content-Type: multipart/alternative; boundary="_001_"

--_001_
Content-Type: text/plain; charset="utf-8"

Your message to aissa.oumarou@example.org couldn't be delivered.
--_001_
Content-Type: text/html; charset="utf-8"

<html><body>Your message couldn't be delivered.</body></html>
--_001_--

--_000_
Content-Type: message/delivery-status

Reporting-MTA: dns;PR0P264MB.FRAP264.PROD.OUTLOOK.COM

Final-recipient: RFC822;aissa.oumarou@example.org
Action: failed
Status: 5.1.10
Diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 aissa.oumarou@example.org not found by SMTP address lookup

--_000_--
"""

QMAIL = """\
Return-Path: <>
From: MAILER-DAEMON@old.example.net
To: socle@example.org
Subject: failure notice
Message-ID: <qmail-1@old.example.net>

Hi. This is the qmail-send program at old.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.

<aissa.oumarou@example.org>:
198.51.100.7 does not like recipient.
Remote host said: 550 5.1.1 unknown user

--- Below this line is a copy of the message.

Message-ID: {message_id}
Subject: =?utf-8?q?R=C3=A9union?=
"""


# What is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("attached", ["text/rfc822-headers", "message/rfc822"])
def test_postfix(sent, attached):
    reading = record([postfix(sent, attached=attached)])
    assert (reading.bounces, reading.hard) == (1, 1)
    bounce = Bounce.objects.get()
    assert bounce.email == sent
    assert bounce.address == ADDRESS
    assert bounce.status == "5.1.1"
    assert bounce.diagnostic == "550 5.1.1 <aissa.oumarou@example.org>: User unknown"


@pytest.mark.parametrize("shape", [EXCHANGE, QMAIL])
def test_other_servers(sent, shape):
    reading = record([shape.format(message_id=sent.message_id).encode()])
    assert (reading.bounces, reading.hard) == (1, 1)
    assert Bounce.objects.get().status in {"5.1.10", "5.1.1"}


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "is_hard"),
    [
        ("failed", "5.1.1", "550 5.1.1 User unknown", True),
        ("failed", "5.1.2", "Host not found", True),
        ("failed", "5.2.1", "550 5.2.1 account disabled", True),
        ("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied", True),
        ("failed", "5.4.4", "no MX", True),
        ("failed", "5.0.0", "550 No such user here", True),
        ("failed", "5.2.2", "552 5.2.2 Mailbox full", False),
        ("failed", "5.3.4", "552 5.3.4 too big", False),
        ("failed", "5.7.1", "554 5.7.1 spam", False),
        ("failed", "5.1.8", "550 5.1.8 sender rejected", False),
        ("failed", "5.0.0", "554 transaction failed", False),
        ("failed", "4.4.7", "451 4.4.7 retry timeout exceeded", False),
        ("delayed", "5.1.1", "user unknown", False),
    ],
)
def test_only_an_address_that_is_none_is_closed(sent, action, status, diagnostic, is_hard):
    record([postfix(sent, action=action, status=status, diagnostic=diagnostic)])
    assert Bounce.objects.get().is_hard is is_hard
    assert bool(delivery.failing_addresses([ADDRESS])) is is_hard


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "inconnu", ""])
def test_good_news_is_no_return(sent, action):
    assert record([postfix(sent, action=action)]).bounces == 0


def test_reading_twice_changes_nothing(sent):
    first, second = record([postfix(sent)] * 2), record([postfix(sent)])
    assert (first.bounces, first.known) == (1, 1)
    assert (second.bounces, second.known) == (0, 1)
    assert Bounce.objects.count() == 1


def test_an_automatic_answer_is_ignored(sent):
    answer = EmailMessage()
    answer["From"], answer["Subject"] = ADDRESS, "Absent du bureau"
    answer["Auto-Submitted"], answer["In-Reply-To"] = "auto-replied", sent.message_id
    answer.set_content("Je suis absente. 550 5.1.1 user unknown")
    assert record([bytes(answer)]).ignored == 1
    assert not Bounce.objects.exists()


def test_a_report_about_no_mail_of_ours_closes_nothing(sent):
    reading = record([postfix(sent, message_id="<devine@example.org>")])
    assert (reading.bounces, reading.ignored) == (0, 1)


def test_a_report_about_a_mail_that_never_left_closes_nothing():
    assert record([postfix(write())]).bounces == 0


# What follows ------------------------------------------------------------------------------


def test_a_closed_address_gets_nothing_until_somebody_tries_again(sent, smtp):
    record([postfix(sent)])
    row = write(2, recipient=ADDRESS.lower())
    assert row.state == EmailState.SKIPPED
    assert "est en échec" in row.error
    assert "User unknown" in row.error
    assert delivery.try_again(ADDRESS.upper()) == 1
    assert write(3).state == EmailState.QUEUED
    record([postfix(sent)])
    assert write(4).state == EmailState.QUEUED, "the old report, read again, closes nothing"


def test_another_address_is_open(sent):
    record([postfix(sent)])
    assert write(2, recipient="aissa@example.net").state == EmailState.QUEUED


def test_a_mail_that_waits_is_not_sent_to_an_address_closed_meanwhile(sent, smtp):
    row = write(2)
    record([postfix(sent)])
    assert outbox.send_email(row.pk) is False
    row.refresh_from_db()
    assert row.state == EmailState.SKIPPED
    assert smtp.messages == []


def test_codes_leave_anyway(sent):
    from core.notifications.base import Mailbox
    from taskforce.notifications.account import AccountMessage

    record([postfix(sent)])
    code = AccountMessage(Mailbox(ADDRESS), prefix="account/email/login_code", values={}, hidden={"code": "BCDF-GHJK"})
    assert code.send().state != EmailState.SKIPPED


def test_many_rows_ask_once(sent, django_assert_max_num_queries):
    record([postfix(sent)])
    rows = [
        outbox.new_row(unique_key=f"m:{n}", kind="essai", recipient=f"m{n}@example.org", subject="s", text="t")
        for n in range(60)
    ]
    with django_assert_max_num_queries(5):
        outbox.post_many(rows)


# Hostile input ---------------------------------------------------------------------------------


def nested(depth):
    """Parts within parts within parts."""
    lines = ["From: MAILER-DAEMON@x", "Content-Type: multipart/report; boundary=b0", ""]
    for level in range(depth):
        lines += [f"--b{level}", f"Content-Type: multipart/mixed; boundary=b{level + 1}", ""]
    return "\r\n".join(lines).encode()


HOSTILE = [
    b"",
    b"\x00" * 5000,
    b"\xff\xfe\xed\xa0\x80" * 1000,
    b"From: a\r\n",
    b"Content-Type: multipart/report; boundary=\r\n\r\n--\r\n",
    b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n" * 20000,
    b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nFinal-Recipient: ;;;@\r\n",
    b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    b"Subject: unsubscribe " + b"a" * 150 + b"\r\n\r\n",
    b"Content-Type: text/plain; charset=bidon\r\nFrom: mailer-daemon@x\r\n\r\n550 5.1.1 \xff\x00 <a@b>",
    b"From: postmaster@x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!" * 50,
    b"From: =?utf-8?b?////?= <mailer-daemon@x>\r\nSubject: =?bidon?q?=ff?=\r\n\r\n550 5.1.1 user unknown <a@b>",
    nested(5000),
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_a_stranger_writes_stops_the_reading(sent, raw):
    reading = record([raw, postfix(sent)])
    assert reading.messages == 2
    assert reading.bounces == 1


def test_hostile_values_are_stored_short_and_plain(sent):
    raw = postfix(sent, diagnostic="550 5.1.1 \x00\x1b[31m" + "é" * 5000 + "\u2028Bcc: x", status="5.1.1 \x00")
    record([raw])
    bounce = Bounce.objects.get()
    assert len(bounce.diagnostic) <= 500
    assert bounce.diagnostic.isprintable()


def test_a_huge_report_is_cut_and_still_read(sent):
    raw = postfix(sent) + b"x" * (40 * 1024 * 1024)
    assert record([raw]).bounces == 1


def test_a_thousand_recipients_are_one_mail_of_ours(sent):
    group = "Final-Recipient: rfc822; {}@example.org\nAction: failed\nStatus: 5.1.1\n\n"
    many = "".join(group.format(n) for n in range(1000))
    raw = postfix(sent).decode().replace("Final-Recipient", many + "Final-Recipient", 1).encode()
    record([raw])
    assert set(Bounce.objects.values_list("address", flat=True)) == {ADDRESS}


def test_read_reports_is_a_plain_function(sent):
    [report] = read_reports(postfix(sent))
    assert report.message_ids[0] == sent.message_id
    assert report.address == "aissa.oumarou@example.org"


def test_a_mail_to_the_unsubscribe_address_ends_its_category():
    from taskforce.notifications.recipients import choice_token
    from taskforce.services.preferences import is_subscribed
    from tests.taskforce.factories import PersonFactory

    person = PersonFactory()
    token = choice_token(person.pk, "reunions")
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "quiconque@example.org", f"unsubscribe {token}"
    mail.set_content("")
    assert record([bytes(mail)]).unsubscribed == 1
    assert not is_subscribed(person, "reunions")
    del mail["Subject"]
    mail["Subject"] = f"unsubscribe {token}x"
    assert record([bytes(mail)]).unsubscribed == 0


def test_the_earliest_report_says_since_when(sent):
    record([postfix(sent)])
    Bounce.objects.update(reported_at=timezone.now() - timedelta(days=3))
    record([postfix(sent).replace(b"20261123080000", b"20261124080000")])
    bounce = delivery.failing_addresses([ADDRESS])[ADDRESS.lower()]
    assert (timezone.now() - bounce.reported_at).days == 3


@pytest.mark.parametrize(
    ("answer", "is_closed"),
    [("550 5.1.1 User unknown", True), ("550 No such user here", True), ("550 5.7.1 Relaying denied", False)],
)
def test_an_address_that_the_server_itself_knows_not_is_closed_too(smtp, answer, is_closed):
    smtp.refuse[ADDRESS] = answer
    row = write()
    outbox.send_email(row.pk)
    row.refresh_from_db()
    assert row.state == EmailState.FAILED
    assert bool(delivery.failing_addresses([ADDRESS])) is is_closed
    smtp.refuse.clear()
    assert outbox.retry(row) is True
    assert outbox.send_email(row.pk) is True


def test_a_preview_says_who_will_not_receive_it(sent, django_assert_max_num_queries):
    from meetings.notifications.reminder import MeetingReminder
    from taskforce.services.preferences import choose
    from tests.taskforce.factories import PersonFactory

    record([postfix(sent)])
    muted, weekly, other = PersonFactory(), PersonFactory(), PersonFactory()
    choose(muted, {MeetingReminder.slug: "never"})
    choose(weekly, {MeetingReminder.slug: "digest"})
    addresses = [ADDRESS, muted.email, weekly.email, other.email, ""]
    with django_assert_max_num_queries(2):
        reasons = delivery.reasons_not_to_send(MeetingReminder, addresses)
    assert set(reasons) == {ADDRESS.lower(), muted.email, weekly.email}
    assert not OutgoingEmail.objects.filter(kind=MeetingReminder.slug).exists()
