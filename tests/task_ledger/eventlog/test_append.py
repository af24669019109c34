"""Appending from Python: each answer and each refusal by its type, and no hidden commit."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from task_ledger import errors
from task_ledger.eventlog import append as store
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.events import (
    Completed,
    ErrorData,
    Failed,
    Noted,
    Progress,
    Retrying,
    Started,
)
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import FailureReason, RetryReason, State, Status
from tests.schema.calls import Task, task_in
from tests.servers import Database

BROKE = ErrorData(type="ValueError", message="no such page")
COMMENT = Noted(kind="comment", message="looked at it")


@pytest.fixture
def connection(database: Database) -> Any:
    with psycopg.connect(database.url_for("worker"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(database: Database) -> Any:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


def event(task: Task, data: Any, **changed: Any) -> Append:
    arguments = {"task_id": task.id, "claim": task.claim, "attempt": task.attempt, "actor": "w1"}
    return Append(**(arguments | changed), data=data)


def started(task: Task) -> Append:
    return event(task, Started(worker="w1", host="h", pid=1))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
def test_an_answer_tells_the_due_time_whatever_the_sessions_zone(
    connection: Connection[Any], owner: Connection[Any], zone: str
) -> None:
    task = task_in(owner, State.STARTED)
    due_at = datetime(2031, 7, 1, 12, 30, 0, 120, tzinfo=UTC)
    connection.execute("SELECT set_config('TimeZone', %s, false)", (zone,))
    retrying = Retrying(reason=RetryReason.ERROR, countdown_s=1)
    answer = store.append(connection, event(task, retrying, due_at=due_at))
    record = read_task(owner, task.id)
    assert (answer.state, answer.attempt, answer.claim) == (State.RETRYING, task.attempt, None)
    assert (answer.due_at, answer.version) == (record.due_at, record.version)
    assert answer.due_at == due_at


def test_a_whole_task_is_appended_and_read_back(
    connection: Connection[Any], owner: Connection[Any]
) -> None:
    task = Task(task_in(owner, State.REGISTERED).id, new_claim(), 1)
    assert store.append(connection, started(task)).state is State.STARTED
    store.append(connection, event(task, Progress(percent=50, step="half")))
    answer = store.append(connection, event(task, Completed(result={"n": 1})))
    assert (answer.outcome, answer.version, answer.claim) == ("appended", 4, task.claim)
    record = read_task(owner, task.id)
    assert (record.status, record.result, record.percent) == (Status.SUCCESS, {"n": 1}, 100.0)


def test_every_refusal_has_its_own_error(
    connection: Connection[Any], owner: Connection[Any]
) -> None:
    running = task_in(owner, State.STARTED, p_max_attempts=1)
    retry = Retrying(reason=RetryReason.ERROR, countdown_s=0)
    with pytest.raises(errors.UnknownTask):
        store.append(connection, started(Task(new_task_id(), uuid4(), 1)))
    with pytest.raises(errors.Fenced):
        store.append(connection, event(running, Completed(), claim=uuid4()))
    with pytest.raises(errors.Exhausted):
        store.append(connection, event(running, retry, due_at=datetime.now(UTC)))
    ended = task_in(owner, State.COMPLETED)
    with pytest.raises(errors.IllegalTransition, match="completed"):
        store.append(connection, event(ended, Progress(percent=1, step="s")))
    later = task_in(owner, State.REGISTERED, p_due_at=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(errors.NotDue):
        store.append(connection, started(Task(later.id, uuid4(), 1)))
    assert store.request_cancel(connection, running.id, "boss", "wrong file").cancel_requested
    with pytest.raises(errors.Cancelled) as refused:
        store.append(connection, event(running, Completed()))
    assert (refused.value.task_id, refused.value.outcome) == (running.id, "cancelled")


def test_a_refusal_leaves_the_transaction_usable(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("worker")) as connection:
        with pytest.raises(errors.Fenced):
            store.append(connection, event(task, Completed(), claim=uuid4()))
        store.append(connection, event(task, Completed()))
        connection.commit()
    assert read_task(owner, task.id).status is Status.SUCCESS


def test_nothing_commits_by_itself(database: Database, owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("worker")) as connection:
        store.append(connection, event(task, Completed()))
        store.note(connection, task.id, "w1", COMMENT)
        connection.rollback()
    assert read_task(owner, task.id).version == 2


def test_cancelling_says_whether_it_was_accepted(
    connection: Connection[Any], owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    assert store.request_cancel(connection, task.id, "boss").outcome == "accepted"
    assert store.request_cancel(connection, task.id, "boss").outcome == "already"
    store.append(connection, event(task, Failed(reason=FailureReason.CANCELLED)))
    assert store.request_cancel(connection, task.id, "boss").outcome == "ended"
    assert read_task(owner, task.id).status is Status.REVOKED
    with pytest.raises(errors.UnknownTask):
        store.request_cancel(connection, new_task_id(), "boss")


def test_a_task_takes_a_hundred_notes(connection: Connection[Any], owner: Connection[Any]) -> None:
    task = task_in(owner, State.COMPLETED)
    for _ in range(100):
        store.note(connection, task.id, "w1", COMMENT)
    with pytest.raises(errors.TooManyNotes):
        store.note(connection, task.id, "w1", COMMENT)


def test_an_array_keeps_its_order_and_stores_data_as_it_was_written(
    connection: Connection[Any], owner: Connection[Any]
) -> None:
    first, second = task_in(owner, State.STARTED), task_in(owner, State.STARTED)
    answers = store.append_many(
        connection,
        [
            event(second, Progress(percent=1, step="Räume")),
            event(first, Completed(), claim=uuid4()),
            event(second, Completed(result="ok")),
            event(
                first,
                Failed(reason=FailureReason.ERROR, error=BROKE),
                traceback="Traceback (most recent call last)",
            ),
        ],
    )
    assert [(a.outcome, a.version) for a in answers] == [
        ("appended", 3),
        ("fenced", 2),
        ("appended", 4),
        ("appended", 3),
    ]
    progress = read_events(owner, second.id)[2]
    assert (progress.data_text, progress.private_text) == ('{"percent":1.0}', '{"step":"Räume"}')
    assert owner.execute("SELECT count(*) FROM task_ledger.traceback").fetchone() == (1,)


def test_more_than_a_thousand_events_are_refused_with_the_limit(
    connection: Connection[Any],
) -> None:
    task = Task(new_task_id(), uuid4(), 1)
    with pytest.raises(errors.TooLarge, match="1000"):
        store.append_many(connection, [started(task)] * 1001)


def test_what_a_role_may_not_do_is_named(database: Database, owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    with (
        psycopg.connect(database.url_for("api")) as api,
        pytest.raises(errors.NotPermitted) as refused,
    ):
        store.append(api, event(task, Completed()))
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_broken_connection_says_that_nothing_is_known(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("worker"), autocommit=True) as connection:
        owner.execute("RESET ROLE")
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        with pytest.raises(errors.LedgerUnavailable):
            store.append(connection, event(task, Completed()))
