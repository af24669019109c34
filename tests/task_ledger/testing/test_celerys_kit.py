"""Celery's own fixtures for pytest run tracked and untracked tasks of an application here."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from celery import shared_task
from celery.contrib.testing.worker import start_worker
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, LedgerTask, enqueue
from task_ledger.celery.run.outer_run import is_stray_thread
from task_ledger.eventlog.read import read_task
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.servers import Database

pytest_plugins = ["celery.contrib.pytest"]


@pytest.fixture
def celery_app(
    database: Database, broker_url: str, no_shared_tasks: None
) -> Iterator[LedgerCelery]:
    app = LedgerCelery(
        "celerys", broker=broker_url, backend="cache+memory://", set_as_current=False,
        ledger_url=database.url_for("worker"),
    )  # fmt: skip

    declare: Any = shared_task

    @declare(name="shared", task_type="shared")
    def shared(self: LedgerTask, x: int) -> int:
        return x

    @app.task(name="double", shared=False)
    def double(x: int) -> int:
        return 2 * x

    @app.task(name="tracked", task_type="tracked", shared=False)
    def tracked(self: LedgerTask, x: int) -> int:
        return 3 * x

    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kit_row (label text)")
        connection.execute("GRANT SELECT, INSERT ON kit_row TO task_ledger_worker")
    yield app
    app.close()


@pytest.fixture(scope="session")
def celery_worker_parameters() -> dict[str, Any]:
    return {"perform_ping_check": False}


def leases() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "task-ledger-lease"]


def run(database: Database, broker_url: str, app: LedgerCelery, name: str, x: int) -> Any:
    """Enqueue and commit, relay, and wait for the end; returns the record."""
    engine: Engine = app.connections.engine
    with Session(engine) as session:
        done = enqueue(session, app.tasks[name].s(x), project_id="p", actor="a")
        session.commit()
    with (
        psycopg.connect(database.url_for("projector"), autocommit=True) as connection,
        closing(Publisher(broker_url)) as publisher,
    ):
        Relay(connection, publisher).tick()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            record = read_task(connection, done.task_id)
            if record.completed_at:
                return record
            time.sleep(0.05)
    raise AssertionError(f"{name} has not ended")


def test_a_worker_in_a_thread_runs_untracked_tracked_and_shared_tasks(
    celery_app: LedgerCelery, celery_worker: Any, database: Database, broker_url: str
) -> None:
    assert celery_app.tasks["double"].delay(4).get(timeout=20) == 8
    assert run(database, broker_url, celery_app, "tracked", 5).result == 15
    assert run(database, broker_url, celery_app, "shared", 6).result == 6


def test_a_worker_that_was_stopped_leaves_no_thread(celery_app: LedgerCelery) -> None:
    for _ in range(2):
        with start_worker(celery_app, perform_ping_check=False):
            assert len(leases()) == 1
        assert leases() == []


def test_a_worker_that_was_stopped_leaves_other_threads_alone(
    celery_app: LedgerCelery, database: Database, broker_url: str
) -> None:
    def strays() -> list[bool]:
        found: list[bool] = []
        thread = threading.Thread(target=lambda: found.append(is_stray_thread()))
        thread.start()
        thread.join()
        return found

    with start_worker(celery_app, perform_ping_check=False):
        assert run(database, broker_url, celery_app, "tracked", 5).result == 15
        assert strays() == [True]
    assert strays() == [False]
