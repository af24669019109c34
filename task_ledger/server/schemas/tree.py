"""The tree of work of a task in API responses."""

from uuid import UUID

from pydantic import BaseModel, Field

from task_ledger.eventlog.tree import Tree
from task_ledger.model.transitions import Status
from task_ledger.server.schemas.task import TaskAnswer, task_answer


class TreeAnswer(BaseModel):
    """The first task of a line, its children and steps, and theirs, as lists show them."""

    root_id: UUID
    worst: Status | None = Field(
        description="The status that matters most: FAILURE, RETRY, REVOKED, then what runs or "
        "waits, then SUCCESS."
    )
    by_status: dict[Status, int] = Field(
        description="Number of tasks; of the first 5,000 if there are more."
    )
    tasks: list[TaskAnswer] = Field(description="The first task, then by creation.")
    more: bool = Field(description="Whether there are further tasks.")


def tree_answer(tree: Tree) -> TreeAnswer:
    """A tree as an API response."""
    return TreeAnswer(
        root_id=tree.root_id,
        worst=tree.worst,
        by_status=dict(tree.by_status),
        tasks=[task_answer(task) for task in tree.tasks],
        more=tree.more,
    )
