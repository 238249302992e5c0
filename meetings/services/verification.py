"""Checking that adopted minutes are what was adopted: the chain of each body, the rows, the stored files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.models import Artefact
from core.notifications.base import send_many
from meetings.documents.minutes import MinutesDocument
from meetings.enums import MinutesState, VersionKind
from meetings.models import Erratum, Minutes, MinutesApproval, MinutesVersion
from meetings.notifications.minutes_tampered import MinutesTampered
from meetings.records import act_of, chained, erratum_record, excerpt, frozen_rows, versions_before, written
from taskforce.models import Person, TaskForce
from taskforce.queries.roster import secretaries_of

ADOPTED = (MinutesState.APPROVED, MinutesState.PUBLISHED)
BLOCK = 1 << 20
NIGHT = 2


@dataclass(frozen=True)
class Tampering:
    """Something that is not what it was. `what` names the row or the file, `detail` what is wrong with it."""

    body: str
    minutes: str
    what: str
    detail: str

    def __str__(self) -> str:
        return " · ".join(part for part in (self.body, self.minutes, self.what, self.detail) if part)


def verify(body: TaskForce) -> list[Tampering]:
    """Every tampering of the body's adopted minutes, versions and files; empty when all is as it was."""
    return list(_verify(body))


def _verify(body: TaskForce) -> Iterator[Tampering]:
    approvals = list(
        MinutesApproval.objects.filter(Q(task_force=body) | Q(minutes__meeting__task_force=body))
        .select_related("version", "minutes__meeting__task_force")
        .order_by("number", "pk")
        .distinct()
    )
    previous = ""
    for expected, approval in enumerate(approvals, start=1):
        say = _speaker(body, approval.minutes)
        if approval.number != expected:
            text = _("la chaîne porte le n° %(found)d à la place du n° %(expected)d")
            yield say(f"approval:{approval.pk}", text % {"found": approval.number, "expected": expected})
        if approval.previous != previous:
            yield say(f"approval:{approval.pk}", _("ne suit pas l’empreinte de l’adoption précédente"))
        if chained(approval.previous, approval.record) != approval.fingerprint:
            yield say(f"approval:{approval.pk}", _("l’empreinte n’est pas celle de l’acte"))
        yield from _record(approval, say)
        yield from _errata(approval, say)
        previous = approval.fingerprint
    yield from _minutes(body, {approval.minutes_id for approval in approvals})
    yield from _lost(body)
    yield from _versions(body)
    yield from _files(body)


def _speaker(body: TaskForce, minutes: Minutes) -> Any:
    return lambda what, detail: Tampering(str(body), f"{minutes.meeting.date:%Y-%m-%d}", what, detail)


def _record(approval: MinutesApproval, say: Any) -> Iterator[Tampering]:
    """The act and the rows against what was written down at the adoption."""
    try:
        record = json.loads(approval.record)
        act, versions, rows = record["act"], record["versions"], record["rows"]
    except (ValueError, KeyError, TypeError):
        yield say(f"approval:{approval.pk}", _("l’acte n’est plus lisible"))
        return
    now = json.loads(written(act_of(approval)))
    yield from _compared(f"approval:{approval.pk}", act, now, say)
    found = json.loads(written(versions_before(approval.minutes, int(act["version"]))))
    yield from _compared_rows("version", versions, found, say)
    yield from _compared_rows("", rows, json.loads(written(frozen_rows(approval.minutes))), say)


def _compared_rows(name: str, before: dict[str, Any], now: dict[str, Any], say: Any) -> Iterator[Tampering]:
    for key in sorted(before.keys() | now.keys()):
        what = f"{name}:{key}" if name else key
        if key not in now:
            yield say(what, _("a disparu"))
        elif key not in before:
            yield say(what, _("a été ajouté après l’adoption"))
        else:
            yield from _compared(what, before[key], now[key], say)


def _compared(what: str, before: dict[str, Any], now: dict[str, Any], say: Any) -> Iterator[Tampering]:
    for field in sorted(before.keys() | now.keys()):
        if before.get(field) != now.get(field):
            text = _("%(field)s : « %(before)s » est devenu « %(now)s »")
            facts = {"field": field, "before": excerpt(before.get(field)), "now": excerpt(now.get(field))}
            yield say(what, text % facts)


def _errata(approval: MinutesApproval, say: Any) -> Iterator[Tampering]:
    previous = approval.fingerprint
    errata = Erratum.objects.filter(minutes=approval.minutes_id).select_related("version").order_by("number")
    for expected, erratum in enumerate(errata, start=1):
        what = f"erratum:{erratum.pk}"
        if erratum.number != expected:
            yield say(what, _("les rectificatifs ne se suivent pas"))
        if erratum.previous != previous:
            yield say(what, _("ne suit pas l’empreinte de l’acte précédent"))
        if chained(erratum.previous, erratum_record(erratum)) != erratum.fingerprint:
            yield say(what, _("l’empreinte n’est pas celle du rectificatif"))
        previous = erratum.fingerprint


