"""The supervisor with real processes: what dies starts again, and nothing outlives it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# A supervisor of parts given as JSON: {"name": "python code"}.
SUPERVISE = """
import json, sys
from config import supervisor
supervisor.FIRST_PAUSE = 0.2
parts = [supervisor.Part(name, [sys.executable, "-c", code], pause=0.2) for name, code in json.loads(sys.argv[1]).items()]
supervisor.Supervisor(parts).run()
"""
# Notes its pid, then a child's, and lives on.
LIVE = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open({path!r}, "a") as file: print(os.getpid(), child.pid, os.getsid(0), file=file)
time.sleep(60)
"""


def _lives(pid):
    """Is there such a process, and is it more than a zombie?"""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _rows(path):
    return [[int(number) for number in line.split()] for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(**parts):
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, json.dumps(parts)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def test_a_part_that_dies_starts_again_with_its_helpers_gone(supervise, tmp_path):
    notes = tmp_path / "notes"
    supervisor = supervise(part=LIVE.format(path=str(notes)))
    assert _until(lambda: len(_rows(notes)) == 1)
    pid, helper, session = _rows(notes)[0]
    assert session == pid != os.getsid(supervisor.pid)

    os.kill(pid, signal.SIGKILL)

    assert _until(lambda: len(_rows(notes)) == 2)
    assert _until(lambda: not _lives(helper))
    assert "part ended (signal SIGKILL)" in supervisor.stdout.readline()


def test_pauses_grow_while_a_part_keeps_dying(supervise, tmp_path):
    notes = tmp_path / "notes"
    supervise(
        part=f"import sys, time; print(int(time.monotonic() * 1000), file=open({str(notes)!r}, 'a')); sys.exit(3)"
    )
    assert _until(lambda: len(_rows(notes)) == 5)

    times = [row[0] for row in _rows(notes)]
    pauses = [later - earlier for earlier, later in pairwise(times)]

    # 0.2, 0.4, 0.8, 1.6 s, and between two of them what the machine takes to start a process.
    assert all(pause >= 200 * 2**turn for turn, pause in enumerate(pauses)), pauses


def test_told_to_end_it_ends_everything(supervise, tmp_path):
    notes = tmp_path / "notes"
    supervisor = supervise(part=LIVE.format(path=str(notes)))
    assert _until(lambda: _rows(notes))

    supervisor.terminate()

    assert supervisor.wait(20) == 0
    assert _until(lambda: not any(_lives(pid) for pid in _rows(notes)[0][:2]))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a watcher does it")
def test_killed_it_still_ends_everything(supervise, tmp_path):
    notes = tmp_path / "notes"
    supervisor = supervise(part=LIVE.format(path=str(notes)))
    assert _until(lambda: _rows(notes))

    supervisor.kill()
    supervisor.wait()

    assert _until(lambda: not _lives(_rows(notes)[0][0]), seconds=5)
    with contextlib.suppress(ProcessLookupError):
        os.kill(_rows(notes)[0][1], signal.SIGKILL)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _database_url(connection):
    database = connection.settings_dict
    user = quote(database["USER"], safe="") + (
        f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    )
    if database["HOST"].startswith("/"):
        return f"postgres://{user}@/{database['NAME']}?host={database['HOST']}"
    return f"postgres://{user}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_the_portal_serves_works_and_ends(tmp_path):
    """Web, worker and beat, one of them killed; then the supervisor itself."""
    from django.db import connection

    port = _free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "DATABASE_URL": _database_url(connection),
        "REDIS_URL": settings.REDIS_URL,
        "SOCLE_VAR_DIR": str(tmp_path),
        "PORT": str(port),
    }

    def health():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=3) as response:
                return json.load(response)
        except OSError:
            return {"status": "down"}

    with (tmp_path / "log").open("w") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        assert _until(lambda: health()["status"] == "ok", seconds=60), (tmp_path / "log").read_text()
        assert _until(lambda: f"http://localhost:{port}/" in (tmp_path / "log").read_text())
        parts = _children(supervisor.pid)
        assert len(parts) == 3

        second = subprocess.run(
            [sys.executable, "-m", "config.supervisor"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert second.returncode == 1
        assert "is being served already" in second.stdout

        (web,) = (pid for pid in parts if "gunicorn" in _command_line(pid))
        everybody = [*parts, *(child for pid in parts for child in _children(pid))]
        os.kill(web, signal.SIGKILL)
        assert _until(lambda: web not in _children(supervisor.pid))
        assert _until(lambda: health()["status"] == "ok")
        everybody += [pid for part in _children(supervisor.pid) for pid in (part, *_children(part))]
    finally:
        supervisor.kill()
        supervisor.wait()
    assert _until(lambda: not any(_lives(pid) for pid in everybody)), (tmp_path / "log").read_text()


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command_line(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
