"""Check the database server: version, settings, clock, and what keeps it from staying well."""

import time
from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.eventlog.database import query
from task_ledger.ops.preconditions import OLDEST

_PACKAGE: Final = str(__package__)
_CLOCKS_S: Final = 1.0
_OLDEST: Final = 2**31
FREEZE_WARN: Final = 1_000_000_000
FREEZE_FAIL: Final = 1_800_000_000
DEAD_TIMES: Final = 20
DEAD_ROWS: Final = 20_000
TRANSACTION_WARN_S: Final = 900.0
TRANSACTION_FAIL_S: Final = 4 * 3600.0

SERVER_OLD: Final = failure(
    "server_old",
    "postgresql",
    "The server is older than PostgreSQL 16.",
    "Upgrade the server to PostgreSQL 16 or newer.",
)
DATABASE_READ_ONLY: Final = failure(
    "database_read_only",
    "writable",
    "The database takes no writes: it is a standby, or read-only by default.",
    "After a failover, set the addresses to the new primary. Otherwise, ALTER DATABASE … RESET"
    " default_transaction_read_only.",
)
NOT_DURABLE: Final = warning(
    "not_durable",
    "durability",
    "fsync or full_page_writes is off: a power failure can lose the log.",
    "Turn them on in postgresql.conf, unless this is a server for tests.",
)
CLOCKS_APART: Final = warning(
    "clocks_apart",
    "clocks",
    "The clocks of this machine and of the database are more than a second apart.",
    "Synchronise both clocks.",
)
COLLATION_CHANGED: Final = failure(
    "collation_changed",
    "collation",
    "The operating system's collation has another version than the database's indexes.",
    "REINDEX DATABASE {database}, then ALTER DATABASE {database} REFRESH COLLATION VERSION.",
)
FREEZE_LATE: Final = warning(
    "freeze_late",
    "transaction ids",
    "Autovacuum does not freeze old rows: transaction ids run out.",
    "Find what holds autovacuum back (a transaction, a slot, a disabled table), then"
    " VACUUM (FREEZE, VERBOSE) the oldest tables. At 2.1 billion, the server refuses writes.",
    fails="above 1.8 billion",
)
AUTOVACUUM_OFF: Final = warning(
    "autovacuum_off",
    "autovacuum",
    "Autovacuum is off, for the server or for tables of the ledger.",
    "Turn on autovacuum and track_counts; ALTER TABLE … RESET (autovacuum_enabled).",
)
DEAD_ROWS_MANY: Final = warning(
    "dead_rows_many",
    "dead rows",
    "Autovacuum is far behind in a table of the ledger, which makes its queries slow.",
    "VACUUM (VERBOSE) the table: it says whether an old transaction or slot holds its rows.",
)
TRANSACTION_OLD: Final = warning(
    "transaction_old",
    "transactions",
    "A transaction has been open for over 15 minutes: it holds back vacuum, and followers wait"
    " for the numbers it drew.",
    "Commit or end it: SELECT pg_terminate_backend(pid), or ROLLBACK PREPARED. Set"
    " idle_in_transaction_session_timeout for logins that forget to commit.",
    fails="after 4 hours",
)
SLOT_UNUSED: Final = warning(
    "slot_unused",
    "replication slots",
    "Nobody reads a replication slot: the server keeps write-ahead log for it until the disk is"
    " full.",
    "Start the standby or subscriber that reads it, or SELECT pg_drop_replication_slot(…).",
)


def database(connection: Connection[Any]) -> Iterator[Check]:
    """Check the database server's version, clock, and settings that its promises depend on."""
    number = connection.info.server_version
    told = f"{number // 10_000}.{number % 10_000}"
    yield SERVER_OLD.found(told) if number < OLDEST else ok("postgresql", told)
    row = connection.execute(query("server_state", _PACKAGE), {"now": time.time()}).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    standby, read_only, durable, apart_s, stored, actual, oldest = row
    if standby or read_only:
        yield DATABASE_READ_ONLY.found("a standby" if standby else "read-only by default")
    else:
        yield ok("writable", "takes writes")
    if durable:
        yield ok("durability", "fsync and full_page_writes are on")
    else:
        yield NOT_DURABLE.found(
            "fsync or full_page_writes is off: a power failure can lose the log"
        )
    if apart_s > _CLOCKS_S:
        yield CLOCKS_APART.found(f"this machine and the database are {apart_s:.1f} s apart")
    else:
        yield ok("clocks", f"less than {_CLOCKS_S:g} s apart")
    if stored != actual:
        yield COLLATION_CHANGED.found(
            f"version {stored}, the system has {actual}", database=connection.info.dbname
        )
    if oldest > FREEZE_WARN:
        yield FREEZE_LATE.found(
            f"the oldest is {oldest:,} of {_OLDEST:,} old", fails=oldest > FREEZE_FAIL
        )
    else:
        yield ok("transaction ids", f"the oldest is {oldest:,} of {_OLDEST:,} old")


def vacuum(connection: Connection[Any]) -> Iterator[Check]:
    """Check that autovacuum runs, keeps up, and is held back by nothing."""
    off = connection.execute(query("autovacuum_off", _PACKAGE)).fetchall()
    if off:
        yield AUTOVACUUM_OFF.found(f"off for {', '.join(what for (what,) in off)}")
    dead = connection.execute(
        query("dead_rows", _PACKAGE), {"times": DEAD_TIMES, "rows": DEAD_ROWS}
    ).fetchall()
    if dead:
        yield DEAD_ROWS_MANY.found(
            "; ".join(f"{table} has {rows:,} dead rows of {live:,}" for table, rows, live in dead)
        )
    elif not off:
        yield ok("autovacuum", "keeps up")
    old = connection.execute(
        query("old_transactions", _PACKAGE), {"since_s": TRANSACTION_WARN_S}
    ).fetchall()
    if old:
        yield TRANSACTION_OLD.found(
            "; ".join(f"{whose} for {seconds / 60:.0f} min" for whose, seconds in old),
            fails=any(seconds > TRANSACTION_FAIL_S for _, seconds in old),
        )
    else:
        row = connection.execute("SELECT pg_has_role('pg_read_all_stats', 'USAGE')").fetchone()
        seen = "" if row and row[0] else ", of the auditor's own: it lacks pg_read_all_stats"
        yield ok("transactions", f"none is open for long{seen}")
    slots = connection.execute(query("unused_slots", _PACKAGE)).fetchall()
    if slots:
        yield SLOT_UNUSED.found(
            "; ".join(
                f"{name} keeps {kept / 2**20:,.0f} MiB ({state})" for name, kept, state in slots
            )
        )
