"""A cancel that ends the process of a body which never asks; and pools that cannot do that."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID, uuid4

import pytest

from task_ledger.errors import NotTerminable
from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.eventlog.database import query
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import CancelRequested, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import EventType, State, Status
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
    """A prefork worker, projector, relay and reconciler."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(10), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        start_worker(stack)
        yield stack


def has_ended(pid: int) -> bool:
    """Whether a process is gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_a_body_that_never_asks_and_is_deaf_to_signals_is_ended_with_its_process(
    stack: Stack,
) -> None:
    task_id = enqueue(stack, "hang", "deaf")
    pid = int(stack.wait_reached("deaf"))
    answer = request_cancel(stack.connection, task_id, "ops", "stuck", terminate=True)
    assert (answer.outcome, answer.cancel_requested) == ("accepted", True)
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason) == (Status.REVOKED, "cancelled")
    assert task.cancel_requested_by == "ops"
    assert task.error is not None
    assert "its process was ended by the worker worker@test" in task.error["message"]
    stack.until(lambda: has_ended(pid), "the child to be gone")
    assert reasons(stack, task_id) == ["cancelled"]
    assert stack.effects(task_id) == []
    request = next(e.data for e in stack.events(task_id) if e.type is EventType.CANCEL_REQUESTED)
    assert request == CancelRequested(reason="stuck", terminate=True)
    other = enqueue(stack, "lose_the_first", "after the end")
    stack.open_gate("after the end")
    assert stack.ended(other).status is Status.SUCCESS
    stack.quiet()
    assert stack.record(task_id).version == task.version


def test_a_cancel_may_be_made_to_end_the_process_later_on(stack: Stack) -> None:
    task_id = enqueue(stack, "hang", "later")
    stack.wait_reached("later")
    assert request_cancel(stack.connection, task_id, "ops").outcome == "accepted"
    assert request_cancel(stack.connection, task_id, "ops").outcome == "already"
    harder = request_cancel(stack.connection, task_id, "boss", terminate=True)
    assert harder.outcome == "accepted"
    again = request_cancel(stack.connection, task_id, "boss", terminate=True)
    assert again.outcome in {"already", "ended"}
    task = stack.ended(task_id)
    assert (task.status, task.cancel_requested_by) == (Status.REVOKED, "boss")
    assert reasons(stack, task_id) == ["cancelled"]


def test_the_others_in_the_pool_go_on(stack: Stack) -> None:
    beside = enqueue(stack, "lose_the_first", "beside")
    stack.wait_reached("beside")
    task_id = enqueue(stack, "hang", "among others")
    stack.wait_reached("among others")
    request_cancel(stack.connection, task_id, "ops", terminate=True)
    assert stack.ended(task_id).status is Status.REVOKED
    stack.open_gate("beside")
    task = stack.ended(beside)
    assert (task.status, task.attempt) == (Status.SUCCESS, 1)


def test_a_task_that_nobody_holds_ends_at_once(stack: Stack) -> None:
    task_id = enqueue(stack, "hang", "never", countdown=3600)
    answer = request_cancel(stack.connection, task_id, "ops", terminate=True)
    assert answer.outcome == "accepted"
    assert stack.record(task_id).status is Status.REVOKED
    assert request_cancel(stack.connection, task_id, "ops", terminate=True).outcome == "ended"


def test_a_worker_that_is_gone_when_it_is_asked_ends_the_task_all_the_same(stack: Stack) -> None:
    start_worker(stack, "lost", options=("-Q", "alone"))
    task_id = enqueue(stack, "hang", "gone", queue="alone")
    stack.wait_reached("gone")
    group = stack.processes["lost"].pid
    os.killpg(group, signal.SIGSTOP)
    try:
        request_cancel(stack.connection, task_id, "ops", terminate=True)
    finally:
        stack.kill("lost")
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason) == (Status.REVOKED, "cancelled")
    assert stack.effects(task_id) == []


def test_a_worker_that_was_stopped_when_it_was_asked_honours_it_when_it_goes_on(
    stack: Stack,
) -> None:
    task_id = enqueue(stack, "hang", "paused")
    pid = int(stack.wait_reached("paused"))
    group = stack.processes["worker"].pid
    os.killpg(group, signal.SIGSTOP)
    try:
        request_cancel(stack.connection, task_id, "ops", terminate=True)
    finally:
        os.killpg(group, signal.SIGCONT)
    assert stack.ended(task_id).status is Status.REVOKED
    stack.until(lambda: has_ended(pid), "the child to be gone")
    assert reasons(stack, task_id) == ["cancelled"]


def test_a_worker_is_told_only_of_children_that_this_start_of_it_has(stack: Stack) -> None:
    """Not of those of a worker of its name, before it or elsewhere: there, pids are others'.

    That worker would also look whether a child with this pid runs the task just now; on two
    machines, or in two containers, that can be so.
    """
    task_id = enqueue(stack, "hang", "namesakes", queue="nobody")
    before, since = uuid4(), uuid4()
    started = Started(worker="w", host="h", pid=7, boot=before)
    append(stack.connection, Append(task_id, new_claim(), 1, "w", started))
    for boot in (before, since):
        lease = {
            "boot": boot, "worker": "w", "host": "h", "pid": 1, "seconds": 600, "live": [task_id],
            "can_terminate": True, "pool": "prefork", "processes": 1, "queues": ["nobody"],
        }  # fmt: skip
        stack.connection.execute(query("renew_lease"), lease)
    request_cancel(stack.connection, task_id, "ops", terminate=True)

    def told(boot: UUID) -> list[tuple[UUID, int]]:
        asked = {"boot": boot, "live": [task_id]}
        return stack.connection.execute(query("terminations"), asked).fetchall()

    assert told(before) == [(task_id, 7)]
    assert told(since) == []


def test_a_worker_that_shuts_down_and_waits_for_a_body_ends_it_when_it_is_asked(
    stack: Stack,
) -> None:
    start_worker(stack, "closing", options=("-Q", "closing"))
    task_id = enqueue(stack, "hang", "closing", queue="closing")
    pid = int(stack.wait_reached("closing"))
    closing = stack.processes["closing"]
    closing.terminate()
    log = stack.folder / "closing.log"
    stack.until(lambda: b"Warm shutdown" in log.read_bytes(), "the shutdown to begin")
    request_cancel(stack.connection, task_id, "ops", terminate=True)
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason) == (Status.REVOKED, "cancelled")
    assert stack.processes.pop("closing").wait(20) == 0
    assert has_ended(pid)
    assert reasons(stack, task_id) == ["cancelled"]


def test_an_attempt_of_a_worker_that_is_not_known_cannot_be_terminated(stack: Stack) -> None:
    task_id = enqueue(stack, "hang", "nobody", queue="nobody")
    append(
        stack.connection,
        Append(task_id, new_claim(), 1, "w", Started(worker="w", host="h", pid=1)),
    )
    version = stack.record(task_id).version
    with pytest.raises(NotTerminable, match="without terminate"):
        request_cancel(stack.connection, task_id, "ops", terminate=True)
    record = stack.record(task_id)
    assert (record.version, record.cancel_requested, record.state) == (
        version, False, State.STARTED
    )  # fmt: skip
