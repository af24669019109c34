"""Check that nothing comes between the ledger and its tables."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok
from task_ledger.eventlog.database import query

_PACKAGE: Final = str(__package__)

INDEX_INVALID: Final = failure(
    "index_invalid",
    "indexes",
    "An index is not valid, so queries do not use it or duplicates are not refused.",
    "REINDEX INDEX CONCURRENTLY it.",
)
TABLE_UNLOGGED: Final = failure(
    "table_unlogged",
    "tables",
    "A table is unlogged: a crash empties it, and no standby has it.",
    "ALTER TABLE … SET LOGGED.",
)
ROWS_HIDDEN: Final = failure(
    "rows_hidden",
    "tables",
    "Row-level security hides rows of a table from the services.",
    "ALTER TABLE … DISABLE ROW LEVEL SECURITY.",
)
WRITES_REWRITTEN: Final = failure(
    "writes_rewritten",
    "tables",
    "A rule of a table replaces or adds to what is written to it.",
    "DROP RULE … ON …, then run `task-ledger verify`.",
)

_BY_KIND: Final = {
    "unlogged": TABLE_UNLOGGED,
    "row security": ROWS_HIDDEN,
    "rule": WRITES_REWRITTEN,
    "index": INDEX_INVALID,
}


def tables(connection: Connection[Any]) -> Iterator[Check]:
    """Check the ledger's tables and indexes for what no migration makes."""
    rows = connection.execute(query("foreign_to_tables", _PACKAGE)).fetchall()
    for kind, condition in _BY_KIND.items():
        named = [name for found, name in rows if found == kind]
        if named:
            yield condition.found(f"{kind}: {', '.join(named)}")
    if not rows:
        yield ok("tables", "logged, without rules and row-level security; all indexes are valid")
