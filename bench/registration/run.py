"""Measures a transaction that registers thousands of tasks, and one that inserts the same rows."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from celery import Signature
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.row import Row, compared
from bench.servers import Servers
from task_ledger import LedgerCelery, enqueue_many, step
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.model.ids import new_task_id

APP = LedgerCelery("bench", broker="memory://", set_as_current=False)
EVENT: LiteralString = (
    "occurred_at, recorded_at, due_at, feed, bucket, version, type, state, attempt, max_attempts,"
    " shard, schema_version, cancel_requested, claim, project_id, actor, digest"
)
MESSAGE: LiteralString = "exchange, routing_key, content_type, content_encoding"


@dataclass
class Cost:
    """The cost of registering.

    Attributes:
        rate: tasks per second.
        cpu_us: CPU time of this process and of its backend, in µs per task.
    """

    rate: float = 0.0
    cpu_us: float = 0.0


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure tasks per second from signatures to the commit, against the rows alone, and CPU time.

    The INSERTs are one statement per row, prepared and pipelined by `executemany`.
    """
    rounds, tasks = (2, 200) if short else (5, 10_000)
    ours: list[Cost] = []
    bare: list[Cost] = []
    for number in range(rounds + 1):
        now = (ledger_cost(servers, tasks), insert_cost(servers, tasks))
        if number:  # the first round warms both up
            ours.append(now[0])
            bare.append(now[1])
    name, peer = "register tasks at once", "bare INSERTs"
    rows = [compared(name, "tasks/s", [one.rate for one in ours], [one.rate for one in bare], peer)]
    if all(one.cpu_us for one in bare):  # a few hundred tasks may take less than one clock tick
        cpu = ([one.cpu_us for one in ours], [one.cpu_us for one in bare])
        rows.append(compared(f"{name}, CPU per task", "µs", *cpu, peer))
    return rows


@contextmanager
def measured(backend: int, tasks: int) -> Iterator[Cost]:
    """Measure the block; the result is complete when it ends.

    Args:
        backend: the process id of the connection's backend, on this machine.
    """
    cost = Cost()
    began, cpu = time.perf_counter(), time.process_time() + cpu_s(backend)
    yield cost
    cost.rate = tasks / (time.perf_counter() - began)
    cost.cpu_us = (time.process_time() + cpu_s(backend) - cpu) / tasks * 1e6


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process; 0 if unavailable (macOS)."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def signatures(tasks: int) -> list[Signature[Any]]:
    """Return tasks with individual names and metadata, like a batch of pages."""
    return [
        step(
            Signature("page.ocr", args=(f"drawing-{n}", n), kwargs={"dpi": 300}, app=APP),
            name=f"Read page {n}",
            metadata={"page": n},
        )
        for n in range(tasks)
    ]


def ledger_cost(servers: Servers, tasks: int) -> Cost:
    """Measure `enqueue_many`."""
    engine = create_engine(sqlalchemy_url(servers.url_for("api")))
    with Session(engine) as session:
        several = signatures(tasks)
        driver: Any = session.connection().connection.driver_connection
        with measured(driver.info.backend_pid, tasks) as cost:
            enqueue_many(
                session, several, project_id="bench", actor="bench", task_type="page.ocr",
                max_attempts=3,
            )  # fmt: skip
            session.commit()
    engine.dispose()
    return cost


def insert_cost(servers: Servers, tasks: int) -> Cost:
    """Measure INSERTs of the newest tasks' rows with new ids."""
    with psycopg.connect(servers.url_for("owner")) as connection, connection.cursor() as cursor:
        newest = cursor.execute(
            "SELECT id, task_id FROM task_ledger.message ORDER BY id DESC LIMIT %s", (tasks,)
        ).fetchall()
        ids: list[UUID] = [task_id for _, task_id in newest]
        new = {task_id: new_task_id() for task_id in ids}
        events = cursor.execute(
            f"SELECT {EVENT}, data::text, task_id FROM task_ledger.task_event"
            " WHERE task_id = ANY(%s)",
            (ids,),
        ).fetchall()
        messages = cursor.execute(
            f"SELECT {MESSAGE}, headers::text, properties::text, declare::text, body, task_id"
            " FROM task_ledger.message WHERE task_id = ANY(%s)",
            (ids,),
        ).fetchall()
        events = [(*row[:-1], new[row[-1]]) for row in events]
        messages = [(*row[:-1], new[row[-1]]) for row in messages]
        dispatches = [(old, new[task_id]) for old, task_id in newest]
        marks = ", ".join(["%s"] * 17)
        with measured(connection.info.backend_pid, tasks) as cost:
            cursor.executemany(
                "INSERT INTO task_ledger.task_event "
                f"({EVENT}, data, task_id)"  # pyright: ignore[reportArgumentType]
                f" VALUES ({marks}, %s, %s)",
                events,
            )
            cursor.executemany(
                f"INSERT INTO task_ledger.message ({MESSAGE}, headers, properties, declare, body,"
                " task_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                messages,
            )
            cursor.executemany(
                "INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)"
                " VALUES (%s, %s, 1, now(), now())",
                dispatches,
            )
            connection.commit()
        return cost
