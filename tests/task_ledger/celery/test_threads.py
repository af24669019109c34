"""A thread that a body starts sends as part of the run, or is refused: never by mistake."""

from task_ledger.model.transitions import Status
from tests.task_ledger.celery.conftest import Stack


def test_what_a_thread_sends_leaves_with_the_commit_or_is_refused(stack: Stack) -> None:
    task_id = stack.enqueue("use_threads", "thr", False)
    stack.wait_reached("thr")
    assert stack.wait_reached("refused:thr stray") == ""
    assert stack.wait_reached("observed:thr untracked") == "0", "it left at once"
    assert not stack.has_reached("observed:thr carried")
    stack.open_gate("thr")
    ended = stack.ended(task_id)
    assert (ended.status, ended.result) == (Status.SUCCESS, ["thr stray: SentOutsideRun"])
    assert stack.wait_reached("observed:thr carried") == "1", "after the commit, with its rows"
    stack.open_gate("thr late")
    stack.wait_reached("refused:thr late")
    stack.quiet()
    assert not stack.has_reached("observed:thr stray")
    assert not stack.has_reached("observed:thr late")


def test_what_a_thread_sent_before_a_rollback_never_leaves(stack: Stack) -> None:
    task_id = stack.enqueue("use_threads", "undone", True)
    stack.wait_reached("undone")
    stack.open_gate("undone")
    assert stack.ended(task_id).status is Status.FAILURE
    stack.open_gate("undone late")
    stack.wait_reached("refused:undone late")
    stack.quiet()
    assert not stack.has_reached("observed:undone carried")


def test_an_untracked_tasks_threads_keep_the_same_rule(stack: Stack) -> None:
    stack.signature("use_threads_untracked", "free").apply_async()
    assert stack.wait_reached("told:free") == "free stray: SentOutsideRun"
    assert stack.wait_reached("observed:free carried") == "1"
    stack.open_gate("free late")
    stack.wait_reached("refused:free late")
