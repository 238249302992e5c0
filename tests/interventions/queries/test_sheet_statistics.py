"""The figures of a list are those that one counts by hand."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from interventions.enums import InterventionKind
from interventions.models import Intervention
from interventions.queries.sheet_statistics import statistics_of
from tests.interventions.factories import FigureFactory, InterventionFactory, LineFactory
from tests.taskforce.factories import AgencyFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
DATES = [
    {"planned_start": None, "planned_end": None},
    {"planned_start": date(2026, 11, 22), "planned_end": None},
    {"planned_start": TODAY, "planned_end": TODAY},
    {"planned_start": date(2025, 1, 1), "planned_end": date(2026, 11, 20)},
    {"planned_start": date(2025, 1, 1), "planned_end": date(2026, 11, 20), "actual_end": date(2027, 1, 1)},
    {"planned_start": date(2025, 1, 1), "actual_start": date(2027, 1, 1), "planned_end": None},
    {"halt": "suspended"},
    {"halt": "cancelled"},
    {"planned_start": None, "planned_end": date(2020, 1, 1)},
]


def test_each_status_is_the_one_of_the_sheet():
    sheets = [InterventionFactory(**dates) for dates in DATES]

    found = statistics_of(Intervention.objects.all(), TODAY)

    assert {one.label: one.n for one in found.statuses} == Counter(
        str(sheet.status_on(TODAY).label) for sheet in sheets
    )
    assert found.total == len(DATES)


def test_what_sheets_tell_is_counted_once_each():
    full = InterventionFactory(
        lead=AgencyFactory(acronym="PAM"), targeting_method="hea", verified_at=timezone.now(), published=True
    )
    for _ in range(3):
        FigureFactory(line=LineFactory(intervention=full))
    InterventionFactory(kind=InterventionKind.ASSISTANCE, verified_at=timezone.now() - timedelta(days=40))

    found = statistics_of(Intervention.objects.all(), timezone.localdate())

    assert {name: (share.n, share.total) for name, share in found.complete.items()} == {
        "lead": (1, 2),
        "lines": (1, 2),
        # The technical assistance has none to give.
        "figures": (1, 1),
        "targeting": (1, 2),
        "definition": (0, 2),
        "fresh": (1, 2),
    }
    assert [(one.acronym, one.sheets, one.with_lines, one.with_figures, one.fresh) for one in found.agencies] == [
        ("PAM", 1, 1, 1, 1),
        ("", 1, 0, 0, 0),
    ]


def test_nothing_is_nothing():
    found = statistics_of(Intervention.objects.none(), TODAY)

    assert (found.total, found.statuses, found.agencies) == (0, [], [])
