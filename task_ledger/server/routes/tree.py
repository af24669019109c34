"""The tree of work that a task is part of."""

from task_ledger.eventlog.tree import read_tree
from task_ledger.server.authorization import TaskInReach
from task_ledger.server.parameters import Limit
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.tree import TreeAnswer, tree_answer

router = api_router("tasks")


@router.get("/tasks/{task_id}/tree", responses=declared(404))
async def get_tree(task: TaskInReach, shared: Shared, limit: Limit = 100) -> TreeAnswer:
    """The tree that a task is part of: the first task of its line, what it has enqueued, the steps
    of its chain, group or chord, and what those have enqueued, in the task's project. Reads the
    projection."""
    return tree_answer(
        await shared.read(lambda connection: read_tree(connection, task, limit=limit))
    )
