"""Capturing the messages that Celery would publish, so that they can be stored instead.

Celery itself builds and routes the message; a stand-in producer keeps it instead of publishing it.
So a stored message is exactly what would have been sent.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from task_ledger.eventlog.message import PLACING, PLACING_OPTIONS, Message
from task_ledger.model.sanitize import sanitize

if TYPE_CHECKING:
    from kombu import Queue


@dataclass(slots=True)
class Captured:
    """The messages captured by `capturing`."""

    messages: list[Message] = field(default_factory=list[Message])


class CapturingProducer:
    """A stand-in for kombu's Producer that keeps messages instead of publishing them."""

    # The parts of a producer's connection that Celery uses, without a real connection.
    auto_declare = False
    serializer = None

    def __init__(self, captured: Captured, placing: dict[str, Any]) -> None:
        self._captured = captured
        self._placing = placing

    @property
    def connection(self) -> CapturingProducer:
        return self

    @contextmanager
    def _reraise_as_library_errors(self) -> Generator[None]:
        yield

    def publish(self, body: Any, **options: Any) -> None:
        from kombu.serialization import dumps

        headers: dict[str, Any] = dict(options.pop("headers", None) or {})
        if "task" not in headers:
            return  # a task-sent event for monitors, which the ledger does not need
        for name in ("retry", "retry_policy", "timeout", "confirm_timeout"):
            options.pop(name, None)
        compression = options.pop("compression", None)
        content_type, content_encoding, payload = cast(
            "tuple[str, str, str | bytes]", dumps(body, serializer=options.pop("serializer"))
        )
        if isinstance(payload, str):
            payload = payload.encode(content_encoding)
        if compression:
            from kombu.compression import compress

            payload, headers["compression"] = compress(payload, compression)
        declare = cast("list[Queue]", options.pop("declare", None) or [])
        exchange = options.pop("exchange", "")
        # Countdown and expiry are decided when an attempt is claimed, not by the broker.
        options.pop("expiration", None)
        if self._placing:
            options[PLACING] = self._placing
        self._captured.messages.append(
            Message(
                exchange=getattr(exchange, "name", exchange) or "",
                routing_key=options.pop("routing_key") or "",
                content_type=content_type,
                content_encoding=content_encoding,
                # These headers repeat the arguments, whose text may contain characters that
                # PostgreSQL cannot store. The body, which the worker reads, is unchanged.
                headers=sanitize(headers),
                properties={k: v for k, v in options.items() if v is not None},
                declare=[queue.as_dict(recurse=True) for queue in declare],
                body=payload,
            )
        )


_captured: ContextVar[Captured | None] = ContextVar("task_ledger_capture", default=None)


@contextmanager
def capturing() -> Generator[Captured]:
    """Capture the messages that Celery sends inside the block, in this context, instead of sending
    them."""
    captured = Captured()
    token = _captured.set(captured)
    try:
        yield captured
    finally:
        _captured.reset(token)


def capturing_producer(placing: dict[str, Any]) -> Any | None:
    """The capturing producer inside `capturing`; otherwise None.

    Args:
        placing: from `placing_options`; stored with each message.
    """
    captured = _captured.get()
    return CapturingProducer(captured, placing) if captured is not None else None


def placing_options(transport_options: Mapping[str, Any] | None) -> dict[str, Any]:
    """The application's transport options that determine where messages are stored in the broker.

    Returns:
        JSON.
    """
    return {
        name: list(cast("Iterable[Any]", value)) if name == "priority_steps" else value
        for name, value in dict(transport_options or {}).items()
        if name in PLACING_OPTIONS
    }
