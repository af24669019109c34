"""The worker's consumer: tasks whose message this worker cannot run end in the ledger too."""

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

log = structlog.get_logger(__name__)

# What code raises that met something else than it expected. Lost connections are none of these.
_UNREADABLE: Final = (
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ContentDisallowed,
    SerializationError,
)

_CLOSE_S: Final = 5.0
"""For how long a lost connection is waited for while it is closed; Celery waits as long."""


class LedgerConsumer(Consumer):
    """Celery's consumer, which drops what it cannot run with a line in its log.

    A tracked task then ends as `failed(undeliverable)`, once, unless an attempt holds it. When the
    ledger is away, the task is dispatched again after some minutes, and ends then.

    Celery answers for most of what can be wrong with a message, and lets the rest end the worker:
    a task's name that is no text, an unknown task without an id. The broker then delivers the
    message to the next worker, and ends that one too. Here it is refused for good. What is in a
    list of Valkey without being a message at all was taken out of it by being read: it is dropped.

    It also outlives the loss of Valkey's or Redis's connections; see `give_up_reading`.
    """

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """As Celery's, which lets the connection go and then connects anew."""
        worker: Any = self
        if worker.task_consumer is not None:
            give_up_reading(worker.connection, worker.task_consumer.channel)
        cast("Any", super()).on_connection_error_after_connected(exc)

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """As Celery's, which calls it for every start of consuming."""
        worker: Any = self
        drop_what_is_no_message(worker.task_consumer.channel, worker.connection_errors)
        inherited: Any = super().create_task_handler  # pyright: ignore[reportUnknownMemberType]
        handle = cast("Callable[[Any], None]", inherited(*args, **kwargs))

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


def give_up_reading(connection: Any, channel: Any) -> None:
    """End what a channel of Valkey or Redis still reads, so that it can be closed.

    A channel that waits for messages reads the answer first when it is closed, and stays open when
    that fails. kombu then takes the server's address away, closes the channel once more, and
    that ends the worker, if it has messages that it has not acknowledged: an AttributeError is no
    lost connection. Closed once before, it is at the second time where kombu expects it to be.

    Args:
        connection: which was lost.
        channel: what tasks are consumed from; nothing is done to that of another broker.
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

    A default timeout does not count for these. Celery 5.7 has such a function, 5.6 has none.
    """
    for channel in list(getattr(connection.transport, "channels", None) or ()):
        # What the channel has made already: its property `client` would connect.
        made: dict[str, Any] = getattr(channel, "__dict__", {})
        for name in ("client", "subclient"):
            found = getattr(getattr(made.get(name), "connection", None), "_sock", None)
            if found is not None:
                yield found


def drop_what_is_no_message(channel: Any, lost: tuple[type[Exception], ...]) -> None:
    """Let the worker go on when what it reads from a list of Valkey or Redis is no message.

    kombu takes an item out of the list, reads it, and lets what goes wrong end the event loop.

    Args:
        channel: what tasks are consumed from; nothing is done to that of another broker.
        lost: errors after which the worker connects anew; they pass.
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
