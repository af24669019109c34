"""Progress is seen at once and commits nothing of the task's own work."""

from task_ledger.model.transitions import Status
from tests.task_ledger.celery.conftest import Stack


def test_progress_in_an_open_transaction_is_seen_and_its_rows_are_not(stack: Stack) -> None:
    task_id = stack.enqueue("report_then_fail", "middle")
    stack.wait_reached("middle")
    record = stack.record(task_id)
    assert (record.status, record.percent, record.step) == (Status.PROGRESS, 40, "In the middle")
    assert stack.effects(task_id) == []
    stack.open_gate("middle")
    record = stack.ended(task_id)
    assert record.status is Status.FAILURE
    assert record.error is not None
    assert record.error["message"] == "the body fails after it has reported"
    assert stack.effects(task_id) == []


def test_a_commit_by_the_author_commits_nothing(stack: Stack) -> None:
    task_id = stack.enqueue("commit_then_fail")
    record = stack.ended(task_id)
    assert record.status is Status.FAILURE
    assert record.error is not None
    assert record.error["message"] == "the body fails after its own commit"
    assert stack.effects(task_id) == []


def test_rows_are_committed_with_the_completed_event(stack: Stack) -> None:
    task_id = stack.enqueue("succeed", "both")
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, {"label": "both"})
    assert stack.effects(task_id) == ["both"]
