"""Checksums of the whole database: did a request write anything?"""

from django.db import connection

# Sessions note that somebody is still there; the cache counts attempts.
MOVING = {"django_session", "socle_cache"}


def fingerprint() -> dict[str, str]:
    """{table: checksum of all its rows}."""
    tables = sorted(set(connection.introspection.table_names()) - MOVING)
    query = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())
