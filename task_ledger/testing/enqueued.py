"""Collect the tasks enqueued on a connection, and make assertions about them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, cast
from uuid import UUID

from celery import Task
from kombu.serialization import loads
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from task_ledger.registration.observing import OBSERVER
from task_ledger.registration.registration import Registration

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


_SAVEPOINT: Final = re.compile(
    r"\s*(?P<rollback>ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO\s+)?(?(rollback)(?:SAVEPOINT\s+)?|SAVEPOINT\s+)"
    r"(?P<name>[^\s;]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EnqueuedTask:
    """A task registered by `enqueue`.

    Attributes:
        task: the Celery name of the task.
        args, kwargs: as a worker would receive them; JSON turns tuples into lists.
        due_at: the earliest time it may start; None for immediately.
        delay_s: with `waits_for`: seconds to wait after the last of them.
        waits_for: the tasks that must complete first.
        after_failures: whether it starts once those tasks have ended, in any state.
        headers: the message's headers, without the task's arguments.
    """

    task_id: UUID
    task: str
    task_type: str
    name: str
    project_id: str
    actor: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    metadata: dict[str, Any]
    entity: tuple[str, str] | None
    queue: str | None
    max_attempts: int | None
    due_at: datetime | None
    delay_s: float | None
    waits_for: tuple[UUID, ...]
    after_failures: bool
    headers: dict[str, Any]

    @classmethod
    def of(cls, registration: Registration) -> Self:
        """Create it from the stored registration."""
        stored = registration.parameters
        data = json.loads(stored["data"]) | json.loads(stored["private"] or "{}")
        message = json.loads(stored["message"])
        args, kwargs = arguments(
            stored["body"], message["content_type"], message["content_encoding"]
        )
        entity = data.get("entity")
        return cls(
            task_id=registration.task_id,
            task=message["headers"]["task"],
            task_type=registration.task_type,
            name=registration.task_name,
            project_id=stored["project_id"],
            actor=stored["actor"],
            args=args,
            kwargs=kwargs,
            metadata=data.get("metadata") or {},
            entity=(entity["type"], entity["id"]) if entity else None,
            queue=data.get("queue"),
            max_attempts=stored["max_attempts"],
            due_at=_due_at(stored),
            delay_s=stored.get("delay_s"),
            waits_for=tuple(stored.get("waits_for") or ()),
            after_failures=bool(data.get("after_failures")),
            headers=message["headers"],
        )


def _due_at(stored: Mapping[str, Any]) -> datetime | None:
    """When it may start; a countdown is counted from now by this machine's clock."""
    seconds = stored["due_in_s"]
    if seconds is None:
        return stored["due_at"]
    return datetime.now(UTC) + timedelta(seconds=seconds)


