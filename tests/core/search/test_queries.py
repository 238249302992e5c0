"""Quoting without ever letting a text speak HTML."""

from core.search.queries import START, STOP, safe_marks


def test_only_our_marks_are_html():
    text = f"<script>alert(1)</script> {START}eau{STOP} & <mark>sel</mark>"

    assert safe_marks(text) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; <mark>eau</mark> &amp; &lt;mark&gt;sel&lt;/mark&gt;"
    )
