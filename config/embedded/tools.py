"""Small tools: locks, logs, files, names."""

import contextlib
import fcntl
import os
import pwd
import time
from pathlib import Path

LOG_LIMIT = 5_000_000


class EmbeddedError(RuntimeError):
    """The server could not be started; the message says what to do."""


def try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def try_free(path: Path) -> bool:
    """Is the lock of that file free (or the file gone)?"""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        return try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def is_lock_file(descriptor: int, path: Path) -> bool:
    """Is the open file still the one at that path, or was `var/` removed and made again?"""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def write_atomically(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)


def trim(log: Path) -> None:
    """Forget an overlong log at the next start."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            os.truncate(log, 0)


def tail(log: Path) -> str:
    try:
        return log.read_text("utf-8", "replace")[-2000:]
    except FileNotFoundError:
        return "(no log)"


def say(message: str) -> None:
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} {message}", flush=True)


def owner_name(path: Path) -> str:
    while not path.exists():
        path = path.parent
    return user_name(path.stat().st_uid)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
