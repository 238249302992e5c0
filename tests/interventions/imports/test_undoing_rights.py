"""Taking an import back, by somebody whose rights changed since: what they may write to no more stays."""

import pytest

from interventions.enums import ImportState, InterventionState
from interventions.imports import batches
from interventions.models import CoverageFigure, CoverageLine, Intervention, InterventionRole
from interventions.services import imports
from taskforce.models import Mandate
from tests.interventions.imports.test_import_batches import ROWS, bring, confirmed, niger, table  # noqa: F401
from tests.interventions.people import agency_of
from tests.taskforce.factories import AgencyFactory, member


@pytest.fixture
def focal(niger):  # noqa: F811
    return member(niger.body, role="titular")


@pytest.fixture
def batch(bring, focal):  # noqa: F811
    """A new sheet with one line, imported by its agency's own focal point."""
    batch = bring(table(ROWS[0].replace("PAM", agency_of(focal).acronym)), actor=focal.user)
    return confirmed(batch, focal.user)


def undone(batch, actor):
    imports.undo(batch, actor=actor)
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    return batch


NOTHING = {"removed": 0, "restored": 0, "interventions": 0, "kept": 2}


def test_an_archived_sheet_changes_no_more(batch, niger):  # noqa: F811
    Intervention.objects.update(state=InterventionState.ARCHIVED)

    undone(batch, niger.manager)

    assert batch.made["undone"] == NOTHING
    assert CoverageLine.objects.get().figures.count() == 2


def test_a_changed_line_of_an_archived_sheet_keeps_what_it_says(bring, batch, niger, focal):  # noqa: F811
    later = ROWS[0].replace("PAM", agency_of(focal).acronym).replace(";1200;", ";1300;")
    second = confirmed(bring(table(later, name="juin.csv")), niger.manager)
    Intervention.objects.update(state=InterventionState.ARCHIVED)
    before = Intervention.objects.values_list("on_behalf_of", flat=True).get()

    undone(second, niger.manager)

    assert second.made["undone"]["restored"] == 0
    assert CoverageFigure.objects.get(kind="reached").value == 1300
    # Whose entry it is stays as it was archived.
    assert Intervention.objects.values_list("on_behalf_of", flat=True).get() == before


def test_what_was_handed_over_is_the_other_agencys(batch, focal):
    InterventionRole.objects.update(agency=AgencyFactory())

    undone(batch, focal.user)

    assert batch.made["undone"] == NOTHING
    assert CoverageLine.objects.exists()


def test_a_published_sheet_is_not_deleted_by_its_focal_point(batch, focal):
    Intervention.objects.update(state=InterventionState.PUBLISHED)

    undone(batch, focal.user)

    assert Intervention.objects.exists()
    assert batch.made["undone"] == {"removed": 1, "restored": 0, "interventions": 0, "kept": 1}


def test_whoever_runs_the_country_takes_back_what_it_published(batch, niger):  # noqa: F811
    Intervention.objects.update(state=InterventionState.PUBLISHED)

    undone(batch, niger.secretariat)

    assert not Intervention.objects.exists()


@pytest.mark.parametrize("act", ["undo", "apply"])
def test_a_mandate_that_ended_while_the_work_waited(bring, batch, focal, act):  # noqa: F811
    if act == "undo":
        imports.undo(batch, actor=focal.user)
    else:
        other = ROWS[1].replace("PAM", agency_of(focal).acronym)
        batch = bring(table(other, name="suite.csv"), actor=focal.user)
        imports.confirm(batch, version=batch.version, actor=focal.user)
    Mandate.objects.filter(person=focal).delete()

    batches.work_on(batch.pk)
    batch.refresh_from_db()

    assert batch.state == (ImportState.APPLIED if act == "undo" else ImportState.READ)
    assert "n’importe plus" in batch.error
    assert CoverageLine.objects.count() == 1
