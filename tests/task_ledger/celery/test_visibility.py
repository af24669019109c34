"""Waiting for longer than the broker's visibility timeout makes no second delivery."""

from collections.abc import Iterator

import pytest
from celery import Signature

from task_ledger.local.embedded import EmbeddedPostgres
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
    """A worker whose broker delivers again what is not acknowledged within a second."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(7), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        # Both long bodies, and one place for the second delivery to be refused at.
        start_worker(stack, module="impatient", at_once=3)
        yield stack


def received(stack: Stack, task: str) -> int:
    """How many messages of the task the worker got."""
    log = (stack.folder / "worker.log").read_text()
    return sum(f"losing.{task}[" in line and "] received" in line for line in log.splitlines())


def test_a_countdown_of_many_visibility_timeouts_is_delivered_once(stack: Stack) -> None:
    task_id = enqueue(stack, "tell_process", "counted down", countdown=5)
    stack.until(lambda: stack.has_reached("counted down"), "the countdown", 60)
    stack.open_gate("counted down")
    task = stack.ended(task_id)
    assert task.started_at is not None
    assert (task.started_at - task.created_at).total_seconds() > 4
    stack.quiet()
    assert stack.record(task_id).notes == 0
    assert received(stack, "tell_process") == 1
    assert [e.type for e in stack.events(task_id)].count(EventType.STARTED) == 1
    assert stack.effects(task_id) == ["counted down"]


def test_a_body_of_many_visibility_timeouts_is_delivered_again_and_run_once(
    stack: Stack,
) -> None:
    """The timeout is what it is said to be: else the statement above would say nothing."""
    name = "tests.task_ledger.celery.impatient.wait_untracked"
    Signature(name, args=("long untracked body",), app=stack.sender).apply_async()
    stack.wait_reached("long untracked body")
    task_id = enqueue(stack, "lose_the_first", "long body")
    stack.wait_reached("long body")
    if stack.broker.url.startswith("redis"):
        stack.until(lambda: stack.record(task_id).notes > 0, "a second delivery to be refused")
    assert stack.record(task_id).state is State.STARTED
    # Acknowledged as it begins, as on plain Celery: nothing would keep it from running twice.
    assert not stack.has_reached("long untracked body")
    for name in ("long body", "long untracked body"):
        stack.open_gate(name)
    assert stack.ended(task_id).status is Status.SUCCESS
    assert reasons(stack, task_id) == ["completed"]
    assert stack.effects(task_id) == ["attempt 1"]
