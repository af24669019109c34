"""Databases whose schema is of another release."""

import psycopg

from tests.servers import Database


def put_at_revision(database: Database, applied: str, *, oldest: str = "0001") -> None:
    """Make a database say that it is at another revision.

    Args:
        oldest: the newest revision of the oldest release that is said to work on it.
    """
    with psycopg.connect(database.superuser_url, autocommit=True) as owner:
        owner.execute("UPDATE task_ledger.migration SET version_num = %s", (applied,))
        row = owner.execute(
            "SELECT pg_get_functiondef('task_ledger.schema_revision'::regproc)"
        ).fetchone()
        assert row is not None
        before = owner.execute("SELECT oldest FROM task_ledger.schema_revision()").fetchone()
        assert before is not None
        owner.execute(row[0].replace(f"'{before[0]}'", f"'{oldest}'").encode())
