"""Writing in a real browser: the editor, its drafts, a lost network, a lost session, two people at once.

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
from core.models import Draft
from core.richtext import clean_html, text_to_html
from meetings.enums import MeetingState, SectionKind
from meetings.models import AgencyUpdate, MinutesSection, SectionVersion
from meetings.services.minutes import ensure_minutes, save_section
from meetings.services.updates import save_update
from tests.browser.conftest import PHONE
from tests.browser.test_look import violations
from tests.meetings.factories import AgencyUpdateFactory, AgendaItemFactory, MeetingFactory
from tests.taskforce.factories import PASSWORD, TaskForceFactory, member

pytestmark = pytest.mark.django_db(transaction=True)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{color:red}</style></head>
<body style='tab-interval:35pt'><!--StartFragment-->
<p class=MsoNormal style='margin:0'><b style='mso-bidi-font-weight:normal'>PAM.</b> Filets
<span style='font-weight:bold'>sociaux</span><o:p>&nbsp;</o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span style='font:7pt "Times New Roman"'>&nbsp; </span></span><![endif]>Premier</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Sous</p>
<table border=1 style='border-collapse:collapse'><tr><td onclick="alert(1)" style='width:10pt' colspan=100000>a</td></tr></table>
<img src="file:///C:/logo.png" onerror="alert(1)"><script>alert(1)</script><!--EndFragment--></body></html>"""


@pytest.fixture
def world():
    """A held meeting with two points, its minutes, its secretariat."""
    body = TaskForceFactory()
    meeting = MeetingFactory(task_force=body, state=MeetingState.HELD)
    AgendaItemFactory(meeting=meeting, position=1, title="Point de situation")
    AgendaItemFactory(meeting=meeting, position=2, title="Divers")
    secretariat = member(body, role="secretariat", given_name="Mariama", family_name="Saley")
    minutes = ensure_minutes(meeting, actor=secretariat.user)
    section = minutes.sections.get(kind=SectionKind.CONTEXT)
    return {"body": body, "meeting": meeting, "minutes": minutes, "section": section, "user": secretariat.user}


def edit_url(section):
    return f"/reunions/{section.minutes.meeting_id}/compte-rendu/{section.pk}/modifier/"


def open_editor(context, section):
    page = context.new_page()
    page.goto(edit_url(section))
    page.wait_for_selector(".ProseMirror")
    return page


def write(page, text):
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def state(page):
    return page.locator("[data-save-state]")


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


def test_a_draft_goes_to_the_server_and_is_offered_back(world, open_context):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    write(page, "Un début de texte")
    expect(state(page)).to_have_text("Modifications non enregistrées")
    expect(state(page)).to_have_text(re.compile("^Brouillon gardé à "))
    assert Draft.objects.get().text == "<p>Un début de texte</p>"
    assert SectionVersion.objects.count() == 0

    # Another browser of the same person: only the server knows.
    elsewhere = open_editor(open_context(world["user"]), world["section"])
    expect(elsewhere.locator(".ProseMirror")).to_have_text("")
    notice = elsewhere.locator("[data-notice=draft]")
    expect(notice).to_contain_text("Un texte non enregistré du")
    notice.get_by_role("link", name="Le reprendre").click()
    elsewhere.wait_for_selector(".ProseMirror")
    expect(elsewhere.locator(".ProseMirror")).to_have_text("Un début de texte")
    elsewhere.keyboard.press("Control+s")
    expect(state(elsewhere)).to_have_text(re.compile("^Enregistré à "))
    assert Draft.objects.count() == 0


def test_a_lost_network_is_said_calmly_and_loses_nothing(world, open_context):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    context.set_offline(True)
    write(page, "Écrit sans réseau")
    notice = page.locator("[data-notice=offline]")
    expect(notice).to_contain_text("Connexion perdue. Vous pouvez continuer")
    expect(state(page)).to_have_text("Gardé sur cet appareil")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(notice).to_be_visible()
    assert page.url.endswith("/modifier/")
    assert "Écrit sans réseau" in page.evaluate("Object.values(localStorage).join()")

    context.set_offline(False)
    expect(state(page)).to_have_text(re.compile("^Brouillon gardé à "), timeout=20_000)
    expect(notice).to_be_hidden()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.get(pk=world["section"].pk).body == "<p>Écrit sans réseau</p>"
    assert page.evaluate("Object.keys(localStorage)") == []
    # The browser itself tells the console of every request that found no network.
    context.problems[:] = [text for text in context.problems if "ERR_INTERNET_DISCONNECTED" not in text]


def test_a_closed_tab_without_network_is_found_again(world, open_context):
    save_section(world["section"], body="<p>Texte enregistré</p>", base_version=0, actor=world["user"])
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    context.set_offline(True)
    write(page, " et une suite perdue ?")
    expect(state(page)).to_have_text("Gardé sur cet appareil")
    page.close()
    context.set_offline(False)
    context.problems.clear()

    again = open_editor(context, world["section"])
    expect(again.locator(".ProseMirror")).to_have_text("Texte enregistré")
    notice = again.locator(".notice", has_text="retrouvé sur cet appareil")
    notice.get_by_text("Lire le texte retrouvé").click()
    expect(notice).to_contain_text("Texte enregistré et une suite perdue ?")
    notice.get_by_role("button", name="Le reprendre").click()
    expect(again.locator(".ProseMirror")).to_have_text("Texte enregistré et une suite perdue ?")
    expect(notice).to_have_count(0)
    again.keyboard.press("Control+s")
    expect(state(again)).to_have_text(re.compile("^Enregistré à "))
    third = open_editor(context, world["section"])
    expect(third.locator(".notice", has_text="retrouvé")).to_have_count(0)


