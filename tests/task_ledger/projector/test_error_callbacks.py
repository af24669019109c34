"""A task's error callback is sent when the task has failed, once, and never otherwise."""

import pytest
from celery import chain, chord

from tests.task_ledger.projector.steps import ENDS, Steps, fail, lose_its_worker, task


@pytest.mark.parametrize("how", ["error", "worker_lost", "expired"])
def test_an_error_callback_is_sent_once_when_its_task_has_failed(steps: Steps, how: str) -> None:
    unit = task("a")
    unit.link_error(task("tell"))
    (only,) = steps.enqueue(unit)
    ENDS[how](steps, only)
    assert steps.advance() == 1
    assert steps.sent() == ["tell"]
    assert steps.advance() == 0


@pytest.mark.parametrize("how", ["success", "cancelled", "cancelled while it ran"])
def test_an_error_callback_of_a_task_that_has_not_failed_is_dropped(steps: Steps, how: str) -> None:
    unit = task("a")
    unit.link_error(task("tell"))
    (only,) = steps.enqueue(unit)
    ENDS.get(how, lambda steps, task_id: steps.run(task_id))(steps, only)
    steps.advance()
    assert steps.sent() == []
    left = steps.writer.execute(
        "SELECT count(*) FROM task_ledger.message WHERE task_id IS NULL"
    ).fetchone()
    assert left == (0,)


def test_an_error_callback_waits_while_attempts_are_left(steps: Steps) -> None:
    unit = task("a")
    unit.link_error(task("tell"))
    (only,) = steps.enqueue(unit, max_attempts=2)
    lose_its_worker(steps, only)
    assert steps.advance() == 0
    assert steps.sent() == []


def test_a_chains_error_callback_is_sent_for_the_step_that_failed_and_not_for_those_after_it(
    steps: Steps,
) -> None:
    unit = chain(task("a"), task("b"), task("c"))
    unit.link_error(task("tell"))
    first, *_ = steps.enqueue(unit)
    fail(steps, first)
    steps.advance()
    assert steps.sent() == ["tell"]


def test_a_bodys_error_callback_is_sent_when_a_member_has_failed(steps: Steps) -> None:
    body = task("c")
    body.link_error(task("tell"))
    left, *_ = steps.enqueue(chord([task("a"), task("b")], body))
    fail(steps, left)
    steps.advance()
    assert steps.sent() == ["tell"]
