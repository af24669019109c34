"""Running tasks within a test."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from celery import Signature, Task
from celery.app.trace import build_tracer
from celery.exceptions import Ignore, Reject, Retry
from sqlalchemy.orm import Session

from task_ledger.celery.app import LedgerCelery
from task_ledger.celery.run.inline import running_inline
from task_ledger.celery.run.result import value_of
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.message import HEADER, LedgerHeader, headers_for_attempt
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.events import Failed, Progress, Retrying, make_data
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import TERMINAL, FailureReason, State, Status
from task_ledger.registration.enqueue import enqueue
from task_ledger.registration.options import EnqueueOptions
from task_ledger.registration.registration import Enqueued, task_type_of
from task_ledger.registration.session import check_session
from task_ledger.testing.enqueued import EnqueuedTask, EnqueuedTasks
from task_ledger.testing.inline import InlineAttempt, InlineConnections, InlineUntrackedRun
from task_ledger.testing.task_run import SentTask, TaskRun

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

MOST_ATTEMPTS: Final = 100
"""A task with more attempts than this is assumed to retry forever."""

WORKER: Final = "test"
"""The worker's name in events, and the actor of tasks that a test runs."""


class LedgerTest(EnqueuedTasks):
    """Runs tasks in the transaction of a test's session, in this thread; see `ledger_test`.

    A body runs as in a worker: its rows are rolled back if it raises, retries or is cancelled, its
    events are kept, and `self.session.commit()` commits nothing. Everything is rolled back with the
    test's transaction.
    """

    def __init__(self, app: LedgerCelery, session: Session) -> None:
        super().__init__()
        self.app = app
        self.session = session
        self.runs: dict[UUID, TaskRun] = {}
        self._running = False

    def run(
        self,
        signature: Signature[Any] | Enqueued | EnqueuedTask,
        *,
        attempts: int | None = None,
        cancel_at: float | None = None,
        project_id: str = WORKER,
        actor: str = WORKER,
        **options: Any,
    ) -> TaskRun:
        """Run a task until it has ended, without waiting for the countdowns of its retries.

        A signature of a tracked task is enqueued first; for a chain, group or chord, all tasks are
        run. An untracked task is run as a worker would run its message.

        Args:
            signature: the signature to run, or a task enqueued in this test.
            attempts: maximum number of attempts to run for each task; later calls run the rest.
            cancel_at: request a cancel when the task reports this percentage.
            project_id: as `task_ledger.enqueue`.
            actor: as `task_ledger.enqueue`.
            **options: further arguments of `task_ledger.enqueue`.

        Returns:
            The task's run; for a chain or chord that of the last task, for a group that of its last
            member. The others are in `runs`.

        Raises:
            NotDue: its countdown or eta has not passed yet.
            UnsupportedSignature, InvalidEvent: as `task_ledger.enqueue`.
            AssertionError: it has not ended after 100 attempts.
        """
        if isinstance(signature, Enqueued | EnqueuedTask):
            wanted = [one for one in self._tasks if one.task_id == signature.task_id]
            if not wanted:
                raise AssertionError(f"task {signature.task_id} was not enqueued within this test")
            end = signature.task_id
        elif self._is_untracked(signature):
            return self._run_untracked(signature, attempts)
        else:
            timeless = signature.clone()
            if not signature.get("subtask_type"):
                for option in ("countdown", "eta"):
                    timeless.options.pop(option, None)
            before = len(self._tasks)
            with self._not_by_itself():
                end = enqueue(
                    self.session, timeless, project_id=project_id, actor=actor, **options
                ).task_id
            wanted = list(self._tasks[before:])
        for task in wanted:
            self._run(task, attempts, cancel_at)
        return self.runs[end]

    def run_enqueued(self, *, attempts: int | None = None) -> list[TaskRun]:
        """Run the due tasks enqueued in this test, and the tasks they enqueue, in order.

        Tasks whose countdown or eta has not passed are left alone, and so are those that wait for
        them.

        Args:
            attempts: as `run`.
        """
        found: list[TaskRun] = []
        tried: set[UUID] = set()
        with self._not_by_itself():
            while waiting := [one for one in self._tasks if one.task_id not in tried]:
                for task in waiting:
                    tried.add(task.task_id)
                    known = self.runs.get(task.task_id)
                    if known is not None and known.status in _ENDED:
                        continue
                    if self._is_ready(task):
                        found.append(self._run(task, attempts, None))
        return found

    def execute(
        self,
        task: Task[Any, Any],
        header: LedgerHeader,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        /,
    ) -> Any:
        """Run a request's body in place of a worker; raises what an attempt raises."""
        run = (
            InlineAttempt(self._connections, task, header, self._progress, self._cancel_at)
            if header.tracked
            else InlineUntrackedRun(self._connections, task, self._progress)
        )
        self._raised = None
        try:
            return run.execute(args, kwargs)
        except Exception as error:
            self._raised = error
            raise
        finally:
            self._sent += [SentTask.of(*sent) for sent in run.inline.sent]

    def _is_untracked(self, signature: Signature[Any]) -> bool:
        options = EnqueueOptions(project_id=WORKER)
        return not signature.get("subtask_type") and task_type_of(signature, options) is None

    def _is_ready(self, task: EnqueuedTask) -> bool:
        if task.due_at is not None and task.due_at > datetime.now(UTC):
            return False
        return all(self._record(one).state in TERMINAL for one in task.waits_for)

    def _record(self, task_id: UUID) -> TaskRecord:
        return read_task(self._connections.ledger(), task_id)

    @property
    def _connections(self) -> InlineConnections:
        return self._inline

    def _begin_run(self, cancel_at: float | None) -> None:
        self.session.flush()
        self._inline = InlineConnections(self.session.connection())
        self._progress: list[Progress] = []
        self._sent: list[SentTask] = []
        self._raised: BaseException | None = None
        self._cancel_at = cancel_at

    def _run(self, task: EnqueuedTask, attempts: int | None, cancel_at: float | None) -> TaskRun:
        self._begin_run(cancel_at)
        children = len(self._tasks)
        record = self._end_if_upstream(task)
        left = MOST_ATTEMPTS if attempts is None else attempts
        while record.state not in TERMINAL and left > 0:
            self._attempt(task, record.attempt + 1)
            before, record = record, self._record(task.task_id)
            if record.attempt == before.attempt and record.state not in TERMINAL:
                self._raise_refusal()
            left -= 1
        if attempts is None and record.state not in TERMINAL:
            raise AssertionError(
                f"{task.task} has not ended after {MOST_ATTEMPTS} attempts: pass attempts=…"
            )
        run = self._told(task.task_id, record, tuple(self._tasks[children:]))
        self.runs[task.task_id] = run
        self.session.expire_all()
        return run

    def _raise_refusal(self) -> None:
        """Raise the reason why no attempt was started."""
        error = self._raised
        if error is None:
            raise AssertionError("the body was not run")
        raise error.__cause__ or error

    def _attempt(self, enqueued: EnqueuedTask, attempt: int) -> None:
        task = self._task(enqueued.task)
        headers = headers_for_attempt(enqueued.headers, attempt)
        delivery = {"routing_key": enqueued.queue, "redelivered": False}
        request = {**headers, "hostname": WORKER, "is_eager": False, "delivery_info": delivery}
        self._trace(task, str(enqueued.task_id), enqueued.args, enqueued.kwargs, request)

    def _trace(
        self,
        task: Task[Any, Any],
        task_id: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        request: dict[str, Any],
    ) -> Any:
        trace: Any = build_tracer(task.name, task, app=self.app, eager=True, propagate=False)
        try:
            with running_inline(self):
                return trace(task_id, args, kwargs, request).retval
        except (Ignore, Reject):
            return None

    def _task(self, name: str) -> Task[Any, Any]:
        task = self.app.tasks.get(name)
        if task is None:
            raise UnsupportedConfiguration(
                f"the application has no task {name}: import the module that declares it"
            )
        return task

    def _end_if_upstream(self, task: EnqueuedTask) -> TaskRecord:
        """End a task as the projector would if a task before it did not complete."""
        record = self._record(task.task_id)
        if record.state is not State.REGISTERED:
            return record
        for before in task.waits_for:
            record_before = self._record(before)
            if record_before.state not in TERMINAL:
                raise AssertionError(
                    f"{task.task} comes after task {before}, which has not ended: run that first"
                )
            if task.after_failures:
                continue
            completed = record_before.state is State.COMPLETED
            if completed and not self._was_ignored(before):
                continue
            reason = record_before.failure_reason
            why = "raised Ignore" if completed else f"ended as failed({reason})"
            failed = make_data(
                Failed, reason=FailureReason.UPSTREAM, message=f"task {before} before it {why}"
            )
            append(self._inline.ledger(), Append(task.task_id, None, 1, WORKER, failed))
            return self._record(task.task_id)
        return record

    def _was_ignored(self, task_id: UUID) -> bool:
        return any(
            getattr(event.data, "ignored", None)
            for event in read_events(self._inline.ledger(), task_id)
        )

    def _told(
        self, task_id: UUID, record: TaskRecord, children: tuple[EnqueuedTask, ...]
    ) -> TaskRun:
        events = tuple(read_events(self._inline.ledger(), task_id))
        before = self.runs.get(task_id)
        return TaskRun(
            task_id=task_id,
            status=record.status,
            attempt=record.attempt,
            result=value_of(record.result),
            exception=None if record.status is Status.SUCCESS else _of_the_body(self._raised),
            progress=(*(before.progress if before else ()), *self._progress),
            retries=tuple(each.data for each in events if isinstance(each.data, Retrying)),
            sent=tuple(self._sent),
            enqueued=children,
            events=events,
            record=record,
        )

    def _run_untracked(self, signature: Signature[Any], attempts: int | None) -> TaskRun:
        self._begin_run(None)
        children = len(self._tasks)
        task = self._task(str(signature.task))
        task_id = uuid4()
        value: Any = None
        retries = 0
        for retries in range(MOST_ATTEMPTS if attempts is None else attempts):
            request = {
                "id": str(task_id), "root_id": str(task_id), "task": task.name,
                "retries": retries, "is_eager": True, "hostname": WORKER, "delivery_info": {},
                "callbacks": signature.options.get("link"), HEADER: {"tracked": False},
            }  # fmt: skip
            value = self._trace(
                task, str(task_id), tuple(signature.args), dict(signature.kwargs), request
            )
            if not isinstance(self._raised, Retry):
                break
            again: Any = self._raised
            signature = again.sig or signature
        self.session.expire_all()
        status = Status.SUCCESS
        if isinstance(self._raised, Retry):
            status = Status.RETRY
        elif self._raised is not None and not isinstance(self._raised, Ignore):
            status = Status.FAILURE
        succeeded = status is Status.SUCCESS and self._raised is None
        return TaskRun(
            task_id=task_id,
            status=status,
            attempt=retries + 1,
            result=value if succeeded else None,
            exception=_of_the_body(self._raised),
            progress=tuple(self._progress),
            retries=(),
            sent=tuple(self._sent),
            enqueued=tuple(self._tasks[children:]),
            events=(),
            record=None,
        )

    def run_at_once(self) -> None:
        """Run a task that was just enqueued, unless a run of this test enqueued it."""
        if not self._running:
            self.run_enqueued()

    @contextmanager
    def _not_by_itself(self) -> Generator[None]:
        """Suspend running at once; the code inside the block runs the tasks."""
        outer, self._running = self._running, True
        try:
            yield
        finally:
            self._running = outer


