"""The processes of a server: as whom they run, which they are, how they end."""

import contextlib
import locale
import os
import signal
import subprocess
import time
from pathlib import Path

from .service import Place, Service

STOP_TIMEOUT = 20.0


def spawn_options(place: Place) -> dict:  # type: ignore[type-arg]
    """Options of `subprocess` for a process of the server: its user, a clean environment, private files."""
    options: dict[str, object] = {
        "cwd": place.home,
        "umask": 0o077,
        "env": {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(place.home),
            "LC_ALL": _server_locale(),
            "TZ": "UTC",
        },
    }
    if os.geteuid() == 0:
        options |= {"user": place.uid, "group": place.gid, "extra_groups": []}
    return options


def _server_locale() -> str:
    """What libc tells the full-text parser about letters; the builtin provider does the rest."""
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    return "C.UTF-8"


def give(path: Path, place: Place) -> None:
    if os.geteuid() == 0:
        os.chown(path, place.uid, place.gid)


def processes_of(service: Service, place: Place) -> list[int]:
    """The server's processes, main one and helpers, also those whose parent was killed.

    They work in the data folder; where there is no /proc the pid file must do.
    """
    if not Path("/proc/self/cwd").exists():
        pid = pid_in_file(place.data / service.pid_file)
        return [pid] if pid and command_line(pid).find(str(place.data)) >= 0 else []
    return sorted(
        int(pid)
        for pid in os.listdir("/proc")
        if pid.isdigit()
        and _target(f"/proc/{pid}/cwd") == str(place.data)
        and Path(_target(f"/proc/{pid}/exe")).name == service.binary(place).name
    )


def _target(link: str) -> str:
    """Where a link of /proc points, also when the file was replaced since; nothing for other users' processes."""
    try:
        return os.readlink(link).removesuffix(" (deleted)")
    except OSError:
        return ""


def main_pid(service: Service, place: Place) -> int | None:
    """The process to be told to stop: the one in the pid file, if it is really the server."""
    pid = pid_in_file(place.data / service.pid_file)
    running = processes_of(service, place)
    if pid in running:
        return pid
    return running[0] if running else None


def pid_in_file(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def command_line(pid: int) -> str:
    result = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return result.stdout


def halt(service: Service, place: Place, process: subprocess.Popen[bytes] | None = None) -> None:
    """Stop the server: politely, firmly, at last by force. `process` is its main one where the caller is its parent."""
    for number in service.stop_signals:
        pid = main_pid(service, place)
        if not pid:
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + STOP_TIMEOUT / len(service.stop_signals)
        while time.monotonic() < deadline:
            if process:
                process.poll()
            if pid not in processes_of(service, place):
                break
            time.sleep(0.03)
    for pid in processes_of(service, place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
