"""The configured archives of retired months."""

from typing import TYPE_CHECKING

import typer

from task_ledger.cli.configuration import settings
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.ops.settings import Settings

if TYPE_CHECKING:
    from task_ledger.archive.month import Month
    from task_ledger.archive.store import ArchiveStore


def archives(known: Settings | None = None) -> "ArchiveStore":
    """The configured store.

    Raises:
        CommandFailed: archiving is not installed.
        SettingsError.
    """
    try:
        from task_ledger.archive.location import archives_of
    except ImportError as error:
        raise CommandFailed(
            f"{error.name or error} is not installed: install task-ledger[seal].", USAGE
        ) from error
    return archives_of(known or settings())


def month_of(text: str) -> "Month":
    """A month such as 2026-05.

    Raises:
        typer.BadParameter: it is not a month.
    """
    from task_ledger.archive.month import Month

    try:
        return Month.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