def test_a_found_text_can_be_put_aside(world, open_context):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    context.set_offline(True)
    write(page, "À oublier")
    expect(state(page)).to_have_text("Gardé sur cet appareil")
    page.close()
    context.set_offline(False)
    context.problems.clear()
    again = open_editor(context, world["section"])
    again.locator(".notice", has_text="retrouvé").get_by_role("button", name="L’écarter").click()
    assert again.evaluate("Object.keys(localStorage)") == []
    expect(again.locator(".ProseMirror")).to_have_text("")


def test_a_session_that_ends_keeps_the_text_and_goes_on_in_another_tab(world, open_context, live_server):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    Session.objects.all().delete()
    write(page, "Écrit après la fin de la session")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    notice = page.locator("[data-notice=session]")
    expect(notice).to_contain_text("Votre session est terminée")
    expect(page.locator(".ProseMirror")).to_have_text("Écrit après la fin de la session")
    with context.expect_page() as opened:
        notice.get_by_role("link", name="Se connecter dans un autre onglet").click()
    tab = opened.value
    sign_in(tab, world["user"])
    tab.close()
    page.bring_to_front()
    notice.get_by_role("button", name="Réessayer").click()
    expect(notice).to_be_hidden()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.get(pk=world["section"].pk).body == "<p>Écrit après la fin de la session</p>"
    context.problems[:] = [text for text in context.problems if "401" not in text]


def sign_in(page, user):
    page.wait_for_load_state()
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "login" not in url and "connexion" not in url)


def test_signing_out_erases_what_this_browser_kept(world, open_context):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    context.set_offline(True)
    write(page, "Confidentiel")
    expect(state(page)).to_have_text("Gardé sur cet appareil")
    context.set_offline(False)
    page.close()
    context.problems.clear()
    out = context.new_page()
    out.goto("/compte/logout/")
    assert "Confidentiel" in out.evaluate("Object.values(localStorage).join()")
    out.get_by_role("button", name="Se déconnecter").click()
    out.wait_for_load_state()
    assert out.evaluate("Object.keys(localStorage)") == []


def test_another_person_in_the_same_browser_is_offered_nothing(world, open_context):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    context.set_offline(True)
    write(page, "Texte de la première")
    expect(state(page)).to_have_text("Gardé sur cet appareil")
    kept = page.evaluate("({...localStorage})")
    context.set_offline(False)
    context.problems.clear()
    other = open_context(member(world["body"], role="secretariat").user)
    second = other.new_page()
    second.goto(edit_url(world["section"]))
    second.evaluate(
        "kept => { for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value); }", kept
    )
    second.reload()
    second.wait_for_selector(".ProseMirror")
    expect(second.locator(".notice", has_text="retrouvé sur cet appareil")).to_have_count(0)


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


def test_typing_before_the_editor_arrives_is_kept(world, open_context):
    save_section(world["section"], body="<p>Bonjour</p>", base_version=0, actor=world["user"])
    context = open_context(world["user"])
    page = context.new_page()
    waiting = []
    page.route("**/django_prose_editor/editor*.js", lambda route: waiting.append(route))
    page.goto(edit_url(world["section"]))
    area = page.get_by_label("Texte de la section")
    area.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" à tous")
    page.wait_for_timeout(1500)
    waiting[0].continue_()
    page.wait_for_selector(".ProseMirror")
    page.keyboard.type(" !")
    expect(page.locator(".ProseMirror")).to_have_text("Bonjour à tous !")


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


def test_somebody_else_signs_in_while_the_page_is_open(world, open_context):
    context = open_context(world["user"])
    page = open_editor(context, world["section"])
    other = open_context(member(world["body"], role="secretariat").user)
    context.add_cookies(other.cookies())
    write(page, "Le texte de la première")
    expect(page.locator("[data-notice=session]")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".ProseMirror")).to_have_text("Le texte de la première")
    assert Draft.objects.count() == 0
    assert SectionVersion.objects.count() == 0
    context.problems[:] = [text for text in context.problems if "401" not in text]


def test_without_the_editor_s_bundle_the_textarea_is_kept_safe_too(world, open_context):
    context = open_context(world["user"])
    page = context.new_page()
    page.route("**/django_prose_editor/editor*.js", lambda route: route.abort())
    page.goto(edit_url(world["section"]))
    page.get_by_label("Texte de la section").fill("- un\n- deux")
    expect(state(page)).to_have_text(re.compile("^Brouillon gardé à "), timeout=10_000)
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(re.compile("^Enregistré à "))
    assert MinutesSection.objects.get(pk=world["section"].pk).body == "<ul><li>un</li><li>deux</li></ul>"
    context.problems.clear()
