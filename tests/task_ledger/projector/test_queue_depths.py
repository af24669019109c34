"""What the broker says about queues, on the broker that the suite runs on."""

from contextlib import closing
from typing import Any
from uuid import uuid4

import kombu
import pytest
from psycopg import Connection

from task_ledger.projector import queue_depths
from task_ledger.projector.publisher import BrokerAway
from task_ledger.projector.queue_depths import QueueDepths, Said, ask
from task_ledger.projector.relay import Relay
from tests.servers import Database
from tests.task_ledger.projector.log import drain, projector, projector_connection
from tests.task_ledger.projector.outbox import declared, enqueue, message, received

RENEW = "SELECT task_ledger.renew_lease(%s, 'w@h', 'h', 7, 60, '{}', true, 'prefork', 2, %s)"


def stored(connection: Connection[Any]) -> dict[str, int | None]:
    rows = connection.execute("SELECT queue, messages FROM task_ledger.queue_depth").fetchall()
    return dict(rows)


def test_the_broker_is_asked_about_each_known_queue_and_not_too_often(
    database: Database,
    writer: Connection[Any],
    broker_url: str,
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer.execute(RENEW, (uuid4(), ["work", "absent"]))
    for _ in range(3):
        enqueue(writer)
    relay.tick()
    drain(projector(writer))
    with closing(projector_connection(database)) as connection:
        depths = QueueDepths(connection, broker_url)
        assert depths.tick() == 2
        absent = None if "amqp" in broker_url else 0
        assert stored(writer) == {"work": 3, "absent": absent}
        assert depths.tick() == 0, "it was asked just now"
        received(broker_url)
        monkeypatch.setattr(queue_depths, "EVERY_S", 0.0)
        depths.tick()
        assert stored(writer) == {"work": 0, "absent": absent}


def test_messages_are_counted_where_their_application_places_them(
    broker_url: str,
) -> None:
    if "amqp" in broker_url:
        placing: dict[str, Any] = {}
    else:
        placing = {"global_keyprefix": "shop:", "priority_steps": [0, 5]}
    with kombu.Connection(broker_url, transport_options=placing) as connection:
        producer = connection.Producer()
        for priority in (0, 5):
            producer.publish("x", routing_key="work", declare=[declared("work")], priority=priority)
    assert ask(broker_url, ["work", "absent"], placing) == {
        "work": Said(2, 0 if "amqp" in broker_url else None),
        "absent": Said(None if "amqp" in broker_url else 0),
    }


def test_a_broker_that_is_away_leaves_what_was_said_before(
    database: Database, writer: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_depths, "TIMEOUT_S", 1)
    writer.execute(RENEW, (uuid4(), ["work"]))
    with closing(projector_connection(database)) as connection:
        depths = QueueDepths(connection, "redis://127.0.0.1:1/0")
        with pytest.raises(BrokerAway, match="did not answer"):
            depths.tick()
    assert stored(writer) == {}
    assert message().queue == "work"
