"""The guardian’s side: one for each server."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import time

from .places import settle
from .postgres import Postgres, ServerRefusedError
from .processes import halt, processes_of, spawn_options
from .service import Place, Service
from .tools import EmbeddedError, is_lock_file, say, tail, trim, try_lock, write_atomically

# A running server that gives no answer for so long is taken for hung and replaced.
HUNG_AFTER = 30.0
# Between two commands of one set-up nobody holds the lock: stopping at once would only cost a restart.
LINGER = 1.0
WATCH_INTERVAL = 0.3


class Guardian:
    """Starts one server, watches it, stops it when its last client has ended."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.asked = False

    def run(self, lock: int) -> None:
        """The guardian's life. `lock` is the descriptor that holds `guardian.lock`."""
        # Whatever the caller's umask, the unprivileged server must get through our folders to its own.
        os.umask(0o022)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        users = os.open(self.service.users_lock, os.O_RDWR | os.O_CREAT, 0o644)
        waker = self._listen()
        say(f"guardian {os.getpid()} of {self.service.label} at work")
        place = settle(self.service)
        write_atomically(self.service.place_file, place.to_json())
        self.start(place)
        idle_since = None
        while not self.stopping:
            select.select([waker], [], [], WATCH_INTERVAL)
            with contextlib.suppress(BlockingIOError):
                os.read(waker, 4096)
            if not is_lock_file(users, self.service.users_lock) or not is_lock_file(lock, self.service.guardian_lock):
                say("var/ is gone: nobody can find this server any more")
                break
            if try_lock(users, fcntl.LOCK_EX):
                idle_since = idle_since or time.monotonic()
                if time.monotonic() - idle_since >= LINGER:
                    # Kept locked: who comes now waits until the server has stopped, then starts it again.
                    say("the last client has ended")
                    break
                fcntl.flock(users, fcntl.LOCK_UN)
            else:
                idle_since = None
            if self.process and self.process.poll() is not None:
                say(f"server ended with {self.process.returncode}; starting it again")
                self.start(place)
            elif self.asked:
                self.asked = False
                if not self.service.answers(place):
                    say("a client gets no answer")
                    self.start(place)
        halt(self.service, place, self.process)
        # First this one: a client that sees users.lock free must also see that no guardian is left.
        os.close(lock)
        os.close(users)
        say("stopped")

    def _listen(self) -> int:
        reader, writer = os.pipe()
        for descriptor in (reader, writer):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._on_term)
        signal.signal(signal.SIGUSR1, self._on_ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return reader

    def _on_term(self, *_: object) -> None:
        self.stopping = True

    def _on_ask(self, *_: object) -> None:
        self.asked = True

    def start(self, place: Place) -> None:
        """Bring the server to the point where clients get an answer. Raises EmbeddedError."""
        for attempt in range(5):
            if not self._comes_up(place):
                self._clear(place)
                self.service.make_data(place)
                trim(place.log)
                with place.log.open("ab") as log:
                    self.process = subprocess.Popen(
                        self.service.command(place),
                        **spawn_options(place),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                if not self._comes_up(place):
                    say(f"attempt {attempt + 1} failed")
                    time.sleep(0.5 * 2**attempt)
                    continue
            self.service.furnish(place)
            if self.service.answers(place):
                say(f"{self.service.label} answers at {self.service.socket_path(place)}")
                return
        raise EmbeddedError(f"last lines of {place.log}:\n{tail(place.log)}")

    def _comes_up(self, place: Place) -> bool:
        """Wait for a running server, through crash recovery however long; False when there is none."""
        silent_until = time.monotonic() + HUNG_AFTER
        while True:
            if self.service.answers(place):
                return True
            if self.service.is_up(place):
                if isinstance(self.service, Postgres) and self._is_ready_for_superuser(place, self.service):
                    return True
                silent_until = time.monotonic() + HUNG_AFTER
            elif self.process:
                if self.process.poll() is not None:
                    self.process = None
                    return False
            elif not processes_of(self.service, place):
                return False
            if time.monotonic() > silent_until or self.stopping:
                return False
            time.sleep(0.05)

    @staticmethod
    def _is_ready_for_superuser(place: Place, service: Postgres) -> bool:
        try:
            service.ask(place, service.superuser, "postgres")
        except (ServerRefusedError, OSError):
            return False
        return True

    def _clear(self, place: Place) -> None:
        """End what is left of a dead or hung server and remove its stale files."""
        for pid in processes_of(self.service, place):
            say(f"ending {pid}, which gives no answer")
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait()
            self.process = None
        deadline = time.monotonic() + 5
        while processes_of(self.service, place) and time.monotonic() < deadline:
            time.sleep(0.05)
        # A pid file is worth nothing now: after a restart of the machine its number may be another
        # process, and PostgreSQL would refuse to start for it.
        (place.data / self.service.pid_file).unlink(missing_ok=True)
        for path in (self.service.socket_path(place), place.sockets / f"{self.service.socket_name}.lock"):
            path.unlink(missing_ok=True)
