"""The style page and the pages for what went wrong."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from core.views.errors import csrf_failure
from tests.taskforce.factories import UserFactory

TEMPLATES = settings.BASE_DIR / "templates"
# Parts of the shell and of other components, which every page shows.
INNER_PARTS = {"mark", "shell", "shell_nav", "shell_bodies", "shell_account", "footer", "messages", "field_notes"}
# A whole page of its own (two texts saved at once), whose parts are shown here.
INNER_PARTS |= {"merge"}


@pytest.mark.django_db
def test_the_style_page_is_for_administrators():
    assert Client().get(reverse("style")).status_code == 302
    client = Client()
    client.force_login(UserFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("style")).status_code == 404


@pytest.mark.django_db
def test_the_style_page_shows_every_component(monkeypatch):
    client = Client()
    client.force_login(UserFactory(administrator=True), backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(reverse("style"))
    assert response.status_code == 200
    shown = {
        Path(template.name).stem for template in response.templates if str(template.name).startswith("components/")
    }
    written = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    # Rendered without a request, these do not tell that they were: look for what they draw.
    html = response.content.decode()
    drawn = {
        "card": 'class="panel"',
        "notice": 'class="notice notice-warning"',
        "error_summary": "error-summary",
        "field": 'class="field field-invalid"',
        "steps": 'class="steps"',
        "sort_header": 'class="sort"',
        "text_diff": 'class="diff"',
    }
    missing = {name for name in written - shown - INNER_PARTS if name not in drawn or drawn[name] not in html}
    assert missing == set()


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_pages_for_trouble_need_nothing(name):
    html = render_to_string(name)
    assert '<html lang="fr">' in html
    assert html.count("<h1") == 1


def test_a_stale_form_is_explained():
    response = csrf_failure(RequestFactory().post("/"), reason="CSRF token missing.")
    assert response.status_code == 403
    assert "Ce formulaire est périmé" in response.content.decode()


@pytest.mark.django_db
def test_an_unknown_page_and_a_forbidden_one_say_what_to_do():
    client = Client()
    client.force_login(UserFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get("/rien/de/tel/")
    assert response.status_code == 404
    assert "Cette page est introuvable" in response.content.decode()
    assert "Vous ne pouvez pas faire cela" in render_to_string("403.html", request=RequestFactory().get("/"))


def sign_in_templates():
    names = set()

    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            else:
                view = getattr(pattern.callback, "view_class", None)
                if view is not None and view.__module__.startswith("allauth."):
                    names.update(filter(None, [getattr(view, "template_name", None)]))

    walk(get_resolver("allauth.urls").url_patterns)
    # Accounts open on invitation: the form to sign up is never shown.
    return sorted(names - {"account/signup.html"} | {"account/signup_closed.html"})


@pytest.mark.parametrize("name", sign_in_templates())
def test_every_page_of_sign_in_is_ours(name):
    assert Path(get_template(name).origin.name).is_relative_to(TEMPLATES)


def page_templates():
    """Mails and documents are no pages: no script runs there and a mail's styles stand inline."""
    return sorted(path for path in TEMPLATES.rglob("*.html") if not {"emails", "documents"} & set(path.parts[:-1]))


@pytest.mark.parametrize("path", page_templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_inline_script_style_or_handler(path):
    source = path.read_text()
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=['\"]js:", source)
    for tag in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in tag or "application/json" in tag, tag
