"""Building the registration of one task: its `registered` event and its message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from inspect import signature
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from task_ledger.errors import AlreadyRegistered, UnsupportedSignature
from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.append_result import result_from_row
from task_ledger.eventlog.database import query
from task_ledger.eventlog.message import HEADER, LedgerHeader, Message, due_time
from task_ledger.eventlog.message_hash import hash_of_stored
from task_ledger.model.events import Entity, Registered, make_data
from task_ledger.model.traceparent import valid_traceparent
from task_ledger.registration.canvas import CanvasStep
from task_ledger.registration.capture import capturing
from task_ledger.registration.options import OPTION, EnqueueOptions
from task_ledger.registration.run_context import current_run
from task_ledger.tracing.spans import TRACEPARENT, inject_current

if TYPE_CHECKING:
    from celery import Signature

    from task_ledger.registration.caller import CallerTransaction

NONCE_BYTES: Final = 16
"""Size of the random value in each message's header."""

_OF_LEDGER: Final = ("countdown", "eta", "expires", OPTION)


def utc_now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A registered task. It exists and will run once the caller's transaction commits.

    Attributes:
        task_id: the task's id; for a chain that of its last step, for a chord that of its body,
            for a group that of its last member.
        version: the number of the task's `registered` event, 1.
        task_type: its task type.
        task_name: its name in Celery.
        tasks: all tasks registered by the call, each after those it follows; empty if there is
            only one.
    """

    task_id: UUID
    version: int
    task_type: str
    task_name: str
    tasks: tuple[Enqueued, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorCallback:
    """An untracked message that is sent if the task fails."""

    message: Message
    on_upstream: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """The statement parameters that register one task."""

    task_id: UUID
    task_type: str
    task_name: str
    statement: str
    parameters: dict[str, Any]
    errors: tuple[ErrorCallback, ...] = field(default=())

    def store(self, caller: CallerTransaction) -> Enqueued:
        """Run the statements in the caller's transaction.

        Raises:
            AlreadyRegistered: nothing was stored; the transaction stays usable.
            LedgerError: as in `task_ledger.enqueue`.
        """
        answer = result_from_row(caller.execute(query(self.statement), self.parameters))
        if answer.outcome != "appended":
            raise AlreadyRegistered(self.task_id, answer.version)
        for error in self.errors:
            parameters: dict[str, Any] = {
                "task_id": self.task_id,
                "on_upstream": error.on_upstream,
                **error.message.parameters(),
            }
            caller.execute(query("send_on_failure"), parameters)
        return Enqueued(self.task_id, answer.version, self.task_type, self.task_name)


def task_type_of(signature: Signature[Any], options: EnqueueOptions) -> str | None:
    """The task type of a signature of one task; None if it is untracked."""
    task: Any = signature.app.tasks.get(str(signature.task))
    own = dict(signature.options.get(OPTION) or {}).get("task_type")
    return own or getattr(task, "task_type", None) or (options.task_type if task is None else None)


def registration_of(
    step: CanvasStep,
    options: EnqueueOptions,
    root_id: UUID | None,
    now: Callable[[], datetime] = utc_now,
) -> Registration:
    """Prepare the registration of one task.

    Args:
        root_id: the topmost ancestor. None if it is this task; inside a running task, that
            task's own root is used instead.
        now: the time from which an `expires` in seconds counts.

    Raises:
        InvalidEvent, NoActor, UnsupportedSignature: as in `task_ledger.enqueue`.
    """
    called = step.signature
    options = options.of(called)
    task_name = str(called.task)
    task: Any = called.app.tasks.get(task_name)
    task_type = options.task_type or getattr(task, "task_type", None)
    if not task_type:
        raise UnsupportedSignature(
            f"{task_name} has no task type: declare it with @app.task(task_type=…), or pass"
            " task_type= for a task whose code is elsewhere"
        )
    max_attempts = options.max_attempts
    if max_attempts is None and task is not None and task.max_retries is not None:
        max_attempts = int(task.max_retries) + 1
    if options.after_failures:
        _require_no_results(step)
    run = current_run()
    countdown, eta = called.options.get("countdown"), called.options.get("eta")
    waits = bool(step.before.tasks)
    due_at = due_time(None, eta)
    due_in_s = seconds(countdown) if due_at is None and not waits else None
    expires_at = options.expires_at or expiry_of(called.options.get("expires"), now)
    header = LedgerHeader(
        tracked=True, attempt=1, project_id=options.project_id, expires_at=expires_at,
        takes=step.takes, nonce=token_hex(NONCE_BYTES),
    )  # fmt: skip
    parent_id = run.task_id if run else None
    root_id = (run.root_id if run else None) or root_id
    lineage = _lineage(step, parent_id=parent_id, root_id=root_id)
    message = message_of(step.signature, header, **lineage)
    data = make_data(
        Registered,
        task_type=task_type,
        name=options.name or task_name,
        metadata=dict(options.metadata or {}),
        entity=entity_of(options.entity),
        queue=message.queue,
        expires_at=expires_at,
        parent_id=parent_id,
        root_id=root_id,
        group_id=step.group_id,
        waits_for=list(step.before.tasks),
        after_failures=options.after_failures or None,
        message_sha256=hash_of_stored(message),
        traceparent=valid_traceparent(message.headers.get(TRACEPARENT)),
    )
    clear, private = data.texts()
    parameters: dict[str, Any] = {
        "task_id": step.task_id,
        "project_id": options.project_id,
        "actor": options.actor or current_actor(),
        "occurred_at": datetime.now(UTC),
        "data": clear,
        "private": private,
        "schema_version": data.schema_version,
        "max_attempts": max_attempts,
        "due_at": due_at,
        "due_in_s": due_in_s,
        **message.parameters(),
    }
    if waits:
        parameters |= {"waits_for": list(step.before.tasks), "delay_s": seconds(countdown)}
    return Registration(
        step.task_id,
        task_type,
        data.name,
        "enqueue_next" if waits else "enqueue",
        parameters,
        tuple(
            ErrorCallback(_error_message(error, step.task_id, root_id), step.on_upstream)
            for error in step.errors
        ),
    )


def _require_no_results(step: CanvasStep) -> None:
    """Refuse a step after failures that follows nothing, or takes results that may not exist."""
    name = str(step.signature.task)
    if not step.before.tasks:
        raise UnsupportedSignature(
            f"{name} comes after no task, so after_failures=True has no effect: leave it out"
        )
    if step.takes is not None:
        raise UnsupportedSignature(
            f"{name} takes the results of the tasks before it, but a failed task has none: make it "
            "immutable with .si(…), and read the outcomes of those tasks from the ledger"
        )


def seconds(countdown: float | None) -> float | None:
    """A countdown in seconds, which the database counts from its own time.

    Raises:
        InvalidEvent: it is not a number, or it ends beyond the supported years.
    """
    due_time(countdown, None)
    return None if countdown is None else float(countdown)


def entity_of(entity: tuple[str, str] | None) -> dict[str, Any] | None:
    """The fields of `Entity` for (type, id)."""
    return Entity(type=entity[0], id=entity[1]).model_dump() if entity else None


def _lineage(step: CanvasStep, *, parent_id: UUID | None, root_id: UUID | None) -> dict[str, Any]:
    options: dict[str, Any] = {"task_id": str(step.task_id)}
    before = step.before.tasks
    if len(before) == 1:
        options["parent_id"] = str(before[0])
    elif parent_id:
        options["parent_id"] = str(parent_id)
    if root_id:
        options["root_id"] = str(root_id)
    if step.group_id:
        options["group_id"] = str(step.group_id)
    return options


def _error_message(error: Signature[Any], task_id: UUID, root_id: UUID | None) -> Message:
    """The message of an error callback, which takes the failed task's id."""
    called = error if error.immutable else error.clone((str(task_id),))
    _require_callable(called)
    lineage = {"parent_id": str(task_id), "root_id": str(root_id or task_id)}
    return message_of(called, LedgerHeader(tracked=False), **lineage)


