"""Check that the schema's functions and triggers match this release."""

import re
from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.eventlog.database import query

_PACKAGE: Final = str(__package__)
_TRIGGER: Final = re.compile(
    r"CREATE OR REPLACE TRIGGER (\w+)\s.*?\bON (task_ledger\.\w+)\b.*?EXECUTE FUNCTION ([\w.]+)\(",
    re.S,
)
_CREATED: Final = re.compile(r"^(\s*CREATE OR REPLACE FUNCTION )task_ledger\.", re.M)
_AGGREGATE: Final = re.compile(
    r"^CREATE OR REPLACE AGGREGATE task_ledger\.(\w+)\(.*?SFUNC = (task_ledger\.\w+)", re.M | re.S
)
_MONTH: Final = re.compile(r"\bRETURN \d+")
"""The part of `task_ledger.this_month` that `task_ledger.open_buckets` rewrites."""

_ADVICE: Final = (
    "A person or another release replaced them. Find out who, then run `task-ledger migrate`, "
    "which restores them, and `task-ledger verify`."
)


FUNCTIONS_UNCOMPARED: Final = warning(
    "functions_uncompared",
    "functions",
    "The schema's functions cannot be compared with this release's.",
    "Give the auditor's login TEMPORARY on the database, and run this on the primary.",
)
FUNCTIONS_ALTERED: Final = failure(
    "functions_altered",
    "functions",
    "Functions of the schema are missing, others than this release's, or not the ledger's.",
    _ADVICE,
)
TRIGGERS_ALTERED: Final = failure(
    "triggers_altered",
    "every trigger",
    "Triggers of the schema are missing, disabled, or not the ledger's.",
    _ADVICE,
)


def functions(connection: Connection[Any]) -> Iterator[Check]:
    """Check that each function in the schema has the body and settings of its file.

    Creates the files' functions in the session's temporary schema, and rolls back.
    """
    from task_ledger.ops.migrate import replaced_objects, schema_folder

    files = [p for p in replaced_objects(schema_folder()) if p.parent.name == "functions"]
    aggregates: dict[str, str] = {}
    try:
        with connection.transaction(force_rollback=True):
            there = dict(_functions(connection, "task_ledger"))
            connection.execute("SET LOCAL check_function_bodies = off")
            for path in files:
                text = path.read_text(encoding="utf-8")
                if aggregate := _AGGREGATE.search(text):
                    # Creating one needs EXECUTE on its SFUNC, which the auditor has not.
                    aggregates[aggregate[1]] = aggregate[2]
                    continue
                connection.execute(_CREATED.sub(r"\1pg_temp.", text).encode())
            row = connection.execute(
                "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"
            ).fetchone()
            wanted = dict(_functions(connection, row[0] if row else "pg_temp")) | aggregates
    except psycopg.Error as error:
        yield FUNCTIONS_UNCOMPARED.found(
            f"cannot be compared: {error.diag.message_primary or error}"
        )
        return
    wrong = [
        f"{name} is {told}"
        for names, told in (
            (sorted(wanted.keys() - there.keys()), "missing"),
            (sorted(there.keys() - wanted.keys()), "not the ledger's"),
            ([n for n in sorted(wanted) if n in there and there[n] != wanted[n]], "another one"),
        )
        for name in names
    ]
    if wrong:
        yield FUNCTIONS_ALTERED.found("; ".join(wrong))
    else:
        yield ok("functions", f"all {len(wanted)} match this release")


def other_triggers(connection: Connection[Any]) -> Iterator[Check]:
    """Check that the schema's tables have exactly this release's triggers, all enabled."""
    from task_ledger.ops.migrate import replaced_objects, schema_folder

    wanted: set[tuple[str, str, str]] = set()
    for path in replaced_objects(schema_folder()):
        if path.parent.name == "triggers":
            for name, table, function in _TRIGGER.findall(path.read_text(encoding="utf-8")):
                wanted.add((table, name, function))
    rows = connection.execute(query("triggers", _PACKAGE)).fetchall()
    there = {(table, name, function) for table, name, function, _ in rows}
    wrong = [f"{name} on {table} is missing" for table, name, _ in sorted(wanted - there)]
    wrong += [f"{name} on {table} is not the ledger's" for table, name, _ in sorted(there - wanted)]
    wrong += [f"{name} on {table} is disabled" for table, name, _, fires in rows if not fires]
    if wrong:
        yield TRIGGERS_ALTERED.found("; ".join(dict.fromkeys(wrong)))
    else:
        yield ok("every trigger", f"all {len(wanted)} are enabled, and there are no others")


def _functions(connection: Connection[Any], schema: str) -> list[tuple[str, str]]:
    rows = connection.execute(query("functions", _PACKAGE), {"schema": schema}).fetchall()
    return [
        (name, _MONTH.sub("RETURN 0", told) if name == "this_month" else told)
        for name, told in rows
    ]
