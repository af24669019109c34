"""Registering tasks and storing their messages, in the transaction of whoever asks for them."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID

from celery import Celery, Signature

from task_ledger.errors import UnsupportedConfiguration, UnsupportedSignature
from task_ledger.registration.caller import CallerTransaction, in_transaction_of
from task_ledger.registration.canvas import Before, Canvas
from task_ledger.registration.options import OPTION, EnqueueOptions
from task_ledger.registration.registration import (
    Enqueued,
    Registration,
    registration_of,
    task_type_of,
)

if TYPE_CHECKING:
    from psycopg import AsyncConnection, Connection
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from task_ledger.registration.caller import Caller

__all__ = ["Enqueued", "enqueue", "step"]


@overload
def enqueue(
    session: "Session | Connection[Any] | CallerTransaction",
    signature: Signature,
    *,
    project_id: str,
    name: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    entity: tuple[str, str] | None = None,
    actor: str | None = None,
    task_id: UUID | None = None,
    task_type: str | None = None,
    max_attempts: int | None = None,
    expires_at: datetime | None = None,
) -> Enqueued: ...


@overload
def enqueue(
    session: "AsyncSession | AsyncConnection[Any]",
    signature: Signature,
    *,
    project_id: str,
    name: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    entity: tuple[str, str] | None = None,
    actor: str | None = None,
    task_id: UUID | None = None,
    task_type: str | None = None,
    max_attempts: int | None = None,
    expires_at: datetime | None = None,
) -> Coroutine[Any, Any, Enqueued]: ...


def enqueue(
    session: "Caller | CallerTransaction",
    signature: Signature,
    *,
    project_id: str,
    name: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    entity: tuple[str, str] | None = None,
    actor: str | None = None,
    task_id: UUID | None = None,
    task_type: str | None = None,
    max_attempts: int | None = None,
    expires_at: datetime | None = None,
) -> Enqueued | Coroutine[Any, Any, Enqueued]:
    """Register tasks and store their messages in the session's or connection's transaction.

    One statement for each task on that connection; never commits, flushes nothing. With
    the commit the tasks exist and will be dispatched; after a rollback nothing of them exists.

    All tasks of a chain, a group or a chord are registered at once, and those of links that have
    a task type. One that comes after others is dispatched when all of them have completed, and
    ends `failed(upstream)` when one of them has not. What a task takes from those before it is
    their stored result.

    Args:
        session: a `Session`, or an `AsyncSession` (then await the call), of an engine of psycopg 3
            (`postgresql+psycopg://`); or a connection of psycopg 3 itself, an `AsyncConnection`
            likewise. READ COMMITTED, and not AUTOCOMMIT, but for a psycopg connection within
            `connection.transaction()`.
        signature: `task.s(…)`, or a chain, group or chord of such; its `countdown` or `eta` wait
            in the ledger, its `expires` becomes `expires_at`. `link_error` is sent when its task
            has failed for good, with that task's id as its first argument.
        project_id: 1 to 200 bytes.
        name: what people read; the task's name by default. For one task; see `step`.
        metadata: JSON, shown with each task. Not the place for arguments or secrets.
        entity: (type, id) of the thing of the domain that each task is about.
        actor: who asks; the one of the surrounding `acting_as` by default.
        task_id: a UUIDv7, for the task that is returned; drawn by default. Pass one to make a
            repeated request harmless.
        task_type, max_attempts: for tasks whose code is not in this process; otherwise read
            from each task (`max_retries` + 1; None: without limit).
        expires_at: after this time each task ends `failed(expired)` instead of starting.

    Raises:
        AlreadyRegistered: `task_id` exists; nothing is stored, and the transaction can go on.
        InvalidEvent, TooLarge, InvalidTaskId, WrongIsolation: nothing is stored, and the
            transaction must be rolled back.
        NoActor: nobody is named as the one who asks.
        UnsupportedSignature: a task has no task type, or cannot be a step; nothing is stored.
        UnsupportedConfiguration: the session's driver is another one, or it is no session and no
            connection; nothing is stored.
        LedgerBusy: another transaction has registered `task_id` and not ended for five seconds;
            the transaction must be rolled back. In a task's body this costs the attempt.
        LedgerUnavailable: the connection broke.
    """
    options = EnqueueOptions(
        project_id=project_id,
        actor=actor,
        name=name,
        metadata=metadata,
        entity=entity,
        task_type=task_type,
        max_attempts=max_attempts,
        expires_at=expires_at,
    )
    return in_transaction_of(session, _plan(signature, options, task_id).store)


def step(
    signature: Signature,
    *,
    name: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    entity: tuple[str, str] | None = None,
    task_type: str | None = None,
    max_attempts: int | None = None,
) -> Signature:
    """A signature of one task, with what is to be registered for it alone.

    `enqueue(session, chain(step(a.s(), name="Split"), step(b.s(), name="Read")), …)`: what is
    left out is as `enqueue` says for all. The signature that was passed is not changed.
    """
    said: dict[str, Any] = {
        "name": name,
        "metadata": dict(metadata) if metadata is not None else None,
        "entity": list(entity) if entity is not None else None,
        "task_type": task_type,
        "max_attempts": max_attempts,
    }
    options: dict[str, Any] = {OPTION: {k: v for k, v in said.items() if v is not None}}
    return signature.clone(**options)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What `enqueue` stores.

    Attributes:
        registrations: in the order of the tasks.
        end: the task that is returned.
        first: the task whose id the caller chose, which may exist: stored before the others.
    """

    registrations: list[Registration]
    end: UUID
    first: UUID | None

    def store(self, caller: CallerTransaction) -> Enqueued:
        """Run the statements in the caller's transaction; raises what `enqueue` raises."""
        caller.check()
        order = sorted(self.registrations, key=lambda one: one.task_id != self.first)
        stored = {one.task_id: one.store(caller) for one in order}
        end = stored[self.end]
        if len(stored) == 1:
            return end
        tasks = tuple(stored[one.task_id] for one in self.registrations)
        return Enqueued(end.task_id, end.version, end.task_type, end.task_name, tasks)