def _minutes(body: TaskForce, approved: set[int]) -> Iterator[Tampering]:
    """State and act agree; a version says of what act it is."""
    rows = Minutes.objects.filter(meeting__task_force=body).select_related("meeting__task_force")
    adopted_texts = MinutesVersion.objects.filter(kind=VersionKind.ADOPTED).values("minutes")
    for minutes in rows.filter(pk__in=approved).exclude(state__in=ADOPTED):
        detail = _("adopté, mais l’état est « %(state)s »") % {"state": minutes.state}
        yield _speaker(body, minutes)(f"minutes:{minutes.pk}", detail)
    for minutes in rows.filter(pk__in=adopted_texts).exclude(pk__in=approved):
        yield _speaker(body, minutes)(f"minutes:{minutes.pk}", _("l’acte d’adoption a disparu"))
    errata = MinutesVersion.objects.filter(minutes__meeting__task_force=body, kind=VersionKind.ERRATUM, erratum=None)
    for version in errata.select_related("minutes__meeting__task_force"):
        yield _speaker(body, version.minutes)(f"version:{version.number}", _("son rectificatif a disparu"))


def _lost(body: TaskForce) -> Iterator[Tampering]:
    """Acts that the history knows and the tables do not hold any more."""
    approvals = MinutesApproval.pgh_event_model.objects  # type: ignore[attr-defined]
    gone = approvals.filter(task_force_id=body.pk).exclude(pgh_obj_id__in=MinutesApproval.objects.values("pk"))
    for pk in sorted(set(gone.values_list("pgh_obj_id", flat=True))):
        yield Tampering(str(body), "", f"approval:{pk}", _("l’acte d’adoption a disparu"))
    errata = Erratum.pgh_event_model.objects  # type: ignore[attr-defined]
    gone = errata.filter(minutes__meeting__task_force=body).exclude(pgh_obj_id__in=Erratum.objects.values("pk"))
    for pk in sorted(set(gone.values_list("pgh_obj_id", flat=True))):
        yield Tampering(str(body), "", f"erratum:{pk}", _("le rectificatif a disparu"))


def _versions(body: TaskForce) -> Iterator[Tampering]:
    versions = MinutesVersion.objects.filter(minutes__meeting__task_force=body)
    expected: dict[int, int] = {}
    for version in versions.select_related("minutes__meeting__task_force").order_by("minutes", "number").iterator(50):
        say = _speaker(body, version.minutes)
        number = expected.get(version.minutes_id, 0) + 1
        if version.number != number:
            yield say(f"version:{version.number}", _("les versions ne se suivent pas"))
        expected[version.minutes_id] = version.number
        if hashlib.sha256(version.content.encode()).hexdigest() != version.sha256:
            yield say(f"version:{version.number}", _("le texte n’a plus son empreinte"))


def _files(body: TaskForce) -> Iterator[Tampering]:
    """The stored files of the minutes, previews left out."""
    kept = Minutes.objects.filter(meeting__task_force=body)
    artefacts = Artefact.objects.filter(
        document=MinutesDocument.slug, is_preview=False, object_id__in=kept.values("pk")
    ).order_by("created_at")
    for artefact in artefacts.iterator(100):
        say = Tampering(str(body), "", f"file:{artefact.filename} v{artefact.version}", "")
        problem = _file_problem(artefact)
        if problem:
            yield Tampering(say.body, say.minutes, say.what, problem)


def _file_problem(artefact: Artefact) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with artefact.file.open("rb") as stored:
            while block := stored.read(BLOCK):
                digest.update(block)
                size += len(block)
    except (OSError, ObjectDoesNotExist):
        return _("le fichier n’est plus là ou n’est plus lisible")
    if digest.hexdigest() != artefact.sha256 or size != artefact.size:
        return _("le fichier n’a plus son empreinte")
    return ""


# The nightly check ----------------------------------------------------------------------------------


def verify_all() -> list[Tampering]:
    """Every body, one after the other."""
    return [found for body in TaskForce.objects.order_by("pk") for found in verify(body)]


def verify_by_night(now: datetime | None = None) -> int:
    """Called every hour: check the bodies where it is now the hour `NIGHT`. How many tamperings."""
    now = now or timezone.now()
    bodies = TaskForce.objects.order_by("pk")
    return verify_and_tell([body for body in bodies if timezone.localtime(now, body.tz).hour == NIGHT])


def verify_and_tell(bodies: Iterable[TaskForce]) -> int:
    """Check these bodies; the secretariat and the administrators are written to about what was found. How many."""
    count = 0
    for body in bodies:
        found = verify(body)
        count += len(found)
        if found:
            _tell(body, found)
    return count


def _tell(body: TaskForce, found: list[Tampering]) -> None:
    lines = [str(one) for one in found]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]
    people = {person.pk: person for person in secretaries_of(body)}
    administrators = Person.objects.filter(user__is_active=True, user__is_administrator=True)
    people |= {person.pk: person for person in administrators}
    # Told again each day while it lasts.
    day = timezone.localdate(timezone=body.tz).isoformat()
    with override(body.language):
        send_many(
            [MinutesTampered(person, body=body, problems=lines, digest=f"{day}:{digest}") for person in people.values()]
        )
