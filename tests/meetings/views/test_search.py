"""The search page: what people type, and what they read."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import SearchEntry, SearchMark
from core.search.indexing import index_marked
from core.search.queries import PER_PAGE
from taskforce.models import AgencyAlias
from tests.meetings.factories import AgendaItemFactory, MeetingFactory, MinutesFactory, MinutesSectionFactory
from tests.taskforce.factories import (
    ActionItemFactory,
    AgencyFactory,
    CountryFactory,
    DecisionFactory,
    TaskForceFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(body):
    """`section("…")`: that text in the minutes of a meeting of the body."""

    def make(text, **minutes):
        meeting = MeetingFactory(task_force=body)
        return MinutesSectionFactory(minutes=MinutesFactory(meeting=meeting, **minutes), body=text)

    return make


@pytest.fixture
def search(office):
    """`search("mots", annee=2016)`: the page, the index being up to date."""

    def read(q, *, browser=office, **filters):
        index_marked()
        response = browser.get("/recherche/", {"q": q, **filters})
        assert response.status_code == 200
        response.titles = [str(hit.title) for hit, _body in response.context["hits"]]
        response.extracts = " ".join(str(hit.extract) for hit, _body in response.context["hits"])
        response.text = response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        return response

    return read


@pytest.fixture
def bit():
    """The agency and two of its other names."""
    agency = AgencyFactory(acronym="BIT", name_fr="Bureau international du Travail")
    for label in ("OIT", "ILO"):
        AgencyAlias.objects.create(agency=agency, label=label)
    return agency


# Words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["menages vulnerables", "MÉNAGES VULNÉRABLES", "ménage vulnérable", "ménages vulné"])
def test_accents_case_and_endings_do_not_count(section, search, typed):
    section("<p>Les ménages vulnérables du département.</p>")

    assert "<mark>ménages</mark> <mark>vulnérables</mark>" in search(typed).extracts


def test_a_common_word_with_an_accent_is_not_required(section, search):
    section("<p>L’accès aux soins.</p>")

    assert search("accès à même les soins").context["found"].total == 1


def test_a_phrase_in_quotes_is_looked_for_as_it_is(section, search):
    section("<p>Le registre social unifié.</p>")
    section("<p>Le registre de l’appui social.</p>")

    assert search("registre social").context["found"].total == 2
    assert search("« registre social »").context["found"].total == 1


def test_a_long_text_is_quoted_where_the_words_stand(section, search):
    section(
        "<p>" + "Autre chose. " * 3000 + "Les filets sociaux adaptatifs du département." + " Encore." * 3000 + "</p>"
    )

    for typed in ("filet social", "« filets sociaux adaptatifs »", "adaptatif"):
        assert "<mark>" in search(typed).extracts, typed
        assert "département" in search(typed).extracts


def test_a_minus_leaves_a_word_out(section, search):
    section("<p>Ciblage des ménages.</p>")
    section("<p>Ciblage par enquête.</p>")

    assert search("ciblage -enquête").context["found"].total == 1


def test_one_word_or_the_other(section, search):
    section("<p>Ciblage.</p>")
    section("<p>Assurance.</p>")

    assert search("ciblage OU assurance").context["found"].total == 2
    assert search("ciblage assurance").context["found"].total == 0


def test_an_acronym_finds_all_the_names(section, search, bit):
    section("<p>Le BIT présente son étude.</p>")
    section("<p>The ILO presents its study.</p>")
    section("<p>Le Bureau international du Travail présente.</p>")
    section("<p>Un travail de bureau.</p>")

    for typed in ("OIT", "oit", "BIT", "Bureau international du Travail"):
        page = search(typed)
        assert page.context["found"].total == 3 + 1, typed
        assert page.titles[0].replace("<mark>", "").replace("</mark>", "").startswith("BIT")
    assert "Cherché aussi sous les noms : BIT, Bureau international du Travail, ILO" in search("OIT").text


def test_a_number_finds_its_decision_and_its_action(body, search):
    DecisionFactory(task_force=body, year=2016, number=3, text="Se réunir.")
    ActionItemFactory(task_force=body, year=2016, number=3, text="Écrire.")

    assert search("D-2016-03").titles == ["D-2016-03 – Se réunir."]
    assert search("a-2016-03").titles == ["A-2016-03 – Écrire."]


def test_a_day_is_found_with_its_no_break_spaces(body, search):
    MeetingFactory(task_force=body)

    assert search('"8 mars 2016"').context["found"].total == 1


def test_a_title_stands_before_a_text(section, body, search):
    section("<p>On parle de ciblage.</p>")
    item = AgendaItemFactory(meeting=MeetingFactory(task_force=body), title="Ciblage")

    assert search("ciblage").context["hits"][0][0].entry.object_id == item.pk


def test_english_texts_are_read_in_english(secretary, search, signed_in):
    english = TaskForceFactory(language="en")
    meeting = MeetingFactory(task_force=english)
    MinutesSectionFactory(minutes=MinutesFactory(meeting=meeting), body="<p>Targeting of households</p>")
    reader = signed_in(member(english, role="secretariat").user)

    assert "<mark>households</mark>" in search("household", browser=reader).extracts


# Filters and pages ----------------------------------------------------------------------------------


def test_filters_count_what_they_leave(section, body, search):
    section("<p>Ciblage.</p>")
    MeetingFactory(task_force=body, theme="Ciblage")
    DecisionFactory(task_force=body, text="Ciblage", decided_on="2017-05-02")
    other = TaskForceFactory(name="Autre instance", country=CountryFactory(senegal=True))

    page = search("ciblage")
    assert {(source.slug, choice.count) for source, choice in page.context["found"].kinds} == {
        ("meeting", 1),
        ("minutes", 1),
        ("decision", 1),
    }
    assert [(choice.value, choice.count) for choice in page.context["found"].years] == [(2017, 1), (2016, 2)]
    assert "Décisions (1)" in page.text
    assert "2017 (1)" in page.text

    assert search("ciblage", type="decision").context["found"].total == 1
    assert search("ciblage", annee=2016).context["found"].total == 2
    assert search("ciblage", instance=body.slug).context["found"].total == 3
    # What is no filter, or not one's own, filters nothing.
    for filters in ({"type": "x"}, {"annee": "99999"}, {"annee": "²"}, {"instance": other.slug}, {"page": "-4"}):
        assert search("ciblage", **filters).context["found"].total == 3

    nothing = search("ciblage", annee=2019)
    assert "Rien ne correspond avec ces filtres" in nothing.text
    assert "Effacer les filtres" in nothing.text


def test_pages_follow_one_another(body, search):
    meeting = MeetingFactory(task_force=body)
    for number in range(PER_PAGE + 3):
        AgendaItemFactory(meeting=meeting, title=f"Ciblage {number}", position=number + 1)

    first, second, beyond = (search("ciblage", page=number) for number in (1, 2, 99))

    assert (len(first.titles), len(second.titles)) == (PER_PAGE, 3)
    assert not set(first.titles) & set(second.titles)
    assert beyond.titles == second.titles


# Nothing found --------------------------------------------------------------------------------------


def test_a_misspelt_word_is_guessed(body, search):
    AgendaItemFactory(meeting=MeetingFactory(task_force=body), title="Protection de l’enfance")

    page = search("protextion")

    assert page.context["guess"].text == "protection"
    assert "Vouliez-vous dire" in page.text
    assert "q=protection" in page.text


def test_a_misspelt_name_finds_the_person(body, search):
    member(body, role="titular", given_name="Aïssa", family_name="Oumarou")

    page = search("Oumarrou")

    assert page.context["guess"].text == "Oumarou"
    assert "Mme Aïssa Oumarou" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Que cherchez-vous"),
        ("   ", "Que cherchez-vous"),
        ("-eau", "Aucun mot à chercher"),
        ('"', "Aucun mot à chercher"),
        ("% _ \\", "Aucun mot à chercher"),
        ("😀", "Aucun mot à chercher"),
        ("& | ! :* ( )", "Aucun mot à chercher"),
        ("le de la pour", "Ces mots sont trop courants"),
        ("zzzzqqqq", "Rien ne correspond à « zzzzqqqq »"),
        ("100%", "Rien ne correspond"),
        ("a:* & b", "Rien ne correspond"),
        ("o'hara\\' OR 1=1 --", "Rien ne correspond"),
        ("<script>alert(1)</script>", "Rien ne correspond"),
    ],
)
def test_whatever_is_typed_gets_an_answer(body, search, typed, said):
    MeetingFactory(task_force=body)
    page = search(typed)

    assert said in page.text
    assert "<script>alert" not in page.text


def test_ten_thousand_characters_are_cut_with_a_word(search):
    page = search("protection " * 1000)

    assert "Votre recherche était trop longue" in page.text
    assert len(page.text) < 20_000


def test_nul_is_refused(office):
    assert office.get("/recherche/", {"q": "a\x00b"}).status_code == 400


# What the page is -----------------------------------------------------------------------------------


def test_a_text_speaks_no_html(section, body, search):
    section("<p>&lt;img src=x onerror=alert(1)&gt; ciblage &lt;mark&gt;</p>")
    MeetingFactory(task_force=body, theme="<b>ciblage</b> \x02 \x03")

    text = search("ciblage").text

    assert "<img src=x" not in text
    assert "<b>" not in text
    assert "<mark>ciblage</mark>" in text


@pytest.mark.parametrize("count", [1, 30])
def test_eight_queries_whatever_is_found(body, office, count):
    meeting = MeetingFactory(task_force=body)
    for number in range(count):
        AgendaItemFactory(meeting=meeting, title=f"Ciblage {number}", position=number + 1)
        AgencyFactory(acronym=f"CIBLAGE{number}")
    index_marked()
    office.get("/recherche/", {"q": "ciblage"})

    with CaptureQueriesContext(connection) as captured:
        office.get("/recherche/", {"q": "ciblage OIT"})
        asked = [query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    assert len(asked) <= 8


def test_the_box_stands_on_every_page_and_leads_here(office, body):
    assert 'action="/recherche/"' in office.get(f"/{body.slug}/").content.decode()
    # Here there is one already.
    assert 'class="seek' not in office.get("/recherche/").content.decode()


def test_the_demonstration_is_found(settings):
    settings.SOCLE_DEMO = True
    call_command("demo", stdout=StringIO())

    assert SearchEntry.objects.filter(kind="minutes").exists()
    assert not SearchMark.objects.exists()
