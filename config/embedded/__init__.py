"""A real PostgreSQL and a real Valkey for a trial machine, from PyPI wheels, kept under `var/`.

Only used when `DATABASE_URL` or `REDIS_URL` is not set. How it holds together:

- A *client* (web, worker, beat, a shell, a test run) holds a shared `flock` on `users.lock` until it
  ends, however it ends: a lock dies with its last process, and forked workers inherit it.
- One *guardian* per server, in a session of its own, holds `guardian.lock`. It starts the server,
  starts it again when it dies, and stops it when nobody holds `users.lock` any more.
- A client believes an answer, never a pid: it connects and asks before it returns an address.

So Ctrl-C or `kill -9` of one client touches nobody else, and whatever was killed comes back with the
next client at the latest. The guardian is this folder run as a script: standard library only,
and imports relative to the folder.

    python -m config.embedded status|stop [VAR_DIR]
"""

from .client import SERVICES, database_url, redis_url, status, stop
from .guardian import LINGER, WATCH_INTERVAL
from .postgres import Postgres
from .processes import main_pid, processes_of
from .service import Place, Service
from .tools import EmbeddedError, try_free
from .valkey import Valkey

__all__ = [
    "LINGER",
    "SERVICES",
    "WATCH_INTERVAL",
    "EmbeddedError",
    "Place",
    "Postgres",
    "Service",
    "Valkey",
    "database_url",
    "main_pid",
    "processes_of",
    "redis_url",
    "status",
    "stop",
    "try_free",
]
