"""A ledger that was replicated to another server goes on there, as the guide says."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql

from task_ledger.errors import FeedWentBack
from task_ledger.eventlog.feeds import refuse_feeds_gone_back, repair_feeds
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.migrate import upgrade
from tests.servers import QUICK, Database, fresh_database, quick_folder
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    owner,
    projector,
    projector_connection,
    start,
    timeline,
)
from tests.task_ledger.projector.outbox import enqueue

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "restore.md"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that may publish."""
    with (
        quick_folder(tmp_path) as folder,
        EmbeddedPostgres(folder, settings=QUICK | {"wal_level": "logical"}) as server,
    ):
        yield server


def work(database: Database) -> None:
    """A task that has ended and one that waits, and what the projector makes of them."""
    with closing(owner(database)) as writer, closing(projector_connection(database)) as follower:
        task_id = enqueue(writer)
        complete(writer, task_id, start(writer, task_id))
        enqueue(writer)
        drain(projector(follower))


def superuser(database: Database) -> Connection[Any]:
    """A connection that may do anything."""
    return psycopg.connect(database.superuser_url, autocommit=True)


def replicate(old: Database, new: Database) -> None:
    """Copy all rows by a subscription, and drop it when they are there."""
    statement = next(
        line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("TRUNCATE ")
    )
    with superuser(old) as publisher, superuser(new) as subscriber:
        publisher.execute("CREATE PUBLICATION ledger FOR TABLES IN SCHEMA task_ledger")
        # Beforehand, because a subscription to the own server would wait for itself.
        publisher.execute("SELECT pg_create_logical_replication_slot('ledger', 'pgoutput')")
        subscriber.execute(statement.encode())
        subscriber.execute(
            sql.SQL(
                "CREATE SUBSCRIPTION ledger CONNECTION {} PUBLICATION ledger"
                " WITH (create_slot = false, slot_name = 'ledger')"
            ).format(sql.Literal(old.superuser_url))
        )
        end = monotonic() + 30
        while subscriber.execute(
            "SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r'"
        ).fetchall():
            assert monotonic() < end, "the copy has not ended"
            sleep(0.1)
        subscriber.execute("DROP SUBSCRIPTION ledger")


def test_a_replicated_ledger_goes_on_once_its_feeds_are_repaired(server: EmbeddedPostgres) -> None:
    with fresh_database(server) as old, fresh_database(server) as new:
        for database in (old, new):
            upgrade(database.url)
        work(old)
        work(old)
        replicate(old, new)
        with closing(projector_connection(new)) as connection:
            with pytest.raises(FeedWentBack, match="is at 0, its followers at 8, the log at 8"):
                refuse_feeds_gone_back(connection)
            repair_feeds(connection)
            refuse_feeds_gone_back(connection)
        work(new)
        with closing(owner(new)) as connection:
            assert len(timeline(connection)) == 12
            assert_projected(connection)
