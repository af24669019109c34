"""The configured files of the sealed log."""

from typing import TYPE_CHECKING

from task_ledger.cli.configuration import settings
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.ops.settings import Settings

if TYPE_CHECKING:
    from task_ledger.sealer.location import LogLocation


def log_location(known: Settings | None = None) -> "LogLocation":
    """The locations of the log's state, keys and published form.

    Raises:
        CommandFailed: sealing is not installed.
        SettingsError.
    """
    try:
        from task_ledger.sealer.location import LogLocation
    except ImportError as error:
        raise CommandFailed(
            f"{error.name or error} is not installed: install task-ledger[seal].", USAGE
        ) from error
    return LogLocation.of(known or settings())
