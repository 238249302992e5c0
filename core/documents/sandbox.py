"""Calling a function in a child process with bounded time and memory.

For work whose cost hostile input decides. The child has no use of the database nor of the broker: it
is sent its argument, returns bytes, and leaves without running anybody's clean-up. It is forked, so
that it finds everything loaded, and stays for the next call, because the memory that a fork shares is
copied piece by piece when it is first written: a fifth of the time of a short document.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from core.documents.base import DocumentRefused

logger = logging.getLogger(__name__)

WAIT_STEP_SECONDS = 10.0
NICENESS = 10
PR_SET_PDEATHSIG = 1
# A child that has done as many calls, or once held so much more than when it began (a fork begins with its parent's
# memory, shared), leaves; the next call forks another.
MAX_CALLS = 100
MAX_GROWTH_BYTES = 300_000_000

HEADER = struct.Struct("!cQ")


@dataclass(frozen=True)
class Limits:
    """Bounds of one call. `memory_bytes` come on top of what the child holds when it begins."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int


class RenderingFailed(Exception):
    """The function failed for a reason of ours; the detail is for the log."""


class Confined:
    """A child process that calls `function` with what it is sent.

    `prepare` is called once in each new child, before it reads its first argument. One call at a time;
    a process that was itself forked starts a child of its own.
    """

    def __init__(self, function: Callable[[Any], bytes], *, prepare: Callable[[], object] | None = None) -> None:
        self.function = function
        self.prepare = prepare
        self.lock = threading.Lock()
        self.owner = 0
        self.pid = 0
        self.link: socket.socket | None = None

    def start(self) -> socket.socket:
        """Fork the child, unless it is there; returns before it is prepared."""
        if self.link is not None and self.owner == os.getpid():
            return self.link
        ours, theirs = socket.socketpair()
        with warnings.catch_warnings():
            # Python ≥ 3.12 warns of threads; the child runs this function alone.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _serve(self.function, self.prepare, theirs)
        theirs.close()
        self.owner, self.pid, self.link = os.getpid(), pid, ours
        return ours

    def stop(self) -> int:
        """End the child, whatever it does; its wait status, 0 without one."""
        link, self.link = self.link, None
        if link is None:
            return 0
        link.close()
        if self.owner != os.getpid():
            return 0
        try:
            os.kill(self.pid, signal.SIGKILL)
            return os.waitpid(self.pid, 0)[1]
        except (ProcessLookupError, ChildProcessError):
            # Somebody who waits for any child was quicker.
            return 0

    def call(self, argument: Any, limits: Limits, *, while_waiting: Callable[[], None] | None = None) -> bytes:
        """What `function(argument)` returns, computed in the child under `limits`.

        `while_waiting` is called every WAIT_STEP_SECONDS (to renew a claim). Raises DocumentRefused, in
        French, past the limits or when `function` raises it; RenderingFailed for anything else.
        """
        message = pickle.dumps((argument, limits))
        deadline = time.monotonic() + limits.wall_seconds
        with self.lock:
            try:
                kind, payload = self._exchange(message, deadline, while_waiting)
            except TimeoutError:
                self.stop()
                raise _too_long() from None
            except (ConnectionError, EOFError):
                raise _lost(self.stop()) from None
            except BaseException:
                self.stop()
                raise
            if kind not in {DONE, REFUSED}:
                self.stop()
        if kind in {DONE, DONE_AND_LEAVES}:
            return payload
        if kind == REFUSED:
            raise DocumentRefused(payload.decode())
        if kind == NO_MEMORY:
            raise _too_large()
        raise RenderingFailed(payload.decode())

    def _exchange(
        self, message: bytes, deadline: float, while_waiting: Callable[[], None] | None
    ) -> tuple[bytes, bytes]:
        try:
            _write(self.start(), b">", message, deadline)
            self._wait_until_begun(deadline)
        except (ConnectionError, EOFError):
            # It ended while it had nothing to do: killed, or the machine was short of memory.
            self.stop()
            _write(self.start(), b">", message, deadline)
            self._wait_until_begun(deadline)
        return _receive(self.start(), deadline, while_waiting)

    def _wait_until_begun(self, deadline: float) -> None:
        link = self.start()
        link.settimeout(max(0.1, deadline - time.monotonic()))
        if link.recv(1) != BEGUN:
            raise EOFError


# What a child answers: that it has read its argument, then what came of it.
BEGUN = b"+"
DONE, DONE_AND_LEAVES, REFUSED, NO_MEMORY, FAILED = b"=", b".", b"!", b"m", b"?"


def _write(link: socket.socket, kind: bytes, payload: bytes, deadline: float | None) -> None:
    link.settimeout(None if deadline is None else max(0.1, deadline - time.monotonic()))
    link.sendall(HEADER.pack(kind, len(payload)))
    link.sendall(payload)


