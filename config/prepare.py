"""Bring database, catalogues and static files up to date: the second half of `make setup`.

    python -m config.prepare [--serve]

`--serve` also collects the static files and, in a trial, loads the demonstration once. Doing it again
costs a second. In production the same is done by `migrate`, `createcachetable` and the image's build.
"""

import fcntl
import hashlib
import io
import os
import sys
from pathlib import Path

from config.catalogues import compile_catalogues


def main(arguments: list[str]) -> int:
    if set(arguments) - {"--serve"}:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    for path in compile_catalogues():
        print(f"  translations: {path}")

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    # Two preparations of one checkout follow one another.
    with (settings.VAR_DIR / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not settings.SOCLE_NO_SERVICES:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        if "--serve" in arguments:
            collect_static()
            if settings.SOCLE_DEMO:
                load_demo()
    return 0


def collect_static() -> None:
    """`collectstatic`, unless no file changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = os.stat(storage.path(name))
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    print("  static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


def load_demo() -> None:
    """The demonstration, if the database holds none; its accounts are kept for the supervisor to print."""
    from django.conf import settings
    from django.core.management import call_command

    accounts = io.StringIO()
    call_command("demo", if_empty=True, stdout=accounts)
    (settings.VAR_DIR / "demo-accounts.txt").write_text(accounts.getvalue())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
