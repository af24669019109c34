"""`task-ledger doctor`: check the installation."""

from collections.abc import Iterator, Sequence

import typer

from task_ledger import LedgerError
from task_ledger.cli.checks.check import Check, Level, fail, ok
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


def doctor(json: Json = False) -> None:
    """Check configuration, versions, roles, the log and its followers.

    Only reads. Says what to do about each problem; exits with status 1 if a check fails.
    """
    checks = list(_checks())
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


def _checks() -> Iterator[Check]:
    # Imported here and below, because these modules are slow to import.
    from task_ledger.cli.checks import seal, versions

    yield from versions.libraries()
    try:
        told = settings()
    except SettingsError as error:
        yield fail("configuration", str(error), "Correct the variable.")
        return
    try:
        added = plugins()
    except InvalidPlugin as error:
        yield fail("configuration", str(error), "Correct TASK_LEDGER_PLUGINS.")
        return
    named = "".join(f", plug-in {plugin.name}" for plugin in added)
    yield ok("configuration", f"var folder {told.var_dir.absolute()}{named}")
    yield from private_files(told.var_dir)
    yield from seal.seal(told)
    try:
        told.broker()
    except SettingsError as error:
        yield fail("broker", str(error), "Set it, or start `task-ledger up` in this folder.")
    else:
        yield from versions.broker(told)
    try:
        with known_errors():
            yield from _database(told, added)
    except (SettingsError, LedgerError, CommandFailed) as error:
        yield fail("database", str(error), "Nothing more can be checked until this is fixed.")


def _database(told: Settings, added: Sequence[Plugin]) -> Iterator[Check]:
    from task_ledger.cli.checks import (
        capacity,
        followers,
        functions,
        log,
        notifications,
        retirement,
        roles,
        versions,
    )

    with connected("auditor", known=told) as connection:
        yield from versions.database(connection)
        yield from log.migrations(told, connection, schemas_of(added))
        yield from roles.logins(told)
        yield from roles.session_limits(told)
        yield from roles.grants(told, connection)
        yield from roles.connect(told, connection)
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
        yield from notifications.notifications(connection)
        yield from capacity.queues(connection)
        yield from capacity.connections(told, connection)
        yield from capacity.budget(told, connection)
        for plugin in added:
            for check in plugin.checks():
                yield from check(connection)
