"""A quick mark of the rows that a document is made from, in one query.

PostgreSQL gives every version of a row its own place and transaction (`ctid`, `xmin`): as long as
these are the same for all the rows that a context reads, the context is the same, and need not be
built to know it. Vacuuming or restoring changes marks without changing content: that costs one
building of the context, nothing else.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection


class RowStamp:
    """The mark of the rows in `parts`: table name → condition on `r`, with %(name)s parameters.

    A table whose rows the context reads and which stands in no part would let an old file pass for the
    present one: the tests of a document compare the tables (`tables`) with those its context queries.
    """

    def __init__(self, parts: Mapping[str, str]) -> None:
        self.tables = frozenset(parts)
        marks = ", ".join(
            f"coalesce((SELECT string_agg(r.ctid::text || r.xmin::text, ',' ORDER BY r.ctid) FROM {table} r"  # noqa: S608
            f" WHERE {condition}), '')"
            for table, condition in parts.items()
        )
        self.sql = f"SELECT encode(sha256(convert_to(concat_ws('/', {marks}), 'UTF8')), 'hex')"

    def of(self, parameters: Mapping[str, Any]) -> str:
        """64 hexadecimal digits; equal for equal rows."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return cursor.fetchone()[0]
