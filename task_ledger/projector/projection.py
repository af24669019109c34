"""Projecting events to records and to numbers in the projects' timelines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from psycopg import Connection
from psycopg import errors as pg

from task_ledger.errors import FoldError
from task_ledger.eventlog.read import record_of_text
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import TERMINAL, State
from task_ledger.projector.database import query, uuid_array
from task_ledger.projector.follower import Row
from task_ledger.projector.numbering import copy_numbers
from task_ledger.projector.quarantine import quarantine
from task_ledger.projector.records import store_records, stored_records, stored_versions
from task_ledger.projector.refolding import Refolded, one_task, refold
from task_ledger.projector.rollups import Rollups, count_refolded
from task_ledger.projector.writing import writes

_Task = tuple[UUID, list[Row]]

_log = structlog.get_logger(__name__)

COPIED: Final = 100
"""From this number of events on, COPY is faster than a statement, even with a savepoint."""

CHUNK: Final = 1000
"""`chunk` of a projection by default."""


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many seconds the message of an ended task is kept, so that it can be run again."""

    succeeded_s: float = 0.0
    failed_s: float = 7 * 86_400.0


class Projection:
    """Folds a follower's rows into the read model, on the follower's connection and in its tick.

    Every event is numbered in its project's timeline, whether or not its task can be folded. A task
    that cannot be folded is quarantined, without affecting the others.

    Args:
        connection: the follower's.
        chunk: number of tasks folded while the records of the previous ones are written. A tick
            with at most this many events folds and writes sequentially.
        keep: for how long messages of ended tasks are kept.
    """

    def __init__(
        self, connection: Connection[Any], chunk: int = CHUNK, keep: Keep | None = None
    ) -> None:
        self._connection = connection
        self._chunk = chunk
        self._keep = keep or Keep()

    def handle(self, rows: Sequence[Row]) -> None:
        """Project one tick's rows, which are ordered by feed; does not commit.

        The caller's transaction holds the checkpoints of the rows' shards.
        """
        if not rows:
            return
        tasks: dict[UUID, list[Row]] = {}
        for row in rows:
            tasks.setdefault(row.task_id, []).append(row)
        # Also of tasks that seem new: a rebuild may have folded their first events before.
        known, left_out = stored_records(self._connection, tasks)
        folding = {task_id: new for task_id, new in tasks.items() if task_id not in left_out}
        failures: dict[UUID, str] = {}
        incomplete: list[UUID] = []
        unstored: dict[UUID, str] = {}
        rollups = Rollups()
        with writes(beside=len(rows) > self._chunk) as begin:
            begin(self._number, rows)
            begin(self._forget_messages, rows)
            for some in _chunks(list(folding.items()), self._chunk):
                records: list[TaskRecord] = []
                for task_id, new in some:
                    try:
                        fold = _folded(known.get(task_id), new)
                    except FoldError as error:
                        failures[task_id] = str(error)
                    except _Incomplete:
                        incomplete.append(task_id)
                    else:
                        if fold is not None:
                            records.append(fold.record)
                            rollups.add(*fold)
                begin(self._store, records, unstored)
        for task_id in unstored:
            fold = _folded(known.get(task_id), folding[task_id])
            if fold is not None:
                rollups.add(*fold, by=-1)
        failures |= unstored
        self._refold(incomplete, failures, rollups)
        rollups.store(self._connection)
        for task_id, reason in failures.items():
            quarantine(self._connection, task_id, folding[task_id][0].version, reason)

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
        ended = {row.task_id: row.state for row in rows if row.state in TERMINAL}
        if ended:
            succeeded = [i for i, state in ended.items() if state == State.COMPLETED]
            failed = ended.keys() - set(succeeded)
            parameters = {
                "succeeded": uuid_array(succeeded),
                "failed": uuid_array(failed),
                "keep_succeeded_s": self._keep.succeeded_s,
                "keep_failed_s": self._keep.failed_s,
            }
            self._connection.execute(query("forget_messages"), parameters, prepare=True)

    def _store(self, records: Sequence[TaskRecord], failures: dict[UUID, str]) -> None:
        failures |= store_records(self._connection, records)

    def _refold(
        self, task_ids: Sequence[UUID], failures: dict[UUID, str], rollups: Rollups
    ) -> None:
        """Fold all events of tasks with events that were never folded, or whose record was lost."""
        if not task_ids:
            return
        since = stored_versions(self._connection, task_ids)
        folds = refold(self._connection, task_ids)
        failures |= {i: str(fold) for i, fold in folds.items() if isinstance(fold, FoldError)}
        stored = [fold for fold in folds.values() if isinstance(fold, Refolded)]
        self._store([fold.record for fold in stored], failures)
        count_refolded(rollups, stored, since, failures)


class _Incomplete(Exception):
    """Events are missing between a task's record and its new events."""


class _Folded(NamedTuple):
    """A task's record, the one before, and the events between them."""

    record: TaskRecord
    before: TaskRecord | None
    rows: Sequence[Row]


def _folded(stored: str | None, rows: Sequence[Row]) -> _Folded | None:
    with one_task():
        before = record_of_text(stored) if stored is not None else None
        version = before.version if before else 0
        new = [row for row in rows if row.version > version] if before else rows
        if not new:
            return None
        if new[0].version == version + 1:
            record = fold_all(before, (row.event() for row in new))
            return _Folded(record, before, new) if record else None
    raise _Incomplete


def _chunks(tasks: Sequence[_Task], size: int) -> Iterator[Sequence[_Task]]:
    return (tasks[first : first + size] for first in range(0, len(tasks), size))
