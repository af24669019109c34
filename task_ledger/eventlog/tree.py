"""The tree of work of a task: its children, the steps of its canvas, and their children."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.read import record_of
from task_ledger.eventlog.tree_state import worst_of
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

MOST_COUNTED: Final = 5000
"""Tasks below the first one that are counted at most."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of work, as the read model has it.

    Attributes:
        root_id: the first task of the line.
        tasks: the first task, then those below it in the order of creation, as far as they were
            asked for; empty before the projector has folded them.
        by_status: the number of its tasks; of the first `MOST_COUNTED` if there are more.
        more: whether there are further tasks that `tasks` does not have.
    """

    root_id: UUID
    tasks: list[TaskRecord]
    by_status: Mapping[Status, int]
    more: bool

    @property
    def worst(self) -> Status | None:
        """The status that matters most; see `worst_of`."""
        return worst_of(self.by_status)


def read_tree(connection: Connection[Any], task: TaskRecord, *, limit: int) -> Tree:
    """The tree that a task is part of: everything with the same first task, in its project.

    Args:
        limit: how many tasks below the first one are returned at most.
    """
    root = task.root_id or task.task_id
    of = {"root_id": root, "project_id": task.project_id}
    with ledger_errors():
        rows = connection.execute(query("task_tree"), of | {"limit": limit + 1}).fetchall()
        counts = connection.execute(
            query("task_tree_counts"), of | {"most": MOST_COUNTED}
        ).fetchall()
    tasks = [record_of(row[0]) for row in rows]
    below = sum(each.task_id != root for each in tasks)
    shown = tasks[:-1] if below > limit else tasks
    return Tree(root, shown, {Status(status): n for status, n in counts}, more=below > limit)
