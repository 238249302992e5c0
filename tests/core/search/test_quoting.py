"""Quoting without ever letting a text speak HTML."""

import pytest
from django.db import connection

from core.search.quoting import ENDS, START, STOP, pattern_of, safe_marks, with_ellipses

LONG = "mot " * 20


def test_only_our_marks_are_html():
    text = f"<script>alert(1)</script> {START}eau{STOP} & <mark>sel</mark>"

    assert safe_marks(text) == (
        "&lt;script&gt;alert(1)&lt;/script&gt; <mark>eau</mark> &amp; &lt;mark&gt;sel&lt;/mark&gt;"
    )


@pytest.mark.parametrize(
    ("tree", "text", "place"),
    [
        ("'menag' & 'vulner'", "Les agences. Des ménages.", 18),
        ("'social'", "Les filets sociaux", 12),
        ("'menag'", "Aménagement du ménage", 16),
        ("'filet' <-> 'social'", "filet de pêche, filet social", 17),
        ("'appui' <2> 'menag'", "appui ; appui aux ménages", 9),
        ("( 'bit' | 'bureau' <-> 'international' ) & 'eau'", "Le bureau. Le Bureau international", 15),
        ("'calend':*", "Le calendrier", 4),
        ("'d201603'", "D201603", 1),
        ("'o''hara' & '(x.*'", "Un x.* et O'hara", 4),
    ],
)
@pytest.mark.django_db
def test_the_first_place_of_what_is_looked_for(tree, text, place):
    with connection.cursor() as cursor:
        cursor.execute("SELECT regexp_instr(%s, %s, 1, 1, 0, 'i')", [text, pattern_of(tree)])
        assert cursor.fetchone()[0] == place


@pytest.mark.parametrize("tree", ["", "T", "''", "'!?'", "( ) & |"])
def test_a_tree_without_lexemes_says_nothing(tree):
    assert pattern_of(tree) == ""


@pytest.mark.parametrize(
    ("quoted", "whole", "shown"),
    [
        (
            f"la {START}pompe{STOP} tourne",
            "Hier, la pompe tourne encore.",
            f"…\u00a0la {START}pompe{STOP} tourne\u00a0…",
        ),
        (f"Hier, la {START}pompe{STOP}", "  Hier, la pompe\ntourne.", f"Hier, la {START}pompe{STOP}\u00a0…"),
        (f"{START}pompe{STOP} tourne.", "Hier, la pompe\n tourne. ", f"…\u00a0{START}pompe{STOP} tourne."),
        (f"La {START}pompe{STOP}", "La pompe", f"La {START}pompe{STOP}"),
        (f"{LONG}{START}pompe{STOP}", f"{LONG}pompe et la suite de ce qui fut dit", f"{LONG}{START}pompe{STOP}\u00a0…"),
        ("", "Rien", ""),
    ],
)
def test_an_extract_says_where_its_text_goes_on(quoted, whole, shown):
    assert with_ellipses(quoted, whole[:ENDS], whole[-ENDS:]) == shown
