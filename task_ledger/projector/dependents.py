"""Processing the dependents of an ended task: dispatching, ending or sending them.

Runs after the commit of the end, so a dispatched step finds all rows of the step before it. It does
not matter which process wrote the end.
"""

from typing import Any, Final

import structlog
from psycopg import Connection

from task_ledger.projector.database import query

_log = structlog.get_logger(__name__)

BATCH: Final = 200

ACTOR: Final = "next-steps"
"""The actor of ends of tasks whose predecessor did not complete."""


class Dependents:
    """Processes the steps that became due when tasks ended; any number may run.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def tick(self) -> int:
        """Process up to a batch of steps, and commit.

        Returns:
            The number of steps processed; ends among them may have made further steps due.

        Raises:
            psycopg.Error: nothing was committed in this tick.
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
