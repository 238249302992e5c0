"""Where a server can live: tried out as its user before anything is put there."""

import contextlib
import errno
import hashlib
import importlib.metadata
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from .processes import give, halt
from .service import Place, Service
from .tools import EmbeddedError, say

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
SOCKET_PATH_LIMIT = 103
# libpq splits a host at commas, PostgreSQL its socket directories at commas and spaces, and URLs have
# rules of their own; where a path holds anything else, the sockets go to a short path.
SAFE_PATH = re.compile(r"[A-Za-z0-9/._~+-]+")
# Where root's unprivileged server cannot reach `var/`.
SHELTER = Path(os.environ.get("SOCLE_EMBEDDED_SHELTER") or "/var/lib")
SHORT_PATHS = Path("/tmp")  # noqa: S108 - fixed, so that every process of a user finds the same folder


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
    halt(service, old)
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
