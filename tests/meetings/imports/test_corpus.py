"""Some forty documents in the manner of clusters and committees, read whole and measured field by field."""

import pytest

from meetings.imports.minutes.directory import Directory, reference_names
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.source import read_bytes
from tests.meetings.imports.corpus import Score, samples, score, table, whole

SAMPLES = samples()
# Somewhat below what is reached: a rule that goes backwards shows, a new document may hold one shape more.
LEAST_PRECISION = 0.98
LEAST_RECALL = 0.97
# Fields that decide what the portal counts: nothing may be made up there.
NEVER_INVENTED = ("date", "start", "end", "agency", "person", "status", "replaces", "action due", "next date", "rule")


@pytest.fixture(scope="module")
def directory():
    return Directory(reference_names())


@pytest.fixture(scope="module")
def scores(directory):
    found: dict[str, Score] = {}
    for sample in SAMPLES:
        content, name = sample.content()
        one = score(sample, read_minutes(read_bytes(content, name=name), directory), directory)
        for field, told in one.items():
            into = found.setdefault(field, Score())
            into.right += told.right
            into.invented += told.invented
            into.missed += told.missed
    return found


def test_the_corpus_is_large_and_varied():
    assert len(SAMPLES) >= 35
    assert {sample.kind for sample in SAMPLES} == {"txt", "docx", "pdf", "latin1"}


def test_almost_all_that_is_told_is_read_and_almost_nothing_else(scores):
    total = whole(scores)
    shown = f"{table(scores)}\nmissed: {total.missed}\ninvented: {total.invented}"
    assert total.precision >= LEAST_PRECISION, shown
    assert total.recall >= LEAST_RECALL, shown


@pytest.mark.parametrize("field", NEVER_INVENTED)
def test_what_the_portal_counts_is_never_made_up(scores, field):
    assert scores[field].invented == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_day_of_every_document_is_found(sample, directory):
    content, name = sample.content()
    proposal = read_minutes(read_bytes(content, name=name), directory)
    told = next(parts[0] for kind, parts in sample.facts if kind == "date")
    assert str(proposal.date) == told
