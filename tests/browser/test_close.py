"""The end of a journey: nothing it asked for is still being answered when the tables are emptied."""

import threading
import time

import pytest
from django.core.signals import request_started

from tests.browser.conftest import answering, close_all, kill_renderers, renderers

pytestmark = pytest.mark.django_db(transaction=True)


def test_closing_waits_for_the_answers_a_page_left_unread(open_context):
    asked, answered = threading.Event(), threading.Event()

    def slow(environ, **kwargs):
        if environ["PATH_INFO"] == "/sante/":
            asked.set()
            time.sleep(0.5)
            answered.set()

    context = open_context()
    page = context.new_page()
    page.goto("/")
    request_started.connect(slow, weak=False, dispatch_uid="slow")
    try:
        page.evaluate("() => { fetch('/sante/') }")
        assert asked.wait(10)
        close_all([context])
        assert answered.is_set()
        assert answering() == []
    finally:
        request_started.disconnect(dispatch_uid="slow")


def test_pages_can_be_killed_and_the_browser_goes_on(open_context):
    context = open_context()
    page = context.new_page()
    page.goto("/")
    shown = renderers()
    assert shown
    with page.expect_event("crash"):
        kill_renderers()
    close_all([context])
    assert not set(shown) & set(renderers())
    assert open_context().new_page().goto("/").ok
