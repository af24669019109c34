"""The configured archives and sealed log."""

from collections.abc import Generator
from contextlib import contextmanager

from task_ledger.archive.errors import NotYetSealed
from task_ledger.archive.sealing import SealedLog
from task_ledger.archive.store import ArchiveStore, open_archives
from task_ledger.ops.settings import Settings
from task_ledger.sealer.location import LogLocation
from task_ledger.sealer.postgres import PostgresSource


def archives_of(settings: Settings) -> ArchiveStore:
    """The configured store."""
    return open_archives(settings.archive_url or str((settings.var_dir / "archive").absolute()))


@contextmanager
def sealed_log(settings: Settings, *, unsealed: bool) -> Generator[SealedLog | None]:
    """The sealed log whose state is on this machine; None if there is none.

    Args:
        unsealed: whether a missing log is allowed.

    Raises:
        NotYetSealed: there is none, and `unsealed` is false.
    """
    location = LogLocation.of(settings)
    if not location.state.exists():
        if not unsealed:
            raise NotYetSealed(
                f"there is no sealed log at {location.state}, so the month would leave unsealed:"
                " make the sealer's state readable here (TASK_LEDGER_SEAL_DIR), or give --unsealed"
                " (TASK_LEDGER_RETIRE_UNSEALED)"
            )
        yield None
        return
    with PostgresSource(settings.url_for("sealer")) as source:
        yield SealedLog(location, source)
