"""Bounds on the HTML that becomes a PDF."""

import re
import time

import pytest
from lxml import html as lxml_html

from core.documents.html_limits import (
    MAX_DEPTH,
    MAX_DOCUMENT_BYTES,
    MAX_SPAN,
    DocumentTooLarge,
    check_size,
    clamp,
    document_html,
)


def depth(element) -> int:
    return 1 + max((depth(child) for child in element), default=0)


def test_spans_are_clamped():
    out = clamp(
        '<table><tr><td colspan="100000" rowspan=999>a</td><td colspan="x">b</td><td colspan="-3">c</td></tr></table>'
    )
    assert re.findall(r'(?:col|row)span="(\d+)"', out) == [str(MAX_SPAN), str(MAX_SPAN), "1", "1"]


def test_depth_is_clamped_and_no_word_is_lost():
    nested = "".join(f"<ul><li>mot{n}" for n in range(150)) + "</li></ul>" * 150
    out = clamp(nested)
    assert depth(lxml_html.fragment_fromstring(out, create_parent=True)) <= MAX_DEPTH + 1
    assert re.findall(r"mot\d+", out) == [f"mot{n}" for n in range(150)]


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>" * 100_000,
        "</p>" * 100_000,
        "<b><i>" * 50_000,
        "<p><b></p>" * 30_000,
        "<table><tr>" + "<td>x</td>" * 30_000 + "</tr></table>",
        "a" * 300_000,
        " ;" * 150_000,
        "<p>" + "x" * 300_000 + "</p>",
        "&lt;" * 75_000,
    ],
)
def test_hostile_text_takes_little_time_and_stays_balanced(hostile):
    started = time.process_time()
    out = document_html(hostile)
    assert time.process_time() - started < 8
    assert len(re.findall(r"<(p|b|i|td|tr|table|strong|em)\b", out)) == len(
        re.findall(r"</(p|b|i|td|tr|table|strong|em)>", out)
    )


def test_document_html_is_safe_and_french():
    out = document_html(
        '<p onclick="x">Vu : <script>alert(1)</script><strong>oui</strong> ; 10h30</p><img src="http://x/">'
    )
    assert out == "<p>Vu\u00a0: <strong>oui</strong>\u202f; 10\u00a0h\u00a030</p>"
    assert document_html("<p>Seen: yes</p>", french=False) == "<p>Seen: yes</p>"


def test_wide_tables_and_long_rows_are_marked():
    cells = "<td>x</td>" * 7
    assert clamp(f"<table><tr>{cells}</tr></table>").startswith('<table class="wide">')
    assert clamp(f"<table><tr>{cells[:40]}</tr></table>").startswith("<table><tr>")
    assert '<tr class="long">' in clamp(f"<table><tr><td>{'mot ' * 500}</td></tr></table>")
    assert "\u200b" in clamp(f"<table><tr><td>{'x' * 40}</td></tr></table>")
    assert "\u200b" not in clamp(f"<p>{'x' * 400}</p>")


def test_numbering_goes_on_where_the_list_says():
    assert 'style="counter-reset: list-item 4"' in clamp('<ol start="5"><li>x</li></ol>')
    assert 'style="counter-reset: list-item 0"' in clamp('<ol start="5;background:url(x)"><li>x</li></ol>')


def test_size():
    assert check_size("é" * 1000)
    with pytest.raises(DocumentTooLarge, match="3 Mo au plus"):
        check_size("é" * (MAX_DOCUMENT_BYTES // 2 + 1))
    with pytest.raises(DocumentTooLarge):
        document_html("x" * 1_100_000)
