"""What the database refuses of coverage files on their way in, for test_constraints.py."""

from interventions.enums import (
    EffectKind,
    ImportState,
    MappingKind,
    RowStatus,
    Severity,
)
from interventions.models import (
    ImportBatch,
    ImportEffect,
    ImportIssue,
    ImportMapping,
    ImportProvider,
    ImportRow,
)
from tests.interventions.constraint_cases import again, saved
from tests.interventions.factories import (
    LineFactory,
)
from tests.taskforce.factories import (
    CountryFactory,
    UserFactory,
)


def provider(**fields):
    return ImportProvider(**{"country": CountryFactory(), "name": "Agence", "normalised": "agence", **fields})


def mapping(**fields):
    return ImportMapping(
        **{
            "provider": saved(provider()),
            "kind": MappingKind.values[0],
            "written": "Tamba",
            "normalised": "tamba",
            "chosen": "SN05",
            **fields,
        }
    )


def batch(**fields):
    return ImportBatch(
        **{
            "country": CountryFactory(),
            "provider": saved(provider()),
            "name": "4w.xlsx",
            "file": "imports/4w.xlsx",
            "sha256": "a" * 64,
            "size": 10,
            "created_by": UserFactory(),
            **fields,
        }
    )


def row(**fields):
    return ImportRow(
        **{"batch": saved(batch()), "number": 2, "position": 1, "status": RowStatus.values[0], **filled(fields)}
    )


def filled(fields):
    """JSON that a form would ask for: never empty here."""
    return {"values": {"unit": "NE001"}, "outcome": {"place": "Agadez"}, **fields}


def issue(**fields):
    return ImportIssue(
        **{
            "batch": saved(batch()),
            "position": 1,
            "code": "no-place",
            "message": "Lieu inconnu.",
            "severity": Severity.values[0],
            **fields,
        }
    )


def effect(**fields):
    return ImportEffect(
        **{"batch": saved(batch()), "kind": EffectKind.values[0], "line": LineFactory(), "label": "Ligne", **fields}
    )


REFUSED = [
    ("import_provider_once", lambda: again(provider, name="AGENCE")),
    ("import_mapping_once", lambda: again(mapping, chosen="SN06")),
    ("import_batch_once", lambda: again(batch)),
    ("import_row_once", lambda: again(row, number=3)),
    ("import_issue_once", lambda: again(issue, row=4)),
    ("import_effect_line_once", lambda: again(effect)),
]

ACCEPTED = {
    "one provider in two countries": lambda: again(provider, country=CountryFactory(senegal=True)),
    "a file again after it was applied": lambda: again(lambda: batch(state=ImportState.APPLIED), state="received"),
    "one file of two people": lambda: again(batch, created_by=UserFactory()),
    "the next row": lambda: again(row, position=2),
    "two effects without a line": lambda: again(lambda: effect(line=None)),
}
