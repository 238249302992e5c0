"""The terms of reference as PDF and Word: the same facts in both, from one context."""

import io
import re
from datetime import date

import docx
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.documents import services
from core.documents.base import CONTENT_TYPES, canonical_json, content_sha256, documents
from core.models import DocumentJob
from taskforce.documents.terms import STAMP
from taskforce.enums import TermsOutcome, TermsState
from taskforce.models import TermsDiscussion, TermsOfReference
from taskforce.services.terms import save_section
from tests.taskforce.factories import TaskForceFactory, TermsFactory, TermsSectionFactory, member

pytestmark = pytest.mark.django_db

BODY = (
    "<p>Réflexion <strong>stratégique</strong> commune : voir <a href='https://example.org/pnps'>la politique</a>.</p>"
    "<ul><li>ciblage<ul><li>saisonnier</li></ul></li><li>suivi</li></ul><ol start='3'><li>trois</li><li>quatre</li></ol>"
    "<table><thead><tr><th>Agence</th><th>Apport</th></tr></thead>"
    "<tbody><tr><td>PAM</td><td>Filets sociaux</td></tr></tbody></table>"
)


@pytest.fixture
def terms():
    terms = TermsFactory(
        task_force=TaskForceFactory(name="Task Force Protection sociale"),
        title="Termes de référence de la Task Force",
        state=TermsState.DISCUSSED,
        round=1,
    )
    for title, body in (("Contexte", "<p>Plusieurs agences agissent.</p>"), ("Objectifs", BODY), ("Vide", "")):
        section = TermsSectionFactory(terms=terms, title=title, body="", version=0)
        save_section(section, title=title, body=body, base_version=0, actor=SYSTEM)
    TermsSectionFactory(terms=terms, title="Retirée", removed_at="2016-01-01T00:00Z", body="<p>Hors du texte.</p>")
    TermsDiscussion.objects.create(
        terms=terms,
        event="Réunion de l’équipe-pays",
        forum="UNCT",
        held_on=date(2016, 2, 1),
        outcome=TermsOutcome.NOTED,
    )
    return terms


def document():
    return documents.get("terms")()


def made(terms, extension):
    return services.render(document(), document().canonical(terms), extension)


def words_of_pdf(data):
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return re.sub(r"\s+", " ", text)


def words_of_docx(data):
    word = docx.Document(io.BytesIO(data))
    parts = [node.text or "" for node in word.element.body.iter() if node.tag.endswith(("}t", "}br", "}p"))]
    frame = [part.paragraphs[0].text for part in (word.sections[0].header, word.sections[0].footer)]
    return re.sub(r"\s+", " ", " ".join(parts + frame))


FACTS = [
    "Termes de référence de la Task Force",
    "Task Force Protection sociale",
    "1. Contexte",
    "Plusieurs agences agissent.",
    "2. Objectifs",
    "saisonnier",
    "trois",
    "Filets sociaux",
    "1er février 2016",
    "Réunion de l’équipe-pays",
    "UNCT",
    "Pris en note",
    "Projet de termes de référence, discuté",
]


def test_pdf_and_word_hold_the_same_facts(terms):
    sha = content_sha256(document().canonical(terms))
    pdf, word = words_of_pdf(made(terms, "pdf")), words_of_docx(made(terms, "docx"))

    for fact in FACTS:
        assert fact in pdf
        assert fact in word
    for absent in ("Vide", "Retirée", "Hors du texte"):
        assert absent not in pdf
        assert absent not in word
    assert sha in pdf.replace(" ", "")
    assert sha in word


def test_the_word_file_has_word_s_own_headings_lists_and_tables(terms):
    word = docx.Document(io.BytesIO(made(terms, "docx")))
    by_style = {}
    for paragraph in word.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)

    assert by_style["Title"] == ["Termes de référence de la Task Force"]
    assert by_style["Heading 1"] == ["1. Contexte", "2. Objectifs", "Discussions du texte"]
    assert by_style["List Paragraph"] == ["ciblage", "saisonnier", "suivi", "trois", "quatre"]
    table = word.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Agence", "Apport"],
        ["PAM", "Filets sociaux"],
    ]
    assert word.core_properties.title.startswith("Termes de référence de la Task Force")
    assert word.core_properties.language == "fr"


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_the_same_text_gives_the_same_file(terms, extension):
    assert made(terms, extension) == made(TermsOfReference.objects.get(), extension)


def test_an_adopted_text_says_when_and_by_whom(terms):
    TermsOfReference.objects.update(
        state="adopted", adopted_on=date(2016, 4, 1), adopted_by="Équipe-pays des Nations Unies"
    )
    terms.refresh_from_db()
    for words in (words_of_pdf(made(terms, "pdf")), words_of_docx(made(terms, "docx"))):
        assert "Adoptés le 1er avril 2016 par Équipe-pays des Nations Unies" in words
        assert "Texte à adopter" not in words


def test_the_context_is_plain_data_and_its_stamp_covers_what_it_reads(terms):
    canonical_json(document().canonical(terms))
    terms = document().queryset(member(terms.task_force).user).get()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        document().get_context(terms)
    read = {table for query in queries for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert read <= STAMP.tables
    before = document().stamp(terms)
    assert document().stamp(terms) == before
    TermsDiscussion.objects.update(note="Autre")
    assert document().stamp(terms) != before


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_a_member_asks_for_the_file_and_takes_it_away(terms, client, extension):
    client.force_login(member(terms.task_force).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = client.post(f"/documents/demander/terms/{terms.pk}/{extension}/")
    assert asked.status_code == 302
    services.run_job(DocumentJob.objects.get().pk)
    page = client.get(asked["Location"]).content.decode()
    job = DocumentJob.objects.get()
    assert f"/documents/fichier/{job.artefact_id}/" in page
    response = client.get(f"/documents/fichier/{job.artefact_id}/")

    assert response["Content-Type"] == CONTENT_TYPES[extension]
    assert f"termes-de-reference-{terms.task_force.slug}-v1.{extension}" in response["Content-Disposition"]


def test_a_draft_is_a_preview_for_its_writers_alone(terms, client):
    TermsOfReference.objects.update(state="draft")
    terms.refresh_from_db()
    assert document().is_preview(terms)
    client.force_login(member(terms.task_force).user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/documents/demander/terms/{terms.pk}/docx/").status_code == 404
