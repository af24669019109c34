"""Tuning the garbage collector of processes that fold."""

import gc
from typing import Final

AFTER: Final = 100_000
"""Number of net allocations that start a collection."""


def collect_rarely() -> None:
    """Collect cycles only after `AFTER` net allocations, and never among objects that exist now.

    A tick creates tens of thousands of objects and drops them at its end. Python's default
    threshold of 700 took a sixth of the processor time of a projector that is behind.
    """
    gc.freeze()
    gc.set_threshold(AFTER)
