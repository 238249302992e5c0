"""Rich text: what is kept, what goes, and that hostile input costs little."""

import random
import re
import time
import unicodedata

import pytest
from django import forms
from django.template import Context, Template

from core.richtext import (
    MAX_BYTES,
    RichTextField,
    RichTextRefused,
    TypedText,
    VersionedForm,
    clean_html,
    is_plain,
    richtext_to_text,
    safe_html,
    text_to_html,
)
from core.richtext.nodes import MAX_DEPTH

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>x</title><style>p{color:red}</style></head>
<body lang=FR style='tab-interval:35.4pt'><!--StartFragment--><p class=MsoNormal style='mso-margin-top-alt:auto'><b
style='mso-bidi-font-weight:normal'><span style='font-family:"Arial",sans-serif'>BIT.<o:p></o:p></span></b> L&#8217;appui
&agrave; la <i>PNPS</i>&nbsp;;<o:p>&nbsp;</o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Premier <a href="http://example.org/?a=1&b=2" target=_blank>lien</a></p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Sous</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Deux</p>
<!--[if gte mso 9]><xml><w:WordDocument>secret</w:WordDocument></xml><![endif]--></body></html>"""


def depth(html):
    level = deepest = 0
    for closing, name in re.findall(r"<(/?)([a-z]+)", html):
        if name != "br":
            level += -1 if closing else 1
            deepest = max(deepest, level)
    assert level == 0
    return deepest


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("   \n ", ""),
        ("<p></p><p>&nbsp;</p><p><br></p>", ""),
        ("bonjour", "<p>bonjour</p>"),
        ("<p>un<br>deux<br><br>trois</p>", "<p>un<br>deux</p><p>trois</p>"),
        ("<b>a</b> <i>b</i>", "<p><strong>a</strong> <em>b</em></p>"),
        ("<p><b>a</b><strong>b</strong></p>", "<p><strong>ab</strong></p>"),
        ("<p><i><b>a</b></i></p>", "<p><strong><em>a</em></strong></p>"),
        ("<p><b>a<br>b</b></p>", "<p><strong>a<br>b</strong></p>"),
        ("<h2>Titre</h2>texte", "<p><strong>Titre</strong></p><p>texte</p>"),
        ('<span style="font-weight:700">a</span>', "<p><strong>a</strong></p>"),
        ('<b style="font-weight:normal">a</b>', "<p>a</p>"),
        ("<ul><li><p>a</p></li><li></li></ul>", "<ul><li>a</li></ul>"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul><ul><li>b</li></ul></ul>", "<ul><li>b</li></ul>"),
        ('<ol start="3" type="a"><li>x</li></ol>', '<ol start="3"><li>x</li></ol>'),
        ("<table><tr><td>a<td>b</table>", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
        (
            "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>",
            "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        ("<table><caption>Titre</caption><tr><td></td></tr></table>", "<p><strong>Titre</strong></p>"),
        (
            "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>",
            "<table><tbody><tr><td><p>a</p><p>b</p></td></tr></tbody></table>",
        ),
        ("3 < 5 & 6 > 2", "<p>3 &lt; 5 &amp; 6 &gt; 2</p>"),
        ("a\x0bb\x07c", "<p>a<br>bc</p>"),
        ("e\u0301", "<p>é</p>"),
        ("<p>a<!-- caché --><![if x]>b<?php 1 ?></p>", "<p>ab</p>"),
        ("<p>ouvert <b>sans fin", "<p>ouvert <strong>sans fin</strong></p>"),
        ("<blockquote>cité</blockquote><pre>un\ndeux</pre>", "<p>cité</p><p>un<br>deux</p>"),
    ],
)
def test_what_is_kept(typed, kept):
    assert clean_html(typed) == kept
    assert clean_html(kept) == kept


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>x",
        "<p onclick=alert(1)>x</p>",
        '<img src=x onerror="alert(1)">x',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java\tscript:alert(1)">x</a>',
        '<a href=" data:text/html,<script>">x</a>',
        '<a href="//example.org/x">x</a>',
        "<iframe src=https://example.org></iframe>x",
        "<svg><script>alert(1)</script></svg>x",
        "<math><mi xlink:href='javascript:alert(1)'></mi></math>x",
        "<style>@import 'x'</style>x",
        '<p style="background:url(x)">x</p>',
        '<base href="https://example.org">x',
        "<form action=x>x</form>",
        "<object data=x></object>x",
        "<template><img src=x onerror=y></template>x",
    ],
)
def test_nothing_active_survives(hostile):
    cleaned = clean_html(hostile)
    assert cleaned == "<p>x</p>"
    # Shown without ever having been cleaned: a row written by SQL.
    assert not re.search(r"alert|script|data:|src|on\w+=|style", safe_html(hostile))


def test_links_keep_their_address_and_tell_nothing_to_the_other_side():
    cleaned = clean_html('<a href="http://example.org/?a=1&b=2" title="t" target="_blank" onclick="x()">lien</a>')
    assert cleaned == '<p><a href="http://example.org/?a=1&amp;b=2" rel="noopener noreferrer">lien</a></p>'
    assert 'href="https://www.example.org"' in clean_html('<a href="www.example.org">lien</a>')
    assert 'href="mailto:point.focal@example.org"' in clean_html('<a href="mailto:point.focal@example.org">x</a>')
    assert "<a" not in clean_html(f'<a href="https://example.org/{"x" * 3000}">x</a>')


def test_word_leaves_words_and_lists():
    assert clean_html(WORD) == (
        "<p><strong>BIT.</strong> L’appui à la <em>PNPS</em>&nbsp;;</p>"
        '<ul><li>Premier <a href="http://example.org/?a=1&amp;b=2" rel="noopener noreferrer">lien</a>'
        "<ol><li>Sous</li></ol></li><li>Deux</li></ul>"
    )


def test_spans_and_depth_are_bounded():
    table = clean_html("<table><tr><td colspan=100000 rowspan=70000>x</td></tr><tr><td>y</td></tr></table>")
    assert table == '<table><tbody><tr><td colspan="20" rowspan="2">x</td></tr><tr><td>y</td></tr></tbody></table>'
    nested = clean_html("<ul><li>a" * 150 + "</li></ul>" * 150)
    assert depth(nested) <= MAX_DEPTH
    assert nested.count("a") == 150
    # Also for a row that never went through `clean_html`.
    assert depth(safe_html("<ul><li><p>a" * 150)) <= MAX_DEPTH
    assert "100000" not in safe_html("<table><tr><td colspan='100000'>x</td></tr></table>")


HOSTILE = {
    "unclosed lists": "<ul><li>" * 25_000 + "x",
    "unmatched ends": "<span>" * 35_000 + "</b>" * 35_000,
    "formatting over blocks": "<b><p>x" * 15_000,
    "cells": "<table><td>x" * 20_000,
    "less-than": "<" * 100_000,
    "quotes": '<a "' * 50_000,
    "comments": "<!--" * 50_000,
    "scripts": "<script>" + "</script" * 30_000,
    "attributes": "<td " + 'a="' * 100_000 + ">",
    "long name": "<p " + "a" * 250_000 + ">",
    "references": "&#" + "9" * 250_000,
    "breaks": "x<br>" * 30_000,
    "marks": "<em>a</em>b" * 15_000,
    "foster": "<table>x" * 30_000,
    "cdata": "<![CDATA[" * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_seconds_at_most(name):
    started = time.process_time()
    try:
        cleaned = clean_html(HOSTILE[name])
    except RichTextRefused:
        cleaned = ""
    # A parser alone takes half a minute on twice the first of them.
    assert time.process_time() - started < 4
    assert depth(cleaned) <= MAX_DEPTH
    assert clean_html(cleaned) == cleaned


def test_300_kb_are_accepted_and_more_than_a_megabyte_is_refused():
    section = "<p>Bonjour <b>tout</b> le monde &amp; les autres.</p>" * 6200
    assert len(section) > 300_000
    assert len(clean_html(section)) > 300_000
    with pytest.raises(RichTextRefused) as refusal:
        clean_html("é" * (MAX_BYTES // 2 + 1))
    assert refusal.value.messages[0].startswith("Ce texte est trop long : 1001 ko, pour 1000 ko au plus.")


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "\udfff"])
def test_what_cannot_be_stored_is_refused_in_words(bad):
    with pytest.raises(RichTextRefused) as refusal:
        clean_html(bad)
    assert "illisible" in refusal.value.messages[0]


PIECES = [
    *"<p> </p> <b> </b> <i> </i> <a_href='https://example.org/?a&b'> <a_href='javascript:x'> </a> <br> <ul> </ul>".split(),
    *"<ol_start=3> </ol> <li> </li> <table> </table> <tr> </tr> <td_colspan=300_rowspan=2> </td> <th> <h2> </h2>".split(),
    *"<div> </div> <pre> </pre> <script> </script> <!-- --> <![if_x]> <svg> </svg> <caption> <o:p> </o:p> <hr/>".split(),
    "<p style='mso-list:l0 level2 lfo1'>",
    "<span style='mso-list:Ignore'>1.",
    "<span style='font-weight:bold'>",
    "</span>",
    *[
        "a",
        "b c",
        " ",
        "\n",
        "&nbsp;",
        "\xa0",
        "e\u0301",
        "\u0301",
        "&lt;b&gt;",
        "<",
        ">",
        "&",
        "&amp;",
        '"',
        "- x",
        "1. y",
    ],
    *["\u2028", "\x0b", "\x07", "\ufeff", "&#11;", "&#x301;", "•", "</br>", "&notin;"],
]


def some_html(seed):
    chance = random.Random(seed)
    return "".join(chance.choice(PIECES).replace("_", " ") for _piece in range(chance.randint(1, 60)))


@pytest.mark.parametrize("block", range(10))
def test_cleaning_twice_changes_nothing(block):
    for seed in range(block * 60, block * 60 + 60):
        typed = some_html(seed)
        cleaned = clean_html(typed)
        assert clean_html(cleaned) == cleaned, typed
        assert safe_html(cleaned) == cleaned, typed
        assert depth(cleaned) <= MAX_DEPTH, typed


def letters(text):
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("block", range(5))
def test_no_letter_is_lost_on_the_way_to_plain_text_and_back(block):
    for seed in range(block * 60, block * 60 + 60):
        typed = some_html(seed)
        cleaned = clean_html(typed)
        plain = richtext_to_text(cleaned)
        assert letters(richtext_to_text(text_to_html(plain))) == letters(plain), typed
        # Plain text: every character stands for itself.
        assert letters(richtext_to_text(text_to_html(typed))) == letters(typed), typed


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("un\n\ndeux\ntrois", "<p>un</p><p>deux<br>trois</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("• a\n– b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("1. a\n3. b", "<p>1. a<br>3. b</p>"),
        ("a <b>gras</b>", "<p>a &lt;b&gt;gras&lt;/b&gt;</p>"),
        ("\r\n\r\nx\r\n", "<p>x</p>"),
    ],
)
def test_plain_text_becomes_rich_text(text, html):
    assert text_to_html(text) == html


def test_plain_editing_is_offered_only_when_it_loses_nothing():
    assert is_plain("")
    assert is_plain("<p>un<br>deux</p><ul><li>a</li></ul>")
    assert not is_plain("<p><strong>gras</strong></p>")
    assert not is_plain("<p>1. pas une liste</p>")
    assert not is_plain("<ul><li>a<ul><li>b</li></ul></li></ul>")


# Forms ------------------------------------------------------------------------------------------


class TextForm(forms.Form):
    body = RichTextField(required=False)


def test_the_field_reads_html_and_plain_text():
    assert RichTextField().clean(TypedText("<b>x</b>", "html")) == "<p><strong>x</strong></p>"
    form = TextForm({"body": "<b>x</b>", "body-writing": "text"})
    assert form.is_valid()
    assert form.cleaned_data["body"] == "<p>&lt;b&gt;x&lt;/b&gt;</p>"
    unsaid = TextForm({"body": "<p>x</p>"})
    assert unsaid.is_valid()
    assert unsaid.cleaned_data["body"] == "<p>x</p>"


def test_a_refused_text_comes_back_as_it_was_typed():
    form = TextForm({"body": "abc\x00déf", "body-writing": "text"})
    assert not form.is_valid()
    assert "illisible" in form.errors["body"][0]
    assert "abc\x00déf" in str(form["body"])
    assert 'value="text"' in str(form["body"])


def test_the_textarea_shows_plain_text_when_it_can():
    plain = str(TextForm(initial={"body": "<p>un</p><p>3 &lt; 5</p>"})["body"])
    assert ">\nun\n\n3 &lt; 5</textarea>" in plain
    assert 'name="body-writing" value="text"' in plain
    rich = str(TextForm(initial={"body": "<p><strong>un</strong></p>"})["body"])
    assert "&lt;p&gt;&lt;strong&gt;un" in rich
    assert 'name="body-writing" value="html"' in rich


def test_a_form_without_its_version_says_what_to_do():
    form = VersionedForm({"body": "x"})
    assert not form.is_valid()
    assert "rechargez la page" in form.errors["base_version"][0]
    assert not VersionedForm({"body": "x", "base_version": str(10**30)}).is_valid()


def test_the_filter_shows_safe_text_with_french_spaces():
    shown = Template("{{ body|richtext }}").render(Context({"body": "<p>Oui ?</p><script>alert(1)</script>"}))
    assert shown == "<p>Oui\u202f?</p>"
    assert Template("{{ body|richtext }}").render(Context({"body": None})) == ""
