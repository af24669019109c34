"""Sessions of each driver that SQLAlchemy has for PostgreSQL, with the real driver installed."""

from collections.abc import Callable

import anyio
import psycopg
import pytest
from celery import Signature, chain
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from task_ledger import LedgerCelery, UnsupportedConfiguration, enqueue, enqueue_many
from tests.servers import Database

APP = LedgerCelery("sender", broker="memory://", set_as_current=False)


def task() -> Signature:
    return Signature("elsewhere", app=APP)


def address(database: Database, driver: str) -> str:
    """The database by its own login: asyncpg takes no libpq options, which set a role."""
    url = make_url(database.url).set(drivername=f"postgresql+{driver}")
    return url.render_as_string(hide_password=False)


def events(database: Database) -> int:
    with psycopg.connect(database.url_for("owner")) as connection:
        row = connection.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
    return row[0] if row else -1


def test_psycopg_3_registers_with_the_commit_and_not_before(database: Database) -> None:
    engine = create_engine(address(database, "psycopg"))
    with Session(engine) as session:
        enqueue(session, chain(task(), task()), project_id="p", actor="a", task_type="t")
        enqueue_many(session, [task()], project_id="p", actor="a", task_type="t")
        session.rollback()
        assert events(database) == 0
        enqueue(session, chain(task(), task()), project_id="p", actor="a", task_type="t")
        enqueue_many(session, [task()], project_id="p", actor="a", task_type="t")
        session.commit()
    engine.dispose()
    assert events(database) == 3


def test_psycopg_3_registers_through_async_sessions(database: Database) -> None:
    async def run() -> None:
        engine = create_async_engine(address(database, "psycopg"))
        async with AsyncSession(engine) as session, session.begin():
            await enqueue(session, task(), project_id="p", actor="a", task_type="t")
            await enqueue_many(session, [task()], project_id="p", actor="a", task_type="t")
        await engine.dispose()

    anyio.run(run)
    assert events(database) == 2


def test_a_scoped_session_registers_through_the_session_of_its_scope(database: Database) -> None:
    engine = create_engine(address(database, "psycopg"))
    session = scoped_session(sessionmaker(engine))
    session.execute(text("SELECT 1"))
    enqueue(session, task(), project_id="p", actor="a", task_type="t")
    session.rollback()
    assert events(database) == 0
    enqueue(session, task(), project_id="p", actor="a", task_type="t")
    session.commit()
    session.remove()
    engine.dispose()
    assert events(database) == 1


def test_an_async_scoped_session_does_too(database: Database) -> None:
    async def run() -> None:
        engine = create_async_engine(address(database, "psycopg"))
        session = async_scoped_session(async_sessionmaker(engine), scopefunc=lambda: 1)
        await enqueue(session, task(), project_id="p", actor="a", task_type="t")
        await session.commit()
        await session.remove()
        await engine.dispose()

    anyio.run(run)
    assert events(database) == 1


def through_psycopg_2(database: Database) -> None:
    engine = create_engine(address(database, "psycopg2"))
    with Session(engine) as session:
        assert session.scalar(text("SELECT 1")) == 1
        try:
            enqueue(session, task(), project_id="p", actor="a", task_type="t")
        finally:
            session.commit()
    engine.dispose()


def through_asyncpg(database: Database) -> None:
    async def run() -> None:
        engine = create_async_engine(address(database, "asyncpg"))
        async with AsyncSession(engine) as session:
            assert await session.scalar(text("SELECT 1")) == 1
            try:
                await enqueue(session, task(), project_id="p", actor="a", task_type="t")
            finally:
                await session.commit()
        await engine.dispose()

    anyio.run(run)


@pytest.mark.parametrize("register", [through_psycopg_2, through_asyncpg])
def test_another_driver_is_refused_by_the_first_call_and_its_session_goes_on(
    database: Database, register: Callable[[Database], None]
) -> None:
    with pytest.raises(UnsupportedConfiguration, match=r"create_engine\('postgresql\+psycopg://"):
        register(database)
    assert events(database) == 0


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
def test_bodies_work_on_psycopg_3_whichever_driver_the_ledgers_address_names(
    database: Database, driver: str
) -> None:
    app = LedgerCelery("shop", ledger_url=address(database, driver), set_as_current=False)
    with Session(app.connections.engine) as session:
        assert session.scalar(text("SELECT 1")) == 1
        assert session.get_bind().dialect.driver == "psycopg"
    app.connections.engine.dispose()
