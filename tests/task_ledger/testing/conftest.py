"""A migrated database for the kit's own fixtures."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import Database, fresh_database
from tests.task_ledger.testing.app import app


@pytest.fixture(scope="session")
def ledger_app() -> LedgerCelery:
    return app


@pytest.fixture(scope="session")
def kit_database(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Database]:
    with fresh_database(postgres, migrated_template) as database:
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kit_row (label text)")
            connection.execute("GRANT SELECT, INSERT ON kit_row TO task_ledger_worker")
        yield database


@pytest.fixture(scope="session")
def ledger_engine(kit_database: Database) -> Iterator[Engine]:
    engine = create_engine(sqlalchemy_url(kit_database.url_for("worker")))
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def _nothing_is_left(kit_database: Database) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    """Whatever a test does with the kit, nothing of it is committed."""
    yield
    with psycopg.connect(kit_database.superuser_url) as connection:
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM task_ledger.task_event), (SELECT count(*) FROM kit_row),"
            " (SELECT count(*) FROM task_ledger.outbox)"
        ).fetchone()
    assert counts == (0, 0, 0)


@pytest.fixture
def labels(ledger_session: Session):
    """Reads the rows that the test's transaction sees."""

    def read() -> list[str]:
        return list(ledger_session.execute(text("SELECT label FROM kit_row")).scalars())

    return read
