"""Handles Ctrl-C, SIGTERM and SIGHUP: the first requests an orderly end, the second forces it."""

import signal
import threading
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Handles the stop signals while entered (in the main thread only).

    ``requested`` is set by the first one. While ``raising`` is true, the first one also raises
    ``KeyboardInterrupt`` in the main thread, for work that can be interrupted anywhere. The second
    one always raises it; further ones are ignored, so that stopping cannot be interrupted.
    """

    def __init__(self) -> None:
        self.requested = threading.Event()
        self.raising = True
        self._count = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._handle) for each in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
        self.requested.set()
        if self._count == 2 or (self._count == 1 and self.raising):
            raise KeyboardInterrupt
