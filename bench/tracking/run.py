"""Measures queues of waiting tasks, drained alternately by a worker of each kind."""

from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import psycopg
import redis
from celery import Celery, Signature
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.processes import log_of, process, until
from bench.row import Row, alone, compared
from bench.servers import Servers
from task_ledger import LedgerCelery, enqueue
from task_ledger.eventlog.database import sqlalchemy_url

POOL = 2
WARM_UP = 20
KINDS = ("bare", "backend", "redis_backend", "ledger")
BEGAN = "bench:began"


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure what reporting four steps adds to an empty task, in worker time per task."""
    rounds, tasks = (1, 20) if short else (5, 300)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            took[kind].append(drained(servers, kind, WARM_UP + tasks))
    added = {
        kind: [tracked - bare for tracked, bare in zip(took[kind], took["bare"], strict=True)]
        for kind in ("backend", "redis_backend", "ledger")
    }
    name = "tracking adds to a task"
    return [
        alone("a bare task", "ms", took["bare"]),
        compared(name, "ms", added["ledger"], added["backend"], "Celery's database backend"),
        compared(
            f"{name}, beside Redis",
            "ms",
            added["ledger"],
            added["redis_backend"],
            "Celery's Redis backend",
        ),
    ]


def drained(servers: Servers, kind: str, tasks: int) -> float:
    """Return worker time per task in ms; all messages wait before the worker starts."""
    if kind == "ledger":
        enqueue_tasks(servers, tasks)
    else:
        sender = Celery(broker=servers.broker_url)
        with sender.connection_for_write() as connection, sender.amqp.Producer(connection) as to:
            for _ in range(tasks):
                sender.send_task(
                    f"bench.{kind}", queue=kind, producer=to, task_id=str(uuid4()),
                    ignore_result=kind == "bare",
                )  # fmt: skip
    name = name_of(kind)
    with redis.Redis.from_url(servers.broker_url) as signals:
        waiting: Any = signals.llen(kind)
        if waiting != tasks:
            raise RuntimeError(f"{waiting} of {tasks} messages wait in the queue {kind}")
        signals.delete(BEGAN)
        with worker(servers, kind):
            until(servers, name, lambda: signals.llen(BEGAN) == tasks)
        times: Any = signals.lrange(BEGAN, 0, -1)
    began = sorted(map(float, times))[WARM_UP:]
    if kind == "ledger":
        check(servers, name)
    return (began[-1] - began[0]) / (len(began) - 1) * POOL * 1000


def name_of(kind: str) -> str:
    """The name of the worker's process, and of its log."""
    return f"worker-{kind}"


def worker(servers: Servers, kind: str) -> AbstractContextManager[object]:
    """A Celery worker for one kind of task."""
    return process(
        servers, name_of(kind), "celery", "-A", f"bench.tracking.apps:{kind}", "worker",
        "--pool=prefork", f"--concurrency={POOL}", "--queues", kind, "--loglevel=WARNING",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    )  # fmt: skip


def enqueue_tasks(servers: Servers, tasks: int) -> None:
    """Register tasks and let the relay publish their messages; no worker runs yet."""
    sender = LedgerCelery("ledger", broker=servers.broker_url)
    engine = create_engine(sqlalchemy_url(servers.url_for("api")))
    with Session(engine) as session:
        for number in range(tasks):
            signature = Signature("bench.ledger", app=sender, options={"queue": "ledger"})
            enqueue(
                session, signature, project_id=f"project-{number % 50}", actor="bench",
                task_type="bench.ledger", max_attempts=1,
            )  # fmt: skip
        session.commit()
    engine.dispose()
    with (
        psycopg.connect(servers.superuser_url, autocommit=True) as connection,
        process(servers, "relay", "task_ledger.projector", "--only", "relay"),
    ):
        until(
            servers,
            "relay",
            lambda: (
                connection.execute("SELECT count(*) FROM task_ledger.outbox").fetchone() == (0,)
            ),
        )


def check(servers: Servers, name: str) -> None:
    """Check that every task has all seven events; otherwise the figure is invalid."""
    with psycopg.connect(servers.superuser_url) as connection:
        rows = connection.execute(
            "SELECT n, count(*) FROM (SELECT count(*) AS n FROM task_ledger.task_event"
            " GROUP BY task_id) AS t GROUP BY n"
        ).fetchall()
    if [n for n, _ in rows] != [7]:
        log = log_of(servers, name).read_text(errors="replace")
        raise RuntimeError(f"tasks with so many events: {rows}; {log[-2000:]}")
