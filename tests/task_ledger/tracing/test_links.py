"""Retries and reruns are linked to what they follow; children are in their parent's trace."""

from celery import chain, signals
from sqlalchemy.orm import Session

from task_ledger import enqueue, enqueue_many
from task_ledger.model.events import Registered
from task_ledger.model.transitions import State, Status
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.projector.actions import reruns, started
from tests.task_ledger.tracing.conftest import Web
from tests.task_ledger.tracing.receiver import ReceivedSpan, Receiver


def runs_of(receiver: Receiver, task_id: object, number: int) -> list[ReceivedSpan]:
    """The spans of a task's attempts, by their number."""
    receiver.until(lambda: len(receiver.of_task(task_id, "run ")) == number)
    runs = receiver.of_task(task_id, "run ")
    return sorted(runs, key=lambda run: run.attributes["task_ledger.attempt"])


def test_each_attempt_is_in_the_tasks_trace_and_linked_to_the_one_before(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web().request() as trace_id:
        task_id = traced.enqueue("retry_until", 3, 0, "retried", max_attempts=3)
    assert traced.ended(task_id).status is Status.SUCCESS
    first, second, third = runs_of(receiver, task_id, 3)
    assert {run.trace_id for run in (first, second, third)} == {trace_id}
    assert first.links == []
    assert second.links == [(trace_id, first.span_id)]
    assert third.links == [(trace_id, second.span_id)]
    receiver.until(lambda: len(receiver.of_task(task_id, "publish ")) == 3)
    dispatches = {span.span_id: span for span in receiver.of_task(task_id, "publish ")}
    parents = [dispatches[run.parent_id] for run in (first, second, third)]
    assert [span.attributes["task_ledger.attempt"] for span in parents] == [1, 2, 3]
    assert [run.attributes["task_ledger.outcome"] for run in (first, second, third)] == [
        "retrying", "retrying", "completed",
    ]  # fmt: skip
    assert (first.error, first.attributes["error.type"]) == (True, "ConnectionError")
    assert first.attributes["task_ledger.reason"] == "error"


def test_a_child_continues_its_parents_trace(traced: Stack, receiver: Receiver, web: Web) -> None:
    with web().request() as trace_id:
        parent_id = traced.enqueue("enqueue_child", "child")
    child_id = traced.ended(parent_id).result
    run = receiver.one(parent_id, "run ")
    enqueued = receiver.one(child_id, "enqueue ")
    child = receiver.one(child_id, "run ")
    assert enqueued.parent_id == run.span_id
    assert enqueued.attributes["task_ledger.parent_id"] == str(parent_id)
    assert child.trace_id == trace_id


def test_a_chain_is_one_trace_even_without_a_traced_request(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    web()
    follower = traced.signature("succeed", "b").set(immutable=True)
    steps = chain(traced.signature("succeed", "a"), follower)
    with Session(traced.engine) as session:
        end = enqueue(session, steps, project_id="p1", actor="tester", task_type="plain")
        session.commit()
    runs = [receiver.one(task.task_id, "run ") for task in end.tasks]
    (enqueued,) = (
        span for span in receiver.spans()
        if span.trace_id == runs[0].trace_id and span.name.startswith("enqueue ")
    )  # fmt: skip
    assert enqueued.attributes["messaging.batch.message_count"] == 2
    assert runs[0].trace_id == runs[1].trace_id


def test_many_tasks_enqueued_at_once_share_one_span(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web().request() as trace_id, Session(traced.engine) as session:
        tasks = enqueue_many(
            session, [traced.signature("succeed", str(n)) for n in range(4)],
            project_id="p1", actor="tester", task_type="plain",
        )  # fmt: skip
        session.commit()
    for task in tasks:
        assert receiver.one(task.task_id, "run ").trace_id == trace_id
        assert traced.ended(task.task_id).trace_id == trace_id
    (many,) = (
        span for span in receiver.spans()
        if span.trace_id == trace_id and span.name == "enqueue_many"
    )  # fmt: skip
    assert many.attributes["messaging.batch.message_count"] == 4


def test_a_rerun_has_a_trace_of_its_own_that_is_linked_to_the_first(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web().request() as trace_id:
        task_id = traced.enqueue("raise_as", "wrong")
    assert traced.ended(task_id).state is State.FAILED
    started(traced.connection, "rerun", [task_id])
    traced.until(lambda: reruns(traced.connection, task_id), "the rerun")
    (again,) = reruns(traced.connection, task_id)
    rerun = receiver.one(again, "rerun ")
    run = receiver.one(again, "run ")
    enqueued = receiver.one(task_id, "enqueue ")
    assert rerun.links == [(trace_id, enqueued.span_id)]
    assert rerun.attributes["task_ledger.rerun_of"] == str(task_id)
    assert (rerun.parent_id, rerun.trace_id != trace_id) == ("", True)
    assert run.trace_id == rerun.trace_id == traced.ended(again).trace_id


def test_a_context_that_another_instrumentation_puts_into_the_message_is_kept(
    traced: Stack, receiver: Receiver
) -> None:
    trace_id, span_id = "1" * 31 + "a", "2" * 15 + "b"

    def inject(headers: dict[str, object], **_: object) -> None:
        headers["traceparent"] = f"00-{trace_id}-{span_id}-01"

    signals.before_task_publish.connect(inject)
    try:
        task_id = traced.enqueue("succeed", "theirs")
    finally:
        signals.before_task_publish.disconnect(inject)
    assert traced.record(task_id).trace_id == trace_id
    registered = traced.events(task_id)[0].data
    assert isinstance(registered, Registered)
    assert registered.traceparent == f"00-{trace_id}-{span_id}-01"
    assert receiver.one(task_id, "publish ").parent_id == span_id
    assert receiver.one(task_id, "run ").trace_id == trace_id
