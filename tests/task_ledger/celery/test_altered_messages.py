"""What runs is what was registered: a message that was altered on the way ends its task."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.message import HEADER, RECEIVED
from task_ledger.model.events import Registered, Retrying, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import RetryReason, Status
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.celery.workers import enqueue, reasons

APP = "tests.task_ledger.celery.app"


def waiting(stack: Stack, *args: Any, **options: Any) -> tuple[UUID, tuple[Any, ...]]:
    """A task whose message lies in a queue that no worker reads, and that message."""
    task_id = enqueue(stack, "succeed", *args, module="app", queue="nobody", **options)
    return task_id, stack.message(task_id)


def message_sha256(stack: Stack, task_id: UUID, of: type[Registered] | type[Started]) -> str | None:
    """The hash that an event of a task carries."""
    return next(e.data.message_sha256 for e in stack.events(task_id) if isinstance(e.data, of))


def with_header(headers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Headers whose ledger's header says something else."""
    return {**headers, HEADER: {**headers[HEADER], **changes}}


def test_a_message_that_was_only_moved_runs(stack: Stack) -> None:
    task_id, message = waiting(stack, "moved")
    stack.deliver(task_id, 1, message, routing_key="celery")
    assert stack.ended(task_id).status is Status.SUCCESS
    registered = message_sha256(stack, task_id, Registered)
    assert registered is not None
    assert message_sha256(stack, task_id, Started) == registered


def test_a_compressed_message_runs(stack: Stack) -> None:
    task_id = enqueue(stack, "succeed", "compressed " * 50, module="app", compression="gzip")
    assert stack.ended(task_id).status is Status.SUCCESS


@pytest.mark.parametrize(
    "part", ["argument", "task", "id of another", "project", "takes", "nonce", "limit", "expiry"]
)
def test_a_message_that_was_altered_ends_its_task_and_is_an_alarm(stack: Stack, part: str) -> None:
    task_id, message = waiting(stack, "as registered")
    headers, body = message[4], bytes(message[6])
    other, _ = waiting(stack, "another")
    altered: dict[str, Any] = {
        "argument": {"body": body.replace(b"as registered", b"another thing")},
        "task": {"headers": {**headers, "task": f"{APP}.send_in_the_middle"}},
        "id of another": {"headers": {**headers, "id": str(other)}},
        "project": {"headers": with_header(headers, project_id="p2")},
        "takes": {"headers": with_header(headers, takes=str(other))},
        "nonce": {"headers": with_header(headers, nonce=None)},
        "limit": {"headers": {**headers, "timelimit": [None, 3600]}},
        "expiry": {"headers": with_header(headers, expires_at="9000-01-01T00:00:00+00:00")},
    }[part]
    stack.deliver(task_id, 1, message, routing_key="celery", **altered)
    ended = other if part == "id of another" else task_id
    record = stack.ended(ended)
    assert (record.status, record.attempt) == (Status.FAILURE, 0), record
    assert reasons(stack, ended) == ["altered"]
    assert stack.effects(ended) == []
    alarm = next(
        line for line in (stack.folder / "worker.log").read_text().splitlines()
        if "message_altered" in line and str(ended) in line
    )  # fmt: skip
    assert "error" in alarm
    assert "as registered" not in alarm
    assert "another thing" not in alarm


def test_a_later_attempt_is_compared_too(stack: Stack) -> None:
    task_id, message = waiting(stack, "second", max_attempts=3)
    claim = new_claim()
    for data in (
        Started(worker="w", host="h", pid=1),
        Retrying(reason=RetryReason.ERROR, countdown_s=0),
    ):
        append(stack.connection, Append(task_id, claim, 1, "w", data))
    changed = bytes(message[6]).replace(b"second", b"SECOND")
    stack.deliver(task_id, 2, message, routing_key="celery", body=changed)
    record = stack.ended(task_id)
    assert (record.failure_reason, record.attempt) == ("altered", 1)
    assert stack.effects(task_id) == []


def test_what_a_message_says_about_its_own_hash_does_not_count(stack: Stack) -> None:
    task_id, message = waiting(stack, "forged")
    headers = {**message[4], RECEIVED: message_sha256(stack, task_id, Registered)}
    body = bytes(message[6]).replace(b"forged", b"FORGED")
    stack.deliver(task_id, 1, message, routing_key="celery", headers=headers, body=body)
    assert stack.ended(task_id).failure_reason == "altered"


def test_a_late_message_that_was_altered_does_no_harm(stack: Stack) -> None:
    task_id, message = waiting(stack, "late")
    stack.deliver(task_id, 1, message, routing_key="celery")
    assert stack.ended(task_id).status is Status.SUCCESS
    stack.deliver(task_id, 1, message, routing_key="celery", body=b'[["x"], {}, {}]')
    stack.until(lambda: stack.events(task_id)[-1].type == "noted", "the refusal")
    assert stack.record(task_id).status is Status.SUCCESS


def test_an_unknown_id_is_refused_without_an_end(stack: Stack) -> None:
    task_id, message = waiting(stack, "unknown")
    headers = {**message[4], "id": str(uuid4())}
    stack.deliver(task_id, 1, message, routing_key="celery", headers=headers)
    stack.quiet()
    assert stack.record(task_id).status is Status.PENDING
