"""What a fault did, and whether it had an effect: one without an effect is not counted."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

What = dict[str, Any]
"""What a fault did, for the log."""

EVERY_S = 0.1


class NoTarget(Exception):
    """There was nothing that the fault could be done to, or it had no effect; it is tried again."""


def await_effect(seen: Callable[[], bool], seconds: float) -> None:
    """Return as soon as `seen` is true.

    Raises:
        NoTarget: it was not within so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > deadline:
            raise NoTarget
        time.sleep(EVERY_S)


def said_since(log: Path, place: int, words: str) -> int:
    """How often a log file says `words` behind a place in bytes."""
    with log.open("rb") as file:
        file.seek(place)
        return file.read().count(words.encode())
