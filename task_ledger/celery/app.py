"""The application class, through which everything is sent."""

from functools import cached_property
from typing import Any, Final, cast
from uuid import UUID

from celery import Celery

from task_ledger.celery.binding import require_self
from task_ledger.celery.checks import CheckConfiguration
from task_ledger.celery.defaults import set_defaults
from task_ledger.celery.embedded_beat import EmbedBeat
from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.celery.run.outer_run import is_stray_thread
from task_ledger.celery.run.transaction import SqlalchemyTransaction
from task_ledger.celery.task import LedgerTask
from task_ledger.celery.worker.garbage import CollectGarbage
from task_ledger.celery.worker.leases import KeepLease
from task_ledger.celery.worker.span_export import ExportSpans
from task_ledger.errors import SentOutsideRun, UnregisteredSend, UnsupportedConfiguration
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.message import HEADER, LedgerHeader, due_time
from task_ledger.registration.capture import (
    CapturingProducer,
    capturing,
    capturing_producer,
    placing_options,
)
from task_ledger.registration.options import OPTION
from task_ledger.registration.run_context import current_run
from task_ledger.tracing.spans import inject_current

BACKENDS: Final = {
    "ledger": "task_ledger.celery.backend:LedgerBackend",
    "disabled": "task_ledger.celery.backend:NoBackend",
}
"""The values of `result_backend` that the ledger adds to Celery's."""


DEFAULTS: Final = {
    "beat_scheduler": "task_ledger.celery.beat:LedgerScheduler",
    "worker_consumer": "task_ledger.celery.worker.consumer:LedgerConsumer",
}
"""Defaults for Celery settings that the application does not set, where they differ from
Celery's."""

OLD_NAMES: Final = {"CELERYBEAT_SCHEDULER": "beat_scheduler", "CELERYD_CONSUMER": "worker_consumer"}
"""The old names of these settings, for applications that use Celery's old setting names."""


def defaults_of(conf: Any) -> dict[str, Any]:
    """The application's defaults, under new and old names, without those that it sets by an old
    name.

    Celery 5.6 looks for the new name everywhere before it looks for the old one.
    """
    told = {new for old, new in OLD_NAMES.items() if any(old in layer for layer in conf.maps[:-1])}
    by_old_names = {old: DEFAULTS[new] for old, new in OLD_NAMES.items()}
    return {name: value for name, value in DEFAULTS.items() if name not in told} | by_old_names


