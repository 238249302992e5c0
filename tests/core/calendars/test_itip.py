"""Messages from anybody: read, or refused in one way; never anything else."""

import base64
import random
from datetime import UTC, date, datetime

import pytest

from core.calendars.itip import UnreadableError, address, message_id_of, read_calendar, read_message

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//X//X//EN
METHOD:REPLY
BEGIN:VEVENT
UID:abc@socle
DTSTAMP:20261101T100000Z
SEQUENCE:2
{recurrence}ATTENDEE;PARTSTAT=ACCEPTED;CN="Abdou, Aïssa":MAILTO:Aissa@Example.org
COMMENT:Je viens\\, un peu en retard
END:VEVENT
END:VCALENDAR
"""


def calendar(recurrence=""):
    return CALENDAR.format(recurrence=recurrence).replace("\n", "\r\n")


def mail(body=None, *, kind='text/calendar; method=REPLY; charset="utf-8"', encoding="8bit", **headers):
    heads = {
        "From": "Aïssa <aissa@example.org>",
        "Message-ID": "<1@example.org>",
        "Subject": "Accepté : réunion",
        "MIME-Version": "1.0",
        "Content-Type": kind,
        "Content-Transfer-Encoding": encoding,
        **headers,
    }
    top = "\r\n".join(f"{name}: {value}" for name, value in heads.items()).encode()
    content = calendar().encode() if body is None else body
    return top + b"\r\n\r\n" + content


def test_a_plain_answer():
    received = read_message(mail())
    assert (received.sender, received.method) == ("aissa@example.org", "REPLY")
    (reply,) = received.replies
    assert (reply.uid, reply.attendee, reply.partstat) == ("abc@socle", "aissa@example.org", "ACCEPTED")
    assert (reply.sequence, reply.stamped_at) == (2, datetime(2026, 11, 1, 10, tzinfo=UTC))
    assert reply.comment == "Je viens, un peu en retard"


def test_encodings():
    encoded = base64.encodebytes(calendar().encode())
    assert read_message(mail(encoded, encoding="base64")).replies[0].uid == "abc@socle"
    import quopri

    quoted = quopri.encodestring(calendar().encode())
    assert read_message(mail(quoted, encoding="quoted-printable")).replies[0].comment.startswith("Je viens")
    latin = mail(calendar().encode("latin-1"), kind="text/calendar; method=REPLY; charset=iso-8859-1")
    assert read_message(latin).replies[0].attendee == "aissa@example.org"
    for charset in ("klingon-7", "utf-16", ""):
        kind = f'text/calendar; charset="{charset}"'
        try:
            read_message(mail(kind=kind))
        except UnreadableError:
            assert charset == "utf-16"


def test_outlook_wraps_it_in_parts():
    body = (
        b"--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n"
        b"--y\r\nContent-Type: text/plain\r\n\r\nAccept\r\n"
        b"--y\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(calendar("RECURRENCE-ID;TZID=W. Central Africa Standard Time:20261110T103000\n").encode())
        + b"\r\n--y--\r\n--x--\r\n"
    )
    (reply,) = read_message(mail(body, kind="multipart/mixed; boundary=x")).replies
    assert reply.recurrence_id.astimezone(UTC) == datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("RECURRENCE-ID:20261110T093000Z\n", datetime(2026, 11, 10, 9, 30, tzinfo=UTC)),
        ("RECURRENCE-ID:20261110T103000\n", datetime(2026, 11, 10, 10, 30)),
        ("RECURRENCE-ID;VALUE=DATE:20261110\n", date(2026, 11, 10)),
    ],
)
def test_occurrences(written, read):
    assert read_calendar(calendar(written))[1][0].recurrence_id == read


@pytest.mark.parametrize(
    ("subject", "partstat"),
    [
        ("Accepté : Réunion", "ACCEPTED"),
        ("=?utf-8?q?Refus=C3=A9_=3A_R=C3=A9union?=", "DECLINED"),
        ("Tentative: Meeting", "TENTATIVE"),
        ("Re: Accepté", ""),
        ("Réponse", ""),
    ],
)
def test_subjects(subject, partstat):
    received = read_message(mail(b"texte", kind="text/plain", Subject=subject))
    assert (received.method, received.replies) == ("", ())
    assert received.partstat_of_subject == partstat


def test_a_file_when_there_is_no_other_part():
    file = mail(kind='application/octet-stream; name="reponse.ics"')
    assert read_message(file).replies[0].uid == "abc@socle"


def nested(depth):
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"From: a@example.org\r\n" + opened


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"From: \xff\xfe <a@b>\r\nSubject: =?x?y?z?=\r\n\r\n",
        nested(3000),
        mail(b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000),
        mail(b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
        mail(b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n"),
        mail(b"x" * 300_000),
        mail(calendar().replace("SEQUENCE:2", "SEQUENCE:-9" + "9" * 50).encode()),
        mail(calendar().replace("DTSTAMP:20261101T100000Z", "DTSTAMP:hier").encode()),
        mail(calendar().replace("abc@socle", "\x00" * 10 + "é" * 5000).encode()),
        mail(From="<<<>>>@@@,,,;:"),
        mail(From="x" * 100_000),
        mail(encoding="base64"),
        mail(encoding="x-uuencode"),
        b"a" * (6 * 1024 * 1024),
    ],
)
def test_hostile_messages(content):
    try:
        received = read_message(content)
    except UnreadableError:
        return
    for reply in received.replies:
        assert "\x00" not in reply.uid
        assert len(reply.uid) <= 255
        assert len(reply.attendee) <= 254
    assert len(message_id_of(content)) <= 255


def test_noise():
    """Bytes changed at random in a good message: read, or refused."""
    rng = random.Random(5546)
    good = mail()
    for _round in range(300):
        noisy = bytearray(good)
        for _change in range(rng.randint(1, 30)):
            noisy[rng.randrange(len(noisy))] = rng.randrange(256)
        try:
            read_message(bytes(noisy))
        except UnreadableError:
            continue


def test_a_message_without_an_id_has_one_of_its_own():
    content = mail(**{"Message-ID": ""})
    assert message_id_of(content) == message_id_of(content) != message_id_of(content + b" ")


def test_addresses():
    assert address("MAILTO:A.B@Example.ORG") == "a.b@example.org"
    assert address("Aïssa <a@example.org>") == "a@example.org"
    assert address("urn:uuid:1") == ""
