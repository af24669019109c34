"""Tuning the garbage collector of processes that fold."""

import gc
from threading import Event
from typing import Final

AFTER: Final = 100_000
"""Number of net allocations that start a collection."""

EVERY_S: Final = 30.0
"""Seconds from one collection to the next, however little was allocated."""


def collect_rarely() -> None:
    """Collect cycles only after `AFTER` net allocations, and never among objects that exist now.

    A tick creates tens of thousands of objects and drops them at its end. Python's default
    threshold of 700 took a sixth of the processor time of a projector that is behind.
    """
    gc.freeze()
    gc.set_threshold(AFTER)


def collect_until(stop: Event, every_s: float) -> None:
    """Collect cycles every `every_s` seconds; return when `stop` is set.

    Publishing a message leaves some hundred bytes in cycles. At a steady load, `AFTER` allocations
    take half an hour, and tens of megabytes. A collection takes a few milliseconds, because what
    `collect_rarely` has frozen is left out.
    """
    while not stop.wait(every_s):
        gc.collect()
