"""What is committed is published, and nothing else; a broker that is away loses nothing."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.model.events import Retrying
from task_ledger.model.transitions import RetryReason, Status
from task_ledger.projector.database import query
from task_ledger.projector.publisher import BrokerAway, Publisher
from task_ledger.projector.relay import Relay
from tests.brokers import Broker
from tests.servers import Database
from tests.task_ledger.projector.log import (
    count,
    drain,
    owner,
    projector,
    projector_connection,
    record,
    start,
)
from tests.task_ledger.projector.outbox import enqueue, header_of, make_due, message, received, send


def test_a_message_leaves_after_the_commit_and_not_before(
    database: Database, broker_url: str, relay: Relay
) -> None:
    with closing(owner(database, autocommit=False)) as connection:
        enqueue(connection)
        assert not relay.tick().worked
        assert received(broker_url) == []
        connection.commit()
    assert relay.tick().worked
    (got,) = received(broker_url)
    assert got.decode() == [["é"], {}, {}]
    header = header_of(got)
    assert (header.tracked, header.attempt, header.project_id) == (True, 1, "p")
    assert got.headers["retries"] == 0
    assert (got.content_type, got.content_encoding) == ("application/json", "utf-8")
    assert count(database, "outbox") == 0
    assert count(database, "message") == 1, "the next attempt is dispatched from it"
    assert not relay.tick().worked


def test_a_message_that_is_rolled_back_never_leaves(
    database: Database, broker_url: str, relay: Relay
) -> None:
    with closing(owner(database, autocommit=False)) as connection:
        enqueue(connection)
        connection.rollback()
    assert not relay.tick().worked
    assert received(broker_url) == []


def test_the_next_attempt_leaves_when_it_is_due(
    writer: Connection[Any], broker_url: str, relay: Relay
) -> None:
    task_id = enqueue(writer)
    relay.tick()
    received(broker_url)
    claim = start(writer, task_id)
    retrying = Retrying(reason=RetryReason.ERROR, countdown_s=60)
    due_at = datetime.now(UTC) + timedelta(seconds=60)
    append(writer, Append(task_id, claim, 1, "tester", retrying, due_at=due_at))
    assert not relay.tick().worked
    make_due(writer)
    relay.tick()
    (got,) = received(broker_url)
    assert header_of(got).attempt == 2
    assert got.headers["retries"] == 1


def test_an_untracked_message_is_forgotten_once_it_is_published(
    writer: Connection[Any], database: Database, broker_url: str, relay: Relay
) -> None:
    send(writer, message(tracked=False))
    relay.tick()
    (got,) = received(broker_url)
    assert got.headers["task_ledger"] == {"tracked": False}
    assert count(database, "outbox") == count(database, "message") == 0


def test_the_broker_is_never_told_that_a_message_expires(
    writer: Connection[Any], broker_url: str, relay: Relay
) -> None:
    enqueue(writer, message(properties={"expiration": "1", "priority": 3, "correlation_id": "c"}))
    relay.tick()
    (got,) = received(broker_url)
    assert "expiration" not in got.properties
    assert got.properties["correlation_id"] == "c"
    assert got.properties["priority"] == 3


def test_a_task_that_ended_is_not_dispatched(
    writer: Connection[Any], database: Database, broker_url: str, relay: Relay
) -> None:
    task_id = enqueue(writer)
    request_cancel(writer, task_id, "tester")
    with closing(projector_connection(database)) as connection:
        drain(projector(connection))
    assert count(database, "message") == 1, "it is kept, so that the task can be run again"
    relay.tick()
    assert received(broker_url) == []
    assert count(database, "outbox") == 0


def test_one_poison_message_does_not_stop_the_others(
    writer: Connection[Any], database: Database, broker: Broker, relay: Relay
) -> None:
    broker.poison("poisoned")
    refused = [
        enqueue(writer, message("poisoned")),
        enqueue(writer, message(headers={"task": "t"})),
        enqueue(writer, message(declare=["no queue"])),
    ]
    for _ in range(3):
        enqueue(writer)
    relay.tick()
    assert len(received(broker.url)) == 3
    rows = writer.execute(
        "SELECT task_id, tries, last_error, try_at > now() FROM task_ledger.outbox ORDER BY id"
    ).fetchall()
    assert [(row[0], row[1], row[3]) for row in rows] == [(i, 1, True) for i in refused]
    assert broker.refusal in rows[0][2]
    assert "task_ledger" in rows[1][2]


def test_a_message_that_is_refused_too_often_ends_its_task(
    writer: Connection[Any], database: Database, broker: Broker, relay: Relay
) -> None:
    broker.poison("poisoned")
    task_id = enqueue(writer, message("poisoned"))
    send(writer, message("poisoned", tracked=False))
    for _ in range(3):
        make_due(writer)
        relay.tick()
    with closing(projector_connection(database)) as connection:
        drain(projector(connection))
    ended = record(writer, task_id)
    assert ended is not None
    assert (ended.status, ended.failure_reason) == (Status.FAILURE, "undeliverable")
    assert ended.error is not None
    assert broker.refusal in ended.error["message"]
    rows = writer.execute("SELECT task_id, tries FROM task_ledger.outbox").fetchall()
    assert rows == [(None, 3)], "an untracked message has no task to end, and is kept"


def test_a_message_that_has_been_refused_for_days_stops_nothing(
    writer: Connection[Any], broker: Broker, relay: Relay
) -> None:
    broker.poison("poisoned")
    send(writer, message("poisoned", tracked=False))
    writer.execute("UPDATE task_ledger.outbox SET tries = 1024")
    relay.tick()
    waits = "SELECT tries, try_at > now() + interval '4 min' FROM task_ledger.outbox"
    assert writer.execute(waits).fetchall() == [(1025, True)]


def test_a_task_that_another_delivery_started_is_not_ended_as_undeliverable(
    writer: Connection[Any], database: Database, broker: Broker, relay: Relay
) -> None:
    broker.poison("poisoned")
    task_id = enqueue(writer, message("poisoned"))
    start(writer, task_id)
    for _ in range(3):
        make_due(writer)
        relay.tick()
    assert count(database, "outbox") == 0
    assert count(database, "task_event") == 2


def test_a_broker_that_takes_no_messages_ends_no_task(
    writer: Connection[Any], database: Database, broker: Broker
) -> None:
    with (
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker.url)) as publisher,
    ):
        relay = Relay(connection, publisher, most_tries=1)
        enqueue(writer)
        with broker.taking_nothing(), pytest.raises(BrokerAway):
            relay.tick()
        rows = writer.execute("SELECT tries, try_at <= now() FROM task_ledger.outbox").fetchall()
        assert rows == [(0, True)]
        relay.tick()
        # RabbitMQ may have read the first one after all.
        assert len(received(broker.url)) in (1, 2)


def test_while_the_broker_is_away_every_message_waits(
    writer: Connection[Any], database: Database, broker: Broker
) -> None:
    with (
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker.url)) as publisher,
    ):
        relay = Relay(connection, publisher, most_tries=1)
        enqueue(writer)
        relay.tick()
        broker.stop()
        try:
            for _ in range(3):
                enqueue(writer)
                with pytest.raises(BrokerAway):
                    relay.tick()
            rows = writer.execute(
                "SELECT tries, try_at <= now() FROM task_ledger.outbox"
            ).fetchall()
        finally:
            broker.start()
        assert rows == [(0, True)] * 3
        relay.tick()
        assert len(received(broker.url)) == 4


def test_a_connection_that_the_broker_closed_costs_nothing(
    writer: Connection[Any], broker: Broker, relay: Relay
) -> None:
    enqueue(writer)
    relay.tick()
    broker.drop_clients()
    enqueue(writer)
    relay.tick()
    assert len(received(broker.url)) == 2
    assert writer.execute("SELECT FROM task_ledger.outbox").fetchall() == []


def test_a_queue_that_was_deleted_meanwhile_is_made_again(
    writer: Connection[Any], broker: Broker, relay: Relay
) -> None:
    enqueue(writer)
    relay.tick()
    broker.delete("work")
    enqueue(writer)
    relay.tick()
    assert writer.execute("SELECT FROM task_ledger.outbox").fetchall() == []
    assert len(received(broker.url)) == 1


def test_what_another_relay_holds_is_not_waited_for(
    writer: Connection[Any], database: Database
) -> None:
    with writer.transaction():
        enqueue(writer)
        enqueue(writer)
    with (
        closing(projector_connection(database)) as one,
        closing(projector_connection(database)) as other,
    ):
        wanted = {"limit": 9, "published": []}
        ids = [row[0] for row in one.execute(query("begin_dispatches"), wanted)]
        with other.transaction():
            other.execute("SELECT FROM task_ledger.outbox WHERE id = %s FOR UPDATE", ids[:1])
            one.execute("SET lock_timeout = '2s'")
            one.execute(query("return_dispatches"), {"ids": ids})
    sends = writer.execute("SELECT id, sends FROM task_ledger.outbox").fetchall()
    assert dict(sends) == {ids[0]: 1, ids[1]: 0}


def test_two_relays_share_the_work(
    writer: Connection[Any], database: Database, broker_url: str
) -> None:
    with writer.transaction():
        for _ in range(450):
            enqueue(writer)

    def work() -> None:
        with (
            closing(projector_connection(database)) as connection,
            closing(Publisher(broker_url)) as publisher,
        ):
            relay = Relay(connection, publisher)
            while relay.tick().worked:
                pass

    with ThreadPoolExecutor() as pool:
        for future in [pool.submit(work), pool.submit(work)]:
            future.result()
    assert len(received(broker_url)) == 450
    assert count(database, "outbox") == 0
