"""Interventions and places in search: found by their words, by whoever reads their page, and by nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from core.search.indexing import index_marked, reindex
from core.search.queries import find
from core.search.words import read_words
from interventions.enums import InterventionState
from interventions.models import Instrument
from taskforce.models import Agency
from tests.interventions.factories import InterventionFactory, LineFactory, UnitFactory
from tests.taskforce.factories import AgencyFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return TaskForceFactory(slug="niger")


@pytest.fixture
def reader(body):
    return member(body, role="titular").user


def found(user, words):
    index_marked()
    return {(hit.entry.kind, hit.entry.object_id) for hit in find(user, read_words(words)).hits}


def test_a_sheet_is_found_by_what_names_it(reader):
    agency = AgencyFactory(acronym="ZIBEL")
    sheet = InterventionFactory(title="Filets de Kollo", published=True, lead=agency)
    line = LineFactory(intervention=sheet, unit=UnitFactory(name="Gothèye", parent=UnitFactory(name="Tillabéri")))
    Instrument.objects.filter(pk=line.instrument_id).update(name_fr="Assurance indicielle")

    key = ("intervention", sheet.pk)
    for words in ("kollo", "ZIBEL", "gotheye", "indicielle", sheet.code):
        assert key in found(reader, words), words
    Agency.objects.filter(pk=agency.pk).update(acronym="MARTRE")
    assert key in found(reader, "martre")


def test_a_sheet_is_found_by_whoever_may_open_it(body, reader):
    draft = InterventionFactory(title="Zibeline secrète")
    archived = InterventionFactory(title="Zibeline archivée", state=InterventionState.ARCHIVED)
    secretary = member(body, role="secretariat").user

    assert found(reader, "zibeline") == set()
    assert found(secretary, "zibeline") == {("intervention", draft.pk), ("intervention", archived.pk)}
    assert found(member(body, role="ended").user, "zibeline") == set()


def test_a_place_leads_to_its_sheet(reader):
    unit = UnitFactory(name="Dogondoutchi", pcode="NE003003", parent=UnitFactory(name="Dosso"))
    unit.aliases.create(label="Doutchi")
    reindex()
    (hit,) = [hit for hit in find(reader, read_words("doutchi")).hits if hit.entry.kind == "place"]
    client = Client()
    client.force_login(reader)

    assert client.get(hit.entry.get_absolute_url()).url == reverse("interventions:area_sheet", args=["ner", "NE003003"])
