"""An attempt whose worker is lost is closed and tried again; whatever it still does is undone."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
from psycopg import sql

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Noted
from task_ledger.model.transitions import State, Status
from task_ledger.projector.database import connect
from task_ledger.projector.redispatch import Redispatch
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import enqueue, reasons, start_worker


@pytest.fixture
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A projector with relay and reconciler; every test starts the workers that it loses."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(14), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        yield stack


def leases(stack: Stack) -> list[tuple[str, bool, bool]]:
    """(worker, whether its lease is good, whether it was ended)."""
    return stack.connection.execute(
        "SELECT worker, expires_at > clock_timestamp(), ended_at IS NOT NULL"
        " FROM task_ledger.worker_lease ORDER BY began_at"
    ).fetchall()


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_a_worker_names_what_it_works_on_and_ends_its_lease_when_it_stops(
    stack: Stack, pool: str
) -> None:
    start_worker(stack, "worker", pool)
    task_id = enqueue(stack, "lose_the_first", "named")
    stack.wait_reached("named")
    boot = stack.record(task_id).boot
    assert boot is not None

    def named(column: str) -> bool:
        row = stack.connection.execute(
            sql.SQL("SELECT {} FROM task_ledger.worker_lease WHERE boot = %s").format(
                sql.Identifier(column)
            ),
            (boot,),
        ).fetchone()
        return row is not None and task_id in row[0]

    stack.until(lambda: named("live") and named("live_before"), "two renewals")
    stack.open_gate("named")
    assert stack.ended(task_id).result == 1
    stack.until(lambda: not named("live"), "a renewal without it")
    assert reasons(stack, task_id) == ["completed"]
    stack.stop("worker")
    assert leases(stack) == [("worker@test", False, True)]


def test_a_whole_worker_that_is_killed_is_replaced_by_the_next_one(stack: Stack) -> None:
    stack.start("another", "task_ledger.projector", "--only", "reconcile")
    start_worker(stack, "first")
    task_id = enqueue(stack, "lose_the_first", "killed")
    stack.wait_reached("killed")
    stack.kill("first")
    start_worker(stack, "second")
    task = stack.ended(task_id)
    assert (task.status, task.result, task.attempt) == (Status.SUCCESS, 2, 2)
    assert stack.effects(task_id) == ["attempt 2"]
    assert reasons(stack, task_id) == ["worker_lost", "completed"]


def test_a_child_of_the_pool_that_is_killed_costs_one_attempt(stack: Stack) -> None:
    start_worker(stack)
    task_id = enqueue(stack, "lose_the_first", "child")
    os.kill(int(stack.wait_reached("child")), signal.SIGKILL)
    task = stack.ended(task_id)
    assert (task.status, task.result, task.attempt) == (Status.SUCCESS, 2, 2)
    assert stack.effects(task_id) == ["attempt 2"]
    assert reasons(stack, task_id) == ["worker_lost", "completed"]


def test_a_task_that_kills_every_worker_stops_at_its_limit(stack: Stack) -> None:
    start_worker(stack)
    task_id = enqueue(stack, "kill_own_worker", max_attempts=3)
    task = stack.ended(task_id)
    assert (task.status, task.failure_reason, task.attempt) == (Status.FAILURE, "worker_lost", 3)
    assert reasons(stack, task_id) == ["worker_lost"] * 3
    assert stack.effects(task_id) == []
    stack.quiet()
    assert stack.record(task_id).version == task.version


def test_a_worker_that_was_paused_beyond_its_lease_commits_nothing(stack: Stack) -> None:
    # RabbitMQ would push the next message to a paused worker that has room for it.
    start_worker(stack, "paused", at_once=1)
    task_id = enqueue(stack, "wait_in_each", "paused")
    stack.wait_reached("paused 1")
    group = stack.processes["paused"].pid
    os.killpg(group, signal.SIGSTOP)
    try:
        stack.until(lambda: stack.record(task_id).state is State.RETRYING, "its lease to expire")
        start_worker(stack, "other")
        stack.wait_reached("paused 2")
    finally:
        stack.open_gate("paused 1")
        os.killpg(group, signal.SIGCONT)
    stack.until(lambda: stack.record(task_id).notes > 0, "the late write to be refused")
    note = stack.events(task_id)[-1].data
    assert isinstance(note, Noted)
    assert (note.kind, note.worker, note.attempt) == ("late_write_refused", "paused@test", 1)
    assert stack.effects(task_id) == []
    stack.open_gate("paused 2")
    task = stack.ended(task_id)
    assert (task.status, task.result) == (Status.SUCCESS, 2)
    assert stack.effects(task_id) == ["attempt 2"]
    stack.until(lambda: [good for _, good, _ in leases(stack)] == [True, True], "its lease again")


def test_a_body_that_leaves_its_thread_is_closed_while_the_worker_lives(stack: Stack) -> None:
    start_worker(stack, pool="threads")
    task_id = enqueue(stack, "leave_the_thread")
    task = stack.ended(task_id)
    assert (task.status, task.result) == (Status.SUCCESS, 2)
    assert stack.effects(task_id) == ["left"]
    assert reasons(stack, task_id) == ["worker_lost", "completed"]


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_a_body_that_never_waits_does_not_keep_its_lease_from_being_renewed(
    stack: Stack, pool: str
) -> None:
    start_worker(stack, pool=pool)
    task_id = enqueue(stack, "hold_the_interpreter", "busy", 3.0)
    stack.wait_reached("busy")
    assert stack.ended(task_id).status is Status.SUCCESS
    assert reasons(stack, task_id) == ["completed"]
    assert stack.record(task_id).attempt == 1


def test_a_message_that_the_broker_lost_is_dispatched_again(stack: Stack) -> None:
    task_id = enqueue(stack, "lose_the_first", "message")
    stack.until(lambda: stack.published() == 1, "the message to be published")
    stack.broker.lose()
    with closing(connect(stack.database.url_for("projector"), "test")) as connection:
        unclaimed = Redispatch(connection, look_after_s=0.0, wait_s=0.0)
        stack.until(unclaimed.tick, "the message to be dispatched again")
    stack.until(lambda: stack.published() == 1, "the message to be published again")
    stack.open_gate("message")
    start_worker(stack)
    task = stack.ended(task_id)
    assert (task.status, task.attempt) == (Status.SUCCESS, 1)
    assert stack.effects(task_id) == ["attempt 1"]


@pytest.mark.parametrize(
    ("task", "runs"),
    [("die_early_acknowledged", 1), ("die_late_acknowledged", 1), ("die_rejected", 2)],
)
def test_an_untracked_message_whose_child_is_killed_is_lost_as_the_task_says(
    stack: Stack, task: str, runs: int
) -> None:
    """As on plain Celery: only rejecting it when the child is lost lets the broker deliver it."""
    log = stack.folder / f"{task}.log"
    start_worker(stack, task, at_once=1)
    try:
        stack.sender.send_task(task, (task,))
        stack.until(lambda: b"WorkerLostError" in log.read_bytes(), "the loss to be seen")
        after = enqueue(stack, "lose_the_first", f"after {task}")
        stack.wait_reached(f"after {task}")
        stack.open_gate(f"after {task}")
        stack.ended(after)
        stack.quiet()
        assert int(stack.signals.get(f"runs:{task}") or 0) == runs
    finally:
        stack.stop(task)
