"""Django in this process, on a database of the folder's own, and attempts that run here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

import anyio
import psycopg
import pytest
from celery import Celery, Task
from celery.contrib.testing.app import setup_default_app
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from task_ledger.celery.run import outer_run
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import TaskEvent
from task_ledger.model.record import TaskRecord
from task_ledger.registration.enqueue import Enqueued
from tests.servers import Database, fresh_database
from tests.task_ledger.django.configured import set_up

set_up()

R = TypeVar("R")


SEARCH_PATH = "-c search_path=public"
"""The login of the tests' server is named like the ledger's schema."""


def point(alias: str, database: Database) -> None:
    """Let one of Django's connections be to a database."""
    from django.db import connections

    told = conninfo_to_dict(database.url)
    connections[alias].close()
    connections[alias].settings_dict.update(
        NAME=told["dbname"], USER=told["user"], PASSWORD=told.get("password", ""),
        HOST=told["host"], PORT=told.get("port", ""), OPTIONS={"options": SEARCH_PATH},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def no_application() -> Iterator[None]:
    """No Celery application is current, whatever other tests of this process have made."""
    none = Celery("default", set_as_current=False)
    with setup_default_app(none):
        none.set_current()
        yield


@pytest.fixture(scope="module")
def shop(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A database that Django's `migrate` has made tables and the ledger's schema in."""
    from django.core.management import call_command
    from django.db import connections

    with fresh_database(postgres) as database:
        point("default", database)
        point("other", database)
        call_command("migrate", run_syncdb=True, verbosity=0)
        yield database
        connections.close_all()


class Ledger:
    """What the ledger says, asked for on a connection of the test's own."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection

    def record(self, task_id: UUID) -> TaskRecord:
        """The task, always fresh."""
        return read_task(self.connection, task_id)

    def events(self, task_id: UUID) -> list[TaskEvent]:
        """The task's events."""
        return read_events(self.connection, task_id)

    def types(self, task_id: UUID) -> list[str]:
        """The types of the task's events."""
        return [str(event.type) for event in self.events(task_id)]

    def count(self, table: str) -> int:
        """How many rows are committed."""
        row = self.connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert row is not None
        return row[0]

    def sent(self) -> list[str]:
        """The names of the untracked tasks whose messages wait in the outbox."""
        rows = self.connection.execute(
            "SELECT m.headers ->> 'task' FROM task_ledger.message m WHERE m.task_id IS NULL"
            " ORDER BY 1"
        ).fetchall()
        return [name for (name,) in rows]


@pytest.fixture
def ledger(shop: Database) -> Iterator[Ledger]:
    """What is committed."""
    with psycopg.connect(shop.superuser_url, autocommit=True) as connection:
        yield Ledger(connection)


@contextmanager
def request_of(task: Task[Any, Any], registered: Enqueued, attempt: int) -> Iterator[None]:
    """The request that a worker's process has while it runs an attempt."""
    header = {"tracked": True, "attempt": attempt, "project_id": "shop"}
    pushed: Any = task
    pushed.push_request(
        id=str(registered.task_id), root_id=None, hostname="w", delivery_info={},
        retries=attempt - 1, called_directly=False, is_eager=False, task_ledger=header, args=[],
    )  # fmt: skip
    try:
        yield
    finally:
        pushed.pop_request()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, shop: Database) -> Iterator[Any]:
    """Runs an attempt of a task in this thread, as a worker's process does."""
    monkeypatch.setattr(outer_run, "_works_in", -1)

    def attempt(task: Any, registered: Enqueued, *args: Any, number: int = 1) -> Any:
        with request_of(task, registered, number):
            return task(*args)

    yield attempt
    monkeypatch.setattr(outer_run._working, "here", False, raising=False)


def in_a_loop(call: Callable[[], Coroutine[Any, Any, R]]) -> R:
    """What a coroutine returns; the connections of the thread that works for it are closed."""
    from asgiref.sync import sync_to_async
    from django.db import connections

    async def run() -> R:
        try:
            return await call()
        finally:
            await sync_to_async(connections.close_all)()

    return anyio.run(run)


def label() -> str:
    """A label that no other order has."""
    return uuid4().hex
