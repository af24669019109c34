"""Checks of the log itself: migrations, sequences, triggers, partitions."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.eventlog.database import query
from task_ledger.eventlog.feeds import REPAIR, feeds_gone_back
from task_ledger.model.ids import SHARDS
from task_ledger.ops.settings import MissingSetting, Settings
from task_ledger.plugin import SchemaFolder

_PACKAGE: Final = str(__package__)
_MONTHS_AHEAD: Final = 3

MIGRATIONS_UNREADABLE: Final = warning(
    "migrations_unreadable",
    "migrations",
    "The revision of a schema cannot be read.",
    "Set TASK_LEDGER_DATABASE_URL to the login that migrates, which has the owner's role.",
)
MIGRATIONS_WAITING: Final = failure(
    "migrations_waiting",
    "migrations",
    "A schema lacks revisions of this release.",
    "Run `task-ledger migrate`.",
)
RELEASE_OLDER: Final = failure(
    "release_older",
    "migrations",
    "A newer release has migrated the schema.",
    "Migrations only go forward: install the release that migrated, or a newer one, here.",
)
FEED_SEQUENCES_WRONG: Final = failure(
    "feed_sequences_wrong",
    "feeds",
    "A feed's sequence is missing, caches numbers or begins again: followers miss events.",
    "ALTER SEQUENCE … CACHE 1 NO CYCLE, then run `task-ledger verify`: followers may have"
    " missed events.",
)
FEED_WENT_BACK: Final = failure(
    "feed_went_back",
    "feed numbers",
    "A feed's sequence is below numbers that were used; the projector has stopped.",
    REPAIR,
)
LOG_UNPROTECTED: Final = failure(
    "log_unprotected",
    "triggers",
    "Events or timelines can be changed, because their triggers are disabled or missing.",
    "ALTER TABLE … ENABLE TRIGGER ALL and run `task-ledger migrate`, then `task-ledger verify`.",
)
PARTITIONS_MISSING: Final = warning(
    "partitions_missing",
    "partitions",
    "A month of the next three has no partition.",
    "Run `task-ledger migrate`, and make sure that a projector with the part months is running.",
    fails="for this month or the next: tasks cannot be registered in a month without one",
)


def migrations(
    settings: Settings, connection: Connection[Any], schemas: Iterable[SchemaFolder]
) -> Iterator[Check]:
    """Check that the ledger's schema, and each installed one of `schemas`, is up to date."""
    # Alembic takes most of a second to import; other commands do not need it.
    from sqlalchemy.exc import DBAPIError

    from task_ledger.ops.migrate import ledger_schema, not_applied, revisions

    try:
        url = settings.login_url()
    except MissingSetting as error:
        yield MIGRATIONS_UNREADABLE.found(f"cannot be read: {error}")
        return
    for each in (ledger_schema(), *schemas):
        name = f"migrations {each.schema}"
        row = connection.execute("SELECT to_regnamespace(%s) IS NULL", (each.schema,)).fetchone()
        if row and row[0]:
            yield ok(name, "the schema is not installed")
            continue
        try:
            done, known = revisions(url, each)
        except DBAPIError as error:
            yield MIGRATIONS_UNREADABLE.found(f"cannot be read: {error.orig}", check=name)
            continue
        if done is not None and done not in known:
            yield RELEASE_OLDER.found(f"at revision {done}, unknown to this release", check=name)
        elif waiting := not_applied(done, known):
            yield MIGRATIONS_WAITING.found(f"waiting: {', '.join(waiting)}", check=name)
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
        yield FEED_SEQUENCES_WRONG.found("; ".join(wrong))
    else:
        yield ok("feeds", f"{SHARDS} sequences with CACHE 1")


def feeds(connection: Connection[Any]) -> Iterator[Check]:
    """Check that new events get numbers that followers have not passed yet."""
    wrong = feeds_gone_back(connection)
    if wrong:
        yield FEED_WENT_BACK.found("; ".join(map(str, wrong)))
    else:
        yield ok("feed numbers", "ahead of the log and its followers")


def triggers(connection: Connection[Any]) -> Iterator[Check]:
    """Check that the log, its partitions and the timeline refuse all changes."""
    rows = connection.execute(query("unprotected_tables", _PACKAGE)).fetchall()
    if rows:
        told = ", ".join(table for (table,) in rows)
        yield LOG_UNPROTECTED.found(f"{told} can be changed")
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
    yield PARTITIONS_MISSING.found(told, fails=rows[0][1] <= 1)
