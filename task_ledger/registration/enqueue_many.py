"""Registering thousands of tasks in a few statements."""

from collections.abc import Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Unpack, overload
from uuid import UUID

from celery import Signature

from task_ledger.errors import UnsupportedSignature
from task_ledger.eventlog.database import query
from task_ledger.model.ids import new_task_id
from task_ledger.registration.caller import CallerTransaction, in_transaction_of
from task_ledger.registration.canvas import Before, CanvasStep
from task_ledger.registration.database_clock import DatabaseClock
from task_ledger.registration.enqueue import chosen_id, refuse_eager
from task_ledger.registration.enqueue_span import EnqueueSpan, start_enqueue_span
from task_ledger.registration.observing import observer_of
from task_ledger.registration.options import EnqueueOptions, EveryTask
from task_ledger.registration.registration import Enqueued, Registration
from task_ledger.registration.registration_kinds import RegistrationKinds

if TYPE_CHECKING:
    from psycopg import AsyncConnection, Connection
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from task_ledger.registration.caller import Caller

_AT_ONCE: Final = 1000
"""Number of tasks registered by one statement, and held in memory with their messages."""

_LINKS: Final = ("link", "link_error", "chain", "chord")


@overload
def enqueue_many(
    session: "Session | Connection[Any] | CallerTransaction",
    signatures: Iterable[Signature],
    **options: Unpack[EveryTask],
) -> list[Enqueued]: ...


@overload
def enqueue_many(
    session: "AsyncSession | AsyncConnection[Any]",
    signatures: Iterable[Signature],
    **options: Unpack[EveryTask],
) -> Coroutine[Any, Any, list[Enqueued]]: ...


def enqueue_many(
    session: "Caller | CallerTransaction",
    signatures: Iterable[Signature],
    *,
    project_id: str,
    metadata: Mapping[str, Any] | None = None,
    entity: tuple[str, str] | None = None,
    actor: str | None = None,
    task_type: str | None = None,
    max_attempts: int | None = None,
    expires_at: datetime | None = None,
) -> list[Enqueued] | Coroutine[Any, Any, list[Enqueued]]:
    """Register independent tasks in the session's transaction, 1,000 in each statement.

    Stores what `enqueue` would store for each, in the order of `signatures`. Never commits and
    flushes nothing. Works within a savepoint: if anything raises, including the iterable, nothing
    of the call is stored, and the transaction stays usable.

    Args:
        session: as for `enqueue`; await the call with an `AsyncSession` or
            `AsyncConnection`.
        signatures: any iterable of signatures of one task each; a generator is read 1,000 at a
            time. Set options of a single task with `step(task.s(…), name=…, metadata=…)`, and its
            id, a UUIDv7, with `set(task_id=…)`.
        project_id: as for `enqueue`, like the arguments below; each applies to every task.
        metadata: JSON shown with each task.
        entity: (type, id) of the domain object that each task is about.
        actor: who enqueues.
        task_type: for tasks whose code this process does not have.
        max_attempts: for tasks whose code this process does not have.
        expires_at: a task that has not started by then ends as `failed(expired)`.

    Returns:
        The registered tasks, in the order of `signatures`.

    Raises:
        AlreadyRegistered: one of the ids exists, or was passed twice.
        UnsupportedSignature: a chain, group, chord or signature with links; pass each of these to
            `enqueue` in the same transaction.
        TypeError: a task does not take its arguments.
        LedgerError: otherwise as for `enqueue`.
    """
    bulk = _Bulk(
        signatures,
        EnqueueOptions(
            project_id=project_id,
            actor=actor,
            metadata=metadata,
            entity=entity,
            task_type=task_type,
            max_attempts=max_attempts,
            expires_at=expires_at,
        ),
    )
    span = start_enqueue_span("enqueue_many", project_id)
    if span is None:
        return in_transaction_of(session, bulk.store)
    return in_transaction_of(session, span.around(partial(bulk.store, span=span)))


@dataclass(frozen=True, slots=True)
class _Bulk:
    """The registrations of one call of `enqueue_many`."""

    signatures: Iterable[Signature]
    options: EnqueueOptions

    def store(self, caller: CallerTransaction, span: EnqueueSpan | None = None) -> list[Enqueued]:
        """Run the statements in the caller's transaction; raises what `enqueue_many` raises."""
        caller.check()
        observer = observer_of(caller)
        registered: list[Enqueued] = []
        observed: list[Registration] = []
        with caller.savepoint():
            remaining = self._registrations(DatabaseClock(caller))
            while several := list(islice(remaining, _AT_ONCE)):
                _store(caller, several)
                registered += [
                    Enqueued(one.task_id, 1, one.task_type, one.task_name) for one in several
                ]
                if observer is not None:
                    observed += several
        if observer is not None:
            observer.registered(observed, None)
        if span is not None:
            span.count(len(registered))
        return registered

    def _registrations(self, now: DatabaseClock) -> Iterator[Registration]:
        kinds = RegistrationKinds(self.options, now)
        apps: set[object] = set()
        for signature in self.signatures:
            if signature.app not in apps:
                refuse_eager(signature.app)
                apps.add(signature.app)
            _refuse_canvas(signature)
            yield kinds.registration_of(_step(signature))


def _refuse_canvas(signature: Signature) -> None:
    kind = signature.get("subtask_type")
    options = signature.options
    if kind or (options and any(map(options.get, _LINKS))):
        raise UnsupportedSignature(
            f"enqueue_many registers tasks that do not wait for each other, and this is"
            f" {f'a {kind}' if kind else 'a signature with links'}: pass each of those to"
            " enqueue(session, …) in the same transaction"
        )


def _step(signature: Signature) -> CanvasStep:
    task_id: UUID | None = chosen_id(signature, None)
    return CanvasStep(
        signature,
        task_id or new_task_id(),
        before=Before(),
        takes=None,
        group_id=None,
        errors=(),
        on_upstream=False,
    )


def _store(caller: CallerTransaction, several: list[Registration]) -> None:
    first = several[0].parameters
    of = [one.parameters for one in several]
    # Formatted here, because the driver takes longer to format arrays than the server takes for the
    # rows.
    parameters: dict[str, Any] = {
        "task_ids": _array(str(one["task_id"]) for one in of),
        "data": f"[{','.join(one['data'] for one in of)}]",
        "private": f"[{','.join(one['private'] for one in of)}]",
        "max_attempts": _array(_text(one["max_attempts"]) for one in of),
        "due_at": _array(
            f'"{one["due_at"].isoformat()}"' if one["due_at"] else "NULL" for one in of
        ),
        "due_in_s": _array(
            "NULL" if one["due_in_s"] is None else repr(one["due_in_s"]) for one in of
        ),
        "messages": f"[{','.join(one['message'] for one in of)}]",
        "bodies": _array(rf'"\\x{one["body"].hex()}"' for one in of),
    }
    parameters |= {
        "project_id": first["project_id"],
        "actor": first["actor"],
        "occurred_at": datetime.now(UTC),
        "schema_version": first["schema_version"],
    }
    caller.execute(query("enqueue_many"), parameters)


def _text(number: int | None) -> str:
    return "NULL" if number is None else str(int(number))


def _array(elements: Iterable[str]) -> str:
    """The text of a PostgreSQL array; elements are quoted where necessary."""
    return f"{{{','.join(elements)}}}"
