"""What a worker's main process learns is in the log at once, without any reconciler."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from task_ledger.celery.worker.request import Delivery, Ends
from task_ledger.errors import LedgerBusy
from task_ledger.eventlog.append import Append, append
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import ErrorData, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import EventType, RetryReason, State, Status
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import enqueue, reasons, start_worker


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A prefork worker, projector and relay; nobody reconciles."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(13), folder) as stack:
        stack.start("projector", "task_ledger.projector", "--only", "fold,relay")
        start_worker(stack)
        yield stack


def actors(stack: Stack, task_id: UUID) -> list[str]:
    """Who said how the attempts ended."""
    ends = (EventType.RETRYING, EventType.COMPLETED, EventType.FAILED)
    return [event.actor for event in stack.events(task_id) if event.type in ends]


def test_a_hard_time_limit_is_a_timeout_and_the_task_is_tried_again(stack: Stack) -> None:
    task_id = enqueue(stack, "exceed_the_limit", "hangs once", 2, time_limit=1)
    task = stack.ended(task_id)
    assert (task.status, task.result) == (Status.SUCCESS, 2)
    assert reasons(stack, task_id) == ["timeout", "completed"]
    assert stack.effects(task_id) == ["attempt 2"]


def test_the_last_attempt_at_its_hard_time_limit_fails_as_timeout_once(stack: Stack) -> None:
    task_id = enqueue(stack, "exceed_the_limit", "hangs", 9, max_attempts=2, time_limit=1)
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason) == (Status.FAILURE, "timeout")
    assert reasons(stack, task_id) == ["timeout", "timeout"]
    assert task.error is not None
    assert "hard time limit of 1" in task.error["message"]
    stack.quiet()
    assert stack.record(task_id).version == task.version
    assert stack.effects(task_id) == []


def test_a_child_that_is_killed_is_noticed_by_its_worker(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "child")
    os.kill(int(stack.wait_reached("child")), signal.SIGKILL)
    task = stack.ended(task_id)
    assert (task.status, task.result) == (Status.SUCCESS, 2)
    assert reasons(stack, task_id) == ["worker_lost", "completed"]
    assert actors(stack, task_id) == ["worker@test"] * 2
    assert stack.effects(task_id) == ["attempt 2"]


@pytest.mark.parametrize(
    ("attempt", "same_boot", "pid", "closes"),
    [(1, True, 7, True), (1, True, 8, False), (1, True, None, False), (1, False, 7, False),
     (2, True, 7, False)],
)  # fmt: skip
def test_only_the_loss_of_the_child_that_claimed_the_attempt_closes_it(
    stack: Stack, attempt: int, same_boot: bool, pid: int | None, closes: bool
) -> None:
    """Another delivery of the message, here or elsewhere, may have been lost instead."""
    task_id = enqueue(stack, "lose_the_first", "nobody", queue="nobody")
    boot = uuid4()
    started = Started(worker="w", host="h", pid=7, boot=boot)
    append(stack.connection, Append(task_id, new_claim(), 1, "w", started))
    ends = Ends(stack.database.url_for("worker"), boot if same_boot else uuid4())
    error = ErrorData(type="WorkerLost", message="it is gone")
    ends.lost(Delivery(task_id, attempt, "w", pid), RetryReason.WORKER_LOST, error)
    assert reasons(stack, task_id) == (["worker_lost"] if closes else [])


def test_recording_keeps_the_event_loop_waiting_for_seconds_and_then_not_at_all(
    stack: Stack,
) -> None:
    task_id = enqueue(stack, "lose_the_first", "nobody", queue="nobody")
    boot = uuid4()
    started = Started(worker="w", host="h", pid=7, boot=boot)
    append(stack.connection, Append(task_id, new_claim(), 1, "w", started))
    ends = Ends(stack.database.url_for("worker"), boot)
    gone = (Delivery(task_id, 1, "w", 7), RetryReason.WORKER_LOST,
            ErrorData(type="WorkerLost", message="it is gone"))  # fmt: skip
    with closing(_lock_of(stack, task_id)):
        began = monotonic()
        with pytest.raises(LedgerBusy):
            ends.lost(*gone)
        assert monotonic() - began < 4
    ends.lost(*gone)
    assert reasons(stack, task_id) == []


def test_a_task_that_is_revoked_before_it_starts_is_cancelled(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "revoked", countdown=1)
    stack.sender.control.revoke(str(task_id))
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason) == (Status.REVOKED, "cancelled")
    assert task.attempt == 0
    assert not stack.has_reached("revoked")


def test_a_task_that_expires_before_it_starts_ends_as_expired(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "expired", expires=0.001)
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason, task.attempt) == (Status.FAILURE, "expired", 0)
    assert not stack.has_reached("expired")


def test_a_task_that_is_terminated_while_it_runs_is_cancelled(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "terminated")
    stack.wait_reached("terminated")
    stack.sender.control.revoke(str(task_id), terminate=True, signal="SIGKILL")
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason) == (Status.REVOKED, "cancelled")
    assert stack.effects(task_id) == []
    stack.quiet()
    assert stack.record(task_id).version == task.version


def test_a_task_that_the_worker_has_no_code_of_ends_as_undeliverable(stack: Stack) -> None:
    task_id = enqueue(stack, "no_such_task")
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason, task.attempt) == (Status.FAILURE, "undeliverable", 0)
    assert task.error is not None
    assert (
        "worker@test has no task tests.task_ledger.celery.losing.no_such" in task.error["message"]
    )
    assert reasons(stack, task_id) == ["undeliverable"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"body": b'[["half'}, "cannot read its message"),
        ({"body": b'"no arguments"'}, "cannot use its message"),
        ({"body": b"x", "content_type": "application/x-python-serialize",
          "content_encoding": "binary"}, "cannot use its message"),
    ],
)  # fmt: skip
def test_a_task_whose_message_cannot_be_read_ends_as_undeliverable(
    stack: Stack, changes: dict[str, Any], why: str
) -> None:
    task_id = enqueue(stack, "lose_the_first", "unreadable", queue="nobody")
    message = stack.message(task_id)
    stack.deliver(task_id, message=message, routing_key="celery", **changes)
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason, task.attempt) == (Status.FAILURE, "undeliverable", 0)
    assert task.error is not None
    assert why in task.error["message"]
    stack.deliver(task_id, message=message, routing_key="celery", **changes)
    good = enqueue(stack, "lose_the_first", "goes on")
    stack.open_gate("goes on")
    assert stack.ended(good).status is Status.SUCCESS
    assert reasons(stack, task_id) == ["undeliverable"]


def test_what_is_no_message_at_all_does_not_end_the_worker(stack: Stack) -> None:
    """Something else writes to the list that is the queue, or publishes to it."""
    for item in (b"garbage", b"\xff\xfe", b"[]", b"5", b"{}", b'{"properties": {}}',
                 b'{"properties": {"delivery_tag": 7}}',
                 b'{"body": "x", "properties": {"delivery_tag": "t", "body_encoding": "no"}}',
                 ):  # fmt: skip
        stack.broker.push(item)
    good = enqueue(stack, "lose_the_first", "behind garbage")
    stack.open_gate("behind garbage")
    assert stack.ended(good).status is Status.SUCCESS
    assert stack.processes["worker"].poll() is None


def test_a_message_that_cannot_be_read_does_not_end_a_task_that_runs(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "held")
    stack.wait_reached("held")
    stack.deliver(task_id, body=b"{")
    log = stack.folder / "worker.log"
    stack.until(lambda: b"end_not_wanted" in log.read_bytes(), "the message to be refused")
    stack.open_gate("held")
    assert stack.ended(task_id).status is Status.SUCCESS


def test_a_ledger_that_does_not_answer_does_not_stop_the_worker(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "unanswered")
    child = int(stack.wait_reached("unanswered"))
    log = stack.folder / "worker.log"
    before = log.read_bytes().count(b"end_not_recorded")
    with closing(_lock_of(stack, task_id)):
        os.kill(child, signal.SIGKILL)
        stack.until(
            lambda: log.read_bytes().count(b"end_not_recorded") > before, "the worker to give up"
        )
        other = enqueue(stack, "lose_the_first", "other")
        stack.open_gate("other")
        assert stack.ended(other).status is Status.SUCCESS
    assert stack.record(task_id).state is State.STARTED
    stack.start("reconciler", "task_ledger.projector", "--only", "reconcile")
    try:
        stack.until(lambda: stack.record(task_id).state is not State.STARTED, "the reconciler")
        assert actors(stack, task_id)[0] == "reconciler"
    finally:
        stack.stop("reconciler")


def _lock_of(stack: Stack, task_id: UUID) -> psycopg.Connection[Any]:
    """A connection that holds a task's lock until it is closed."""
    connection: psycopg.Connection[Any] = psycopg.connect(stack.database.superuser_url)
    connection.execute("SELECT pg_advisory_xact_lock(task_ledger.lock_key(%s))", (task_id,))
    return connection
