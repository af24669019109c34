"""The results that a step takes from the tasks before it, read from the log."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.celery.run.result import value_of
from task_ledger.errors import BadResult, UnknownTask
from task_ledger.eventlog.database import ledger_errors, query


class Upstream:
    """The results of the tasks that an attempt's task comes after.

    Args:
        takes: the task whose result is the first argument; several for a list of theirs; None
            for a task that takes nothing.
    """

    def __init__(self, takes: UUID | tuple[UUID, ...] | None) -> None:
        self._takes = takes
        self._results: dict[UUID, Any] = {}
        self._unstored: set[UUID] = set()
        self._erased: set[UUID] = set()

    def read(self, connection: Connection[Any]) -> None:
        """Read the results, before the attempt is claimed, so that an unreachable database costs no
        attempt.

        Raises:
            LedgerUnavailable: the connection broke.
        """
        if self._takes is None:
            return
        wanted = [self._takes] if isinstance(self._takes, UUID) else list(self._takes)
        with ledger_errors():
            rows = connection.execute(query("results"), {"task_ids": wanted}).fetchall()
        self._results = {task_id: result for task_id, result, *_ in rows}
        self._unstored = {task_id for task_id, _, unstored, _ in rows if unstored}
        self._erased = {task_id for task_id, _, _, erased in rows if erased}

    def arguments(self) -> tuple[Any, ...]:
        """The arguments to put before the task's own: none, or one.

        Raises:
            BadResult: the result of a task before this one could not be stored, or was erased.
            UnknownTask: the log has no result of a task before this one, or no longer has it.
        """
        if self._takes is None:
            return ()
        if isinstance(self._takes, UUID):
            return (self._result(self._takes),)
        return ([self._result(task_id) for task_id in self._takes],)

    def _result(self, task_id: UUID) -> Any:
        if task_id in self._unstored:
            raise BadResult(
                f"task {task_id} returned a value that cannot be stored, and has"
                " ignore_result=True: return JSON, or take no result from it with .si()"
            )
        if task_id in self._erased:
            raise BadResult(
                f"the result of task {task_id}, which this task takes, was erased: enqueue both "
                "again"
            )
        if task_id not in self._results:
            raise UnknownTask(
                task_id,
                "unknown",
                f"the log has no result of task {task_id}, which this task takes: is its month "
                "detached?",
            )
        return value_of(self._results[task_id])