_ENDED: Final = frozenset({Status.SUCCESS, Status.FAILURE, Status.REVOKED})


def _of_the_body(error: BaseException | None) -> BaseException | None:
    if isinstance(error, Retry):
        return error.exc if isinstance(error.exc, BaseException) else None
    if isinstance(error, Ignore):
        return error.__cause__
    return error


@contextmanager
def ledger_test(app: LedgerCelery, session: Session | AsyncSession) -> Generator[LedgerTest]:
    """Run the application's tasks in a session's transaction, and collect the tasks enqueued in it.

    Nothing is committed, no broker, worker or projector is needed, and no other connection is
    opened: rolling the transaction back removes everything. The database must be migrated, and the
    session's login must be a member of `task_ledger_worker`.

    If the application sets `task_always_eager`, tasks enqueued in the block are run at once, before
    `enqueue` returns. Otherwise, call `run_enqueued`.

    Args:
        session: a session on psycopg 3. Bind it to a connection whose transaction the test rolls
            back, as the fixture `ledger_session` does, so that the code under test cannot commit.

    Raises:
        UnsupportedConfiguration: the session is an `AsyncSession`, or its driver is not psycopg 3.
        RuntimeError: another `ledger_test` or `enqueued_in` observes the connection.
    """
    if not isinstance(session, Session):
        raise UnsupportedConfiguration(
            "task bodies have a Session, so ledger_test takes one of create_engine(…); to see what"
            " an AsyncSession has enqueued, use `async with task_ledger.testing.enqueued_in(…)`"
        )
    check_session(session)
    ledger = LedgerTest(app, session)
    eager = bool(app.conf.task_always_eager)
    ledger.begin(session.connection())
    if eager:
        app.conf.task_always_eager = False
        ledger.when_registered = ledger.run_at_once
    try:
        yield ledger
    finally:
        app.conf.task_always_eager = eager
        ledger.end()
