"""Folding tasks from their first events."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import Connection

from task_ledger.errors import FoldError
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.projector.database import query, uuid_array
from task_ledger.projector.follower import Row


@contextmanager
def one_task() -> Generator[None]:
    """Convert all errors in the block to FoldError, except database errors.

    A failing fold affects one task; a failing database affects all.
    """
    try:
        yield
    except (FoldError, psycopg.Error):
        raise
    except Exception as error:
        raise FoldError(f"{type(error).__name__}: {error}") from error


class Refolded(NamedTuple):
    """A task's record and all its events."""

    record: TaskRecord
    rows: Sequence[Row]


def refold(
    connection: Connection[Any], task_ids: Sequence[UUID]
) -> dict[UUID, Refolded | FoldError]:
    """Fold all events of each task, in the caller's transaction.

    Returns:
        The record, or the reason for its absence, by task; tasks without events are omitted.
    """
    rows = connection.execute(query("history"), {"task_ids": uuid_array(task_ids)}, prepare=True)
    results: dict[UUID, Refolded | FoldError] = {}
    for task_id, group in groupby(map(Row, rows.fetchall()), lambda row: row.task_id):
        events = list(group)
        try:
            with one_task():
                record = fold_all(None, (row.event() for row in events))
        except FoldError as error:
            results[task_id] = error
        else:
            if record is not None:
                results[task_id] = Refolded(record, events)
    return results
