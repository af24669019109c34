"""Running an ended task again: a new task, registered with the message that the ended one had."""

from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Final, cast
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.append import note
from task_ledger.eventlog.append_result import result_from_row
from task_ledger.eventlog.database import ledger_errors
from task_ledger.eventlog.database import query as query_of_log
from task_ledger.eventlog.message import HEADER, LedgerHeader, Message
from task_ledger.eventlog.message_hash import hash_of_stored
from task_ledger.model.events import Noted, Registered, read_data
from task_ledger.model.texts import is_mark, merged
from task_ledger.model.transitions import TERMINAL, EventType, State
from task_ledger.projector.database import query
from task_ledger.projector.rerun_span import rerun_span
from task_ledger.tracing.spans import TRACEPARENT, TRACESTATE, Span

_NONCE_BYTES: Final = 16

_PLACE: Final = ("parent_id", "group", "group_index")
"""Headers that place a task beside others, which the new task does not belong to."""


def rerun(
    connection: Connection[Any], task_id: UUID, new_task_id: UUID, actor: str, reason: str | None
) -> str:
    """Register an ended task again under a new id, and note it on the ended one.

    The new task has the type, name, metadata, entity, queue, attempts, message and arguments of the
    ended one, and names it as `rerun_of`. It has no parent, group, expiry or tasks before it, and
    nothing that waited for the ended task waits for the new one. Does not commit.

    Args:
        connection: in a transaction that holds the ended task's lock, with the projector's role.
        reason: stored in the note, as private text.

    Returns:
        `done`; or why nothing was stored: `unknown`, `not_ended`, `no_message` (it is kept no
        longer, or the task was erased), `lacks_results` (its arguments are results of other tasks,
        and one of those has none).

    Raises:
        TooManyNotes: the ended task has the maximum number of notes; nothing is stored.
        LedgerError: the database refused it; roll back.
    """
    with ledger_errors():
        found = connection.execute(query("ends_of_task"), {"task_id": task_id}).fetchone()
        if found is None:
            return "unknown"
        project_id, max_attempts, data, private, schema_version, state = found
        if State(state) not in TERMINAL:
            return "not_ended"
        if is_mark(private):
            # Erased before the task had ended, when the message was still needed.
            return "no_message"
        kept = connection.execute(query("message_of_task"), {"task_id": task_id}).fetchone()
    if kept is None:
        return "no_message"
    message = _message(kept)
    if not _has_results(connection, message):
        return "lacks_results"
    was = read_data(
        EventType.REGISTERED, schema_version, merged(EventType.REGISTERED, data, private)
    )
    original = cast("Registered", was)
    task_name = str(message.headers.get("task"))
    span = rerun_span(task_name, project_id, original, task_id, new_task_id)
    span.end()
    message = _for(new_task_id, message, span)
    registered = original.model_copy(
        update={
            "expires_at": None,
            "parent_id": None,
            "root_id": None,
            "group_id": None,
            "waits_for": [],
            "after_failures": None,
            "rerun_of": task_id,
            "message_sha256": hash_of_stored(message),
            "traceparent": span.traceparent,
        }
    )
    note(
        connection,
        task_id,
        actor,
        Noted(kind="run_again", message=reason, task_id=new_task_id),
    )
    clear, hidden = registered.texts()
    parameters = {
        "task_id": new_task_id,
        "project_id": project_id,
        "actor": actor,
        "occurred_at": datetime.now(UTC),
        "data": clear,
        "private": hidden,
        "schema_version": registered.schema_version,
        "max_attempts": max_attempts,
        "due_at": None,
        "due_in_s": 0,
        **message.parameters(),
    }
    with ledger_errors():
        row = connection.execute(query_of_log("enqueue"), parameters).fetchone()
    outcome = result_from_row(row).outcome
    if outcome != "appended":
        raise AssertionError(f"the id {new_task_id} of a task to run again was taken: {outcome}")
    return "done"


def _message(row: Any) -> Message:
    exchange, routing_key, content_type, content_encoding, headers, properties, declare, body = row
    return Message(
        exchange, routing_key, content_type, content_encoding, headers, properties, declare,
        bytes(body),
    )  # fmt: skip


def _for(new_task_id: UUID, message: Message, span: Span) -> Message:
    """The message under a new id, without expiry, with a new nonce and in the span's trace."""
    own: dict[str, Any] = dict(message.headers[HEADER])
    own.pop("expires_at", None)
    own |= {"attempt": 1, "nonce": token_hex(_NONCE_BYTES)}
    new = str(new_task_id)
    headers = message.headers | {"id": new, "root_id": new, "retries": 0, HEADER: own}
    headers |= dict.fromkeys(message.headers.keys() & set(_PLACE))
    for name in (TRACEPARENT, TRACESTATE):
        headers.pop(name, None)
    span.inject(headers)
    return replace(
        message, headers=headers, properties=message.properties | {"correlation_id": new}
    )


def _has_results(connection: Connection[Any], message: Message) -> bool:
    """Whether all tasks whose results the message takes have completed."""
    takes = LedgerHeader.of(message.headers[HEADER]).takes
    if takes is None:
        return True
    before = [takes] if isinstance(takes, UUID) else list(takes)
    with ledger_errors():
        row = connection.execute(query("all_completed"), {"task_ids": before}).fetchone()
    return row is not None and bool(row[0])
