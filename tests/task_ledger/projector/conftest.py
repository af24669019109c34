"""A relay and next steps that tests tick by hand, and a connection that fills their log."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.servers import Database
from tests.task_ledger.projector.attempts import Ledger
from tests.task_ledger.projector.log import owner, projector_connection
from tests.task_ledger.projector.steps import Steps


@pytest.fixture
def writer(database: Database) -> Iterator[Connection[Any]]:
    """Commits each call at once."""
    with closing(owner(database)) as connection:
        yield connection


@pytest.fixture
def relay(database: Database, broker_url: str) -> Iterator[Relay]:
    """A relay, ticked by hand."""
    with (
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker_url)) as publisher,
    ):
        yield Relay(connection, publisher, most_tries=3)


@pytest.fixture
def steps(database: Database) -> Iterator[Steps]:
    """A log and its next steps, ticked by hand."""
    with (
        closing(owner(database)) as writer,
        closing(projector_connection(database)) as ticker,
        closing(Steps(database, writer, ticker)) as steps,
    ):
        yield steps


@pytest.fixture
def ledger(database: Database) -> Iterator[Ledger]:
    """A ledger with nothing in it."""
    with closing(owner(database)) as connection:
        yield Ledger(database, connection)
