"""Every way in which a body can end is the right event, and undoes or keeps its rows."""

import pytest

from task_ledger.celery.run.progress import MERGE_S
from task_ledger.model.digest import first_misfit
from task_ledger.model.events import Progress
from task_ledger.model.fingerprint import fingerprint
from task_ledger.model.transitions import EventType, Status
from tests.task_ledger.celery.conftest import Stack


@pytest.mark.parametrize(
    "how", ["connection.commit", "COMMIT", " /* x */ commit", "rollback", "END", "driver"]
)
def test_ending_the_transaction_beneath_the_session_is_refused(stack: Stack, how: str) -> None:
    task_id = stack.enqueue("end_transaction", how)
    record = stack.ended(task_id)
    assert record.status is Status.FAILURE
    assert record.error is not None
    assert record.error["type"].endswith("TransactionEscaped")
    # What went past SQLAlchemy, straight to the driver, is noticed but was committed.
    assert stack.effects(task_id) == (["before the escape"] if how == "driver" else [])


def test_a_commit_that_fails_leaves_neither_rows_nor_completed_nor_messages(stack: Stack) -> None:
    """The domain's rows, `completed` and what was sent are one COMMIT."""
    task_id = stack.enqueue("fail_at_commit", "checked late")
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "error")
    assert record.error is not None
    assert record.error["type"].endswith("IntegrityError")
    assert record.error["message"] == (
        'duplicate key value violates unique constraint "checked_late_label_key"'
        " (SQLSTATE 23505, constraint checked_late_label_key)"
    )
    assert EventType.COMPLETED not in [event.type for event in stack.events(task_id)]
    assert stack.effects(task_id) == []
    stack.quiet()
    assert not stack.has_reached("observed:checked late")


@pytest.mark.parametrize("kind", ["nan", "large", "object", "deep"])
def test_a_result_that_cannot_be_stored_fails_the_task_before_its_rows_are_kept(
    stack: Stack, kind: str
) -> None:
    task_id = stack.enqueue("return_value", kind)
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "bad_result")
    assert stack.effects(task_id) == []


def test_text_that_json_cannot_keep_is_made_storable(stack: Stack) -> None:
    record = stack.ended(stack.enqueue("return_value", "nul"))
    assert record.result == {"text": "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"}


def test_a_child_of_the_pool_inherits_the_models_of_events(stack: Stack) -> None:
    record = stack.ended(stack.enqueue("return_value", "unbuilt"))
    assert record.result == []


def test_ignore_keeps_the_rows_and_ends_without_a_result(stack: Stack) -> None:
    task_id = stack.enqueue("raise_as", "ignore")
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, None)
    assert stack.effects(task_id) == ["ignore"]


def test_reject_fails_the_task_and_does_not_bring_it_back(stack: Stack) -> None:
    task_id = stack.enqueue("raise_as", "reject")
    assert stack.ended(task_id).status is Status.FAILURE
    stack.quiet()
    assert stack.effects(task_id) == []


def test_an_error_is_stored_without_its_secrets_and_its_traceback_apart(stack: Stack) -> None:
    task_id = stack.enqueue("raise_as", "secret")
    record = stack.ended(task_id)
    assert record.error is not None
    assert record.error["type"] == "RuntimeError"
    assert record.error["place"] == "tests.task_ledger.celery.app.raise_as"
    assert record.fingerprint == fingerprint(record.task_type, record.error)
    assert "hunter2" not in record.error["message"]
    assert "abcdef123456" not in record.error["message"]
    row = stack.connection.execute(
        "SELECT encode(sha256(convert_to(text, 'UTF8')), 'hex'), text FROM task_ledger.traceback"
        " WHERE task_id = %s AND version = %s",
        (task_id, record.version),
    ).fetchone()
    assert row is not None
    assert row[0] == record.error["traceback_sha256"]
    assert "Traceback" in row[1]
    assert all("Traceback" not in event.text for event in stack.events(task_id))


def test_reports_within_a_step_are_merged_and_the_last_one_wins(stack: Stack) -> None:
    task_id = stack.enqueue("report_often", 50_000)
    record = stack.ended(task_id)
    assert record.started_at is not None
    assert record.completed_at is not None
    reports = [e.data for e in stack.events(task_id) if e.type is EventType.PROGRESS]
    # The first and the last one, and one each 250 ms between them.
    ran_s = (record.completed_at - record.started_at).total_seconds()
    assert 2 <= len(reports) <= 3 + ran_s / MERGE_S
    assert isinstance(reports[-1], Progress)
    assert reports[-1].current == 49_999


def test_the_history_of_a_task_verifies(stack: Stack) -> None:
    task_id = stack.enqueue("succeed", "verified")
    stack.ended(task_id)
    assert first_misfit(stack.events(task_id)) is None
