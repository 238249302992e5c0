"""`manage.py verify` names every tampering: of rows by SQL that the triggers do not see, and of stored files."""

import random
import re
import uuid
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.documents.services import artefact_now
from core.models import Artefact, OutgoingEmail
from meetings.models import MeetingDecision, SectionVersion
from meetings.queries.fingerprints import minutes_with_fingerprint
from meetings.services.adoption import add_erratum
from meetings.services.verification import NIGHT, verify, verify_by_night
from tests.meetings.circulating import adopted

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    """Two adopted minutes of a body, an erratum on the first."""
    first = adopted()
    second = adopted(first.body, days_ago=20)
    erratum = add_erratum(
        first.minutes, place="context_text", body="<p>Rectifié.</p>", reason="Nom", base_version=2,
        actor=first.secretary.user,
    )  # fmt: skip
    return first, second, erratum


def tamper(sql, params):
    """As somebody who owns the tables: no trigger sees it. They stay off until the transaction is undone."""
    table = re.match(r"(?:UPDATE|DELETE FROM) (\w+)", sql)[1]
    with connection.cursor() as cursor:
        # What waits for the commit holds the table.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        assert cursor.rowcount == 1


class Undo(Exception):
    pass


def test_nothing_to_say_of_what_is_as_it_was(chain):
    first, _second, _erratum = chain
    assert verify(first.body) == []
    out = StringIO()
    call_command("verify", stdout=out)
    assert "are what they were" in out.getvalue()


def changes_of(made, erratum):
    """(what must be named, SQL, parameters) of every kind of change."""
    minutes, approval = made.minutes, made.approval
    section = made.sections["context"]
    link = MeetingDecision.objects.get(meeting=minutes.meeting)
    kept = SectionVersion.objects.filter(section=section).order_by("number")[0]
    update = minutes.meeting.updates.get()
    item = minutes.meeting.agenda.get()
    yield (
        f"section:{section.pk}",
        "UPDATE meetings_minutessection SET body = %s WHERE id = %s",
        ["<p>{}</p>", section.pk],
    )
    yield f"section:{section.pk}", "UPDATE meetings_minutessection SET position = 77 WHERE id = %s", [section.pk]
    yield f"section-version:{kept.pk}", "UPDATE meetings_sectionversion SET body = %s WHERE id = %s", ["{}", kept.pk]
    yield f"section-version:{kept.pk}", "DELETE FROM meetings_sectionversion WHERE id = %s", [kept.pk]
    yield f"update:{update.pk}", "UPDATE meetings_agencyupdate SET body = %s WHERE id = %s", ["{}", update.pk]
    yield f"update:{update.pk}", "UPDATE meetings_agencyupdate SET label = %s WHERE id = %s", ["{}", update.pk]
    yield f"decision:{link.pk}", "UPDATE taskforce_decision SET text = %s WHERE id = %s", ["{}", link.decision_id]
    yield f"decision:{link.pk}", "UPDATE taskforce_decision SET mode = 'vote' WHERE id = %s", [link.decision_id]
    yield f"decision:{link.pk}", "DELETE FROM meetings_meetingdecision WHERE id = %s", [link.pk]
    yield f"item:{item.pk}", "UPDATE meetings_agendaitem SET title = %s WHERE id = %s", ["{}", item.pk]
    yield f"minutes:{minutes.pk}", "UPDATE meetings_minutes SET state = 'draft' WHERE id = %s", [minutes.pk]
    yield f"minutes:{minutes.pk}", "UPDATE meetings_minutes SET observations_until = NULL WHERE id = %s", [minutes.pk]
    yield (
        "version:1",
        "UPDATE meetings_minutesversion SET content = %s WHERE minutes_id = %s AND number = 1",
        ["{}", minutes.pk],
    )
    yield "version:2", "UPDATE meetings_minutesversion SET sha256 = %s WHERE id = %s", ["f" * 64, approval.version_id]
    yield "version:1", "DELETE FROM meetings_minutesversion WHERE minutes_id = %s AND number = 1", [minutes.pk]
    yield (
        f"approval:{approval.pk}",
        "UPDATE meetings_minutesapproval SET remarks = %s WHERE id = %s",
        ["{}", approval.pk],
    )
    yield (
        f"approval:{approval.pk}",
        "UPDATE meetings_minutesapproval SET record = %s WHERE id = %s",
        ["{}", approval.pk],
    )
    yield (
        f"approval:{approval.pk}",
        "UPDATE meetings_minutesapproval SET fingerprint = %s WHERE id = %s",
        ["e" * 64, approval.pk],
    )
    yield (
        f"approval:{approval.pk}",
        "UPDATE meetings_minutesapproval SET adopted_on = '2011-01-01' WHERE id = %s",
        [approval.pk],
    )
    yield f"approval:{approval.pk}", "DELETE FROM meetings_minutesapproval WHERE id = %s", [approval.pk]
    yield f"erratum:{erratum.pk}", "UPDATE meetings_erratum SET reason = %s WHERE id = %s", ["{}", erratum.pk]
    yield f"erratum:{erratum.pk}", "UPDATE meetings_erratum SET after = %s WHERE id = %s", ["{}", erratum.pk]
    yield f"erratum:{erratum.pk}", "DELETE FROM meetings_erratum WHERE id = %s", [erratum.pk]


