"""The benchmarks' own database, beside the one in use: same server, its name with `_bench`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

VAR_DIR = Path(os.environ.get("SOCLE_VAR_DIR", Path(__file__).resolve().parent.parent / "var"))
SUFFIX = "_bench"


def use_bench_database() -> str:
    """Point this process and its children at the benchmarks' database, folders and queues; return its URL.

    Call it before Django's settings are read. The database is created when absent (the role needs
    CREATEDB, as for the tests). Running it twice, or in a child, changes nothing.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        from config import embedded

        url = embedded.database_url(VAR_DIR)
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    if not name.endswith(SUFFIX):
        name += SUFFIX
        url = parts._replace(path=f"/{name}").geturl()
        _create(url, name)
    if not os.environ.get("REDIS_URL"):
        from config import embedded

        os.environ["REDIS_URL"] = embedded.redis_url(VAR_DIR)
    home = VAR_DIR / "bench"
    os.environ.update(
        DATABASE_URL=url,
        SOCLE_REDIS_PREFIX="bench-",
        SOCLE_MEDIA_ROOT=str(home / "media"),
        SOCLE_STATIC_ROOT=str(home / "static"),
        # As deployed: no debugging, secure cookies, hashed static files.
        SOCLE_ENVIRONMENT="production",
        DJANGO_DEBUG="false",
        DJANGO_ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
        # The measured accounts sign in by a cookie made here.
        SOCLE_REQUIRE_SECOND_FACTOR="false",
        # No mail may leave: the addresses are made up.
        EMAIL_URL="",
        SOCLE_LOG_LEVEL="WARNING",
    )
    os.environ.setdefault("DJANGO_SECRET_KEY", "benchmarks-only-" + "k" * 50)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    return url


def _server(url: str) -> "psycopg2.extensions.connection":
    connection = psycopg2.connect(urlsplit(url)._replace(path="/postgres").geturl())
    connection.autocommit = True
    return connection


def _create(url: str, name: str) -> None:
    connection = _server(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def recreate(url: str) -> None:
    """Throw the benchmarks' database away and make an empty one. Refuses any other database."""
    name = urlsplit(url).path.lstrip("/")
    if not name.endswith(SUFFIX):
        raise ValueError(f"{name} is not a database of the benchmarks")
    connection = _server(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    finally:
        connection.close()
    _create(url, name)
