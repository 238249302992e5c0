"""Running one function in a forked process with bounded time and memory.

For work whose cost hostile input decides. The child has no use of the database nor of the broker: it
returns bytes through a pipe and leaves without running anybody's clean-up.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import resource
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.utils.translation import gettext as _

from core.documents.base import DocumentRefused

logger = logging.getLogger(__name__)

WAIT_STEP_SECONDS = 10.0
NICENESS = 10
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Limits:
    """Bounds of one run. `memory_bytes` come on top of what the process holds when it forks."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int


class RenderingFailed(Exception):
    """The function failed for a reason of ours; the detail is for the log."""


def run_limited(
    function: Callable[[], bytes], limits: Limits, *, while_waiting: Callable[[], None] | None = None
) -> bytes:
    """What `function` returns, computed in a child process under `limits`.

    `while_waiting` is called every WAIT_STEP_SECONDS (to renew a claim). Raises DocumentRefused, in
    French, past the limits or when `function` raises it; RenderingFailed for anything else.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python ≥ 3.12 warns of threads; the child runs this function alone and leaves.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _run_child(function, limits, reading, writing)
    os.close(writing)
    status: int | None = None
    try:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            answer = _read(pipe.fileno(), limits.wall_seconds, while_waiting)
        if answer is not None:
            status = os.waitpid(child, 0)[1]
    finally:
        if status is None:
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
    if answer is None:
        raise _too_long()
    return _outcome(answer, status)


def _read(pipe: int, wall_seconds: float, while_waiting: Callable[[], None] | None) -> bytes | None:
    """All that the child writes; None when it has not finished in time."""
    parts: list[bytes] = []
    deadline = time.monotonic() + wall_seconds
    next_call = time.monotonic() + WAIT_STEP_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        ready, _w, _x = select.select([pipe], [], [], min(left, max(0.0, next_call - time.monotonic())))
        if ready:
            part = os.read(pipe, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
        if time.monotonic() >= next_call:
            next_call += WAIT_STEP_SECONDS
            if while_waiting:
                while_waiting()
    return None


def _outcome(answer: bytes, status: int) -> bytes:
    kind, rest = answer[:1], answer[1:]
    if kind == b"=":
        return rest
    if kind == b"!":
        raise DocumentRefused(rest.decode())
    if kind == b"m":
        raise _too_large()
    if kind == b"?":
        raise RenderingFailed(rest.decode())
    killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    logger.warning("a document's process ended without an answer (status %s)", status)
    if killed_by == signal.SIGXCPU:
        raise _too_long()
    # The libraries below Python end the process when memory is refused; so does the kernel's killer.
    raise _too_large()


def _too_long() -> DocumentRefused:
    return DocumentRefused(
        _(
            "La mise en page a demandé trop de temps et a été arrêtée. Raccourcissez ou simplifiez le texte, puis réessayez."
        )
    )


def _too_large() -> DocumentRefused:
    return DocumentRefused(
        _(
            "La mise en page a demandé trop de mémoire et a été arrêtée. Simplifiez les tableaux du texte, puis réessayez."
        )
    )


def _run_child(function: Callable[[], bytes], limits: Limits, reading: int, writing: int) -> NoReturn:
    code = 1
    try:
        os.close(reading)
        _confine(limits)
        answer = _answer(function)
        view = memoryview(answer)
        while view:
            view = view[os.write(writing, view) :]
        code = 0
    finally:
        # Not sys.exit: the parent's connections, temporary folders and handlers are not ours to close.
        os._exit(code)


def _answer(function: Callable[[], bytes]) -> bytes:
    try:
        return b"=" + function()
    except DocumentRefused as refused:
        return b"!" + str(refused).encode()
    except RecursionError:
        return (
            b"!"
            + _("Ce texte est trop imbriqué pour être mis en page. Simplifiez ses listes et ses tableaux.").encode()
        )
    except MemoryError:
        return b"m"
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must be told and says it in the log
        return b"?" + traceback.format_exc().encode(errors="replace")


def _confine(limits: Limits) -> None:
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    _die_with_parent()
    os.nice(NICENESS)
    # The process is short-lived: collecting cycles costs more than their memory, up to a point.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    if sys.platform == "linux":
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, held + limits.memory_bytes)


def _limit(kind: int, value: int) -> None:
    """Lower a limit of this process; one that the machine already set lower stays."""
    _soft, hard = resource.getrlimit(kind)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (allowed, hard))


def _die_with_parent() -> None:
    """A worker that is killed takes its child along (Linux; elsewhere the time limits end it)."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
