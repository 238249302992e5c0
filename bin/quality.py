#!/usr/bin/env python3
"""Every check of `make quality`, one line each, the reasons of those that failed at the end.

.venv/bin/python bin/quality.py [--list] [NAME …]
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
TEMPLATES = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("templates/**/*.html"))]
# mypy and the check for migrations read the settings; they need no server.
ENVIRONMENT = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.base", "SOCLE_NO_SERVICES": "1"}
PRODUCTION = {
    **ENVIRONMENT,
    "SOCLE_ENVIRONMENT": "production",
    "DJANGO_SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijABCDEFGHIJ" * 2,
    "DJANGO_ALLOWED_HOSTS": "socle.example.org",
    "EMAIL_URL": "smtp://localhost:25",
}

CHECKS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "lint": ("ruff", [PYTHON, "-m", "ruff", "check", "."], ENVIRONMENT),
    "format": ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."], ENVIRONMENT),
    "templates": (
        "djade",
        [str(Path(PYTHON).with_name("djade")), "--target-version", "5.2", "--check", *TEMPLATES],
        ENVIRONMENT,
    ),
    "types": ("mypy", [PYTHON, "-m", "mypy"], ENVIRONMENT),
    "imports": ("import-linter", [str(Path(PYTHON).with_name("lint-imports")), "--no-cache"], ENVIRONMENT),
    "migrations": (
        "no missing migration",
        [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--skip-checks"],
        ENVIRONMENT,
    ),
    "translations": ("catalogues complete", [PYTHON, "-m", "config.messages", "--check"], ENVIRONMENT),
    "deploy": (
        "check --deploy in production settings",
        [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    "locks": ("lock files name no registry", [PYTHON, "bin/quality.py", "--locks"], ENVIRONMENT),
}


def main(arguments: list[str]) -> int:
    if arguments == ["--list"]:
        print("\n".join(f"{name:<14}{title}" for name, (title, _, _) in CHECKS.items()))
        return 0
    if arguments == ["--fix"]:
        return fix()
    if arguments == ["--locks"]:
        return addresses_in_locks()
    unknown = set(arguments) - set(CHECKS)
    if unknown:
        print(f"No such check: {', '.join(sorted(unknown))}. Known: {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    failures = {}
    for name in arguments or CHECKS:
        title, command, environment = CHECKS[name]
        started = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if result.returncode:
            failures[name] = result.stdout
        verdict = "FAILED" if result.returncode else "ok"
        print(f"{name:<14}{title:<42}{verdict:<8}{time.monotonic() - started:5.1f} s", flush=True)
    for name, output in failures.items():
        print(f"\n--- {name} ---\n{output.strip()}")
    return 1 if failures else 0


def fix() -> int:
    """Put right what the tools can put right by themselves; what is left shows in the checks."""
    for command in (
        [PYTHON, "-m", "ruff", "check", "--fix", "--quiet", "."],
        [PYTHON, "-m", "ruff", "format", "--quiet", "."],
        [str(Path(PYTHON).with_name("djade")), "--target-version", "5.2", *TEMPLATES],
        [PYTHON, "-m", "ruff", "check", "."],
    ):
        result = subprocess.run(command, cwd=ROOT, check=False)
    return result.returncode


def addresses_in_locks() -> int:
    """Versions and hashes only: the lock files must be the same wherever they were made."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in [*sorted(ROOT.glob("requirements/*.txt")), ROOT / "config/assets/package-lock.json"]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "--index-url" in line or "--find-links" in line or '"resolved"' in line
    ]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
