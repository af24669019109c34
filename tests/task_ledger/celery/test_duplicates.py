"""However often the broker delivers, one claim's rows are committed."""

from uuid import UUID

from celery import Signature

from task_ledger.model.events import Noted
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import EventType, State, Status
from tests.task_ledger.celery.conftest import Stack


def test_the_same_message_delivered_twice_at_once_runs_once(stack: Stack) -> None:
    next_step = Signature("tests.task_ledger.celery.app.observe", args=("twice",), immutable=True)
    task_id = stack.enqueue("wait_inside", "twice", "twice", link=next_step)
    stack.wait_reached("twice")
    stack.deliver(task_id)
    stack.until(lambda: stack.record(task_id).notes == 1, "the duplicate to be refused")
    stack.open_gate("twice")
    stack.ended(task_id)
    stack.quiet()
    assert stack.effects(task_id) == ["twice"]
    assert stack.wait_reached("observed:twice") == "1"
    assert not stack.has_reached("observed:twice")
    assert not stack.has_reached("twice")


def test_a_message_delivered_again_after_the_end_changes_nothing(stack: Stack) -> None:
    task_id = stack.enqueue("succeed", "once")
    version = stack.ended(task_id).version
    stack.sender.send_task(
        "tests.task_ledger.celery.app.succeed",
        ("once",),
        task_id=str(task_id),
        headers={"task_ledger": {"tracked": True, "attempt": 1, "project_id": "p1"}},
        untracked=True,
    )
    stack.until(lambda: stack.record(task_id).notes == 1, "the duplicate to be refused")
    assert stack.effects(task_id) == ["once"]
    record = stack.record(task_id)
    assert (record.status, record.version) == (Status.SUCCESS, version + 1)
    note = stack.events(task_id)[-1]
    assert note.type is EventType.NOTED
    assert isinstance(note.data, Noted)
    assert note.data.kind == "duplicate_delivery_refused"


def test_an_old_message_cannot_jump_a_countdown(stack: Stack) -> None:
    task_id = stack.enqueue("retry_until", 2, 3600, "jump", max_attempts=3)
    stack.wait_reached("jump")
    stack.until(lambda: stack.record(task_id).state is State.RETRYING, "the retry")
    stack.deliver(task_id, attempt=1)
    stack.until(lambda: stack.record(task_id).notes == 1, "the old message to be refused")
    stack.deliver(task_id, attempt=2)
    stack.until(lambda: stack.record(task_id).notes == 2, "the early message to be refused")
    record = stack.record(task_id)
    assert (record.status, record.attempt) == (Status.RETRY, 1)
    assert not stack.has_reached("jump")
    assert stack.effects(task_id) == []


def test_a_late_attempt_is_fenced_and_its_rows_are_undone(stack: Stack) -> None:
    """Another claim holds the task while the body runs, as after a worker that seemed lost."""
    task_id = stack.enqueue("wait_inside", "late", "late", max_attempts=3)
    stack.wait_reached("late")
    held, other = stack.record(task_id), new_claim()
    with stack.connection.transaction():
        stack.connection.execute(
            "SELECT task_ledger.append(%s, 'retrying', %s, 1, 'tester', now(),"
            """ '{"reason":"worker_lost","countdown_s":0}', 1, now())""",
            (task_id, held.claim),
        )
        stack.connection.execute(
            "SELECT task_ledger.append(%s, 'started', %s, 2, 'tester', now(),"
            """ '{"worker":"other","host":"h","pid":1}', 1)""",
            (task_id, other),
        )
    stack.open_gate("late")
    stack.until(lambda: "late_write_refused" in _notes(stack, task_id), "the refusal")
    assert stack.effects(task_id) == []
    record = stack.record(task_id)
    assert (record.state, record.attempt, record.claim) == (State.STARTED, 2, other)


def _notes(stack: Stack, task_id: UUID) -> list[str]:
    return [event.data.kind for event in stack.events(task_id) if isinstance(event.data, Noted)]
