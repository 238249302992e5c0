"""Answers that come after whoever ran the campaign has left: their successor decides on them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.actors import Actor
from interventions.imports import batches
from interventions.models import CoverageLine
from interventions.queries.imports import batches_visible_to
from interventions.services import imports
from interventions.services.campaigns import record_answer
from taskforce.models import Office
from tests.taskforce.factories import member

FILE = (
    "Code de l’intervention;Intitulé de l’intervention;Structure responsable;Instrument;Région;Département;Début;Fin;"
    "Ménages ciblés\n"
    "TARKA-9;Semences;Tarka;Transfert monétaire inconditionnel;Tahoua;Madaoua;01/02/2026;31/12/2026;150\n"
)


@pytest.fixture
def answered(asked, secretary):
    Office.objects.filter(person=secretary.person).delete()
    file = SimpleUploadedFile("tarka.csv", FILE.encode())
    batch = record_answer(asked, actor=Actor(kind="link", person=asked.person, label="Halima Issa"), file=file)
    batches.work_on(batch.pk)
    batch.refresh_from_db()
    return batch


def test_the_successor_finds_what_the_file_says_and_writes_it(answered, body):
    successor = member(body, role="data_manager").user
    assert answered.rows.get().status == "new", list(answered.issues.values_list("message"))

    imports.confirm(answered, version=answered.version, actor=successor)
    batches.work_on(answered.pk)

    answered.refresh_from_db()
    assert answered.state == "applied", answered.error
    assert CoverageLine.objects.filter(intervention__code="TARKA-9").exists()


def test_whoever_left_sees_it_no_more(answered, secretary):
    assert not batches_visible_to(type(secretary).objects.get(pk=secretary.pk)).exists()
