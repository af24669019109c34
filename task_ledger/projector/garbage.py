"""When a process that folds looks for garbage."""

import gc
from typing import Final

AFTER: Final = 100_000
"""How many objects more than were freed start a collection."""


def collect_rarely() -> None:
    """Look for unreachable cycles after `AFTER` objects, and never among those that exist now.

    A tick makes tens of thousands of objects and drops them at its end. To look after every 700,
    as Python does, took a sixth of the processor time of a projector that is behind.
    """
    gc.freeze()
    gc.set_threshold(AFTER)
