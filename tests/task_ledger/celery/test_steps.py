"""Chains, groups, chords and links on real workers: what runs after what, and with what."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from celery import Signature, chain, chord, group
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, LedgerTask
from task_ledger.errors import UnknownTask, UnsupportedSignature
from task_ledger.eventlog.append import request_cancel
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.transitions import State, Status
from task_ledger.registration.enqueue import Enqueued, enqueue, step
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import start_worker


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A prefork worker, projector, relay and reconciler."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(12), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        start_worker(stack, module="steps")
        yield stack


def task(stack: Stack, called: str, /, *args: Any, **kwargs: Any) -> Signature[Any]:
    """A signature by name, as an api that does not import the tasks makes it."""
    module = "tests.task_ledger.celery.steps"
    return Signature(f"{module}.{called}", args=args, kwargs=kwargs, app=stack.sender)


def run(
    stack: Stack,
    signature: Signature[Any],
    max_attempts: int = 1,
    task_type: str | None = "step",
    **options: Any,
) -> Enqueued:
    """Enqueue a unit and commit."""
    with Session(stack.engine) as session, session.begin():
        return enqueue(
            session, signature, project_id="p1", actor="tester", task_type=task_type,
            max_attempts=max_attempts, **options,
        )  # fmt: skip


def statuses(stack: Stack, done: Enqueued) -> list[tuple[Status, str | None]]:
    """How the unit's tasks ended, once all have."""
    records = [stack.ended(one.task_id) for one in done.tasks]
    return [(record.status, record.failure_reason) for record in records]


def test_a_chain_passes_results_on_and_each_step_finds_the_rows_of_the_step_before(
    stack: Stack,
) -> None:
    done = run(stack, chain(task(stack, "add", 1, 2), task(stack, "look_back")))
    last = stack.ended(done.task_id)
    assert last.result == {"rows": 1, "before": 3}
    assert last.waits_for == [done.tasks[0].task_id]
    assert stack.record(done.tasks[0].task_id).result == 3


def test_a_step_may_require_the_result_as_its_first_argument(stack: Stack) -> None:
    """Also where its code is in the program that enqueues it, and checks its arguments."""
    app = LedgerCelery(set_as_current=False)

    @app.task(name="in_place.first", task_type="plain")
    def first(self: LedgerTask) -> int:
        return 1

    @app.task(name="in_place.second", task_type="plain")
    def second(self: LedgerTask, before: int, label: str) -> str:
        return f"{label} {before}"

    with Session(stack.engine) as session:
        done = enqueue(session, chain(first.s(), second.s("x")), project_id="p1", actor="t")
        assert [task.task_name for task in done.tasks] == ["in_place.first", "in_place.second"]
        with pytest.raises(TypeError, match="second"):
            enqueue(session, chain(first.s(), second.s()), project_id="p1", actor="t")
        with pytest.raises(TypeError, match="second"):
            enqueue(session, chain(first.s(), second.s(1, 2)), project_id="p1", actor="t")


def test_the_next_step_waits_for_the_commit_of_the_step_before(stack: Stack) -> None:
    first = task(stack, "pass_gate", name="first step")
    done = run(stack, chain(first, task(stack, "pass_gate", name="second step")))
    stack.wait_reached("first step")
    assert stack.record(done.task_id).state is State.REGISTERED
    assert stack.outbox() == 0
    stack.open_gate("first step")
    stack.wait_reached("second step")
    assert stack.effects(done.tasks[0].task_id) == ["first step"]
    stack.open_gate("second step")
    assert stack.ended(done.task_id).result == "second step"


def test_a_groups_members_run_in_parallel_and_its_chord_gets_their_results_in_order(
    stack: Stack,
) -> None:
    members = [task(stack, "pass_gate", name=f"member {n}") for n in (1, 2)]
    done = run(stack, chord(members, task(stack, "collect", "of two")))
    for n in (1, 2):
        stack.wait_reached(f"member {n}")
    for n in (2, 1):
        stack.open_gate(f"member {n}")
    assert stack.ended(done.task_id).result == {
        "label": "of two",
        "values": ["member 1", "member 2"],
    }


