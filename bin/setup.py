#!/usr/bin/env python3
"""Prepare this checkout: virtual environment, locked packages, browser files, system libraries.

    python3 bin/setup.py [--dev]

Needs Python 3.11 or newer and nothing else; run by `make`. Every step leaves a stamp and costs
nothing the second time. On Debian as root, missing system packages are installed; elsewhere the
script says what is missing.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".stamps"
ASSETS = ROOT / "config" / "assets"

# Library that WeasyPrint loads -> Debian package.
PANGO = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}


class SetupError(Exception):
    """Something that a person has to put right; the message says how."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--force", action="store_true", help="do every step again")
    options = parser.parse_args()
    os.chdir(ROOT)
    # Two set-ups of one checkout follow one another.
    with (ROOT / "bin" / "setup.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if options.force:
                shutil.rmtree(STAMPS, ignore_errors=True)
            make_environment()
            install_packages("dev" if options.dev else "base")
            system_libraries(required=options.dev)
            browser_files()
        except SetupError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
    return 0


# Steps ---------------------------------------------------------------------------


def make_environment() -> None:
    """`.venv` with pip, made with the Python that runs this script."""
    if works([str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]):
        return
    step("virtual environment")
    if not works([sys.executable, "-c", "import venv, ensurepip"]):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install_debian([package], why="this Python has no module venv")
    # What is there does not work: its Python is gone, or it was left half made.
    if VENV.is_symlink():
        VENV.unlink()
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment could not be made.")


def install_packages(name: str) -> None:
    """The locked packages of requirements/<name>.txt, checked by their hashes."""
    lock = ROOT / "requirements" / f"{name}.txt"
    mark = fingerprint(lock, extra=python_version())
    # The development packages contain the others.
    contained = name == "base" and (STAMPS / "dev").is_file() and (STAMPS / "base").is_file()
    if is_done(name, mark) or (contained and is_done("base", mark)):
        return
    step(f"packages of requirements/{name}.txt")
    pip_install(lock)
    done(name, mark)
    if name == "dev":
        done("base", fingerprint(ROOT / "requirements" / "base.txt", extra=python_version()))


def pip_install(lock: Path) -> None:
    run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
            *("--require-hashes", "--requirement", str(lock)),
        ],
        "The packages could not be installed.",
    )


def system_libraries(*, required: bool) -> None:
    """Pango, which WeasyPrint writes PDFs with: installed on Debian as root, else named."""
    missing = [package for library, package in PANGO.items() if not loads(library)]
    if not missing:
        return
    try:
        install_debian(missing, why="PDF documents need Pango")
    except SetupError as error:
        if required:
            raise
        # The portal works without; each PDF will say the same.
        print(f"\n  {error}\n  Everything else works; PDF documents will fail until then.\n", file=sys.stderr)


def browser_files() -> None:
    """Bootstrap, fonts and the like from npm, exactly as locked; no script of theirs is run."""
    mark = fingerprint(ASSETS / "package-lock.json")
    if is_done("assets", mark) and (ASSETS / "node_modules").is_dir():
        return
    npm = shutil.which("npm")
    if not npm or not works([npm, "--version"]):
        step("npm, which this machine lacks, from requirements/node.txt")
        pip_install(ROOT / "requirements" / "node.txt")
        npm = str(VENV / "bin" / "npm")
    step("browser files")
    environment = {
        **os.environ,
        # The npm of the environment needs its node beside it.
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    }
    run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "The browser files could not be installed.",
        cwd=ASSETS,
        env=environment,
    )
    done("assets", mark)


# Tools -----------------------------------------------------------------------------


def install_debian(packages: list[str], *, why: str) -> None:
    """Install system packages. Raises SetupError where this is not Debian or not root."""
    names = " ".join(packages)
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        how = f"sudo apt-get install {names}" if apt else f"install the packages that Debian calls {names}"
        if sys.platform == "darwin":
            how = "brew install pango"
        raise SetupError(f"Missing: {names} ({why}).\n  Please run: {how}")
    step(f"system packages {names}")
    command = [apt, "install", "--yes", "--no-install-recommends", "-qq", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not works(command, env=environment):
        run([apt, "update", "-qq"], "The list of Debian's packages could not be fetched.")
        run(command, f"Missing: {names} ({why}), and apt-get could not install it.", env=environment)


def loads(library: str) -> bool:
    """Can this library be loaded? Asked in another process: this one may be older than the library."""
    names = [f"lib{library}.so.0", f"lib{library}.dylib", f"lib{library}.0.dylib"]
    code = (
        "import ctypes, sys\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n        ctypes.CDLL(name); sys.exit(0)\n"
        "    except OSError:\n        pass\n"
        "sys.exit(1)"
    )
    return works([str(PYTHON), "-c", code, *names])


def python_version() -> str:
    return subprocess.run(
        [str(PYTHON), "-c", "import sys, platform; print(sys.version_info[:2], platform.machine())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def fingerprint(path: Path, *, extra: str = "") -> str:
    return hashlib.sha256(path.read_bytes() + extra.encode()).hexdigest()


def is_done(name: str, mark: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == mark


def done(name: str, mark: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(mark)


def works(command: list[str], **options) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, **options).returncode == 0
    except OSError:
        return False


def run(command: list[str], failure: str, **options) -> None:
    started = time.monotonic()
    # Standard output belongs to what a person asked for.
    result = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False, **options)
    if result.returncode:
        raise SetupError(f"{failure}\n  Command: {' '.join(command)}")
    print(f"    {time.monotonic() - started:.0f} s", file=sys.stderr)


def step(what: str) -> None:
    print(f"  {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
