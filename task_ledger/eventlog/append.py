"""Appending to the log: one function for each kind of write.

Each function runs one statement on the psycopg connection it is given, in that connection's
transaction, and never commits; on an autocommit connection the statement is its own transaction. To
append repeatedly on one connection, use `task_ledger.eventlog.appender.Appender`. All functions may
also raise:

    InvalidEvent, TooLarge: the event cannot be stored.
    LedgerBusy: the task's lock could not be acquired within five seconds.
    LedgerUnavailable: the connection broke; the event may or may not be stored.
    NotPermitted: the connection's role may not do this.
    WrongIsolation: the transaction is not READ COMMITTED.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import (
    Altered,
    Cancelled,
    Exhausted,
    Fenced,
    IllegalTransition,
    NotDue,
    NotRetrying,
    NotTerminable,
    Refused,
    RetiredTask,
    TooManyNotes,
    UnknownTask,
)
from task_ledger.eventlog.append_result import AppendResult, result_from_row, result_from_text
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.events import CancelRequested, EventData, Noted, RetryRequested

PARAMETERS: Final = (
    "task_id", "type", "claim", "attempt", "actor", "occurred_at", "data", "schema_version",
    "due_at", "max_attempts", "traceback", "private",
)  # fmt: skip
"""The names of an event's parameters, in the order of `Append.parameters`."""


