"""Matrix, map, lines behind a number, sheets of a place and of a structure, as a browser reads them."""

import re
from datetime import date

import pytest
from django.urls import reverse

from interventions.enums import Measure
from interventions.queries.matrix import MatrixKind
from tests.interventions.factories import (
    FigureFactory,
    GroupFactory,
    InstrumentFactory,
    InterventionFactory,
    LineFactory,
    RoleFactory,
    UnitFactory,
)
from tests.project import html
from tests.taskforce.factories import AgencyFactory, CountryFactory, SeatFactory, TaskForceFactory, member

pytestmark = pytest.mark.django_db
YEAR = "du=1/1/2026&au=31/12/2026"


@pytest.fixture
def tahoua(body):
    """A region with two departments and three lines: one department, one region as a whole, one national."""
    country = body.country
    region = UnitFactory(country=country, pcode="NE005", name="Tahoua")
    madaoua = UnitFactory(country=country, pcode="NE005007", name="Madaoua", parent=region)
    UnitFactory(country=country, pcode="NE005003", name="Birni N’Konni", parent=region)
    cash = InstrumentFactory(code="cash", name_fr="Transfert monétaire")
    works = InstrumentFactory(code="works", name_fr="Travaux publics")
    InstrumentFactory(code="school", name_fr="Cantines scolaires")
    group = GroupFactory(code="poor", name_fr="Ménages pauvres")
    agency = AgencyFactory(acronym="PAM", name_fr="Programme alimentaire")
    nets = InterventionFactory(country=country, title="Filets sociaux", published=True, lead=agency)
    dunes = InterventionFactory(country=country, title="Fixation des dunes", published=True, lead=agency)
    line = LineFactory(intervention=nets, unit=madaoua, instrument=cash, target_group=group)
    FigureFactory(line=line, counted="household", value=1200)
    other = LineFactory(intervention=dunes, unit=madaoua, instrument=works, target_group=group)
    FigureFactory(line=other, counted="household", value=300)
    LineFactory(intervention=dunes, unit=region, instrument=works, target_group=None)
    LineFactory(intervention=dunes, unit=None, instrument=works, target_group=None)
    return {"region": region, "madaoua": madaoua, "agency": agency, "line": line, "nets": nets, "dunes": dunes}


def text_of(page) -> str:
    return re.sub(r"\s+", " ", page.text_content().replace("\u202f", " ").replace("\xa0", " "))


def read(browser, name, *args, query=YEAR):
    response = browser.get(f"{reverse(f'interventions:{name}', args=args)}?{query}")
    assert response.status_code == 200
    return html.tree(response.content)


def matrix_of(page) -> dict[str, list[str]]:
    """{row: texts of its cells}, the heading row included."""
    rows = page.xpath("//table[contains(@class, 'matrix')]//tr")
    found = {}
    for row in rows:
        texts = [text_of(cell).strip() for cell in row.xpath("./th | ./td")]
        found[texts[0]] = texts[1:]
    return found


