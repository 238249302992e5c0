"""The words of every kind of file, and what hostile ones cost."""

import io
import time
import zipfile

import docx
import openpyxl
import pytest
from pypdf import PdfReader, PdfWriter
from weasyprint import HTML

from core.file_text import MOST_CHARACTERS, READABLE, UnreadableFileError, read_confined, read_here
from core.uploads import TYPES

SLIDE = "http://schemas.openxmlformats.org/drawingml/2006/main"
ODT = 'xmlns:office="o" xmlns:text="t"'


def words(content, kind):
    return read_here(io.BytesIO(content), TYPES[kind])


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word_file(*paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return document


def pdf_file(html):
    return HTML(string=f"<html lang=fr>{html}").write_pdf()


def test_a_word_file_with_its_tables_notes_and_margins():
    document = word_file("Les ménages vulnérables", "de la zone")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Agence", "Montant"
    document.sections[0].footer.paragraphs[0].text = "Pied de page"

    assert words(saved(document), "docx") == "Les ménages vulnérables\nde la zone\nAgence\nMontant\nPied de page"


def test_what_was_deleted_or_moved_away_is_no_word_of_the_file():
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = (
        f'<x:document xmlns:x="{w}"><x:p><x:r><x:t>gar</x:t></x:r><x:r><x:t>dé</x:t></x:r>'
        "<x:del><x:r><x:delText>effacé</x:delText></x:r></x:del><x:ins><x:r><x:t> inséré</x:t></x:r></x:ins>"
        "<x:moveFrom><x:r><x:t>déplacé</x:t></x:r></x:moveFrom></x:p></x:document>"
    )

    assert words(zipped(**{"word/document.xml": part}), "docx") == "gardé inséré"


def test_the_texts_of_a_workbook():
    book = openpyxl.Workbook()
    book.active.append(["Région", "Ménages", 1200])
    book.create_sheet().append(["Tahoua"])

    assert words(saved(book), "xlsx").split("\n") == ["Région", "Ménages", "Tahoua"]


def test_slides_in_their_order():
    slides = {
        f"ppt/slides/slide{n}.xml": f'<a:sld xmlns:a="{SLIDE}"><a:p><a:r><a:t>Page {n}</a:t></a:r></a:p></a:sld>'
        for n in (10, 2)
    }

    assert words(zipped(**slides), "pptx") == "Page 2\nPage 10"


def test_an_open_document():
    part = (
        f"<office:doc {ODT}><text:tracked-changes><text:p>ancien</text:p></text:tracked-changes>"
        "<text:h>Titre</text:h><text:p>Un<text:s/>mot<text:span> souligné</text:span></text:p></office:doc>"
    )

    assert words(zipped(**{"content.xml": part}), "odt") == "Titre\nUn mot souligné"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_texts_in_every_old_encoding(encoding):
    assert words("Réunion de l’équipe\r\nÉlargie".encode(encoding), "txt") == "Réunion de l’équipe\nÉlargie"


def test_a_text_that_is_cut_in_the_middle_of_a_letter_stays_utf8():
    text = words(("é" * 2_000_001).encode(), "txt")

    assert set(text) == {"é"}
    assert len(text) == MOST_CHARACTERS


def test_a_pdf_page_after_page():
    content = pdf_file("<p>Premier mot</p><p style='break-before: page'>Second mot</p>")

    assert words(content, "pdf") == "Premier mot\nSecond mot"


def test_a_pdf_without_text_has_no_words():
    assert words(pdf_file("<div style='width: 5cm; height: 5cm; background: red'></div>"), "pdf") == ""


def test_a_locked_pdf_is_said_to_be(tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_file("<p>Secret</p>"))))
    writer.encrypt("mot de passe", algorithm="AES-256")
    writer.write(path := tmp_path / "x.pdf")

    with pytest.raises(UnreadableFileError):
        read_confined(path, TYPES["pdf"])


def test_pictures_have_no_words(tmp_path):
    assert {"jpg", "png"}.isdisjoint({kind for kind, type_ in TYPES.items() if type_ in READABLE})
    assert read_confined(tmp_path, TYPES["png"]) == ""


def test_what_no_database_can_keep_is_left_out():
    assert words(b"avant\x00\x02\xef\xbb\xbfapr\xc3\xa8s", "txt") == "avant après"


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "pptx", "odt"])
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x", b"PK\x03\x04", b"\x00" * 5000])
def test_a_damaged_file_is_said_to_be(tmp_path, kind, content):
    path = tmp_path / "x"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError):
        read_confined(path, TYPES[kind])


def test_a_file_that_is_gone_is_no_damaged_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_confined(tmp_path / "nothing", TYPES["pdf"])


def test_a_bomb_of_words_is_left_when_there_are_enough(tmp_path):
    start = b'<w:document xmlns:w="u"><w:t>'
    path = tmp_path / "bomb.docx"
    path.write_bytes(zipped(**{"word/document.xml": start + b"mot " * 12_000_000}))
    began = time.monotonic()

    assert len(read_confined(path, TYPES["docx"])) >= MOST_CHARACTERS - 1
    assert time.monotonic() - began < 10


def test_a_bomb_without_words_is_refused(tmp_path):
    path = tmp_path / "bomb.docx"
    path.write_bytes(zipped(**{"word/document.xml": b"<w:document xmlns:w='u'>" + b" " * 70_000_000}))

    with pytest.raises(UnreadableFileError):
        read_confined(path, TYPES["docx"])


def test_entities_are_refused():
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:document xmlns:w="u"><w:t>&b;</w:t></w:document>'

    with pytest.raises(UnreadableFileError):
        words(zipped(**{"word/document.xml": laughs}), "docx")


def test_a_pdf_of_one_enormous_page_ends_within_its_limits(tmp_path):
    """Its stream unpacks to far more than the process may hold, or takes longer than it may."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    from pypdf.generic import NameObject, StreamObject

    stream = StreamObject()
    stream.set_data(b"BT /F1 1 Tf (x) Tj ET " * 8_000_000)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(path := tmp_path / "bomb.pdf")
    began = time.monotonic()

    try:
        text = read_confined(path, TYPES["pdf"])
    except UnreadableFileError:
        text = ""
    assert time.monotonic() - began < 80
    assert len(text) <= MOST_CHARACTERS
