"""A month that is over, with ended tasks, to be retired under load."""

from typing import Any, Final

import psycopg

from tests.soak.traffic import PROJECTS
from tests.task_ledger.archive.months import MONTH, ended, let_old_ids_in

BATCH: Final = 100

__all__ = ["MONTH", "load_past"]


def load_past(superuser: psycopg.Connection[Any], tasks: int) -> None:
    """Write ended tasks of four events each into `MONTH`, through the ledger's functions.

    Ids of that month are let in meanwhile; afterwards, the function that refuses them is as before.

    Args:
        superuser: in autocommit mode, to a migrated database without traffic.
    """
    row = superuser.execute(
        "SELECT pg_get_functiondef('task_ledger.registrable'::regproc)"
    ).fetchone()
    assert row is not None
    let_old_ids_in(superuser)
    for first in range(0, tasks, BATCH):
        with superuser.transaction():
            for number in range(first, min(first + BATCH, tasks)):
                ended(superuser, f"project-{number % PROJECTS}")
    superuser.execute(row[0])
