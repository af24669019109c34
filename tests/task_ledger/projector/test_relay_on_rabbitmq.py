"""What RabbitMQ tells the relay, and Valkey tells nobody: confirms and returned messages."""

from contextlib import closing, suppress
from typing import Any

from kombu import Connection as BrokerConnection
from psycopg import Connection

from task_ledger.projector.publisher import BrokerAway, Publisher
from task_ledger.projector.relay import Relay
from tests.brokers import Broker, Brokers
from tests.servers import Database
from tests.task_ledger.projector.log import drain, projector, projector_connection, record
from tests.task_ledger.projector.outbox import enqueue, message, received
from tests.task_ledger.server.processes import eventually


def test_what_was_published_survives_a_crash_of_the_broker(
    writer: Connection[Any], broker: Broker, relay: Relay
) -> None:
    for _ in range(50):
        enqueue(writer)
    relay.tick()
    assert writer.execute("SELECT FROM task_ledger.outbox").fetchall() == []
    broker.stop("immediate")
    broker.start()
    assert len(received(broker.url)) == 50


def test_a_message_that_no_queue_takes_comes_back_and_ends_its_task(
    writer: Connection[Any], database: Database, relay: Relay
) -> None:
    task_id = enqueue(writer, message(exchange="amq.direct", routing_key="nowhere", declare=[]))
    other = enqueue(writer)
    for _ in range(3):
        writer.execute("UPDATE task_ledger.outbox SET try_at = now() - interval '1 s'")
        relay.tick()
    with closing(projector_connection(database)) as connection:
        drain(projector(connection))
    ended = record(writer, task_id)
    assert ended is not None
    assert ended.failure_reason == "undeliverable"
    assert ended.error is not None
    assert "no queue accepts it" in ended.error["message"]
    untouched = record(writer, other)
    assert untouched is not None
    assert untouched.failure_reason is None


def test_a_full_queue_makes_its_messages_wait_and_ends_no_task(
    writer: Connection[Any], broker: Broker, relay: Relay
) -> None:
    """A queue that says no is asked again, for as long as it takes."""
    full = message("full")
    full.declare[0]["queue_arguments"] |= {"x-max-length": 1, "x-overflow": "reject-publish"}
    for _ in range(4):
        enqueue(writer, full)
    for _ in range(6):
        writer.execute("UPDATE task_ledger.outbox SET try_at = now() - interval '1 s'")
        relay.tick()
    rows = writer.execute("SELECT tries, last_error FROM task_ledger.outbox").fetchall()
    assert rows
    assert {(tries, "may be full" in error) for tries, error in rows} == {(6, True)}
    assert broker.waiting("full") == 4 - len(rows)


def test_a_broker_that_fails_with_every_message_ends_no_task(
    writer: Connection[Any], database: Database, broker: Broker, brokers: Brokers
) -> None:
    """As it does with a quorum queue that has lost its majority: 541, INTERNAL_ERROR."""
    assert brokers.rabbitmq is not None
    with (
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker.url)) as publisher,
    ):
        relay = Relay(connection, publisher, most_tries=1)
        brokers.rabbitmq.control("eval", KILL_CHANNELS)
        rows: list[Any] = []
        while not any("InternalError" in str(error) for (error,) in rows):
            if not rows:
                # The one before has slipped through.
                enqueue(writer)
            writer.execute("UPDATE task_ledger.outbox SET try_at = now() - interval '1 s'")
            with suppress(BrokerAway):
                relay.tick()
            rows = writer.execute("SELECT last_error FROM task_ledger.outbox").fetchall()
            ended = writer.execute("SELECT FROM task_ledger.task_event WHERE type = 'failed'")
            assert ended.fetchall() == []
        brokers.rabbitmq.control("eval", "exit(whereis(channel_killer), kill).")
        # A queue whose declaration was cut short may decline messages from then on.
        with BrokerConnection(broker.url) as connected:
            channel: Any = connected.default_channel
            channel.queue_delete("work")

        def left() -> bool:
            # The node may refuse one more, of a channel that was killed at the last.
            writer.execute("UPDATE task_ledger.outbox SET try_at = now() - interval '1 s'")
            with suppress(BrokerAway):
                relay.tick()
            return not writer.execute("SELECT FROM task_ledger.outbox").fetchall()

        eventually("the message left", left)
    assert received(broker.url)


KILL_CHANNELS = """
    Kill = fun(Again) ->
        [exit(Channel, kill) || Channel <- rabbit_channel:list()],
        timer:sleep(1),
        Again(Again)
    end,
    register(channel_killer, spawn(fun() -> Kill(Kill) end)).
"""
