"""No GET changes anything: every table is the same before and after each page (architecture, « How a request travels »)."""

import pytest
from django.db import connection

from tests.project.matrix import Row, rows

# Sessions note that somebody is still there; the cache counts attempts.
MOVING = {"django_session", "socle_cache"}


def fingerprint() -> dict[str, str]:
    """{table: checksum of all its rows}."""
    tables = [table for table in connection.introspection.table_names() if table not in MOVING]
    query = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


@pytest.mark.parametrize("row", [row for row in rows() if row.verb == "GET"], ids=str)
def test_get_changes_nothing(row: Row, world):
    path = row.path(world)
    before = fingerprint()
    for role in ("anonymous", "titular", "secretariat", "administrator"):
        world.client(role).get(path)
    world.client("secretariat").head(path)
    after = fingerprint()

    assert {table for table in before if before[table] != after[table]} == set()


def test_the_checksum_sees_a_change(world):
    before = fingerprint()
    world.meeting.place = "Ailleurs"
    world.meeting.save()

    assert {table for table, digest in fingerprint().items() if before[table] != digest} == {
        "meetings_meeting",
        "meetings_meetingevent",
        # To be indexed again for the search.
        "core_searchmark",
    }
