"""Every connection of the ledger works in UTC, whatever the database says."""

from contextlib import ExitStack, closing
from typing import Any
from uuid import uuid4

import anyio
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import Connection, sql
from sqlalchemy import text

from services.api.exporting import Export
from services.api.lifetime import running
from services.api.metrics import Metrics
from services.cli.surroundings import connected
from services.projector.database import connect
from task_ledger.celery import LedgerCelery
from task_ledger.celery.leases import Lease
from task_ledger.celery.request import Ends
from task_ledger.settings import Settings
from tests.servers import Database

SHOW = "SELECT current_setting('TimeZone'), current_setting('DateStyle') LIKE 'ISO%', current_user"


@pytest.fixture
def berlin(database: Database) -> Database:
    """A database whose sessions begin in another time zone and write dates in another style."""
    name = sql.Identifier(database.name)
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'Asia/Kabul'").format(name))
        connection.execute(sql.SQL("ALTER DATABASE {} SET datestyle = 'SQL, DMY'").format(name))
    return database


def shown(connection: Connection[Any]) -> tuple[Any, ...] | None:
    """What a session says of itself."""
    return connection.execute(SHOW).fetchone()


def test_workers_projector_and_command_line_work_in_utc(
    berlin: Database, settings: Settings
) -> None:
    app = LedgerCelery("t", set_as_current=False, ledger_url=berlin.url_for("worker"))
    worker = ("UTC", True, "task_ledger_worker")
    with ExitStack() as open_:
        assert shown(app.connections.ledger()) == worker
        assert shown(app.connections.progress_appender().connection) == worker
        open_.callback(app.connections.discard)
        for opener in (
            Lease(app, uuid4(), "w", terminator=None)._connect,  # pyright: ignore[reportPrivateUsage]
            Ends(berlin.url_for("worker"), None)._connect,  # pyright: ignore[reportPrivateUsage]
        ):
            assert shown(open_.enter_context(closing(opener()))) == worker
        projector = open_.enter_context(closing(connect(berlin.url_for("projector"), "test")))
        assert shown(projector) == ("UTC", True, "task_ledger_projector")
        command = open_.enter_context(connected("auditor", known=settings))
        assert shown(command) == ("UTC", True, "task_ledger_auditor")
    with closing(psycopg.connect(berlin.url_for("worker"))) as plain:
        assert shown(plain) == ("Asia/Kabul", False, "task_ledger_worker")
    author = app.connections.engine.connect().execute(text(SHOW)).one()
    assert author[0] == "Asia/Kabul", "an author's session is the domain's"
    app.connections.engine.dispose()


def test_the_api_works_in_utc(berlin: Database, settings: Settings) -> None:
    async def look() -> list[Any]:
        app = FastAPI()
        async with running(app, settings, Metrics()):
            resources = app.state.resources
            with resources.pool.connection() as connection:
                found = [shown(connection)]
            async with resources.sessions() as session:
                found.append(tuple((await session.execute(text(SHOW))).one()))
            return found

    assert anyio.run(look) == [("UTC", True, "task_ledger_api")] * 2
    export = Export(berlin.url_for("api"), "p")
    with closing(export._connection) as connection:  # pyright: ignore[reportPrivateUsage]
        assert shown(connection) == ("UTC", True, "task_ledger_api")
