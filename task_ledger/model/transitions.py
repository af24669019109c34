"""Legal transitions of a task, in one table.

`task_ledger.may_follow` in the database, the diagram in the documentation and the legend of the web
page are derived from it (`python -m task_ledger.model.transitions` prints the SQL). Legality
depends on a task's *state*, not on the type of its last event, because the types that change no
state may occur between any two lifecycle events.
"""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """A task's position in its lifecycle: the type of its last lifecycle event."""

    REGISTERED = "registered"
    STARTED = "started"
    PROGRESS = "progress"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"


class EventType(StrEnum):
    """The type of an event."""

    REGISTERED = "registered"
    STARTED = "started"
    PROGRESS = "progress"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCEL_REQUESTED = "cancel_requested"
    NOTED = "noted"
    RETRY_REQUESTED = "retry_requested"


class Status(StrEnum):
    """The status shown to people, with Celery's names."""

    PENDING = "PENDING"
    STARTED = "STARTED"
    PROGRESS = "PROGRESS"
    RETRY = "RETRY"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    REVOKED = "REVOKED"


class FailureReason(StrEnum):
    """Why a task ended without a result."""

    ERROR = "error"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TIMEOUT = "timeout"
    WORKER_LOST = "worker_lost"
    UNDELIVERABLE = "undeliverable"
    UPSTREAM = "upstream"
    BAD_RESULT = "bad_result"
    ALTERED = "altered"


class RetryReason(StrEnum):
    """Why an attempt ended and another one will follow."""

    ERROR = "error"
    TIMEOUT = "timeout"
    WORKER_LOST = "worker_lost"
    SHORTAGE = "shortage"


LIFECYCLE: Final = frozenset(EventType(state.value) for state in State)
"""The event types that change a task's state to the one of the same name."""

TERMINAL: Final = frozenset({State.COMPLETED, State.FAILED})
"""The states after which no event changes the state."""

HELD: Final = frozenset({State.STARTED, State.PROGRESS})
"""The states in which a claim holds the task, so that only that claim may change it."""

TRANSITIONS: Final = MappingProxyType[State | None, frozenset[EventType]](
    {
        None: frozenset({EventType.REGISTERED}),
        State.REGISTERED: frozenset({EventType.STARTED, EventType.FAILED}),
        State.STARTED: frozenset(
            {EventType.PROGRESS, EventType.RETRYING, EventType.COMPLETED, EventType.FAILED}
        ),
        State.PROGRESS: frozenset(
            {EventType.PROGRESS, EventType.RETRYING, EventType.COMPLETED, EventType.FAILED}
        ),
        State.RETRYING: frozenset({EventType.STARTED, EventType.FAILED}),
        State.COMPLETED: frozenset(),
        State.FAILED: frozenset(),
    }
)
"""The lifecycle types that may follow each state; None for a task that does not exist yet."""

UNCHANGING: Final = MappingProxyType[EventType, frozenset[State]](
    {
        EventType.CANCEL_REQUESTED: frozenset(set(State) - TERMINAL),
        EventType.NOTED: frozenset(State),
        EventType.RETRY_REQUESTED: frozenset({State.RETRYING}),
    }
)
"""The states in which types that change no state may be appended."""

AFTER_CANCEL: Final = frozenset({EventType.PROGRESS, EventType.FAILED, EventType.NOTED})
"""What may still be appended once a cancel has been accepted; `failed` only as cancelled."""


def may_follow(state: State | None, event_type: EventType) -> bool:
    """Whether an event of `event_type` may be appended to a task in `state`."""
    if event_type in UNCHANGING:
        return state in UNCHANGING[event_type]
    return event_type in TRANSITIONS[state]


def status_of(state: State, reason: FailureReason | None = None) -> Status:
    """The status shown for a state; for FAILED, `reason` decides between REVOKED and FAILURE.

    Raises:
        ValueError: `state` is FAILED and there is no reason.
    """
    if state is State.FAILED:
        if reason is None:
            raise ValueError("a failed task must have a reason")
        return Status.REVOKED if reason is FailureReason.CANCELLED else Status.FAILURE
    return _STATUS[state]


_STATUS: Final = MappingProxyType(
    {
        State.REGISTERED: Status.PENDING,
        State.STARTED: Status.STARTED,
        State.PROGRESS: Status.PROGRESS,
        State.RETRYING: Status.RETRY,
        State.COMPLETED: Status.SUCCESS,
    }
)


def sql() -> str:
    """The source of `schema/functions/may_follow.sql`."""
    groups: dict[tuple[EventType, ...], list[State]] = {}
    for state in State:
        allowed = tuple(t for t in EventType if may_follow(state, t))
        groups.setdefault(allowed, []).append(state)
    cases = "\n".join(
        f"    WHEN p_state IN ({_quoted(states)}) THEN\n        p_type IN ({_quoted(allowed)})"
        for allowed, states in groups.items()
    )
    return f"""\
-- Whether an event of a type may be appended to a task in a state.
-- Generated from task_ledger/model/transitions.py: python -m task_ledger.model.transitions
--
-- Returns: boolean.
-- Arguments: p_state, the state carried by the task's last event; p_type, the event's type.
-- Usage: task_ledger.decide_append and the writers of events that change no state; inlined.
CREATE OR REPLACE FUNCTION task_ledger.may_follow(
    p_state task_ledger.event_type, p_type task_ledger.event_type)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
{cases}
    ELSE false
END;
"""


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def mermaid() -> str:
    """The state diagram of the documentation, in Mermaid."""
    lines = ["stateDiagram-v2"]
    for state, allowed in TRANSITIONS.items():
        source = "[*]" if state is None else str(state)
        lines += [f"    {source} --> {t}" for t in EventType if t in allowed]
        if state in TERMINAL:
            lines.append(f"    {source} --> [*]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(sql(), end="")  # noqa: T201
