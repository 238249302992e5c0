"""Reference data, other names, offices and their heads."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from core.actors import SYSTEM
from taskforce.enums import AgencyKind
from taskforce.models import Agency, AgencyAlias, Country
from taskforce.queries import agency_named
from taskforce.services.agencies import (
    add_alias,
    begin_head,
    create_agency,
    end_head,
    load_reference,
    open_office,
    remove_alias,
    update_agency,
)
from tests.taskforce.factories import AgencyFactory, CountryFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("label", "acronym"),
    [
        ("OIT", "BIT"), ("ILO", "BIT"), ("wfp", "PAM"), ("UNFPA", "FNUAP"), ("UNDP", "PNUD"), ("UNHCR", "HCR"),
        ("OHCHR", "HCDH"), ("WHO", "OMS"), ("WMO", "OMM"), ("IOM", "OIM"), ("UN Women", "ONU Femmes"),
        ("UNAIDS", "ONUSIDA"), ("DESA", "DAES"), ("ONU/DAES", "DAES"), ("CEB", "CCS"), ("IFAD", "FIDA"),
        ("AfDB", "BAD"), ("BM", "Banque mondiale"), ("World Bank", "Banque mondiale"), ("IMF", "FMI"), ("AU", "UA"),
        ("OECD", "OCDE"), ("ITUC", "CSI"), ("IOE", "OIE"), ("UNDG", "GNUD"), ("Nations Unies", "SNU"), ("FAO", "FAO"),
        ("unicef", "UNICEF"), ("Unesco", "UNESCO"), ("ONUFEMME", "ONU Femmes"), ("organisation mondiale de la sante", "OMS"),
    ],
)  # fmt: skip
def test_every_name_leads_to_its_agency(label, acronym, reference):
    assert agency_named(label).acronym == acronym


@pytest.fixture
def reference():
    return load_reference()


def test_national_structures_belong_to_their_country(reference):
    niger, senegal = Country.objects.get(iso3="NER"), Country.objects.get(iso3="SEN")
    assert agency_named("METSS", country_id=niger.pk).kind == AgencyKind.MINISTRY
    assert agency_named("METSS", country_id=senegal.pk) is None
    assert agency_named("DCaS", country_id=senegal.pk).parent.acronym == "MEN"


def test_loading_twice_adds_nothing_and_keeps_corrections(reference):
    assert reference.agencies > 100
    Agency.objects.filter(acronym="BIT").update(name_fr="Bureau international du travail")
    again = load_reference()
    assert (again.countries, again.agencies, again.aliases) == (0, 0, 0)
    assert Agency.objects.get(acronym="BIT").name_fr == "Bureau international du travail"


def test_reference_names_are_unambiguous(reference):
    """Every acronym, name and alias of the file reads back to its own agency."""
    for agency in Agency.objects.prefetch_related("aliases"):
        for label in [agency.acronym, agency.name_fr, *(alias.label for alias in agency.aliases.all())]:
            assert agency_named(label, country_id=agency.country_id) == agency, label


def test_the_command_says_what_it_added(capsys):
    call_command("load_reference")
    assert capsys.readouterr().out.startswith("Added 5 countries, ")


def test_an_alias_that_another_agency_has_is_refused_by_name(reference):
    fao = Agency.objects.get(acronym="FAO")
    for taken in ("oit", "BIT", "Bureau international du Travail"):
        with pytest.raises(ValidationError) as refusal:
            add_alias(fao, taken, actor=SYSTEM)
        assert "BIT" in refusal.value.messages[0]
    alias = add_alias(fao, " ONUAA ", actor=SYSTEM)
    assert alias == add_alias(fao, "onuaa", actor=SYSTEM)
    remove_alias(alias, actor=SYSTEM)
    assert agency_named("ONUAA") is None


@pytest.mark.parametrize("label", ["", "   ", "a\x00b", "\ud83d", "x" * 251])
def test_an_alias_that_cannot_be_kept_is_refused_in_words(label):
    with pytest.raises(ValidationError):
        add_alias(AgencyFactory(), label, actor=SYSTEM)
    assert not AgencyAlias.objects.exists()


def test_a_new_agency_may_not_take_a_known_name(reference):
    niger = Country.objects.get(iso3="NER")
    for wrong in (
        {"acronym": "OIT"},
        {"acronym": "XYZ", "name_fr": "Programme alimentaire mondial"},
        {"acronym": "HC3N"},
    ):
        with pytest.raises(ValidationError):
            create_agency(actor=SYSTEM, **{"kind": AgencyKind.UN, "country": niger, "name_fr": "Une autre", **wrong})
    created = create_agency(
        actor=SYSTEM,
        acronym="DNPGCA",
        name_fr="Dispositif national",
        kind=AgencyKind.PUBLIC_BODY,
        country=niger,
        aliases=["DNP-GCA"],
    )
    assert agency_named("dnp-gca") == created


def test_an_agency_hangs_under_no_agency_of_its_own():
    top = AgencyFactory()
    below = AgencyFactory(parent=top)
    with pytest.raises(ValidationError):
        update_agency(top, parent=below, actor=SYSTEM)


def test_a_new_head_ends_the_former():
    office = open_office(AgencyFactory(), "Niamey", country=CountryFactory(), actor=SYSTEM)
    first = begin_head(
        office, PersonFactory(), address_of_record="a@example.org", starts_on=date(2016, 1, 1), actor=SYSTEM
    )
    second = begin_head(
        office,
        PersonFactory(),
        address_of_record="B@example.org",
        starts_on=date(2018, 3, 1),
        is_interim=True,
        actor=SYSTEM,
    )
    first.refresh_from_db()
    assert first.period.upper == date(2018, 3, 1)
    assert second.address_of_record == "b@example.org"
    with pytest.raises(ValidationError):
        begin_head(office, PersonFactory(), address_of_record="c@example.org", starts_on=date(2018, 3, 1), actor=SYSTEM)
    with pytest.raises(ValidationError):
        end_head(second, date(2018, 2, 1), actor=SYSTEM)
    end_head(second, date(2019, 2, 1), actor=SYSTEM)
    with pytest.raises(ValidationError):
        end_head(second, date(2019, 3, 1), actor=SYSTEM)
    with pytest.raises(ValidationError):
        open_office(office.agency, "Niamey", actor=SYSTEM)
