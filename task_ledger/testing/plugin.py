"""Fixtures for pytest: `pytest_plugins = ["task_ledger.testing.plugin"]` in a conftest.py.

It is not an entry point of the distribution, because that would import SQLAlchemy and Celery in
every pytest run of every environment with the ledger.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from task_ledger.celery.app import LedgerCelery
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.testing.running import LedgerTest, ledger_test


@pytest.fixture(scope="session")
def ledger_app() -> LedgerCelery:
    """The application under test: override this fixture.

    Raises:
        pytest.UsageError: it was not overridden.
    """
    raise pytest.UsageError("override the fixture ledger_app: return your LedgerCelery")


@pytest.fixture(scope="session")
def ledger_engine(ledger_app: LedgerCelery) -> Iterator[Engine]:
    """An engine for the application's database: override this fixture, or set `ledger_url` for
    tests.

    The database must be migrated and free for tests to use.
    """
    engine = create_engine(sqlalchemy_url(ledger_app.connections.url))
    yield engine
    engine.dispose()


@pytest.fixture
def ledger_session(ledger_engine: Engine) -> Iterator[Session]:
    """A session whose transaction is rolled back after the test, even if the code commits."""
    with ledger_engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def ledger(ledger_app: LedgerCelery, ledger_session: Session) -> Iterator[LedgerTest]:
    """`ledger_test` for the application, in `ledger_session`."""
    with ledger_test(ledger_app, ledger_session) as ledger:
        yield ledger
