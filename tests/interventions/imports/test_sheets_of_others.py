"""What a coverage file gives away of sheets that whoever brings it in may not read."""

import json

import pytest

from interventions.enums import InterventionState
from interventions.imports import batches
from interventions.models import CoverageLine, Intervention
from interventions.services import imports
from tests.interventions.imports.test_import_batches import ROWS, bring, niger, table  # noqa: F401
from tests.interventions.people import agency_of
from tests.taskforce.factories import member

LINE = (
    "{code};{title};{agency};Transfert monétaire inconditionnel;Tahoua;Madaoua;01/01/2026;31/12/2026;{targeted};1200;;"
)


@pytest.fixture
def other(niger):  # noqa: F811
    """Somebody who sits for an agency without a part in the sheet of PAM."""
    return member(niger.body, role="titular")


@pytest.fixture
def draft(bring):  # noqa: F811
    """A draft of PAM, with one line."""
    bring(table(*ROWS[:1]), apply=True)
    return Intervention.objects.get(code="FS-1")


def told_of(batch):
    """All that the pages of the batch can show, without what the file itself wrote."""
    rows = list(batch.rows.order_by("position"))
    return json.dumps(
        [[row.outcome for row in rows], list(batch.issues.values_list("message", flat=True)), batch.findings],
        ensure_ascii=False,
    )


@pytest.mark.parametrize("targeted", ["1500", "1600"])
@pytest.mark.parametrize("state", list(InterventionState))
def test_a_guessed_code_tells_neither_title_nor_figures(bring, draft, other, state, targeted):  # noqa: F811
    Intervention.objects.filter(pk=draft.pk).update(state=state, visibility="agency")
    line = LINE.format(code="FS-1", title="", agency=agency_of(other).acronym, targeted=targeted)

    batch = bring(table(line, name="devine.csv"), actor=other.user)

    row = batch.rows.get()
    assert row.status == "refused"
    assert "Filets sociaux" not in told_of(batch)
    assert "changes" not in row.outcome
    assert list(batch.issues.filter(severity="error").values_list("code", flat=True)) == ["not_yours"]


def test_a_guessed_title_tells_no_code(bring, draft, other):  # noqa: F811
    line = LINE.format(code="", title="Filets sociaux", agency="PAM", targeted="1500")

    batch = bring(table(line, name="devine.csv"), actor=other.user)

    assert batch.rows.get().status == "refused"
    assert "FS-1" not in told_of(batch)


def test_a_sheet_that_one_reads_is_called_by_its_title(bring, draft, other):  # noqa: F811
    Intervention.objects.filter(pk=draft.pk).update(state=InterventionState.PUBLISHED, visibility="partners")
    line = LINE.format(code="FS-1", title="", agency="PAM", targeted="1500")

    batch = bring(table(line, name="lu.csv"), actor=other.user)

    row = batch.rows.get()
    assert (row.status, row.outcome["intervention"]) == ("unchanged", "Filets sociaux")


def test_whoever_runs_the_country_reads_what_the_other_could_not(bring, draft, other, niger):  # noqa: F811
    line = LINE.format(code="FS-1", title="", agency="PAM", targeted="1600")
    batch = bring(table(line, name="juin.csv"), actor=niger.manager)

    row = batch.rows.get()

    assert (row.status, row.outcome["intervention"]) == ("changed", "Filets sociaux")
    imports.confirm(batch, version=batch.version, actor=niger.manager)
    batches.work_on(batch.pk)
    assert CoverageLine.objects.get().figures.get(kind="targeted").value == 1600
