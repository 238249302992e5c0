"""Words of the list of interventions: in titles of both languages and codes, without accents; no sign is a joker."""

from datetime import date

import pytest
from django.db import connection

from interventions.models import Intervention
from interventions.queries.sheets import Options
from interventions.sheet_filter import SheetFilter
from tests.interventions.factories import InterventionFactory

pytestmark = pytest.mark.django_db


def found(words):
    form = SheetFilter({"mots": words}, options=Options())
    return set(form.apply(Intervention.objects.all(), today=date(2026, 11, 22)).values_list("code", flat=True))


def test_words_are_found_in_titles_and_codes():
    InterventionFactory(code="SN-É01", title="Épargne des Écoles", title_en="Savings at school")
    InterventionFactory(code="SN_100%", title="Cantines")
    assert found("epargne DES ecoles") == {"SN-É01"}
    assert found("at SCHOOL") == {"SN-É01"}
    assert found("sn-e01") == {"SN-É01"}
    assert found("100%") == {"SN_100%"}
    # Neither a joker, nor across two fields.
    assert found("N_1") == {"SN_100%"}
    assert found("S%1") == found("Cantines SN") == found("\\") == set()


def test_the_index_has_the_words_as_the_list_asks_for_them():
    rows = SheetFilter({"mots": "épargne"}, options=Options()).apply(
        Intervention.objects.all(), today=date(2026, 11, 22)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    assert "intervention_words" in rows.order_by().explain()
