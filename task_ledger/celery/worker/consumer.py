"""The worker's consumer, which also ends tasks in the ledger whose message it cannot run."""

import socket
from collections.abc import Callable, Iterator
from typing import Any, Final, cast
from uuid import UUID

import structlog
from celery.utils.log import get_logger
from celery.worker.consumer import Consumer
from kombu.exceptions import ContentDisallowed, SerializationError

from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.celery.worker.request import Delivery, ends_of
from task_ledger.eventlog.message import HEADER, LedgerHeader
from task_ledger.ops.heartbeat import Heartbeats

log = structlog.get_logger(__name__)

# Errors of code that meets unexpected data; lost connections raise others.
_UNREADABLE: Final = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ContentDisallowed,
    SerializationError,
)

LOOP: Final = "loop"
"""The heartbeat of the loop that takes messages."""

TURN_S: Final = 5.0
"""Seconds between its heartbeats."""

_CLOSE_S: Final = 5.0
"""Seconds to wait while a lost connection is being closed; the same as Celery's."""


class LedgerConsumer(Consumer):
    """Celery's consumer, extended for messages that it cannot run.

    Celery drops such a message and logs a line. Here, a tracked task also ends as
    `failed(undeliverable)`, unless an attempt holds it. If the ledger is unreachable, the task is
    dispatched again after some minutes, and ends then.

    Some malformed messages end Celery's worker, such as one whose task name is not a string, or an
    unknown task without an id. The broker then delivers the message to the next worker, which ends
    too. Here, such a message is rejected without requeueing. An item in a Valkey list that is not a
    message at all has been removed by reading it, and is dropped.

    It also survives the loss of connections to Valkey or Redis; see `give_up_reading`.

    Attributes:
        taking: whether it is connected and takes messages.
    """

    taking = False

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """As in Celery, which drops the connection and reconnects."""
        worker: Any = self
        self.taking = False
        if worker.task_consumer is not None:
            give_up_reading(worker.connection, worker.task_consumer.channel)
        cast("Any", super()).on_connection_error_after_connected(exc)

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """As in Celery, which calls it each time consuming starts."""
        worker: Any = self
        drop_what_is_no_message(worker.task_consumer.channel, worker.connection_errors)
        inherited: Any = super().create_task_handler  # pyright: ignore[reportUnknownMemberType]
        handle = cast("Callable[[Any], None]", inherited(*args, **kwargs))
        self.taking = True
        # A lost connection clears the timer.
        worker.timer.call_repeatedly(TURN_S, Heartbeats.of_environment().beat, (LOOP,))

        def on_task_received(message: Any) -> None:
            try:
                handle(message)
            except _UNREADABLE as error:
                log.error("message_unreadable", error=type(error).__name__)
                if not message.acknowledged:
                    lost = cast("Any", self).connection_errors
                    message.reject_log_error(get_logger(__name__), lost)

        return on_task_received

    def on_unknown_task(self, body: Any, message: Any, exc: Any) -> None:
        """End the task, whose code this worker lacks; then continue as Celery does."""
        name = str(message.headers["task"])
        self._undeliverable(
            message,
            f"has no task {name}: import its module in the worker, or send it to a queue of"
            " workers that have it",
        )
        cast("Any", super()).on_unknown_task(body, message, exc)

    def on_invalid_task(self, body: Any, message: Any, exc: Any) -> None:
        """End the task, whose message is malformed; then continue as Celery does."""
        self._undeliverable(message, f"cannot use its message: {exc}")
        cast("Any", super()).on_invalid_task(body, message, exc)

    def on_decode_error(self, message: Any, exc: Any) -> None:
        """End the task, whose arguments cannot be decoded; then continue as Celery does."""
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


def give_up_reading(connection: Any, channel: Any) -> None:
    """Abort a pending read on a channel of Valkey or Redis, so that the channel can be closed.

    Closing a channel that waits for messages first reads the pending reply; if that fails, the
    channel stays open. kombu then removes the server's address and closes the channel again. If
    the worker has unacknowledged messages, that raises an AttributeError, which is not treated as a
    lost connection and ends the worker. Closing the channel once beforehand avoids this.

    Args:
        connection: the lost connection.
        channel: the consumer's channel; channels of other brokers are left alone.
    """
    if "BRPOP" not in getattr(channel, "handlers", {}):
        return
    before = socket.getdefaulttimeout()
    for each in open_sockets(connection):
        each.settimeout(_CLOSE_S)
    socket.setdefaulttimeout(_CLOSE_S)
    try:
        connection.maybe_close_channel(channel)
    finally:
        socket.setdefaulttimeout(before)


def open_sockets(connection: Any) -> Iterator[socket.socket]:
    """The sockets to Valkey or Redis that the channels of a connection have open.

    A default timeout does not apply to them. Celery 5.7 has such a function, 5.6 does not.
    """
    for channel in list(getattr(connection.transport, "channels", None) or ()):
        # The existing client: the property `client` would connect.
        made: dict[str, Any] = getattr(channel, "__dict__", {})
        for name in ("client", "subclient"):
            found = getattr(getattr(made.get(name), "connection", None), "_sock", None)
            if found is not None:
                yield found


def drop_what_is_no_message(channel: Any, lost: tuple[type[Exception], ...]) -> None:
    """Keep the worker running if an item in a list of Valkey or Redis is not a message.

    kombu removes the item from the list, decodes it, and lets errors end the event loop.

    Args:
        channel: the consumer's channel; channels of other brokers are left alone.
        lost: errors after which the worker reconnects; they are passed on.
    """
    handlers: dict[str, Callable[..., Any]] = getattr(channel, "handlers", {})
    read = handlers.get("BRPOP")
    if read is None:
        return

    def read_or_drop(**options: Any) -> Any:
        try:
            return read(**options)
        except _UNREADABLE as error:
            if isinstance(error, lost):
                raise
            log.error("message_unreadable", error=type(error).__name__)
            return None

    handlers["BRPOP"] = read_or_drop
