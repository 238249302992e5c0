"""Dates, times and sentences as French readers expect them."""

import time
from datetime import date, timedelta
from datetime import time as clock

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from core.richtext import show_html
from core.typography import clock_fr, date_fr, date_long, duration_fr, number_fr, punctuation, time_fr, typo, typo_html


def visible(text: str) -> str:
    """No-break space as `_`, narrow no-break space as `~`."""
    return text.replace("\u00a0", "_").replace("\u202f", "~")


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("Présents : 5 ; « oui » !", "Présents_: 5~; «_oui_»~!"),
        ("Présents: 5; «oui»!", "Présents_: 5~; «_oui_»~!"),
        ("Quoi?! (sic?) oui !!!", "Quoi~?! (sic~?) oui~!!!"),
        ("10h30 à 12 h 30, dès 9h", "10_h_30 à 12_h_30, dès 9_h"),
        ("à 10:30, ratio 3:4", "à 10:30, ratio 3:4"),
        ("n°3 et N° 4", "n°_3 et N°_4"),
        ("l'UNICEF et l’OIT", "l’UNICEF et l’OIT"),
        ("12 000 ménages, 1 234 567 personnes", "12~000 ménages, 1~234~567 personnes"),
        ("P-code NER004, année 2016 120 fois", "P-code NER004, année 2016 120 fois"),
        ("+227 20 72 21 00", "+227 20 72 21 00"),
        ("mardi 8 mars 2016, 1er avril", "mardi 8_mars 2016, 1er_avril"),
        ("50% et 12 500 F CFA", "50_% et 12~500_F CFA"),
        ("M. Abdou, Mme Aïssa, Dr Zoé", "M._Abdou, Mme_Aïssa, Dr_Zoé"),
        (
            "voir https://example.org/a?b=c; puis www.example.org ?",
            "voir https://example.org/a?b=c; puis www.example.org~?",
        ),
        ("écrire à a.b@example.org : merci", "écrire à a.b@example.org_: merci"),
        ("Suivi :\n; rien", "Suivi_:\n; rien"),
        ("", ""),
    ],
)
def test_typo(typed, set_as):
    assert visible(typo(typed)) == set_as
    assert typo(typo(typed)) == typo(typed)


@pytest.mark.parametrize("mark", [";", "?", "!", ":", "»"])
@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_typo_leaves_correct_text(space, mark):
    text = f"«{space}Oui{space}{mark} fin"
    assert typo(text) == text


@pytest.mark.parametrize(
    ("html", "set_as"),
    [
        ("<p><b>Présents</b>: 5</p><p>: x</p>", "<p><b>Présents</b>_: 5</p><p>: x</p>"),
        ("<p>Il dit «<em>oui</em>» !</p>", "<p>Il dit «<em>_oui</em>_»~!</p>"),
        (
            '<p title="a ; b">A &amp; B ; <a href="http://x/?a=1&amp;b=2">lien</a> ?</p>',
            '<p title="a ; b">A &amp; B~; <a href="http://x/?a=1&amp;b=2">lien</a>~?</p>',
        ),
        ("<code>a ; b</code>", "<code>a ; b</code>"),
        ("<p>1<br>: x &lt;b&gt; ; y</p>", "<p>1<br>: x &lt;b&gt;~; y</p>"),
    ],
)
def test_typo_html_touches_text_only(html, set_as):
    assert visible(typo_html(html)) == set_as
    assert typo_html(typo_html(html)) == typo_html(html)


@pytest.mark.parametrize("piece", [" ", "a", "!", "«", "» ", "a@", "http://", ": ", "\u00a0 ", "1 111", "'", "n° "])
def test_typo_takes_linear_time(piece):
    text = piece * (300_000 // len(piece))
    started = time.process_time()
    typo(text)
    assert time.process_time() - started < 5


def test_dates_and_times():
    assert visible(date_fr(date(2016, 2, 11))) == "11_février_2016"
    assert visible(date_fr(date(2016, 3, 1))) == "1er_mars_2016"
    assert visible(date_long(date(2016, 2, 11))) == "jeudi 11_février_2016"
    assert visible(time_fr(clock(10, 30))) == "10_h_30"
    assert visible(time_fr(clock(9, 0))) == "9_h"
    assert visible(time_fr(clock(0, 5))) == "0_h_05"
    assert visible(duration_fr(90)) == "1_h_30"
    assert visible(duration_fr(timedelta(minutes=45))) == "45_min"
    assert visible(duration_fr(120)) == "2_h"
    assert date_fr(None) == date_long(None) == time_fr(None) == duration_fr(None) == ""


def test_dates_in_english():
    with translation.override("en"):
        assert visible(date_long(date(2016, 2, 11))) == "Thursday 11_February_2016"
        assert time_fr(clock(9, 5)) == "9:05"


def test_filters_escape_plain_text_and_keep_safe_html():
    template = Template("{{ plain|typo }}|{{ safe|typo }}|{{ none|typo }}|{{ day|date_fr }}|{{ absent|time_fr }}")
    out = template.render(
        Context({"plain": "<b>x</b> ;", "safe": mark_safe("<b>x</b> ;"), "none": None, "day": date(2016, 3, 1)})
    )
    assert isinstance(out, SafeString)
    assert visible(out) == "&lt;b&gt;x&lt;/b&gt;~;|<b>x</b>~;||1er_mars_2016|"


def test_comments_and_style_sheets_stay_as_they_are():
    page = "<!--[if mso]><table><tr><td><![endif]--><style>td > p:hover { color: red }</style><p>Objet : essai</p>"
    assert typo_html(page) == page.replace("Objet : ", "Objet\u00a0: ")


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("Agenda: 50% agreed; really? Yes!", "Agenda: 50% agreed; really? Yes!"),
        ("the council's “note”, 10h30", "the council’s “note”, 10h30"),
        # French that somebody typed is kept together, and nothing is put into it.
        ("Présents : 5 ; « oui » !", "Présents_: 5~; «_oui_»~!"),
        ("mardi 8 mars 2016, M. Abdou, 12 500 USD", "mardi 8_mars 2016, M._Abdou, 12~500_USD"),
    ],
)
def test_typo_adds_nothing_to_english(typed, set_as):
    with translation.override("fr"):
        typo(typed)
    with translation.override("en"):
        assert visible(typo(typed)) == set_as


def test_rich_text_follows_the_language_of_the_page():
    html = "<p><strong>Present</strong>: 5</p>"
    assert visible(show_html(html)) == "<p><strong>Present</strong>_: 5</p>"
    with translation.override("en"):
        assert show_html(html) == html


def test_numbers_and_signs_in_both_languages():
    template = Template('{{ share|percent }}, {{ none|percent }}Note{% punctuation ":" %} so{% punctuation "?" %}')

    def written():
        return number_fr(66.66, "%"), number_fr(100.0), number_fr(3, "min"), clock_fr(clock(9, 0)), duration_fr(90)

    assert [visible(text) for text in written()] == ["66,7_%", "100", "3_min", "9_h_00", "1_h_30"]
    assert visible(template.render(Context({"share": 50, "none": None}))) == "50_%, Note_: so~?"
    with translation.override("en"):
        assert [visible(text) for text in written()] == ["66.7%", "100", "3_min", "9:00", "1_h 30_min"]
        assert template.render(Context({"share": 50, "none": None})) == "50%, Note: so?"
        assert punctuation(";") == ";"
