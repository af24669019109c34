"""One query polled on behalf of all waiting clients, only while there are any."""

from collections.abc import Awaitable, Callable
from typing import Final

import anyio
import psycopg
import structlog

from task_ledger import LedgerError

_log: Final = structlog.get_logger()

_LONGEST_PAUSE_S: Final = 2.0


async def poll(
    wanted: anyio.Event | Callable[[], anyio.Event],
    ask: Callable[[], Awaitable[None]],
    interval_s: float,
) -> None:
    """Poll every `interval_s` seconds while clients wait; continues after a database outage.

    Args:
        wanted: set while any client waits.
    """
    pause = interval_s
    while True:
        event = wanted() if callable(wanted) else wanted
        await event.wait()
        try:
            await ask()
        except (LedgerError, psycopg.Error) as error:
            pause = min(pause * 2, _LONGEST_PAUSE_S)
            _log.warning("poll_failed", error=type(error).__name__, next_in_s=pause)
        else:
            pause = interval_s
        await anyio.sleep(pause)
