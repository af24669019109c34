"""A database server that is temporarily out of connections, disk, memory or locks.

Neither the task nor its worker is to blame, so an attempt ended by it does not count.
"""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from psycopg import Error as DriverError

from task_ledger.errors import LedgerBusy, LedgerUnavailable
from task_ledger.eventlog.database import is_short
from task_ledger.model.database_error import related

log = structlog.get_logger(__name__)

END_WAIT_S: Final = 600.0
"""Seconds that an attempt's end waits for resources; after that, the reconciler closes the
attempt."""

_PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0)

_T = TypeVar("_T")


def is_shortage(error: BaseException | None) -> bool:
    """Whether `error` or one of its causes is a shortage on the server.

    A lock timeout of the ledger (LedgerBusy) is a shortage too; a lock timeout of the body's own
    statement is not.
    """
    return error is not None and any(
        isinstance(each, LedgerBusy) or (isinstance(each, DriverError) and is_short(each))
        for each in related(error)
    )


def when_there_is_room(write: Callable[[], _T]) -> _T:
    """Call `write`, repeating it for up to `END_WAIT_S` while the server is short of resources.

    Raises:
        LedgerBusy, LedgerUnavailable: raised by the last call of `write`, or by any call for
            another reason.
    """
    until = time.monotonic() + END_WAIT_S
    pauses = iter(_PAUSES_S)
    while True:
        try:
            return write()
        except (LedgerBusy, LedgerUnavailable) as error:
            if not is_shortage(error) or time.monotonic() > until:
                raise
            log.warning("end_waits_for_room", error=str(error))
        time.sleep(next(pauses, _PAUSES_S[-1]))
