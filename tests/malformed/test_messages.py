"""Malformed messages: the relay and a worker refuse each, go on, and nothing is stored."""

import json
from contextlib import closing
from typing import Any

import kombu
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.brokers import Broker
from tests.malformed.numbers import SENT, times
from tests.servers import Database
from tests.task_ledger.celery.conftest import Stack, stack
from tests.task_ledger.projector.log import owner, projector_connection
from tests.task_ledger.projector.outbox import enqueue, header_of, message, received

__all__ = ["stack"]

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
).map(lambda value: json.loads(json.dumps(value).replace("\\u0000", "")))


NO_DICT = JSON.filter(lambda value: not isinstance(value, dict))

# Headers without what the ledger put there, and queues that are described as nothing known.
NO_HEADER = st.one_of(
    st.fixed_dictionaries({"headers": st.fixed_dictionaries({"task": JSON})}),
    st.fixed_dictionaries(
        {"headers": st.fixed_dictionaries({"task_ledger": NO_DICT})}
    ),
    st.fixed_dictionaries({"declare": st.lists(NO_DICT, min_size=1, max_size=2)}),
)  # fmt: skip


def test_the_relay_puts_every_malformed_message_aside(database: Database, broker: Broker) -> None:
    stored = 0
    with (
        closing(owner(database)) as writer,
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker.url)) as publisher,
    ):
        relay = Relay(connection, publisher)

        @given(NO_HEADER)
        @times("messages through the relay")
        def store(changes: dict[str, Any]) -> None:
            nonlocal stored
            enqueue(writer, message(**changes))
            stored += 1

        store()
        good = enqueue(writer)
        while relay.tick().worked:
            pass
        (got,) = received(broker.url)
        assert header_of(got).attempt == 1
        rows = writer.execute(
            "SELECT count(*), count(last_error), min(tries) > 0 FROM task_ledger.outbox"
        ).fetchone()
        assert rows == (stored, stored, True)
        assert writer.execute(
            "SELECT count(*) FROM task_ledger.task_event WHERE type <> 'registered'"
        ).fetchone() == (0,)
        assert good is not None
    assert stored >= SENT["messages through the relay"]


NAMES = [
    "tests.task_ledger.celery.app.succeed",
    "tests.task_ledger.celery.app.observe",
    "no.such.task",
    "",
]
TRACKED = st.fixed_dictionaries(
    {"tracked": st.just(True)},
    optional={"attempt": JSON, "project_id": JSON, "expires_at": JSON},
)
MESSAGES = st.fixed_dictionaries(
    {
        "body": st.one_of(st.binary(max_size=60), st.just(b"[[], {}, {}]"), st.just(b"[]")),
        "content_type": st.sampled_from(
            ["application/json", "application/x-python-serialize", "text/plain", "application/data"]
        ),
        "headers": st.fixed_dictionaries(
            {},
            optional={
                "task": st.one_of(st.sampled_from(NAMES), JSON),
                "id": st.one_of(st.uuids(version=4).map(str), JSON),
                "task_ledger": st.one_of(TRACKED, JSON),
                "retries": JSON,
                "eta": JSON,
                "expires": JSON,
                "argsrepr": JSON,
            },
        ),
    }
)


def test_a_worker_survives_every_malformed_message(stack: Stack) -> None:
    sent = 0
    pid = stack.processes["worker"].pid
    with kombu.Connection(stack.broker.url) as connection, connection.channel() as channel:
        producer = kombu.Producer(channel)

        @given(MESSAGES)
        @times("messages through a worker")
        def send(malformed: dict[str, Any]) -> None:
            nonlocal sent
            producer.publish(
                malformed["body"], routing_key="celery", headers=malformed["headers"],
                content_type=malformed["content_type"], content_encoding="utf-8",
            )  # fmt: skip
            sent += 1

        send()
    task_id = stack.enqueue("succeed", "after all of them")
    assert stack.ended(task_id).status == "SUCCESS"
    stack.quiet()
    assert stack.processes["worker"].pid == pid
    assert stack.processes["worker"].poll() is None
    rows = stack.connection.execute(
        "SELECT count(*) FROM task_ledger.task_event WHERE task_id <> %s", (task_id,)
    ).fetchone()
    assert rows == (0,)
    assert stack.connection.execute("SELECT count(*) FROM domain.effect").fetchone() == (1,)
    assert sent >= SENT["messages through a worker"]
