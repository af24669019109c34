"""Projecting events to records and to numbers in the projects' timelines."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection
from psycopg import errors as pg

from task_ledger.errors import FoldError
from task_ledger.eventlog.read import record_of_text
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import TERMINAL
from task_ledger.projector.database import query, uuid_array
from task_ledger.projector.follower import Row
from task_ledger.projector.numbering import copy_numbers
from task_ledger.projector.quarantine import quarantine, quarantined
from task_ledger.projector.records import store_records, stored_records
from task_ledger.projector.refolding import one_task, refold

_log = structlog.get_logger(__name__)

COPIED: Final = 100
"""From this number of events on, COPY is faster than a statement, even with a savepoint."""


class Projection:
    """Folds a follower's rows into the read model, on the follower's connection and in its tick.

    Every event is numbered in its project's timeline, whether or not its task can be folded. A task
    that cannot be folded is quarantined, without affecting the others.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def handle(self, rows: Sequence[Row]) -> None:
        """Project one tick's rows, which are ordered by feed; does not commit.

        The caller's transaction holds the checkpoints of the rows' shards.
        """
        if not rows:
            return
        self._number(rows)
        self._forget_messages(rows)
        tasks: dict[UUID, list[Row]] = {}
        for row in rows:
            tasks.setdefault(row.task_id, []).append(row)
        for task_id in quarantined(self._connection, tasks):
            del tasks[task_id]
        self._fold(tasks)

    def _number(self, rows: Sequence[Row]) -> None:
        if len(rows) >= COPIED:
            try:
                with self._connection.transaction():
                    copy_numbers(self._connection, rows)
            except pg.UniqueViolation:
                # One of them already has a number; the statement finds out which.
                _log.info("numbered_before", events=len(rows))
            else:
                return
        columns = {
            "recorded_ats": [row.recorded_at for row in rows],
            "versions": [row.version for row in rows],
            "types": [row.type for row in rows],
            "task_ids": [row.task_id for row in rows],
            "project_ids": [row.project_id for row in rows],
        }
        self._connection.execute(query("number"), columns, prepare=True)

    def _forget_messages(self, rows: Sequence[Row]) -> None:
        ended = {row.task_id for row in rows if row.state in TERMINAL}
        if ended:
            self._connection.execute(
                query("forget_messages"), {"task_ids": uuid_array(ended)}, prepare=True
            )

    def _fold(self, tasks: Mapping[UUID, Sequence[Row]]) -> None:
        known = stored_records(
            self._connection, [task_id for task_id, rows in tasks.items() if rows[0].version > 1]
        )
        records: list[TaskRecord] = []
        failures: dict[UUID, str] = {}
        for task_id, rows in tasks.items():
            try:
                record = self._folded(known.get(task_id), rows)
            except FoldError as error:
                failures[task_id] = str(error)
            else:
                if record is not None:
                    records.append(record)
        failures |= store_records(self._connection, records)
        for task_id, reason in failures.items():
            quarantine(self._connection, task_id, tasks[task_id][0].version, reason)

    def _folded(self, stored: str | None, rows: Sequence[Row]) -> TaskRecord | None:
        with one_task():
            before = record_of_text(stored) if stored is not None else None
            version = before.version if before else 0
            new = [row for row in rows if row.version > version]
            if not new or new[0].version == version + 1:
                return fold_all(before, (row.event() for row in new)) if new else None
        # Events in between were never folded, or the record was lost: fold the whole log of the
        # task.
        fold = refold(self._connection, [new[0].task_id])[new[0].task_id]
        if isinstance(fold, FoldError):
            raise fold
        return fold
