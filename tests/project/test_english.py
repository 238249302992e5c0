"""What stands in English where English is asked for, besides the sentences: names of files, of agencies and countries."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.documents.base import documents
from core.exports.base import exports
from taskforce.enums import Language
from taskforce.models import Agency, Country
from tests.project.test_boards import a_document, an_export

FRENCH_STEMS = (
    "actions-de|annuaire|apercu|bilan|compte-rendu|convocation|dossier|feuille|liste|ordre-du-jour|plan-de|termes"
).split("|")


@pytest.mark.parametrize("cls", list(documents), ids=lambda cls: cls.slug)
def test_a_file_is_named_in_the_language_of_its_document(cls, world, monkeypatch):
    document, obj = a_document(cls, world)
    monkeypatch.setattr(cls, "language", lambda self, obj: Language.ENGLISH)

    stem = document.file_stem(obj)

    assert stem.isascii()
    assert not [word for word in FRENCH_STEMS if word in stem], stem


@pytest.mark.parametrize("cls", list(exports), ids=lambda cls: cls.slug)
def test_an_export_is_named_in_the_language_of_the_page(cls, world):
    client = world.client("secretariat")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(reverse("exports:download", args=[cls.slug, an_export(cls, world).pk, "csv"]))
    name = response.headers["Content-Disposition"]
    assert response.status_code == 200
    assert not [word for word in FRENCH_STEMS if word in name], name


def test_names_are_those_of_the_language_of_the_page():
    agency = Agency(
        acronym="OIT", name_fr="Organisation internationale du Travail", name_en="International Labour Office"
    )
    unwritten = Agency(acronym="", name_fr="Direction générale de la protection sociale")
    country = Country(name_fr="Sénégal", name_en="Senegal")
    assert (agency.label, str(country)) == ("OIT — Organisation internationale du Travail", "Sénégal")
    with translation.override("en"):
        assert (agency.label, str(country)) == ("OIT — International Labour Office", "Senegal")
        assert str(unwritten) == unwritten.name_fr


def test_a_day_of_the_month_is_one_day_in_english():
    from meetings.recurrence import describe_rule

    with translation.override("en"):
        assert describe_rule("FREQ=MONTHLY;BYDAY=2TU") == "every 2nd Tuesday of the month"
