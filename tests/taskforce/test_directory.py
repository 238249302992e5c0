"""The directory by organisation and duty station."""

import csv
import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.actors import SYSTEM
from core.fields import period
from taskforce.models import Agency, AgencyOffice, OfficeHead, Person, Theme
from taskforce.queries.directory import address_doubt, directory_people, grouped, listed
from taskforce.services.agencies import load_reference
from taskforce.services.directory import DirectoryRow, load_directory, read_directory
from tests.taskforce.factories import AgencyFactory, PersonFactory, TaskForceFactory, UserFactory, member

pytestmark = pytest.mark.django_db
SEEDS = Path(settings.BASE_DIR).parent / "shared" / "seeds"


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def administrator():
    return UserFactory(administrator=True)


@pytest.mark.parametrize(
    ("given", "family", "email", "doubt"),
    [
        ("Awa", "Sarr", "awa.sarr@example.org", False),
        ("Awa", "Sarr", "sarra@example.org", False),
        ("Awa", "Sarr", "ASarr2@example.org", False),
        ("Awa", "Sarré", "sarre@example.org", False),
        ("Awa", "Le Roux", "leroux@example.org", False),
        ("Awa", "Sarr-Diop", "diop@example.org", False),
        ("Awa", "Sarr", "sar@example.org", True),
        ("Awa", "Diope", "dioppe@example.org", True),
        ("Awa", "Sarr", "n.diop@example.org", True),
        ("Awa", "Sarr", "secretariat@example.org", False),
        ("Awa", "Sarr", "point.focal@example.org", False),
        ("Li", "Wu", "x@example.org", False),
        ("Awa", "Sarr", "", False),
    ],
)
def test_an_address_in_which_no_name_stands_is_doubted(given, family, email, doubt):
    assert address_doubt(Person(given_name=given, family_name=family, email=email)) is doubt


def test_people_stand_by_organisation_then_place_in_french_order(administrator):
    late, early = AgencyFactory(acronym="Zeta"), AgencyFactory(acronym="Étude")
    here = AgencyOffice.objects.create(agency=early, duty_station="Genève")
    there = AgencyOffice.objects.create(agency=early, duty_station="Dakar")
    PersonFactory(family_name="A", agency=late)
    PersonFactory(family_name="B", agency=early)
    head = PersonFactory(family_name="C", agency=early, office=here)
    PersonFactory(family_name="D", agency=early, office=there)
    OfficeHead.objects.create(
        office=here, person=head, address_of_record="c@example.org", period=period(date(2016, 1, 1))
    )

    organisations = grouped(
        listed(directory_people(administrator), administrator), administrator, on=date(2026, 11, 21)
    )

    assert [str(one.agency) for one in organisations] == ["Étude", "Zeta"]
    assert [(s.name, s.head, [line.person.family_name for line in s.people]) for s in organisations[0].stations] == [
        ("Dakar", None, ["D"]),
        ("Genève", head, ["C"]),
        ("", None, ["B"]),
    ]
    assert organisations[0].count == 3


@pytest.mark.parametrize("words", ["seve", "sévé", "geneve", "zeta", "bureau int", "Ève zeta"])
def test_a_word_finds_names_places_and_other_names_of_organisations(administrator, words):
    agency = AgencyFactory(acronym="Zeta")
    agency.aliases.create(label="Bureau international")
    office = AgencyOffice.objects.create(agency=agency, duty_station="Genève")
    wanted = PersonFactory(given_name="Ève", family_name="Sévérin", agency=agency, office=office)
    PersonFactory(family_name="Autre")

    assert list(directory_people(administrator, words=words)) == [wanted]


def test_the_page_shows_contacts_to_those_who_share_a_body_only(administrator):
    body, neighbour = TaskForceFactory(), TaskForceFactory()
    titular = member(body, role="titular", phone="+227 20 00 00 01")
    colleague = member(body, role="titular", family_name="Collègue", phone="+227 20 00 00 02")
    member(neighbour, role="titular", family_name="Inconnue")
    reader = member(neighbour, role="secretariat").user

    own = signed_in(titular.user).get(reverse("taskforce:directory")).content.decode().replace("<wbr>", "")
    assert colleague.email in own
    assert colleague.phone in own
    assert "Inconnue" not in own

    # Reads what is published in the country: names, not addresses.
    published = signed_in(reader).get(reverse("taskforce:directory")).content.decode().replace("<wbr>", "")
    assert "Collègue" in published
    assert colleague.email not in published
    assert colleague.phone not in published


def test_the_export_says_what_the_page_says(administrator):
    body = TaskForceFactory()
    agency = AgencyFactory(acronym="OMS", name_fr="Organisation mondiale de la santé")
    secretary = member(body, role="secretariat").user
    PersonFactory(given_name="Awa", family_name="Diope", email="dioppe@example.org", agency=agency)
    PersonFactory(family_name="Autre", agency=AgencyFactory())
    url = reverse("exports:download", args=["annuaire", secretary.pk, "csv"])

    response = signed_in(secretary).get(f"{url}?agence={agency.pk}")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")), delimiter=";"))

    assert [(row["Nom"], row["Adresse électronique"], row["À vérifier"]) for row in rows] == [
        ("Diope", "dioppe@example.org", "oui")
    ]
    assert signed_in(administrator).get(url).status_code == 404


