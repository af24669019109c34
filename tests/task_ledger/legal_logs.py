"""Hypothesis strategies: whole tasks as the log could hold them, without a database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from task_ledger.model.digest import digest
from task_ledger.model.events import (
    CancelRequested,
    Completed,
    Entity,
    ErrorData,
    EventData,
    Failed,
    Noted,
    Progress,
    Registered,
    Retrying,
    RetryRequested,
    Started,
    TaskEvent,
)
from task_ledger.model.ids import new_task_id, shard_of
from task_ledger.model.timestamps import EARLIEST, LATEST
from task_ledger.model.transitions import (
    AFTER_CANCEL,
    LIFECYCLE,
    EventType,
    FailureReason,
    RetryReason,
    State,
    may_follow,
)

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""How often a property is tried; without a deadline, for the machine may be busy."""

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
WORDS = TEXT.filter(bool)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
TIMES = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 (hypothesis wants naive bounds)
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
EXPIRIES = st.datetimes(
    EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC)
)
ERRORS = st.builds(
    ErrorData,
    type=WORDS,
    message=TEXT,
    place=st.none() | WORDS,
    traceback_sha256=st.none() | WORDS,
)

DATA: dict[EventType, st.SearchStrategy[EventData]] = {
    EventType.REGISTERED: st.builds(
        Registered,
        task_type=WORDS,
        name=WORDS,
        metadata=st.dictionaries(TEXT, JSON, max_size=3),
        entity=st.none() | st.builds(Entity, type=WORDS, id=WORDS),
        queue=st.none() | WORDS,
        expires_at=st.none() | EXPIRIES,
        parent_id=st.none() | st.uuids(),
    ),
    EventType.STARTED: st.builds(
        Started, worker=WORDS, host=WORDS, pid=st.integers(1, 2**22), queue=st.none() | WORDS
    ),
    EventType.PROGRESS: st.builds(
        Progress,
        percent=st.floats(0, 100),
        step=WORDS,
        detail=st.none() | TEXT,
        current=st.none() | st.integers(0, 10**9),
    ),
    EventType.RETRYING: st.builds(
        Retrying,
        reason=st.sampled_from(RetryReason),
        error=st.none() | ERRORS,
        countdown_s=st.floats(0, 1e6),
    ),
    EventType.COMPLETED: st.builds(Completed, result=JSON),
    EventType.FAILED: st.builds(
        Failed,
        reason=st.sampled_from(FailureReason),
        message=st.none() | TEXT,
        error=st.none() | ERRORS,
    ),
    EventType.CANCEL_REQUESTED: st.builds(CancelRequested, reason=st.none() | TEXT),
    EventType.RETRY_REQUESTED: st.builds(RetryRequested, reason=st.none() | TEXT),
    EventType.NOTED: st.builds(Noted, kind=st.just("comment"), message=st.none() | TEXT),
}


@dataclass
class _Life:
    events: list[TaskEvent] = field(default_factory=list[TaskEvent])
    state: State | None = None


@st.composite
def logs(draw: st.DrawFn, max_events: int = 14) -> list[TaskEvent]:
    """One task's events: every step legal, every digest right."""
    life = _Life()
    task_id, project_id = new_task_id(), draw(WORDS)
    for version in range(1, draw(st.integers(1, max_events)) + 1):
        last = life.events[-1] if life.events else None
        allowed = [t for t in EventType if may_follow(life.state, t)]
        if last and last.cancel_requested:
            allowed = [t for t in allowed if t in AFTER_CANCEL]
        if not allowed:
            break
        event_type = draw(st.sampled_from(allowed))
        data = draw(DATA[event_type])
        if last and last.cancel_requested and isinstance(data, Failed):
            data = data.model_copy(update={"reason": FailureReason.CANCELLED})
        event = _next(draw, last, task_id, project_id, version, event_type, data)
        event = event._replace(digest=digest(last.digest if last else None, event))
        life.events.append(event)
        life.state = event.state
    return life.events


def _next(
    draw: st.DrawFn,
    last: TaskEvent | None,
    task_id: UUID,
    project_id: str,
    version: int,
    event_type: EventType,
    data: EventData,
) -> TaskEvent:
    # Both encodings: what is private in a text of its own, or all in one.
    clear, private = data.texts() if draw(st.booleans()) else (data.to_json(), None)
    moves = event_type in LIFECYCLE
    attempt, claim, due_at = (last.attempt, last.claim, last.due_at) if last else (0, None, None)
    if moves:
        due_at = draw(TIMES) if event_type is EventType.RETRYING else None
        claim = None if event_type is EventType.RETRYING else claim
    if event_type is EventType.RETRY_REQUESTED:
        due_at = draw(TIMES)
    if event_type is EventType.STARTED:
        attempt, claim = attempt + 1, uuid4()
    recorded_at = last.recorded_at if last else datetime(2026, 1, 1, tzinfo=UTC)
    return TaskEvent(
        task_id=task_id,
        version=version,
        project_id=project_id,
        shard=shard_of(project_id),
        feed=draw(st.integers(1, 2**63 - 1)),
        type=event_type,
        schema_version=data.schema_version,
        actor=draw(WORDS),
        occurred_at=draw(TIMES),
        recorded_at=recorded_at + timedelta(microseconds=draw(st.integers(0, 10**9))),
        state=State(event_type) if moves or last is None else last.state,
        attempt=attempt,
        max_attempts=last.max_attempts if last else draw(st.none() | st.integers(1, 2**31 - 1)),
        claim=claim,
        cancel_requested=event_type is EventType.CANCEL_REQUESTED
        or bool(last and last.cancel_requested),
        due_at=due_at,
        digest=b"",
        data_text=clear,
        private_text=private,
        salt=uuid4() if private else None,
    )