class EnqueuedTasks:
    """The tasks that were enqueued on one connection and not rolled back; see `enqueued_in`."""

    def __init__(self) -> None:
        self._tasks: list[EnqueuedTask] = []
        self._marks: list[tuple[str, int]] = []
        self._info: dict[Any, Any] = {}
        self._before: Any = None
        self._connection: Connection | None = None
        self.when_registered: Callable[[], None] | None = None
        self.ends: dict[UUID, UUID] = {}

    @property
    def tasks(self) -> tuple[EnqueuedTask, ...]:
        """All of them, in the order in which they were enqueued."""
        return tuple(self._tasks)

    def find(
        self,
        task: Task[Any, Any] | str,
        *,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        **told: Any,
    ) -> list[EnqueuedTask]:
        """The enqueued tasks that match all given criteria; omitted ones match anything.

        Args:
            task: the task, or its Celery name.
            told: further attributes of `EnqueuedTask` and their expected values.
        """
        name = task if isinstance(task, str) else str(task.name)
        return [
            one
            for one in self._tasks
            if one.task == name
            and (args is None or one.args == _as_sent(tuple(args)))
            and (kwargs is None or one.kwargs == dict(kwargs))
            and all(getattr(one, key) == value for key, value in told.items())
        ]

    def assert_enqueued(
        self, task: Task[Any, Any] | str, *, times: int = 1, **told: Any
    ) -> EnqueuedTask:
        """Assert that a matching task was enqueued `times` times; criteria are as for `find`.

        Returns:
            The last of them.

        Raises:
            AssertionError: it was not; the message lists what was enqueued instead.
        """
        found = self.find(task, **told)
        if not found or len(found) != times:
            name = task if isinstance(task, str) else task.name
            wanted = "".join(f", {key}={value!r}" for key, value in told.items())
            raise AssertionError(
                f"{name}{wanted}: enqueued {len(found)} times, not {times}. {self._listed()}"
            )
        return found[-1]

    def assert_not_enqueued(self, task: Task[Any, Any] | str, **told: Any) -> None:
        """Assert that no matching task was enqueued; criteria are as for `find`.

        Raises:
            AssertionError: it was.
        """
        if self.find(task, **told):
            name = task if isinstance(task, str) else task.name
            raise AssertionError(f"{name} was enqueued. {self._listed()}")

    def registered(self, registrations: Sequence[Registration], end: object, /) -> None:
        """Record what `enqueue` stored."""
        self._tasks += [EnqueuedTask.of(one) for one in registrations]
        if isinstance(end, UUID):
            self.ends |= {one.task_id: end for one in registrations}
        if self.when_registered is not None:
            self.when_registered()

    def begin(self, connection: Connection) -> None:
        """Observe a connection.

        Raises:
            RuntimeError: another test observes it.
        """
        self._info = connection.info
        if OBSERVER in self._info:
            raise RuntimeError(
                "this connection is already observed: use the surrounding ledger_test or"
                " enqueued_in"
            )
        self._info[OBSERVER] = self
        self._connection = connection
        event.listen(connection, "before_cursor_execute", self._statement)
        event.listen(connection, "rollback", self._rollback)

    def end(self) -> None:
        """Stop observing; the collected tasks are kept."""
        self._info.pop(OBSERVER, None)
        connection, self._connection = self._connection, None
        if connection is not None:
            event.remove(connection, "before_cursor_execute", self._statement)
            event.remove(connection, "rollback", self._rollback)

    def _statement(
        self, _connection: Connection, _cursor: object, statement: str, *_rest: object
    ) -> None:
        # SQLAlchemy's savepoint events do not name the savepoint that begins.
        found = _SAVEPOINT.match(statement)
        if found is None:
            return
        name = found["name"]
        if not found["rollback"]:
            self._marks.append((name, len(self._tasks)))
            return
        for at in reversed(range(len(self._marks))):
            mark, size = self._marks[at]
            if mark == name:
                del self._marks[at + 1 :]
                del self._tasks[size:]
                return

    def _rollback(self, _connection: Connection) -> None:
        self._tasks.clear()
        self._marks.clear()

    def _listed(self) -> str:
        if not self._tasks:
            return "Nothing was enqueued."
        listed = "; ".join(f"{one.task} args={one.args} kwargs={one.kwargs}" for one in self._tasks)
        return f"Enqueued were: {listed}"


class enqueued_in:
    """Collect the tasks enqueued inside the block on a session's connection.

    `with enqueued_in(session) as enqueued:`, or `async with` for an `AsyncSession`. Other sessions
    on the same connection count too. Tasks that are rolled back, also to a savepoint, are removed.
    Begins the session's transaction and never ends it.

    Raises:
        RuntimeError: another `enqueued_in` or `ledger_test` observes the connection.
    """

    def __init__(self, session: Session | AsyncSession) -> None:
        self._session = session
        self._enqueued = EnqueuedTasks()

    def __enter__(self) -> EnqueuedTasks:
        """Begin to observe."""
        if not isinstance(self._session, Session):
            raise TypeError("an AsyncSession is observed by `async with enqueued_in(session)`")
        self._enqueued.begin(self._session.connection())
        return self._enqueued

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self._enqueued.end()

    async def __aenter__(self) -> EnqueuedTasks:
        """Begin to observe."""
        session = cast("AsyncSession", self._session)
        await session.run_sync(lambda sync: self._enqueued.begin(sync.connection()))
        return self._enqueued

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self._enqueued.end()


def arguments(
    body: bytes, content_type: str, content_encoding: str
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments in a message's body."""
    args, kwargs, _ = loads(body, content_type, content_encoding, accept={content_type})
    return tuple(args), dict(kwargs)


def _as_sent(value: Any) -> Any:
    """The arguments with tuples turned into lists, as JSON does."""
    if isinstance(value, tuple):
        return tuple(_listed(one) for one in cast("tuple[Any, ...]", value))
    return value


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_listed(one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in cast("dict[Any, Any]", value).items()}
    return value
