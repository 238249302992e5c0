#!/usr/bin/env bash
# Run tests against PostgreSQL and Redis of Debian's packages instead of the embedded servers.
#
#   tests/debian_servers.sh [arguments of pytest]        (as root, on Debian or Ubuntu)
#
# Installs the packages where they are missing, starts servers of its own on free loopback ports in a
# temporary folder, and removes them at the end. The servers of the machine are not touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "$(id -u)" -ne 0 ]; then
    echo "This script installs packages and starts PostgreSQL as another user: run it as root." >&2
    exit 1
fi

newest_postgres() { find /usr/lib/postgresql -maxdepth 1 -mindepth 1 2>/dev/null | sort -V | tail -n 1; }

if [ -z "$(newest_postgres)" ] || ! command -v redis-server >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # The package must not start a server of the machine.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get install --yes --no-install-recommends -qq postgresql postgresql-contrib redis-server >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install --yes --no-install-recommends -qq postgresql postgresql-contrib redis-server >/dev/null; }
fi

bin="$(newest_postgres)/bin"
folder="$(mktemp -d /tmp/socle-debian-XXXXXX)"
chmod 755 "$folder"
install -d -o postgres -g postgres "$folder/postgres"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
postgres_port="$(free_port)"
redis_port="$(free_port)"

as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups env -C "$folder/postgres" "$@"; }

finish() {
    as_postgres "$bin/pg_ctl" -D "$folder/postgres/data" -m immediate -w stop >/dev/null 2>&1 || true
    [ -z "${redis_pid:-}" ] || kill "$redis_pid" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

as_postgres "$bin/initdb" -D "$folder/postgres/data" -U socle -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_postgres "$bin/pg_ctl" -D "$folder/postgres/data" -w -l "$folder/postgres/log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$postgres_port -c unix_socket_directories=$folder/postgres -c max_connections=200" \
    start >/dev/null
as_postgres "$bin/createdb" -h 127.0.0.1 -p "$postgres_port" -U socle socle
redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$folder" --save "" --appendonly no --daemonize no >"$folder/redis.log" 2>&1 &
redis_pid=$!

"$bin/postgres" --version
redis-server --version

export DATABASE_URL="postgres://socle@127.0.0.1:$postgres_port/socle" REDIS_URL="redis://127.0.0.1:$redis_port/0"
.venv/bin/python -m pytest -n 2 "$@"
