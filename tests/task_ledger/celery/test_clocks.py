"""What is late is decided by the database's clock, not by a worker's."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

import psycopg
import pytest
from celery import Signature
from celery.exceptions import Ignore
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, enqueue, enqueue_many
from task_ledger.celery.run import claiming
from task_ledger.celery.run.claiming import Claiming
from task_ledger.celery.run.transaction import SqlalchemyTransaction
from task_ledger.celery.run.upstream import Upstream
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.closing import Holder, close_attempt
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import ErrorData, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import RetryReason, State
from tests.schema.calls import task_in
from tests.servers import Database


class TwoHoursAhead(datetime):
    """A clock that is ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The time in two hours."""
        return datetime.now(tz) + timedelta(hours=2)


def claim(connections: Connections, task_id: UUID, expires_at: datetime) -> None:
    """Claim the first attempt of a task."""
    started = Started(worker="w", host="h", pid=1)
    Claiming(
        connections,
        SqlalchemyTransaction(lambda: connections, new_claim()),
        Append(task_id, new_claim(), 1, "w", started),
        expires_at=expires_at,
        upstream=Upstream(None),
        refused=lambda _: None,
        wait_s=1,
    ).take()


def test_a_worker_whose_clock_is_ahead_expires_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "datetime", TwoHoursAhead)
    connections = Connections(database.url_for("worker"))
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        task = task_in(owner, State.REGISTERED)
        claim(connections, task.id, datetime.now(UTC) + timedelta(hours=1))
        assert read_task(owner, task.id).state is State.STARTED
        late = task_in(owner, State.REGISTERED)
        with pytest.raises(Ignore):
            claim(connections, late.id, datetime.now(UTC) - timedelta(seconds=1))
        assert read_task(owner, late.id).failure_reason == "expired"
    connections.discard()


def test_a_lost_attempt_is_tried_again_by_the_databases_clock(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.closing.datetime", TwoHoursAhead, raising=False)
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        task = task_in(owner, State.STARTED)
        assert task.claim is not None
        lost = ErrorData(type="WorkerLost", message="gone")
        holder = Holder(task.id, task.claim, 1)
        answer = close_attempt(owner, holder, RetryReason.WORKER_LOST, "r", lost)
        assert answer is not None
        assert answer.due_at is not None
        assert answer.due_at < datetime.now(UTC) + timedelta(minutes=1)


def registered_with(database: Database, options: dict[str, Any]) -> list[TaskRecord]:
    """Three tasks with these options: enqueued alone, and two together."""
    app = LedgerCelery("ahead", broker="memory://", set_as_current=False)
    called = Signature("elsewhere", app=app, options=options)
    engine = create_engine(sqlalchemy_url(database.url_for("api")))
    with Session(engine) as session:
        who: Any = {"project_id": "p1", "actor": "tester", "task_type": "plain"}
        ids = [enqueue(session, called, **who).task_id]
        ids += [each.task_id for each in enqueue_many(session, [called, called.clone()], **who)]
        session.commit()
    engine.dispose()
    with psycopg.connect(database.url_for("auditor")) as reader:
        return [read_task(reader, task_id) for task_id in ids]


def test_a_countdown_counts_from_the_databases_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.message.datetime", TwoHoursAhead)
    for task in registered_with(database, {"countdown": 60}):
        assert task.due_at is not None
        assert timedelta(seconds=50) < task.due_at - task.created_at < timedelta(seconds=70)


def test_an_expiry_in_seconds_counts_from_the_databases_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.registration.registration.datetime", TwoHoursAhead)
    monkeypatch.setattr("task_ledger.eventlog.message.datetime", TwoHoursAhead)
    for task in registered_with(database, {"expires": 60}):
        assert task.expires_at is not None
        assert timedelta(seconds=50) < task.expires_at - task.created_at < timedelta(seconds=70)
