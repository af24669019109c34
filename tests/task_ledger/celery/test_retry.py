"""A retry is recorded with its countdown, and FAILURE is shown only when nothing will run."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from psycopg import Connection

from task_ledger.eventlog.read import read_as_of_time, read_as_of_version
from task_ledger.model.transitions import EventType, State, Status
from tests.task_ledger.celery.conftest import Stack


def test_a_countdown_shows_retry_with_attempt_limit_and_due_time_in_every_read_path(
    stack: Stack,
) -> None:
    task_id = stack.enqueue("retry_until", 2, 3600, "counting", max_attempts=4)
    stack.wait_reached("counting")
    stack.until(lambda: stack.record(task_id).state is State.RETRYING, "the retry")

    fresh = stack.record(task_id)
    stack.until(lambda: projected_version(stack, task_id) == fresh.version, "the projector")
    now = datetime.now(UTC)
    for record in (
        fresh,
        read_as_of_version(stack.connection, task_id, fresh.version).record,
        read_as_of_time(stack.connection, task_id, now).record,
    ):
        assert (record.status, record.attempt, record.max_attempts) == (Status.RETRY, 1, 4)
        assert record.due_at is not None
        assert timedelta(minutes=58) < record.due_at - now < timedelta(minutes=61)
        assert record.error is not None
        assert record.error["message"] == "not yet"
    row = stack.connection.execute(
        "SELECT status, attempt, max_attempts, due_at FROM task_ledger.task_record WHERE"
        " task_id = %s",
        (task_id,),
    ).fetchone()
    assert row == ("RETRY", 1, 4, fresh.due_at)


def test_the_third_retry_that_succeeds_ends_in_success_with_the_full_history(
    stack: Stack,
) -> None:
    task_id = stack.enqueue("retry_until", 4, 0.2, "third", max_attempts=4)
    record = stack.ended(task_id)
    assert (record.status, record.attempt, record.result) == (Status.SUCCESS, 4, 4)
    assert stack.effects(task_id) == ["attempt 4"]
    assert [e.type for e in stack.events(task_id)] == [
        EventType.REGISTERED,
        *(EventType.STARTED, EventType.PROGRESS, EventType.RETRYING) * 3,
        *(EventType.STARTED, EventType.PROGRESS, EventType.COMPLETED),
    ]
    assert Status.FAILURE not in statuses(stack, task_id)


def test_failure_is_never_visible_before_the_last_attempt_has_failed(stack: Stack) -> None:
    task_id = stack.enqueue("always_os_error", max_attempts=3)
    record = stack.ended(task_id)
    assert (record.status, record.attempt) == (Status.FAILURE, 3)
    assert record.error is not None
    assert record.error["message"] == "attempt 3"
    assert statuses(stack, task_id) == [
        Status.PENDING,
        *(Status.STARTED, Status.RETRY) * 2,
        Status.STARTED,
        Status.FAILURE,
    ]
    stack.quiet()
    assert stack.record(task_id).version == record.version


@pytest.mark.parametrize("how", ["throw=False", "except Exception"])
def test_a_body_that_swallows_its_retry_is_retried_all_the_same(stack: Stack, how: str) -> None:
    task_id = stack.enqueue("swallow_retry", how, max_attempts=3)
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, "second attempt")
    assert stack.effects(task_id) == []


def test_an_error_at_the_last_flush_is_retried_as_declared(stack: Stack) -> None:
    task_id = stack.enqueue("break_constraint", "doubled", max_attempts=2)
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, 2)
    assert statuses(stack, task_id).count(Status.RETRY) == 1


def statuses(stack: Stack, task_id: UUID) -> list[Status]:
    """The status as of each version."""
    connection: Connection[object] = stack.connection
    return [
        read_as_of_version(connection, task_id, event.version).record.status
        for event in stack.events(task_id)
    ]


def projected_version(stack: Stack, task_id: UUID) -> int:
    """The version that the projector has folded."""
    row = stack.connection.execute(
        "SELECT version FROM task_ledger.task_record WHERE task_id = %s", (task_id,)
    ).fetchone()
    return row[0] if row else 0
