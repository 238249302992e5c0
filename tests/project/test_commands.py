"""What the scripts behind `make` say, to people and to containers."""

import json
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def _run(*command, **environment):
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **environment}
    )


def test_a_busy_port_is_named_before_anything_else():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        result = _run("bin/check_port.py", "127.0.0.1", str(port))

    assert result.returncode == 1
    assert f"Port {port} is taken" in result.stderr
    assert f"make run PORT={port + 1}" in result.stderr
    assert _run("bin/check_port.py", "127.0.0.1", str(port)).returncode == 0


@pytest.mark.parametrize("port", ["", "http", "0", "70000"])
def test_a_port_that_is_none(port):
    result = _run("bin/check_port.py", "127.0.0.1", port)

    assert result.returncode == 1
    assert "expected a number from 1 to 65535" in result.stderr


def test_every_target_of_the_makefile_is_explained():
    result = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    for target in ("run", "stop", "setup", "test", "quality", "bench", "lock", "shell"):
        assert f"make {target} " in result.stdout


def test_lock_files_name_no_registry():
    result = _run("bin/quality.py", "--locks")

    assert (result.returncode, result.stdout.strip()) == (0, "")


class Health(BaseHTTPRequestHandler):
    """Answers `/sante/` like a portal whose worker is dead, to its public name only."""

    def do_GET(self):
        known = self.headers["Host"] == "socle.example.org" and self.path == "/sante/"
        self.send_response(200 if known else 400)
        self.end_headers()
        self.wfile.write(json.dumps({"database": True, "worker": False, "beat": True}).encode())

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(("part", "code"), [("web", 0), ("beat", 0), ("worker", 1)])
def test_a_container_knows_whether_it_is_well(part, code):
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"

        result = _run("bin/healthcheck.py", part, url, DJANGO_ALLOWED_HOSTS="socle.example.org,other.example.org")

        server.shutdown()
    assert result.returncode == code, result.stdout


def test_a_container_without_its_portal_is_not_well():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"

        assert _run("bin/healthcheck.py", "web", url).returncode == 1


@pytest.mark.parametrize("variable", ["DATABASE_URL", "REDIS_URL", "DJANGO_SECRET_KEY"])
def test_production_refuses_to_guess(variable, tmp_path):
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "SOCLE_ENVIRONMENT": "production",
        "SOCLE_NO_SERVICES": "",
        "SOCLE_VAR_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://socle@127.0.0.1:1/socle",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SECRET_KEY": "k" * 60,
        "DJANGO_ALLOWED_HOSTS": "socle.example.org",
        variable: "",
    }

    result = _run("-c", "from django.conf import settings; settings.DEBUG", **environment)

    assert result.returncode == 1
    assert f"{variable}" in result.stderr
    assert "must be set in production" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_with_addresses_given_the_embedded_servers_are_not_imported(tmp_path):
    result = _run(
        "-c",
        "import sys, django; django.setup(); sys.exit('config.embedded' in sys.modules)",
        DJANGO_SETTINGS_MODULE="config.settings.base",
        SOCLE_VAR_DIR=str(tmp_path),
        DATABASE_URL="postgres://socle@127.0.0.1:1/socle",
        REDIS_URL="redis://127.0.0.1:1/0",
    )

    assert result.returncode == 0, result.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"secret-key"}
