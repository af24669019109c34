"""Captures what Celery would publish, so that it can be stored instead.

Celery itself builds and routes the message; a producer that keeps what it is asked to publish
stands in for the one that would send it. So a stored message is exactly what would have been sent.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from kombu import Queue
from kombu.serialization import dumps

from task_ledger.eventlog.message import Message


@dataclass(slots=True)
class Captured:
    """What `capturing` captured."""

    messages: list[Message] = field(default_factory=list[Message])


class _CapturingProducer:
    """Stands in for kombu's Producer where Celery publishes; keeps instead of sending."""

    # What Celery asks of a producer's connection, answered without there being one.
    auto_declare = False
    serializer = None

    def __init__(self, captured: Captured) -> None:
        self._captured = captured

    @property
    def connection(self) -> "_CapturingProducer":
        return self

    @contextmanager
    def _reraise_as_library_errors(self) -> Generator[None]:
        yield

    def publish(self, body: Any, **options: Any) -> None:
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
        # What is late or expired is decided when an attempt is claimed, not by the broker.
        options.pop("expiration", None)
        self._captured.messages.append(
            Message(
                exchange=getattr(exchange, "name", exchange) or "",
                routing_key=options.pop("routing_key") or "",
                content_type=content_type,
                content_encoding=content_encoding,
                headers=headers,
                properties={k: v for k, v in options.items() if v is not None},
                declare=[queue.as_dict(recurse=True) for queue in declare],
                body=payload,
            )
        )


_captured: ContextVar[Captured | None] = ContextVar("task_ledger_capture", default=None)


@contextmanager
def capturing() -> Generator[Captured]:
    """Capture what Celery sends within, in this context, instead of sending it."""
    captured = Captured()
    token = _captured.set(captured)
    try:
        yield captured
    finally:
        _captured.reset(token)


def capturing_producer() -> Any | None:
    """The producer that captures, inside `capturing`; else None."""
    captured = _captured.get()
    return _CapturingProducer(captured) if captured is not None else None
