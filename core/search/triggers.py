"""The trigger by which a table tells that something found by search has changed, whoever changed it."""

import pgtrigger

_OWN = "INSERT INTO core_searchmark (table_name, object_id) VALUES (TG_TABLE_NAME, COALESCE(NEW.id, OLD.id));"
_OTHER = """INSERT INTO core_searchmark (table_name, object_id)
        SELECT DISTINCT '{table}', pk FROM unnest(ARRAY[OLD.{column}, NEW.{column}]) AS pk WHERE pk IS NOT NULL;"""


def marks_search(**parents: str) -> pgtrigger.Trigger:
    """Mark the row itself; or, with `parents`, the rows that it speaks of: `marks_search(taskforce_agency="agency_id")`.

    In `Meta.triggers` of a model whose words are found, or stand in the entry of another. SQL, the admin and bulk
    updates are seen as well; a mark becomes visible with the transaction that made it.
    """
    # OLD is empty in an INSERT, NEW in a DELETE.
    lines = [_OTHER.format(table=table, column=column) for table, column in parents.items()] or [_OWN]
    return pgtrigger.Trigger(
        name="marks_search",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="\n    ".join([*lines, "RETURN NULL;"]),
    )
