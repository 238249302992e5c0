"""Coverage files read, applied and undone. Small ones are read while somebody waits; the rest is a worker's."""

from __future__ import annotations

import logging
import threading
import zipfile
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import recorded
from core.imports.tables import UnreadableTableError
from interventions.enums import ImportState
from interventions.imports import outcome
from interventions.imports.acceptance import accept
from interventions.imports.coverage import CoverageSheet, read
from interventions.models import CoverageLine, ImportBatch, Intervention
from interventions.services import imports
from interventions.services.import_undoing import take_back
from interventions.services.import_writing import write
from interventions.services.imports import ClaimLost

logger = logging.getLogger(__name__)

# What is read while somebody waits: some hundred rows.
SMALL_TEXT = 80_000
SMALL_WORKBOOK = 400_000
# How often a claim is renewed and progress told, in seconds.
BEAT = 2.0


class _Changed(Exception):
    """What would be written is not what somebody confirmed."""

    def __init__(self, sheet: CoverageSheet, digest: str) -> None:
        super().__init__()
        self.sheet = sheet
        self.digest = digest


class _Moved(Exception):
    """Somebody wrote to the same sheets while the file was read."""


def start(batch: ImportBatch) -> None:
    """Have the batch read: at once when it is small, by a worker otherwise. After the transaction that asked."""
    if _is_small(batch):
        work_on(batch.pk)
    else:
        imports.ask_for_work(batch)


def work_on(pk: int) -> None:
    """Read, apply or undo one batch, as its state asks; nothing when another worker has it.

    Called again for the same batch (a message delivered twice, a worker killed) it has its effect once.
    """
    batch = imports.claim(pk)
    if batch is None:
        return
    state = ImportState(batch.state)
    acts: dict[ImportState, Callable[[ImportBatch, _Pulse], None]] = {
        ImportState.RECEIVED: _read,
        ImportState.APPLYING: _apply,
        ImportState.UNDOING: _undo,
    }
    with translation.override(batch.created_by.language):
        try:
            with _Pulse(batch) as pulse:
                acts[state](batch, pulse)
        except ClaimLost:
            logger.warning("import %s: another worker took over", pk)
        except (OperationalError, InterfaceError):
            # The database went away: the row keeps its claim, and the sweeper sends it again.
            raise
        except (ValidationError, IntegrityError) as error:
            batch.state = state
            imports.give_up(batch, _told(error))
        except Exception:
            logger.exception("import %s failed", pk)
            batch.state = state
            imports.give_up(
                batch,
                _(
                    "Une erreur inattendue a interrompu le travail ; rien n’est enregistré. Réessayez ; si elle se répète, prévenez l’administration."
                ),
            )


