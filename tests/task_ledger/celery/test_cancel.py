"""An accepted cancel never ends in SUCCESS."""

from task_ledger.eventlog.append import request_cancel
from task_ledger.model.transitions import State, Status
from tests.task_ledger.celery.conftest import Stack


def test_a_running_body_sees_the_cancel_at_its_next_progress(stack: Stack) -> None:
    task_id = stack.enqueue("progress_until_cancelled", "seen", max_attempts=3)
    stack.wait_reached("seen")
    answer = request_cancel(stack.connection, task_id, "ops")
    assert answer.outcome == "accepted"
    assert stack.record(task_id).cancel_requested_by == "ops"
    stack.open_gate("seen")
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason) == (Status.REVOKED, "cancelled")
    assert not stack.has_reached("seen: went on")
    assert stack.effects(task_id) == []


def test_a_body_that_never_asks_is_cancelled_at_its_end(stack: Stack) -> None:
    task_id = stack.enqueue("ignore_cancel", "unasked")
    stack.wait_reached("unasked")
    assert request_cancel(stack.connection, task_id, "ops").outcome == "accepted"
    stack.open_gate("unasked")
    assert stack.ended(task_id).status is Status.REVOKED
    assert stack.effects(task_id) == []


def test_a_task_in_its_countdown_is_cancelled_at_once(stack: Stack) -> None:
    task_id = stack.enqueue("retry_until", 2, 3600, "waiting", max_attempts=3)
    stack.wait_reached("waiting")
    stack.until(lambda: stack.record(task_id).state is State.RETRYING, "the retry")
    request_cancel(stack.connection, task_id, "ops", "not needed")
    record = stack.record(task_id)
    assert record.status is Status.REVOKED
    assert record.due_at is None


def test_a_cancel_before_the_start_keeps_the_body_from_running(stack: Stack) -> None:
    stack.stop("worker")
    try:
        task_id = stack.enqueue("succeed", "never")
        stack.until(lambda: stack.outbox() == 0, "its message to be in the broker")
        request_cancel(stack.connection, task_id, "ops")
        assert stack.record(task_id).status is Status.REVOKED
    finally:
        stack.start_worker()
    stack.quiet()
    log = stack.folder / "worker.log"
    stack.until(lambda: str(task_id) in log.read_text(), "its message to be taken")
    marker = stack.enqueue("succeed", "after it")
    stack.ended(marker)
    assert stack.effects(task_id) == []
    # Its only delivery is no duplicate, and nothing to note.
    assert [e.type for e in stack.events(task_id)] == ["registered", "cancel_requested", "failed"]


def test_a_cancel_after_the_end_is_answered_with_the_end(stack: Stack) -> None:
    task_id = stack.enqueue("succeed", "done")
    version = stack.ended(task_id).version
    answer = request_cancel(stack.connection, task_id, "ops")
    assert (answer.outcome, answer.state, answer.version) == ("ended", State.COMPLETED, version)
