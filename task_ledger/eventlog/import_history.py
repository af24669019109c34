"""Taking over the history of another task table: tasks that ended before there was a ledger.

The log says when it learned of each event (`recorded_at`: the import) and when that is said to
have happened (`occurred_at`: the other table's times). Nothing pretends that the ledger was
there: the actor names the source, and the metadata holds what the source said.
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
"""Tasks that are imported in one transaction."""

PastStatus = Literal["SUCCESS", "FAILURE", "REVOKED"]


@dataclass(frozen=True, slots=True)
class PastTask:
    """A task that ended elsewhere, as its table tells it.

    Attributes:
        source_id: what its table calls it; with the source's name it decides the task's id.
        status: how it ended. A task that has not ended cannot be imported: nobody would run it.
        created_at, started_at, ended_at: with their zones; `started_at` is None when unknown.
        result: JSON, of a success.
        error: what went wrong, of a failure.
        metadata: shown with the task. Not the place for arguments or secrets.
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
    """How many tasks were imported, and how many were in the ledger already."""

    imported: int
    already: int


def past_task_id(source: str, source_id: str) -> UUID:
    """The id of an imported task: always the same for the same source and its id.

    A UUIDv4 in form, since a UUIDv7 would have to lie about when it was drawn.
    """
    digest = hashlib.sha256(f"{len(source)}:{source}{source_id}".encode()).digest()
    return UUID(bytes=digest[:16], version=4)


def import_history(connection: Connection[Any], source: str, tasks: Iterable[PastTask]) -> Imported:
    """Import tasks that ended elsewhere; what was imported before is left alone.

    Commits after every 200 tasks, each whole: an import that broke off is run again.

    Args:
        connection: in autocommit mode, as the role `task_ledger_owner`: applications cannot
            write events of the past.
        source: names the table that they come from, 1 to 100 characters; the actor of the events
            is `import:<source>`.

    Raises:
        InvalidEvent: a task has not ended, or its times have no zone or no order, or what it
            holds may not be stored; its batch is not imported.
        TooLarge, LedgerUnavailable, NotPermitted: as above.
    """
    if not 0 < len(source) <= 100:
        raise InvalidEvent(
            "source: name the table that the tasks come from, in 1 to 100 characters"
        )
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
    parameters = {
        "task_id": task_id,
        "project_id": task.project_id,
        "actor": actor,
        "occurred_at": task.created_at,
        "data": registered.to_json(),
        "schema_version": registered.schema_version,
    }
    with ledger_errors():
        row = connection.execute(query("register_past"), parameters).fetchone()
    if row is None or row[0] != "appended":
        return False
    attempt, claim = 1, None
    if task.status != "REVOKED" or task.started_at is not None:
        # The claim that the work was done under: nobody else can present it.
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
            f"{task.source_id} has not ended ({task.status}): let it end where it runs, or"
            " enqueue it anew"
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
        raise InvalidEvent(f"{task.source_id}: it was created, started and ended in this order")
    if any(time > datetime.now(UTC) for time in times):
        raise InvalidEvent(f"{task.source_id}: it ended in the future")


def _batches(tasks: Iterable[PastTask]) -> Iterator[list[PastTask]]:
    iterator = iter(tasks)
    while batch := list(islice(iterator, BATCH)):
        yield batch
