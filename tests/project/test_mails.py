"""Every message as mail programs take it: one look, the same facts in text and page, nothing fetched from elsewhere."""

import re

import pytest

from core.notifications.base import messages_board
from core.notifications.delivery import PERSONAL_LINKS
from core.notifications.rendering import Rendered, placeholder
from meetings.models import Invitation
from tests.project import html
from tests.project.strict import make_strict
from tests.project.test_boards import MESSAGES

# Gmail cuts what is longer.
CLIPPED_AT = 102_000
# Outlook draws with Word's engine: no flexible boxes, no positions, no floats, no variables.
UNKNOWN_TO_OUTLOOK = re.compile(r"display:\s*(?:flex|grid)|position:|float:|var\(|calc\(", re.IGNORECASE)
WIDTH = re.compile(r"(?<![-\w])(?:min-)?width:\s*(\d+)px")

# Each has its dark counterpart in templates/core/emails/layout.html, by these very words.
BACKGROUND = re.compile(r"background-color:([^;\"]+)")
INK = re.compile(r"(?<!-)color:([^;\"]+)")
BACKGROUNDS = {"#0b5563", "#ffffff", "#f6f8f8", "#e3f0f2", "#fcefe3"}
INKS = {"#1d2a32", "#51616b", "#0b5563", "#8f480c", "#ffffff", "#e3f0f2"}


@pytest.fixture(autouse=True)
def _strict_templates(monkeypatch):
    make_strict(monkeypatch)


# That each message has its line is test_boards' own test.
@pytest.fixture(params=[cls for cls in messages_board if cls.slug in MESSAGES], ids=lambda cls: cls.slug)
def cls(request):
    return request.param


@pytest.fixture(scope="module")
def rendered() -> dict[tuple[str, str], Rendered]:
    """Each is rendered once and asked all the questions."""
    return {}


@pytest.fixture(params=["fr", "en"])
def mail(request, cls, world, rendered):
    """The message in the recipient's language, for somebody of the world."""
    key = (cls.slug, request.param)
    if key not in rendered:
        rendered[key] = render_for_somebody(cls, world, request.param)
    return rendered[key]


def render_for_somebody(cls, world, language: str) -> Rendered:
    invitation = Invitation.objects.select_related("person").get(pk=world.invitation.pk)
    invitation.person.language = language
    invitation.meeting = world.meeting
    before, world.things["invitation"] = world.invitation, invitation
    try:
        return MESSAGES[cls.slug](cls, world).render()
    finally:
        world.things["invitation"] = before


def test_the_page_is_one_look(mail):
    page = html.tree(mail.html.encode())
    assert page.get("lang") in {"fr", "en"}
    assert page.findtext(".//title").strip() == mail.subject
    for table in page.xpath("//table"):
        assert table.get("role") == "presentation", "a screen reader must not read the layout as data"
    assert "<!--[if mso]>" in mail.html
    assert len(mail.html.encode()) < CLIPPED_AT


def test_outlook_knows_all_it_asks_for(mail):
    page = html.tree(mail.html.encode())
    for element in page.xpath("//*[@style]"):
        assert not UNKNOWN_TO_OUTLOOK.search(element.get("style")), element.get("style")
    assert not page.xpath("//script | //form | //link | //iframe | //video | //svg | //object")


def test_its_colours_are_those_that_the_dark_sheet_knows(mail):
    page = html.tree(mail.html.encode())
    styles = " ".join(page.xpath("//body//*/@style"))
    sheet = page.findtext(".//head/style")
    assert set(BACKGROUND.findall(styles)) <= BACKGROUNDS
    assert set(INK.findall(styles)) <= INKS
    for colour in BACKGROUNDS - {"#0b5563", "#ffffff"}:
        assert f"background-color:{colour}" in sheet


def test_it_fits_a_narrow_column(mail):
    page = html.tree(mail.html.encode())
    widths = [int(width) for element in page.xpath("//*[@style]") for width in WIDTH.findall(element.get("style"))]
    widths += [int(width) for width in page.xpath("//*/@width") if width.isdecimal()]
    assert max([*widths, 600]) <= 640


def test_nothing_is_fetched_from_elsewhere(mail):
    page = html.tree(mail.html.encode())
    assert not page.xpath("//img[not(starts-with(@src, 'cid:') or starts-with(@src, 'data:'))]")
    assert "url(" not in mail.html
    assert "@import" not in mail.html


def test_text_and_page_lead_to_the_same_places(mail):
    links = html.tree(mail.html.encode()).xpath("//a/@href")
    assert all(link.strip() for link in links)
    assert all(re.match(r"https?://|mailto:|\{\{secret:", link) for link in links), links
    for link in set(links):
        assert link.removeprefix("mailto:") in mail.text, link
    for link in re.findall(r"https?://\S+", mail.text):
        assert link.rstrip(".,)>»") in mail.html.replace("&amp;", "&"), link


def test_the_way_out_stands_in_what_may_be_switched_off_and_nowhere_else(cls, mail):
    for name in PERSONAL_LINKS:
        for body in (mail.text, mail.html):
            assert (placeholder(name) in body) is cls.mutable, f"{name}: {cls.slug}"


def test_the_first_words_say_what_it_is(mail):
    first = html.tree(mail.html.encode()).xpath("string(//body/div[1])").strip()
    assert first, "the line that lists show beside the subject"
    assert "{{" not in first
