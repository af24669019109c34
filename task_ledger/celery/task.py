"""The base class of tasks."""

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, cast

from celery import Task
from celery.exceptions import Retry
from celery.utils.serialization import raise_with_context
from sqlalchemy.orm import Session

from task_ledger.celery.binding import bind_elsewhere
from task_ledger.celery.result_to_come import send_without_result
from task_ledger.celery.run.attempt import Attempt
from task_ledger.celery.run.inline import inline_runner
from task_ledger.celery.run.outer_run import mark_working_thread
from task_ledger.celery.run.retry_decision import RetryDecision
from task_ledger.celery.run.transaction import SqlalchemyTransaction
from task_ledger.celery.run.untracked import InnerRun, UntrackedRun
from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.errors import (
    BadResult,
    TransactionEscaped,
    UnregisteredSend,
    UnsupportedConfiguration,
)
from task_ledger.eventlog.message import HEADER, LedgerHeader, due_time
from task_ledger.model.ids import new_claim
from task_ledger.registration.run_context import Run, current_run

if TYPE_CHECKING:
    AnyTask = Task[Any, Any]
else:
    # Task is not generic before Celery 5.7.
    AnyTask = Task


class LedgerTask(AnyTask):
    """A Celery task whose runs are attempts in the ledger.

    Attributes:
        task_type: the kind of task, as people read it and filter by it. A task with one is
            tracked and is enqueued; a task without one runs untracked.
        ignore_result: as in Celery. A tracked task that sets it to True succeeds even if its return
            value cannot be stored; values that can be are stored. The setting `task_ignore_result`
            has no such effect.
        result_unwanted: whether the task itself sets `ignore_result`; set when the task is bound.

    Calling the task object runs its function as plain Python, without the ledger.
    """

    abstract = True
    task_type: str | None = None
    result_unwanted: bool = False
    Request = "task_ledger.celery.worker.request:LedgerRequest"

    def __init_subclass__(cls, **options: Any) -> None:
        """Bind a tracked task, in whichever application it is declared."""
        super().__init_subclass__(**options)
        if cls.task_type is not None:
            bind_elsewhere(cls)

    @classmethod
    def bind(cls, app: Any) -> Any:
        """Bind as Celery does. Tracked tasks acknowledge late, whatever `task_acks_late` says."""
        declared: Any = cls.acks_late
        if cls.task_type is not None and declared is None:
            cls.acks_late = True
        if "result_unwanted" not in vars(cls):
            # Binding replaces it by the setting's value.
            cls.result_unwanted = cast("Any", cls.ignore_result) is True
        return super().bind(app)

    @property
    def session(self) -> Session:
        """The session for the task's rows.

        The rows are committed together with the task's `completed` event. `commit()` and
        `rollback()` release or undo a savepoint; they never end the task's transaction.

        Raises:
            RuntimeError: the task was called as a plain function; pass your own session instead.
        """
        return self._run_or_raise().session

    def progress(
        self,
        percent: float,
        step: str,
        detail: str | None = None,
        *,
        current: int | None = None,
        total: int | None = None,
    ) -> None:
        """Report progress. It is visible at once; none of the task's rows are committed.

        Written on the ledger's own connection. A new step is stored before this returns; further
        reports within a step are merged to at most one every 250 ms. Does nothing in an untracked
        run or a plain call.

        Args:
            percent: 0 to 100; other numbers are clamped, anything else counts as 0.
            step: what the task is doing, in words.
            detail: more about the step.
            current: how many items are done. Clamped to 64 bits; ignored if not a whole number.
            total: how many items there are; as for `current`.

        Raises:
            Cancelled: a cancel was requested. Do not catch it.
            Fenced: another attempt has taken the task. Do not catch it.
        """
        run = self._own_run()
        if run is not None:
            run.progress(percent, step, detail, current, total)

    def body_context(self) -> AbstractContextManager[Any]:
        """Return the context manager that every body runs in; by default it does nothing.

        Override it in a base class of your tasks, for Flask with
        `return flask_app.app_context()`. It also applies to plain calls. An error raised on entry
        ends the attempt like an error of the body. The ledger commits after the context has exited.
        """
        return nullcontext()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run as an attempt when called by a worker, otherwise as a plain function."""
        request = self.request
        if request.called_directly or self._own_run() is not None:
            with self.body_context():
                return super().__call__(*args, **kwargs)
        outer = current_run()
        if request.is_eager and outer is not None:
            return InnerRun(outer, self).execute(args, kwargs)
        header = LedgerHeader.of(cast("dict[str, Any] | None", request.get(HEADER)))
        runner = inline_runner()
        if runner is not None:
            return runner.execute(self, header, args, kwargs)
        app = cast("LedgerApplication", self.app)
        if not request.is_eager:
            mark_working_thread()
        if header.tracked and not request.is_eager:
            transaction = partial(app.body_transaction, tracked=True)
            return Attempt(app.connections, app.boot, self, header, transaction).execute(
                args, kwargs
            )
        if not hasattr(app, "body_transaction"):
            transaction = SqlalchemyTransaction(self._without_ledger, new_claim())
            return UntrackedRun(transaction, self).execute(args, kwargs)
        transaction = app.body_transaction(new_claim(), tracked=False)
        return UntrackedRun(transaction, self).execute(args, kwargs)

    def _without_ledger(self) -> NoReturn:
        raise UnsupportedConfiguration(
            f"{self.name} runs in a plain Celery application, which has no ledger: create the "
            "application with LedgerCelery to use the session"
        )

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Send the task as Celery does. The ledger cannot track tasks in eager mode.

        Raises:
            UnsupportedConfiguration: the task is tracked and `task_always_eager` is set.
            TypeError: the function does not take these arguments.
        """
        if self.task_type is not None and self.app.conf.task_always_eager:
            raise UnsupportedConfiguration(
                f"{self.name} is tracked, and task_always_eager runs it without the ledger: set it"
                " to False, or test within task_ledger.testing.ledger_test(app, session)"
            )
        headers = cast("dict[str, Any]", options.get("headers") or {})
        header = cast("dict[str, Any]", headers.get(HEADER) or {})
        if header.get("takes"):
            return send_without_result(self, *args, **options)
        return super().apply_async(*args, **options)

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Like `delay_on_commit` of Celery's Django task; see `apply_async_on_commit`."""
        self.apply_async_on_commit(args, kwargs)

    def apply_async_on_commit(self, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        """Send the task when Django's transaction commits, or with the commit of a running task.

        Raises:
            UnregisteredSend: the task is tracked; enqueue it in the transaction instead.
            ImportError: Django is not installed.
        """
        if current_run() is not None:
            self.apply_async(args, kwargs, **options)
            return
        if self.task_type is not None and not options.get("untracked"):
            raise UnregisteredSend(
                f"{self.name} is tracked: task_ledger.enqueue(session,"
                f"{self.name.rpartition('.')[2]}.s(…), …) stores it in the transaction, and it is "
                "sent with the commit"
            )
        from django.db import transaction  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

        cast("Any", transaction).on_commit(partial(self.apply_async, args, kwargs, **options))

    def retry(  # noqa: PLR0917 (Celery's signature)
        self,
        args: Any = None,
        kwargs: Any = None,
        exc: Exception | None = None,
        throw: bool = True,
        eta: Any = None,
        countdown: float | None = None,
        max_retries: int | None = None,
        **options: Any,
    ) -> Retry:
        """Retry later, as in Celery; the next attempt is dispatched after this one has ended.

        When the body ends, its rows are rolled back, and `retrying` is stored together with the
        next dispatch. This holds even if the body catches the exception or passes `throw=False`.

        Raises:
            Retry: always, unless `throw` is false.
            MaxRetriesExceededError: no attempt is left; `exc` is raised instead if given.
            UnsupportedConfiguration: the next attempt would have other arguments or options.
        """
        run = self._own_run()
        if isinstance(run, UntrackedRun):
            with run.sending_directly():
                return super().retry(
                    args, kwargs, exc, throw, eta, countdown, max_retries, **options
                )
        if not isinstance(run, Attempt):
            return super().retry(args, kwargs, exc, throw, eta, countdown, max_retries, **options)
        if isinstance(exc, BadResult | TransactionEscaped):
            # Another attempt cannot fix these, and an escaped row would be committed again.
            raise exc
        if self._are_others(args, kwargs) or options:
            raise UnsupportedConfiguration(
                f"{self.name}: a registered task is retried with the message it was registered"
                " with; enqueue another task to run it with other arguments or options"
            )
        limit = self.max_retries if max_retries is None else max_retries
        if limit is not None and self.request.retries + 1 > limit:
            if exc is not None:
                raise_with_context(exc)
            raise self.MaxRetriesExceededError(f"{self.name}: no attempt left after {limit + 1}")
        if eta is None and countdown is None:
            countdown = self.default_retry_delay
        due_at = due_time(countdown, eta)
        if due_at is None:
            raise AssertionError("a countdown or an eta was given")
        countdown_s = (due_at - datetime.now(UTC)).total_seconds()
        decided = Retry(exc=exc, when=cast("Any", eta or countdown))
        run.decide_retry(
            RetryDecision(
                decided,
                exc or sys.exception(),
                countdown_s if eta is not None else float(countdown or 0),
                due_at if eta is not None else None,
                None if max_retries is None else max_retries + 1,
            )
        )
        if throw:
            raise decided
        return decided

    def replace(self, sig: Any) -> Any:
        """Replace the task as Celery does in an untracked run; refused in a tracked run, where one
        id is one task.

        The body's rows are committed, and the replacement is sent with that commit.

        Returns:
            The replacement's result, in eager mode only.

        Raises:
            Ignore: always in a worker's untracked run. Do not catch it.
            UnsupportedConfiguration: always in a tracked run.
        """
        if isinstance(self._own_run(), Attempt):
            raise UnsupportedConfiguration(
                f"{self.name}: a registered task cannot be replaced by another one under its id;"
                " enqueue the other one and return its id"
            )
        return cast("Any", super()).replace(sig)

    def add_to_chord(self, sig: Any, lazy: bool = False) -> Any:
        """Refuse: the members of a chord are registered together.

        Raises:
            UnsupportedConfiguration: always in a tracked run.
        """
        if isinstance(self._own_run(), Attempt):
            raise UnsupportedConfiguration(
                f"{self.name}: a registered chord cannot get further members; enqueue a chord of "
                "all of them from an earlier task"
            )
        return super().add_to_chord(sig, lazy)

    def _are_others(self, args: Any, kwargs: Any) -> bool:
        """Whether these arguments differ from those that the body runs with."""
        request = self.request
        return (args is not None and list(args) != list(request.args or ())) or (
            kwargs is not None and dict(kwargs) != dict(request.kwargs or {})
        )

    def _own_run(self) -> Run | None:
        run = current_run()
        return run if run is not None and run.request_id == self.request.id else None

    def _run_or_raise(self) -> Run:
        run = self._own_run()
        if run is None:
            raise RuntimeError(
                f"{self.name} was called as a plain function, which has no session: run it by a "
                "worker, or call a function that takes a session"
            )
        return run
