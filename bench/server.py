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

    def processor_seconds(self) -> float:
        """Processor time that the workers have taken so far; 0 where there is no /proc."""
        ticks = 0
        for child in self._workers():
            with contextlib.suppress(OSError):
                # The name of the program may hold spaces; the numbers follow its closing bracket (proc(5)).
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _workers(self) -> list[str]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return children.read_text().split() if children.exists() else []

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
    """Milliseconds; `processor` is what a worker computes for one request, whoever else uses the machine."""

    median: float
    p95: float
    count: int
    processor: float

    @classmethod
    def of(cls, seconds: list[float], processor_seconds: float) -> "Latency":
        values = sorted(1000 * second for second in seconds)
        p95 = values[min(len(values) - 1, int(0.95 * len(values)))]
        return cls(statistics.median(values), p95, len(values), 1000 * processor_seconds / len(values))


@dataclass
class Sample:
    """Latencies of one page, gathered in several turns."""

    seconds: list[float] = field(default_factory=list)
    processor: float = 0.0

    @property
    def latency(self) -> Latency:
        return Latency.of(self.seconds, self.processor)


def load(
    server: Server, path: str, *, cookie: str = "", requests: int = 200, warm: int = 10, limit: float = 30.0
) -> Sample:
    """`CLIENTS` people asking for `path` one page after the other, `requests` in all, at most `limit` seconds.

    Raises RuntimeError when an answer is not 200: a quick error is no result.
    """
    for _ in range(warm):
        _ok(server.get(path, cookie=cookie), path)
    sample = Sample()
    failures: list[BaseException] = []
    stop_at = time.monotonic() + limit

    def ask() -> None:
        try:
            for _ in range(requests // CLIENTS):
                if time.monotonic() > stop_at:
                    break
                sample.seconds.append(_ok(server.get(path, cookie=cookie), path).seconds)
        except BaseException as error:
            failures.append(error)

    before = server.processor_seconds()
    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sample.processor = server.processor_seconds() - before
    if failures:
        raise failures[0]
    return sample


def in_turns(pages: list[tuple[Server, str, str]], *, requests: int, turns: int = 5) -> list[Latency]:
    """The latency of each (server, path, cookie), measured a part at a time and in turns: a machine that is busy
    for a moment then slows all of them and not one."""
    samples = [Sample() for _ in pages]
    for turn in range(turns):
        for sample, (server, path, cookie) in zip(samples, pages, strict=True):
            part = load(server, path, cookie=cookie, requests=requests // turns, warm=0 if turn else 10)
            sample.seconds += part.seconds
            sample.processor += part.processor
    return [sample.latency for sample in samples]


def _ok(answer: Answer, path: str) -> Answer:
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status} {answer.headers.get('Location', '')}")
    return answer
