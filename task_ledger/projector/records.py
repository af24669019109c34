"""Reading and storing batches of records in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection
from pydantic import TypeAdapter

from task_ledger.model.record import TaskRecord
from task_ledger.projector.database import query, uuid_array

_RECORDS: Final = TypeAdapter(list[TaskRecord])


def stored_records(connection: Connection[Any], task_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The existing records of these tasks, as JSON (see `read.record_of_text`)."""
    ids = list(task_ids)
    if not ids:
        return {}
    wanted = {"task_ids": uuid_array(ids)}
    return dict(connection.execute(query("records"), wanted, prepare=True).fetchall())


def store_records(
    connection: Connection[Any], records: Sequence[TaskRecord], *, again: bool = False
) -> dict[UUID, str]:
    """Store records without replacing newer ones. Records that cannot be stored do not affect the
    others.

    Args:
        again: also replace a record of the same version.

    Returns:
        The reasons why records could not be stored (a value that its column cannot hold), by task.
    """
    if not records:
        return {}
    try:
        _store(connection, records, again)
    except psycopg.DataError as error:
        if len(records) == 1:
            return {
                records[0].task_id: f"its record cannot be stored: {error.diag.message_primary}"
            }
        half = len(records) // 2
        return {
            **store_records(connection, records[:half], again=again),
            **store_records(connection, records[half:], again=again),
        }
    return {}


def _store(connection: Connection[Any], records: Sequence[TaskRecord], again: bool) -> None:
    text = _RECORDS.dump_json(list(records), exclude_none=True).decode()
    with connection.transaction():
        connection.execute(query("store_records"), {"records": text, "again": again}, prepare=True)
