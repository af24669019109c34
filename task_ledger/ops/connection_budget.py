"""The maximum number of database connections of each process of the ledger."""

from typing import Final

WORKER: Final = 2
"""A worker's main process: one for its lease, one for ends that it records itself."""

CHILD: Final = 3
"""A child of the pool, or a thread: one for claims and ends, one for merged progress, one for the
body.
"""

PROJECTOR: Final = 6
"""One for each part of the projector. A plug-in's parts are not counted."""

SEALER: Final = 1

NOTIFIER: Final = 3
"""One for each part: follow, conditions and send."""

API_BESIDE_POOL: Final = 5
"""In addition to the pool: four exports or evidence packs, and one verification."""


def api(pool_max_size: int) -> int:
    """For one API process with a pool of `pool_max_size`."""
    return pool_max_size + API_BESIDE_POOL


def children_within(connections: int, workers: int = 1) -> int:
    """The total number of children of `workers` workers that `connections` allow."""
    return max(0, (connections - WORKER * workers) // CHILD)
