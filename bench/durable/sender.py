"""`python -m bench.durable.sender KIND`: acts as a web process that receives orders.

It reads the number of orders from each line of its input. For each order, it inserts a row and
enqueues a task. With the ledger and with procrastinate, both are in one transaction; plain Celery
and DBOS are called after its commit.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

import psycopg
from celery import Signature
from dbos import DBOSClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.durable import celery_apps, dbos_app
from bench.durable.procrastinate_app import app as procrastinate
from bench.durable.procrastinate_app import procrastinate_task
from task_ledger import enqueue
from task_ledger.eventlog.database import sqlalchemy_url

DATABASE = os.environ["BENCH_BACKEND_URL"]
ORDER = "INSERT INTO bench_order (number) VALUES (%s)"


def orders(batches: Iterable[int]) -> Iterator[int]:
    """Yield the numbers of the orders of each batch."""
    for batch in batches:
        yield from range(batch)


def to_ledger(batches: Iterable[int]) -> None:
    """Store row, registered task and message in one transaction."""
    engine = create_engine(sqlalchemy_url(DATABASE))
    order = text("INSERT INTO bench_order (number) VALUES (:number)")
    for number in orders(batches):
        signature: Signature[None] = celery_apps.ledger_task.s(number)
        with Session(engine) as session, session.begin():
            session.execute(order, {"number": number})
            enqueue(session, signature, project_id=f"project-{number % 50}", actor="bench")
    engine.dispose()


def to_procrastinate(batches: Iterable[int]) -> None:
    """Store row and job in one transaction."""
    with procrastinate.open(), psycopg.connect(DATABASE) as connection:
        for number in orders(batches):
            with connection.transaction():
                connection.execute(ORDER, (number,))
                procrastinate_task.configure(connection=connection).defer(number=number)


def to_celery(batches: Iterable[int]) -> None:
    """Commit the row, then send the message."""
    with psycopg.connect(DATABASE, autocommit=True) as connection:
        for number in orders(batches):
            connection.execute(ORDER, (number,))
            celery_apps.celery_task.delay(number)


def to_dbos(batches: Iterable[int]) -> None:
    """Commit the row, then start the workflow."""
    client = DBOSClient(system_database_url=sqlalchemy_url(DATABASE), application_name="bench")
    with psycopg.connect(DATABASE, autocommit=True) as connection:
        for number in orders(batches):
            connection.execute(ORDER, (number,))
            client.enqueue(
                {
                    "queue_name": dbos_app.QUEUE,
                    "workflow_name": dbos_app.WORKFLOW,
                    "app_version": dbos_app.VERSION,
                },
                number,
            )
    client.destroy()


SENDERS: Mapping[str, Callable[[Iterable[int]], None]] = {
    "ledger": to_ledger,
    "procrastinate": to_procrastinate,
    "celery": to_celery,
    "dbos": to_dbos,
}

if __name__ == "__main__":
    SENDERS[sys.argv[1]](map(int, sys.stdin))
