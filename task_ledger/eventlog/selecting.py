"""Selecting the tasks of an action by a filter, within bounds."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.actions import APPLIES, ActionKind
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import read_task_page
from task_ledger.eventlog.task_reach import Reach
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

PAGE: Final = 500
"""Tasks read at once."""

MOST_PAGES: Final = 60
"""Pages that a selection reads at most; one examines up to 5,000 tasks (see `read_task_page`)."""

SAMPLE: Final = 5


@dataclass(slots=True)
class Selected:
    """The tasks that an action is for, newest first.

    Attributes:
        sample: the first of them.
        more: whether the filter matches further tasks, or may: the search ended at its bound.
    """

    task_ids: list[UUID] = field(default_factory=list[UUID])
    by_status: Counter[Status] = field(default_factory=Counter[Status])
    sample: list[TaskRecord] = field(default_factory=list[TaskRecord])
    more: bool = False

    def add(self, tasks: list[TaskRecord]) -> None:
        """Add further tasks."""
        self.task_ids += [task.task_id for task in tasks]
        self.by_status.update(task.status for task in tasks)
        self.sample += tasks[: SAMPLE - len(self.sample)]


def select_tasks(
    connection: Connection[Any], reach: Reach, wanted: TaskFilter, kind: ActionKind, *, limit: int
) -> Selected:
    """The newest tasks that match the filter and that an action of this kind can be done with.

    Reads the read model, page by page; each page is a statement of its own.

    Args:
        limit: how many tasks at most.
    """
    wanted = both(wanted, TaskFilter(statuses=APPLIES[kind]))
    found = Selected()
    after = None
    for _ in range(MOST_PAGES):
        room = limit - len(found.task_ids)
        # One more than there is room for, to see whether there are more.
        size = min(PAGE, room + 1)
        page = read_task_page(connection, reach, wanted, limit=size, after=after)
        found.add(page.tasks[:room])
        found.more = len(page.tasks) > room
        after = page.looked_to
        if found.more or after is None:
            return found
    found.more = True
    return found
