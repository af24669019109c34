"""Checks of the log itself: migrations, sequences, triggers, partitions."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, fail, ok, warn
from task_ledger.eventlog.database import query
from task_ledger.eventlog.feeds import REPAIR, feeds_gone_back
from task_ledger.model.ids import SHARDS
from task_ledger.ops.settings import MissingSetting, Settings
from task_ledger.plugin import SchemaFolder

_PACKAGE: Final = str(__package__)
_MONTHS_AHEAD: Final = 3


def migrations(
    settings: Settings, connection: Connection[Any], schemas: Iterable[SchemaFolder]
) -> Iterator[Check]:
    """Check that the ledger's schema, and each installed one of `schemas`, is up to date."""
    # Alembic takes most of a second to import; other commands do not need it.
    from sqlalchemy.exc import DBAPIError

    from task_ledger.ops.migrate import ledger_schema, pending

    try:
        url = settings.login_url()
    except MissingSetting as error:
        yield warn("migrations", "cannot be read", str(error))
        return
    for each in (ledger_schema(), *schemas):
        name = f"migrations {each.schema}"
        row = connection.execute("SELECT to_regnamespace(%s) IS NULL", (each.schema,)).fetchone()
        if row and row[0]:
            yield ok(name, "the schema is not installed")
            continue
        try:
            waiting = pending(url, each)
        except DBAPIError as error:
            yield warn(name, f"cannot be read: {error.orig}", "Give the login the owner's role.")
            continue
        if waiting:
            yield fail(name, f"waiting: {', '.join(waiting)}", "Run `task-ledger migrate`.")
        else:
            yield ok(name, "up to date")


def sequences(connection: Connection[Any]) -> Iterator[Check]:
    """Check that feed sequences increase by one: with a larger cache, followers miss events."""
    rows = connection.execute(query("feed_sequences", _PACKAGE)).fetchall()
    wrong = [f"{name} has CACHE {cache}" for name, cache, _ in rows if cache != 1]
    wrong += [f"{name} has CYCLE" for name, _, cycles in rows if cycles]
    if len(rows) != SHARDS:
        wrong.append(f"there are {len(rows)} of {SHARDS}")
    if wrong:
        yield fail(
            "feeds",
            "; ".join(wrong),
            "ALTER SEQUENCE … CACHE 1 NO CYCLE, then run `task-ledger verify`: followers may have"
            " missed events.",
        )
    else:
        yield ok("feeds", f"{SHARDS} sequences with CACHE 1")


def feeds(connection: Connection[Any]) -> Iterator[Check]:
    """Check that new events get numbers that followers have not passed yet."""
    wrong = feeds_gone_back(connection)
    if wrong:
        yield fail("feed numbers", "; ".join(map(str, wrong)), REPAIR)
    else:
        yield ok("feed numbers", "ahead of the log and its followers")


def triggers(connection: Connection[Any]) -> Iterator[Check]:
    """Check that the log, its partitions and the timeline refuse all changes."""
    rows = connection.execute(query("unprotected_tables", _PACKAGE)).fetchall()
    if rows:
        told = ", ".join(table for (table,) in rows)
        yield fail(
            "triggers",
            f"{told} can be changed",
            "ALTER TABLE … ENABLE TRIGGER ALL and run `task-ledger migrate`, then"
            " `task-ledger verify`.",
        )
    else:
        yield ok("triggers", "the log, its partitions and the timeline refuse every change")


def partitions(connection: Connection[Any]) -> Iterator[Check]:
    """Check that partitions exist for this month and the next ones."""
    rows = connection.execute(
        query("months_without_partition", _PACKAGE), {"months": _MONTHS_AHEAD}
    ).fetchall()
    if not rows:
        yield ok("partitions", f"open for this month and {_MONTHS_AHEAD} more")
        return
    told = f"none for {', '.join(str(month) for month, _ in rows)}"
    advice = (
        "Run `task-ledger migrate`, and make sure that a projector with the part months is running."
    )
    level = fail if rows[0][1] <= 1 else warn
    yield level("partitions", told, advice)
