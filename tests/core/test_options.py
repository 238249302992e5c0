"""The options of a `<select>`, written in one go."""

from django.forms import Select
from django.test import SimpleTestCase
from django.utils.safestring import mark_safe


def test_options_are_what_djangos_own_template_writes():
    choices = [("", "Tous"), ("a<b", 'É "&'), ("Régions", [(1, 2026), (2, mark_safe("Fort&nbsp;haut"))])]
    html = Select(choices=choices).render("lieu", ["1"], attrs={"id": "lieu"})
    SimpleTestCase().assertHTMLEqual(
        html,
        '<select name="lieu" id="lieu"><option value="">Tous</option><option value="a&lt;b">É &quot;&amp;</option>'
        '<optgroup label="Régions"><option value="1" selected>2026</option><option value="2">Fort&nbsp;haut</option></optgroup></select>',
    )


def test_nothing_of_an_option_is_taken_for_html():
    html = Select(choices=[('"><script>', "<b>")]).render("x", None)
    assert '<option value="&quot;&gt;&lt;script&gt;">&lt;b&gt;</option>' in html
