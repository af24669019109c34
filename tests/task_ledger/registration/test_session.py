"""A session that cannot keep what enqueue promises is refused, with what to change."""

import anyio
import psycopg
import pytest
from celery import Signature, chain
from sqlalchemy import Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, enqueue
from task_ledger.errors import UnsupportedConfiguration, WrongIsolation
from task_ledger.eventlog.database import sqlalchemy_url
from tests.servers import Database

APP = LedgerCelery("sender", broker="memory://", set_as_current=False)


def task() -> Signature:
    return Signature("elsewhere", app=APP)


def store(session: Session) -> None:
    two = chain(task(), task())
    enqueue(session, two, project_id="p", actor="a", task_type="t")


def events(database: Database) -> int:
    with psycopg.connect(database.url_for("owner")) as connection:
        row = connection.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
    return row[0] if row else -1


def test_a_session_that_commits_by_itself_is_refused(database: Database) -> None:
    url = sqlalchemy_url(database.url_for("api"))
    engine = create_engine(url)
    for session in (
        Session(create_engine(url, isolation_level="AUTOCOMMIT")),
        Session(engine.execution_options(isolation_level="AUTOCOMMIT")),
    ):
        with session, pytest.raises(WrongIsolation, match=r"AUTOCOMMIT.*READ COMMITTED"):
            store(session)
    with Session(engine) as session:
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        with pytest.raises(WrongIsolation):
            store(session)
    assert events(database) == 0
    with Session(engine) as session:
        store(session)
        session.commit()
    assert events(database) == 2


def test_an_async_session_that_commits_by_itself_is_refused(database: Database) -> None:
    engine = create_async_engine(
        sqlalchemy_url(database.url_for("api")), isolation_level="AUTOCOMMIT"
    )

    async def run() -> None:
        async with AsyncSession(engine) as session:
            with pytest.raises(WrongIsolation):
                await enqueue(session, task(), project_id="p", actor="a", task_type="t")
        await engine.dispose()

    anyio.run(run)
    assert events(database) == 0


@pytest.mark.parametrize(
    "engine",
    [
        # Its own driver is not needed to be refused.
        create_engine("postgresql+pg8000://nobody@nowhere/x", module=psycopg),
        create_async_engine("postgresql+asyncpg://nobody@nowhere/x", module=psycopg).sync_engine,
        create_engine("sqlite://"),
    ],
    ids=lambda engine: engine.dialect.driver,
)
def test_a_session_of_another_driver_is_refused_before_it_connects(engine: Engine) -> None:
    with Session(engine) as session:
        with pytest.raises(UnsupportedConfiguration, match=r"postgresql\+psycopg://"):
            store(session)
        assert not session.in_transaction()
