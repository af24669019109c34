"""Reading and storing batches of records in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection
from pydantic import TypeAdapter

from task_ledger.model.record import TaskRecord
from task_ledger.projector.database import query, uuid_array
from task_ledger.projector.follower import PROJECTOR

_RECORDS: Final = TypeAdapter(list[TaskRecord])


def stored_records(
    connection: Connection[Any], task_ids: Iterable[UUID]
) -> tuple[Mapping[UUID, str], set[UUID]]:
    """The existing records of these tasks, as JSON (see `read.record_of_text`), and those of the
    tasks that are in quarantine."""
    wanted = {"task_ids": uuid_array(task_ids), "follower": PROJECTOR}
    rows = connection.execute(query("records"), wanted, prepare=True).fetchall()
    known = {task_id: record for task_id, record in rows if record is not None}
    left_out = {task_id for task_id, record in rows if record is None}
    return known, left_out


def stored_versions(connection: Connection[Any], task_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The versions of the existing records of these tasks."""
    wanted = {"task_ids": uuid_array(task_ids)}
    return dict(connection.execute(query("versions"), wanted, prepare=True).fetchall())


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
