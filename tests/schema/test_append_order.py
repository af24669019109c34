"""In which order events are stored: concurrent starts and registrations, times, feed numbers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection, sql

from task_ledger.eventlog.read import read_events
from task_ledger.model.ids import new_task_id, shard_of
from task_ledger.model.transitions import State
from tests.schema.calls import (
    DATA,
    Task,
    append,
    note,
    register,
    request_cancel,
    task_in,
)
from tests.servers import Database


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
