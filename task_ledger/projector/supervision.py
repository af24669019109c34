"""Keeping a part of the service running: pacing its steps, and reopening it after a server
outage."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event
from typing import Final

import psycopg
import structlog

from task_ledger.errors import FeedWentBack, LedgerBusy, LedgerUnavailable
from task_ledger.ops.heartbeat import Heartbeats
from task_ledger.projector.publisher import BrokerAway

_log = structlog.get_logger(__name__)

Step = Callable[[], float]
"""Does some work and returns the seconds to wait before the next step."""

Opening = Callable[[], AbstractContextManager[Step]]
"""Opens a part's connections, yields its step, and closes them in the end."""

AWAY: Final = (psycopg.Error, LedgerUnavailable, LedgerBusy, FeedWentBack, BrokerAway)
"""Errors that pass or are repaired from outside: the part waits and is reopened."""

SHORTEST_S: Final = 0.1
LONGEST_S: Final = 5.0


class Pause:
    """The pause after a step: 10 ms while there is work, growing to 100 ms without."""

    SHORT: Final = 0.01
    LONG: Final = 0.1

    def __init__(self) -> None:
        self._seconds = self.SHORT

    @property
    def longest(self) -> bool:
        """Whether there has been no work for so long that the pause no longer grows."""
        return self._seconds >= self.LONG

    def after(self, *, worked: bool, more: bool) -> float:
        """The seconds to wait; none when there is more to do."""
        if more:
            self._seconds = self.SHORT
            return 0.0
        self._seconds = self.SHORT if worked else min(self._seconds * 1.3, self.LONG)
        return self._seconds


def keep_running(name: str, opening: Opening, stop: Event, heartbeats: Heartbeats) -> None:
    """Run a part until `stop` is set; returns within one step of it.

    If a server is unreachable, that is logged once, and the part is reopened after 0.1 s, 0.2 s … 5
    s, for as long as it takes. Each step, and each attempt to reopen the part, is a heartbeat.

    Raises:
        Exception: any other error of a step; a programming error.
    """
    wait = SHORTEST_S
    away = False
    while not stop.is_set():
        try:
            with opening() as step:
                while not stop.is_set():
                    seconds = step()
                    if away:
                        _log.info("back", part=name)
                    away, wait = False, SHORTEST_S
                    heartbeats.wait(name, stop, seconds)
        except AWAY as error:
            if not away:
                _log.warning("away", part=name, error=f"{type(error).__name__}: {error}".strip())
            away = True
            heartbeats.wait(name, stop, wait)
            wait = min(wait * 2, LONGEST_S)