@dataclass(frozen=True, slots=True)
class Append:
    """An event of an attempt to append.

    Attributes:
        claim: the attempt's claim; None for a task that no claim holds.
        attempt: the attempt's number. It is checked for `Started`, and for `Failed` without a
            claim, where it must be the attempt that the task waits for; otherwise it is
            informational.
        due_at: only with `Retrying`: when the next attempt may start. None: `countdown_s` from now,
            by the database's clock.
        max_attempts: with `Retrying`: a new limit.
        traceback: stored separately from the log; `data` must contain its SHA-256.
        occurred_at: time by the writer's clock. Default: now.
    """

    task_id: UUID
    claim: UUID | None
    attempt: int
    actor: str
    data: EventData
    due_at: datetime | None = None
    max_attempts: int | None = None
    traceback: str | None = None
    occurred_at: datetime | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of the SQL function, in its order."""
        data, private = self.data.texts()
        return {
            "task_id": self.task_id,
            "type": str(self.data.type),
            "claim": self.claim,
            "attempt": self.attempt,
            "actor": self.actor,
            "occurred_at": self.occurred_at or datetime.now(UTC),
            "data": data,
            "schema_version": self.data.schema_version,
            "due_at": self.due_at,
            "max_attempts": self.max_attempts,
            "traceback": self.traceback,
            "private": private,
        }


_REFUSALS: Final[dict[str, tuple[type[Refused], str]]] = {
    "unknown": (UnknownTask, "task {task} is not in the ledger; check the id"),
    "retired": (
        RetiredTask,
        "the month of task {task} is in an archive, or is being archived; nothing is written to it",
    ),
    "fenced": (
        Fenced,
        "task {task} is held by another attempt: this attempt's writes are discarded",
    ),
    "illegal": (IllegalTransition, "task {task} is {state}: {type} may not follow"),
    "cancelled": (Cancelled, "task {task} is being cancelled: let this exception pass"),
    "not_due": (NotDue, "task {task} waits {until}"),
    "altered": (
        Altered,
        "the message of task {task} is not the one that was registered; see who can write to the"
        " broker",
    ),
    "exhausted": (Exhausted, "task {task} has no attempt left after attempt {attempt}"),
    "not_terminable": (
        NotTerminable,
        "the worker that runs task {task} cannot end its process (only --pool prefork can): cancel"
        " it without terminate, which its body sees at its next progress and at its end",
    ),
    "not_retrying": (
        NotRetrying,
        "task {task} is {state}, not in a countdown to a retry: there is nothing to bring forward",
    ),
    "too_many": (TooManyNotes, "task {task} has reached the maximum number of notes"),
}


def append(connection: Connection[Any], event: Append) -> AppendResult:
    """Append one event of an attempt.

    Raises:
        Fenced, IllegalTransition, Cancelled, NotDue, Exhausted, UnknownTask: nothing was stored;
            the exception says why.
    """
    with ledger_errors():
        row = connection.execute(query("append"), event.parameters()).fetchone()
    if row is None:
        raise AssertionError("task_ledger.append answers every call")
    return accepted(result_from_text(row[0]), event.task_id, str(event.data.type))


def append_many(connection: Connection[Any], events: Sequence[Append]) -> list[AppendResult]:
    """Append up to 1,000 events of any tasks in one round trip. Returns one result each, in order.

    A refused event does not prevent the others from being stored; check each result's outcome.
    """
    items = [json_of(event) for event in events]
    with ledger_errors():
        cursor = connection.execute(query("append_many"), {"events": f"[{','.join(items)}]"})
        return [result_from_row(row) for row in cursor.fetchall()]


def request_cancel(
    connection: Connection[Any],
    task_id: UUID,
    actor: str,
    reason: str | None = None,
    *,
    terminate: bool = False,
) -> AppendResult:
    """Request that a task be cancelled.

    Args:
        terminate: also kill the process of a running attempt, at the next renewal of its worker's
            lease, whatever its body is doing. May follow an earlier cancel without it.

    Returns:
        A result with the outcome `accepted`, `already` or `ended` (with the final state).

    Raises:
        NotTerminable: the attempt's worker cannot kill its process; nothing is stored.
        UnknownTask: no task has this id.
    """
    data = CancelRequested(reason=reason, terminate=True if terminate else None)
    with ledger_errors():
        row = connection.execute(query("request_cancel"), _plain(task_id, actor, data)).fetchone()
    return accepted(result_from_row(row), task_id, "cancel_requested")


def request_retry(
    connection: Connection[Any], task_id: UUID, actor: str, reason: str | None = None
) -> AppendResult:
    """End the countdown to a task's next attempt, which is then due at once.

    Returns:
        A result with the outcome `accepted`, `already` (the countdown is over) or `ended` (with the
        final state).

    Raises:
        NotRetrying: the task is not in a countdown to a retry; nothing is stored.
        UnknownTask: no task has this id.
    """
    data = RetryRequested(reason=reason)
    with ledger_errors():
        row = connection.execute(query("request_retry"), _plain(task_id, actor, data)).fetchone()
    return accepted(result_from_row(row), task_id, "retry_requested")


def note(connection: Connection[Any], task_id: UUID, actor: str, data: Noted) -> AppendResult:
    """Append a note, which changes no state.

    Raises:
        TooManyNotes: the task already has 100 notes.
        UnknownTask: no task has this id.
    """
    with ledger_errors():
        row = connection.execute(query("note"), _plain(task_id, actor, data)).fetchone()
    return accepted(result_from_row(row), task_id, "noted")


def accepted(result: AppendResult, task_id: UUID, event_type: str) -> AppendResult:
    """Return `result` if the event was stored.

    Raises:
        Refused: the subclass for its outcome.
    """
    if result.outcome not in _REFUSALS:
        return result
    raise refusal(result.outcome, task_id, result, event_type)


def refusal(
    outcome: str, task_id: UUID, result: AppendResult, event_type: str = "progress"
) -> Refused:
    """The exception for an outcome with which nothing was stored."""
    error, message = _REFUSALS[outcome]
    return error(
        task_id,
        outcome,
        message.format(
            task=task_id,
            type=event_type,
            state=result.state,
            attempt=result.attempt,
            until=_until(result.due_at),
        ),
    )


def _until(due_at: datetime | None) -> str:
    if due_at is None:
        return "for tasks before it, or until it expires"
    return f"until {due_at}, or for tasks before it; the database's clock counts"


def json_of(event: Append) -> str:
    """One element of the array parameter, with the event's data exactly as it is stored."""
    parameters = event.parameters()
    data, private = parameters.pop("data"), parameters.pop("private")
    rest = json.dumps(
        {k: v for k, v in parameters.items() if v is not None}, default=str, ensure_ascii=False
    )
    return f'{rest[:-1]}, "data": {data}, "private": {private or "null"}}}'


def _plain(task_id: UUID, actor: str, data: EventData) -> dict[str, Any]:
    clear, private = data.texts()
    return {
        "task_id": task_id,
        "actor": actor,
        "occurred_at": datetime.now(UTC),
        "data": clear,
        "private": private,
        "schema_version": data.schema_version,
    }
