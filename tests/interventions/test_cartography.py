"""« Cartographie des interventions »: who may have which, what it prints, as a PDF and as a Word file."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.urls import reverse
from pypdf import PdfReader

from core.documents.docx import write_docx
from core.documents.pdf import write_pdf
from core.models import DocumentJob
from interventions.documents.cartography import CartographyDocument
from interventions.maps.raster import swatch
from interventions.models import Audience, Cartography
from interventions.periods import Period
from interventions.services.cartographies import cartography
from tests.interventions.factories import FigureFactory, InterventionFactory, LineFactory, RoleFactory, UnitFactory
from tests.taskforce.factories import TaskForceFactory, member

YEAR = Period.year(2026)


@pytest.fixture
def country(body):
    return body.country


@pytest.fixture
def lines(country):
    region = UnitFactory(country=country, pcode="NE004", name="Maradi")
    unit = UnitFactory(country=country, pcode="NE004008", name="Mayahi", parent=region)
    UnitFactory(country=country, pcode="NE004001", name="Aguié", parent=region)
    found = []
    for code, visibility, value in (("public", "public", 3), ("partners", "partners", 950), ("agency", "agency", 70)):
        sheet = InterventionFactory(
            country=country, code=code, title=f"Filet {code}", state="published", visibility=visibility
        )
        RoleFactory(intervention=sheet, kind="accountable")
        line = LineFactory(intervention=sheet, unit=unit, starts_on=date(2026, 1, 1), ends_on=None)
        FigureFactory(
            line=line, kind="reached", counted="person", value=value, precision="illustrative", source=f"Source {code}",
            as_of=date(2026, 6, 30),
        )  # fmt: skip
        found.append(line)
    return found


def written(obj):
    document = CartographyDocument()
    canonical = document.canonical(obj)
    return canonical, document.render_html(canonical)


def test_partners_read_what_is_theirs_and_not_what_agencies_keep(lines, country, secretary):
    obj = cartography(country, YEAR, reader=secretary, language="fr")
    assert obj.audience == Audience.PARTNERS
    _canonical, html = written(obj)
    assert "Filet public" in html and "Filet partners" in html and "Filet agency" not in html
    assert "950 personnes (illustratif, au 30 juin 2026)" in html.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Source partners" in html and "Source agency" not in html
    assert "illustratifs" in html and "Aguié" in html


def test_outsiders_read_what_is_public_with_small_figures_masked(lines, country):
    abroad = TaskForceFactory(country__iso3="SEN", country__iso2="SN", slug="dakar")
    outsider = member(abroad, role="secretariat").user
    obj = cartography(country, YEAR, reader=outsider, language="fr")
    assert obj.audience == Audience.PUBLIC
    _canonical, html = written(obj)
    assert "Filet public" in html and "Filet partners" not in html
    assert "&lt; 5 personnes" in html and "3 personnes" not in html
    partners = Cartography.objects.create(
        country=country, starts_on=YEAR.start, ends_on=YEAR.end, audience="partners", language="fr"
    )
    assert list(CartographyDocument().queryset(outsider)) == [obj]
    assert set(CartographyDocument().queryset(member(TaskForceFactory(country=country, slug="x"), role="observer").user)) == {
        obj, partners,
    }  # fmt: skip


def test_the_pdf_and_the_word_file_hold_the_same_and_the_maps(lines, country, secretary):
    obj = cartography(country, YEAR, reader=secretary, language="fr")
    canonical, html = written(obj)
    pdf = PdfReader(BytesIO(write_pdf(html, stylesheet=CartographyDocument.stylesheet, identifier=bytes(16))))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    word = docx.Document(BytesIO(write_docx(html, language="fr")))
    paragraphs = "\n".join(one.text for one in word.paragraphs)
    for words in ("Interventions par département", "Structures par département", "Sources et limites"):
        assert words in text and words in paragraphs
    # Three maps, and the marks of their classes.
    shown = sum(not one["is_empty"] for one in canonical["content"]["maps"])
    assert len(word.inline_shapes) == shown + sum(len(one["legend"]) for one in canonical["content"]["maps"])
    assert all(shape._inline.docPr.get("descr") for shape in word.inline_shapes)
    assert write_docx(html, language="fr") == write_docx(html, language="fr")


def test_marks_of_classes_differ_in_black_and_white():
    assert len({swatch(look) for look in range(-1, 5)}) == 6


def test_an_empty_period_says_so(lines, country, secretary):
    obj = cartography(country, Period.year(2019), reader=secretary, language="fr")
    _canonical, html = written(obj)
    assert "Non renseigné dans cette période." in html and "<img" not in html


def test_in_english_its_words_are_english(lines, country, secretary):
    obj = cartography(country, YEAR, reader=secretary, language="en")
    _canonical, html = written(obj)
    assert "by department" in html and "par département" not in html


def test_asking_twice_makes_one(office, lines, country):
    url = reverse("interventions:cartography", args=["ner"])
    page = office.get(url, {"du": "1/1/2025", "au": "31/12/2025"}).content.decode()
    assert 'value="1/1/2025"' in page
    asked = {"du": "1/1/2026", "au": "31/12/2026", "langue": "fr", "format": "docx"}
    for _time in range(2):
        response = office.post(url, asked)
        assert response.status_code == 302 and "/documents/" in response.url
    assert Cartography.objects.count() == 1 and DocumentJob.objects.count() == 1
    assert office.post(url, asked | {"du": "31/12/2027"}).status_code == 422
    assert office.post(url, asked | {"format": "exe"}).status_code == 422