def _require_callable(error: Signature[Any]) -> None:
    name = str(error.task)
    if kind := error.get("subtask_type"):
        raise UnsupportedSignature(f"an error callback must be one task, not a {kind}")
    late = [option for option in ("countdown", "eta", "expires") if error.options.get(option)]
    if late:
        raise UnsupportedSignature(
            f"{name} is an error callback, which is sent when the task has failed: leave out"
            f" {' and '.join(late)}, or link a task that sends or enqueues another one with that"
        )
    task: Any = error.app.tasks.get(name)
    if getattr(task, "task_type", None) is not None:
        raise UnsupportedSignature(
            f"{name} has a task type, but an error callback cannot be registered, as it may never"
            " be sent: link a task without a type that enqueues this one"
        )
    if task is None:
        return
    try:
        signature(task.run).bind(*error.args, **error.kwargs)
    except TypeError as mismatch:
        raise UnsupportedSignature(
            f"{name} is called with the id of the failed task, and does not accept it "
            f"({mismatch}): accept the id alone, and read the task for its error"
        ) from mismatch


def message_of(called: Signature[Any], header: LedgerHeader, **options: Any) -> Message:
    """The message that Celery would send for a signature of one task, without countdown or expiry.

    Args:
        header: the ledger's header.
        options: options of `apply_async`.
    """
    # Passing None to Celery does not remove a signature's options, so remove them here.
    timeless = called.clone()
    for option in _OF_LEDGER:
        timeless.options.pop(option, None)
    headers: dict[str, Any] = {
        **(called.options.get("headers") or {}),
        HEADER: header.as_value(),
    }
    inject_current(headers)
    with capturing() as captured:
        timeless.apply_async(headers=headers, **options)
    (message,) = captured.messages
    return message


def expires_in_seconds(called: Signature[Any]) -> bool:
    """Whether the signature's `expires` is in seconds from registration."""
    return isinstance(called.options.get("expires"), int | float)


def expiry_of(
    expires: float | datetime | str | None, now: Callable[[], datetime]
) -> datetime | None:
    """When the task expires.

    Raises:
        InvalidEvent: it is not a valid time.
    """
    if not isinstance(expires, int | float):
        return due_time(None, expires)
    due_time(expires, None)
    return now() + timedelta(seconds=float(expires))
