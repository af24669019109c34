"""What comes after a task that has ended: dispatched, ended in its turn, or sent.

Runs after the commit of the end, so a step that is dispatched finds everything that the step
before it has written. It does not matter who wrote the end.
"""

from typing import Any, Final

import structlog
from psycopg import Connection

from task_ledger.projector.database import query

_log = structlog.get_logger(__name__)

BATCH: Final = 200

ACTOR: Final = "next-steps"
"""Who ends the tasks in the log whose task before them has not completed."""


class Dependents:
    """Takes the steps that ends have made due; any number may run.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def tick(self) -> int:
        """Take up to a batch of steps, and commit.

        Returns:
            How many were taken; an end among them may have made more of them due.

        Raises:
            psycopg.Error: nothing of this tick is committed.
        """
        due = self._connection.execute(query("due_next_steps"), prepare=True).fetchone()
        if not due or not due[0]:
            return 0
        row = self._connection.execute(
            query("take_next_steps"), {"limit": BATCH, "actor": ACTOR}, prepare=True
        ).fetchone()
        taken: int = row[0] if row else 0
        if taken:
            _log.debug("next_steps_taken", steps=taken)
        return taken
