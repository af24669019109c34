"""Whether the database's schema and this release work together.

A release works on the schema of its own revision, and on that of the release after it; the database
names the oldest revision whose release still works on it (`task_ledger.schema_revision`).
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import SchemaMismatch
from task_ledger.eventlog.database import ledger_errors

_ASK: Final = "SELECT r.applied, r.oldest FROM task_ledger.schema_revision() AS r"


def schema_folder() -> Path:
    """The folder with the SQL: inside the installed package, or `schema/` of a checkout."""
    package = Path(str(files("task_ledger")))
    packaged = package / "_schema"
    return packaged if packaged.is_dir() else package.parent / "schema"


@cache
def newest_revision() -> str:
    """The newest revision of the ledger's schema in this release, such as `0001`.

    Read from the names of the files, since Alembic takes most of a second to import.
    """
    revisions = (schema_folder() / "migrations" / "versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in revisions)


def check_schema(connection: Connection[Any]) -> None:
    """Refuse a database whose schema this release cannot work on.

    Runs one statement and does not commit; works with the role of every service, and behind a
    pooler.

    Raises:
        SchemaMismatch: says whether to migrate the database or to upgrade the package.
        LedgerUnavailable: the connection broke.
        NotPermitted: the login has no role of the ledger.
    """
    with ledger_errors():
        row = connection.execute(_ASK, prepare=False).fetchone()
    applied, oldest = row or (None, None)
    own = newest_revision()
    if applied is None or applied < own:
        raise SchemaMismatch(
            f"the database's schema is at revision {applied or 'none'}, but this release needs"
            f" {own}: run `task-ledger migrate` of this release"
        )
    if oldest is not None and oldest > own:
        raise SchemaMismatch(
            f"the database's schema is at revision {applied}, which needs a release that has"
            f" revision {oldest}, and this one ends at {own}: upgrade the package task-ledger here"
        )
