"""The styles, lists and page of our Word files. Word shows its built-in ones under its own language's names."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

INK, INK_2, BRAND, OCHRE = (
    RGBColor(0x1D, 0x2A, 0x32),
    RGBColor(0x51, 0x61, 0x6B),
    RGBColor(0x0B, 0x55, 0x63),
    RGBColor(0x8F, 0x48, 0x0C),
)
LINE, LINE_TO_SIGN = "D9E0E3", "B9C4C9"
# Fonts that Word and LibreOffice have or replace by one of the same widths: the file is written on elsewhere.
SANS, SERIF = "Calibri", "Cambria"
# The numbers of our two kinds of lists.
BULLETS, NUMBERS = 1, 2
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
# Levels of a list: the indent of each, in twentieths of a point (7 mm).
INDENT = 397
UNWANTED = frozenset({"thumbnail", "stylesWithEffects", "customXml"})
KEPT_STYLES = frozenset(
    """
    Normal DefaultParagraphFont TableNormal NoList Title Heading1 Heading2 Heading3 ListParagraph Header Footer
    """.split()
)
APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Socle</Application></Properties>"
)


def prepare(document: Any, *, language: str) -> None:
    """Make python-docx's empty document ours: A4, styles, lists, language."""
    _bare(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(19)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    section.header_distance, section.footer_distance = Mm(12), Mm(11)
    _language(document, LOCALES.get(language[:2], language))
    _styles(document.styles)
    _lists(document)


def _bare(document: Any) -> None:
    """Without what the template brings from the machine it was made on."""
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    for owner in (document.part.package, document.part):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.rpartition("/")[2] in UNWANTED:
                del owner.rels[key]
            elif relation.reltype.endswith("/extended-properties"):
                relation.target_part._blob = APP
    settings = document.settings.element
    for found in settings.findall(qn("w:rsids")):
        settings.remove(found)
    # Some 170 styles that no text of ours uses: nine tenths of the file.
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")).removesuffix("Char") not in KEPT_STYLES:
            styles.remove(style)


def _language(document: Any, locale: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = OxmlElement("w:lang")
        properties.append(lang)
    for name in ("val", "eastAsia"):
        lang.set(qn(f"w:{name}"), locale)
    settings = document.settings.element
    for theme in settings.findall(qn("w:themeFontLang")):
        theme.set(qn("w:val"), locale)
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            # Otherwise Word opens the file in its « mode de compatibilité ».
            setting.set(qn("w:val"), "15")


def _font(style: Any, name: str, size: float, colour: RGBColor, *, bold: bool = False, italic: bool = False) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = name, Pt(size), bold, italic
    font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{attribute}"), name)


def _space(style: Any, *, before: float = 0, after: float = 0, line: float = 1.15) -> None:
    paragraphs = style.paragraph_format
    paragraphs.space_before, paragraphs.space_after, paragraphs.line_spacing = Pt(before), Pt(after), line


def _styles(styles: Any) -> None:
    normal = styles["Normal"]
    _font(normal, SERIF, 11, INK)
    _space(normal, after=6)
    normal.paragraph_format.widow_control = True
    for name, size, before, after in (
        ("Title", 20, 0, 3),
        ("Heading 1", 14, 16, 6),
        ("Heading 2", 12, 12, 4),
        ("Heading 3", 11, 10, 3),
    ):
        style = styles[name]
        _font(style, SANS, size, BRAND, bold=True)
        _space(style, before=before, after=after, line=1.1)
        style.paragraph_format.keep_with_next = True
        _without_ornament(style)
    _line_below(styles["Heading 1"])
    _named(styles, "Mention", "Mention", SANS, 10, OCHRE, after=6)
    _named(styles, "Faits", "Faits", SANS, 10.5, INK_2, after=8)
    _named(styles, "Note", "Note", SANS, 10, INK_2, after=4)
    note_title = _named(styles, "TitreDeNote", "Titre de note", SANS, 10, BRAND, before=8, after=2, bold=True)
    note_title.paragraph_format.keep_with_next = True
    _named(styles, "Empreinte", "Empreinte", SANS, 8.5, INK_2, after=0)
    _named(styles, "TexteDeTableau", "Texte de tableau", SANS, 10, INK, before=2, after=2, line=1.05)
    _named(styles, "TitreDeColonne", "Titre de colonne", SANS, 10, INK, before=2, after=2, line=1.05, bold=True)
    _named(styles, "Intervalle", "Intervalle", SANS, 4, INK, line=1)
    signed = _named(styles, "Signataires", "Signataires", SERIF, 11, INK, before=20)
    signed.paragraph_format.keep_with_next = True
    # Space above the first of them only.
    signed.element.get_or_add_pPr().append(OxmlElement("w:contextualSpacing"))
    point = _named(styles, "Point", "Point", SERIF, 11, INK, after=2)
    point.paragraph_format.left_indent, point.paragraph_format.first_line_indent = Mm(8), Mm(-8)
    point.paragraph_format.tab_stops.add_tab_stop(Mm(8))
    items = styles["List Paragraph"]
    _space(items, after=2)
    for name in ("Header", "Footer"):
        style = styles[name]
        _font(style, SANS, 8.5, INK_2)
        _space(style, line=1)
        stops = style.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Mm(172), WD_TAB_ALIGNMENT.RIGHT)
    _characters(styles)
    _table_style(styles)


def _without_ornament(style: Any) -> None:
    """The template's titles have a rule below and letters set apart."""
    paragraph = style.element.get_or_add_pPr()
    for name in ("w:pBdr", "w:contextualSpacing"):
        for found in paragraph.findall(qn(name)):
            paragraph.remove(found)
    run = style.element.get_or_add_rPr()
    for name in ("w:spacing", "w:kern"):
        for found in run.findall(qn(name)):
            run.remove(found)


def _line_below(style: Any) -> None:
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="4" w:space="2" w:color="{LINE}"/></w:pBdr>'
    )
    properties = style.element.get_or_add_pPr()
    # The order of the schema: borders stand before spacing.
    spacing = properties.find(qn("w:spacing"))
    if spacing is not None:
        spacing.addprevious(border)
    else:
        properties.append(border)


