"""A projector without work asks little of the database."""

import time
from contextlib import closing
from pathlib import Path
from typing import Any

from psycopg import Connection

from tests.servers import Database
from tests.task_ledger.projector.log import owner, register, timeline, until
from tests.task_ledger.projector.test_service import service

QUERIES_A_SECOND = 25
"""Of all its parts. One polls every 100 ms, by one statement; the rest is rarer."""

SECONDS = 3.0


def _statements(connection: Connection[Any]) -> int:
    """Each statement of a projector without work is a transaction of its own."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    row = connection.execute(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    ).fetchone()
    assert row is not None
    return row[0]


def test_a_projector_without_work_polls_sparingly(
    database: Database, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with closing(owner(database)) as connection, service(environment, log):
        register(connection)
        until(lambda: len(timeline(connection)) == 1)
        before = _statements(connection)
        began = time.monotonic()
        # A rate is measured over a time; nothing is waited for.
        time.sleep(SECONDS)
        asked = (_statements(connection) - before) / (time.monotonic() - began)
    assert 0 < asked <= QUERIES_A_SECOND
