"""Writing in a real browser: the editor, what is pasted, two people at once, without JavaScript. What is never lost: test_editor_drafts.py.

Every test fails on a console error or a refusal of the security policy (`open_context`).
"""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from config.assets.finder import SOURCE_MAP_COMMENT, browser_files
from core.richtext import clean_html, text_to_html
from meetings.models import AgencyUpdate, MinutesSection
from meetings.services.minutes import save_section
from meetings.services.updates import save_update
from tests.browser.conftest import PHONE
from tests.browser.editor import edit_url, held_meeting, open_editor, sign_in, state, write
from tests.browser.test_look import violations
from tests.meetings.factories import AgencyUpdateFactory, MeetingFactory
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return held_meeting()


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style></head>
<body style='tab-interval:35pt'><!--StartFragment-->
<p class=MsoNormal style='margin:0'><b style='mso-bidi-font-weight:normal'>PAM.</b> Filets
<span style='font-weight:bold'>sociaux</span><o:p>&nbsp;</o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span style='font:7pt "Times New Roman"'>&nbsp; </span></span><![endif]>Premier</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Sous</p>
<table border=1 style='border-collapse:collapse'><tr><td onclick="alert(1)" style='width:10pt' colspan=100000>a</td></tr></table>
<img src="file:///C:/logo.png" onerror="alert(1)"><script>alert(1)</script><!--EndFragment--></body></html>"""


def test_marks_lists_links_and_tables_are_saved(world, open_context):
    page = open_editor(open_context(world["user"]), world["section"])
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+b")
    page.keyboard.type("BIT.")
    page.keyboard.press("Control+b")
    page.keyboard.type(" L’appui se poursuit, voir www.example.org ")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Liste à puces").click()
    page.keyboard.type("un")
    page.keyboard.press("Enter")
    page.keyboard.type("deux")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tableau", exact=True).click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Ligne d’en-tête")
    dialog.get_by_role("button", name="Insérer le tableau").click()
    # Each step waits for what the one before has shown: a loaded machine is slower than the keyboard.
    rows = page.locator(".ProseMirror tr")
    heading = page.locator(".ProseMirror th").first
    expect(rows).to_have_count(3)
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type("Agence")
    expect(heading).to_have_text("Agence")
    page.wait_for_timeout(600)  # what is typed within half a second is undone together
    page.get_by_role("button", name="Supprimer la ligne").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Annuler la frappe").click()
    expect(rows).to_have_count(3)
    expect(heading).to_have_text("Agence")
    page.locator(".ProseMirror strong").dblclick()
    expect(page.get_by_role("button", name="Lien", exact=True)).to_be_enabled()
    page.get_by_role("button", name="Lien", exact=True).click()
    page.locator("dialog[open] input").fill("example.org/bit")
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror a strong")).to_have_text("BIT")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))

    section = MinutesSection.objects.get(pk=world["section"].pk)
    assert section.version == 1
    assert '<a href="https://example.org/bit" rel="noopener noreferrer"><strong>BIT</strong></a>' in section.body
    assert '<a href="https://www.example.org"' in section.body
    assert "<ul><li>un</li><li>deux</li></ul>" in section.body
    assert "<thead><tr><th>Agence</th>" in section.body
    assert section.body.count("<tr>") == 3
    # The page around the editor follows without being loaded again.
    expect(page.locator("#sections a[aria-current]")).to_contain_text("Contexte")
    expect(page.locator("#sections a[aria-current] svg[aria-label='écrite']")).to_be_visible()


def test_every_button_has_a_french_name_and_no_icon_font_is_loaded(world, open_context):
    context = open_context(world["user"])
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = open_editor(context, world["section"])
    toolbar = page.get_by_role("toolbar", name="Mise en forme")
    names = toolbar.locator("button").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert names[:4] == ["Gras", "Italique", "Liste à puces", "1. Liste numérotée"]
    assert all(names)
    texts = toolbar.locator("button").evaluate_all("all => all.map(one => one.textContent)")
    assert not [text for text in texts if "_" in text or "format" in text]
    assert not [url for url in asked if "woff" in url or "material" in url]


def test_word_is_pasted_clean(world, open_context):
    page = open_editor(open_context(world["user"]), world["section"])
    page.locator(".ProseMirror").click()
    page.evaluate(
        """html => { const data = new DataTransfer(); data.setData('text/html', html); data.setData('text/plain', 'x');
        document.querySelector('.ProseMirror').dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }""",
        WORD,
    )
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.get(pk=world["section"].pk).body == (
        "<p><strong>PAM.</strong> Filets <strong>sociaux</strong></p>"
        "<ul><li>Premier<ol><li>Sous</li></ol></li></ul>"
        '<table><tbody><tr><td colspan="20">a</td></tr></tbody></table>'
    )


def test_two_people_at_once_see_both_texts_and_the_merged_one(world, open_context):
    save_section(world["section"], body="<p>Un</p><p>Deux</p>", base_version=0, actor=world["user"])
    page = open_editor(open_context(world["user"]), world["section"])
    colleague = member(world["body"], role="secretariat", given_name="Ibrahim", family_name="Garba").user
    save_section(world["section"], body="<p>Un</p><p>Deux corrigé</p>", base_version=1, actor=colleague)
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Avant. ")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".conflict")).to_contain_text("Garba")
    page.wait_for_selector(".ProseMirror")
    expect(page.locator(".ProseMirror p")).to_have_text(["Avant. Un", "Deux corrigé"])
    expect(page.locator(".conflict ins").first).to_contain_text("Avant.")
    page.get_by_role("button", name="Enregistrer le texte réuni").click()
    page.wait_for_url(re.compile("/modifier/$"))
    page.wait_for_selector(".ProseMirror")
    expect(page.locator(".conflict")).to_have_count(0)
    section = MinutesSection.objects.get(pk=world["section"].pk)
    assert section.body == "<p>Avant. Un</p><p>Deux corrigé</p>"
    assert section.version == 3
    page.context.problems[:] = [text for text in page.context.problems if "409" not in text]


def test_two_tabs_of_one_person_do_not_lose_either_text(world, open_context):
    context = open_context(world["user"])
    first, second = open_editor(context, world["section"]), open_editor(context, world["section"])
    write(first, "Premier onglet")
    first.keyboard.press("Control+s")
    expect(state(first)).to_have_text(re.compile("^Enregistré à "))
    write(second, "Second onglet")
    expect(second.locator("[data-notice=newer]")).to_contain_text(
        "vient d’enregistrer une autre version", timeout=10_000
    )
    second.keyboard.press("Control+s")
    second.wait_for_selector(".conflict")
    second.wait_for_selector(".ProseMirror")
    expect(second.locator(".ProseMirror p")).to_have_text(["Premier onglet", "Second onglet"])
    context.problems[:] = [text for text in context.problems if "409" not in text]


def test_a_contribution_is_taken_into_the_section(world, open_context):
    AgencyUpdateFactory(meeting=world["meeting"], agency__acronym="FAO", body="<p>Projet en cours.</p>", version=1)
    page = open_editor(open_context(world["user"]), world["section"])
    write(page, "Tour de table.")
    page.get_by_role("button", name="Reprendre FAO").click()
    expect(page.locator(".ProseMirror")).to_contain_text("FAO. Projet en cours.")
    expect(page.locator(".ProseMirror")).to_contain_text("Tour de table.")
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert "<strong>FAO.</strong> Projet en cours." in MinutesSection.objects.get(pk=world["section"].pk).body


def test_without_javascript_the_textarea_does_everything(world, open_context):
    AgencyUpdateFactory(meeting=world["meeting"], agency__acronym="FAO", body="<p>Projet en cours.</p>", version=1)
    page = open_context(world["user"], javascript=False).new_page()
    page.goto(edit_url(world["section"]))
    page.get_by_label("Texte de la section").fill("Premier paragraphe, 3 < 5.\n\n- un\n- deux")
    page.get_by_role("button", name="Reprendre FAO").click()
    # Bold cannot be said in plain text: the textarea now holds HTML.
    assert page.get_by_label("Texte de la section").input_value().startswith("<p>Premier paragraphe, 3 &lt; 5.</p>")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.get(pk=world["section"].pk).body == (
        "<p>Premier paragraphe, 3 &lt; 5.</p><ul><li>un</li><li>deux</li></ul>"
        "<p><strong>FAO.</strong> Projet en cours.</p>"
    )


def test_without_javascript_a_lost_session_shows_the_text(world, open_context):
    context = open_context(world["user"], javascript=False)
    page = context.new_page()
    page.goto(edit_url(world["section"]))
    page.get_by_label("Texte de la section").fill("Tapé longtemps <b>")
    Session.objects.all().delete()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_label("Votre texte")).to_have_value("Tapé longtemps <b>")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Connectez-vous").click()
    sign_in(opened.value, world["user"])
    # The token changed with the session: the page says so and sends again.
    page.get_by_role("button", name="Enregistrer").click()
    if page.get_by_label("Votre texte").count():
        page.get_by_role("button", name="Enregistrer").click()
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.get(pk=world["section"].pk).body == "<p>Tapé longtemps &lt;b&gt;</p>"
    context.problems.clear()


@pytest.mark.parametrize(
    "text",
    [
        "un\n\ndeux",
        "- a\n- b\n\n1. x\n2. y",
        "1. x\n3. y",
        "• a\n* b\n– c",
        "a < b & c\nligne",
        "\n\n  x  \n\n\n y",
        "-pas une liste\n- a",
        "1) a\n2) b\n3) c",
    ],
)
def test_plain_text_is_read_the_same_by_the_page_and_by_the_server(text, chromium):
    source = Path(settings.BASE_DIR, "static/js/editor.js").read_text()
    reading = re.search(r"const escapeHtml = .*?\.join\(\"\"\);\n", source, re.DOTALL)[0]
    page = chromium.new_page()
    assert clean_html(page.evaluate(f"text => {{ {reading} return textToHtml(text); }}", text)) == text_to_html(text)
    page.close()


def test_the_editor_weighs_155_kb_at_most():
    """What an editing page adds, once, as browsers get it (Brotli, made at build)."""
    bundle = SOURCE_MAP_COMMENT.sub(b"", browser_files()["django_prose_editor/editor.js"].read_bytes())
    ours = [Path(settings.BASE_DIR, "static", name).read_bytes() for name in ("js/editor.js", "css/editor.css")]
    assert sum(len(brotli.compress(content)) for content in (bundle, *ours)) <= 155_000


def test_on_a_phone_the_text_comes_first_and_nothing_overflows(world, open_context):
    page = open_editor(open_context(world["user"], viewport=PHONE), world["section"])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".ProseMirror").bounding_box()["y"] < 700
    page.locator(".editor-nav-phone > summary").click()
    expect(page.locator("#sections")).to_be_visible()


def test_the_keyboard_leaves_the_text(world, open_context):
    page = open_editor(open_context(world["user"]), world["section"])
    page.locator(".ProseMirror").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Enregistrer", exact=True)).to_be_focused()


def test_a_focal_point_writes_for_the_agency_from_the_last_text(world, open_context):
    focal = member(world["body"])
    agency = focal.mandates.get().seat.agency
    earlier = MeetingFactory(task_force=world["body"], starts_at=world["meeting"].starts_at.replace(month=2))
    last = AgencyUpdateFactory(meeting=earlier, agency=agency, body="", version=0)
    save_update(last, body="<p>En février.</p>", base_version=0, actor=world["user"])
    context = open_context(focal.user)
    page = context.new_page()
    page.goto(f"/reunions/{world['meeting'].pk}/tour-de-table/")
    page.get_by_role("button", name="Écrire la contribution").click()
    page.wait_for_selector(".ProseMirror")
    page.get_by_role("button", name="Reprendre ce texte").click()
    expect(page.locator(".ProseMirror")).to_contain_text("En février.")
    write(page, " En mars aussi.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(re.compile("/tour-de-table/$"))
    update = AgencyUpdate.objects.get(meeting=world["meeting"], agency=agency)
    assert update.body == "<p>En février. En mars aussi.</p>"


def test_the_pages_of_writing_are_accessible(world, open_context):
    update = AgencyUpdateFactory(
        meeting=world["meeting"], agency__acronym="FAO", body="<p>Projet en cours.</p>", version=1
    )
    save_section(world["section"], body="<p>Le 8 mars 2015</p>", base_version=0, actor=world["user"])
    page = open_editor(open_context(world["user"]), world["section"])
    assert violations(page) == []
    page.get_by_role("button", name="Tableau", exact=True).click()
    expect(page.get_by_role("dialog", name="Tableau")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    save_section(world["section"], body="<p>Autre</p>", base_version=1, actor=world["user"])
    write(page, " et la suite")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".conflict")
    page.wait_for_selector(".ProseMirror")
    assert violations(page) == []
    page.context.problems.clear()
    for path in (
        f"compte-rendu/{world['section'].pk}/versions/",
        "tour-de-table/",
        f"tour-de-table/{update.pk}/modifier/",
    ):
        page.goto(f"/reunions/{world['meeting'].pk}/{path}")
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], path
