"""Spans hold what is in the clear data of events, and nothing else of a task."""

from task_ledger.model.transitions import Status
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.tracing.conftest import Web
from tests.task_ledger.tracing.receiver import Receiver


def test_a_failure_is_told_by_its_type_and_place_alone(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    with web().request():
        task_id = traced.enqueue("raise_as", "an argument", name="a name", metadata={"a": "secret"})
    ended = traced.ended(task_id)
    assert ended.status is Status.FAILURE
    run = receiver.one(task_id, "run ")
    assert run.error
    assert {name: run.attributes[name] for name in ("error.type", "task_ledger.outcome")} == {
        "error.type": "ValueError",
        "task_ledger.outcome": "failed",
    }
    assert run.attributes["task_ledger.error.place"] == "tests.task_ledger.celery.app.raise_as"
    assert run.events == []


def test_no_argument_message_result_step_name_or_metadata_is_exported(
    traced: Stack, receiver: Receiver, web: Web
) -> None:
    told = {"name": "Wonderful-name", "metadata": {"key": "Wonderful-metadata"}}
    with web().request():
        failed = traced.enqueue("raise_as", "Wonderful-argument", **told)
        succeeded = traced.enqueue("succeed", "Wonderful-argument", **told)
        secret = traced.enqueue("raise_as", "secret", entity=("thing", "Wonderful-entity"))
    for task_id in (failed, succeeded, secret):
        traced.ended(task_id)
        receiver.one(task_id, "run ")
    exported = b"".join(receiver.bodies)
    assert str(failed).encode() in exported
    for word in (b"Wonderful", b"hunter2", b"Working", b"Traceback", b"exception.message"):
        assert word not in exported


def test_a_given_up_attempt_is_no_error(traced: Stack, receiver: Receiver, web: Web) -> None:
    with web().request():
        task_id = traced.enqueue("raise_as", "ignore")
    assert traced.ended(task_id).status is Status.SUCCESS
    run = receiver.one(task_id, "run ")
    assert (run.error, run.attributes["task_ledger.outcome"]) == (False, "completed")
