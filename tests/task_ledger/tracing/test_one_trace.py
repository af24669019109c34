"""From the web request to the end of the task, everything is in one trace."""

import pytest

from task_ledger.model.events import Registered, Started
from task_ledger.model.transitions import Status
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.tracing.conftest import Web, never
from tests.task_ledger.tracing.receiver import Receiver

pytestmark = pytest.mark.parametrize("traced", ["prefork", "threads"], indirect=True)

TASK = "tests.task_ledger.celery.app"
PRODUCER, CONSUMER = 4, 5


def place_in(traceparent: str | None) -> tuple[str, str, bool]:
    """A context's trace, span, and whether it is sampled."""
    assert traceparent is not None
    _, trace_id, span_id, flags = traceparent.split("-")
    return trace_id, span_id, bool(int(flags, 16) & 1)


def test_the_request_its_task_and_its_progress_are_one_trace(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web().request() as trace_id:
        task_id = traced.enqueue("succeed", "one trace")
    assert traced.ended(task_id).status is Status.SUCCESS
    (request,) = (
        span for span in receiver.spans() if span.trace_id == trace_id and not span.parent_id
    )
    enqueued = receiver.one(task_id, "enqueue ")
    published = receiver.one(task_id, "publish ")
    run = receiver.one(task_id, "run ")
    assert (request.service, request.name) == ("web", "POST /invoices")
    assert {span.trace_id for span in (enqueued, published, run)} == {trace_id}
    assert enqueued.parent_id == request.span_id
    assert published.parent_id == enqueued.span_id
    assert run.parent_id == published.span_id
    assert [span.name for span in (enqueued, published, run)] == [
        f"{how} {TASK}.succeed" for how in ("enqueue", "publish", "run")
    ]
    assert (enqueued.kind, published.kind, run.kind) == (PRODUCER, PRODUCER, CONSUMER)
    assert run.events == [("progress", {"task_ledger.percent": 50.0})]
    assert run.attributes["task_ledger.outcome"] == "completed"
    assert run.attributes["task_ledger.attempt"] == 1
    assert not run.error


def test_the_task_knows_its_trace_and_its_log_each_span(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web().request() as trace_id:
        task_id = traced.enqueue("succeed", "known")
    assert traced.ended(task_id).trace_id == trace_id
    enqueued = receiver.one(task_id, "enqueue ")
    run = receiver.one(task_id, "run ")
    registered, started = (event.data for event in traced.events(task_id)[:2])
    assert isinstance(registered, Registered)
    assert isinstance(started, Started)
    assert place_in(registered.traceparent) == (trace_id, enqueued.span_id, True)
    assert place_in(started.traceparent) == (trace_id, run.span_id, True)


def test_what_the_caller_does_not_sample_is_not_exported(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web(never()).request() as trace_id:
        unsampled = traced.enqueue("succeed", "unsampled")
    assert traced.ended(unsampled).trace_id is None
    with web().request():
        sampled = traced.enqueue("succeed", "sampled")
    traced.ended(sampled)
    receiver.one(sampled, "run ")
    (started,) = (each.data for each in traced.events(unsampled) if isinstance(each.data, Started))
    assert place_in(started.traceparent)[::2] == (trace_id, False)
    assert [span for span in receiver.spans() if span.trace_id == trace_id] == []


def test_a_task_of_an_untraced_caller_has_the_trace_of_its_first_attempt(
    traced: Stack, receiver: Receiver
) -> None:
    task_id = traced.enqueue("succeed", "from elsewhere")
    ended = traced.ended(task_id)
    run = receiver.one(task_id, "run ")
    published = receiver.one(task_id, "publish ")
    assert ended.trace_id == run.trace_id == published.trace_id
    assert published.parent_id == ""
    assert (published.service, run.service) == ("ledger", "ledger")
