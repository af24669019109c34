"""Every connection of the ledger works in UTC, and neither side waits for one that is gone."""

import socket
import sys
from contextlib import ExitStack, closing
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import anyio
import psycopg
import pytest
from celery.concurrency.prefork import TaskPool
from fastapi import FastAPI
from psycopg import Connection, sql
from sqlalchemy import text

from services.api.resources import opened
from task_ledger import LedgerCelery
from task_ledger.celery.worker.leases import Lease
from task_ledger.celery.worker.request import Ends
from task_ledger.cli.connection import connected
from task_ledger.ops.settings import Settings
from task_ledger.projector.database import connect
from task_ledger.server.exporting import Export
from task_ledger.server.lifetime import running
from task_ledger.server.metrics import Metrics
from tests.servers import Database

SHOW = "SELECT current_setting('TimeZone'), current_setting('DateStyle') LIKE 'ISO%', current_user"

WORKER = SimpleNamespace(hostname="w", pool_cls=TaskPool)
"""Of Celery's worker controller, what a lease needs before it is renewed."""


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


def waits_s(connection: Connection[Any]) -> tuple[float, int]:
    """After how long each side takes the other for dead: the client, then the server.

    The server's longest wait, with nothing on its way or with something.
    """
    idle, interval, count, unanswered = (
        int(value)
        for (value,) in connection.execute(
            "SELECT setting FROM pg_settings WHERE name IN ('tcp_keepalives_idle',"
            " 'tcp_keepalives_interval', 'tcp_keepalives_count', 'tcp_user_timeout')"
            " ORDER BY array_position(ARRAY['tcp_keepalives_idle', 'tcp_keepalives_interval',"
            " 'tcp_keepalives_count', 'tcp_user_timeout'], name)"
        ).fetchall()
    )
    with closing(socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)) as own:
        assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        unheard_ms = own.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    return unheard_ms / 1000, max(idle + interval * count, unanswered // 1000 or 7200)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other names for it")
def test_neither_a_worker_nor_its_server_waits_for_the_other_when_its_machine_is_gone(
    database: Database,
) -> None:
    """Keepalives alone do not show that: none is sent while an answer is on its way."""
    url = database.url_for("worker")
    app = LedgerCelery("t", set_as_current=False, ledger_url=url)
    with ExitStack() as open_:
        open_.callback(app.connections.engine.dispose)
        open_.callback(app.connections.discard)
        author: Any = app.connections.engine.connect().connection.driver_connection
        assert waits_s(author) == (25, 25)
        assert waits_s(app.connections.ledger()) == (25, 25)
        assert waits_s(app.connections.progress_appender().connection) == (25, 25)
        lease = Lease(app, uuid4(), WORKER, terminator=None)._connect()  # pyright: ignore[reportPrivateUsage]
        assert waits_s(open_.enter_context(closing(lease))) == (25, 25)
        # It has the event loop of the worker waiting.
        ends = Ends(url, None)._connect()  # pyright: ignore[reportPrivateUsage]
        assert waits_s(open_.enter_context(closing(ends))) == (2, 25)
        projector = connect(database.url_for("projector"), "test")
        assert waits_s(open_.enter_context(closing(projector))) == (25, 25)


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
            Lease(app, uuid4(), WORKER, terminator=None)._connect,  # pyright: ignore[reportPrivateUsage]
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
            export = Export(resources, "p")
            with closing(export._connection) as connection:  # pyright: ignore[reportPrivateUsage]
                found.append(shown(connection))
            async with opened(resources) as takeoff, takeoff.sessions() as session:
                found.append(tuple((await session.execute(text(SHOW))).one()))
            return found

    assert anyio.run(look) == [("UTC", True, "task_ledger_api")] * 3


def test_what_the_projector_shows_cannot_be_lost_in_a_crash(database: Database) -> None:
    """A timeline row that was seen, sealed and lost would end the sealed log."""
    with closing(psycopg.connect(database.url_for("projector"))) as plain:
        assert plain.execute("SHOW synchronous_commit").fetchone() == ("off",), "the server's"
    with closing(connect(database.url_for("projector"), "test")) as projector:
        assert projector.execute("SHOW synchronous_commit").fetchone() == ("on",)
