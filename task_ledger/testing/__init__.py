"""Support for the tests of an application that uses the ledger.

`ledger_test` runs task bodies in a test's transaction; `enqueued_in` collects the tasks enqueued in
a block. docs/how-to/test.md shows both.
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
