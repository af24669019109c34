"""How many connections to the database each process of the ledger opens at most."""

from typing import Final

WORKER: Final = 2
"""A worker's main process: its lease, and the ends that it records itself."""

CHILD: Final = 3
"""A child of the pool, or a thread: claims and ends, progress that is sent later, the body."""

PROJECTOR: Final = 6
"""One for each part of the projector. A plug-in's parts are not counted."""

SEALER: Final = 1

NOTIFIER: Final = 3
"""One for each part: follow, conditions and send."""

API_BESIDE_POOL: Final = 5
"""Beside the pool: four exports or evidence packs, and one verification."""


def api(pool_max_size: int) -> int:
    """Of one api process with a pool of `pool_max_size`."""
    return pool_max_size + API_BESIDE_POOL


def children_within(connections: int, workers: int = 1) -> int:
    """How many children in all `workers` may have within so many connections."""
    return max(0, (connections - WORKER * workers) // CHILD)
