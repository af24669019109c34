"""A projector's acting that is killed before its n-th statement: python -m …dying_acting."""

import os
import signal
import sys
from typing import Any

from psycopg import Connection

from task_ledger.projector.acting import Acting
from task_ledger.projector.database import connect


def die_before(statements: int) -> None:
    """Let this process be killed when it has answers to all statements before this one."""
    execute = Connection[Any].execute
    left = [statements]

    def counted(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments, **named)

    Connection.execute = counted  # pyright: ignore[reportAttributeAccessIssue]


if __name__ == "__main__":
    database_url, number = sys.argv[1:]
    acting = Acting(connect(database_url, "test"))
    die_before(int(number))
    acting.tick()
