"""For the tests of an application that uses the ledger; nothing else of the ledger imports it.

`ledger_test` runs the bodies of tasks in the transaction of a test, `enqueued_in` tells what a
piece of code has enqueued. docs/how-to/test.md shows both.
"""

from task_ledger.testing.enqueued import EnqueuedTask, EnqueuedTasks, enqueued_in
from task_ledger.testing.running import LedgerTest, ledger_test
from task_ledger.testing.task_run import SentTask, TaskRun

__all__ = [
    "EnqueuedTask",
    "EnqueuedTasks",
    "LedgerTest",
    "SentTask",
    "TaskRun",
    "enqueued_in",
    "ledger_test",
]
