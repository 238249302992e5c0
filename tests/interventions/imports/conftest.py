from datetime import date

import pytest
from django.core.management import call_command

from interventions.imports.coverage import read
from interventions.services.reference import load_reference
from taskforce.models import Country


@pytest.fixture
def reference(db):
    call_command("load_reference", verbosity=0)
    load_reference()
    return {iso: Country.objects.get(iso3=iso) for iso in ("NER", "SEN")}


@pytest.fixture
def counts(reference):
    """Read a file of a country and give its counts, and its sheet."""

    def give(path, iso, **options):
        sheet = read(path, reference[iso], **options)
        found = sheet.as_json()
        parts = ("out_of_scope", "new", "changed", "unchanged", "refused")
        assert found["rows"] == sum(found[part] for part in parts)
        return found, sheet

    return give


def codes(
    found,
    *,
    without=(
        "column_unknown",
        "sheet_ignored",
        "column_twice",
        "organisation_unknown",
        "instrument_proposed",
        "kind_assumed",
    ),
):
    """(row, code) of what was told, in order."""
    return [(one["row"], one["code"]) for one in found["issues"] if one["code"] not in without]


DAY = date(2016, 1, 1)


def summary(found):
    return tuple(found[part] for part in ("rows", "resolved", "out_of_scope", "new", "refused"))