def test_a_theme_and_a_place_filter(administrator):
    theme = Theme.objects.create(name="Ciblage")
    agency = AgencyFactory()
    office = AgencyOffice.objects.create(agency=agency, duty_station="Niamey")
    wanted = PersonFactory(agency=agency, office=office)
    wanted.themes.add(theme)
    PersonFactory(agency=agency, office=office)

    page = signed_in(administrator).get(f"{reverse('taskforce:directory')}?theme={theme.pk}&lieu=Niamey")

    assert [line.person for one in page.context["organisations"] for s in one.stations for line in s.people] == [wanted]


class TestLoading:
    def test_people_are_entered_once_and_what_is_wrong_is_said(self):
        Agency.objects.create(acronym="OMS", name_fr="Organisation mondiale de la santé", kind="un")
        rows = [
            DirectoryRow("OMS", "Diop", "Awa", "Mme", "awa.diop@example.org", "Genève"),
            DirectoryRow("oms", "Sow", "Ali", "M.", "ali.sow@example.org", "geneve"),
            DirectoryRow("Nulle part", "Faye", "Ida"),
            DirectoryRow("OMS", "Ba", "Ami", "Mgr"),
        ]

        loaded = load_directory(rows, actor=SYSTEM)
        again = load_directory(rows, actor=SYSTEM)

        assert [str(person) for person in loaded.created] == ["Mme Awa Diop", "M. Ali Sow"]
        assert AgencyOffice.objects.get().duty_station == "Genève"
        assert [line.partition(")")[0] for line in loaded.refused] == ["Ligne 3 (Faye", "Ligne 4 (Ba"]
        assert again.created == []
        assert len(again.known) == 2

    def test_the_command_reads_a_file(self, tmp_path, capsys):
        AgencyFactory(acronym="OMS")
        path = tmp_path / "annuaire.csv"
        path.write_text("Organisation;Civilité;Prénom;Nom;Adresse\nOMS;Mme;Awa;Diop;awa@example.org\n", "utf-8")

        call_command("load_directory", str(path))

        assert Person.objects.get().full_name == "Mme Awa Diop"
        path.write_text("a;b\n1;2\n")
        with pytest.raises(CommandError):
            call_command("load_directory", str(path))

    def test_commas_do_too(self):
        rows = list(read_directory('organisation,nom,lieu\nOMS,"Diop, dite Sow",Dakar\n'))

        assert rows == [DirectoryRow("OMS", "Diop, dite Sow", duty_station="Dakar")]


def seed_rows() -> list[DirectoryRow]:
    """The focal points that the seed document names at its end."""
    found = sorted(SEEDS.glob("003*"))
    if not found:
        pytest.skip(f"NOT TESTED: the seed document 003 is not in {SEEDS}")
    text = found[0].read_text(encoding="utf-8")
    rows = []
    for line in text[text.index("Points focaux au niveau mondial") :].splitlines():
        organisation, colon, rest = line.partition(":")
        if not colon or "mailto" not in rest:
            continue
        people = re.findall(r"(Mme|M\.|Dr\.?)\s+(.+?)\s*<a[^>]*>([^<]+)</a>\s*(?:\(([^)]+)\))?", rest)
        for civility, name, email, station in people:
            given, _space, family = name.strip().partition(" ")
            rows.append(DirectoryRow(organisation.strip(), family, given, civility, email, station))
    return rows


def test_the_directory_of_the_seed_comes_in_whole(administrator):
    """25 people in 16 organisations; OIT 4 in two places, OMS 3, UNESCO 3; one name that its address spells otherwise."""
    load_reference()
    loaded = load_directory(seed_rows(), actor=SYSTEM)

    assert loaded.refused == []
    assert len(loaded.created) == 25
    page = signed_in(administrator).get(reverse("taskforce:directory"))
    organisations = page.context["organisations"]
    assert len(organisations) == 16
    counts = Counter({one.agency.acronym: one.count for one in organisations})
    assert sum(counts.values()) == 25
    by_alias = {
        alias: person.agency.acronym
        for person in loaded.created
        for alias in person.agency.aliases.values_list("label", flat=True)
    }
    acronym = {name: by_alias.get(name, name) for name in ("OIT", "OMS", "UNESCO")}
    assert [counts[acronym[name]] for name in ("OIT", "OMS", "UNESCO")] == [4, 3, 3]
    ilo = next(one for one in organisations if one.agency.acronym == acronym["OIT"])
    assert {station.name for station in ilo.stations if station.name} == {"Genève", "New York"}
    doubts = [line.person for one in organisations for s in one.stations for line in s.people if line.doubt]
    assert len(doubts) == 1
    assert doubts[0].agency == ilo.agency
