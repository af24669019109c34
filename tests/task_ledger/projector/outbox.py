"""Filling the outbox in tests, and looking at what reached the broker."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import kombu
from kombu import Exchange, Queue
from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.eventlog.message import HEADER, LedgerHeader, Message
from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id


def declared(queue: str) -> Queue:
    """A queue as a message declares it; RabbitMQ makes a quorum queue of it."""
    arguments = {"x-queue-type": "quorum"}
    return Queue(queue, Exchange(queue), routing_key=queue, queue_arguments=arguments)


def message(queue: str = "work", *, tracked: bool = True, **changes: Any) -> Message:
    """A message as the library stores it."""
    header = LedgerHeader(tracked=tracked, project_id="p")
    fields: dict[str, Any] = {
        "exchange": "",
        "routing_key": queue,
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "headers": {"task": "t", "retries": 0, HEADER: header.as_value()},
        "properties": {"delivery_mode": 2, "priority": 0},
        "declare": [declared(queue).as_dict(recurse=True)],
        "body": b'[["\xc3\xa9"], {}, {}]',
    }
    return Message(**(fields | changes))


def enqueue(
    connection: Connection[Any],
    stored: Message | None = None,
    task_id: UUID | None = None,
    due_at: datetime | None = None,
) -> UUID:
    """Register a task with its message in the connection's transaction."""
    task_id = task_id or new_task_id()
    parameters = {
        "task_id": task_id,
        "project_id": "p",
        "actor": "tester",
        "occurred_at": datetime.now(UTC),
        "data": Registered(task_type="test", name="a test").to_json(),
        "schema_version": 1,
        "max_attempts": 3,
        "due_at": due_at,
        "due_in_s": None,
        "private": None,
        **(stored or message()).parameters(),
    }
    connection.execute(query("enqueue"), parameters)
    return task_id


def send(connection: Connection[Any], stored: Message) -> None:
    """Store an untracked message in the connection's transaction."""
    connection.execute(query("send"), {"due_at": None, **stored.parameters()})


def received(broker_url: str, queue: str = "work") -> list[kombu.Message]:
    """Take everything out of a queue of the broker."""
    taken: list[kombu.Message] = []
    with kombu.Connection(broker_url) as connection, connection.channel() as channel:
        bound = declared(queue)(channel)
        bound.declare()
        while (got := bound.get(no_ack=True)) is not None:
            taken.append(got)
    return taken


def header_of(got: kombu.Message) -> LedgerHeader:
    """What a message that was received says about itself."""
    headers = cast("Mapping[str, Any]", got.headers)
    return LedgerHeader.of(headers[HEADER])


def make_due(writer: Connection[Any]) -> None:
    """Let all waiting be over."""
    writer.execute("UPDATE task_ledger.outbox SET try_at = now() - interval '1 s'")


def leave_begun(writer: Connection[Any]) -> None:
    """Let it be long ago that a relay has begun what is left."""
    writer.execute("UPDATE task_ledger.outbox SET begun_at = now() - interval '1 h'")
