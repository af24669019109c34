"""Exit statuses of commands, and errors as one line on standard error instead of a traceback."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from task_ledger.cli.printing import say

if TYPE_CHECKING:
    import psycopg

WRONG = 1
"""A check found a problem, or the ledger refused."""
USAGE = 2
"""The command or the configuration is invalid."""
UNREACHABLE = 3
"""A server cannot be reached."""


class CommandFailed(Exception):
    """A command failed; the message says what to do."""

    def __init__(self, message: str, status: int = WRONG) -> None:
        super().__init__(message)
        self.status = status


@contextmanager
def expected_errors() -> Generator[None]:
    """Print an expected error on standard error, and raise `typer.Exit` with its status."""
    try:
        with known_errors():
            yield
    except typer.Exit:
        raise
    except Exception as error:
        status = status_of(error)
        if status is None:
            raise
        say(str(error))
        raise typer.Exit(status) from error


def status_of(error: Exception) -> int | None:
    """The exit status for an expected error; None for any other."""
    if isinstance(error, CommandFailed):
        return error.status
    # Imported only after an error, because it is slow.
    from task_ledger.errors import LedgerError, LedgerUnavailable
    from task_ledger.plugin import InvalidPlugin

    if isinstance(error, LedgerError):
        return UNREACHABLE if isinstance(error, LedgerUnavailable) else WRONG
    if isinstance(error, InvalidPlugin):
        return USAGE
    settings = sys.modules.get("task_ledger.ops.settings")
    return USAGE if settings is not None and isinstance(error, settings.SettingsError) else None


@contextmanager
def known_errors() -> Generator[None]:
    """Translate database errors, from psycopg or SQLAlchemy, to the ledger's.

    Raises:
        LedgerError: as `task_ledger.eventlog.database.ledger_errors`.
        CommandFailed: the database has no ledger, or an argument is not UTF-8 text.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        # Python decodes bytes of an argument that are not UTF-8 to these characters only.
        if not "\udc80" <= error.object[error.start] <= "\udcff":
            raise
        raise CommandFailed("An argument is not text in UTF-8.", USAGE) from error
    except Exception as error:
        driver = _of_the_driver(error)
        if driver is None:
            raise
        _raise(driver)


def _of_the_driver(error: Exception) -> "psycopg.Error | None":
    if "psycopg" not in sys.modules:
        return None
    import psycopg

    # SQLAlchemy's errors keep the driver's; importing them costs more than most commands.
    driver = getattr(error, "orig", error)
    return driver if isinstance(driver, psycopg.Error) else None


def _raise(error: "psycopg.Error") -> None:
    from psycopg import errors as pg

    from task_ledger.eventlog.database import ledger_errors

    # UndefinedObject: a role or a type.
    lacking = (pg.UndefinedTable, pg.UndefinedColumn, pg.UndefinedFunction, pg.UndefinedObject)
    if isinstance(error, (*lacking, pg.InvalidSchemaName)):
        raise CommandFailed(
            "This database has no ledger, or an older one: run `task-ledger migrate`."
            f" ({error.diag.message_primary})"
        ) from error
    with ledger_errors():
        raise error
