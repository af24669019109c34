"""A backend for Django's Tasks: tasks are enqueued in the ledger and run by Celery workers.

The framework is part of Django from 6.0 on; for 5.2, the package django-tasks has the same names.
"""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from task_ledger.celery.run.result import value_of
from task_ledger.django.management.processes import celery_application
from task_ledger.django.registration import enqueue
from task_ledger.django.tasks import run
from task_ledger.eventlog.read import read_events
from task_ledger.model.events import Failed, Retrying, Started, TaskEvent
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

_PACKAGE: Final = "django.tasks" if find_spec("django.tasks") else "django_tasks"
_base: Any = import_module(f"{_PACKAGE}.base")
_exceptions: Any = import_module(f"{_PACKAGE}.exceptions")
_signals: Any = import_module(f"{_PACKAGE}.signals")
_Backend: Any = import_module(f"{_PACKAGE}.backends.base").BaseTaskBackend

_STATUSES: Final = {
    Status.PENDING: "READY",
    Status.RETRY: "READY",
    Status.STARTED: "RUNNING",
    Status.PROGRESS: "RUNNING",
    Status.SUCCESS: "SUCCESSFUL",
    Status.FAILURE: "FAILED",
    Status.REVOKED: "FAILED",
}

_LOWEST_FIRST: Final = frozenset({"redis", "rediss", "valkey", "valkeys"})
"""Brokers that deliver the lowest priority number first."""

_HIGHEST: Final = 9


class LedgerBackend(_Backend):
    """`TASKS = {"default": {"BACKEND": "task_ledger.django.backend.LedgerBackend"}}`.

    Like `task_ledger.django.enqueue`, `enqueue` is part of Django's transaction; `aenqueue` uses
    its own transaction. A task's type in the ledger is its module path. OPTIONS may contain
    `project_id`, `actor` and `max_attempts`, with the meaning they have for
    `task_ledger.django.enqueue`. The default is 4 attempts; an error in the body ends the task at
    once, the others are for lost workers. The queue `default` is Celery's default queue; other
    queues keep their names.

    Results are read from the ledger once the transaction has committed. They contain no arguments,
    which the ledger does not disclose, and an error's class and message instead of a traceback.
    """

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Register a task, and store its message, in Django's transaction.

        Raises:
            InvalidTask: the framework's error; this backend cannot run the task.
            LedgerError: as `task_ledger.django.enqueue`.
        """
        self.validate_task(task)
        options: dict[str, Any] = {"priority": priority_of(task.priority)}
        if task.queue_name != _base.DEFAULT_TASK_QUEUE_NAME:
            options["queue"] = task.queue_name
        if task.run_after is not None:
            options["eta"] = (
                timezone.make_aware(task.run_after)
                if timezone.is_naive(task.run_after)
                else task.run_after
            )
        normal: Any = _base.normalize_json
        signature = run.s(task.module_path, normal(list(args)), normal(kwargs))
        registered = enqueue(
            signature.set(**options),
            project_id=self.options.get("project_id"),
            actor=self.options.get("actor"),
            max_attempts=self.options.get("max_attempts"),
            name=task.name,
            task_type=task.module_path,
        )
        result = _base.TaskResult(
            task=task, id=str(registered.task_id), status=_base.TaskResultStatus.READY,
            enqueued_at=timezone.now(), started_at=None, finished_at=None, last_attempted_at=None,
            args=list(args), kwargs=kwargs, backend=self.alias, errors=[], worker_ids=[],
        )  # fmt: skip
        _signals.task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> Any:
        """The result of a committed task, read on the ledger's own connection.

        Raises:
            TaskResultDoesNotExist: the framework's error; no Django task has this id.
            LedgerUnavailable: the database cannot be reached.
        """
        try:
            task_id = UUID(result_id)
        except ValueError as error:
            raise _exceptions.TaskResultDoesNotExist(result_id) from error
        events = read_events(celery_application().connections.ledger(), task_id)
        record = fold_all(None, events)
        task = None if record is None else _task(record.task_type)
        if record is None or task is None:
            raise _exceptions.TaskResultDoesNotExist(result_id)
        result = _base.TaskResult(
            task=task,
            id=result_id,
            status=_base.TaskResultStatus[_STATUSES[record.status]],
            enqueued_at=_time(record.created_at),
            started_at=_time(record.started_at),
            finished_at=_time(record.completed_at),
            last_attempted_at=_time(record.attempt_started_at),
            args=[],
            kwargs={},
            backend=self.alias,
            errors=[error for event in events for error in _errors(event)],
            worker_ids=[event.data.worker for event in events if isinstance(event.data, Started)],
        )
        object.__setattr__(result, "_return_value", _value(record))
        return result


def context_of(task: Any, request: Any) -> Any:
    """The context for a task of Django's Tasks: its result so far."""
    result = _base.TaskResult(
        task=task, id=str(request.id), status=_base.TaskResultStatus.RUNNING, enqueued_at=None,
        started_at=None, finished_at=None, last_attempted_at=None, args=[], kwargs={},
        backend=task.backend, errors=[], worker_ids=[str(request.hostname)] * (request.retries + 1),
    )  # fmt: skip
    return _base.TaskContext(task_result=result)


def priority_of(priority: int) -> int:
    """Convert a Django priority, -100 to 100 with the highest first, to the broker's, 0 to 9."""
    share = (priority - _base.TASK_MIN_PRIORITY) / (
        _base.TASK_MAX_PRIORITY - _base.TASK_MIN_PRIORITY
    )
    scaled = round(share * _HIGHEST)
    broker = celery_application().conf.broker_write_url or celery_application().conf.broker_url
    return _HIGHEST - scaled if urlsplit(broker or "").scheme in _LOWEST_FIRST else scaled


def _task(path: str) -> Any | None:
    try:
        found = import_string(path)
    except ImportError:
        return None
    return found if isinstance(found, _base.Task) else None


def _errors(event: TaskEvent) -> list[Any]:
    data = event.data
    if not isinstance(data, Failed | Retrying) or data.error is None:
        return []
    path = data.error.type if "." in data.error.type else f"builtins.{data.error.type}"
    told = f"{data.error.type}: {data.error.message}"
    return [_base.TaskError(exception_class_path=path, traceback=told)]


def _value(record: TaskRecord) -> Any:
    return value_of(record.result) if record.status is Status.SUCCESS else None


def _time(time: datetime | None) -> datetime | None:
    return time if time is None or settings.USE_TZ else timezone.make_naive(time)