def _plan(signature: Signature, options: EnqueueOptions, task_id: UUID | None) -> _Plan:
    app: Celery = signature.app
    refuse_eager(app)
    task_id = chosen_id(signature, task_id)
    untold = EnqueueOptions(project_id=options.project_id)
    canvas = Canvas(
        app,
        tracked=lambda task: task_type_of(task, options) is not None,
        tracked_link=lambda task: task_type_of(task, untold) is not None,
    )
    ends = canvas.unfold(signature, Before(), task_id=task_id)
    if options.name is not None and signature.get("subtask_type"):
        raise UnsupportedSignature(
            f"a {signature.get('subtask_type')} has a name for each of its tasks:"
            " step(a.s(), name=…), instead of enqueue(…, name=…)"
        )
    root = canvas.steps[0].task_id
    registrations = [
        registration_of(one, options, None if one.task_id == root else root) for one in canvas.steps
    ]
    return _Plan(registrations, ends.tasks[-1], task_id)


def refuse_eager(app: Celery) -> None:
    """Refuse an application that would run tasks where they are enqueued.

    Raises:
        UnsupportedConfiguration: task_always_eager is set.
    """
    if app.conf.task_always_eager:
        raise UnsupportedConfiguration(
            "task_always_eager would run the task before the commit: set it to False"
        )


def chosen_id(signature: Signature, task_id: UUID | None) -> UUID | None:
    """The id that the caller chose, as an argument or as an option of the signature.

    Raises:
        UnsupportedSignature: the signature has one that the task cannot have.
    """
    own = signature.options.get("task_id")
    if own is None:
        return task_id
    try:
        chosen = UUID(str(own))
    except ValueError:
        chosen = None
    if chosen is None or chosen.version != 7 or task_id not in {None, chosen}:
        raise UnsupportedSignature(
            f"the signature has the id {own}, by set(task_id=…) or freeze(), which the task would"
            " not keep: pass enqueue(…, task_id=…) a UUIDv7, or take the id that enqueue returns"
        )
    return chosen
