"""The client’s side: a server that answers, held as long as the process lives."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .postgres import Postgres
from .processes import STOP_TIMEOUT, halt, processes_of
from .service import Service
from .tools import EmbeddedError, is_lock_file, owner_name, trim, try_free, try_lock, user_name
from .valkey import Valkey

# A first start runs initdb, on a slow disk perhaps while other processes start too.
START_TIMEOUT = 120.0
SERVICES: dict[str, type[Service]] = {service.name: service for service in (Postgres, Valkey)}


# Open for the life of the process: closing one would say "I have ended".
_held: dict[tuple[str, str], int] = {}


def database_url(var_dir: Path | str) -> str:
    """Address of the embedded PostgreSQL, which runs and answers when this returns.

    It keeps running at least as long as this process and its forks. Raises EmbeddedError.
    """
    return _ensure(Postgres(var_dir))


def redis_url(var_dir: Path | str) -> str:
    """Address of the embedded Valkey for Celery (kombu); otherwise like `database_url`."""
    return _ensure(Valkey(var_dir))


def _ensure(service: Service) -> str:
    deadline = time.monotonic() + START_TIMEOUT
    try:
        service.desk.mkdir(parents=True, exist_ok=True)
        _hold(service, deadline)
        return _wait_for_answer(service, deadline)
    except PermissionError as error:
        raise EmbeddedError(
            f"{service.desk} belongs to {owner_name(service.desk)} and this process is {user_name(os.geteuid())}. "
            f"Work as that user, set SOCLE_VAR_DIR to a folder of your own, or set {service.url_variable} "
            f"to a server of your own. ({error})"
        ) from error


def _hold(service: Service, deadline: float) -> None:
    """Take the shared lock that keeps the server running; kept until the process ends."""
    key = (service.name, str(service.var_dir))
    if key in _held and is_lock_file(_held[key], service.users_lock):
        return
    while True:
        descriptor = os.open(service.users_lock, os.O_RDWR | os.O_CREAT, 0o644)
        # The guardian holds it alone for an instant at each look, and longer while it stops the server.
        if try_lock(descriptor, fcntl.LOCK_SH) and is_lock_file(descriptor, service.users_lock):
            _held[key] = descriptor
            return
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{service.users_lock} stays locked: see {service.guardian_log} or run `make stop`.")
        time.sleep(0.02)


def _wait_for_answer(service: Service, deadline: float) -> str:
    started = 0
    nudged = 0.0
    while True:
        guardian = os.open(service.guardian_lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if try_lock(guardian, fcntl.LOCK_EX) and is_lock_file(guardian, service.guardian_lock):
                # Nobody looks after the server, whether it runs or not.
                if started >= 2:
                    raise EmbeddedError(_failure(service))
                started += 1
                _start_guardian(service, guardian)
        finally:
            # The guardian has the lock through its own copy of the descriptor.
            os.close(guardian)
        while not try_free(service.guardian_lock):
            place = service.place()
            if place and service.answers(place):
                return service.url(place)
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{service.label} gives no answer after {START_TIMEOUT:.0f} s. {_failure(service)}")
            if time.monotonic() - nudged > 2:
                nudged = time.monotonic()
                _signal_guardian(service, signal.SIGUSR1)
            time.sleep(0.03)


def _start_guardian(service: Service, lock: int) -> None:
    """Run this folder as a script, detached, with the lock in its hands."""
    service.failure_file.unlink(missing_ok=True)
    trim(service.guardian_log)
    with service.guardian_log.open("ab") as log:
        subprocess.run(
            # -I: neither the current folder nor PYTHONPATH may put another module in its way.
            [
                *(sys.executable, "-I", str(Path(__file__).resolve().parent)),
                *("guard", service.name, str(service.var_dir), str(lock)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            pass_fds=(lock,),
            start_new_session=True,
            check=True,
        )


def _signal_guardian(service: Service, number: signal.Signals) -> bool:
    """Send a signal to the guardian if one is at work (it holds the lock, so the pid is its own)."""
    try:
        pid = int(service.guardian_lock.read_text() or 0)
    except (FileNotFoundError, ValueError):
        return False
    if not pid or try_free(service.guardian_lock):
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _failure(service: Service) -> str:
    try:
        reason = service.failure_file.read_text().strip()
    except FileNotFoundError:
        reason = "It ended at once."
    place = service.place()
    logs = f"{service.guardian_log}" + (f" and {place.log}" if place else "")
    return f"{service.label} could not be started: {reason}\n(See {logs}.)"


def stop(service: Service) -> bool:
    """Stop the server, whoever uses it. True when one was running. Raises EmbeddedError."""
    if not service.desk.is_dir():
        return False
    deadline = time.monotonic() + STOP_TIMEOUT + 5
    was_running = _signal_guardian(service, signal.SIGTERM)
    guardian = os.open(service.guardian_lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not try_lock(guardian, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The guardian of {service.label} does not end: see {service.guardian_log}.")
            time.sleep(0.05)
        place = service.place()
        if place and processes_of(service, place):
            # Left behind by a guardian that was killed.
            was_running = True
            halt(service, place)
        return was_running
    finally:
        os.close(guardian)


def status(service: Service) -> str:
    """One line for people: stopped, or since when nobody answers, or the address."""
    place = service.place()
    if not place or not processes_of(service, place):
        return f"{service.label}: stopped"
    if not service.answers(place):
        return f"{service.label}: running, gives no answer (see {place.log})"
    return f"{service.label}: {service.url(place)}"
