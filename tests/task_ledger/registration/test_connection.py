"""Tasks are enqueued through a connection of psycopg itself, in the transaction it is in."""

from typing import Any

import anyio
import psycopg
import pytest
from celery import Signature, chain
from psycopg.rows import dict_row

from task_ledger import LedgerCelery, enqueue, enqueue_many
from task_ledger.errors import AlreadyRegistered, UnsupportedConfiguration, WrongIsolation
from task_ledger.model.ids import new_task_id
from tests.servers import Database

APP = LedgerCelery("sender", broker="memory://", set_as_current=False)
ROWS: Any = dict_row
WHO: Any = {"project_id": "p", "actor": "a", "task_type": "t"}


def task() -> Signature:
    return Signature("elsewhere", app=APP)


def stored(database: Database) -> dict[str, int]:
    """How many events, messages and dispatches there are."""
    with psycopg.connect(database.url_for("owner")) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM task_ledger.task_event),"
            " (SELECT count(*) FROM task_ledger.message), (SELECT count(*) FROM task_ledger.outbox)"
        ).fetchone()
    assert row is not None
    return dict(zip(("events", "messages", "dispatches"), row, strict=True))


def test_a_task_exists_with_the_commit_and_not_before(database: Database) -> None:
    with psycopg.connect(database.url_for("api")) as connection:
        registered = enqueue(connection, chain(task(), task()), **WHO)
        assert len(registered.tasks) == 2
        assert stored(database)["events"] == 0
        connection.rollback()
        assert stored(database)["events"] == 0
        enqueue(connection, task(), **WHO)
        connection.commit()
    assert stored(database) == {"events": 1, "messages": 1, "dispatches": 1}


def test_its_cursors_and_rows_may_be_of_any_kind(database: Database) -> None:
    with psycopg.connect(
        database.url_for("api"), cursor_factory=psycopg.ClientCursor, row_factory=ROWS
    ) as connection:
        enqueue(connection, task(), **WHO)
        enqueue_many(connection, [task(), task()], **WHO)
    assert stored(database)["events"] == 3


def test_a_connection_in_autocommit_is_refused_outside_a_transaction(database: Database) -> None:
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        with pytest.raises(WrongIsolation, match=r"connection\.transaction\(\)"):
            enqueue(connection, task(), **WHO)
        with pytest.raises(WrongIsolation):
            enqueue_many(connection, [task()], **WHO)
        assert stored(database)["events"] == 0
        with connection.transaction():
            enqueue(connection, task(), **WHO)
    assert stored(database)["events"] == 1


def test_many_commit_nothing_and_undo_themselves_alone(database: Database) -> None:
    taken = new_task_id()
    with psycopg.connect(database.url_for("api")) as connection:
        enqueue_many(connection, [task(), task()], **WHO)
        assert stored(database)["events"] == 0
        enqueue(connection, task(), task_id=taken, **WHO)
        with pytest.raises(AlreadyRegistered):
            enqueue_many(connection, [task(), task().set(task_id=str(taken))], **WHO)
        connection.commit()
    assert stored(database)["events"] == 3


def test_an_async_connection_is_awaited(database: Database) -> None:
    async def run() -> None:
        async with await psycopg.AsyncConnection.connect(database.url_for("api")) as connection:
            await enqueue(connection, task(), **WHO)
            await connection.rollback()
            await enqueue(connection, task(), **WHO)
            assert len(await enqueue_many(connection, [task(), task()], **WHO)) == 2
            await connection.commit()
            await connection.set_autocommit(True)
            with pytest.raises(WrongIsolation):
                await enqueue(connection, task(), **WHO)

    anyio.run(run)
    assert stored(database)["events"] == 3


def test_what_is_no_connection_is_refused_with_what_to_pass(database: Database) -> None:
    other: Any = object()
    with pytest.raises(UnsupportedConfiguration, match="AsyncConnection of psycopg 3, not through"):
        enqueue(other, task(), **WHO)
