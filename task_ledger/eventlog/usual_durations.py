"""How long runs of a type usually take, as last computed by the projector."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import State

DAYS: Final = 7
"""For how many days back runs count."""

LEAST_RUNS_SQL: Final[LiteralString] = "20"
LEAST_RUNS: Final = int(LEAST_RUNS_SQL)
"""With fewer runs, nothing is usual: the 95th percentile would be the longest of them."""

RUNNING: Final = frozenset({State.STARTED, State.PROGRESS})

Type = tuple[str, str]
"""A project and a task type."""


@dataclass(frozen=True, slots=True)
class UsualDuration:
    """How long a type's successful runs usually take in a project.

    Attributes:
        runs: the number of runs in the last `DAYS`.
        p95_s: 95 in 100 of them took at most this long, in seconds, within
            `task_ledger.model.rollup.ERROR`.
        updated_at: when it was computed.
    """

    runs: int
    p95_s: float
    updated_at: datetime


def read_usual(
    connection: Connection[Any], tasks: Iterable[TaskRecord]
) -> dict[Type, UsualDuration]:
    """The usual durations of those tasks' types that run now, by project and type.

    Types with fewer than `LEAST_RUNS` are missing. Runs one read-only statement, none if no task
    runs.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    types = sorted({(task.project_id, task.task_type) for task in tasks if task.state in RUNNING})
    if not types:
        return {}
    parameters = {
        "projects": [project for project, _ in types],
        "task_types": [task_type for _, task_type in types],
        "least": LEAST_RUNS,
    }
    with ledger_errors():
        rows = connection.execute(query("usual_durations"), parameters).fetchall()
    return {(project, name): UsualDuration(*usual) for project, name, *usual in rows}


def usual_of(task: TaskRecord, usual: Mapping[Type, UsualDuration]) -> UsualDuration | None:
    """The usual duration of a task's type, if the task runs."""
    return usual.get((task.project_id, task.task_type)) if task.state in RUNNING else None
