"""Who may append, and when: claims, cancels, countdowns, attempts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection

from task_ledger.eventlog.read import read_events
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import State
from tests.schema.calls import (
    CANCELLED,
    DATA,
    Task,
    append,
    note,
    request_cancel,
    start,
    task_in,
)

HELD = (State.STARTED, State.PROGRESS)


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize("state", HELD)
def test_after_an_accepted_cancel_only_progress_and_cancelled_may_follow(
    owner: Connection[Any], state: State
) -> None:
    task = task_in(owner, state)
    assert request_cancel(owner, task).outcome == "accepted"
    for event_type in ("completed", "retrying", "failed"):
        assert append(owner, task, event_type).outcome == "cancelled"
    answer = append(owner, task, "progress")
    assert (answer.outcome, answer.cancel_requested) == ("appended", True)
    assert append(owner, task, "failed", p_data=CANCELLED).outcome == "appended"
    assert read_events(owner, task.id)[-1].state is State.FAILED


@pytest.mark.parametrize("state", [State.REGISTERED, State.RETRYING])
def test_a_task_that_no_claim_holds_ends_at_once_when_it_is_cancelled(
    owner: Connection[Any], state: State
) -> None:
    task = task_in(owner, state)
    answer = request_cancel(owner, task)
    assert (answer.outcome, answer.state, answer.due_at) == ("accepted", State.FAILED, None)
    assert [str(e.type) for e in read_events(owner, task.id)[-2:]] == ["cancel_requested", "failed"]
    late = Task(task.id, uuid4(), task.attempt + 1)
    assert append(owner, late, "started").outcome in {"illegal", "cancelled"}


def test_a_cancel_is_accepted_once_and_never_after_the_end(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    assert request_cancel(owner, task).outcome == "accepted"
    assert request_cancel(owner, task).outcome == "already"
    append(owner, task, "failed", p_data=CANCELLED)
    assert request_cancel(owner, task).outcome == "ended"
    assert request_cancel(owner, Task(new_task_id())).outcome == "unknown"
    types = [str(e.type) for e in read_events(owner, task.id)]
    assert types.count("cancel_requested") == 1


@pytest.mark.usefixtures("each_way")
def test_a_retry_does_not_start_before_it_is_due(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    due = datetime.now(UTC) + timedelta(hours=1)
    assert append(owner, task, "retrying", p_due_at=due).due_at == due
    answer = append(owner, Task(task.id, uuid4(), 2), "started")
    assert (answer.outcome, answer.due_at) == ("not_due", due)


@pytest.mark.usefixtures("each_way")
def test_a_task_registered_for_later_does_not_start_before_it_is_due(
    owner: Connection[Any],
) -> None:
    due = datetime.now(UTC) + timedelta(hours=1)
    task = task_in(owner, State.REGISTERED, p_due_at=due)
    assert append(owner, Task(task.id, uuid4(), 1), "started").outcome == "not_due"


def test_the_last_attempt_cannot_retry_unless_the_limit_is_raised(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED, p_max_attempts=1)
    assert append(owner, task, "retrying").outcome == "exhausted"
    assert append(owner, task, "retrying", p_max_attempts=2).outcome == "appended"
    assert read_events(owner, task.id)[-1].max_attempts == 2
    start(owner, task)
    assert append(owner, task, "retrying").outcome == "exhausted"
    assert append(owner, task, "failed").outcome == "appended"


@pytest.mark.usefixtures("each_way")
@pytest.mark.parametrize("attempt", [0, 1, 3])
def test_a_message_for_another_attempt_is_fenced(owner: Connection[Any], attempt: int) -> None:
    task = task_in(owner, State.RETRYING)
    answer = append(owner, Task(task.id, uuid4()), "started", p_attempt=attempt)
    assert (answer.outcome, answer.attempt) == ("fenced", 1)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event_type", ["progress", "retrying", "completed", "failed"])
def test_a_claim_that_does_not_hold_the_task_is_fenced_in_every_state(
    shared_owner: Connection[Any], state: State, event_type: str
) -> None:
    task = task_in(shared_owner, state)
    version = len(read_events(shared_owner, task.id))
    answer = append(shared_owner, Task(task.id, uuid4(), task.attempt), event_type)
    assert (answer.outcome, answer.version) == ("fenced", version)


def test_the_claim_of_an_earlier_attempt_is_fenced(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    old = Task(task.id, task.claim, 1)
    append(owner, task, "retrying")
    assert append(owner, old, "completed").outcome == "fenced"
    start(owner, task)
    for event_type in ("progress", "retrying", "completed", "failed"):
        assert append(owner, old, event_type).outcome == "fenced"
    assert append(owner, task, "completed").outcome == "appended"


def test_nobody_may_speak_without_a_claim_for_a_task_that_is_held(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    assert append(owner, Task(task.id, None, 1), "failed").outcome == "fenced"


@pytest.mark.parametrize("state", [State.REGISTERED, State.RETRYING])
def test_an_end_without_a_claim_is_for_the_attempt_that_the_task_waits_for(
    owner: Connection[Any], state: State
) -> None:
    task = task_in(owner, state)
    version = len(read_events(owner, task.id))
    for stale in (task.attempt - 1, task.attempt, task.attempt + 2):
        answer = append(owner, task, "failed", p_attempt=stale)
        assert (answer.outcome, answer.version) == ("fenced", version)
    assert append(owner, task, "failed", p_attempt=task.attempt + 1).outcome == "appended"


@pytest.mark.parametrize("clock", [timedelta(hours=-2), timedelta(hours=2)])
def test_a_countdown_ends_by_the_databases_clock(owner: Connection[Any], clock: timedelta) -> None:
    task = task_in(owner, State.STARTED)
    answer = append(
        owner,
        task,
        "retrying",
        p_due_at=None,
        p_data='{"reason":"error","countdown_s":90}',
        p_occurred_at=datetime.now(UTC) + clock,
    )
    assert answer.outcome == "appended"
    retrying = read_events(owner, task.id)[-1]
    assert retrying.due_at == answer.due_at
    assert answer.due_at is not None
    assert abs(answer.due_at - retrying.recorded_at - timedelta(seconds=90)) < timedelta(seconds=1)


@pytest.mark.parametrize(("expires_in_s", "outcome"), [(60, "not_due"), (-60, "appended")])
def test_a_task_expires_by_the_databases_clock(
    owner: Connection[Any], expires_in_s: int, outcome: str
) -> None:
    expires_at = datetime.now(UTC) + timedelta(seconds=expires_in_s)
    data = f'{{"task_type":"t","name":"n","expires_at":"{expires_at.isoformat()}"}}'
    task = task_in(owner, State.REGISTERED, p_data=data)
    expired = append(owner, task, "failed", p_data='{"reason":"expired"}')
    assert expired.outcome == outcome


def test_notes_are_taken_in_every_state_and_are_bounded(owner: Connection[Any]) -> None:
    task = task_in(owner, State.COMPLETED)
    for _ in range(100):
        assert note(owner, task).outcome == "appended"
    answer = note(owner, task)
    assert (answer.outcome, answer.state) == ("too_many", State.COMPLETED)


def test_retrying_stores_the_next_dispatch_of_the_tasks_message(owner: Connection[Any]) -> None:
    task = Task(new_task_id())
    message = (
        '{"exchange":"","routing_key":"q","content_type":"application/json",'
        '"content_encoding":"utf-8","headers":{},"properties":{},"declare":[]}'
    )
    owner.execute(
        "SELECT task_ledger.enqueue(%s, 'p', 'a', now(), %s, 1, 3, NULL, %s, 'body')",
        (task.id, DATA["registered"], message),
    )
    start(owner, task)
    due = datetime.now(UTC) + timedelta(seconds=30)
    append(owner, task, "retrying", p_due_at=due)
    rows = owner.execute(
        "SELECT attempt, due_at, try_at FROM task_ledger.outbox WHERE task_id = %s ORDER BY id",
        (task.id,),
    ).fetchall()
    assert [row[0] for row in rows] == [1, 2]
    assert rows[1][1:] == (due, due)


def test_a_traceback_is_kept_apart_from_the_log(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    answer = append(owner, task, "failed", p_traceback="Traceback: secret")
    assert owner.execute("SELECT task_id, version, text FROM task_ledger.traceback").fetchall() == [
        (task.id, answer.version, "Traceback: secret")
    ]
    assert "secret" not in "".join(e.data_text for e in read_events(owner, task.id))
