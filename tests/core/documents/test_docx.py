"""HTML to Word: styles, lists, tables, links; nothing of the machine; hostile texts bounded."""

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from core.documents.base import DocumentRefused
from core.documents.docx import render_docx, write_docx
from core.documents.html_limits import MAX_DOCUMENT_BYTES, DocumentTooLarge, document_html
from core.documents.sandbox import Limits

PAGE = (
    "<!doctype html><html lang='fr'><head><title>Note</title><meta name='author' content='Groupe'></head><body>"
    "<div class='running-body'>Le  groupe</div><div class='running-date'>1er mars</div>"
    "<div class='running-version'>Version 3</div>{}</body></html>"
)


def word(html, **kwargs):
    return docx.Document(io.BytesIO(write_docx(PAGE.format(html), language="fr", **kwargs)))


def texts(html):
    return [(p.style.name, p.text) for p in word(html).paragraphs]


def numbers(paragraph):
    """(list, level) of a paragraph; None outside lists."""
    found = paragraph._p.find(f".//{qn('w:numPr')}")
    if found is None:
        return None
    return tuple(int(found.find(qn(name)).get(qn("w:val"))) for name in ("w:numId", "w:ilvl"))


def test_headings_and_paragraphs_have_word_s_styles():
    assert texts("<h1>Un</h1><section><h2>Deux</h2><p>Trois</p><h3>Quatre</h3></section>") == [
        ("Title", "Un"),
        ("Heading 1", "Deux"),
        ("Normal", "Trois"),
        ("Heading 2", "Quatre"),
    ]


def test_white_space_is_a_browser_s():
    assert texts("<p>\n  un   <b>deux </b>\n trois<br>\n quatre </p>") == [("Normal", "un deux trois\nquatre")]
    assert texts("texte nu <i>et</i> suite<p>puis</p>fin") == [
        ("Normal", "texte nu et suite"),
        ("Normal", "puis"),
        ("Normal", "fin"),
    ]


def test_marks_and_links():
    document = word(
        "<p>un <strong>deux <em>trois</em></strong> <a href='https://example.org/a?b=1&amp;c=2'>lien</a></p>"
    )
    paragraph = document.paragraphs[0]
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in paragraph.runs[:3]] == [
        ("un ", False, False),
        ("deux ", True, False),
        ("trois", True, True),
    ]
    assert [(link.text, link.address) for link in paragraph.hyperlinks] == [("lien", "https://example.org/a?b=1&c=2")]


def test_another_scheme_is_no_link():
    document = word("<p><a href='javascript:alert(1)'>texte</a><a href='file:///etc/passwd'>autre</a></p>")
    assert document.paragraphs[0].text == "texteautre"
    assert document.paragraphs[0].hyperlinks == []


def test_lists_are_word_s_and_each_begins_again():
    document = word("<ul><li>a<ol><li>b</li></ol></li><li><p>c</p><p>suite</p></li></ul><ol><li>d</li></ol>")
    assert [(p.text, numbers(p)) for p in document.paragraphs] == [
        ("a", (1, 0)),
        ("b", (2, 1)),
        ("c", (1, 0)),
        ("suite", None),
        ("d", (3, 0)),
    ]


def test_a_list_begins_where_the_text_says():
    document = word(str(document_html("<ol start='7'><li>sept</li></ol>")))
    [number] = document.part.numbering_part.element.findall(qn("w:num"))
    assert number.find(f".//{qn('w:startOverride')}").get(qn("w:val")) == "7"


def test_tables_keep_their_grid_and_repeat_their_heading():
    document = word(
        "<table><thead><tr><th>A</th><th colspan='2'>B</th></tr></thead>"
        "<tbody><tr><td rowspan='2'>1</td><td>2</td><td>3</td></tr><tr><td>4</td><td>5</td></tr></tbody></table>"
    )
    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["A", "B", "B"],
        ["1", "2", "3"],
        ["1", "4", "5"],
    ]
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert table.rows[1]._tr.find(f".//{qn('w:tblHeader')}") is None


def widths(html):
    """The columns of the first table, in hundredths of the text."""
    columns = word(html).tables[0]._tbl.tblGrid.findall(qn("w:gridCol"))
    return [round(int(column.get(qn("w:w"))) / 97.5) for column in columns]


