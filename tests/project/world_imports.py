"""Coverage files of the world: one to be checked, one that could not be read, one that was written."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from interventions.enums import EffectKind, ImportState, RowStatus, Severity
from interventions.models import (
    CoverageLine,
    ImportBatch,
    ImportEffect,
    ImportIssue,
    ImportMapping,
    ImportProvider,
    ImportRow,
)
from taskforce.models import Country

COLUMNS = (("A", "Département", "adm2_name"), ("B", "Structure", "lead"), ("C", "Remarque interne", ""))
COUNTS = {"rows": 2, "resolved": 1, "out_of_scope": 0, "new": 1, "changed": 0, "unchanged": 0, "refused": 1}


def imports_of(country: Country, owner: Any, line: CoverageLine, *, prefix: str) -> dict[str, Any]:
    """`coverage_import` waits to be confirmed, `import_refused` could not be read, `import_applied` wrote `line`."""
    provider = ImportProvider.objects.create(country=country, name=f"Partenaire de {country}")
    ImportMapping.objects.create(provider=provider, kind="place", written="Madaouah", chosen="NE005007")
    batch, refused, applied = (
        _batch(provider, owner, name, state)
        for name, state in (
            ("a-verifier.csv", ImportState.READ),
            ("illisible.csv", ImportState.REFUSED),
            ("enregistre.csv", ImportState.APPLIED),
        )
    )
    for position in (1, 2):
        more_rows(batch, position)
    refused.error = "Aucun tableau de couverture n’a été trouvé."
    refused.save()
    applied.applied_at = timezone.now()
    applied.made = {"created": 1, "changed": 0, "interventions": 0, "refused": 0, "unchanged": 0}
    applied.save()
    ImportEffect.objects.create(
        batch=applied, kind=EffectKind.LINE_MADE, intervention=line.intervention, line=line, label=str(line)
    )
    found = {"coverage_import": batch, "import_refused": refused, "import_applied": applied}
    return {f"{prefix}{name}": thing for name, thing in found.items()}


def _batch(provider: ImportProvider, owner: Any, name: str, state: str) -> ImportBatch:
    columns = [
        {"letter": letter, "heading": heading, "tag": "", "field": field, "samples": ["Madaoua"]}
        for letter, heading, field in COLUMNS
    ]
    layout = {
        "title": "",
        "header_row": 1,
        "first_row": 2,
        "has_tags": False,
        "columns": columns,
        "letters": {field: letter for letter, _heading, field in COLUMNS if field},
    }
    batch = ImportBatch(
        country=provider.country,
        provider=provider,
        name=name,
        sha256=f"{name}{provider.pk}".encode().hex()[:64].ljust(64, "0"),
        size=40,
        state=state,
        created_by=owner,
        findings={
            "counts": COUNTS,
            "told": {"error": 1},
            "lines": 1,
            "sheets": [layout],
            "preview": [{"title": "", "is_hidden": False, "rows": [[1, ["Département", "Structure"]]]}],
            "unknown": {
                "place": [{"written": "Madaouah", "rows": 1, "close": []}],
                "organisation": [{"written": "Association", "rows": 1, "close": []}],
            },
            "proposed": [],
            "much_more": 0,
            "interventions": [],
            "new_interventions": 1,
        },
    )
    batch.file.save(name, ContentFile("Département;Structure\nMadaoua;PAM\n".encode()), save=False)
    batch.save()
    return batch


def more_rows(batch: ImportBatch, position: int) -> None:
    """One row of the file, with what is told of it."""
    ImportRow.objects.create(
        batch=batch,
        number=position + 1,
        position=position,
        status=RowStatus.REFUSED if position % 2 == 0 else RowStatus.NEW,
        severity=Severity.ERROR if position % 2 == 0 else "",
        values={"adm2_name": "Madaouah", "lead": "PAM"},
        outcome={"intervention": "Filets sociaux", "place": "Madaoua (département)", "figures": [["Atteints", "120"]]},
    )
    if position % 2 == 0:
        ImportIssue.objects.create(
            batch=batch,
            position=position,
            row=position + 1,
            column="A",
            code="place_unknown",
            message="« Madaouah » n’est pas un lieu connu.",
            severity=Severity.ERROR,
        )


def grow_imports(world: Any, number: int) -> None:
    """One more of whatever the pages of imports list."""
    batch = world.coverage_import
    for position in (3 + 2 * number, 4 + 2 * number):
        more_rows(batch, position)
    _batch(batch.provider, batch.created_by, f"autre-{number}.csv", ImportState.READ)
    ImportProvider.objects.create(country=batch.country, name=f"Autre partenaire {number}")