def test_a_large_chord_runs_its_body_once(stack: Stack) -> None:
    header = [chain(task(stack, "add", n), task(stack, "add", 1)) for n in range(15)]
    done = run(stack, chain(task(stack, "add", 0), group(header), task(stack, "collect", "all")))
    body = stack.ended(done.task_id)
    # Each member takes the first step's result, and adds its own.
    assert body.result == {"label": "all", "values": [n + 1 for n in range(15)]}
    stack.quiet()
    assert stack.effects(done.task_id) == ["collect all"]
    assert stack.record(done.task_id).version == body.version


def test_a_failed_step_ends_what_comes_after_it_and_tells_its_error_callback_once(
    stack: Stack,
) -> None:
    failing = step(task(stack, "fail_twice"), max_attempts=2)
    failing.link_error(task(stack, "tell_failure"))
    done = run(stack, chain(task(stack, "add", 1), failing, task(stack, "add", 1)))
    assert statuses(stack, done) == [
        (Status.SUCCESS, None), (Status.FAILURE, "error"), (Status.FAILURE, "upstream")
    ]  # fmt: skip
    failed = done.tasks[1].task_id
    stack.wait_reached(f"failed {failed}")
    stack.quiet()
    assert not stack.has_reached(f"failed {failed}")
    assert stack.record(failed).attempt == 2
    assert stack.effects(done.task_id) == []


def test_a_body_that_kills_its_worker_ends_what_comes_after_it(stack: Stack) -> None:
    killing = Signature("tests.task_ledger.celery.losing.kill_own_worker", app=stack.sender)
    killing.link_error(task(stack, "tell_failure"))
    done = run(stack, chain(killing, task(stack, "add", 1)))
    assert statuses(stack, done) == [(Status.FAILURE, "worker_lost"), (Status.FAILURE, "upstream")]
    stack.wait_reached(f"failed {done.tasks[0].task_id}")


def test_a_cancelled_step_ends_what_comes_after_it(stack: Stack) -> None:
    first = task(stack, "pass_gate", name="to be cancelled")
    done = run(stack, chain(first, task(stack, "add", 1)))
    stack.wait_reached("to be cancelled")
    assert request_cancel(stack.connection, done.tasks[0].task_id, "ops").outcome == "accepted"
    stack.open_gate("to be cancelled")
    assert statuses(stack, done) == [(Status.REVOKED, "cancelled"), (Status.FAILURE, "upstream")]


def test_ignore_keeps_the_rows_and_ends_what_comes_after_it(stack: Stack) -> None:
    done = run(stack, chain(task(stack, "ignore_the_rest"), task(stack, "add", 1)))
    assert statuses(stack, done) == [(Status.SUCCESS, None), (Status.FAILURE, "upstream")]
    assert stack.effects(done.tasks[0].task_id) == ["ignored"]
    assert stack.effects(done.task_id) == []


def test_links_run_after_the_commit_tracked_or_not(stack: Stack) -> None:
    linked = task(stack, "add", 20, 1)
    linked.link(step(task(stack, "add", 4), task_type="step"))
    linked.link(task(stack, "tell_result"))
    done = run(stack, linked)
    assert done.task_id == done.tasks[0].task_id
    assert stack.ended(done.tasks[1].task_id).result == 25
    assert stack.wait_reached("told 21") == ""


def test_an_untracked_end_of_a_chain_is_sent_with_the_last_tracked_steps_result(
    stack: Stack,
) -> None:
    tracked = [step(task(stack, "add", n), task_type="step") for n in (30, 1)]
    untracked = [task(stack, "tell_result"), task(stack, "tell_result", "again")]
    done = run(stack, chain(*tracked, *untracked), task_type=None)
    assert len(done.tasks) == 2
    assert stack.ended(done.task_id).result == 31
    stack.wait_reached("told 31")
    stack.wait_reached("told 31")


