"""Importing the history of another task table: tasks that ended before the ledger existed.

Imported events keep both times: `recorded_at` is the time of the import, `occurred_at` the other
table's. The actor names the source, and the metadata has the source's values.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Literal
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.error_text import MAX_MESSAGE
from task_ledger.model.events import (
    Completed,
    ErrorData,
    EventData,
    Failed,
    Registered,
    Started,
    make_data,
)
from task_ledger.model.sanitize import cut_to, sanitize_text
from task_ledger.model.scrub import scrubbed
from task_ledger.model.transitions import FailureReason

BATCH: Final = 200
"""Number of tasks imported in one transaction."""

PastStatus = Literal["SUCCESS", "FAILURE", "REVOKED"]


@dataclass(frozen=True, slots=True)
class PastTask:
    """An ended task from another table.

    Attributes:
        source_id: its id in that table; the task's id is derived from it and the source's name.
        status: how it ended. A task that has not ended cannot be imported, because it would never
            run.
        created_at, started_at, ended_at: aware datetimes; `started_at` is None if unknown.
        result: JSON; for a success.
        error: the error message; for a failure.
        metadata: shown with the task. Do not put arguments or secrets here.
    """

    source_id: str
    project_id: str
    task_type: str
    name: str
    status: PastStatus
    created_at: datetime
    ended_at: datetime
    started_at: datetime | None = None
    result: Any = None
    error: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Imported:
    """The number of imported tasks, and of those that were already in the ledger."""

    imported: int
    already: int


def past_task_id(source: str, source_id: str) -> UUID:
    """The id of an imported task, derived from the source's name and its id there.

    It has the form of a UUIDv4, since a UUIDv7 would contain a false time.
    """
    digest = hashlib.sha256(f"{len(source)}:{source}{source_id}".encode()).digest()
    return UUID(bytes=digest[:16], version=4)


def import_history(connection: Connection[Any], source: str, tasks: Iterable[PastTask]) -> Imported:
    """Import ended tasks from another table; tasks imported before are skipped.

    Commits after every 200 tasks. An interrupted import can be run again.

    Args:
        connection: on autocommit, with the role `task_ledger_owner`, because applications cannot
            write past events.
        source: a name for the table, 1 to 100 characters; the events' actor is `import:<source>`.

    Raises:
        InvalidEvent: a task has not ended, its times are naive or out of order, or a value cannot
            be stored; its batch is not imported.
        TooLarge, LedgerUnavailable, NotPermitted: as above.
    """
    if not 0 < len(source) <= 100:
        raise InvalidEvent("source: name the table of the tasks, in 1 to 100 characters")
    imported = already = 0
    for batch in _batches(tasks):
        with connection.transaction():
            for task in batch:
                if _import(connection, source, task):
                    imported += 1
                else:
                    already += 1
    return Imported(imported, already)


def _import(connection: Connection[Any], source: str, task: PastTask) -> bool:
    _check(task)
    task_id = past_task_id(source, task.source_id)
    actor = f"import:{source}"
    registered = make_data(
        Registered,
        task_type=task.task_type,
        name=task.name,
        metadata={**task.metadata, "imported": _said(source, task)},
    )
    clear, private = registered.texts()
    parameters = {
        "task_id": task_id,
        "project_id": task.project_id,
        "actor": actor,
        "occurred_at": task.created_at,
        "data": clear,
        "private": private,
        "schema_version": registered.schema_version,
    }
    with ledger_errors():
        row = connection.execute(query("register_past"), parameters).fetchone()
    if row is None or row[0] != "appended":
        return False
    attempt, claim = 1, None
    if task.status != "REVOKED" or task.started_at is not None:
        # A random claim, which no worker can present.
        claim = past_task_id(f"claim:{source}", task.source_id)
        began = task.started_at or task.created_at
        ran = Started(worker=actor, host="unknown", pid=0)
        append(connection, Append(task_id, claim, 1, actor, ran, occurred_at=began))
    end = Append(task_id, claim, attempt, actor, _end(task), occurred_at=task.ended_at)
    append(connection, end)
    return True


def _end(task: PastTask) -> EventData:
    if task.status == "SUCCESS":
        return make_data(Completed, result=task.result)
    reason = FailureReason.CANCELLED if task.status == "REVOKED" else FailureReason.ERROR
    if not task.error:
        return make_data(Failed, reason=reason)
    message = cut_to(scrubbed(sanitize_text(task.error)), MAX_MESSAGE)
    return make_data(Failed, reason=reason, error=ErrorData(type="Imported", message=message))


def _said(source: str, task: PastTask) -> dict[str, Any]:
    started = task.started_at.astimezone(UTC).isoformat() if task.started_at else None
    return {
        "source": source,
        "id": task.source_id,
        "created_at": task.created_at.astimezone(UTC).isoformat(),
        "started_at": started,
        "ended_at": task.ended_at.astimezone(UTC).isoformat(),
    }


def _check(task: PastTask) -> None:
    if task.status not in {"SUCCESS", "FAILURE", "REVOKED"}:
        raise InvalidEvent(
            f"{task.source_id} has not ended ({task.status}): let it end where it runs, or enqueue "
            "it again"
        )
    try:
        json.dumps([task.result, task.metadata], allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidEvent(
            f"{task.source_id}: result and metadata must be JSON: {error}"
        ) from error
    times = [task.created_at, task.started_at or task.created_at, task.ended_at]
    if any(time.tzinfo is None for time in times):
        raise InvalidEvent(f"{task.source_id}: give its times with their zones")
    if times != sorted(times):
        raise InvalidEvent(
            f"{task.source_id}: its times of creation, start and end are not in this order"
        )
    if any(time > datetime.now(UTC) for time in times):
        raise InvalidEvent(f"{task.source_id}: it ended in the future")


def _batches(tasks: Iterable[PastTask]) -> Iterator[list[PastTask]]:
    iterator = iter(tasks)
    while batch := list(islice(iterator, BATCH)):
        yield batch
