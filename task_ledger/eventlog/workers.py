"""Workers: which are alive, what they consume and what they work on, by their leases.

A worker renews its lease every 5 s and lists in it the tasks that it runs, or has received.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_reach import Reach

MOST: Final = 500
"""Maximum number of workers; of each, at most 100 tasks are looked up."""


class WorkerState(StrEnum):
    """alive: its lease is valid. stopped: it has ended its lease. lost: its lease has expired."""

    ALIVE = "alive"
    STOPPED = "stopped"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class WorkerTask:
    """A task that a worker has.

    Attributes:
        running: whether the worker runs it; if not, the worker has received it and has no free
            process.
        started_at: when the attempt started; None for one that does not run.
    """

    task_id: UUID
    project_id: str
    task_name: str
    task_type: str
    running: bool
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A start of a worker.

    Attributes:
        boot: identifies this start.
        pool: the kind of its pool, as in prefork; None if it did not say.
        processes: how many tasks it works on at once; None if it did not say.
        queues: those that it consumes, or consumed at last.
        began_at, renewed_at: when it renewed its lease first and last.
        gone_at: when it stopped, or when its lease expired; None for a living one.
        held: the number of tasks that it has, also those that `tasks` does not name.
        running: how many of these run, within reach or not.
        tasks: those that are tracked, folded and within reach.
    """

    boot: UUID
    worker: str
    host: str
    pid: int
    pool: str | None
    processes: int | None
    queues: list[str]
    began_at: datetime
    renewed_at: datetime
    state: WorkerState
    gone_at: datetime | None
    held: int
    running: int
    tasks: list[WorkerTask]


def read_workers(connection: Connection[Any], reach: Reach) -> list[Worker]:
    """The living workers, by name, then those that went within a day, the last one first.

    Runs one statement on `connection` and does not commit.

    Args:
        reach: the projects whose tasks are named; the number `held` counts all.
    """
    with ledger_errors():
        rows = connection.execute(query("workers"), {"most": MOST}).fetchall()
    return [_worker(row, reach) for row in rows]


def _worker(row: tuple[Any, ...], reach: Reach) -> Worker:
    expires_at, ended_at, now = row[9:12]
    if ended_at is not None:
        state, gone_at = WorkerState.STOPPED, ended_at
    elif expires_at <= now:
        state, gone_at = WorkerState.LOST, expires_at
    else:
        state, gone_at = WorkerState.ALIVE, None
    running = sum(bool(task["running"]) for task in row[13])
    tasks = [
        WorkerTask(
            UUID(task["task_id"]),
            task["project_id"],
            task["task_name"],
            task["task_type"],
            bool(task["running"]),
            datetime.fromisoformat(task["started_at"]) if task["running"] else None,
        )
        for task in row[13]
        if _reached(reach, task["project_id"])
    ]
    return Worker(
        *row[:9], state=state, gone_at=gone_at, held=row[12], running=running, tasks=tasks
    )


def _reached(reach: Reach, project_id: str) -> bool:
    if reach is None:
        return True
    return project_id == reach if isinstance(reach, str) else project_id in reach
