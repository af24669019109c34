"""Appending to the log: one function for each thing that can be said.

Each function runs one statement on the psycopg connection it is given, in that connection's
transaction, and never commits; on an autocommit connection the statement is its own
transaction. To append repeatedly on one connection, use
`task_ledger.eventlog.appender.Appender`. All raise, besides what they name:

    InvalidEvent, TooLarge: the event may not be stored.
    LedgerBusy: the task's lock was not had within five seconds.
    LedgerUnavailable: the connection broke; whether the event is stored is not known.
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
    NotTerminable,
    Refused,
    TooManyNotes,
    UnknownTask,
)
from task_ledger.eventlog.append_result import AppendResult, result_from_row, result_from_text
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.events import CancelRequested, EventData, Noted


@dataclass(frozen=True, slots=True)
class Append:
    """One event of an attempt, to be appended.

    Attributes:
        claim: the attempt's claim; None speaks for a task that no claim holds.
        attempt: the attempt's number. It decides for `Started`, and for `Failed` without a claim,
            which is for the attempt that the task waits for; else it is for information.
        due_at: with `Retrying`, and only then: when the next attempt may start; None for its
            `countdown_s` from now, by the database's clock.
        max_attempts: with `Retrying`: a new limit.
        traceback: kept apart from the log; its sha256 belongs into `data`.
        occurred_at: the writer's clock; now, if it is left out.
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
        """As the SQL function takes them."""
        return {
            "task_id": self.task_id,
            "type": str(self.data.type),
            "claim": self.claim,
            "attempt": self.attempt,
            "actor": self.actor,
            "occurred_at": self.occurred_at or datetime.now(UTC),
            "data": self.data.to_json(),
            "schema_version": self.data.schema_version,
            "due_at": self.due_at,
            "max_attempts": self.max_attempts,
            "traceback": self.traceback,
        }


_REFUSALS: Final[dict[str, tuple[type[Refused], str]]] = {
    "unknown": (UnknownTask, "task {task} is not in the ledger; check the id"),
    "fenced": (
        Fenced,
        "task {task} is held by another attempt: this attempt's writes are discarded",
    ),
    "illegal": (IllegalTransition, "task {task} is {state}: {type} may not follow"),
    "cancelled": (Cancelled, "task {task} is being cancelled: let this exception pass"),
    "not_due": (NotDue, "task {task} waits until {due_at}; the database's clock counts"),
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
    "too_many": (TooManyNotes, "task {task} has as many notes as it may have"),
}


def append(connection: Connection[Any], event: Append) -> AppendResult:
    """Append one event of an attempt.

    Raises:
        Fenced, IllegalTransition, Cancelled, NotDue, Exhausted, UnknownTask: nothing was
            stored, and the exception says why.
    """
    with ledger_errors():
        row = connection.execute(query("append"), event.parameters()).fetchone()
    if row is None:
        raise AssertionError("task_ledger.append answers every call")
    return accepted(result_from_text(row[0]), event.task_id, str(event.data.type))


def append_many(connection: Connection[Any], events: Sequence[Append]) -> list[AppendResult]:
    """Append up to 1,000 events of any tasks in one round trip; one result each, in order.

    A refused event does not keep the others from being stored: look at each result's outcome.
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
    """Ask for a task to be cancelled.

    Args:
        terminate: end the process of the attempt that runs, if one does, within a renewal of
            its worker's lease, whatever its body does; also after a cancel without it.

    Returns:
        A result with the outcome `accepted`, `already` or `ended` (with the final state).

    Raises:
        NotTerminable: the attempt's worker cannot end its process; nothing is stored.
        UnknownTask: there is no such task.
    """
    data = CancelRequested(reason=reason, terminate=True if terminate else None)
    with ledger_errors():
        row = connection.execute(query("request_cancel"), _plain(task_id, actor, data)).fetchone()
    return accepted(result_from_row(row), task_id, "cancel_requested")


def note(connection: Connection[Any], task_id: UUID, actor: str, data: Noted) -> AppendResult:
    """Note a fact that changes no state.

    Raises:
        TooManyNotes: the task has 100 notes.
        UnknownTask: there is no such task.
    """
    with ledger_errors():
        row = connection.execute(query("note"), _plain(task_id, actor, data)).fetchone()
    return accepted(result_from_row(row), task_id, "noted")


def accepted(result: AppendResult, task_id: UUID, event_type: str) -> AppendResult:
    """`result`, if it says that the event was stored.

    Raises:
        Refused: by its outcome.
    """
    if result.outcome not in _REFUSALS:
        return result
    raise refusal(result.outcome, task_id, result, event_type)


def refusal(
    outcome: str, task_id: UUID, result: AppendResult, event_type: str = "progress"
) -> Refused:
    """The exception for an outcome that stored nothing."""
    error, message = _REFUSALS[outcome]
    return error(
        task_id,
        outcome,
        message.format(
            task=task_id,
            type=event_type,
            state=result.state,
            attempt=result.attempt,
            due_at=result.due_at,
        ),
    )


def json_of(event: Append) -> str:
    """One element of the array form; the event's data stands in it exactly as it is stored."""
    parameters = event.parameters()
    data = parameters.pop("data")
    rest = json.dumps(
        {k: v for k, v in parameters.items() if v is not None}, default=str, ensure_ascii=False
    )
    return f'{rest[:-1]}, "data": {data}}}'


def _plain(task_id: UUID, actor: str, data: EventData) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "actor": actor,
        "occurred_at": datetime.now(UTC),
        "data": data.to_json(),
        "schema_version": data.schema_version,
    }
