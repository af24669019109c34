"""How a command ends: its exit status, and one line on standard error instead of a traceback."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
import typer
from psycopg import errors as pg
from typer.core import TyperGroup

from services.cli.printing import say
from task_ledger.errors import LedgerError, LedgerUnavailable
from task_ledger.eventlog.database import ledger_errors
from task_ledger.ops.settings import SettingsError

WRONG = 1
"""Something is wrong with what was looked at, or the ledger refused."""
USAGE = 2
"""The command or the configuration makes no sense."""
UNREACHABLE = 3
"""A server cannot be reached."""


class CommandFailed(Exception):
    """A command could not do what it was asked; its text says what to do."""

    def __init__(self, message: str, status: int = WRONG) -> None:
        super().__init__(message)
        self.status = status


class Commands(TyperGroup):
    """The commands, with every expected error turned into a line and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named.

        Raises:
            typer.Exit: with the status, after an expected error.
        """
        with expected_errors():
            return super().invoke(ctx)


@contextmanager
def expected_errors() -> Generator[None]:
    """Say an expected error on standard error, and raise `typer.Exit` with its status."""
    try:
        with known_errors():
            yield
    except CommandFailed as error:
        say(str(error))
        raise typer.Exit(error.status) from error
    except SettingsError as error:
        say(str(error))
        raise typer.Exit(USAGE) from error
    except LedgerUnavailable as error:
        say(str(error))
        raise typer.Exit(UNREACHABLE) from error
    except LedgerError as error:
        say(str(error))
        raise typer.Exit(WRONG) from error


@contextmanager
def known_errors() -> Generator[None]:
    """Raise the database's own errors, from psycopg or through SQLAlchemy, under known names.

    Raises:
        LedgerError: as `task_ledger.eventlog.database.ledger_errors`.
        CommandFailed: the database holds no ledger.
    """
    try:
        yield
    except psycopg.Error as error:
        _raise(error)
    except Exception as error:
        # An error of SQLAlchemy's, whose import only a command that uses it should pay for.
        driver = getattr(error, "orig", None)
        if not isinstance(driver, psycopg.Error):
            raise
        _raise(driver)


def _raise(error: psycopg.Error) -> None:
    if isinstance(error, pg.UndefinedTable | pg.UndefinedFunction | pg.InvalidSchemaName):
        raise CommandFailed(
            "This database holds no ledger, or an older one: run `task-ledger migrate`."
            f" ({error.diag.message_primary})"
        ) from error
    with ledger_errors():
        raise error
