"""Failed tasks, and the groups of their failures."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from task_ledger.eventlog.failures import FailureGroup, read_failures
from task_ledger.model.events import ErrorData, Failed
from task_ledger.model.transitions import FailureReason
from tests.task_ledger.projector.log import register, say, start

Connection = psycopg.Connection[Any]


def fail(writer: Connection, message: str, project: str = "p", place: str = "shop.find") -> UUID:
    """A task that failed with this error."""
    task_id = register(writer, project)
    error = ErrorData(type="ValueError", message=message, place=place)
    say(writer, task_id, start(writer, task_id), Failed(reason=FailureReason.ERROR, error=error))
    return task_id


def groups(reader: Connection, reach: Any = None, **options: Any) -> list[FailureGroup]:
    """All groups of a reach."""
    return read_failures(reader, reach, now=datetime.now(UTC), limit=99, **options)
