"""A message as it goes to the broker: built by Celery, caught before it leaves, kept in SQL.

Celery itself builds and routes the message; a producer that keeps what it is asked to publish
stands in for the one that would send it. So a stored message is exactly what would have been sent.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from kombu import Queue
from kombu.serialization import dumps

from task_ledger.errors import InvalidEvent

HEADER: Final = "task_ledger"
"""The message header by which a worker knows what it got; see `LedgerHeader`."""

OPTION: Final = "ledger"
"""The option of a signature that holds what `task_ledger.enqueue.step` said about it."""


@dataclass(frozen=True, slots=True)
class LedgerHeader:
    """What a message says about itself.

    Attributes:
        tracked: whether the task is registered in the ledger.
        attempt: which attempt the message is for; 0 for an untracked one.
        project_id: the task's project, for logs.
        expires_at: after this time the task ends `failed(expired)` instead of running.
        takes: the task whose result is its first argument; several for a list of theirs.
    """

    tracked: bool
    attempt: int = 0
    project_id: str | None = None
    expires_at: datetime | None = None
    takes: UUID | tuple[UUID, ...] | None = None

    def as_value(self) -> dict[str, Any]:
        """As the header's value."""
        value: dict[str, Any] = {"tracked": self.tracked}
        if self.tracked:
            value |= {"attempt": self.attempt, "project_id": self.project_id}
        if self.expires_at:
            value["expires_at"] = self.expires_at.isoformat()
        if self.takes is not None:
            takes = self.takes
            value["takes"] = str(takes) if isinstance(takes, UUID) else [str(one) for one in takes]
        return value

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> "LedgerHeader":
        """Read the header's value; a message without one is untracked."""
        if not value or not value.get("tracked"):
            return cls(tracked=False)
        expires = value.get("expires_at")
        return cls(
            tracked=True,
            attempt=int(value["attempt"]),
            project_id=value.get("project_id"),
            expires_at=datetime.fromisoformat(expires) if expires else None,
            takes=_takes(value.get("takes")),
        )


def _takes(value: Any) -> UUID | tuple[UUID, ...] | None:
    if isinstance(value, list):
        return tuple(UUID(task) for task in cast("list[str]", value))
    return UUID(value) if value else None


def headers_for_attempt(headers: Mapping[str, Any], attempt: int | None) -> dict[str, Any]:
    """The headers of a stored message for one attempt; None for an untracked message."""
    if attempt is None:
        return dict(headers)
    return {
        **headers,
        HEADER: {**headers[HEADER], "attempt": attempt},
        "retries": attempt - 1,
    }


@dataclass(frozen=True, slots=True)
class Message:
    """A serialised message and where it goes."""

    exchange: str
    routing_key: str
    content_type: str
    content_encoding: str
    headers: dict[str, Any]
    properties: dict[str, Any]
    declare: list[dict[str, Any]]
    body: bytes

    def parameters(self) -> dict[str, Any]:
        """As `message` and `body` of the SQL functions.

        Raises:
            InvalidEvent: a header is not JSON.
        """
        fields = {
            name: getattr(self, name)
            for name in (
                "exchange",
                "routing_key",
                "content_type",
                "content_encoding",
                "headers",
                "properties",
                "declare",
            )
        }
        try:
            return {"message": json.dumps(fields, allow_nan=False), "body": self.body}
        except (TypeError, ValueError) as error:
            raise InvalidEvent(f"a message's headers must be JSON: {error}") from error

    @property
    def queue(self) -> str:
        """The queue's name, where the message goes to one directly; else the routing key."""
        return self.declare[0]["name"] if self.declare else self.routing_key


@dataclass(slots=True)
class Catcher:
    """What `catching` caught."""

    messages: list[Message] = field(default_factory=list[Message])


class _CatchingProducer:
    """Stands in for kombu's Producer where Celery publishes; keeps instead of sending."""

    # What Celery asks of a producer's connection, answered without there being one.
    auto_declare = False
    serializer = None

    def __init__(self, catcher: Catcher) -> None:
        self._catcher = catcher

    @property
    def connection(self) -> "_CatchingProducer":
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
        self._catcher.messages.append(
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


_catcher: ContextVar[Catcher | None] = ContextVar("task_ledger_catcher", default=None)


@contextmanager
def catching() -> Generator[Catcher]:
    """Catch what Celery sends within, in this context, instead of sending it."""
    catcher = Catcher()
    token = _catcher.set(catcher)
    try:
        yield catcher
    finally:
        _catcher.reset(token)


def catching_producer() -> Any | None:
    """The producer that catches, inside `catching`; else None."""
    catcher = _catcher.get()
    return _CatchingProducer(catcher) if catcher is not None else None


def due_time(countdown: float | None, eta: datetime | str | None) -> datetime | None:
    """When a send with Celery's `countdown` (seconds) or `eta` is due; None for at once.

    A time without an offset counts as UTC, as it does in Celery's workers.

    Raises:
        InvalidEvent: that is no time.
    """
    try:
        if eta is not None:
            time = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        if countdown is not None:
            return datetime.now(UTC) + timedelta(seconds=float(countdown))
    except (TypeError, ValueError, OverflowError) as error:
        given = f"eta={eta!r}" if eta is not None else f"countdown={countdown!r}"
        raise InvalidEvent(f"{given} is no time to send a message at: {error}") from error
    return None