def test_a_step_has_a_name_and_metadata_of_its_own(stack: Stack) -> None:
    first = step(task(stack, "add", 1), name="First", metadata={"page": 1})
    done = run(stack, chain(first, task(stack, "add", 2)), metadata={"page": 0})
    names = [stack.record(one.task_id) for one in done.tasks]
    assert [(one.task_name.rpartition(".")[2], one.metadata["page"]) for one in names] == [
        ("First", 1), ("add", 0)
    ]  # fmt: skip


def test_a_chain_that_a_task_enqueues_exists_with_its_commit_or_never(stack: Stack) -> None:
    parent = stack.ended(run(stack, task(stack, "enqueue_a_chain", False)).task_id)
    last = stack.ended(UUID(parent.result))
    assert last.result == 3
    assert (last.parent_id, last.root_id) == (parent.task_id, parent.task_id)
    failed = stack.ended(run(stack, task(stack, "enqueue_a_chain", True)).task_id)
    assert failed.error is not None
    with pytest.raises(UnknownTask):
        stack.record(UUID(failed.error["message"]))


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("replace_itself", "enqueue the other one"),
        ("add_to_its_chord", "cannot get further members"),
        ("send_a_chord", "enqueue(session, chord(…), …)"),
    ],
)
def test_what_a_registered_task_cannot_do_fails_it_with_what_to_do_instead(
    stack: Stack, name: str, advice: str
) -> None:
    record = stack.ended(run(stack, task(stack, name)).task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "error")
    assert record.error is not None
    assert advice in record.error["message"]
    stack.quiet()
    assert not stack.has_reached("told 1")


def test_a_chord_that_is_sent_past_the_ledger_is_refused_with_what_to_do_instead(
    stack: Stack,
) -> None:
    unit = chord([task(stack, "tell_result", 1)], task(stack, "tell_result"))
    for sent in (unit, chain(group(task(stack, "add", 1), task(stack, "add", 2)), unit)):
        with pytest.raises(UnsupportedSignature, match="enqueue"):
            sent.apply_async()


def test_a_task_that_ignores_its_result_may_return_what_cannot_be_stored(stack: Stack) -> None:
    unstorable = run(stack, task(stack, "return_unwanted", False)).task_id
    record = stack.ended(unstorable)
    assert (record.status, record.result) == (Status.SUCCESS, None)
    assert stack.effects(unstorable) == ["unwanted"]
    storable = run(stack, task(stack, "return_unwanted", True)).task_id
    assert stack.ended(storable).result == "storable"


def test_a_step_that_takes_a_result_which_was_not_stored_fails_and_says_so(stack: Stack) -> None:
    taking = run(stack, task(stack, "return_unwanted", False) | task(stack, "add", 1))
    assert statuses(stack, taking) == [(Status.SUCCESS, None), (Status.FAILURE, "bad_result")]
    error = stack.record(taking.task_id).error
    assert error is not None
    assert "take no result from it with .si()" in error["message"]
    add = "tests.task_ledger.celery.steps.add"
    alone = Signature(add, args=(1,), immutable=True, app=stack.sender)
    without = run(stack, task(stack, "return_unwanted", False) | alone)
    assert stack.ended(without.task_id).result == 1


def test_what_follows_a_task_is_still_in_its_request_when_it_has_succeeded(stack: Stack) -> None:
    told = task(stack, "tell_next_steps", "seen after the end")
    told.link(task(stack, "tell_result"))
    run(stack, chain(step(told, task_type="step"), task(stack, "tell_result")), task_type=None)
    assert stack.wait_reached("seen after the end") == "1 1 True True"
    for _ in range(2):
        stack.wait_reached("told None")
    stack.quiet()
    assert not stack.has_reached("told None")
