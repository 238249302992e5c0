"""Lists of OCHA brought in, and units corrected by hand."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from core.actors import SYSTEM
from interventions.models import AdminUnit, FormerCode
from interventions.places import Places
from interventions.services.units import Former, LoadedUnits, add_unit, load_units, update_unit
from taskforce.models import Country

pytestmark = pytest.mark.django_db

BY_LEVEL = """ADM2_FR,ADM2_PCODE,ADM1_FR,ADM1_PCODE,ADM0_PCODE,date,validOn,validTo
#adm2+name,#adm2+code,#adm1+name,#adm1+code,#country+code,#date,#date+start,#date+end
Agou,TG0401,Plateaux,TG04,TG,2020-01-01,2021-05-20,
Amou,TG0402,Plateaux,TG04,TG,2020-01-01,2021-05-20,2024-12-31
Golfe,TG0203,Maritime,TG02,TG,2020-01-01,2021-05-20,
"""
LONG = """iso3,level,pcode,name,parent_pcode,valid_from,version
TGO,1,TG04,Plateaux,TGO,2021-05-20,v01
TGO,2,TG0401,Agou,TG04,2021-05-20,v01
GHA,1,GH01,Ashanti,GHA,2021-05-20,v01
"""


@pytest.fixture
def togo():
    return Country.objects.create(iso3="TGO", iso2="TG", name_fr="Togo", name_en="Togo", time_zone="Africa/Lome")


@pytest.fixture
def region(togo):
    return AdminUnit.objects.create(country=togo, pcode="TG04", level=1, name="Plateaux")


def written(folder, text, name="liste.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_by_level(togo, tmp_path):
    path = written(tmp_path, BY_LEVEL)

    assert load_units(path, togo) == LoadedUnits(added=5, ended=0, known=0)
    assert load_units(path, togo) == LoadedUnits(added=0, ended=0, known=5)
    amou = AdminUnit.objects.get(pcode="TG0402")
    assert (amou.level, amou.name, amou.parent.name) == (2, "Amou", "Plateaux")
    assert (amou.vintage, amou.valid_from, amou.valid_until) == ("2021-05-20", None, date(2024, 12, 31))
    assert amou.parent.valid_until is None
    assert Places(togo).resolve(name="AMOU", region="plateaux").unit == amou


def test_a_list_of_one_row_a_unit(togo, tmp_path):
    load_units(written(tmp_path, LONG), togo)

    assert list(AdminUnit.objects.values_list("pcode", "vintage", "parent__pcode")) == [
        ("TG04", "v01 2021-05-20", None),
        ("TG0401", "v01 2021-05-20", "TG04"),
    ]


def test_a_workbook_with_a_sheet_a_level(togo, tmp_path):
    book = Workbook()
    for level, rows in {
        1: [("TG04", "Plateaux")],
        2: [("TG0401", "Agou", "TG04", "Plateaux")],
        3: [("TG040101", "Agou Gare", "TG0401", "Agou", "TG04", "Plateaux")],
    }.items():
        sheet = book.create_sheet(f"ADM{level}")
        sheet.append(
            [
                f"{word}{n}{rest}"
                for n in range(level, 0, -1)
                for word, rest in (("admin", "Pcode"), ("admin", "Name_fr"))
            ]
        )
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "liste.xlsx")

    assert load_units(tmp_path / "liste.xlsx", togo).added == 3
    assert AdminUnit.objects.get(pcode="TG040101").parent.name == "Agou"


def test_what_somebody_corrected_stays(togo, tmp_path):
    path = written(tmp_path, BY_LEVEL)
    load_units(path, togo)
    update_unit(AdminUnit.objects.get(pcode="TG0401"), actor=SYSTEM, name="Agou-Gare", aliases=["Agou"])
    AdminUnit.objects.filter(pcode="TG0402").update(valid_until=None)

    assert load_units(path, togo) == LoadedUnits(added=0, ended=1, known=5)
    assert AdminUnit.objects.get(pcode="TG0401").name == "Agou-Gare"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ADM1_PCODE,ADM1_FR\nTG04,Kara\n", "TG04 désigne ici Plateaux, et Kara dans le fichier"),
        ("ADM1_PCODE,ADM1_FR\nGH01,Ashanti\n", "GH01 n’est pas un P-code de ce pays"),
        ("ADM1_PCODE,ADM1_FR,ADM2_PCODE,ADM2_FR\nTG04,Plateaux,TG0301,Blitta\n", "ne commence pas par celui"),
        ("level,pcode,name,parent_pcode\n2,TG0501,Bassar,TG05\n", "l’unité parente TG05 de TG0501"),
        ("ADM1_PCODE,ADM1_FR\nTG01,\n", "TG01 n’a pas de nom"),
        ("ADM1_PCODE,ADM1_FR\nTG01,Centrale\nTG01,Savanes\n", "TG01 est déjà écrit autrement"),
        ("code;nom\nTG01;Centrale\n", "Aucune ligne d’en-tête reconnue"),
        ("ADM1_PCODE,ADM1_FR\n", "aucune unité de ce pays"),
    ],
)
def test_a_list_that_cannot_be_true_changes_nothing(togo, region, tmp_path, text, said):
    with pytest.raises(ValidationError) as refusal:
        load_units(written(tmp_path, text), togo)

    assert said in " ".join(refusal.value.messages)
    assert list(AdminUnit.objects.all()) == [region]


def test_the_command(togo, tmp_path):
    out = StringIO()
    call_command("load_admin_units", written(tmp_path, BY_LEVEL), country="tgo", stdout=out)

    assert out.getvalue() == "5 added, 0 ended, 0 already known\n"
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("load_admin_units", tmp_path / "absent.csv", country="TGO")
    with pytest.raises(CommandError, match="Aucun pays"):
        call_command("load_admin_units", tmp_path / "liste.csv", country="XXX")
    with pytest.raises(CommandError, match="en-tête"):
        call_command("load_admin_units", written(tmp_path, "a,b\n1,2\n", "autre.csv"), country="TGO")


def test_a_unit_by_hand(togo, region):
    unit = add_unit(togo, actor=SYSTEM, pcode="tg0401", name=" Agou ", parent=region, aliases=["Agou Gare", "agou"])

    assert (unit.pcode, unit.level, unit.name) == ("TG0401", 2, "Agou")
    assert [alias.label for alias in unit.aliases.all()] == ["Agou Gare"]
    update_unit(unit, actor=SYSTEM, aliases=["Agou-Nyogbo"], former_codes=[Former("TG0402", "2010", "Agou")])
    assert [alias.label for alias in unit.aliases.all()] == ["Agou-Nyogbo"]
    update_unit(unit, actor=SYSTEM, former_codes=[Former("TG0402", "2010", "Agou (ancien)")])
    assert list(FormerCode.objects.values_list("pcode", "name")) == [("TG0402", "Agou (ancien)")]
    update_unit(unit, actor=SYSTEM, former_codes=[])
    assert not FormerCode.objects.exists()


@pytest.mark.parametrize(
    ("pcode", "has_parent", "field"),
    [("TG0501", True, "pcode"), ("TG04", True, "pcode"), ("GH01", False, "pcode"), ("TG04", False, "pcode")],
)
def test_a_code_that_a_unit_cannot_have(togo, region, pcode, has_parent, field):
    with pytest.raises(ValidationError) as refusal:
        add_unit(togo, actor=SYSTEM, pcode=pcode, name="Agou", parent=region if has_parent else None)

    assert field in refusal.value.message_dict


def test_a_unit_of_another_country(togo, region):
    other = Country.objects.create(iso3="CPV", iso2="CV", name_fr="Cabo Verde", name_en="", time_zone="UTC")
    with pytest.raises(ValidationError, match="d’un autre pays"):
        add_unit(other, actor=SYSTEM, pcode="TG0401", name="Agou", parent=region)
