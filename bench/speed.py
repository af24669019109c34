"""A fixed piece of work, so that runs on different days and machines can be compared."""

import hashlib
import time
from statistics import median
from typing import Final

_BLOCK: Final = bytes(1_000_000)
_BLOCKS: Final = 50


def fixed_work_ms() -> float:
    """Return how long one core takes for 50 MB of SHA-256, in ms: the median of five times."""
    return median(_once() for _ in range(5))


def _once() -> float:
    began = time.perf_counter()
    digest = hashlib.sha256()
    for _ in range(_BLOCKS):
        digest.update(_BLOCK)
    return (time.perf_counter() - began) * 1000
