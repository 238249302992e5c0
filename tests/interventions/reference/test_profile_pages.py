"""What is known of places, entered as a column of values and corrected one by one."""

from datetime import date
from decimal import Decimal

import pytest

from interventions.models import AreaProfile
from tests.interventions.factories import UnitFactory
from tests.interventions.reference.pages import at, corrected, shown
from tests.project import html
from tests.taskforce.factories import CountryFactory, member

pytestmark = pytest.mark.django_db

FIELDS = {"measure": "Population", "source": "Recensement d’essai", "as_of": "1/7/2023", "niveau": "2"}


@pytest.fixture(autouse=True)
def places(body):
    region = UnitFactory(country=body.country, pcode="NE003", name="Dosso")
    UnitFactory(country=body.country, pcode="NE003003", name="Dogondoutchi", parent=region).aliases.create(
        label="Doutchi"
    )
    UnitFactory(country=body.country, pcode="NE003004", name="Dosso", parent=region)


def enter(office, values, **fields):
    return office.post(at("profile_add"), {**FIELDS, "values": values, **fields}, follow=True)


def stored():
    rows = AreaProfile.objects.order_by("unit__pcode", "as_of")
    return [(row.unit.pcode, row.value) for row in rows]


def test_a_column_pasted_from_a_worksheet(office):
    page = shown(enter(office, "NE003003\tDogondoutchi\t541 000\nDosso;612500,5\n\n"))

    assert "ajoutées : 2" in page and "541 000" in page and "1er juillet 2023" in page
    assert stored() == [("NE003003", 541_000), ("NE003004", Decimal("612500.5"))]
    again = shown(enter(office, "Doutchi;541000\nDosso;600000"))
    assert "ajoutées : 0 ; corrigées : 1 ; inchangées : 1" in again
    assert stored() == [("NE003003", 541_000), ("NE003004", 600_000)]


def test_a_name_of_a_region_and_a_department_follows_the_level(office):
    enter(office, "Dosso;3000000", niveau="1")

    assert stored() == [("NE003", 3_000_000)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("Dosso", "Ligne 1 : écrivez le lieu, puis la valeur"),
        ("Dosso;beaucoup", "Ligne 1 : « beaucoup » n’est pas un montant"),
        ("Dogondoutchi;1\nTombouctou;2", "Ligne 2"),
        ("NE003003;Dosso;5", "Ligne 1"),
        ("Dosso;1\nNE003004;2", "Ligne 2 : Dosso figure deux fois"),
        ("\n".join(f"Lieu {n};{n}" for n in range(20)), "… et 8 autres lignes"),
        ("", "obligatoire"),
    ],
)
def test_a_line_that_cannot_be_read_stops_all(office, values, said):
    page = shown(enter(office, values), 422)

    assert said in page
    assert not AreaProfile.objects.exists()
    assert "Recensement d’essai" in enter(office, values).content.decode(), "what was typed is still there"


def test_a_date_to_come(office):
    assert "à venir" in shown(enter(office, "Dosso;5", as_of="1/1/2090"), 422)


def test_each_date_is_a_value_of_its_own_and_the_latest_is_on_the_sheet(office):
    enter(office, "Dosso;500000", as_of="1/7/2012")
    enter(office, "Dosso;612500")

    assert len(stored()) == 2
    sheet = shown(office.get(at("area_sheet", "NE003004")))
    assert "612 500" in sheet and "Recensement d’essai" in sheet and "500 000" not in sheet


def test_corrected_and_taken_away(office):
    enter(office, "Dosso;612500")
    profile = AreaProfile.objects.get()
    url = at("profile_edit", profile.pk)
    assert "612 500" in office.get(url).content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")

    corrected(office, url, {"measure": "Ménages", "value": "87500", "source": "Enquête", "as_of": "1/7/2023"})
    profile.refresh_from_db()
    assert (profile.measure, profile.value, profile.as_of) == ("Ménages", 87_500, date(2023, 7, 1))
    assert "Ménages" in shown(office.get(at("profile_list"), {"mesure": "Ménages", "lieu": "dosso"}))
    assert "Aucune valeur ne correspond" in shown(office.get(at("profile_list"), {"lieu": "zinder"}))
    office.post(at("profile_remove", profile.pk))
    assert not AreaProfile.objects.exists()


def test_one_date_has_one_value(office):
    enter(office, "Dosso;1", as_of="1/7/2012")
    enter(office, "Dosso;2")
    profile = AreaProfile.objects.latest("as_of")

    fields = {"measure": "Population", "value": "2", "source": "Enquête", "as_of": "1/7/2012"}
    assert "existe déjà à cette date" in shown(corrected(office, at("profile_edit", profile.pk), fields), 422)


def test_the_place_that_the_page_was_opened_for(office):
    assert "NE003004 ; Dosso ; " in office.get(at("profile_add"), {"lieu": "NE003004"}).content.decode()
    assert office.get(at("profile_add"), {"lieu": "x" * 300}).status_code == 200


def test_of_another_country_or_without_the_right(office, body, signed_in):
    abroad = UnitFactory(country=CountryFactory(senegal=True), pcode="SN01", name="Dakar")
    profile = AreaProfile.objects.create(unit=abroad, measure="Population", value=1, source="S", as_of=date(2023, 1, 1))

    assert office.get(at("profile_edit", profile.pk)).status_code == 404
    assert office.post(at("profile_remove", profile.pk)).status_code == 404
    browser = signed_in(member(body).user)
    assert browser.get(at("profile_list")).status_code == 200
    assert browser.post(at("profile_add"), {**FIELDS, "values": "Dosso;1"}).status_code == 403


def test_two_people_correct_a_figure_at_once(office):
    enter(office, "Dosso;612500")
    profile = AreaProfile.objects.get()
    url = at("profile_edit", profile.pk)
    typed = {"measure": "Population", "value": "1", "source": "Enquête", "as_of": "1/7/2023"}
    seen = html.tree(office.get(url).content).xpath("//input[@name='version']/@value")[0]
    AreaProfile.objects.filter(pk=profile.pk).update(value=700_000)

    page = shown(office.post(url, {**typed, "version": seen}), 409)
    assert "700 000" in page and "Quelqu’un d’autre" in page
    assert AreaProfile.objects.get().value == 700_000