def test_each_of_two_hundred_tamperings_is_named(chain, settings, tmp_path):
    first, _second, erratum = chain
    chance = random.Random(2016)
    changes = list(changes_of(first, erratum))
    data = b"%PDF-1.7 ce qui a ete remis"
    artefact = stored_file(first.minutes, data)
    path = Path(default_storage.path(artefact.file.name))
    for number in range(200):
        if number % 10 == 9:
            # A replaced, cut or lost file.
            bad = bytearray(data)
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
            path.unlink()
            if number % 20 == 9:
                path.write_bytes(bytes(bad))
            found = verify(first.body)
            assert [one.what for one in found] == [f"file:{artefact.filename} v{artefact.version}"], number
            path.unlink(missing_ok=True)
            path.write_bytes(data)
            continue
        what, sql, params = chance.choice(changes)
        params = [param.format(chance.random()) if isinstance(param, str) else param for param in params]
        with pytest.raises(Undo), transaction.atomic():
            tamper(sql, params)
            found = verify(first.body)
            assert what in {one.what for one in found}, (number, sql)
            raise Undo
    assert verify(first.body) == []


def stored_file(minutes, data):
    import hashlib

    artefact = Artefact(
        document="minutes", object_id=minutes.pk, format="pdf", version=1, filename="compte-rendu.pdf",
        sha256=hashlib.sha256(data).hexdigest(), content_sha256=uuid.uuid4().hex * 2, size=len(data),
    )  # fmt: skip
    artefact.file.name = f"artefacts/test/{artefact.pk}.pdf"
    path = Path(default_storage.path(artefact.file.name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    artefact.save(force_insert=True)
    return artefact


def test_the_command_fails_and_the_secretariat_is_told_once_a_day(chain):
    first, _second, _erratum = chain
    tamper("UPDATE meetings_minutessection SET body = 'x' WHERE id = %s", [first.sections["context"].pk])
    with pytest.raises(CommandError, match="1 tampering"):
        call_command("verify", body=first.body.slug, stdout=StringIO())
    night = datetime.now(first.body.tz).replace(hour=NIGHT, minute=15)
    assert verify_by_night(night + timedelta(hours=1)) == 0
    assert verify_by_night(night) == 1
    verify_by_night(night)
    told = OutgoingEmail.objects.filter(kind="minutes-tampered", recipient=first.secretary.email)
    assert told.count() == 1
    assert f"section:{first.sections['context'].pk}" in told.get().text


def test_a_printed_fingerprint_leads_to_its_version(chain):
    first, second, erratum = chain
    kept = first.approval.version.sha256
    found = minutes_with_fingerprint(kept)
    assert (found.minutes, found.is_latest) == (first.minutes, False)
    assert [version.number for version in found.versions] == [2, 1]
    assert minutes_with_fingerprint(erratum.version.sha256).is_latest
    assert minutes_with_fingerprint(second.approval.version.sha256).is_latest
    assert minutes_with_fingerprint("0" * 64) is None


def test_the_pdf_prints_the_fingerprint_of_the_kept_text_and_the_file_leads_there(chain):
    _first, second, _erratum = chain
    artefact = artefact_now("minutes", second.minutes.pk, "pdf")
    found = minutes_with_fingerprint(artefact.sha256)
    assert found.is_file and found.is_latest
    assert minutes_with_fingerprint(artefact.content_sha256).minutes == second.minutes