class TestMatrix:
    def test_households_of_a_place_are_an_interval_and_nothing_filled_in_is_a_dash(self, office, tahoua):
        found = matrix_of(read(office, "matrix", "ner", query=f"{YEAR}&mesure=menages"))

        assert found["Département"] == ["Ensemble", "Transfert monétaire", "Travaux publics"]
        assert found["Madaoua"] == ["1 200 à 1 500", "1 200", "300"]
        assert found["Birni N’Konni"] == ["–non renseigné"] * 3
        assert found["Ensemble"] == ["1 200 à 1 500", "1 200", "300"]

    def test_what_is_known_of_the_region_alone_or_nowhere_has_its_own_row(self, office, tahoua):
        found = matrix_of(read(office, "matrix", "ner"))

        assert found["Tahoua"] == ["2", "1", "1"]
        assert found["Tahoua, sans précision de département"] == ["1", "–non renseigné", "1"]
        assert found["National ou diffus"] == ["1", "–non renseigné", "1"]
        assert found["Ensemble"] == ["2", "1", "1"]

    def test_an_instrument_without_a_line_is_named_below_and_is_no_column(self, office, tahoua):
        page = read(office, "matrix", "ner")

        assert "Sans aucune ligne renseignée dans cette période : Cantines scolaires." in text_of(page)

    @pytest.mark.parametrize("kind", MatrixKind)
    @pytest.mark.parametrize("measure", [one for one in Measure if one != Measure.PEOPLE])
    def test_each_cell_leads_to_as_many_lines_as_it_counts(self, office, tahoua, kind, measure):
        page = read(office, "matrix", "ner", query=f"{YEAR}&par={kind.value}&mesure={measure.value}")
        links = page.xpath("//table[contains(@class, 'matrix')]//td//a")
        assert links
        for link in links:
            behind = office.get(link.get("href"))
            assert behind.status_code == 200
            assert behind.context["page"].paginator.count > 0
            if measure == Measure.LINES:
                assert behind.context["page"].paginator.count == int(text_of(link))

    def test_two_periods_stand_side_by_side(self, office, tahoua):
        LineFactory(
            intervention=tahoua["nets"],
            unit=tahoua["madaoua"],
            instrument=InstrumentFactory(code="school"),
            starts_on=date(2025, 2, 1),
            ends_on=date(2025, 3, 1),
        )
        found = matrix_of(read(office, "matrix", "ner", query=f"{YEAR}&du2=1/1/2025&au2=31/12/2025"))

        assert "Cantines scolaires" in found["Département"]
        assert found["Madaoua"][0] == "1 →puis 2"
        # Filled in before, no longer.
        assert found["Madaoua"][found["Département"].index("Cantines scolaires")] == "1 →puis –non renseigné"

    def test_agencies_of_another_country_are_not_named(self, office, tahoua):
        senegal = CountryFactory(senegal=True)
        InterventionFactory(country=senegal, published=True, lead=AgencyFactory(name_fr="Délégation de Dakar"))

        assert "Délégation de Dakar" not in text_of(read(office, "matrix", "ner", query=f"{YEAR}&par=structure"))

    @pytest.mark.parametrize(
        "query",
        [
            "du=32/1/2026",
            "du=1/1/2026&au=1/1/2025",
            "par=inconnu",
            "mesure=%F0%9F%92%A9",
            "du2=1/1/2025",
            "du=1/1/0001&au=31/12/9999&du2=1/1/0001&au2=2/1/0001",
        ],
    )
    def test_what_cannot_be_read_is_said_and_never_an_error(self, office, tahoua, query):
        for name in ("matrix", "map"):
            response = office.get(f"{reverse(f'interventions:{name}', args=['ner'])}?{query}")
            assert response.status_code in (200, 422)


class TestMap:
    def test_every_unit_is_named_with_its_value_and_leads_to_its_sheet(self, office, tahoua):
        page = read(office, "map", "ner", query=f"{YEAR}&mesure=menages")
        links = page.xpath("//svg//a | //*[local-name()='svg']//*[local-name()='a']")

        labels = {re.sub(r"[\s\u202f\xa0]+", " ", link.get("aria-label")) for link in links}
        assert labels == {
            "Madaoua : 1 200 à 1 500 ménages atteints",
            "Birni N’Konni : non renseigné",
        }
        for link in links:
            assert office.get(link.get("href")).status_code == 200
        table = text_of(page.xpath("//table")[0])
        assert "Madaoua1 200 à 1 500" in table
        assert "Birni N’Konninon renseigné" in table

    def test_what_no_department_shows_is_told_beside_the_map(self, office, tahoua):
        page = read(office, "map", "ner", query=f"{YEAR}&mesure=lignes")
        assert "Hors de la carte, sans lieu de ce niveau (lignes de couverture) : 2." in text_of(page)
        (link,) = page.xpath("//figure//p/a")
        assert office.get(link.get("href")).context["page"].paginator.count == 2
        page = read(office, "map", "ner", query=f"{YEAR}&mesure=lignes&niveau=1")
        assert "(lignes de couverture) : 1." in text_of(page)
        (link,) = page.xpath("//figure//p/a")
        assert office.get(link.get("href")).context["page"].paginator.count == 1

    def test_a_map_of_one_instrument_leads_to_the_lines_that_it_counts(self, office, tahoua):
        instrument = tahoua["line"].instrument_id
        page = read(office, "map", "ner", query=f"{YEAR}&instrument={instrument}&structure={tahoua['agency'].pk}")
        (link,) = page.xpath("//*[local-name()='a'][starts-with(@aria-label, 'Madaoua')]")

        assert text_of_label(link) == "Madaoua : 1 intervention"
        behind = office.get(link.get("href"))
        assert [row.line for row in behind.context["rows"]] == [tahoua["line"]]
        assert behind.context["told"] == ["Madaoua", "Transfert monétaire", "PAM"]

    def test_the_classes_may_be_typed(self, office, tahoua):
        page = read(office, "map", "ner", query=f"{YEAR}&mesure=menages&classes=given&bornes=500, 1000")
        legend = [text_of(one).strip() for one in page.xpath("//ul[@class='map-legend']/li")]
        # No class is drawn for values that no place has: one class, from the least to the most.
        assert legend == ["1 200", "non renseigné"]
        response = office.get(f"{reverse('interventions:map', args=['ner'])}?bornes=beaucoup")
        assert response.status_code == 422
        assert "nombres entiers" in response.content.decode()

    def test_two_periods_share_their_classes(self, office, tahoua):
        page = read(office, "map", "ner", query=f"{YEAR}&du2=1/1/2025&au2=31/12/2025")
        assert len(page.xpath("//figure")) == 2
        assert [text_of(one).strip() for one in page.xpath("//figcaption")] == ["2025", "2026"]
        assert len(page.xpath("//ul[@class='map-legend']")) == 1

    def test_without_any_limits_the_map_is_tiles_and_says_so(self, office, tahoua):
        assert "aucune limite n’est chargée" in text_of(read(office, "map", "ner"))


