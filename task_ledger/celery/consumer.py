"""The worker's consumer: tasks whose message this worker cannot run end in the ledger too."""

from typing import Any, cast
from uuid import UUID

import structlog
from celery.worker.consumer import Consumer

from task_ledger.celery.application import LedgerApplication
from task_ledger.celery.request import Delivery, ends_of
from task_ledger.message import HEADER, LedgerHeader

log = structlog.get_logger(__name__)


class LedgerConsumer(Consumer):
    """Celery's consumer, which drops what it cannot run with a line in its log.

    A tracked task then ends as `failed(undeliverable)`, once, unless an attempt holds it. When the
    ledger is away, the task is dispatched again after some minutes, and ends then.
    """

    def on_unknown_task(self, body: Any, message: Any, exc: Any) -> None:
        """End the task: this worker has no code of its name; then as Celery's."""
        name = str(message.headers["task"])
        self._undeliverable(
            message,
            f"has no task {name}: import its module in the worker, or send it to a queue of"
            " workers that have it",
        )
        cast("Any", super()).on_unknown_task(body, message, exc)

    def on_invalid_task(self, body: Any, message: Any, exc: Any) -> None:
        """End the task: its message is not one; then as Celery's."""
        self._undeliverable(message, f"cannot use its message: {exc}")
        cast("Any", super()).on_invalid_task(body, message, exc)

    def on_decode_error(self, message: Any, exc: Any) -> None:
        """End the task: its arguments cannot be read; then as Celery's."""
        self._undeliverable(message, f"cannot read its message: {exc}")
        cast("Any", super()).on_decode_error(message, exc)

    def _undeliverable(self, message: Any, why: str) -> None:
        headers: dict[str, Any] = dict(message.headers or {})
        worker: Any = self
        try:
            header = LedgerHeader.of(headers.get(HEADER))
            if not header.tracked:
                return
            delivery = Delivery(UUID(headers["id"]), header.attempt, worker.hostname, None)
            ends_of(cast("LedgerApplication", worker.app)).undeliverable(delivery, why)
        except Exception as error:  # noqa: BLE001 (the consumer goes on; it is dispatched again)
            log.warning(
                "end_not_recorded",
                task_id=str(headers.get("id")),
                error=f"{type(error).__name__}: {error}",
            )
