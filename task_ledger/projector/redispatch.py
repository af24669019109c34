"""Dispatching unclaimed attempts again, and ending expired tasks.

A broker can lose a message, and a worker can die after receiving one and before claiming it.
Neither leaves a trace, so an attempt that has been due and unclaimed for too long is dispatched
again. Extra dispatches are harmless: one delivery can claim the attempt, the others are refused.
"""

from typing import Any, Final

import structlog
from psycopg import Connection

from task_ledger.errors import Refused
from task_ledger.eventlog.append import Append, append
from task_ledger.model.events import Failed
from task_ledger.model.transitions import FailureReason
from task_ledger.projector.database import query
from task_ledger.projector.reconciler import ACTOR, try_lock

_log = structlog.get_logger(__name__)

BATCH: Final = 1000

LOOK_AFTER_S: Final = 10.0
"""Seconds after its due time until an attempt is watched; until then it counts as in transit."""

WAIT_S: Final = 300.0
"""Seconds from first seeing an unclaimed attempt to its second dispatch, unless the setting
`redispatch_after_s` is set. The third one follows after four times as long."""


class Redispatch:
    """Watches unclaimed attempts; any number may run.

    An attempt is dispatched at most three times, so that a backlog cannot grow without bound. The
    count is reset once all three messages are known to be gone, because a task registered after the
    last one for the same queue has been started. A queue with priorities does not deliver in order
    and may get more.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
        look_after_s, wait_s: see `LOOK_AFTER_S` and `WAIT_S`.
    """

    def __init__(
        self,
        connection: Connection[Any],
        look_after_s: float = LOOK_AFTER_S,
        wait_s: float = WAIT_S,
    ) -> None:
        self._connection = connection
        self._watch = {"since_s": look_after_s, "limit": BATCH}
        self._take = {"wait_s": wait_s, "limit": BATCH}

    def tick(self) -> int:
        """End expired tasks and dispatch lost attempts again; commits.

        Returns:
            The number of attempts dispatched again.

        Raises:
            LedgerBusy, LedgerUnavailable, psycopg.Error: the rest waits for the next tick.
        """
        self._expire()
        self._connection.execute(query("watch_unclaimed"), self._watch, prepare=True)
        self._connection.execute(query("count_anew"), self._take, prepare=True)
        with self._connection.transaction():
            taken = self._connection.execute(query("take_unclaimed"), self._take).fetchall()
            return sum(self._dispatch(*row) for row in taken)

    def _dispatch(self, task_id: Any, attempt: int, dispatches: int) -> bool:
        row = self._connection.execute(
            query("dispatch_again"), {"task_id": task_id, "attempt": attempt}
        ).fetchone()
        if not row or not row[0]:
            return False
        self._connection.execute(query("count_dispatch"), {"task_id": task_id})
        _log.warning(
            "dispatched_again", task_id=str(task_id), attempt=attempt, dispatches=dispatches + 1
        )
        return True

    def _expire(self) -> None:
        rows = self._connection.execute(query("expired"), {"limit": BATCH}, prepare=True)
        failed = Failed(reason=FailureReason.EXPIRED, message="expired before it started")
        for task_id, attempt in rows.fetchall():
            with self._connection.transaction():
                # A locked task must not block the others.
                if not try_lock(self._connection, task_id):
                    continue
                try:
                    append(self._connection, Append(task_id, None, attempt, ACTOR, failed))
                except Refused as refusal:
                    # A worker has claimed it in time, or it has ended, and the record is behind.
                    _log.debug("expired_not_wanted", task_id=str(task_id), outcome=refusal.outcome)