def _receive(link: socket.socket, deadline: float, while_waiting: Callable[[], None] | None) -> tuple[bytes, bytes]:
    """Kind and payload of the answer. Raises TimeoutError past `deadline`, EOFError when the child is gone."""
    received = bytearray()
    expected = HEADER.size
    next_call = time.monotonic() + WAIT_STEP_SECONDS
    while len(received) < expected:
        now = time.monotonic()
        if now >= deadline:
            raise TimeoutError
        if now >= next_call:
            next_call = now + WAIT_STEP_SECONDS
            if while_waiting:
                while_waiting()
        ready, _w, _x = select.select([link], [], [], min(deadline - now, max(0.0, next_call - now)))
        if not ready:
            continue
        part = link.recv(1 << 20)
        if not part:
            raise EOFError
        received += part
        if expected == HEADER.size and len(received) >= HEADER.size:
            expected += HEADER.unpack_from(received)[1]
    return HEADER.unpack_from(received)[0], bytes(received[HEADER.size :])


def _lost(status: int) -> DocumentRefused:
    """The refusal that a child's end without an answer stands for."""
    logger.warning("a document's process ended without an answer (wait status %s)", status)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return _too_long()
    # The libraries below Python end the process when memory is refused; so does the kernel's killer.
    return _too_large()


def _too_long() -> DocumentRefused:
    return DocumentRefused(
        _(
            "La mise en page a demandé trop de temps et a été arrêtée. "
            "Raccourcissez ou simplifiez le texte, puis réessayez."
        )
    )


def _too_large() -> DocumentRefused:
    return DocumentRefused(
        _(
            "La mise en page a demandé trop de mémoire et a été arrêtée. "
            "Simplifiez les tableaux du texte, puis réessayez."
        )
    )


# In the child -----------------------------------------------------------------------------------


def _serve(function: Callable[[Any], bytes], prepare: Callable[[], object] | None, link: socket.socket) -> NoReturn:
    code = 1
    try:
        _leave_everything_but(link)
        if prepare is not None:
            prepare()
        began = _held_at_most()
        for call in range(1, MAX_CALLS + 1):
            # Between two calls nobody waits: cycles are collected here.
            gc.collect()
            message = _read_message(link)
            link.sendall(BEGUN)
            kind, payload = _answer(function, message)
            if kind == DONE and (call == MAX_CALLS or _held_at_most() - began > MAX_GROWTH_BYTES):
                kind = DONE_AND_LEAVES
            _write(link, kind, payload, None)
            if kind not in {DONE, REFUSED}:
                break
        code = 0
    except (EOFError, ConnectionError):
        # The parent is gone or has no more use of this child.
        code = 0
    finally:
        # Not sys.exit: the parent's temporary folders and handlers are not ours to close.
        os._exit(code)


def _read_message(link: socket.socket) -> bytes:
    _kind, length = HEADER.unpack(_read_exactly(link, HEADER.size))
    return _read_exactly(link, length)


def _read_exactly(link: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length:
        part = link.recv(min(1 << 20, length - len(received)))
        if not part:
            raise EOFError
        received += part
    return bytes(received)


def _answer(function: Callable[[Any], bytes], message: bytes) -> tuple[bytes, bytes]:
    try:
        argument, limits = pickle.loads(message)  # noqa: S301 - from the process that forked this one
        _confine(limits)
        return DONE, function(argument)
    except DocumentRefused as refused:
        return REFUSED, str(refused).encode()
    except RecursionError:
        sentence = _("Ce texte est trop imbriqué pour être mis en page. Simplifiez ses listes et ses tableaux.")
        return REFUSED, sentence.encode()
    except MemoryError:
        return NO_MEMORY, b""
    except BaseException:  # noqa: BLE001 - whatever it is, the parent must be told and says it in the log
        return FAILED, traceback.format_exc().encode(errors="replace")


def _leave_everything_but(link: socket.socket) -> None:
    """What the parent holds is not the child's: its signals, its connections, its place in the queue."""
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    _die_with_parent()
    os.closerange(3, link.fileno())
    os.closerange(link.fileno() + 1, os.sysconf("SC_OPEN_MAX") if sys.platform != "linux" else 65536)
    os.nice(NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    # Collecting cycles in the middle of a layout costs more than their memory, up to a point.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _die_with_parent() -> None:
    """A worker that is killed takes its child along (Linux; elsewhere it ends when it next reads)."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _confine(limits: Limits) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds)
    if sys.platform == "linux":
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, held + limits.memory_bytes)


def _limit(kind: int, value: int) -> None:
    """Lower a limit of this process; one that the machine already set lower stays."""
    _soft, hard = resource.getrlimit(kind)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (allowed, hard))


def _held_at_most() -> int:
    """The most memory this process has held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
