"""The component tags: escaping, links of the error summary, states, differences."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from core.components import ICONS, MAX_WORDS, STATE_LOOKS, device_name, diff_words, icon_svg


def render(source, **context):
    return Template(source).render(Context(context))


class SampleForm(forms.Form):
    theme = forms.CharField(label="Thème", help_text="En une phrase.", widget=forms.TextInput(attrs={"class": "own"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    mode = forms.ChoiceField(label="Adoption", choices=[("c", "Consensus"), ("v", "Vote")], widget=forms.RadioSelect)
    restricted = forms.BooleanField(label="Diffusion restreinte", required=False)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Les heures se contredisent.")


def test_a_field_names_its_hint_its_error_and_itself():
    html = render("{% field form.theme %}", form=SampleForm({"theme": ""}))
    assert '<label class="form-label" for="id_theme">Thème</label>' in html
    assert 'id="id_theme_helptext"' in html
    assert 'id="id_theme_error"' in html
    assert 'aria-describedby="id_theme_helptext id_theme_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="own form-control is-invalid"' in html
    assert "facultatif" not in html


def test_what_may_be_left_empty_says_so():
    assert "facultatif" in render("{% field form.note %}", form=SampleForm())
    assert "facultatif" not in render("{% field form.note is_one_of=True %}", form=SampleForm())
    assert "facultatif" not in render("{% field form.restricted %}", form=SampleForm())


def test_a_group_of_choices_is_a_fieldset_with_a_legend():
    html = render("{% field form.mode %}", form=SampleForm())
    assert "<fieldset" in html
    assert '<legend class="form-label">Adoption' in html
    assert html.count("form-check-input") == 2


def test_label_and_hint_can_be_said_in_other_words():
    html = render('{% field form.theme label="Sujet" hint="Court." %}', form=SampleForm())
    assert "Sujet" in html
    assert "Court." in html
    assert "Thème" not in html
    assert "En une phrase." not in html
    assert "helptext" not in render("{% field form.theme hint=None %}", form=SampleForm())


def test_typed_text_and_labels_are_escaped():
    form = SampleForm({"theme": '"><script>alert(1)</script>'})
    assert "<script>" not in render("{% field form.theme %}", form=form)
    assert "<script>" not in render("{% state 'x' label %}", label="<script>")
    assert "<script>" not in render("{% crumb label url %}", label="<script>", url='"><script>')
    assert "<script>" not in render("{% card title=title %}{{ text }}{% endcard %}", title="<script>", text="<script>")
    assert "<script>" not in render(
        "{% notice title=title %}{{ text }}{% endnotice %}", title="<script>", text="<script>"
    )
    assert "<script>" not in render("{% text_diff old new %}", old="<script>a", new="<script>b")
    assert "<script>" not in render("{% icon 'lock' label=label %}", label="<script>")


def test_the_summary_links_each_error_to_its_field_in_page_order():
    html = render("{% error_summary form %}", form=SampleForm({}))
    order = [html.index(part) for part in ("Les heures se contredisent.", "#id_theme", "#id_mode_0")]
    assert order == sorted(order)
    assert "4 points sont à corriger" in html
    # A hidden field cannot be reached: its error is said without a link.
    assert "#id_token" not in html


def test_no_summary_without_an_error():
    assert render("{% error_summary form nothing %}", form=SampleForm(), nothing=None).strip() == ""


def test_the_summary_covers_formsets():
    formset = forms.formset_factory(SampleForm, extra=0, min_num=1, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-note": "x"}
    )
    assert "#id_form-0-theme" in render("{% error_summary formset %}", formset=formset)


def test_crispy_and_plain_forms_use_the_same_field():
    for source in ("{% load crispy_forms_tags %}{{ form|crispy }}", "{{ form }}"):
        html = render(source, form=SampleForm({"theme": ""}))
        assert 'class="field field-invalid"' in html
        assert "points sont à corriger" in html
        assert "asteriskField" not in html


def test_a_state_is_an_icon_and_a_word():
    html = render("{% state 'held' 'Tenue' %}")
    assert html.startswith('<span class="state state-success"><svg class="icon"')
    assert html.endswith("Tenue</span>")
    assert render("{% state 'unheard_of' 'Autre' %}") == '<span class="state state-neutral">Autre</span>'
    assert "state-danger" in render("{% state 'held' 'Tenue' kind='danger' %}")


def test_every_look_has_an_icon_that_exists():
    assert {icon for _kind, icon in STATE_LOOKS.values()} <= set(ICONS)
    with pytest.raises(KeyError):
        icon_svg("unheard_of")


@pytest.mark.parametrize(
    ("query", "order", "next_query"),
    [
        ("", "", "?tri=echeance"),
        ("tri=echeance&page=3&agence=FAO", "tri croissant", "?tri=-echeance&amp;agence=FAO"),
        ("tri=-echeance", "tri décroissant", "?tri=echeance"),
        ("tri=numero", "", "?tri=echeance"),
    ],
)
def test_the_order_of_a_list_stands_in_the_address(query, order, next_query):
    html = render("{% sort_header 'echeance' 'Échéance' %}", request=RequestFactory().get(f"/?{query}"))
    assert f'href="{next_query}"' in html
    assert order in html


def test_pagination_keeps_the_filters():
    page = Paginator(range(238), 20).page(4)
    html = render(
        "{% include 'components/pagination.html' %}", page=page, request=RequestFactory().get("/?agence=FAO&page=4")
    )
    assert "61 à 80 sur 238" in html
    assert 'href="?agence=FAO&amp;page=5"' in html
    assert 'aria-current="page"' in html
    one = Paginator(range(3), 20).page(1)
    assert (
        render("{% include 'components/pagination.html' %}", page=one, request=RequestFactory().get("/")).strip() == ""
    )


def test_a_link_to_a_page_that_does_not_exist_is_left_out():
    assert render("{% nav_link 'unheard:of' 'Rien' %}") == ""
    assert 'aria-current="page"' in render("{% nav_link 'style' 'Charte' 'style' %}", nav="style")


OLD = "Les réunions se tiennent chaque mois.\nLe secrétariat envoie l’ordre du jour.\n"
NEW = "Les réunions se tiennent chaque deuxième mardi du mois.\nLe secrétariat envoie l’ordre du jour.\nFin."


def test_a_difference_holds_both_texts_whole():
    parts = diff_words(OLD, NEW)
    assert "".join(part.text for part in parts if part.kind != "added") == OLD
    assert "".join(part.text for part in parts if part.kind != "removed") == NEW
    assert [part.text for part in parts if part.kind == "added"] == ["deuxième mardi du ", "Fin."]
    assert all(part.body + part.tail == part.text for part in parts)


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ("", "a"), ("a", ""), (" \n ", "x"), ("mot " * 40_000, "mots " * 40_000)]
)
def test_a_difference_at_the_edges(old, new):
    parts = diff_words(old, new)
    assert "".join(part.text for part in parts if part.kind != "added") == old
    assert "".join(part.text for part in parts if part.kind != "removed") == new


def test_a_long_passage_that_changed_is_shown_whole():
    old = "mot " * (MAX_WORDS + 1)
    assert [part.kind for part in diff_words(old, old + "fin")] == ["removed", "added"]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Linux"),
        ("curl/8.1", "curl/8.1"),
        ("", ""),
    ],
)
def test_a_device_has_a_name(agent, name):
    assert device_name(agent) == name
