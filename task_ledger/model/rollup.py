"""What rollups count, and the buckets of their histograms.

Buckets are log-scaled: each is 2^(1/4) times as wide as the one before. A percentile is the
geometric mean of its bucket's bounds, so it differs from the exact one by at most `ERROR`, between
1 ms and 24 days.

`task_ledger.histogram_slot` in the database is generated from it
(`python -m task_ledger.model.rollup` prints the SQL).
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import timedelta
from math import sqrt
from typing import Final

from task_ledger.model.transitions import FailureReason, RetryReason

REFUSALS: Final = ("duplicate_delivery_refused", "late_write_refused")
"""The kinds of notes that are counted: what a fence has refused."""

MEASURES: Final = (
    "registered",
    "started",
    "completed",
    *(f"failed_{reason}" for reason in FailureReason),
    *(f"retrying_{reason}" for reason in RetryReason),
    *(f"noted_{kind}" for kind in REFUSALS),
)
"""What is counted: the events of each type, some of them by reason or kind."""

BOUNDS_US: Final = tuple(round(1000 * 2 ** (step / 4)) for step in range(125))
"""The bounds of the buckets, in microseconds: 1 ms to 24.9 days."""

ERROR: Final = 2 ** (1 / 8) - 1
"""Maximum relative error of a percentile, 9.1 %."""

_US: Final = timedelta(microseconds=1)


def microseconds(length: timedelta) -> int:
    """A length in microseconds; 0 for a negative one, as after the server's clock was set back."""
    return max(0, length // _US)


def slot_of(length_us: int) -> int:
    """The bucket of a length in microseconds: the number of bounds that are not above it."""
    return bisect_right(BOUNDS_US, length_us)


def seconds_of(slot: int) -> float:
    """The length that stands for a bucket, in seconds: the geometric mean of its bounds.

    The first bucket stands for half of its bound, and the last, which has no end, for its own.
    """
    if slot <= 0:
        return BOUNDS_US[0] / 2e6
    if slot >= len(BOUNDS_US):
        return BOUNDS_US[-1] / 1e6
    return sqrt(BOUNDS_US[slot - 1] * BOUNDS_US[slot]) / 1e6


def percentile(histogram: Mapping[int, int], share: float) -> float | None:
    """The length in seconds that `share` of the values do not exceed, within `ERROR`.

    Args:
        histogram: the number of values by bucket.
        share: above 0 and up to 1; 0.95 for the 95th percentile.

    Returns:
        None if the histogram is empty.
    """
    total = sum(histogram.values())
    if total <= 0:
        return None
    wanted, seen = share * total, 0
    for slot in sorted(histogram):
        seen += histogram[slot]
        if seen >= wanted:
            return seconds_of(slot)
    return seconds_of(max(histogram))


def sql() -> str:
    """The source of `schema/functions/histogram_slot.sql`."""
    lines = [BOUNDS_US[first : first + 8] for first in range(0, len(BOUNDS_US), 8)]
    bounds = ",\n        ".join(", ".join(map(str, line)) for line in lines)
    return f"""\
-- The bucket of a length in the histograms of task_ledger.task_rollup: the number of bounds
-- that are at most this length. The bounds are in microseconds.
-- Generated from task_ledger/model/rollup.py: python -m task_ledger.model.rollup
--
-- Returns: integer, 0 to {len(BOUNDS_US)}; null for null.
-- Arguments: p_length.
-- Usage: task_ledger.rollups_of.
CREATE OR REPLACE FUNCTION task_ledger.histogram_slot(p_length interval)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN width_bucket(
    (extract(epoch FROM p_length) * 1000000)::bigint,
    ARRAY[
        {bounds}
    ]::bigint[]);
"""


if __name__ == "__main__":
    print(sql(), end="")  # noqa: T201
