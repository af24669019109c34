"""Measures the relay's rate against a loop of `apply_async`, and the start latency of one task."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import redis
from celery import Celery, Signature
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.processes import process, until
from bench.row import Row, alone, compared, percentile
from bench.servers import Servers
from bench.tracking.run import BEGAN, worker
from task_ledger import LedgerCelery, enqueue, enqueue_many
from task_ledger.eventlog.database import sqlalchemy_url

QUEUE = "ledger"
PAUSES_S = (0.0, 0.031, 0.073, 0.117, 0.171)
"""Pauses before single tasks, so that they start at any point of a poller's interval."""


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure messages per second, and milliseconds from the call to the body, alternately."""
    rounds, messages, starts = (1, 100, 5) if short else (5, 3_000, 200)
    relayed: list[float] = []
    sent: list[float] = []
    for _ in range(rounds):
        relayed.append(relay_rate(servers, messages))
        sent.append(apply_async_rate(servers, messages))
    ours = started(servers, "ledger", starts, enqueuing(servers))
    bare = started(servers, "bare", starts, sending(servers))
    rows = [compared("messages dispatched", "messages/s", relayed, sent, "apply_async in a loop")]
    for percent in (50, 99):
        name = f"call to start, p{percent}"
        ours_ms, bare_ms = percentile(ours, percent), percentile(bare, percent)
        rows.append(compared(name, "ms", [ours_ms], [bare_ms], "apply_async"))
        rows.append(alone(f"{name}, beyond apply_async", "ms", [ours_ms - bare_ms]))
    return rows


def relay_rate(servers: Servers, messages: int) -> float:
    """Return messages per second from a full outbox, from the first in the queue to the last."""
    sender = LedgerCelery("ledger", broker=servers.broker_url, set_as_current=False)
    engine = create_engine(sqlalchemy_url(servers.url_for("api")))
    options = {"queue": QUEUE, "ignore_result": True}
    tasks = [Signature("bench.ledger", app=sender, options=options) for _ in range(messages)]
    with Session(engine) as session, session.begin():
        enqueue_many(session, tasks, project_id="bench", actor="bench", task_type="bench.ledger")
    engine.dispose()
    with redis.Redis.from_url(servers.broker_url) as broker:
        with process(servers, "relay", "task_ledger.projector", "--only", "relay"):
            until(servers, "relay", lambda: broker.llen(QUEUE))
            before, began = waiting(broker), time.perf_counter()
            until(servers, "relay", lambda: waiting(broker) == messages)
            took = time.perf_counter() - began
        broker.delete(QUEUE)
    return (messages - before) / took


def apply_async_rate(servers: Servers, messages: int) -> float:
    """Return messages per second of one process that sends over one connection."""
    sender = Celery(broker=servers.broker_url, set_as_current=False)
    signature = Signature[Any]("bench.ledger", app=sender)
    with sender.connection_for_write() as connection, sender.amqp.Producer(connection) as to:
        signature.apply_async(producer=to, queue=QUEUE, ignore_result=True)
        began = time.perf_counter()
        for _ in range(messages):
            signature.apply_async(producer=to, queue=QUEUE, ignore_result=True)
        took = time.perf_counter() - began
    with redis.Redis.from_url(servers.broker_url) as broker:
        broker.delete(QUEUE)
    return messages / took


def waiting(broker: "redis.Redis") -> int:
    """Return the number of messages in the queue."""
    length: Any = broker.llen(QUEUE)
    return length


def enqueuing(servers: Servers) -> Callable[[], object]:
    """Provide a function that enqueues one task in its own transaction."""
    sender = LedgerCelery("ledger", broker=servers.broker_url, set_as_current=False)
    engine = create_engine(sqlalchemy_url(servers.url_for("api")))

    def send() -> None:
        signature = Signature[Any]("bench.ledger", app=sender, options={"queue": "ledger"})
        with Session(engine) as session, session.begin():
            enqueue(session, signature, project_id="b", actor="bench", task_type="bench.ledger")

    return send


def sending(servers: Servers) -> Callable[[], object]:
    """Provide a function that sends one message."""
    sender = Celery(broker=servers.broker_url, set_as_current=False)
    signature = Signature[Any]("bench.bare", app=sender)
    return lambda: signature.apply_async(queue="bare", ignore_result=True)


def started(servers: Servers, kind: str, tasks: int, send: Callable[[], object]) -> list[float]:
    """Return the sorted milliseconds from each call to the start of its body, one at a time."""
    took: list[float] = []
    with (
        redis.Redis.from_url(servers.broker_url) as signals,
        processes(servers, kind),
    ):
        for number in range(tasks + 5):
            signals.delete(BEGAN)
            time.sleep(PAUSES_S[number % len(PAUSES_S)])
            at = time.time()
            send()
            until(servers, f"worker-{kind}", lambda: signals.llen(BEGAN))
            first: Any = signals.lindex(BEGAN, 0)
            took.append((float(first) - at) * 1000)
    return sorted(took[5:])  # the first ones open connections


@contextmanager
def processes(servers: Servers, kind: str) -> Iterator[None]:
    """Run a worker and, for the ledger, a projector."""
    with worker(servers, kind):
        if kind == "ledger":
            with process(servers, "projector", "task_ledger.projector"):
                yield
        else:
            yield
