"""Gunicorn: few blocking workers that share what is loaded, replaced now and then."""

import os
from pathlib import Path

from gunicorn.glogging import Logger

from core.logs import hide_tokens

wsgi_app = "config.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "sync"
# Loaded once and shared by copy-on-write. Nothing may be connected before the fork: see post_fork.
preload_app = True
max_requests = 5000
max_requests_jitter = 500
timeout = 60
graceful_timeout = 15
# The sign of life of a worker is a file: on a disk that is busy a worker would be taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
accesslog = os.environ.get("GUNICORN_ACCESS_LOG") or None
proc_name = "socle-web"


class QuietLogger(Logger):
    """Tokens of personal links are not written into the access log."""

    def atoms(self, *args, **kwargs):
        atoms = super().atoms(*args, **kwargs)
        return {**atoms, **{name: hide_tokens(atoms[name]) for name in ("r", "U", "f") if atoms.get(name)}}


logger_class = QuietLogger
# No way to steer the server but signals.
control_socket_disable = True


def post_fork(server, worker):
    """Two workers must never speak over one connection."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            server.log.error("A database connection was opened before the fork; it is not used.")
            connection.connection = None