def _named(
    styles: Any,
    identifier: str,
    name: str,
    font: str,
    size: float,
    colour: RGBColor,
    *,
    before: float = 0,
    after: float = 0,
    line: float = 1.15,
    bold: bool = False,
) -> Any:
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(qn("w:styleId"), identifier)
    style.base_style = styles["Normal"]
    _font(style, font, size, colour, bold=bold)
    _space(style, before=before, after=after, line=line)
    return style


def _characters(styles: Any) -> None:
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.element.set(qn("w:styleId"), "Hyperlink")
    link.font.color.rgb, link.font.underline = BRAND, True
    aside = styles.add_style("Aparté", WD_STYLE_TYPE.CHARACTER)
    aside.element.set(qn("w:styleId"), "Aparte")
    _font(aside, SANS, 10, INK_2)
    # Neither says whether it is bold or slanted: that is the text's.
    for name in ("w:b", "w:i"):
        for found in aside.element.rPr.findall(qn(name)):
            aside.element.rPr.remove(found)


def _table_style(styles: Any) -> None:
    element = styles.element
    element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="TableauSocle">'
            '<w:name w:val="Tableau Socle"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/>'
            "<w:tblPr><w:tblBorders>"
            f'<w:top w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
            f'<w:bottom w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
            f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
            "</w:tblBorders></w:tblPr>"
            '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
            '<w:bottom w:val="single" w:sz="8" w:space="0" w:color="0B5563"/></w:tcBorders></w:tcPr></w:tblStylePr>'
            "</w:style>"
        )
    )
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE_TO_SIGN}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="TableauASigner">'
            '<w:name w:val="Tableau à signer"/><w:basedOn w:val="TableauSocle"/><w:uiPriority w:val="99"/>'
            f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr></w:style>"
        )
    )


def _lists(document: Any) -> None:
    """Two kinds of lists, nine levels each; every list of the text is a `w:num` of its own (docx.Writer)."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    marks = "•–▪"
    for identifier, kind in ((BULLETS, "bullet"), (NUMBERS, "decimal")):
        levels = []
        for level in range(9):
            text = marks[level % 3] if kind == "bullet" else f"%{level + 1}."
            levels.append(
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
                f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{INDENT * (level + 1)}" w:hanging="{INDENT}"/></w:pPr>'
                f'<w:rPr><w:rFonts w:ascii="{SANS}" w:hAnsi="{SANS}" w:cs="{SANS}"/></w:rPr></w:lvl>'
            )
        numbering.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identifier}">'
                f'<w:multiLevelType w:val="hybridMultilevel"/>{"".join(levels)}</w:abstractNum>'
            )
        )