class LedgerCelery(Celery):
    """A Celery application whose tasks are tracked in the ledger.

    Args:
        ledger_url: the database that holds the ledger's schema and your rows, as a libpq or
            SQLAlchemy URL. The login must be a member of `task_ledger_worker`. Workers, beat and
            `AsyncResult` with `result_backend="ledger://"` connect to it. Can also be set later
            as `app.conf.ledger_database_url`.
        engine_options: passed to `sqlalchemy.create_engine` for the pool of the tasks' sessions.

    A task declared with `task_type` is tracked: it is bound (its function takes `self`),
    `task_ledger.enqueue` registers it, and sending it without registering raises. Messages that a
    running task sends wait in the outbox until the task's rows commit.

    On RabbitMQ, queues are quorum queues unless the application sets `task_default_queue_type`,
    `task_create_missing_queue_type` or its own queues.

    Attributes:
        boot: id of this run of the worker and of its lease; None outside a worker.
    """

    boot: UUID | None = None
    amqp_cls = "task_ledger.celery.worker.queues:LedgerAMQP"

    def __init__(
        self,
        *args: Any,
        ledger_url: str | None = None,
        engine_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("task_cls", LedgerTask)
        super().__init__(*args, **kwargs)
        self._ledger_url = ledger_url
        self._engine_options = engine_options or {}
        self._connections: Connections | None = None
        self.steps["worker"].update(
            (CheckConfiguration, CollectGarbage, EmbedBeat, ExportSpans, KeepLease)
        )

    @property
    def connections(self) -> Connections:
        """This application's database connections.

        Raises:
            UnsupportedConfiguration: neither `ledger_url` nor `ledger_database_url` is set.
        """
        if self._connections is None:
            url = self._ledger_url or self.conf.get("ledger_database_url")
            if not url:
                raise UnsupportedConfiguration(
                    "the ledger's database is not set: pass LedgerCelery(…, ledger_url=…), or set"
                    " app.conf.ledger_database_url"
                )
            self._connections = Connections(url, **self._engine_options)
        return self._connections

    def body_transaction(self, mark: UUID, *, tracked: bool) -> BodyTransaction:  # noqa: ARG002
        """The transaction for the rows of one run, not opened yet.

        Args:
            mark: the run's random mark.
            tracked: whether the ledger records the run.
        """
        return SqlalchemyTransaction(lambda: self.connections, mark)

    def registers_entries_of(self, scheduler: type) -> type:  # noqa: ARG002
        """The mixin that makes another kind of beat scheduler register tracked entries."""
        from task_ledger.celery.schedulers import RegistersTracked

        return RegistersTracked

    @cached_property
    def Beat(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Celery's Beat, which registers tracked entries whichever scheduler it runs."""
        return cast("Any", self).subclass_with_self("task_ledger.celery.standalone_beat:LedgerBeat")

    def _load_config(self) -> Any:
        conf: Any = cast("Any", super())._load_config()
        set_defaults(conf, defaults_of(conf))
        return conf

    def _task_from_fun(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, fun: Any, name: Any = None, base: Any = None, bind: Any = None, **options: Any
    ) -> Any:
        if bind is None:
            bind = options.get("task_type") is not None
            if bind:
                require_self(fun)
        return super()._task_from_fun(fun, name=name, base=base, bind=bind, **options)

    def _get_backend(self) -> Any:
        loader: Any = self.loader
        loader.override_backends = {**loader.override_backends, **BACKENDS}
        backend: Any = cast("Any", super())._get_backend()
        listen = backend.on_task_call

        def on_task_call(producer: Any, task_id: str) -> Any:
            # Redis subscribes and RabbitMQ declares a queue. A stored message is sent by another
            # process, and the transaction that it is stored in must not wait for the backend.
            if not isinstance(producer, CapturingProducer):
                return listen(producer, task_id)
            return None

        backend.on_task_call = on_task_call
        return backend

    def send_task(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, name: str, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        """Send a task by name. Within a running task it is sent when the task's rows commit.

        Args:
            name: the task's name.
            args: positional arguments.
            kwargs: keyword arguments.
            options: Celery's options, and `untracked=True`: send a tracked task without
                registering it, or send at once from a thread that a task's body started.

        Raises:
            SentOutsideRun: called in a thread that a task's body started; see `in_this_run`.
            UnregisteredSend: the task is tracked and was called outside a running task.
        """
        untracked = bool(options.pop("untracked", False))
        options.pop(OPTION, None)
        producer = capturing_producer(placing_options(self.conf.broker_transport_options))
        if producer is not None:
            return super().send_task(name, args, kwargs, **(options | {"producer": producer}))
        run = current_run()
        if run is not None and not run.sends_directly:
            return self._send_later(name, args, kwargs, options)
        if run is None and not untracked and self._tracks(name):
            raise UnregisteredSend(
                f"{name} is tracked, so it must be registered before a worker can see it: call"
                f" task_ledger.enqueue(session, {name.rpartition('.')[2]}.s(…), project_id=…)"
                " in the transaction it belongs to, or send it with untracked=True"
            )
        if run is None and not untracked and is_stray_thread():
            raise SentOutsideRun(
                f"{name} was sent by a thread that is not part of a task's run: wrap the thread's"
                " function in task_ledger.in_this_run(…) to send it when the task's rows commit,"
                " or pass untracked=True to send it at once"
            )
        return super().send_task(name, args, kwargs, **options)

    def _tracks(self, name: str) -> bool:
        """Whether this application knows the task, and it is tracked."""
        return name in self.tasks and getattr(self.tasks[name], "task_type", None) is not None

    def _send_later(self, name: str, args: Any, kwargs: Any, options: dict[str, Any]) -> Any:
        run = current_run()
        if run is None:
            raise AssertionError("only a run sends later")
        due_at = due_time(options.pop("countdown", None), options.pop("eta", None))
        headers: dict[str, Any] = dict(options.pop("headers", None) or {})
        headers[HEADER] = LedgerHeader(tracked=False).as_value()
        inject_current(headers)
        with capturing() as captured:
            result = self.send_task(name, args, kwargs, headers=headers, **options)
        for message in captured.messages:
            run.send(message, due_at)
        return result
