"""A mail that was sent, and the report of a server that it came back."""

from core.notifications import outbox

ADDRESS = "Aissa.Oumarou@example.org"


def write(n=1, **changes):
    row = outbox.new_row(
        **{
            "unique_key": f"essai:{n}",
            "kind": "essai",
            "recipient": ADDRESS,
            "subject": "Réunion",
            "text": "Bonjour",
            **changes,
        }
    )
    return outbox.post(row)


POSTFIX = """\
Return-Path: <>
Date: Mon, 23 Nov 2026 08:00:00 +0000
From: MAILER-DAEMON@mail.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: socle@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B/x"
Message-Id: <20261123080000.ABC@mail.example.net>

--B/x
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B/x
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
X-Postfix-Queue-ID: ABC
Arrival-Date: Mon, 23 Nov 2026 08:00:00 +0000

Final-Recipient: rfc822; aissa.oumarou@example.org
Original-Recipient: rfc822;aissa.oumarou@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {diagnostic}

--B/x
Content-Description: Undelivered Message
Content-Type: {attached}

From: Socle <socle@example.org>
To: aissa.oumarou@example.org
Subject: =?utf-8?q?R=C3=A9union?=
Message-ID: {message_id}

--B/x--
"""


def postfix(row, **changes):
    facts = {
        "action": "failed",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 <aissa.oumarou@example.org>: User unknown",
        "attached": "text/rfc822-headers",
        "message_id": row.message_id,
    }
    return POSTFIX.format(**{**facts, **changes}).encode()
