"""Measures eight threads that append events of tasks, one transaction each."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.row import Row, compared
from bench.servers import Servers
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.appender import Appender
from task_ledger.eventlog.connections import LEDGER_OPTIONS
from task_ledger.eventlog.database import session
from task_ledger.model.events import Completed, EventData, Progress, Started
from task_ledger.model.ids import new_claim, new_task_id

THREADS = 8
STEPS: list[EventData] = [
    Started(worker="worker-1", host="bench", pid=4242, queue="ocr"),
    *(Progress(percent=20.0 * n, step=f"step {n}") for n in range(1, 5)),
    Completed(result={"words": 1204}),
]
REGISTER = (
    "SELECT task_ledger.register(%s, %s, 'bench', now(), %s, 1::integer, NULL::integer,"
    " NULL::timestamptz)"
)
REGISTERED = '{"task_type":"page.ocr","name":"Read page A-101"}'

Write = Callable[[UUID], None]


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure six events per task: started, four times progress, completed.

    Once over connections as workers use them, where only an end waits for the disk, together with
    the events before it, and once with every event waiting, as the peer's do.
    """
    rounds, tasks = (2, 10) if short else (5, 150)
    workers: list[float] = []
    waiting: list[float] = []
    peer: list[float] = []
    recorder = event_store(servers)
    for number in range(rounds + 1):
        now = (
            ledger_rate(servers, tasks, LEDGER_OPTIONS),
            ledger_rate(servers, tasks, ""),
            store_rate(recorder, tasks),
        )
        if number:  # the first round warms all of them up
            for rates, found in zip((workers, waiting, peer), now, strict=True):
                rates.append(found)
    recorder.datastore.close()
    return [
        compared("append from Python, 8 threads", "events/s", workers, peer, "eventsourcing"),
        compared("the same, each on disk", "events/s", waiting, peer, "eventsourcing"),
    ]


def ledger_rate(servers: Servers, tasks: int, options: str) -> float:
    """Return events per second through an Appender, with a connection per thread.

    Args:
        options: of each connection's session, as libpq takes them.
    """
    ids = [[new_task_id() for _ in range(tasks)] for _ in range(THREADS)]
    with psycopg.connect(servers.url_for("owner")) as connection:
        for number, mine in enumerate(ids):
            for task_id in mine:
                connection.execute(REGISTER, (task_id, f"project-{number}", REGISTERED))
    url = servers.url_for("worker")
    connections = [
        psycopg.connect(url, autocommit=True, **session(url, "task-ledger bench", options))
        for _ in range(THREADS)
    ]

    def work(number: int, start: Barrier) -> None:
        appender = Appender(connections[number])
        start.wait()
        for task_id in ids[number]:
            claim = new_claim()
            for data in STEPS:
                appender.append(Append(task_id, claim, 1, "worker-1", data))

    try:
        return rate(work, tasks * len(STEPS))
    finally:
        for connection in connections:
            connection.close()


def store_rate(recorder: PostgresApplicationRecorder, tasks: int) -> float:
    """Return events per second through the event store's recorder, which pools its connections."""

    def work(_: int, start: Barrier) -> None:
        start.wait()
        for _ in range(tasks):
            task_id = uuid4()
            for version, data in enumerate(STEPS, start=1):
                state = data.to_json().encode()
                recorder.insert_events([StoredEvent(task_id, version, str(data.type), state)])

    return rate(work, tasks * len(STEPS))


def rate(work: Callable[[int, Barrier], None], events: int) -> float:
    """Return events per second of all threads, from the moment that all are ready."""
    start = Barrier(THREADS + 1)
    with ThreadPoolExecutor(THREADS) as pool:
        threads = [pool.submit(work, number, start) for number in range(THREADS)]
        start.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.result()
        return THREADS * events / (time.perf_counter() - began)


def event_store(servers: Servers) -> PostgresApplicationRecorder:
    """Open the event store's recorder on its own schema."""
    address = urlsplit(servers.superuser_url)
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS event_store")
    datastore = PostgresDatastore(
        dbname=address.path[1:],
        host=address.hostname or "",
        port=address.port or 5432,
        user=unquote(address.username or ""),
        password=unquote(address.password or ""),
        pool_size=THREADS,
        max_overflow=THREADS,
        max_waiting=THREADS,
        schema="event_store",
    )
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    return recorder
