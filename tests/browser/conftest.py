"""A real Chromium against a real server; every console or CSP error fails the test."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

# Playwright's own loop runs in this thread; the database is used from the same one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def chromium_path() -> str | None:
    wanted = os.environ.get("SOCLE_CHROMIUM")
    return wanted or next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium():
    """The browser of the machine; none is ever downloaded."""
    path = chromium_path()
    if path is None:
        pytest.skip("NO CHROMIUM FOUND: the browser journeys did not run. Install it, or set SOCLE_CHROMIUM.")
    from playwright.sync_api import expect, sync_playwright

    # What a page does within a second takes longer where many things run at once.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def answering() -> list[threading.Thread]:
    """The live server's threads: one for each connection a browser still holds, or whose answer is not finished."""
    return [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]


def renderers() -> list[int]:
    """The processes that show this run's pages; none where there is no /proc."""
    parents, found = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pid, told = int(folder.name), (folder / "stat").read_text()
            parents[pid] = int(told.rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                found.append(pid)
        except OSError:
            continue  # it ended while the list was read

    def is_ours(pid: int) -> bool:
        while pid in parents and pid != os.getpid():
            pid = parents[pid]
        return pid == os.getpid()

    return [pid for pid in found if is_ours(pid)]


def kill_renderers() -> None:
    for pid in renderers():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def close_all(contexts, *, patience=60, hung=15):
    """Close the browser's contexts and wait for the answers they left unread (AssertionError after `patience` seconds).

    A page may still be saving when its test ends; the tables are emptied next, and a transaction that is open
    then ends in a deadlock or writes into the next test. Closing has no time limit of its own: a page whose process
    does not end within `hung` seconds is killed, or the whole run would wait for it.
    """
    for context in contexts:
        killer = threading.Timer(hung, kill_renderers)
        killer.start()
        try:
            context.close()
        finally:
            killer.cancel()
    end = time.monotonic() + patience
    while busy := answering():
        assert time.monotonic() < end, f"the server still answers: {busy}"
        time.sleep(0.01)


@pytest.fixture
def open_context(chromium, live_server) -> Callable:
    """`open_context(user=None, viewport=DESKTOP, javascript=True, **options)` → a browser context, signed in.

    All its pages' console errors, page errors and CSP refusals are gathered in `context.problems`; any
    left at the end fails the test. A test that provokes one on purpose clears the list.
    """
    contexts = []

    def open_(user=None, *, viewport=DESKTOP, javascript=True, **options):
        context = chromium.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="Africa/Niamey",
            **options,
        )
        context.set_default_timeout(15_000)
        # The first page of a process reads every template and module it needs, on whatever else the machine does.
        context.set_default_navigation_timeout(45_000)
        context.problems = []

        def watch(page):
            page.on(
                "console", lambda message: context.problems.append(message.text) if message.type == "error" else None
            )
            page.on("pageerror", lambda error: context.problems.append(str(error)))

        context.on("page", watch)
        if user is not None:
            client = Client()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        contexts.append(context)
        return context

    yield open_
    problems = [problem for context in contexts for problem in context.problems]
    close_all(contexts)
    assert problems == []


@pytest.fixture
def celery_worker(transactional_db, tmp_path):
    """A real Celery worker on this test's database and queues."""
    from django.db import connection

    database = settings.DATABASES["default"]
    log = tmp_path / "worker.log"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "SOCLE_TEST_DATABASE": connection.settings_dict["NAME"],
        "DATABASE_URL": os.environ.get("DATABASE_URL") or settings.DATABASE_URL,
        "REDIS_URL": os.environ.get("REDIS_URL") or settings.REDIS_URL,
    }
    assert database["NAME"] == connection.settings_dict["NAME"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-c", "1", "-l", "INFO", "-n", "test@%h"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield process
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
