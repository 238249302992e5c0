"""The look in a real browser: accessibility by axe, both widths, both themes, with and without JavaScript."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import DESKTOP, PHONE
from tests.taskforce.factories import PersonFactory, UserFactory

AXE = settings.BASE_DIR / "config" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each. The tool goes around the page's CSP, as a person's would."""
    page.evaluate(AXE.read_text() + "; null")
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def administrator():
    user = UserFactory(administrator=True)
    PersonFactory(user=user, civility="ms", given_name="Mariama", family_name="Saley")
    return user


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_style_page_is_accessible(open_context, transactional_db, viewport, scheme):
    page = open_context(administrator(), viewport=viewport, color_scheme=scheme).new_page()
    page.goto("/style/")
    assert violations(page) == []
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


BEFORE_SIGNING_IN = [
    "/compte/login/",
    "/compte/login/code/",
    "/compte/password/reset/",
    "/compte/password/reset/done/",
    "/compte/signup/",
]
OF_THE_ACCOUNT = [
    "/compte/2fa/",
    "/compte/2fa/totp/activate/",
    "/compte/2fa/webauthn/",
    "/compte/2fa/webauthn/add/",
    "/compte/email/",
    "/compte/password/change/",
    "/compte/sessions/",
    "/compte/logout/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("signed_in", [False, True], ids=["before", "account"])
def test_pages_of_sign_in_are_accessible(open_context, transactional_db, signed_in, scheme):
    user = administrator() if signed_in else None
    page = open_context(user, viewport=PHONE, color_scheme=scheme).new_page()
    found = {}
    for address in OF_THE_ACCOUNT if signed_in else BEFORE_SIGNING_IN:
        page.goto(address)
        found[address] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[address].append("wider than the screen")
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_the_menu_of_a_phone_works_without_javascript(open_context, transactional_db):
    page = open_context(administrator(), viewport=PHONE, javascript=False).new_page()
    page.goto("/style/")
    link = page.get_by_role("link", name="Se déconnecter")
    assert not link.is_visible()
    page.get_by_text("Menu", exact=True).click()
    link.click()
    assert page.get_by_role("heading", name="Se déconnecter").is_visible()


def test_menus_close_with_escape_and_one_is_open_at_a_time(open_context, transactional_db):
    page = open_context(administrator()).new_page()
    page.goto("/style/")
    bodies, account = page.locator("details.bodies"), page.locator("details.account")
    bodies.locator("summary").click()
    account.locator("summary").click()
    assert bodies.get_attribute("open") is None
    assert account.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert account.get_attribute("open") is None
    assert page.evaluate("document.activeElement.closest('details').classList.contains('account')")


def test_the_keyboard_reaches_the_content_first(open_context, transactional_db):
    page = open_context(administrator()).new_page()
    page.goto("/compte/sessions/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_a_form_leaves_once(open_context, transactional_db):
    page = open_context().new_page()
    page.goto("/compte/login/")
    page.fill("[name=login]", "personne@example.org")
    page.fill("[name=password]", "un mot de passe faux")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    button = page.get_by_role("button", name="Se connecter")
    button.dblclick()
    page.get_by_role("alert").wait_for()
    assert len(sent) == 1
    # The page that came back takes a second try.
    assert page.get_by_role("button", name="Se connecter").get_attribute("aria-disabled") is None


def test_errors_are_announced_and_lead_to_the_field(open_context, transactional_db):
    page = open_context(administrator()).new_page()
    page.goto("/style/")
    summary = page.get_by_role("alert")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    summary.get_by_role("link", name=re.compile("31 février")).click()
    assert page.evaluate("document.activeElement.id") == "erreur_day" or page.url.endswith("#erreur_day")


def test_the_picker_filters_without_accents(open_context, transactional_db):
    page = open_context(administrator()).new_page()
    page.goto("/style/")
    box = page.get_by_role("searchbox", name=re.compile("Agence chef de file")).first
    box.fill("femm")
    select = page.locator("#id_lead")
    assert select.input_value() == "ONU Femmes"
    assert "1 trouvé" in page.locator(".picker-count").first.inner_text()
    box.fill("")
    assert select.locator("option").count() == 13
    assert select.input_value() == "ONU Femmes"


def test_the_script_is_not_needed_to_choose(open_context, transactional_db):
    page = open_context(administrator(), javascript=False).new_page()
    page.goto("/style/")
    page.locator("#id_lead").select_option("FAO")
    assert page.locator("#id_lead").input_value() == "FAO"
    assert page.locator("[data-js-only]:visible").count() == 0


def test_a_first_visit_is_light(open_context, transactional_db):
    """At most ten requests; sizes are measured in tests/project/test_assets.py."""
    page = open_context(administrator()).new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/compte/sessions/")
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 10, json.dumps(asked, indent=1)


def test_on_paper_there_are_no_bars(open_context, transactional_db):
    page = open_context(administrator()).new_page()
    page.goto("/style/")
    page.emulate_media(media="print", color_scheme="dark")
    for part in (".topbar", ".foot", ".page-actions"):
        assert not page.locator(part).first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_axe_is_installed():
    assert Path(AXE).is_file(), "run `npm ci` in config/assets"
