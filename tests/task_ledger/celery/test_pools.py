"""What holds on every pool that a worker may have, and what each adds or cannot do."""

from collections.abc import Iterator
from typing import Any

import pytest

from task_ledger.errors import NotTerminable
from task_ledger.eventlog.append import request_cancel
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.transitions import EventType, State, Status
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import enqueue, reasons, start_worker

POOLS = ("prefork", "threads", "solo")


@pytest.fixture(scope="module")
def ledger(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Projector, relay and reconciler; no worker."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(9), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        yield stack


@pytest.fixture(scope="module", params=POOLS)
def pool(request: pytest.FixtureRequest, ledger: Stack) -> Iterator[str]:
    """A worker on each pool, one after the other; its name is the pool's."""
    name: str = request.param
    start_worker(ledger, name, name)
    yield name
    if name in ledger.processes:
        ledger.stop(name)


def base(stack: Stack, task: str, *args: Any, **options: Any) -> Any:
    """Register a task of the application under test."""
    return stack.enqueue(task, *args, **options)


def lease(stack: Stack, worker: str) -> Any:
    """The kind of a worker's pool, how many tasks it works on at once, and its queues."""
    return stack.connection.execute(
        "SELECT pool, processes, queues FROM task_ledger.worker_lease WHERE worker = %s",
        (f"{worker}@test",),
    ).fetchone()


def test_a_lease_says_what_the_worker_takes_from_and_how_much_it_can_do(
    ledger: Stack, pool: str
) -> None:
    at_once = 1 if pool == "solo" else 2
    said = (pool if pool != "threads" else "thread", at_once)
    ledger.until(lambda: lease(ledger, pool) == (*said, ["celery"]), "its queues")
    control = ledger.sender.control
    control.add_consumer("more", destination=[f"{pool}@test"])
    ledger.until(lambda: lease(ledger, pool) == (*said, ["celery", "more"]), "another queue")
    control.cancel_consumer("more", destination=[f"{pool}@test"])
    ledger.until(lambda: lease(ledger, pool) == (*said, ["celery"]), "one queue less")


def test_rows_and_completed_are_one_commit_and_those_of_a_failed_body_are_undone(
    ledger: Stack, pool: str
) -> None:
    good = base(ledger, "succeed", f"good {pool}")
    assert ledger.ended(good).status is Status.SUCCESS
    assert ledger.effects(good) == [f"good {pool}"]
    bad = base(ledger, "fail_at_commit", f"bad {pool}")
    assert ledger.ended(bad).failure_reason == "error"
    assert ledger.effects(bad) == []
    escaped = base(ledger, "end_transaction", "connection.commit")
    assert (ledger.ended(escaped).error or {})["type"].endswith("TransactionEscaped")
    assert ledger.effects(escaped) == []


def test_a_retry_is_recorded_and_runs_when_it_is_due(ledger: Stack, pool: str) -> None:
    task_id = base(ledger, "retry_until", 2, 0, f"retry {pool}", max_attempts=3)
    task = ledger.ended(task_id)
    assert (task.status, task.result, task.attempt) == (Status.SUCCESS, 2, 2)
    assert ledger.effects(task_id) == ["attempt 2"]


def test_progress_is_seen_at_once_and_a_cancel_at_the_next_report(ledger: Stack, pool: str) -> None:
    name = f"cancel {pool}"
    task_id = base(ledger, "progress_until_cancelled", name)
    ledger.wait_reached(name)
    assert ledger.record(task_id).step == "First"
    request_cancel(ledger.connection, task_id, "ops")
    ledger.open_gate(name)
    assert ledger.ended(task_id).status is Status.REVOKED
    assert not ledger.has_reached(f"{name}: went on")
    assert ledger.effects(task_id) == []


def test_a_message_that_is_delivered_twice_is_run_once(ledger: Stack, pool: str) -> None:
    name = f"held {pool}"
    task_id = base(ledger, "wait_inside", name, name)
    ledger.wait_reached(name)
    ledger.deliver(task_id)
    ledger.open_gate(name)
    assert ledger.ended(task_id).status is Status.SUCCESS
    ledger.quiet()
    assert ledger.effects(task_id) == [name]
    assert [e.type for e in ledger.events(task_id)].count(EventType.STARTED) == 1


def test_what_cannot_be_read_ends_its_task_and_the_worker_goes_on(ledger: Stack, pool: str) -> None:
    task_id = enqueue(ledger, "lose_the_first", "x", queue="nobody")
    ledger.deliver(task_id, routing_key="celery", body=b"{")
    assert ledger.ended(task_id).failure_reason == "undeliverable"
    other = base(ledger, "succeed", f"goes on {pool}")
    assert ledger.ended(other).status is Status.SUCCESS


def test_how_many_bodies_run_at_once_and_where(ledger: Stack, pool: str) -> None:
    names = [f"{pool} {n}" for n in (1, 2)]
    tasks = [enqueue(ledger, "tell_process", name) for name in names]
    ledger.wait_reached(names[0])
    if pool == "solo":
        assert not ledger.has_reached(names[1])
        ledger.open_gate(names[0])
    ledger.wait_reached(names[1])
    for name in names:
        ledger.open_gate(name)
    (one, its_thread), (other, other_thread) = (ledger.ended(task_id).result for task_id in tasks)
    assert (one == other) == (pool != "prefork")
    assert pool != "threads" or its_thread != other_thread
    assert [ledger.effects(task_id) for task_id in tasks] == [[names[0]], [names[1]]]


def test_terminate_ends_the_process_on_prefork_and_is_refused_elsewhere(
    ledger: Stack, pool: str
) -> None:
    name = f"terminate {pool}"
    task_id = enqueue(ledger, "lose_the_first", name)
    ledger.wait_reached(name)
    if pool == "prefork":
        request_cancel(ledger.connection, task_id, "ops", terminate=True)
        assert ledger.ended(task_id).status is Status.REVOKED
        return
    with pytest.raises(NotTerminable, match="only --pool prefork can"):
        request_cancel(ledger.connection, task_id, "ops", terminate=True)
    assert not ledger.record(task_id).cancel_requested
    ledger.open_gate(name)
    assert ledger.ended(task_id).status is Status.SUCCESS


def test_a_worker_that_is_killed_costs_one_attempt(ledger: Stack, pool: str) -> None:
    """The last test of a pool: it ends the pool's worker."""
    name = f"killed {pool}"
    task_id = enqueue(ledger, "lose_the_first", name)
    ledger.wait_reached(name)
    ledger.kill(pool)
    ledger.until(lambda: ledger.record(task_id).state is State.RETRYING, "its lease to expire")
    assert reasons(ledger, task_id) == ["worker_lost"]
    assert ledger.effects(task_id) == []
    request_cancel(ledger.connection, task_id, "ops")
    # The broker would keep its message for the visibility timeout.
    ledger.broker.clear()
