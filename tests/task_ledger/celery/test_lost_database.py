"""A database that goes away costs an attempt, and never a task that has attempts left."""

import pytest
from psycopg import connect

from task_ledger.model.transitions import Status
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.celery.workers import reasons


def break_transactions(stack: Stack) -> None:
    """End the sessions of all bodies that wait in their transactions."""
    stack.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"
        " AND datname = current_database()"
    )


@pytest.mark.parametrize("then_write", [True, False], ids=["under the body", "before the end"])
def test_an_attempt_whose_connection_breaks_is_tried_again(stack: Stack, then_write: bool) -> None:
    name = f"lost {then_write}"
    task_id = stack.enqueue("wait_at_first", name, then_write, max_attempts=3)
    stack.wait_reached(name)
    break_transactions(stack)
    stack.open_gate(name)
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, 2)
    assert reasons(stack, task_id) == ["worker_lost", "completed"]
    assert stack.effects(task_id) == ["attempt 2"]


def test_an_attempt_whose_connection_breaks_as_it_opens_is_tried_again(stack: Stack) -> None:
    task_id = stack.enqueue("wait_while_it_opens", "opening", max_attempts=3)
    pid = int(stack.wait_reached("opening"))
    stack.connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    stack.open_gate("opening")
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, 2)
    assert reasons(stack, task_id) == ["worker_lost", "completed"]
    assert stack.effects(task_id) == ["attempt 2"]


@pytest.mark.parametrize("then_write", [True, False], ids=["under the body", "before the end"])
def test_a_session_that_the_database_ends_by_its_time_limit_fails_the_task_and_says_why(
    stack: Stack, then_write: bool
) -> None:
    name = f"idle {then_write}"
    task_id = stack.enqueue("idle_too_long", name, then_write, max_attempts=3)
    stack.wait_reached(name)

    def idle() -> bool:
        rows = stack.connection.execute(
            "SELECT FROM pg_stat_activity WHERE state = 'idle in transaction'"
            " AND datname = current_database()"
        ).fetchall()
        return bool(rows)

    stack.until(lambda: not idle(), "the session to be ended")
    stack.open_gate(name)
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason, record.attempt) == (Status.FAILURE, "error", 1)
    assert record.error is not None
    assert record.error["type"].endswith("SessionTimedOut")
    assert "idle_in_transaction_session_timeout is shorter" in record.error["message"]
    assert stack.effects(task_id) == []


def test_without_an_attempt_left_the_task_fails_and_its_worker_goes_on(stack: Stack) -> None:
    task_id = stack.enqueue("wait_inside", "broken", "broken")
    stack.wait_reached("broken")
    break_transactions(stack)
    stack.open_gate("broken")
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "worker_lost")
    assert record.error is not None
    assert record.error["type"].endswith("LedgerUnavailable")
    assert stack.effects(task_id) == []
    again = stack.enqueue("succeed", "after the break")
    assert stack.ended(again).status is Status.SUCCESS


def test_a_task_may_say_itself_what_happens_when_the_ledger_is_away(stack: Stack) -> None:
    task_id = stack.enqueue("wait_and_declare", "declared", max_attempts=3)
    stack.wait_reached("declared")
    break_transactions(stack)
    stack.open_gate("declared")
    assert stack.ended(task_id).result == 2
    assert reasons(stack, task_id) == ["error", "completed"]
    assert stack.effects(task_id) == ["attempt 2"]


def test_a_stranger_who_holds_the_task_for_long_costs_time(stack: Stack) -> None:
    task_id = stack.enqueue("wait_at_first", "held", False, max_attempts=1)
    stack.wait_reached("held")
    stack.connection.execute("ALTER FUNCTION task_ledger.append SET lock_timeout = '1s'")
    with connect(stack.database.superuser_url) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(task_ledger.lock_key(%s))", (task_id,))
        stack.open_gate("held")

        def waiting() -> set[int]:
            rows = stack.connection.execute(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            ).fetchall()
            return {pid for (pid,) in rows}

        stack.until(waiting, "the end to wait for the lock")
        first = waiting()
        stack.until(lambda: waiting() - first, "the end to be given up")
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, 2)
    assert reasons(stack, task_id) == ["shortage", "completed"]
    assert stack.effects(task_id) == ["attempt 2"]
