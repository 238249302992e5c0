"""One function in a child process: its answer, or a refusal in French."""

import os
import resource
import signal
import subprocess
import sys
import time

import psutil
import pytest

from core.documents import sandbox
from core.documents.base import DocumentRefused
from core.documents.sandbox import Confined, Limits, RenderingFailed

LIMITS = Limits(wall_seconds=20, cpu_seconds=10, memory_bytes=300_000_000)


def run_limited(function, limits, **kwargs) -> bytes:
    """One call of `function` in a child of its own."""
    child = Confined(lambda _argument: function())
    try:
        return child.call(None, limits, **kwargs)
    finally:
        child.stop()


def children() -> int:
    return len(psutil.Process().children())


def test_answer_of_any_size():
    assert run_limited(lambda: b"", LIMITS) == b""
    assert run_limited(lambda: b"x" * 20_000_000, LIMITS) == b"x" * 20_000_000


def test_refusal_passes_through():
    def refuse():
        raise DocumentRefused("Trop long : coupez.")

    with pytest.raises(DocumentRefused, match="Trop long"):
        run_limited(refuse, LIMITS)


def test_error_is_told_with_its_trace():
    with pytest.raises(RenderingFailed, match="ZeroDivisionError"):
        run_limited(lambda: bytes(1 // 0), LIMITS)


def test_wall_time():
    before, started = children(), time.monotonic()
    with pytest.raises(DocumentRefused, match="trop de temps"):
        run_limited(lambda: time.sleep(60) or b"", Limits(0.5, 10, 300_000_000))
    assert time.monotonic() - started < 5
    assert children() == before


def test_processor_time():
    def spin():
        while True:
            pass

    with pytest.raises(DocumentRefused, match="trop de temps"):
        run_limited(spin, Limits(30, 1, 300_000_000))


def test_memory():
    with pytest.raises(DocumentRefused, match="trop de mémoire"):
        run_limited(lambda: bytes(900_000_000), LIMITS)


@pytest.mark.parametrize("name", [signal.SIGKILL, signal.SIGTRAP])
def test_child_that_is_killed(name):
    with pytest.raises(DocumentRefused, match="trop de mémoire"):
        run_limited(lambda: os.kill(os.getpid(), name) or time.sleep(5) or b"", LIMITS)


def test_deep_recursion_is_refused():
    def dive(level=0):
        return dive(level + 1)

    with pytest.raises(DocumentRefused, match="trop imbriqué"):
        run_limited(dive, LIMITS)


def test_limits_hold_in_the_child_only():
    seen = run_limited(lambda: repr((resource.getrlimit(resource.RLIMIT_CPU)[0], os.nice(0))).encode(), LIMITS)
    assert seen == repr((11, min(19, os.nice(0) + sandbox.NICENESS))).encode()
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] != 11


def test_caller_is_called_while_it_waits(monkeypatch):
    monkeypatch.setattr(sandbox, "WAIT_STEP_SECONDS", 0.1)
    calls = []
    run_limited(lambda: time.sleep(0.55) or b"", LIMITS, while_waiting=lambda: calls.append(1))
    assert 3 <= len(calls) <= 6


def test_a_child_serves_many_calls_and_is_replaced_when_it_must_be(monkeypatch):
    prepared = []
    child = Confined(
        lambda argument: f"{os.getpid()} {argument} {len(prepared)}".encode(), prepare=lambda: prepared.append(1)
    )

    def pid_of(argument="x") -> int:
        return int(child.call(argument, LIMITS).split()[0])

    first = pid_of()
    assert child.call("é" * 200_000, LIMITS).decode().split()[1:] == ["é" * 200_000, "1"]
    assert pid_of() == first != os.getpid()
    # Killed while it has nothing to do: nobody notices.
    os.kill(first, signal.SIGKILL)
    second = pid_of()
    assert second != first
    # It leaves by itself in the end, or when it has grown.
    monkeypatch.setattr(sandbox, "MAX_CALLS", 2)
    child.stop()
    assert len({pid_of() for _ in range(6)}) == 3
    monkeypatch.setattr(sandbox, "MAX_CALLS", 100)
    assert len({pid_of() for _ in range(3)}) == 1
    monkeypatch.setattr(sandbox, "MAX_GROWTH_BYTES", -1)
    child.stop()
    assert len({pid_of() for _ in range(3)}) == 3
    assert child.stop() == 0
    assert not prepared


def test_a_refusal_keeps_the_child_and_an_error_ends_it():
    def work(what):
        if what == "refuse":
            raise DocumentRefused("Non.")
        if what == "fail":
            raise ZeroDivisionError
        return str(os.getpid()).encode()

    child = Confined(work)
    first = child.call("pid", LIMITS)
    with pytest.raises(DocumentRefused, match="Non"):
        child.call("refuse", LIMITS)
    assert child.call("pid", LIMITS) == first
    with pytest.raises(RenderingFailed):
        child.call("fail", LIMITS)
    assert child.call("pid", LIMITS) != first
    child.stop()


def test_a_forked_process_starts_a_child_of_its_own():
    outer = Confined(lambda _argument: inner.call(None, LIMITS))
    inner = Confined(lambda _argument: str(os.getppid()).encode())
    assert inner.call(None, LIMITS) == str(os.getpid()).encode()
    outer.start()
    assert outer.call(None, LIMITS) == str(outer.pid).encode()
    outer.stop()
    inner.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal of Linux")
def test_child_dies_with_a_killed_parent(tmp_path):
    mark = tmp_path / "pid"
    code = (
        "import os, pathlib, time\n"
        "from core.documents.sandbox import Confined, Limits\n"
        "def work(_argument):\n"
        f"    pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
        "    time.sleep(60)\n"
        "Confined(work).call(None, Limits(60, 60, 10**9))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    deadline = time.monotonic() + 20
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    child = int(mark.read_text())
    parent.kill()
    parent.wait()
    while time.monotonic() < deadline:
        if not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")