def text_of_label(link) -> str:
    return link.get("aria-label").replace("\xa0", " ")


class TestSheets:
    def test_the_sheet_of_a_department_tells_its_lines_and_not_those_of_its_region(self, office, tahoua):
        page = read(office, "area_sheet", "ner", "NE005007")
        text = text_of(page)

        assert "Filets sociaux" in text
        assert "1 200 ménages (compté)" in text
        assert "Suivi de l’essai, 30 juin 2026" in text
        assert "1 ligne de la région Tahoua n’est précisée pour aucun département : elle n’est pas comptée ici." in text
        assert len(page.xpath("//table//tbody/tr")) == 2

    def test_the_sheet_of_a_region_holds_what_lies_in_it(self, office, tahoua):
        page = read(office, "area_sheet", "ner", "NE005")
        assert len(page.xpath("//table//tbody/tr")) == 3
        assert page.xpath("//a[contains(@href, '/lieux/NE005003/')]")

    def test_a_place_of_another_country_or_none_is_not_found(self, office, tahoua):
        UnitFactory(country=CountryFactory(senegal=True), pcode="SN07", name="Matam")
        for pcode in ("SN07", "NE999", "NE005'", "x" * 300):
            assert office.get(reverse("interventions:area_sheet", args=["ner", pcode])).status_code == 404

    def test_the_sheet_of_a_structure_tells_what_and_where_and_what_is_to_be_said(self, office, tahoua):
        page = read(office, "agency_sheet", "ner", tahoua["agency"].pk)
        text = text_of(page)

        assert [text_of(one).strip() for one in page.xpath("//section//h2")] == ["Filets sociaux", "Fixation des dunes"]
        assert "Non vérifiée depuis un mois" in text
        assert "national ou diffus, Madaoua, Tahoua" in text

    def test_a_structure_that_is_not_there_is_not_told_to_be_absent(self, office, tahoua):
        text = text_of(read(office, "agency_sheet", "ner", AgencyFactory().pk))
        assert "Ce n’est pas la preuve qu’elle n’intervient pas." in text

    def test_a_funder_is_not_there(self, office, tahoua):
        funder = AgencyFactory()
        RoleFactory(intervention=tahoua["nets"], agency=funder, kind="funder")
        assert "Filets sociaux" not in text_of(read(office, "agency_sheet", "ner", funder.pk))


