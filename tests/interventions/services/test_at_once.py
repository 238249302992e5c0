"""Two people at the same moment on one sheet, one line, one file: one is heard, the other reads why not."""

import pytest
from django.core.exceptions import ValidationError

from core.db import constraint_message
from core.workflow import TransitionRefused
from interventions.enums import InterventionState, RoleKind
from interventions.figures import Cell
from interventions.models import CoverageFigure, CoverageLine, ImportBatch, Intervention
from interventions.services import course, imports
from interventions.services.figures import Fact, set_figures
from interventions.services.interventions import Part, edit_intervention, set_roles
from interventions.services.lines import add_line, edit_line, end_line, remove_line
from interventions.services.stale import Stale
from tests.at_once import at_once
from tests.interventions.factories import (
    END,
    START,
    FigureFactory,
    GroupFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    UnitFactory,
)
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = Cell("reached", "person")


@pytest.fixture
def two():
    """Two data managers of Niger."""
    body = TaskForceFactory()
    users = [member(body, role="data_manager").user for _ in range(2)]
    users[0].country = body.country
    return users


@pytest.fixture
def sheet(two):
    return InterventionFactory(country=two[0].country, lead=AgencyFactory())


@pytest.fixture
def line(sheet):
    return LineFactory(intervention=sheet)


def refused(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def one_of(outcomes, error):
    """One was done; the other raised exactly `error`."""
    (other,) = refused(outcomes)
    assert type(other) is error, other
    return other


def test_two_who_correct_a_line_do_not_write_over_each_other(two, line):
    outcomes = at_once(
        *(lambda u=u, n=n: edit_line(line, actor=u, version=0, note=f"Note {n}") for n, u in enumerate(two))
    )

    one_of(outcomes, Stale)
    line.refresh_from_db()
    assert line.version == 1


def test_two_who_correct_a_sheet_do_not_write_over_each_other(two, sheet):
    outcomes = at_once(
        *(lambda u=u, n=n: edit_intervention(sheet, actor=u, version=0, title=f"Titre {n}") for n, u in enumerate(two))
    )

    one_of(outcomes, Stale)


def test_two_who_write_figures_do_not_write_over_each_other(two, line):
    outcomes = at_once(
        *(lambda u=u, n=n: set_figures(line, {PEOPLE: Fact(100 + n)}, actor=u, version=0) for n, u in enumerate(two))
    )

    one_of(outcomes, Stale)
    assert CoverageFigure.objects.count() == 1


def test_two_hand_overs_leave_one_lead(two, sheet):
    agencies = AgencyFactory.create_batch(2)
    outcomes = at_once(
        *(
            lambda u=u, a=a: set_roles(sheet, [Part(a, RoleKind.ACCOUNTABLE)], actor=u, version=0)
            for u, a in zip(two, agencies, strict=True)
        )
    )

    one_of(outcomes, Stale)
    assert sheet.roles.filter(kind=RoleKind.ACCOUNTABLE).count() == 1


def test_the_same_line_twice_is_one(two, sheet):
    fields = {
        "unit": UnitFactory(),
        "instrument": InstrumentFactory(),
        "target_group": GroupFactory(),
        "starts_on": START,
        "ends_on": END,
    }
    outcomes = at_once(*(lambda u=u: add_line(sheet, actor=u, **fields) for u in two))

    error = one_of(outcomes, ValidationError)
    assert error.messages == [str(constraint_message("coverage_line_once"))]
    assert CoverageLine.objects.count() == 1


def test_a_line_that_is_corrected_while_it_is_removed_stays_gone_or_is_told(two, line):
    FigureFactory(line=line)
    outcomes = at_once(
        lambda: remove_line(line, actor=two[0]),
        lambda: set_figures(line, {PEOPLE: Fact(7)}, actor=two[1]),
        lambda: end_line(line, END, actor=two[1]),
    )

    assert all(isinstance(outcome, ValidationError) for outcome in refused(outcomes)), outcomes
    assert not CoverageLine.objects.exists()
    assert not CoverageFigure.objects.exists()


def test_published_twice_is_published_once(two, line):
    sheet = line.intervention
    outcomes = at_once(*(lambda u=u: course.publish(Intervention.objects.get(pk=sheet.pk), actor=u) for u in two))

    one_of(outcomes, TransitionRefused)
    sheet.refresh_from_db()
    assert sheet.state == InterventionState.PUBLISHED


def test_archived_while_a_line_is_written(two, line):
    """Whichever comes first: the archive holds what was written before it, and nothing after."""
    sheet = line.intervention
    at_once(
        lambda: course.archive(Intervention.objects.get(pk=sheet.pk), actor=two[0]),
        lambda: edit_line(line, actor=two[1], version=0, note="Juste avant"),
    )
    sheet.refresh_from_db()
    assert sheet.state == InterventionState.ARCHIVED
    with pytest.raises(ValidationError, match="archivée"):
        edit_line(line, actor=two[1], note="Après")


def test_an_import_that_two_confirm_is_confirmed_once(two):
    batch = ImportBatch.objects.create(
        country=two[0].country,
        provider=imports.provider_called(two[0].country, "PAM"),
        name="x.csv",
        sha256="0" * 64,
        size=1,
        state="read",
        created_by=two[0],
        findings={"counts": {"new": 1}},
    )
    outcomes = at_once(*(lambda u=u: imports.confirm(batch, version=0, actor=u) for u in two))

    assert "déjà confirmé" in one_of(outcomes, ValidationError).messages[0]
    batch.refresh_from_db()
    assert (batch.state, batch.version) == ("applying", 1)