def test_short_columns_stay_on_one_line_and_long_ones_take_the_rest():
    text = "Préparer une note sur le registre social unifié, en lien avec les services techniques de l’État. " * 3
    row = f"<tr><td>A-2016-14</td><td>{text}</td><td>11 avril 2016</td></tr>"
    number, action, day = widths(f"<table><tr><th>N°</th><th>Action</th><th>Échéance</th></tr>{row * 3}</table>")
    assert 10 <= number <= 15 and 12 <= day <= 18
    assert number + action + day in range(98, 101)


def test_columns_of_long_texts_share_by_what_they_hold():
    first, second = widths(f"<table><tr><td>{'mot ' * 400}</td><td>{'mot ' * 100}</td></tr></table>")
    assert 65 <= first <= 68 and first + second in range(98, 101)


def test_columns_to_write_in_keep_the_width_that_they_ask_for():
    html = "<table class='signin'><thead><tr><th>Nom</th><th data-share='30'>Signature</th></tr></thead>"
    assert widths(html + "<tr><td>Mme Aïssa Idi</td><td></td></tr></table>") == [70, 30]
    assert word(html + "</table>").tables[0].style.name == "Tableau à signer"


def test_words_wider_than_the_page_leave_every_column_in_it():
    found = widths(f"<table><tr><td>{'m' * 400}</td><td>{'m' * 100}</td><td></td></tr></table>")
    assert sum(found) <= 101 and min(found) > 0


@pytest.mark.parametrize(
    "html",
    [
        "<table></table>",
        "<table><tr></tr></table>",
        "<table><tr><td rowspan='99999'>a<td colspan='99999'>b</table>",
        "<table><tr><td><table><tr><td>dedans</table></table>",
        "<ul></ul><ol><li></ol>",
        "<ul><li><table><tr><td>a</table></ul>",
        "<p></p><p>   </p>",
        "<p>\x0b\x00 a \ufffe</p>",
        "<!-- rien --><p>a<!-- b -->c</p>",
    ],
)
def test_odd_html_still_gives_a_file(html):
    document = word(html)
    for table in document.tables:
        assert all(row.cells for row in table.rows)


def test_header_footer_and_properties():
    document = word("<p>a</p>")
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "Le groupe\t1er mars"
    footer = section.footer.paragraphs[0]
    fields = [field.get(qn("w:instr")) for field in footer._p.findall(qn("w:fldSimple"))]
    assert (footer.text.startswith("Version 3\t"), fields) == (True, ["PAGE", "NUMPAGES"])
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == ("Note", "Groupe", "fr")


def test_nothing_tells_when_or_where_it_was_made():
    data = write_docx(PAGE.format("<p>a</p>"), language="fr")
    assert data == write_docx(PAGE.format("<p>a</p>"), language="fr")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
        assert "dcterms" not in core.partition("coreProperties")[2].replace("xmlns:dcterms", "")
        assert "python" not in core
        assert not any("thumbnail" in name for name in package.namelist())
        assert package.read("word/settings.xml").count(b'w:name="compatibilityMode"') == 1


def test_the_file_is_small_and_every_style_it_names_exists():
    html = (
        "<h1>a</h1><h2>b</h2><h3>c</h3><ol class='agenda'><li><span class='number'>1.</span> d</li></ol><ul><li>e</ul>"
    )
    html += "<p class='note'>f</p><p class='facts'><span>g</span><span>h</span></p><table><tr><th>i<td>j</table>"
    html += "<p><a href='https://example.org'>k</a> <span class='aside'>l</span></p><section class='end'><h2>m</h2></section>"
    document = word(html)
    used = {node.get(qn("w:val")) for name in ("p", "r", "tbl") for node in document.element.iter(qn(f"w:{name}Style"))}
    assert used <= {style.style_id for style in document.styles}
    assert [p.text for p in document.paragraphs if p.style.name == "Point"] == ["1.\td"]
    assert "g · h" in [p.text for p in document.paragraphs]
    assert len(write_docx(PAGE.format(html), language="fr")) < 15_000


def test_the_child_gives_the_same_bytes_and_keeps_its_limits():
    html = PAGE.format("<h1>Un</h1>")
    assert render_docx(html, language="fr") == write_docx(html, language="fr")
    with pytest.raises(DocumentTooLarge):
        render_docx("x" * (MAX_DOCUMENT_BYTES + 1), language="fr")
    heavy = PAGE.format("<table>" + "<tr><td>a</td></tr>" * 60_000 + "</table>")
    with pytest.raises(DocumentRefused):
        render_docx(heavy, language="fr", limits=Limits(wall_seconds=0.3, cpu_seconds=1, memory_bytes=700_000_000))
