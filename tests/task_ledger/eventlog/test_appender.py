"""Appending over a kept connection: as by `store.append`, and never waiting inside libpq."""

import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.pq import TransactionStatus

from task_ledger import errors
from task_ledger.eventlog import append as store
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.appender import Appender
from task_ledger.eventlog.connections import usable
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.events import (
    MAX_DATA_BYTES,
    Completed,
    EventData,
    Failed,
    Progress,
    Retrying,
)
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import FailureReason, RetryReason, State
from tests.schema.calls import Task, task_in
from tests.servers import Database

READING = Progress(percent=50, step="Reading “A-101” \\ 5'-0\"")


@pytest.fixture
def owner(database: Database) -> Iterator[Connection[Any]]:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def appender(database: Database) -> Iterator[Appender]:
    with closing(psycopg.connect(database.url_for("worker"), autocommit=True)) as connection:
        yield Appender(connection)


def event(task: Task, data: EventData, **changed: Any) -> Append:
    arguments = {"task_id": task.id, "claim": task.claim, "attempt": task.attempt, "actor": "w1"}
    return Append(**(arguments | changed), data=data)


@pytest.mark.parametrize(
    ("data", "more"),
    [
        (READING, {}),
        (Completed(result={"words": [1, "zwei", None]}), {}),
        (
            Retrying(reason=RetryReason.ERROR, countdown_s=60),
            {"due_at": datetime(2031, 7, 1, 12, 30, 0, 120, tzinfo=UTC), "max_attempts": 9},
        ),
        (Failed(reason=FailureReason.ERROR, message="Ω\n\ttoo"), {"traceback": "line 1\nline 2"}),
    ],
    ids=lambda value: str(value.type) if isinstance(value, EventData) else "",
)
def test_it_stores_and_answers_what_the_store_does(
    owner: Connection[Any], appender: Appender, data: EventData, more: dict[str, Any]
) -> None:
    here, there = task_in(owner, State.STARTED), task_in(owner, State.STARTED)
    occurred_at = datetime.now(UTC)
    ours = appender.append(event(here, data, occurred_at=occurred_at, **more))
    theirs = store.append(owner, event(there, data, occurred_at=occurred_at, **more))
    assert (ours.outcome, ours.version, ours.state, ours.due_at, ours.attempt) == (
        theirs.outcome, theirs.version, theirs.state, theirs.due_at, theirs.attempt,
    )  # fmt: skip
    last, peer = read_events(owner, here.id)[-1], read_events(owner, there.id)[-1]
    assert (last.data, last.actor, last.occurred_at) == (peer.data, peer.actor, occurred_at)
    assert read_task(owner, here.id).max_attempts == read_task(owner, there.id).max_attempts
    kept = owner.execute("SELECT text FROM task_ledger.traceback WHERE task_id = %s", (here.id,))
    assert kept.fetchone() == ((more["traceback"],) if "traceback" in more else None)


def test_what_is_refused_has_the_stores_errors_and_leaves_the_connection_usable(
    owner: Connection[Any], appender: Appender
) -> None:
    task = task_in(owner, State.STARTED)
    with pytest.raises(errors.Fenced):
        appender.append(event(task, READING, claim=new_claim()))
    with pytest.raises(errors.InvalidEvent, match="actor"):
        appender.append(event(task, READING, actor="w" * 201))
    with pytest.raises(errors.InvalidEvent, match="2000 to 8999"):
        appender.append(event(task, READING, occurred_at=datetime(9001, 1, 1, tzinfo=UTC)))
    ended = task_in(owner, State.COMPLETED)
    with pytest.raises(errors.IllegalTransition):
        appender.append(event(ended, READING))
    assert usable(appender.connection)
    assert appender.append(event(task, READING)).outcome == "appended"


@pytest.mark.parametrize("field", ["actor", "traceback"])
def test_a_text_with_a_nul_is_refused_and_not_cut(
    owner: Connection[Any], appender: Appender, field: str
) -> None:
    task = task_in(owner, State.STARTED)
    failed = Failed(reason=FailureReason.ERROR)
    with pytest.raises(errors.InvalidEvent, match=f"{field} must not contain NUL"):
        appender.append(event(task, failed, **{field: "one\0two"}))
    with pytest.raises(errors.InvalidEvent, match=f"{field} cannot be stored"):
        appender.append(event(task, failed, **{field: "one\ud800two"}))
    assert read_task(owner, task.id).state is State.STARTED


def test_the_largest_event_is_sent_whole(owner: Connection[Any], appender: Appender) -> None:
    task = task_in(owner, State.STARTED)
    result = "x" * (MAX_DATA_BYTES - len(Completed(result="").to_json()))
    traceback = "line\n" * 2_000_000  # ten times what the kernel takes at once
    appender.append(event(task, Progress(percent=1, step="Reading")))
    appender.append(event(task, Failed(reason=FailureReason.ERROR), traceback=traceback))
    kept = owner.execute("SELECT text FROM task_ledger.traceback WHERE task_id = %s", (task.id,))
    assert kept.fetchone() == (traceback,)
    other = task_in(owner, State.STARTED)
    appender.append(event(other, Completed(result=result)))
    assert read_task(owner, other.id).result == result


def test_a_time_limit_strikes_while_the_answer_is_awaited(
    owner: Connection[Any], appender: Appender, database: Database
) -> None:
    task = task_in(owner, State.STARTED)

    class TimeLimitError(Exception):
        pass

    def strike(*_: Any) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, strike)
    try:
        with psycopg.connect(database.url_for("worker")) as holder:
            store.append(holder, event(task, READING))
            began = datetime.now(UTC)
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(TimeLimitError):
                appender.append(event(task, READING))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert datetime.now(UTC) - began < timedelta(seconds=4), "a lock is awaited for five seconds"
    assert appender.connection.info.transaction_status is TransactionStatus.ACTIVE
    assert not usable(appender.connection)


def test_two_appenders_may_share_a_connection(owner: Connection[Any], appender: Appender) -> None:
    task = task_in(owner, State.STARTED)
    appender.append(event(task, READING))
    assert Appender(appender.connection).append(event(task, READING)).outcome == "appended"


def test_a_connection_that_broke_is_a_ledger_that_cannot_be_reached(
    owner: Connection[Any], appender: Appender, database: Database
) -> None:
    task = task_in(owner, State.STARTED)
    appender.append(event(task, READING))
    pid = appender.connection.info.backend_pid
    with psycopg.connect(database.superuser_url) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
    with pytest.raises(errors.LedgerUnavailable):
        appender.append(event(task, READING))
    assert not usable(appender.connection)
    appender.connection.close()
    with pytest.raises(errors.LedgerUnavailable):
        appender.append(event(task, READING))
