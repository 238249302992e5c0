"""Run the portal on one machine: web, worker and beat, each in a session of its own.

    python -m config.supervisor           serve until Ctrl-C
    python -m config.supervisor --stop    end the one that serves this checkout

A part that dies is started again, with longer and longer pauses while it keeps dying. All end with
this process, however it ends: on Linux the kernel tells them (PR_SET_PDEATHSIG), elsewhere a watcher
that reads a pipe does.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# Who ran for so long starts again without a pause that grows.
STEADY_AFTER = 30.0
# A page or a PDF that is being made may be finished; then it is over.
STOP_TIMEOUT = 15.0
READY_TIMEOUT = 60.0


@dataclass
class Part:
    """One program of the portal."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    due_at: float = 0.0
    deaths: int = field(default=0)

    def start(self, tether: int) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-I", str(Path(__file__).resolve())),
                *("--tether", str(tether), str(os.getpid())),
                *self.command,
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=(tether,),
            start_new_session=True,
        )

    def look(self, tether: int) -> None:
        """Start the part again if it died and its pause is over."""
        now = time.monotonic()
        if self.process and self.process.poll() is None:
            return
        if self.process:
            code = self.process.returncode
            self._end_session()
            if now - self.started_at >= STEADY_AFTER:
                self.pause = FIRST_PAUSE
            self.process, self.due_at, self.deaths = None, now + self.pause, self.deaths + 1
            say(f"{self.name} ended ({_how(code)}); starting it again in {self.pause:.0f} s")
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.due_at:
            self.start(tether)

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def make_end(self) -> None:
        if self.process:
            self._end_session()
            self.process.wait()

    def _end_session(self) -> None:
        """Nobody of a dead program's group stays behind, holding the port or a job."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


class Supervisor:
    """Keeps the parts running until it is told to stop."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = list(parts)
        self.stopping = False
        # The writing end closes with this process; whoever reads the other one learns of it.
        self.tether, self._life = os.pipe()
        self._waker, alarm = os.pipe()
        for descriptor in (self._waker, alarm):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(alarm, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_stop(self, *_: object) -> None:
        self.stopping = True

    def run(self, on_ready=None, is_ready=None) -> None:  # type: ignore[no-untyped-def]
        """Serve; `on_ready(elapsed seconds, or None when it takes too long)` is called once."""
        began = time.monotonic()
        try:
            while not self.stopping:
                for part in self.parts:
                    part.look(self.tether)
                if on_ready and is_ready():
                    on_ready(time.monotonic() - began)
                    on_ready = None
                elif on_ready and time.monotonic() - began > READY_TIMEOUT:
                    on_ready(None)
                    on_ready = None
                # A death wakes it at once; the rest is knowing when the next pause is over.
                waiting = [part.due_at - time.monotonic() for part in self.parts if part.process is None]
                self._sleep(max(0.0, min([0.25 if on_ready else 5.0, *waiting])))
        finally:
            self.end()

    def _sleep(self, seconds: float) -> None:
        select.select([self._waker], [], [], seconds)
        try:
            os.read(self._waker, 4096)
        except BlockingIOError:
            return

    def end(self) -> None:
        """Ask every part to end, wait, then make the rest end."""
        for part in self.parts:
            part.ask_to_end()
        deadline = time.monotonic() + STOP_TIMEOUT
        while time.monotonic() < deadline and any(p.process and p.process.poll() is None for p in self.parts):
            time.sleep(0.05)
        for part in self.parts:
            part.make_end()


def tethered(tether: int, parent: int, command: list[str]) -> int:
    """Become `command`, bound to end with `parent`."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            # It died before the kernel was asked to tell.
            return 1
        os.close(tether)
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while process.poll() is None:
        if select.select([tether], [], [], 0.5)[0]:
            process.terminate()
            process.wait()
    return process.returncode


def parts_of_the_portal(var_dir: Path) -> list[Part]:
    """Web, worker and beat."""
    python = [sys.executable, "-m"]
    # The trial's tasks need no second worker, and nobody to greet.
    quiet = ["--loglevel", "WARNING"]
    return [
        Part("web", [*python, "gunicorn", "--config", "config/gunicorn.py", "--log-level", "warning"]),
        Part(
            "worker",
            [
                # On a machine for oneself being root is no surprise worth six lines.
                *(sys.executable, "-W", "ignore:You're running the worker with superuser privileges"),
                *("-m", "celery", "--app", "config.celery", "--quiet", "worker", *quiet),
                *("--concurrency", "2", "--without-gossip", "--without-mingle"),
            ],
        ),
        Part(
            "beat",
            [
                *(*python, "celery", "--app", "config.celery", "--quiet", "beat", *quiet),
                *("--schedule", str(var_dir / "celerybeat-schedule"), "--pidfile", ""),
            ],
        ),
    ]


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--tether"]:
        return tethered(int(arguments[1]), int(arguments[2]), arguments[3:])
    var_dir = Path(os.environ.get("SOCLE_VAR_DIR", ROOT / "var"))
    if arguments == ["--stop"]:
        return stop(var_dir)
    if arguments:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    return serve(var_dir)


def serve(var_dir: Path) -> int:
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "supervisor.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("this checkout is being served already; end that with `make stop`")
            return 1
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        # Held for as long as the supervisor lives: parts that are between two lives need servers to come back to.
        if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
            from config import embedded

            if not os.environ.get("DATABASE_URL"):
                embedded.database_url(var_dir)
            if not os.environ.get("REDIS_URL"):
                embedded.redis_url(var_dir)
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104
        supervisor = Supervisor(parts_of_the_portal(var_dir))
        supervisor.run(
            on_ready=lambda seconds: announce(f"http://{shown}:{port}/", var_dir, seconds),
            is_ready=lambda: is_healthy(f"http://{shown}:{port}/sante/"),
        )
        say("ended")
    return 0


def stop(var_dir: Path) -> int:
    """End the supervisor of this checkout, and wait for it."""
    try:
        lock = (var_dir / "supervisor.lock").open()
    except FileNotFoundError:
        say("was not running")
        return 0
    with lock:
        deadline = time.monotonic() + STOP_TIMEOUT + 10
        asked = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                if not asked:
                    os.kill(int(lock.read()), signal.SIGTERM)
                    asked = True
                if time.monotonic() > deadline:
                    say("does not end")
                    return 1
                time.sleep(0.1)
            else:
                say("stopped" if asked else "was not running")
                return 0


def is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(json.load(response)["database"])
    except (OSError, ValueError, KeyError):
        return False


def announce(url: str, var_dir: Path, seconds: float | None) -> None:
    if seconds is None:
        say(f"{url} gives no answer yet; the messages above may say why")
        return
    lines = ["", f"  Socle: {url}", ""]
    accounts = var_dir / "demo-accounts.txt"
    if accounts.is_file():
        lines += [f"  {line}" for line in accounts.read_text().splitlines()] + [""]
    lines += ["  Ctrl-C ends it.", ""]
    print("\n".join(lines), flush=True)


def _how(code: int) -> str:
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code {code}"


def say(message: str) -> None:
    print(f"supervisor: {message}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
