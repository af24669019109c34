"""The rolled-up states of trees of work, for lists of their first tasks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

MOST_BELOW: Final = 500
"""Tasks below a first task that a list counts at most."""

_WORST: Final = (
    Status.FAILURE, Status.RETRY, Status.REVOKED, Status.PROGRESS, Status.STARTED, Status.PENDING,
    Status.SUCCESS,
)  # fmt: skip
_ENDED: Final = frozenset({Status.FAILURE, Status.REVOKED, Status.SUCCESS})


@dataclass(frozen=True, slots=True)
class TreeState:
    """The state of a tree: of its first task, and of the first `MOST_BELOW` tasks below it, by
    creation, in the same project.

    Attributes:
        by_status: the number of these tasks.
        more: whether there are further tasks, which are not counted.
        running_since: the first start of any of these, if any of them has not ended.
        last_end: the last end of any of these.
    """

    by_status: Mapping[Status, int]
    more: bool
    running_since: datetime | None
    last_end: datetime | None

    @property
    def worst(self) -> Status | None:
        """The status that matters most; see `worst_of`."""
        return worst_of(self.by_status)

    @property
    def has_ended(self) -> bool:
        """Whether all of these tasks have ended."""
        return not _is_open(self.by_status)


def worst_of(by_status: Mapping[Status, int]) -> Status | None:
    """The status that matters most, a failure before what still runs; None for no task."""
    return next((status for status in _WORST if by_status.get(status)), None)


def read_tree_states(
    connection: Connection[Any], first_tasks: Iterable[TaskRecord]
) -> dict[UUID, TreeState]:
    """The states of the trees that begin with these tasks, by the first task's id.

    Runs one read-only statement, or none for no task. It looks at most at `MOST_BELOW` + 1 tasks of
    each tree.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    firsts = list(first_tasks)
    if not firsts:
        return {}
    parameters = {
        "task_ids": [task.task_id for task in firsts],
        "projects": [task.project_id for task in firsts],
        "most": MOST_BELOW,
    }
    with ledger_errors():
        rows = connection.execute(query("tree_states"), parameters).fetchall()
    below: dict[UUID, list[tuple[Any, ...]]] = {}
    for task_id, *of_status in rows:
        below.setdefault(task_id, []).append(tuple(of_status))
    return {task.task_id: _state(task, below.get(task.task_id, [])) for task in firsts}


def _state(first: TaskRecord, below: list[tuple[Any, ...]]) -> TreeState:
    by_status = Counter({Status(status): count for status, count, *_ in below})
    by_status[first.status] += 1
    starts = [row[2] for row in below] + [first.started_at]
    ends = [row[3] for row in below] + [first.completed_at]
    more = any(row[4] for row in below)
    return TreeState(
        {status: count for status, count in by_status.items() if count},
        more,
        min((start for start in starts if start), default=None) if _is_open(by_status) else None,
        max((end for end in ends if end), default=None),
    )


def _is_open(by_status: Mapping[Status, int]) -> bool:
    return any(count for status, count in by_status.items() if status not in _ENDED)
