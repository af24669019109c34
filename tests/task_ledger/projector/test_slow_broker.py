"""A broker that takes its time, and a database that does not wait for it."""

import time
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.eventlog.message import Message
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Key, Relay
from tests.servers import Database
from tests.task_ledger.projector.log import count, projector_connection
from tests.task_ledger.projector.outbox import enqueue, message, received, send


class SlowPublisher(Publisher):
    """As one whose broker is far away."""

    def publish(self, message: Message) -> None:
        """Publish, a tenth of a second later."""
        time.sleep(0.1)
        super().publish(message)


class FatalPublisher(Publisher):
    """Ends a session of the database as soon as the broker has a message."""

    def __init__(self, url: str, database: Database, pid: int) -> None:
        super().__init__(url)
        self._kill = (database.url, pid)

    def publish(self, message: Message) -> None:
        """Publish, then end the session, and return when it is gone."""
        super().publish(message)
        url, pid = self._kill
        with psycopg.connect(url, autocommit=True) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def test_a_slow_broker_gets_everything_once_though_the_database_ends_idle_transactions(
    writer: Connection[Any], database: Database, broker_url: str
) -> None:
    for _ in range(8):
        enqueue(writer)
    with (
        closing(projector_connection(database)) as connection,
        closing(SlowPublisher(broker_url)) as publisher,
    ):
        connection.execute("SET idle_in_transaction_session_timeout = '500ms'")
        relay = Relay(connection, publisher, budget_s=0.15)
        rounds = [relay.tick()]
        while rounds[-1].worked:
            rounds.append(relay.tick())
    assert len(received(broker_url)) == 8
    assert count(database, "outbox") == 0
    assert rounds[0].more, "it goes on without a pause"


def test_what_the_broker_has_is_not_sent_again_when_the_database_went_away(
    writer: Connection[Any], database: Database, broker_url: str
) -> None:
    enqueue(writer)
    send(writer, message(tracked=False))
    published = set[Key]()
    with closing(projector_connection(database)) as connection:
        pid = connection.info.backend_pid
        with (
            closing(FatalPublisher(broker_url, database, pid)) as publisher,
            pytest.raises(psycopg.OperationalError),
        ):
            Relay(connection, publisher, published=published).tick()
    assert count(database, "outbox") == 2
    with (
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker_url)) as publisher,
    ):
        relay = Relay(connection, publisher, published=published)
        assert relay.tick().worked
        assert not relay.tick().worked
    assert len(received(broker_url)) == 2
    assert count(database, "outbox") == 0
    assert published == set()
