"""Nothing typed in the editor is lost: drafts, a lost network, a lost session, another person at the same browser.

Every test fails on a console error or a refusal of the security policy (`open_context`).
"""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from core.models import Draft
from meetings.models import MinutesSection, SectionVersion
from meetings.services.minutes import save_section
from tests.browser.editor import edit_url, held_meeting, open_editor, sign_in, state, write
from tests.taskforce.factories import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return held_meeting()


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
