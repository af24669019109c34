"""A worker's clock that is minutes ahead or behind."""

import time
from random import Random
from typing import LiteralString

from tests.chaos.effects import NoTarget, What, await_effect
from tests.chaos.system import WORKERS, System

LEAST_S, MOST_S = 60, 600
SECONDS = 10.0
STARTED: LiteralString = """
SELECT count(*) FROM task_ledger.task_event
WHERE type = 'started' AND data ->> 'worker' = %s AND recorded_at > to_timestamp(%s)
    AND abs(extract(epoch FROM occurred_at - recorded_at) - %s) < 30"""


def shift_clock(system: System, random: Random) -> What:
    """Set a worker's clock minutes ahead or behind, where it stays until it is set again.

    Counted when the worker has started an attempt by that clock.
    """
    if system.clocks is None:
        raise NoTarget
    name = f"worker-{random.randint(1, WORKERS)}"
    offset_s = random.choice([-1, 1]) * random.randint(LEAST_S, MOST_S)
    since = time.time()
    system.clocks.set(name, offset_s)
    with system.superuser() as connection:

        def started() -> bool:
            row = connection.execute(STARTED, (f"{name}@chaos", since, offset_s)).fetchone()
            return row is not None and row[0] > 0

        await_effect(started, SECONDS)
    return {"worker": name, "offset_s": offset_s}
