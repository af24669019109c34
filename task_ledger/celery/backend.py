"""The application's result backends: none, or the ledger."""

from typing import Any, NoReturn, cast
from uuid import UUID

from billiard.exceptions import WorkerLostError
from celery.backends.base import BaseBackend, DisabledBackend
from celery.exceptions import SecurityError, TaskRevokedError

from task_ledger.celery.run.result import value_of
from task_ledger.errors import (
    LedgerUnavailable,
    TaskFailed,
    UnsupportedConfiguration,
    UnsupportedSignature,
)
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.read import read_task
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status


def refuse_chord() -> NoReturn:
    """Refuse a chord that is sent without registering it.

    Raises:
        UnsupportedSignature: always; it says what to do instead.
    """
    raise UnsupportedSignature(
        "a chord that is sent has no backend to count its members: declare its tasks with"
        " @app.task(task_type=…) and enqueue(session, chord(…), …), which counts in the ledger"
    )


class NoBackend(DisabledBackend):
    """No result backend. Chords passed to `enqueue` do not need one."""

    def ensure_chords_allowed(self) -> NoReturn:
        """Raises UnsupportedSignature."""
        refuse_chord()

    def apply_chord(self, *_: Any, **__: Any) -> NoReturn:
        """Raises UnsupportedSignature."""
        refuse_chord()


class LedgerBackend(BaseBackend):
    """Answers `AsyncResult` from the ledger: `result_backend="ledger://"`. Never writes.

    `status`, `ready()`, `get(timeout)` and the rest work as with any backend, for enqueued tasks,
    and always reflect the last committed event. `result` is the body's return value. `info` is the
    last report in PROGRESS, the worker in STARTED, and in RETRY and FAILURE an exception, of the
    body's own type if that type has been imported in this process. There is no traceback, because
    it may contain secrets.

    Raises:
        UnknownTask: by every access to a task that is not in the ledger.
        LedgerUnavailable: the database cannot be reached.
    """

    supports_autoexpire = True  # there is nothing for celery.backend_cleanup to delete

    def store_result(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, _task_id: str, result: Any, *_: Any, **__: Any
    ) -> Any:
        """Do nothing: the attempt records its end together with its rows."""
        return result

    def forget(self, task_id: str) -> NoReturn:
        """Refused; raises UnsupportedConfiguration."""
        raise UnsupportedConfiguration(
            f"the result of task {task_id} is part of the log and cannot be deleted: remove the "
            "call of forget()"
        )

    def _save_group(self, *_: Any) -> NoReturn:
        raise UnsupportedConfiguration(
            "the ledger stores no group results: keep the ids of the tasks, or find them by"
            " their group_id"
        )

    _restore_group = _delete_group = _save_group

    def ensure_chords_allowed(self) -> NoReturn:
        """Raises UnsupportedSignature."""
        refuse_chord()

    def apply_chord(self, *_: Any, **__: Any) -> NoReturn:
        """Raises UnsupportedSignature."""
        refuse_chord()

    def as_uri(self, *_: Any, **__: Any) -> str:
        """For logs."""
        return "ledger://"

    def _get_task_meta_for(self, task_id: str) -> dict[str, Any]:
        try:
            identity = UUID(str(task_id))
        except ValueError as error:
            raise UnsupportedConfiguration(
                f"{task_id!r} is not the id of a task in the ledger: those are UUIDs"
            ) from error
        record = self._read(identity)
        return {
            "task_id": str(task_id),
            "status": str(record.status),
            "result": self._result(record),
            "traceback": None,
            "children": [],
            "date_done": record.completed_at,
            "name": record.task_name,
            "worker": record.worker,
            "queue": record.queue,
            "retries": max(record.attempt - 1, 0),
            "parent_id": str(record.parent_id) if record.parent_id else None,
        }

    def _read(self, task_id: UUID) -> TaskRecord:
        connections: Connections = cast("Any", self).app.connections
        try:
            return read_task(connections.ledger(), task_id)
        except LedgerUnavailable:
            # The connection may have been idle since the server was last restarted.
            connections.discard()
            return read_task(connections.ledger(), task_id)

    def _result(self, record: TaskRecord) -> Any:
        match record.status:
            case Status.SUCCESS:
                return value_of(record.result)
            case Status.PROGRESS:
                return {
                    name: getattr(record, name)
                    for name in ("percent", "step", "detail", "current", "total")
                }
            case Status.STARTED:
                return {"hostname": record.worker}
            case Status.RETRY | Status.FAILURE | Status.REVOKED:
                return self._exception(record)
            case _:
                return None

    def _exception(self, record: TaskRecord) -> BaseException:
        error = record.error or {}
        message = str(error.get("message", ""))
        reason = record.failure_reason or record.retry_reason
        if record.status is Status.REVOKED:
            return TaskRevokedError(message or "cancelled")
        if reason == "worker_lost":
            return WorkerLostError(message)
        if reason not in {"error", "timeout", "bad_result"} or not error:
            return TaskFailed(record.task_id, str(reason), message)
        module, _, name = str(error["type"]).rpartition(".")
        if error["type"] == "TimeLimitExceeded":
            module = "celery.exceptions"
        described = {
            "exc_type": name, "exc_module": module or "builtins", "exc_message": (message,)
        }  # fmt: skip
        try:
            return self.exception_to_python(described)
        except SecurityError:
            # The object with this name is not an exception.
            return TaskFailed(record.task_id, str(reason), f"{error['type']}: {message}")
