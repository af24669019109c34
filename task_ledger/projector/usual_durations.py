"""Computing how long runs of each type usually take, from the rollups.

A type is computed at most once in `EVERY_S` while it has runs, and once a day without: its old runs
stop counting. Any number of projectors may do it; they compute the same.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.usual_durations import DAYS
from task_ledger.model.rollup import percentile
from task_ledger.projector.database import query

EVERY_S: Final = 300.0
"""Least seconds between two computations of a type."""

MOST: Final = 500
"""Maximum number of types computed in one tick."""

_RECENT: Final = timedelta(hours=2)


class UsualDurations:
    """Keeps the table up to date.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        # The rollups of earlier hours may have changed while no projector ran, or by a rebuild.
        self._recent = timedelta(days=DAYS)

    def tick(self, every_s: float = EVERY_S) -> int:
        """Compute the types that are due, each committed with the others of the tick.

        Returns:
            The number of types, at most `MOST`.
        """
        now = datetime.now(UTC)
        parameters = {
            "runs_since": now - self._recent,
            "since": now - timedelta(days=DAYS),
            "every_s": every_s,
            "most": MOST,
        }
        rows = self._connection.execute(query("due_usual_durations"), parameters).fetchall()
        if rows:
            told = [_usual(*row) for row in sorted(rows, key=lambda row: row[:2])]
            self._connection.execute(query("store_usual_durations"), {"usual": json.dumps(told)})
        if len(rows) < MOST:
            self._recent = _RECENT
        return len(rows)


def _usual(project_id: str, task_type: str, histogram: dict[str, int]) -> dict[str, Any]:
    slots = {int(slot): runs for slot, runs in histogram.items()}
    return {
        "project_id": project_id,
        "task_type": task_type,
        "runs": sum(slots.values()),
        "p95_s": percentile(slots, 0.95),
    }
