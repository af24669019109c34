"""Appends events at a steady rate while a reader looks for each in the read model."""

import time
from collections.abc import Sequence
from threading import Event, Thread
from uuid import UUID

import psycopg

from bench.processes import process, until
from bench.row import Row, alone, percentile
from bench.servers import Servers
from task_ledger.eventlog.append import Append, append
from task_ledger.model.events import Progress, Started
from task_ledger.model.ids import new_claim, new_task_id

RATE = 200
WRITERS = 4
TASKS = 40
WARM_UP_S = 2.0

Seen = dict[tuple[UUID, int], float]

REGISTER = (
    "SELECT task_ledger.register(%s, %s, 'bench', now(), %s, 1::integer, NULL::integer,"
    " NULL::timestamptz)"
)
REGISTERED = '{"task_type":"page.ocr","name":"Read page A-101"}'


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure from commit to task_ledger.task_record at 200 events per second, with the projector
    in its own process.
    """
    seconds = 3 if short else 20
    tasks = [(new_task_id(), new_claim()) for _ in range(TASKS)]
    with psycopg.connect(servers.url_for("owner"), autocommit=True) as connection:
        for number, (task_id, claim) in enumerate(tasks):
            connection.execute(REGISTER, (task_id, f"project-{number}", REGISTERED))
            started = Started(worker="worker-1", host="bench", pid=1)
            append(connection, Append(task_id, claim, 1, "worker-1", started))
        with process(servers, "projector", "task_ledger.projector", "--only", "fold"):
            until(
                servers,
                "projector",
                lambda: (
                    connection.execute(
                        "SELECT count(*) FROM task_ledger.task_record WHERE version = 2"
                    ).fetchone()
                    == (TASKS,)
                ),
            )
            committed, shown = run(servers, tasks, seconds + WARM_UP_S)
    began = min(committed.values()) + WARM_UP_S
    lags = sorted((shown[event] - at) * 1000 for event, at in committed.items() if at > began)
    reached = len(lags) / seconds
    return [
        alone("events during the next two rows", "events/s", [reached]),
        alone("commit to list, p50", "ms", [percentile(lags, 50)]),
        alone("commit to list, p99", "ms", [percentile(lags, 99)]),
    ]


def run(servers: Servers, tasks: Sequence[tuple[UUID, UUID]], seconds: float) -> tuple[Seen, Seen]:
    """Return when each (task, version) was committed, and when a reader found it in the record."""
    committed: Seen = {}
    shown: Seen = {}
    written = Event()
    reader = Thread(target=read, args=(servers, [t for t, _ in tasks], committed, shown, written))
    reader.start()
    writers = [
        Thread(target=write, args=(servers, tasks[number::WRITERS], seconds, committed))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    written.set()
    reader.join()
    missing = committed.keys() - shown.keys()
    if missing:
        raise RuntimeError(f"{len(missing)} of {len(committed)} events never reached the list")
    return committed, shown


def write(
    servers: Servers, tasks: Sequence[tuple[UUID, UUID]], seconds: float, committed: Seen
) -> None:
    """Append progress to the tasks in turn, at this writer's share of the rate."""
    versions = {task_id: 2 for task_id, _ in tasks}
    with psycopg.connect(servers.url_for("worker"), autocommit=True) as connection:
        began = time.monotonic()
        for number in range(int(seconds * RATE / WRITERS)):
            due = began + number * WRITERS / RATE
            time.sleep(max(0.0, due - time.monotonic()))
            task_id, claim = tasks[number % len(tasks)]
            data = Progress(percent=number % 100, step="read")
            append(connection, Append(task_id, claim, 1, "worker-1", data))
            versions[task_id] += 1
            committed[task_id, versions[task_id]] = time.monotonic()


def read(servers: Servers, tasks: list[UUID], committed: Seen, shown: Seen, written: Event) -> None:
    """Read the records' versions every 2 ms; a version implies all before it."""
    at = dict.fromkeys(tasks, 2)
    deadline = float("inf")
    with psycopg.connect(servers.url_for("api"), autocommit=True) as connection:
        while time.monotonic() < deadline:
            rows = connection.execute(
                "SELECT task_id, version FROM task_ledger.task_record WHERE task_id = ANY(%s)",
                (tasks,),
            ).fetchall()
            now = time.monotonic()
            for task_id, version in rows:
                for passed in range(at[task_id] + 1, version + 1):
                    shown[task_id, passed] = now
                at[task_id] = version
            if written.is_set():
                if deadline == float("inf"):
                    deadline = now + 10
                if len(shown) >= len(committed):
                    return
            time.sleep(0.002)
