"""The figures of a body: what they count, what they never count, and how they are drawn."""

import sys
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from lxml import etree

from core.actors import Actor
from core.charts import Chart, Series, svg_of, written
from core.documents.base import documents
from core.models import TransitionRecord
from meetings.enums import MeetingState
from meetings.queries.statistics import figures_of
from taskforce.enums import ReportKind
from taskforce.services.reports import year_report
from tests.meetings.factories import AttendanceFactory, InvitationFactory, MeetingActionFactory, MeetingFactory
from tests.taskforce.factories import ActionItemFactory, DecisionFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db

YEAR = 2025


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


def held(body, month, **fields):
    start = datetime(YEAR, month, 11, 9, 30, tzinfo=UTC)
    return MeetingFactory(task_force=body, starts_at=start, **{"state": MeetingState.HELD, **fields})


def chart(figures, slug):
    return next(one for one in figures.charts if one.slug == slug)


def test_what_is_counted(body):
    titular = member(body)
    seat = titular.mandates.get().seat
    first = held(body, 3)
    held(body, 4)
    held(body, 5, state=MeetingState.CANCELLED)
    AttendanceFactory(meeting=first, agency=seat.agency)
    for partstat in ("accepted", "declined", "needs-action", "delegated"):
        InvitationFactory(meeting=first, partstat=partstat)
    DecisionFactory(task_force=body, decided_on=date(YEAR, 3, 11), year=YEAR)
    late = MeetingActionFactory(meeting=first, action__due_on=date(YEAR, 4, 1), action__state="done").action
    MeetingActionFactory(meeting=first, action__due_on=date(YEAR, 4, 1))
    record = TransitionRecord.record(late, before="not_started", after="done", actor=Actor.of(titular.user))
    TransitionRecord.objects.filter(pk=record.pk).update(at=datetime(YEAR, 4, 20, tzinfo=UTC))

    figures = figures_of(body, YEAR, user=titular.user)

    assert (figures.meetings, figures.rate, figures.decisions, figures.actions) == (2, 50, 1, 2)
    assert (figures.done, figures.overdue) == (1, 1)
    assert chart(figures, "reunions").series[0].values[-2:] == [2, 0]
    assert chart(figures, "agences").series[0].values == [1, 0]
    assert chart(figures, "taux").series[0].values == [50]
    months = chart(figures, "mois")
    assert [one.values[2] for one in months.series] == [1, 2]
    assert [one.values for one in chart(figures, "retards").series] == [[0, 1, 0, 0], [0, 0, 0, 1]]
    assert [one.values for one in chart(figures, "reponses").series] == [[2], [0], [1], [1]]
    assert sum(chart(figures, "etats").series[0].values) == 2


@pytest.mark.parametrize(("role", "reads"), [("secretariat", True), ("chair", True), ("titular", False)])
def test_restricted_rows_are_counted_for_who_reads_them_alone(body, role, reads):
    ActionItemFactory(task_force=body, is_restricted=True)
    DecisionFactory(task_force=body, is_restricted=True, decided_on=body.today())
    figures = figures_of(body, body.today().year, user=member(body, role=role).user)
    assert (figures.actions, figures.decisions) == (int(reads), int(reads))
    # The document is the same for everybody: without them.
    report = year_report(body, ReportKind.REVIEW, body.today().year)
    facts = dict(documents.get("year-review")().get_context(report)["facts"])
    assert (facts["Décisions"], facts["Actions décidées"]) == ("0", "0")


@pytest.mark.parametrize("count", [1, 3, 12])
def test_it_costs_the_same_whatever_is_counted(client, body, count, django_assert_num_queries):
    person = member(body, role="secretariat")
    for n in range(count):
        meeting = held(body, n % 12 + 1)
        InvitationFactory(meeting=meeting)
        AttendanceFactory(meeting=meeting, agency=member(body).mandates.get().seat.agency)
        MeetingActionFactory(meeting=meeting)
        DecisionFactory(task_force=body, number=n + 1)
    client.force_login(person.user)
    client.get("/")
    client.get(reverse("meetings:statistics_year", args=["niger", YEAR]))
    with django_assert_num_queries(11):
        page = client.get(reverse("meetings:statistics_year", args=["niger", YEAR])).content.decode()
    assert page.count("Voir les chiffres") >= 4


def test_a_body_that_never_met_has_a_page(client, body):
    client.force_login(member(body).user)
    answer = client.get(reverse("meetings:statistics", args=["niger"]), follow=True)
    assert answer.status_code == 200
    assert "Rien à montrer" in answer.content.decode()
    assert client.get(reverse("meetings:statistics_year", args=["niger", 3000])).status_code == 404


# Drawings -----------------------------------------------------------------------------------------------

HOSTILE = 'BIT <script>alert(1)</script> & "PAM" \u202e'


@pytest.mark.parametrize("kind", ["bars", "stacked", "lines_of_bars"])
@pytest.mark.parametrize("values", [[3, None, 0], [0, 0, 0], [1200, 1, 7], [33.5, 100, 2]])
def test_a_drawing_obeys_the_policy_and_is_said_in_words(kind, values):
    drawn = Chart(
        "x", f"Titre {HOSTILE}", "Description", "Année", [HOSTILE, "2016", "2017"], [Series("A", values)], kind
    )
    svg = svg_of(drawn)
    assert svg == svg_of(drawn), "the same chart gives the same bytes"
    root = etree.fromstring(svg)
    names = {etree.QName(element).localname for element in root.iter()}
    assert not names & {"script", "style", "foreignObject", "image", "a"}
    for element in root.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
    assert root.get("role") == "img"
    title, described = root.get("aria-labelledby").split()
    said = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert said == {title: drawn.title, described: "Description"}


def test_the_year_asked_for_is_among_the_years(body):
    MeetingFactory(task_force=body, starts_at=datetime(2009, 3, 11, 9, 30, tzinfo=UTC), state=MeetingState.HELD)
    held(body, 3)
    of_2009 = chart(figures_of(body, 2009), "reunions")
    assert list(of_2009.labels)[-1] == "2009"
    assert list(of_2009.series[0].values)[-1] == 1
    assert str(YEAR) in chart(figures_of(body, YEAR), "reunions").labels


def test_data_of_a_document_is_the_same_chart():
    drawn = Chart("x", "T", "D", "Année", ["2016"], [Series("A", [1]), Series("B", [None])], unit="%", top=100)
    assert svg_of(Chart.of(drawn.as_data())) == svg_of(drawn)
    assert drawn.rows() == [("2016", ["1\u00a0%", "–"])]
    assert (written(33.333), written(2.0), written(None)) == ("33,3", "2", "–")


def test_drawing_leaves_nothing_behind_in_the_process():
    svg_of(Chart("x", "T", "D", "Année", ["2016"], [Series("A", [1])]))
    assert not [finder for finder in sys.meta_path if type(finder).__module__ == "pygal"]
