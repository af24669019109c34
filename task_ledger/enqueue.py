"""Registering a task and storing its message, in the transaction of whoever asks for it."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, overload
from uuid import UUID

from celery import Celery, Signature
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from task_ledger.acting import current_actor
from task_ledger.celery.running import current_run
from task_ledger.database import query, sqlalchemy_errors
from task_ledger.errors import (
    AlreadyRegistered,
    UnsupportedConfiguration,
    UnsupportedSignature,
)
from task_ledger.events import Entity, Registered, make_data
from task_ledger.identity import new_task_id
from task_ledger.message import HEADER, LedgerHeader, Message, catching, due_time
from task_ledger.store import answer_of


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A registered task. It exists, and will run, once the caller's transaction commits."""

    task_id: UUID
    version: int
    task_type: str
    task_name: str


@overload
def enqueue(
    session: Session,
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
    session: AsyncSession,
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
    session: Session | AsyncSession,
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
    """Register a task and store its message in the session's transaction.

    One statement on the session's connection; never commits, flushes nothing. With the commit
    the task exists and will be dispatched; after a rollback neither it nor its message exists.

    Args:
        session: a `Session`, or an `AsyncSession` (then await the call). READ COMMITTED.
        signature: one task, `task.s(…)`; its `countdown` or `eta` wait in the ledger, its
            `expires` becomes `expires_at`.
        project_id: 1 to 200 bytes.
        name: what people read; the task's name by default.
        metadata: JSON, shown with the task. Not the place for arguments or secrets.
        entity: (type, id) of the thing of the domain that the task is about.
        actor: who asks; the one of the surrounding `acting_as` by default.
        task_id: a UUIDv7; drawn by default. Pass one to make a repeated request harmless.
        task_type, max_attempts: for a task whose code is not in this process; otherwise read
            from the task (`max_retries` + 1; None: without limit).
        expires_at: after this time the task ends `failed(expired)` instead of starting.

    Raises:
        AlreadyRegistered: `task_id` exists; the transaction can go on.
        InvalidEvent, TooLarge, InvalidTaskId, WrongIsolation: nothing is stored, and the
            transaction must be rolled back.
        NoActor: nobody is named as the one who asks.
        UnsupportedSignature: not one task with a task type.
        LedgerUnavailable: the connection broke.
    """
    plan = _plan(
        signature,
        project_id=project_id,
        name=name,
        metadata=metadata,
        entity=entity,
        actor=actor,
        task_id=task_id,
        task_type=task_type,
        max_attempts=max_attempts,
        expires_at=expires_at,
    )
    if isinstance(session, AsyncSession):
        return session.run_sync(plan.store)
    return plan.store(session)


@dataclass(frozen=True, slots=True)
class _Plan:
    task_id: UUID
    task_type: str
    task_name: str
    parameters: dict[str, Any]

    def store(self, session: Session) -> Enqueued:
        """Run the statement in the session's transaction; raises what `enqueue` raises."""
        with sqlalchemy_errors():
            row = session.connection().exec_driver_sql(query("enqueue"), self.parameters).one()
        answer = answer_of(tuple(row))
        if answer.outcome != "appended":
            raise AlreadyRegistered(self.task_id, answer.version)
        return Enqueued(self.task_id, answer.version, self.task_type, self.task_name)


def _plan(
    signature: Signature,
    *,
    project_id: str,
    name: str | None,
    metadata: Mapping[str, Any] | None,
    entity: tuple[str, str] | None,
    actor: str | None,
    task_id: UUID | None,
    task_type: str | None,
    max_attempts: int | None,
    expires_at: datetime | None,
) -> _Plan:
    if kind := signature.get("subtask_type"):
        raise UnsupportedSignature(
            f"enqueue takes one task, this is a {kind}:"
            " enqueue its first task and .link() what comes after it"
        )
    app: Celery = signature.app
    if app.conf.task_always_eager:
        raise UnsupportedConfiguration(
            "task_always_eager would run the task before the commit: set it to False"
        )
    task_name = str(signature.task)
    task = app.tasks.get(task_name)
    if task is not None:
        task_type = task_type or getattr(task, "task_type", None)
        if max_attempts is None and task.max_retries is not None:
            max_attempts = int(task.max_retries) + 1
    if not task_type:
        raise UnsupportedSignature(
            f"{task_name} has no task type: declare it with @app.task(task_type=…), or pass"
            " task_type= for a task whose code is elsewhere"
        )
    identity = task_id or new_task_id()
    run = current_run()
    due_at = due_time(signature.options.get("countdown"), signature.options.get("eta"))
    expires_at = expires_at or _expiry(signature.options.get("expires"))
    header = LedgerHeader(True, 1, project_id, expires_at)
    message = _message(signature, identity, header)
    data = make_data(
        Registered,
        task_type=task_type,
        name=name or task_name,
        metadata=dict(metadata or {}),
        entity=Entity(type=entity[0], id=entity[1]).model_dump() if entity else None,
        queue=message.queue,
        expires_at=expires_at,
        parent_id=run.task_id if run else None,
        root_id=run.root_id if run else None,
    )
    return _Plan(
        identity,
        task_type,
        data.name,
        {
            "task_id": identity,
            "project_id": project_id,
            "actor": actor or current_actor(),
            "occurred_at": datetime.now(UTC),
            "data": data.to_json(),
            "schema_version": data.schema_version,
            "max_attempts": max_attempts,
            "due_at": due_at,
            **message.parameters(),
        },
    )


def _message(signature: Signature, task_id: UUID, header: LedgerHeader) -> Message:
    # Celery leaves options alone that are passed as None, so they are taken off.
    timeless = signature.clone()
    for option in ("countdown", "eta", "expires"):
        timeless.options.pop(option, None)
    headers: dict[str, Any] = {
        **(signature.options.get("headers") or {}),
        HEADER: header.as_value(),
    }
    with catching() as caught:
        timeless.apply_async(task_id=str(task_id), headers=headers)
    (message,) = caught.messages
    return message


def _expiry(expires: float | datetime | str | None) -> datetime | None:
    return due_time(expires, None) if isinstance(expires, int | float) else due_time(None, expires)
