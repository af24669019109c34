"""Select the months to retire, and retire them one after the other."""

from datetime import UTC, datetime
from typing import Any

import structlog
from psycopg import Connection

from task_ledger.archive.errors import ArchiveError
from task_ledger.archive.location import archives_of, sealed_log
from task_ledger.archive.month import Month
from task_ledger.archive.retiring import retire_month
from task_ledger.errors import LedgerBusy, MonthRetired
from task_ledger.eventlog.database import ledger_errors, query, session
from task_ledger.ops.settings import Settings
from task_ledger.sealer.errors import SealerError

ACTOR = "projector"
"""The actor of retirements by the policy."""

_log = structlog.get_logger(__name__)


def newest_to_retire(keep_months: int, now: datetime) -> Month:
    """The newest month to retire if this many whole months before the current one are kept."""
    return Month(now.year * 100 + now.month).back(keep_months + 1)


def due(connection: Connection[Any], newest: Month) -> list[Month]:
    """The months up to `newest` whose retirement is not finished, oldest first.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        asked = {"before": newest.back(-1).bucket}
        return [Month(row[0]) for row in connection.execute(query("due", __package__), asked)]


def retire_due(settings: Settings) -> None:
    """Retire every month older than `keep_months`. A month that is held back is logged as
    `retire.held_back`, and the next one is tried.

    Raises:
        MissingSetting: no database is configured.
        LedgerUnavailable, NotPermitted.
    """
    if settings.keep_months is None:
        return
    url = settings.url_for("owner")
    newest = newest_to_retire(settings.keep_months, datetime.now(UTC))
    with Connection[Any].connect(url, autocommit=True, **session(url, "task-ledger retire")) as own:
        for month in due(own, newest):
            try:
                with sealed_log(settings, unsealed=settings.retire_unsealed) as sealed:
                    done = retire_month(own, month, archives_of(settings), sealed, actor=ACTOR)
            except (ArchiveError, SealerError, LedgerBusy, MonthRetired) as error:
                _log.warning("retire.held_back", month=str(month), reason=str(error))
            else:
                _log.info("retire.retired", month=str(month), events=done.events)
