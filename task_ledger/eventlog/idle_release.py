"""Closes the connections of a process's pool once nothing there has used one for a while.

The children of a worker share their login's connections. Where those are too few, a child that
keeps its body's connection while it has nothing to do leaves another without, for good.
"""

import threading
import time
from typing import Any, Final

from sqlalchemy import Engine, event

BODY_IDLE_S: Final = 10.0
"""Seconds without use after which a body's connection is closed; opening one takes some ms."""


def close_when_idle(engine: Engine, idle_s: float) -> None:
    """Close the unused connections of an engine's pool when none was given back for `idle_s`.

    A daemon thread waits for that from the first connection given back until it has closed them;
    an idle process has no such thread. Connections in use stay open, and those of a process that
    is never idle for so long.

    Args:
        engine: has an unlimited `QueuePool` (`pool_size=0`), created after the last fork.
        idle_s: seconds.
    """
    event.listen(engine, "checkin", _IdleRelease(engine, idle_s).given_back)


class _IdleRelease:
    def __init__(self, engine: Engine, idle_s: float) -> None:
        self._engine = engine
        self._idle_s = idle_s
        self._last = 0.0
        self._waits = False
        self._lock = threading.Lock()

    def given_back(self, _connection: Any, _record: Any) -> None:
        with self._lock:
            self._last = time.monotonic()
            if self._waits:
                return
            self._waits = True
        threading.Thread(target=self._wait, name="task-ledger idle", daemon=True).start()

    def _wait(self) -> None:
        while (left := self._last + self._idle_s - time.monotonic()) > 0:
            time.sleep(left)
        with self._lock:
            self._waits = False
        # Not the engine's: that would leave those in use to a pool that is no longer the engine's.
        self._engine.pool.dispose()
