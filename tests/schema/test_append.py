"""Who may append, when, and in which order: claims, cancels, countdowns, attempts, feed numbers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection, sql

from task_ledger.eventlog.read import read_events
from task_ledger.model.ids import new_task_id, shard_of
from task_ledger.model.transitions import State
from tests.schema.calls import (
    CANCELLED,
    DATA,
    Task,
    append,
    note,
    register,
    request_cancel,
    start,
    task_in,
)
from tests.servers import Database

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


def test_of_two_concurrent_starts_of_one_attempt_one_wins(database: Database) -> None:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as setup:
        tasks = [task_in(setup, State.REGISTERED) for _ in range(20)]

    def deliver(_: int) -> list[str]:
        with psycopg.connect(database.url_for("worker"), autocommit=True) as connection:
            return [
                append(connection, Task(task.id, uuid4(), 1), "started").outcome for task in tasks
            ]

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(deliver, range(4)))
    for of_one_task in zip(*outcomes, strict=True):
        assert sorted(of_one_task) == ["appended", "fenced", "fenced", "fenced"]


def test_a_start_waits_for_the_open_one_and_is_then_fenced(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.REGISTERED)
    with psycopg.connect(database.url_for("owner")) as first, ThreadPoolExecutor(1) as pool:
        assert append(first, Task(task.id, uuid4(), 1), "started").outcome == "appended"
        with psycopg.connect(database.url_for("owner"), autocommit=True) as second:
            waiting = pool.submit(append, second, Task(task.id, uuid4(), 1), "started")
            await_waiter(owner, second.info.backend_pid)
            first.commit()
            # A stale snapshot would still see the task as registered and say `appended`.
            assert waiting.result(timeout=10).outcome == "fenced"


def await_waiter(connection: Connection[Any], pid: int) -> None:
    """Return once the backend waits for a lock."""
    while connection.execute("SELECT cardinality(pg_blocking_pids(%s)) = 0", (pid,)).fetchone() == (
        True,
    ):
        pass


def test_an_event_is_recorded_no_earlier_than_the_one_before_it(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("owner")) as slow:
        slow.execute("SELECT 1")
        append(owner, task, "progress")
        before = owner.execute("SELECT clock_timestamp()").fetchone()
        append(slow, task, "progress")
        slow.commit()
    times = [e.recorded_at for e in read_events(owner, task.id)]
    assert times == sorted(times)
    assert before is not None
    assert times[-1] > before[0], "the time of the statement, not that of the transaction's start"


@pytest.mark.parametrize("writer", ["append", "fail", "register", "note", "cancel"])
def test_the_transaction_id_is_drawn_before_the_feed_number(
    database: Database, owner: Connection[Any], writer: str
) -> None:
    # A follower fences gaps by transaction ids: a number taken before the id could be forgotten
    # while it can still appear. A lock on the sequence stops each writer right before its number.
    task = task_in(owner, State.STARTED)
    write = {
        "append": lambda c: append(c, task, "progress"),
        "fail": lambda c: append(c, task, "failed"),
        "register": register,
        "note": lambda c: note(c, task),
        "cancel": lambda c: request_cancel(c, task),
    }[writer]
    sequence = sql.Identifier("task_ledger", f"feed_{shard_of('P-1')}")
    with psycopg.connect(database.url_for("owner")) as waiting, ThreadPoolExecutor(1) as pool:
        owner.execute("BEGIN")
        owner.execute(sql.SQL("ALTER SEQUENCE {} NO CYCLE").format(sequence))
        answer = pool.submit(write, waiting)
        await_waiter(owner, waiting.info.backend_pid)
        row = owner.execute(
            "SELECT backend_xid IS NOT NULL, (SELECT relation::regclass::text FROM pg_locks AS l"
            " WHERE l.pid = a.pid AND NOT granted) FROM pg_stat_activity AS a WHERE pid = %s",
            (waiting.info.backend_pid,),
        ).fetchone()
        owner.execute("ROLLBACK")
        assert row == (True, f"task_ledger.feed_{shard_of('P-1')}"), (
            "it takes a number before it has a transaction id"
        )
        assert answer.result(timeout=10).outcome in {"appended", "accepted"}


def test_a_second_registration_is_answered_and_its_transaction_goes_on(
    database: Database, owner: Connection[Any]
) -> None:
    task_id = new_task_id()
    with (
        psycopg.connect(database.url_for("owner")) as first,
        psycopg.connect(database.url_for("owner")) as second,
        ThreadPoolExecutor(1) as pool,
    ):
        assert register(first, task_id).outcome == "appended"
        waiting = pool.submit(register, second, task_id)
        await_waiter(owner, second.info.backend_pid)
        first.commit()
        answer = waiting.result(timeout=10)
        assert (answer.outcome, answer.version, answer.state) == (
            "already_registered",
            1,
            State.REGISTERED,
        )
        assert register(second).outcome == "appended"
        second.commit()
    assert len(read_events(owner, task_id)) == 1


def test_a_registration_behind_one_that_is_rolled_back_wins(
    database: Database, owner: Connection[Any]
) -> None:
    task_id = new_task_id()
    with (
        psycopg.connect(database.url_for("owner")) as first,
        psycopg.connect(database.url_for("owner"), autocommit=True) as second,
        ThreadPoolExecutor(1) as pool,
    ):
        register(first, task_id)
        waiting = pool.submit(register, second, task_id)
        await_waiter(owner, second.info.backend_pid)
        first.rollback()
        assert waiting.result(timeout=10).outcome == "appended"


def test_ten_thousand_tasks_can_be_registered_in_one_transaction(database: Database) -> None:
    with psycopg.connect(database.url_for("owner")) as connection:
        connection.execute(
            "SELECT task_ledger.register(id, 'p' || n, 'a', now(), %s, 1, NULL, NULL)"
            " FROM unnest(%s::uuid[]) WITH ORDINALITY AS drawn (id, n)",
            (DATA["registered"], [new_task_id() for _ in range(10_000)]),
        )
        connection.commit()


def test_notes_are_taken_in_every_state_and_are_bounded(owner: Connection[Any]) -> None:
    task = task_in(owner, State.COMPLETED)
    for _ in range(100):
        assert note(owner, task).outcome == "appended"
    answer = note(owner, task)
    assert (answer.outcome, answer.state) == ("too_many", State.COMPLETED)


def test_events_in_an_array_are_answered_in_its_order(owner: Connection[Any]) -> None:
    import json

    tasks = [task_in(owner, State.STARTED) for _ in range(5)]
    events = [
        {
            "task_id": str(task.id),
            "type": event_type,
            "claim": str(task.claim if ordinal % 3 else uuid4()),
            "attempt": 1,
            "actor": "w1",
            "occurred_at": datetime.now(UTC).isoformat(),
            "schema_version": 1,
            "data": json.loads(DATA[event_type]),
        }
        for event_type in ("progress", "completed")
        for ordinal, task in enumerate(tasks)
    ]
    rows = owner.execute(
        "SELECT outcome, version, ordinal FROM task_ledger.append_many(%s::json) ORDER BY ordinal",
        (json.dumps(events),),
    ).fetchall()
    expected = [("appended", 3), ("appended", 4)]
    assert rows == [
        (("fenced", 2) if place % 5 % 3 == 0 else expected[place // 5]) + (place + 1,)
        for place in range(10)
    ]


def test_two_arrays_with_the_same_tasks_in_opposite_order_do_not_deadlock(
    database: Database, owner: Connection[Any]
) -> None:
    import json

    tasks = [task_in(owner, State.STARTED) for _ in range(30)]

    def send(reverse: bool) -> set[str]:
        events = [
            {
                "task_id": str(task.id),
                "type": "progress",
                "claim": str(task.claim),
                "attempt": 1,
                "actor": "w1",
                "occurred_at": datetime.now(UTC).isoformat(),
                "schema_version": 1,
                "data": json.loads(DATA["progress"]),
            }
            for task in (tasks[::-1] if reverse else tasks)
        ]
        with psycopg.connect(database.url_for("worker"), autocommit=True) as connection:
            outcomes: set[str] = set()
            for _ in range(10):
                rows = connection.execute(
                    "SELECT outcome FROM task_ledger.append_many(%s::json)", (json.dumps(events),)
                )
                outcomes |= {row[0] for row in rows}
            return outcomes

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, [False, True])) == [{"appended"}, {"appended"}]


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
