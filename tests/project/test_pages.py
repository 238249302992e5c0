"""Every page that somebody may read: no name is missing, no script is inline, no English, no dead link."""

import pytest
from django.urls import Resolver404, resolve

from tests.project import html
from tests.project.matrix import Row, rows
from tests.project.strict import UndefinedVariableError, make_strict

READERS = ("anonymous", "titular", "rapporteur", "secretariat", "neighbour_secretariat", "administrator")
PAGES = [row for row in rows() if row.verb == "GET" and any(row.expected[role] == "200" for role in READERS)]


@pytest.fixture(autouse=True)
def _strict_templates(monkeypatch):
    make_strict(monkeypatch)


def read(world, row: Row):
    """(role, path, client, parsed page) for whoever may read the page, where it is HTML."""
    path = row.path(world)
    for role in READERS:
        if row.expected[role] != "200":
            continue
        client = world.client(role, headers={"accept": "text/html"})
        response = client.get(path)
        assert response.status_code == 200, role
        if response.headers["Content-Type"].startswith("text/html"):
            yield role, path, client, html.tree(response.content)


def is_whole_page(row: Row) -> bool:
    """Not a mail, shown in a frame under its own policy, nor a part that htmx fetches, nor the catalogue of examples."""
    return not row.url.endswith("_html") and row.url not in {"meetings:series_preview", "meetings:live_side", "style"}


@pytest.fixture(scope="module")
def opened(_world) -> dict[tuple[str, str], int]:
    """(role, address): what it answers. What the matrix promises is asked by its own sweep, other links here, once."""
    return {
        (role, row.path(_world)): int(row.expected[role])
        for row in rows()
        if row.verb == "GET" and not row.body(_world)
        for role in READERS
        if row.expected[role].isdecimal()
    }


@pytest.fixture(scope="module")
def refusals(_world) -> set[tuple[str, str, str]]:
    """(role, verb, address) that the matrix refuses, for whatever is in the world."""
    return {
        (role, row.verb, row.path(_world))
        for row in rows()
        if not row.body(_world)
        for role in READERS
        if row.expected[role] in {"403", "404"}
    }


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_the_page_is_sound_and_leads_to_what_one_may_open(row: Row, world, opened, refusals):
    """Strict templates raise for a name that nobody gave; the rest is read from the page.

    A page offers no link that is refused or dead, and no form that nobody reads.
    """
    faults = {}
    for role, path, client, page in read(world, row):
        if not is_whole_page(row):
            continue
        found = {
            "forbidden by the content security policy": html.forbidden_by_csp(page),
            "structure": html.structure_faults(page),
            "anchors that lead nowhere": sorted(html.missing_anchors(page)),
            "forms without a token": html.forms_without_token(page),
            "English": sorted(html.english_words(page)),
            "typography": html.poor_typography(page),
            "dead links": dead_links(page, path, role, client, opened),
            "forms for nobody": forms_for_nobody(page, path, role, refusals),
        }
        found = {name: fault for name, fault in found.items() if fault}
        if found:
            faults[role] = found
    assert not faults


def dead_links(page, path: str, role: str, client, opened: dict[tuple[str, str], int]) -> list[str]:
    links = html.internal_links(page, path)
    for link in links:
        if (role, link) not in opened:
            opened[role, link] = client.get(link).status_code
    return sorted(f"{link}: {opened[role, link]}" for link in links if opened[role, link] >= 400)


def forms_for_nobody(page, path: str, role: str, refusals: set[tuple[str, str, str]]) -> list[str]:
    faults = []
    for verb, target in html.form_targets(page, path):
        try:
            resolve(target)
        except Resolver404:
            faults.append(f"{verb} {target}: no such address")
        if (role, verb, target) in refusals:
            faults.append(f"{verb} {target}: refused by the matrix")
    return faults


def test_an_unknown_name_is_noticed(world, tmp_path):
    from django.template import engines

    template = engines["django"].from_string("{{ nobody_gave_this|date_fr }}")
    template.template.origin.name = f"{html_templates()}/taskforce/made_up.html"
    with pytest.raises(UndefinedVariableError, match=r"nobody_gave_this.* in taskforce/made_up.html"):
        template.render({})
    assert engines["django"].from_string("{% if nobody_gave_this %}x{% endif %}").render({}) == ""


def html_templates() -> str:
    from tests.project.strict import OURS

    return OURS


@pytest.mark.parametrize(
    ("check", "markup"),
    [
        (html.forbidden_by_csp, '<p style="color:red">x</p>'),
        (html.forbidden_by_csp, "<script>x()</script>"),
        (html.forbidden_by_csp, "<style>p{}</style>"),
        (html.forbidden_by_csp, '<button onclick="x()">x</button>'),
        (html.forbidden_by_csp, '<a href="javascript:x()">x</a>'),
        (html.english_words, "<p>Please enter your password</p>"),
        (html.english_words, '<input aria-label="Your email">'),
        (html.poor_typography, "<p>l'eau</p>"),
        (html.poor_typography, "<p>Attention : ici</p>"),
        (html.poor_typography, "<p>« ici »</p>"),
        (html.missing_anchors, '<a href="#nowhere">x</a>'),
        (html.forms_without_token, '<form method="post"></form>'),
        (html.structure_faults, "<h1>a</h1><h3>b</h3>"),
        (html.structure_faults, '<input name="x">'),
        (html.structure_faults, '<img src="x">'),
        (html.structure_faults, '<a href="/x"></a>'),
        (html.structure_faults, '<i id="a"></i><i id="a"></i>'),
    ],
)
def test_the_questions_find_what_they_look_for(check, markup):
    sound = b'<!doctype html><html lang="fr"><title>t</title><body><main><h1>T</h1><p>l\xe2\x80\x99eau\xc2\xa0: ici</p></main>'
    assert not check(html.tree(sound))
    assert check(
        html.tree(b'<!doctype html><html lang="fr"><title>t</title><body><main>' + markup.encode() + b"</main>")
    )