class TestLines:
    @pytest.mark.parametrize(
        "query",
        [
            "lieu=%27",
            "instrument=x",
            "structure=99999999999999999999",
            "axe=-1",
            "age=x",
            "garantie=0",
            "page=9999",
            "lieu=NE005&precision=x",
        ],
    )
    def test_what_names_nothing_gives_no_line_and_no_error(self, office, tahoua, query):
        response = office.get(f"{reverse('interventions:line_list', args=['ner'])}?{query}")
        assert response.status_code == 200

    def test_all_pages_keep_the_conditions_when_the_period_changes(self, office, tahoua):
        page = read(office, "line_list", "ner", query=f"{YEAR}&lieu=NE005007&structure={tahoua['agency'].pk}")
        kept = {one.get("name"): one.get("value") for one in page.xpath("//form//input[@type='hidden']")}
        assert kept["lieu"] == "NE005007"
        assert kept["structure"] == str(tahoua["agency"].pk)


class TestWhoReads:
    def test_a_sheet_of_the_agencies_alone_is_counted_for_them_alone(self, signed_in, body, tahoua):
        agency = AgencyFactory(acronym="BIT")
        hidden = InterventionFactory(country=body.country, published=True, visibility="agency", lead=agency)
        LineFactory(intervention=hidden, unit=tahoua["madaoua"], instrument=InstrumentFactory(code="cash"))
        theirs = member(body, role="none")
        from tests.taskforce.factories import MandateFactory

        MandateFactory(seat=SeatFactory(task_force=body, agency=agency), person=theirs)
        other = member(body, role="titular")

        assert matrix_of(read(signed_in(theirs.user), "matrix", "ner"))["Madaoua"][0] == "3"
        assert matrix_of(read(signed_in(other.user), "matrix", "ner"))["Madaoua"][0] == "2"

    def test_whoever_holds_nothing_finds_nothing(self, signed_in, tahoua):
        stranger = member(TaskForceFactory(), role="none").user
        for name, args in (("matrix", ["ner"]), ("map", ["ner"]), ("area_sheet", ["ner", "NE005"])):
            assert signed_in(stranger).get(reverse(f"interventions:{name}", args=args)).status_code == 404


class TestSmallFigures:
    """A public sheet of Niger, read by the secretariat of Senegal."""

    @pytest.fixture
    def outsider(self, signed_in, tahoua):
        tahoua["nets"].visibility = tahoua["dunes"].visibility = "public"
        tahoua["nets"].save()
        tahoua["dunes"].save()
        FigureFactory(line=tahoua["line"], counted="person", value=3)
        abroad = TaskForceFactory(country=CountryFactory(senegal=True))
        return signed_in(member(abroad, role="secretariat").user)

    def test_the_secretariat_of_the_country_reads_them(self, outsider, office, tahoua):
        assert matrix_of(read(office, "matrix", "ner", query=f"{YEAR}&mesure=personnes"))["Madaoua"][0] == "3"

    def test_no_page_tells_them_to_an_outsider(self, outsider, tahoua):
        other = LineFactory(
            intervention=tahoua["nets"],
            unit=UnitFactory(pcode="NE005003"),
            instrument=tahoua["line"].instrument,
            target_group=tahoua["line"].target_group,
        )
        FigureFactory(line=other, counted="person", value=53)
        query = f"{YEAR}&mesure=personnes"
        found = matrix_of(read(outsider, "matrix", "ner", query=query))
        assert found["Madaoua"][0] == "< 5"
        # 53 is told: 56 would give the 3 away.
        assert found["Ensemble"][0] == "54 à 57"
        page = read(outsider, "map", "ner", query=query)
        told = (
            text_of(page)
            + " ".join(page.xpath("//@aria-label"))
            + " ".join(page.xpath("//*[local-name()='desc']/text()"))
        )
        assert "< 5" in told
        assert not re.search(r"\b3 personnes", told.replace("\xa0", " "))
        assert next(text_of(one).strip() for one in page.xpath("//ul[@class='map-legend']/li")) == "< 5"
        for name, args in (
            ("area_sheet", ["ner", "NE005007"]),
            ("agency_sheet", ["ner", tahoua["agency"].pk]),
            ("line_list", ["ner"]),
        ):
            text = text_of(read(outsider, name, *args))
            assert not re.search(r"\b(3|56) personnes", text)
        assert "< 5 personnes (compté)" in text_of(read(outsider, "line_list", "ner"))

    def test_interventions_and_structures_are_counted_openly(self, outsider, tahoua):
        assert matrix_of(read(outsider, "matrix", "ner"))["Madaoua"][0] == "2"
