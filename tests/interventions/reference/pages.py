"""Addresses of Niger's reference data, and what a page says."""

from django.urls import reverse

from tests.project import html


def at(name, *args):
    return reverse(f"interventions:{name}", args=["ner", *args])


def shown(response, status=200):
    """The words of the page, with plain spaces."""
    words = " ".join(html.tree(response.content).text_content().split())
    assert response.status_code == status, words[:600]
    return words


def corrected(browser, url, fields):
    """Post what was typed over the page as it stands now."""
    seen = html.tree(browser.get(url).content).xpath("//input[@name='version']/@value")[0]
    return browser.post(url, {**fields, "version": seen})
