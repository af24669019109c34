"""`task-ledger show`: one task, current or at an earlier point, with its events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from psycopg import Connection

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import Json, TaskId, point
from task_ledger.cli.person import person
from task_ledger.cli.printing import (
    print_json,
    print_line,
    print_table,
    shown,
    shown_lines,
    status_of,
    text_of,
    time_of,
)
from task_ledger.cli.waiting import words_of
from task_ledger.eventlog.access_log import record_access
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.export import exported
from task_ledger.eventlog.read import (
    AsOf,
    read_as_of_time,
    read_as_of_version,
    read_events,
    read_from_log,
    read_task,
)
from task_ledger.eventlog.waits import Wait, read_waits
from task_ledger.model.events import TaskEvent
from task_ledger.model.record import TaskRecord


@dataclass(frozen=True, slots=True)
class Traceback:
    """The traceback of one event."""

    version: int
    text: str


def show(
    task: TaskId,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="VERSION|TIME", help="The task as of a version or a time (ISO 8601)."),
    ] = None,
    folded: Annotated[
        bool,
        typer.Option("--folded", help="Fold the events alone and ignore the read model."),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Include tracebacks; needs the auditor's role.")
    ] = False,
    json: Json = False,
) -> None:
    """Show one task: its current record and its events."""
    if folded and as_of is not None:
        raise CommandFailed("--as-of is folded from the events anyway; leave out --folded.", USAGE)
    at = point(as_of) if as_of is not None else None
    with connected("auditor") as connection:
        found = read_from_log(connection, task) if folded else _read(connection, task, at)
        events = read_events(connection, task, up_to=found.record.version)
        tracebacks = _tracebacks(connection, found.record) if traceback else None
        current = at is None and not folded
        wait = read_waits(connection, [found.record]).get(task) if current else None
    if json:
        document: dict[str, Any] = {
            "task": found.record,
            "settled": found.settled,
            "waiting": wait,
            "events": [exported(event) for event in events],
        }
        print_json(document if tracebacks is None else document | {"tracebacks": tracebacks})
        return
    _print_record(found.record, wait)
    if not found.settled:
        print_line(
            "A transaction is still open on this task: an earlier event may appear.", "yellow"
        )
    _print_events(events)
    for each in tracebacks or []:
        print_line(f"Traceback of version {each.version}:", "bold")
        print_line(shown_lines(each.text))


def _read(connection: Connection[Any], task: UUID, at: int | datetime | None) -> AsOf:
    match at:
        case None:
            return AsOf(read_task(connection, task), settled=True)
        case int():
            return read_as_of_version(connection, task, at)
        case datetime():
            return read_as_of_time(connection, task, at)


def _tracebacks(connection: Connection[Any], record: TaskRecord) -> list[Traceback]:
    task, version = record.task_id, record.version
    # On autocommit, so the record is committed before anything is read.
    access = record_access(
        connection, person(), "traceback", project_id=record.project_id, task_id=task
    )
    wanted = {"access": access, "task_id": task, "up_to": version}
    with ledger_errors():
        rows = connection.execute(query("tracebacks"), wanted).fetchall()
    return [Traceback(*row) for row in rows]


def _print_record(record: TaskRecord, wait: Wait | None) -> None:
    attempt = (
        f"{record.attempt} of {record.max_attempts}" if record.max_attempts else record.attempt
    )
    progress = None if record.percent is None else f"{record.percent:g} % {record.step or ''}"
    error = record.error and f"{record.error.get('type')}: {record.error.get('message')}"
    rows: list[tuple[str, object]] = [
        ("task", record.task_id),
        ("name", record.task_name),
        ("type", record.task_type),
        ("project", record.project_id),
        ("status", record.status),
        ("version", record.version),
        ("actor", record.actor),
        ("waits", wait and words_of(wait)),
        ("attempt", attempt),
        ("worker", record.worker),
        ("progress", progress),
        ("retries at", record.due_at and time_of(record.due_at)),
        ("retries because", record.retry_reason),
        ("failed because", record.failure_reason),
        ("error", error),
        ("result", record.result),
        ("cancel requested by", record.cancel_requested_by),
        ("created", time_of(record.created_at)),
        ("started", record.started_at and time_of(record.started_at)),
        ("ended", record.completed_at and time_of(record.completed_at)),
        ("trace", record.trace_id),
        ("digest", record.digest),
    ]
    from rich.text import Text

    print_table(
        ("", ""),
        [
            (name, status_of(record.status) if name == "status" else Text(shown(value)))
            for name, value in rows
            if value is not None
        ],
    )


def _print_events(events: list[TaskEvent]) -> None:
    print_table(
        ("version", "recorded", "type", "state", "attempt", "actor", "data"),
        [
            (
                str(event.version),
                time_of(event.recorded_at),
                event.type,
                event.state,
                str(event.attempt),
                shown(event.actor),
                shown(text_of(event)),
            )
            for event in events
        ],
    )
