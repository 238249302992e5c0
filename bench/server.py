"""A real gunicorn, as in production, on a free loopback port; and clients to ask it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WORKERS = 2
CLIENTS = 2
START_TIMEOUT = 60.0
# What a proxy in front says; without it the portal redirects to HTTPS.
HEADERS = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip", "Accept-Language": "fr", "Accept": "text/html"}


@dataclass
class Answer:
    """One answer: status, seconds until the last byte, bytes of head and body as they went over the line."""

    status: int
    seconds: float
    size: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Server:
    port: int
    process: subprocess.Popen
    notes: Path
    workers: list[dict] = field(default_factory=list)

    def get(self, path: str, *, cookie: str = "", method: str = "GET", body: str = "", **headers: str) -> Answer:
        """One request on a connection of its own, as sync workers answer them."""
        sent = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if cookie:
            sent["Cookie"] = cookie
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body or None, headers=sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        seconds = time.perf_counter() - began
        head = sum(len(name) + len(value) + 4 for name, value in response.getheaders()) + 17
        return Answer(response.status, seconds, head + len(content), content, dict(response.getheaders()))


@contextlib.contextmanager
def serve(app: str = "config.wsgi:application", **environment: str) -> Iterator[Server]:
    """The portal (or `app`) behind gunicorn with two sync workers. `workers` is filled in at the end."""
    with tempfile.TemporaryDirectory(prefix="socle-bench-") as notes, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "bench/gunicorn_conf.py", "--log-level", "error"],
            env={
                **os.environ,
                "WEB_CONCURRENCY": str(WORKERS),
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "BENCH_WSGI_APP": app,
                "BENCH_NOTES": notes,
                **environment,
            },
            start_new_session=True,
        )
        server = Server(port, process, Path(notes))
        try:
            _wait(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            server.workers = [json.loads(path.read_text()) for path in server.notes.glob("*.json")]


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {server.process.returncode} before it served")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"gunicorn did not listen within {START_TIMEOUT:.0f} s")


@dataclass(frozen=True)
class Latency:
    """Milliseconds."""

    median: float
    p95: float
    count: int

    @classmethod
    def of(cls, seconds: list[float]) -> "Latency":
        values = sorted(1000 * second for second in seconds)
        return cls(statistics.median(values), values[min(len(values) - 1, int(0.95 * len(values)))], len(values))

    def __str__(self) -> str:
        return f"{self.median:.1f} (p95 {self.p95:.1f})"


def load(
    server: Server,
    path: str,
    *,
    cookie: str = "",
    requests: int = 200,
    clients: int = CLIENTS,
    warm: int = 10,
    limit: float = 30.0,
) -> Latency:
    """`clients` people asking for `path` one page after the other, `requests` in all, at most `limit` seconds.

    Raises RuntimeError when an answer is not 200: a quick error is no result.
    """
    for _ in range(warm):
        _ok(server.get(path, cookie=cookie), path)
    taken: list[float] = []
    failures: list[BaseException] = []
    stop_at = time.monotonic() + limit

    def ask() -> None:
        try:
            for _ in range(requests // clients):
                if time.monotonic() > stop_at:
                    break
                taken.append(_ok(server.get(path, cookie=cookie), path).seconds)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Latency.of(taken)


def _ok(answer: Answer, path: str) -> Answer:
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status} {answer.headers.get('Location', '')}")
    return answer
