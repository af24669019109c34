"""Tasks that wait for an attempt which nobody claims: dispatched again, or ended when expired.

A broker can lose a message, and a worker can take one and die before it says so. Neither leaves
a trace, so an attempt that is due and unclaimed for long is dispatched again. A dispatch too many
is harmless: one delivery can claim the attempt, the others are refused.
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
"""An attempt that has been due for less is not looked at: it is on its way."""

WAIT_S: Final = 300.0
"""From the first sight of an unclaimed attempt to its second dispatch, unless the setting
`redispatch_after_s` says otherwise. The third one comes four times as long after that."""


class Redispatch:
    """Watches over attempts that nobody claims; any number may run.

    An attempt is dispatched three times, so no more than three messages of it can be in the
    broker, and a backlog cannot grow without bound. They are counted anew when all three are
    known to be gone: a task that was registered after the last one was sent, for the same queue,
    has been started. A queue with priorities does not deliver in order, and may get more.

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
        """End what has expired, dispatch again what seems lost; commits.

        Returns:
            How many attempts were dispatched again.

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
                # A task whose lock somebody holds, for however long, keeps nobody else waiting.
                if not try_lock(self._connection, task_id):
                    continue
                try:
                    append(self._connection, Append(task_id, None, attempt, ACTOR, failed))
                except Refused as refusal:
                    # A worker has claimed it in time, or it has ended: the record is behind.
                    _log.debug("expired_not_wanted", task_id=str(task_id), outcome=refusal.outcome)
