"""A message as the outbox keeps it, and the header by which a worker knows what it got."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from task_ledger.errors import InvalidEvent

HEADER: Final = "task_ledger"
"""The message header by which a worker knows what it got; see `LedgerHeader`."""


RECEIVED: Final = "task_ledger_received"
"""The attribute of a task's request with the hash of the message that its worker got."""

PLACING: Final = "task_ledger_transport"
"""The property of a stored message with what of its application's `broker_transport_options`
decides where in the broker it lies; it is not sent. Missing when none is set."""

PLACING_OPTIONS: Final = frozenset(
    {"global_keyprefix", "sep", "priority_steps", "fanout_prefix", "fanout_patterns"}
)
"""Those options, all of Valkey's and Redis's transport."""


@dataclass(frozen=True, slots=True)
class LedgerHeader:
    """What a message says about itself.

    Attributes:
        tracked: whether the task is registered in the ledger.
        attempt: which attempt the message is for; 0 for an untracked one.
        project_id: the task's project, for logs.
        expires_at: after this time the task ends `failed(expired)` instead of running.
        takes: the task whose result is its first argument; several for a list of theirs.
        nonce: random, for a hash over the message that does not tell short arguments.
    """

    tracked: bool
    attempt: int = 0
    project_id: str | None = None
    expires_at: datetime | None = None
    takes: UUID | tuple[UUID, ...] | None = None
    nonce: str | None = None

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
        if self.nonce:
            value["nonce"] = self.nonce
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
