"""What tasks wait for that have not started: other tasks, a time, a pause's end, or a worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.queues import GRACE
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import State


class WaitsFor(StrEnum):
    """What has to happen before a task can start."""

    TASKS = "tasks"
    TIME = "time"
    RESUME = "resume"
    WORKER = "worker"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Wait:
    """What a task waits for.

    Attributes:
        waits_for: tasks: other tasks to end; time: `due_at`; resume: its queue is paused and the
            relay holds its message; worker: a worker to receive it; process: a worker has received
            it and has no free process.
        queue: the queue that its message goes to.
        since: when it could have started but for that; of tasks and time, when it was registered.
        taken: whether a living worker consumes the queue.
        no_worker: whether it waits for a worker and none consumes its queue, for longer than it
            takes a worker to start.
    """

    waits_for: WaitsFor
    queue: str | None
    since: datetime
    taken: bool
    no_worker: bool


def read_waits(connection: Connection[Any], records: Iterable[TaskRecord]) -> dict[UUID, Wait]:
    """What each of these tasks waits for; of those that have not started only.

    Runs one statement on `connection`, or none, and does not commit. Its cost grows with the number
    of records and of living workers.
    """
    waiting = [record for record in records if record.state in (State.REGISTERED, State.RETRYING)]
    if not waiting:
        return {}
    parameters = {
        "task_ids": [record.task_id for record in waiting],
        "queues": sorted({record.queue for record in waiting if record.queue is not None}),
    }
    with ledger_errors():
        row: Any = connection.execute(query("waits"), parameters).fetchone()
    now = row[0]
    taken, paused, blocked, held, received = (frozenset(found) for found in row[1:])
    waits: dict[UUID, Wait] = {}
    for record in waiting:
        due_at = record.due_at or record.created_at
        if record.task_id in blocked:
            waits_for, since = WaitsFor.TASKS, record.created_at
        elif due_at > now:
            waits_for, since = WaitsFor.TIME, record.updated_at
        elif record.task_id in received:
            waits_for, since = WaitsFor.PROCESS, due_at
        elif record.task_id in held and record.queue in paused:
            waits_for, since = WaitsFor.RESUME, due_at
        else:
            waits_for, since = WaitsFor.WORKER, due_at
        waits[record.task_id] = Wait(
            waits_for,
            record.queue,
            since,
            taken=record.queue in taken,
            no_worker=waits_for is WaitsFor.WORKER
            and record.queue is not None
            and record.queue not in taken
            and now - due_at >= GRACE,
        )
    return waits
