"""One transaction that registers thousands of tasks, and one that inserts the same rows."""

import time
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


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Tasks per second, from signatures to the commit, beside the rows alone.

    The INSERTs are one statement for each row, prepared and pipelined by `executemany`.
    """
    rounds, tasks = (2, 200) if short else (5, 10_000)
    ours: list[float] = []
    bare: list[float] = []
    for number in range(rounds + 1):
        now = (ledger_rate(servers, tasks), insert_rate(servers, tasks))
        if number:  # the first round warms both up
            ours.append(now[0])
            bare.append(now[1])
    return [compared("register tasks at once", "tasks/s", ours, bare, "bare INSERTs")]


def signatures(tasks: int) -> list[Signature[Any]]:
    """Tasks with a name and metadata of their own, as a batch of pages has them."""
    return [
        step(
            Signature("page.ocr", args=(f"drawing-{n}", n), kwargs={"dpi": 300}, app=APP),
            name=f"Read page {n}",
            metadata={"page": n},
        )
        for n in range(tasks)
    ]


def ledger_rate(servers: Servers, tasks: int) -> float:
    """Tasks per second by `enqueue_many`."""
    engine = create_engine(sqlalchemy_url(servers.url_for("api")))
    with Session(engine) as session:
        several = signatures(tasks)
        session.connection()
        began = time.perf_counter()
        enqueue_many(
            session, several, project_id="bench", actor="bench", task_type="page.ocr",
            max_attempts=3,
        )  # fmt: skip
        session.commit()
        taken = time.perf_counter() - began
    engine.dispose()
    return tasks / taken


def insert_rate(servers: Servers, tasks: int) -> float:
    """Tasks per second by INSERTs of the newest tasks' rows, under new ids."""
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
        began = time.perf_counter()
        cursor.executemany(
            f"INSERT INTO task_ledger.task_event ({EVENT}, data, task_id)"  # pyright: ignore[reportArgumentType]
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
        return tasks / (time.perf_counter() - began)
