"""The lag: what is committed and not folded, and since when."""

from contextlib import closing

import psycopg
import pytest

from task_ledger.eventlog.lag import LOOK, Lag, read_lag
from tests.servers import Database
from tests.task_ledger.eventlog.filled import PROJECTS
from tests.task_ledger.projector.log import (
    drain,
    owner,
    projector,
    projector_connection,
    register,
    start,
)


def test_it_counts_what_is_committed_and_not_folded(database: Database) -> None:
    with (
        closing(owner(database)) as writer,
        closing(owner(database, autocommit=False)) as late,
        closing(projector_connection(database)) as connection,
    ):
        follower = projector(connection)
        assert read_lag(connection) == Lag(events=0, oldest_s=0.0, quarantined=0)
        task_id = register(writer)
        start(writer, task_id)
        register(writer, "elsewhere")
        assert read_lag(connection).events == 3
        assert read_lag(connection).oldest_s > 0
        drain(follower)
        assert read_lag(connection) == Lag(events=0, oldest_s=0.0, quarantined=0)

        register(late)
        register(writer)
        assert read_lag(connection).events == 1, "what is not committed does not count"
        drain(follower)
        assert read_lag(connection).events == 0
        late.commit()
        assert read_lag(connection).events == 1, "what has turned up in a gap does"
        drain(follower)
        assert read_lag(connection).events == 0


def test_the_oldest_is_measured_from_when_it_was_recorded(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        register(writer)
        writer.execute("SELECT pg_sleep(0.3)")
        register(writer)
        assert 0.3 <= read_lag(connection).oldest_s < 10


@pytest.mark.parametrize("role", ["api", "auditor"])
def test_those_who_read_the_log_may_ask(database: Database, role: str) -> None:
    with closing(owner(database)) as writer:
        register(writer)
    with psycopg.connect(database.url_for("api" if role == "api" else "auditor")) as connection:
        assert read_lag(connection).events == 1


def test_it_counts_so_many_events_and_no_more(filled: Database) -> None:
    with closing(owner(filled)) as connection, connection.transaction(force_rollback=True):
        connection.execute("UPDATE task_ledger.checkpoint SET cursor = 0")
        lag = read_lag(connection)
    assert lag.events == PROJECTS * LOOK
    assert lag.oldest_s > 3600 * 24 * 365
