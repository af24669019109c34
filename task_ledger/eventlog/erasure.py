"""Previews and performs the erasure of private data, task by task.

`schema/functions/erased.sql` is the rule of what may change; digests, seals and proofs stay valid.
`docs/how-to/erase.md` describes what remains outside the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.retired import missing


@dataclass(frozen=True, slots=True)
class Target:
    """A task whose events are to be erased: all of them, or some versions."""

    task_id: UUID
    versions: tuple[int, ...] | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of the queries."""
        versions = None if self.versions is None else list(self.versions)
        return {"task_id": self.task_id, "versions": versions}


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect of erasing a target.

    Attributes:
        versions: the events that would be erased, without those already erased and those without
            private data.
        unsalted: those of them whose data is one text (encoding 1): a hash without salt stays, from
            which a short text can be guessed.
        tracebacks: number of tracebacks that would be deleted.
        message: whether the task's message, with its arguments, is in the database.
        ended: whether the task has ended; until then its message stays.
    """

    task_id: UUID
    project_id: str
    versions: tuple[int, ...]
    unsalted: tuple[int, ...]
    tracebacks: int
    message: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed from a task; all zero if it was erased before.

    Attributes:
        message_left: whether the message stays, because the task has not ended.
    """

    task_id: UUID
    events: int
    tracebacks: int
    messages: int
    message_left: bool


@dataclass(frozen=True, slots=True)
class LeftInClear:
    """An event that has private fields in the clear part of its data, which cannot be erased.

    Attributes:
        fields: their names.
    """

    task_id: UUID
    version: int
    fields: tuple[str, ...]


def preview(connection: Connection[Any], target: Target) -> Preview:
    """Preview the effect of `erase`. Only reads.

    Args:
        connection: acts as the role eraser.

    Raises:
        UnknownTask: no task has this id.
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        row = connection.execute(query("erase_preview"), target.parameters()).fetchone()
    if row is None:
        raise missing(connection, target.task_id)
    project_id, versions, unsalted, tracebacks, message, ended = row
    return Preview(
        target.task_id, project_id, tuple(versions), tuple(unsalted), tracebacks, message, ended
    )


def erase(connection: Connection[Any], target: Target, *, actor: str, reason: str) -> Erased:
    """Erase the private data of a target's events, and data derived from it.

    One statement: events, tracebacks, record, and the message of a task that has ended, with a row
    in the access log unless there was nothing left to erase. Never commits; on a connection that is
    not on autocommit, commit at once, because the task's writers and the projector wait.

    Args:
        connection: acts as the role eraser.
        actor: recorded in the access log, 1 to 200 bytes.
        reason: why, 1 to 1,000 bytes. It stays in the access log: do not repeat what is erased.

    Raises:
        InvalidEvent: actor or reason is missing or too long.
        LedgerBusy: a writer held the task, or the projector its shard, for more than five seconds.
        UnknownTask: no task has this id; RetiredTask, MonthRetired: its month has left for an
            archive, or is being archived.
        LedgerUnavailable, NotPermitted, WrongIsolation.
    """
    parameters = target.parameters() | {"actor": actor, "reason": reason}
    with ledger_errors():
        row = connection.execute(query("erase"), parameters).fetchone()
    if row is None:
        raise missing(connection, target.task_id)
    return Erased(target.task_id, *row)


def left_in_clear(connection: Connection[Any], target: Target) -> list[LeftInClear]:
    """The target's events with private fields in clear, which an erasure leaves.

    The library does not write such events. Only reads.

    Args:
        connection: acts as the role eraser.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        rows = connection.execute(query("erase_left_in_clear"), target.parameters()).fetchall()
    return [LeftInClear(target.task_id, version, tuple(fields)) for version, fields in rows]


def tasks_of_entity(
    connection: Connection[Any], project_id: str, entity: Sequence[str]
) -> list[UUID]:
    """The project's tasks that were registered for an entity, (type, id), and not erased since.

    Reads a sixteenth of the log: minutes for hundreds of millions of events.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    parameters = {"project_id": project_id, "type": entity[0], "id": entity[1]}
    with ledger_errors():
        return [row[0] for row in connection.execute(query("erase_entity"), parameters)]
