"""Messages as stored in the outbox, and the header that identifies them to a worker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from task_ledger.errors import InvalidEvent

HEADER: Final = "task_ledger"
"""The name of the ledger's message header; see `LedgerHeader`."""


RECEIVED: Final = "task_ledger_received"
"""The attribute of a task's request with the hash of the received message."""

PLACING: Final = "task_ledger_transport"
"""The property of a stored message with those of its application's `broker_transport_options` that
determine its place in the broker; it is not sent. Missing if none is set.
"""

PLACING_OPTIONS: Final = frozenset(
    {"global_keyprefix", "sep", "priority_steps", "fanout_prefix", "fanout_patterns"}
)
"""Those options; all belong to the transport for Valkey and Redis."""


@dataclass(frozen=True, slots=True)
class LedgerHeader:
    """The ledger's header in a message.

    Attributes:
        tracked: whether the task is registered in the ledger.
        attempt: the attempt that the message is for; 0 if untracked.
        project_id: the task's project, for logs.
        expires_at: after this time the task ends `failed(expired)` instead of running.
        takes: the task whose result is the first argument; several tasks for a list of their
            results.
        nonce: a random value in the message's hash, so that short arguments cannot be guessed from
            it.
    """

    tracked: bool
    attempt: int = 0
    project_id: str | None = None
    expires_at: datetime | None = None
    takes: UUID | tuple[UUID, ...] | None = None
    nonce: str | None = None

    def as_value(self) -> dict[str, Any]:
        """The header's value."""
        value: dict[str, Any] = {"tracked": self.tracked}
        if self.tracked:
            value |= {"attempt": self.attempt, "project_id": self.project_id}
        if self.expires_at:
            value["expires_at"] = self.expires_at.isoformat()
        if self.takes is not None:
            takes = self.takes
            value["takes"] = str(takes) if isinstance(takes, UUID) else [str(one) for one in takes]
        if self.nonce:
            value["nonce"] = self.nonce
        return value

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> "LedgerHeader":
        """Parse the header's value; a message without it is untracked."""
        if not value or not value.get("tracked"):
            return cls(tracked=False)
        expires = value.get("expires_at")
        return cls(
            tracked=True,
            attempt=int(value["attempt"]),
            project_id=value.get("project_id"),
            expires_at=datetime.fromisoformat(expires) if expires else None,
            takes=_takes(value.get("takes")),
            nonce=value.get("nonce"),
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
    """A serialised message and its destination."""

    exchange: str
    routing_key: str
    content_type: str
    content_encoding: str
    headers: dict[str, Any]
    properties: dict[str, Any]
    declare: list[dict[str, Any]]
    body: bytes

    def parameters(self) -> dict[str, Any]:
        """The parameters `message` and `body` of the SQL functions.

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
        """The queue's name if the message is sent to a queue directly; otherwise the routing
        key."""
        return self.declare[0]["name"] if self.declare else self.routing_key


def due_time(countdown: float | None, eta: datetime | str | None) -> datetime | None:
    """When a send with Celery's `countdown` (seconds) or `eta` is due; None for at once.

    A time without an offset counts as UTC, as it does in Celery's workers.

    Raises:
        InvalidEvent: it is not a valid time.
    """
    try:
        if eta is not None:
            time = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        if countdown is not None:
            return datetime.now(UTC) + timedelta(seconds=float(countdown))
    except (TypeError, ValueError, OverflowError) as error:
        given = f"eta={eta!r}" if eta is not None else f"countdown={countdown!r}"
        raise InvalidEvent(f"{given} is not a valid time to send a message: {error}") from error
    return None
