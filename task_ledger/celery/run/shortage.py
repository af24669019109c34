"""A database server without room for a while: connections, disk, memory, locks.

Neither the task nor its worker is to blame, so an attempt that ends by it does not count.
"""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import structlog
from psycopg import Error as DriverError

from task_ledger.errors import LedgerBusy, LedgerUnavailable
from task_ledger.eventlog.database import is_short

log = structlog.get_logger(__name__)

END_WAIT_S: Final = 600.0
"""For how long an attempt's end waits for room; then the reconciler closes the attempt."""

_PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0)

_T = TypeVar("_T")


def is_shortage(error: BaseException | None) -> bool:
    """Whether `error`, or what it came from, is the server's lack of room.

    A lock that the ledger waited for in vain (LedgerBusy) is a shortage too; a lock that the body
    did not get is the body's own affair.
    """
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, LedgerBusy) or (isinstance(one, DriverError) and is_short(one)):
            return True
        waiting += [getattr(one, "orig", None), one.__cause__, one.__context__]
    return False


def when_there_is_room(write: Callable[[], _T]) -> _T:
    """Do `write`, and again while the server has no room for it, for `END_WAIT_S`.

    Raises:
        LedgerBusy, LedgerUnavailable: as `write`, at the last try, or for another reason.
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
