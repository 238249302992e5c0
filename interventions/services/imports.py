"""Coverage files on their way in: received, corrected, confirmed, put aside. Reading and writing one: `imports.batches`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.history import recorded
from core.jobs import enqueue
from core.text import normalise
from core.uploads import Checked, check_upload
from core.validators import validate_texts
from core.workflow import transition
from interventions.enums import ImportState, MappingKind
from interventions.models import ImportBatch, ImportIssue, ImportMapping, ImportProvider, ImportRow
from interventions.services.stale import check_version
from taskforce.models import Country

TASK = "interventions.work_on_import"
KINDS = ("xlsx", "ods", "csv", "txt", "geojson", "json", "xml")
# A worker's claim, renewed while it works: a killed one frees it after this.
CLAIM = timedelta(seconds=60)
MAX_ATTEMPTS = 3
AT_WORK = (ImportState.RECEIVED, ImportState.APPLYING, ImportState.UNDOING)
# Where a batch stands again when its worker gave up.
BACK = {
    ImportState.RECEIVED: ImportState.REFUSED,
    ImportState.APPLYING: ImportState.READ,
    ImportState.UNDOING: ImportState.APPLIED,
}
CHUNK = 1000
# Rows and remarks of a file that is finished with, and a file that nobody confirmed. What undoing needs stays.
ROWS_KEPT = timedelta(days=90)
WRITTEN_LENGTH, CHOSEN_LENGTH = 250, 120
# What somebody corrected in one file; nobody types more.
MOST_CORRECTIONS = 5000


# Providers --------------------------------------------------------------------------------------------


def provider_called(country: Country, name: str) -> ImportProvider:
    """The provider of that name, made when it is new."""
    name = " ".join(name.split())
    validate_texts({"provider": name})
    if not name:
        raise ValidationError({"provider": _("Indiquez qui a envoyé ce fichier.")})
    if len(name) > 120:
        raise ValidationError({"provider": _("120 caractères au plus.")})
    return ImportProvider.objects.get_or_create(
        country=country, normalised=normalise(name)[:120], defaults={"name": name}
    )[0]


def remembered(provider: ImportProvider) -> dict[str, Any]:
    """What was corrected in the files of this provider, as a mapping of `imports.coverage.read`."""
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    for kind, written, chosen in provider.mappings.values_list("kind", "written", "chosen"):
        if kind == MappingKind.COLUMN:
            columns[written] = chosen
        else:
            values.setdefault(kind, {})[written] = chosen
    return {"columns": columns, "values": values}


def _remember(provider: ImportProvider, columns: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> None:
    chosen = {(str(MappingKind.COLUMN), written): field for written, field in columns.items()}
    chosen |= {(kind, written): one for kind, words in values.items() for written, one in words.items()}
    rows = {
        (kind, normalise(written)[:WRITTEN_LENGTH]): ImportMapping(
            provider=provider,
            kind=kind,
            written=written[:WRITTEN_LENGTH],
            normalised=normalise(written)[:WRITTEN_LENGTH],
            chosen=meaning[:CHOSEN_LENGTH],
            updated_at=timezone.now(),
        )
        for (kind, written), meaning in chosen.items()
        if written
    }
    ImportMapping.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["provider", "kind", "normalised"],
        update_fields=["written", "chosen", "updated_at"],
    )


# Received and corrected -------------------------------------------------------------------------------


def check_table(file: Any) -> Checked:
    """What the file is. Raises ValidationError for one that is no table."""
    checked = check_upload(file, also=KINDS)
    if checked.extension not in KINDS:
        raise ValidationError(
            _("« %(name)s » n’est pas un tableau. Enregistrez-le au format .xlsx, .ods ou .csv, puis importez-le."),
            code="no-table",
            params={"name": checked.name},
        )
    return checked


def receive(
    country: Country,
    file: Any,
    *,
    provider: str,
    actor: Any,
    default_year: int | None = None,
    vintage: str = "",
) -> tuple[ImportBatch, bool]:
    """Keep the file, to be read: the batch, and whether it is new.

    The same file brought in again by the same person while its batch is open is that batch. Raises ValidationError.
    """
    checked = check_table(file)
    with recorded(actor) as who:
        # Two clicks: the second waits here and finds what the first kept.
        Country.objects.select_for_update(no_key=True).get(pk=country.pk)
        twin = ImportBatch.objects.filter(
            country=country,
            created_by=who.user,
            sha256=checked.sha256,
            state__in=[ImportState.RECEIVED, ImportState.READ, ImportState.APPLYING],
        ).first()
        if twin is not None:
            return twin, False
        sender = provider_called(country, provider)
        batch = ImportBatch(
            country=country,
            provider=sender,
            name=checked.name,
            sha256=checked.sha256,
            size=checked.size,
            default_year=default_year,
            vintage=vintage,
            mapping=remembered(sender),
            created_by=who.user,
        )
        batch.file.save(f"{checked.sha256[:32]}.{checked.extension}", file, save=False)
        try:
            batch.save()
        except BaseException:
            batch.file.storage.delete(batch.file.name)
            raise
    return batch, True


def correct(batch: ImportBatch, *, actor: Any, version: int, **corrections: Any) -> ImportBatch:
    """Have the file read again with what somebody corrected.

    `corrections`: sheets (titles), headers {sheet: row}, columns {heading: field}, values {kind: {written: chosen}},
    cells {sheet: {row: {letter: text}}}, left_out {sheet: {row: bool}}, default_year, vintage. What is not named stays.
    Columns and values are remembered for the provider's next file. Raises Stale, ValidationError, TransitionRefused.
    """
    with recorded(actor):
        current = _held(batch)
        if current.state not in {ImportState.READ, ImportState.REFUSED}:
            raise ValidationError(_("Cet import ne se corrige plus. Rechargez la page."), code="closed")
        check_version(current, version)
        mapping = dict(current.mapping)
        for name in ("sheets", "headers"):
            if name in corrections:
                mapping[name] = corrections[name]
        if "columns" in corrections:
            mapping["columns"] = {**mapping.get("columns", {}), **corrections["columns"]}
        for name in ("values", "cells", "left_out"):
            if name in corrections:
                mapping[name] = merged(mapping.get(name, {}), corrections[name])
        _check_size(mapping)
        _remember(current.provider, corrections.get("columns", {}), corrections.get("values", {}))
        changes = {name: corrections[name] for name in ("default_year", "vintage") if name in corrections}
        transition(current, ImportState.RECEIVED, actor=actor, mapping=mapping, **changes, **_fresh(current))
    return current


def merged(known: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """`known` with what `more` says, at every depth."""
    result = dict(known)
    for key, value in more.items():
        key = str(key)
        before = result.get(key)
        result[key] = (
            merged(before if isinstance(before, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return result


def _check_size(mapping: Mapping[str, Any]) -> None:
    cells = sum(len(row) for sheet in mapping.get("cells", {}).values() for row in sheet.values())
    words = sum(len(one) for one in mapping.get("values", {}).values())
    if cells + words + len(mapping.get("columns", {})) > MOST_CORRECTIONS:
        raise ValidationError(
            _("Plus de %(most)d corrections : corrigez plutôt le fichier, puis importez-le de nouveau.")
            % {"most": MOST_CORRECTIONS},
            code="too-many",
        )


def _fresh(batch: ImportBatch) -> dict[str, Any]:
    """What a batch is given that a worker is to take."""
    return {
        "version": batch.version + 1,
        "attempts": 0,
        "claimed_until": None,
        "progress": 0,
        "progress_total": 0,
        "error": "",
    }


def _held(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).select_related("provider", "country").get(pk=batch.pk)


# Confirmed, undone, put aside -------------------------------------------------------------------------


def confirm(batch: ImportBatch, *, version: int, actor: Any) -> ImportBatch:
    """Have what the dry run shows written, all or nothing. Raises Stale, ValidationError, TransitionRefused."""
    with recorded(actor) as who:
        current = _held(batch)
        if current.state != ImportState.READ:
            raise ValidationError(_("Cet import est déjà confirmé ou écarté. Rechargez la page."), code="closed")
        check_version(current, version)
        if not changes_of(current):
            raise ValidationError(_("Ce fichier ne change rien : il n’y a rien à enregistrer."), code="nothing")
        transition(current, ImportState.APPLYING, actor=actor, confirmed_by=who.user, **_fresh(current))
        ask_for_work(current)
    return current


def changes_of(batch: ImportBatch) -> int:
    """How many rows would be new or change something."""
    counts = batch.findings.get("counts", {})
    return int(counts.get("new", 0)) + int(counts.get("changed", 0))


def undo(batch: ImportBatch, *, actor: Any) -> ImportBatch:
    """Have what the batch wrote taken back; what somebody wrote since stays. Raises TransitionRefused."""
    with recorded(actor) as who:
        current = _held(batch)
        transition(current, ImportState.UNDOING, actor=actor, undone_by=who.user, **_fresh(current))
        ask_for_work(current)
    return current


def discard(batch: ImportBatch, *, actor: Any) -> None:
    """Put the file aside: nothing of it is written. Raises TransitionRefused."""
    with recorded(actor):
        transition(batch, ImportState.DISCARDED, actor=actor)
        batch.rows.all().delete()
        batch.issues.all().delete()


# Workers ----------------------------------------------------------------------------------------------


def ask_for_work(batch: ImportBatch) -> None:
    """A worker takes it after the transaction; a message that is lost is sent again by `requeue_lost`."""
    enqueue(TASK, batch.pk)


def claim(pk: int) -> ImportBatch | None:
    """The batch, for who is going to work on it; None when somebody else does or nothing is left to do."""
    now = timezone.now()
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("country", "provider", "created_by", "confirmed_by", "undone_by")
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=now), pk=pk, state__in=AT_WORK)
            .first()
        )
        if batch is None:
            return None
        if batch.attempts >= MAX_ATTEMPTS:
            told = _(
                "Le travail sur ce fichier s’est interrompu %(count)s fois ; rien n’en est enregistré. "
                "Importez-le en plusieurs parties, ou prévenez l’administration."
            ) % {"count": batch.attempts}
            _step_back(batch, told)
            return None
        batch.attempts += 1
        batch.claimed_until = now + CLAIM
        batch.save(update_fields=["attempts", "claimed_until"])
    return batch


def mine(batch: ImportBatch) -> Any:
    """The row, as long as this claim holds: a worker that slept too long has lost it."""
    return ImportBatch.objects.filter(pk=batch.pk, state=batch.state, attempts=batch.attempts)


def _holds(batch: ImportBatch) -> bool:
    """Whether the claim holds, with its row locked until the transaction ends."""
    return bool(mine(batch).select_for_update(of=("self",)).values_list("pk", flat=True).first())


class ClaimLost(Exception):
    """Another worker took over: what this one did is not kept."""


def finish(batch: ImportBatch, to: str, *, actor: Any = SYSTEM, **changes: Any) -> None:
    """End the work of this claim, in the transaction of what it wrote. Raises ClaimLost."""
    if not _holds(batch):
        raise ClaimLost
    transition(batch, to, actor=actor, claimed_until=None, **changes)


def store_reading(
    batch: ImportBatch,
    rows: Iterable[ImportRow],
    issues: Iterable[ImportIssue],
    *,
    findings: dict[str, Any],
    digest: str,
    error: str = "",
) -> None:
    """Keep what was read in place of what was read before. Raises ClaimLost."""
    with transaction.atomic():
        finish(batch, ImportState.READ, findings=findings, digest=digest, error=error)
        batch.rows.all().delete()
        batch.issues.all().delete()
        ImportRow.objects.bulk_create(rows, batch_size=CHUNK)
        ImportIssue.objects.bulk_create(issues, batch_size=CHUNK)


def give_up(batch: ImportBatch, message: str, **changes: Any) -> None:
    """End the work of this claim without its effect, and say why. Nothing when another worker took over."""
    with transaction.atomic():
        if _holds(batch):
            _step_back(batch, message, **changes)


def _step_back(batch: ImportBatch, message: str, **changes: Any) -> None:
    transition(batch, BACK[ImportState(batch.state)], actor=SYSTEM, error=message, claimed_until=None, **changes)


def requeue_lost() -> int:
    """Send again the batches that no worker holds; how many. For the sweeper, every half minute."""
    now = timezone.now()
    lost = list(
        ImportBatch.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), state__in=AT_WORK)
        .order_by("created_at")
        .values_list("pk", flat=True)[:100]
    )
    with transaction.atomic():
        for pk in lost:
            enqueue(TASK, pk)
    return len(lost)


def purge_old() -> int:
    """Forget the rows and remarks of files that were finished with `ROWS_KEPT` ago; how many files.

    A file that nobody confirmed in that time is put aside. Counts, the file itself and what undoing needs stay. For
    the periodic task.
    """
    before = timezone.now() - ROWS_KEPT
    waiting = ImportBatch.objects.filter(state=ImportState.READ, created_at__lt=before).order_by("pk")
    for batch in waiting[:100]:
        with transaction.atomic():
            current = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
            if current.state == ImportState.READ:
                told = _("Écarté : personne ne l’a confirmé en %(days)d jours.") % {"days": ROWS_KEPT.days}
                transition(current, ImportState.DISCARDED, actor=SYSTEM, error=told)
    over = Q(state=ImportState.APPLIED, applied_at__lt=before) | Q(state=ImportState.UNDONE, undone_at__lt=before)
    over |= Q(state__in=(ImportState.REFUSED, ImportState.DISCARDED), created_at__lt=before)
    old = ImportBatch.objects.filter(over).exclude(findings__has_key="purged").order_by("pk")
    gone = 0
    for batch in old[:100]:
        with transaction.atomic():
            batch.rows.all().delete()
            batch.issues.all().delete()
            counts = batch.findings.get("counts", {})
            ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(
                findings={"counts": counts, "purged": True}
            )
        gone += 1
    return gone