def _told(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return _(
        "Quelqu’un vient d’enregistrer autre chose au même endroit ; rien de ce fichier n’est enregistré. Relisez, puis confirmez de nouveau."
    )


def _is_small(batch: ImportBatch) -> bool:
    if not batch.name.lower().endswith((".xlsx", ".ods")):
        return batch.size <= SMALL_TEXT
    try:
        with batch.file.open("rb") as stream, zipfile.ZipFile(stream) as package:
            return sum(part.file_size for part in package.infolist()) <= SMALL_WORKBOOK
    except (OSError, zipfile.BadZipFile):
        return False


# Reading ----------------------------------------------------------------------------------------------


def _read(batch: ImportBatch, pulse: _Pulse) -> None:
    peeked: list[dict[str, Any]] = []
    try:
        peeked = outcome.peek(batch.file.path, batch.country)
        sheet, digest = _against_portal(batch, _reader(batch), pulse)
    except UnreadableTableError as error:
        imports.give_up(batch, str(error), findings={"preview": outcome.preview(peeked)})
    except FileNotFoundError:
        imports.give_up(batch, _("Le fichier a été perdu. Importez-le de nouveau."))
    else:
        _store(batch, sheet, digest, peeked)


def _reader(batch: ImportBatch) -> Any:
    """Who brought the file in. None, when they import no more: those alone see the batch then who run the country."""
    keeper = batch.created_by
    return keeper if keeper.has_perm("interventions.import_lines", batch.country) else None


def _against_portal(batch: ImportBatch, user: Any, pulse: _Pulse) -> tuple[CoverageSheet, str]:
    """The file as it reads now, for what `user` may write (None: everything); and the digest of what it would write."""
    sheet = read(
        batch.file.path, batch.country, batch.mapping, batch.default_year, batch.vintage or None, pulse.tell_of
    )
    accept(sheet, user)
    return sheet, outcome.plan_of(sheet, _source(batch)).digest()


def _source(batch: ImportBatch) -> str:
    """Of the lines whose row names none."""
    return f"{batch.provider.name}, {batch.name}"


def _store(
    batch: ImportBatch, sheet: CoverageSheet, digest: str, peeked: list[dict[str, Any]], error: str = ""
) -> None:
    imports.store_reading(
        batch,
        list(outcome.rows_of(batch, sheet)),
        list(outcome.issues_of(batch, sheet)),
        findings=outcome.findings_of(sheet, peeked),
        digest=digest,
        error=error,
    )


# Applying and undoing ---------------------------------------------------------------------------------


def _apply(batch: ImportBatch, pulse: _Pulse) -> None:
    state = batch.state
    while True:
        try:
            _write_all(batch, pulse)
        except _Moved:
            batch.state = state
            continue
        except _Changed as changed:
            batch.state = state
            _store(
                batch,
                changed.sheet,
                changed.digest,
                outcome.peek(batch.file.path, batch.country),
                error=_why(changed.sheet),
            )
        except UnreadableTableError as error:
            batch.state = state
            imports.give_up(batch, str(error))
        return


def _why(sheet: CoverageSheet) -> str:
    if not any(row.status in {"new", "changed"} for row in sheet.rows):
        return _("Tout ce que dit ce fichier est déjà enregistré : il n’y a plus rien à changer.")
    return _(
        "Le portail a changé depuis votre vérification. Relisez ce que ce fichier change maintenant, puis confirmez de nouveau."
    )


def _write_all(batch: ImportBatch, pulse: _Pulse) -> None:
    """One transaction: read again, compare with what was confirmed, write, close."""
    user = batch.confirmed_by
    _check_still_imports(batch, user)
    with recorded(Actor.of(user)) as who:
        _one_at_a_time(batch)
        touched = batch.findings.get("interventions", [])
        before = _versions(touched)
        sheet, digest = _against_portal(batch, user, pulse)
        if digest != batch.digest:
            raise _Changed(sheet, digest)
        list(Intervention.objects.select_for_update(of=("self",)).filter(pk__in=touched).order_by("pk"))
        if _versions(touched) != before:
            raise _Moved
        plan = outcome.plan_of(sheet, _source(batch))
        pulse.tell_of(0, len(plan.lines))
        made = write(plan, batch, who, pulse.tell)
        counts = batch.findings.get("counts", {})
        imports.finish(
            batch,
            ImportState.APPLIED,
            actor=who,
            applied_at=timezone.now(),
            progress=pulse.total,
            progress_total=pulse.total,
            made={**made, "refused": counts.get("refused", 0), "unchanged": counts.get("unchanged", 0)},
        )


def _undo(batch: ImportBatch, pulse: _Pulse) -> None:
    _check_still_imports(batch, batch.undone_by)
    with recorded(Actor.of(batch.undone_by)) as who:
        _one_at_a_time(batch)
        pulse.total = batch.effects.filter(is_undone=False).count()
        undone = take_back(batch, pulse.tell)
        imports.finish(
            batch,
            ImportState.UNDONE,
            actor=who,
            undone_at=timezone.now(),
            made={**batch.made, "undone": undone},
        )


def _check_still_imports(batch: ImportBatch, user: Any) -> None:
    """Raise ValidationError when the mandate of who asked ended while the work waited."""
    if not user.has_perm("interventions.import_lines", batch.country):
        raise ValidationError(
            _("Rien n’est fait : %(person)s n’importe plus pour ce pays.") % {"person": user}, code="no-right"
        )


def _one_at_a_time(batch: ImportBatch) -> None:
    """Imports of a country follow each other: the second finds what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"coverage-import:{batch.country_id}"])


def _versions(interventions: list[int]) -> tuple[list[Any], list[Any]]:
    """What changes whenever somebody writes to these sheets."""
    sheets: Any = Intervention.objects.filter(pk__in=interventions)
    lines: Any = CoverageLine.objects.filter(intervention__in=interventions)
    return (
        list(sheets.order_by("pk").values_list("pk", "version", "state", "kind", "currency")),
        list(lines.order_by("pk").values_list("pk", "version")),
    )


class _Pulse(threading.Thread):
    """Renews the claim and tells the progress while the work goes on in a transaction that nobody sees into.

    A thread, for a connection of its own.
    """

    def __init__(self, batch: ImportBatch) -> None:
        super().__init__(name=f"import-{batch.pk}", daemon=True)
        self.rows = imports.mine(batch)
        self.done = 0
        self.total = 0
        self._over = threading.Event()

    def tell(self, done: int) -> None:
        self.done = done

    def tell_of(self, done: int, total: int) -> None:
        """`total` 0: not known yet."""
        self.done, self.total = done, total

    def __enter__(self) -> _Pulse:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._over.wait(BEAT):
                self.rows.update(
                    claimed_until=timezone.now() + imports.CLAIM, progress=self.done, progress_total=self.total
                )
        except DatabaseError:
            # The work itself tells, if its own connection is gone too.
            logger.warning("the claim of an import could not be renewed", exc_info=True)
        finally:
            connection.close()
