"""`task-ledger doctor`: check the installation."""

from collections.abc import Iterator, Sequence
from typing import Final

import psycopg
import typer

from task_ledger import LedgerBusy, LedgerError
from task_ledger.cli.checks.check import Check, Level, failure, ok
from task_ledger.cli.checks.secrets import private_files
from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import connected
from task_ledger.cli.discovery import plugins
from task_ledger.cli.exits import WRONG, CommandFailed, known_errors
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_table, shown
from task_ledger.ops.settings import Settings, SettingsError
from task_ledger.plugin import InvalidPlugin, Plugin, schemas_of

_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}

SETTINGS_INVALID: Final = failure(
    "settings_invalid",
    "configuration",
    "A variable has an invalid value.",
    "Correct the variable.",
)
PLUGINS_INVALID: Final = failure(
    "plugins_invalid",
    "configuration",
    "A plug-in cannot be loaded.",
    "Correct TASK_LEDGER_PLUGINS.",
)
DATABASE_UNREACHABLE: Final = failure(
    "database_unreachable",
    "database",
    "The database cannot be reached, has no ledger, or answers with an error.",
    "Nothing more can be checked until this is fixed.",
)
DATABASE_LOCKED: Final = failure(
    "database_locked",
    "database",
    "A table of the ledger is locked for over 5 s, so that not even readers get through.",
    "Nothing more can be checked meanwhile. SELECT pid FROM pg_locks WHERE mode ="
    " 'AccessExclusiveLock' AND granted shows who holds it; pg_terminate_backend(pid) ends it.",
)

LOCK_MS: Final = 5_000


def doctor(json: Json = False) -> None:
    """Check configuration, versions, roles, the log and its followers.

    Only reads. Says what to do about each problem; exits with status 1 if a check fails.
    """
    checks = list(all_checks())
    healthy = all(check.level is not Level.FAIL for check in checks)
    if json:
        print_json({"healthy": healthy, "checks": checks})
    else:
        from rich.text import Text

        print_table(
            ("", "what", "found", "what to do"),
            [
                (Text(c.level, _STYLES[c.level]), c.name, shown(c.found), shown(c.advice))
                for c in checks
            ],
        )
    if not healthy:
        raise typer.Exit(WRONG)


def all_checks() -> Iterator[Check]:
    """Run every check of this process's settings; only reads."""
    # Imported here and below, because these modules are slow to import.
    from task_ledger.cli.checks import broker, disk, seal, versions

    yield from versions.libraries()
    try:
        told = settings()
    except SettingsError as error:
        yield SETTINGS_INVALID.found(str(error))
        return
    try:
        added = plugins()
    except InvalidPlugin as error:
        yield PLUGINS_INVALID.found(str(error))
        return
    named = "".join(f", plug-in {plugin.name}" for plugin in added)
    yield ok("configuration", f"var folder {told.var_dir.absolute()}{named}")
    yield from private_files(told.var_dir)
    yield from disk.disk(told.var_dir)
    yield from seal.seal(told)
    yield from broker.broker(told)
    try:
        with known_errors():
            yield from _database(told, added)
    except LedgerBusy as error:
        locked = isinstance(error.__cause__, psycopg.errors.LockNotAvailable)
        yield (DATABASE_LOCKED if locked else DATABASE_UNREACHABLE).found(str(error))
    except (SettingsError, LedgerError, CommandFailed, psycopg.Error) as error:
        yield DATABASE_UNREACHABLE.found(str(error))


def _database(told: Settings, added: Sequence[Plugin]) -> Iterator[Check]:
    from task_ledger.cli.checks import (
        attempts,
        capacity,
        database_server,
        followers,
        functions,
        grants,
        log,
        notifications,
        replica,
        retirement,
        roles,
        schedules,
        tables,
    )

    with connected("auditor", known=told, any_schema=True) as connection:
        connection.execute(f"SET lock_timeout = {LOCK_MS}".encode())
        yield from database_server.database(connection)
        yield from database_server.vacuum(connection)
        yield from replica.replica(told, connection)
        yield from log.migrations(told, connection, schemas_of(added))
        yield from roles.logins(told)
        yield from roles.session_limits(told)
        yield from roles.isolation(told)
        yield from grants.needed(told, connection)
        yield from roles.grants(told, connection)
        yield from roles.connect(told, connection)
        yield from tables.tables(connection)
        yield from log.sequences(connection)
        yield from log.feeds(connection)
        yield from log.triggers(connection)
        yield from functions.functions(connection)
        yield from functions.other_triggers(connection)
        yield from log.partitions(connection)
        yield from retirement.retirement(told, connection)
        yield from followers.lag(connection)
        yield from followers.dead_letters(connection)
        yield from followers.undispatched(connection)
        yield from attempts.attempts(connection)
        yield from schedules.schedules(connection)
        yield from notifications.notifications(connection)
        yield from capacity.queues(connection)
        yield from capacity.connections(told, connection)
        yield from capacity.budget(told, connection)
        for plugin in added:
            for check in plugin.checks():
                yield from check(connection)
