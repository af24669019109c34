"""The one fold: total on legal logs, the same in any chunking, and closed to all others."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.errors import FoldError
from task_ledger.model.events import (
    CancelRequested,
    Completed,
    ErrorData,
    EventData,
    Failed,
    Progress,
    Registered,
    Retrying,
    Started,
    TaskEvent,
)
from task_ledger.model.fold import fold, fold_all
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import (
    LIFECYCLE,
    TERMINAL,
    EventType,
    FailureReason,
    RetryReason,
    State,
    Status,
    may_follow,
)
from tests.task_ledger.legal_logs import QUICK, logs


@QUICK
@given(logs(), st.data())
def test_folding_in_any_chunks_gives_the_same_record(
    events: list[TaskEvent], data: st.DataObject
) -> None:
    whole = fold_all(None, events)
    record, rest = None, events
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        record, rest = fold_all(record, rest[:size]), rest[size:]
    assert record == whole


@QUICK
@given(logs())
def test_every_legal_log_folds_to_what_its_last_event_carries(events: list[TaskEvent]) -> None:
    last = events[-1]
    record = fold_all(None, events)
    assert record is not None
    carried = (last.version, last.state, last.attempt, last.max_attempts, last.claim)
    assert (
        record.version,
        record.state,
        record.attempt,
        record.max_attempts,
        record.claim,
    ) == carried
    assert record.cancel_requested == last.cancel_requested
    assert record.due_at == last.due_at
    assert record.digest == last.digest.hex()
    assert (record.created_at, record.updated_at) == (events[0].recorded_at, last.recorded_at)
    assert (record.completed_at is not None) == (record.state in TERMINAL)
    assert record.notes == sum(e.type is EventType.NOTED for e in events)


@QUICK
@given(logs())
def test_failure_is_shown_only_when_nothing_will_run_any_more(events: list[TaskEvent]) -> None:
    for end in range(1, len(events) + 1):
        record = fold_all(None, events[:end])
        assert record is not None
        ended = record.status in {Status.SUCCESS, Status.FAILURE, Status.REVOKED}
        assert ended == (record.state in TERMINAL)
        assert (record.status is Status.RETRY) == (record.state is State.RETRYING)
        if events[end - 1].cancel_requested:
            assert record.status is not Status.SUCCESS


@QUICK
@given(logs())
def test_a_gap_or_a_repetition_is_refused(events: list[TaskEvent]) -> None:
    for missing in range(len(events)):
        rest = events[:missing] + events[missing + 1 :]
        if missing < len(events) - 1:
            with pytest.raises(FoldError):
                fold_all(None, rest)
        with pytest.raises(FoldError):
            fold_all(None, [*events[: missing + 1], events[missing]])


@QUICK
@given(logs(), logs())
def test_a_step_that_the_table_does_not_allow_is_refused(
    events: list[TaskEvent], others: list[TaskEvent]
) -> None:
    record = fold_all(None, events)
    assert record is not None
    for other in others:
        following = other._replace(version=record.version + 1)
        if not may_follow(record.state, other.type):
            with pytest.raises(FoldError, match="may not follow"):
                fold(record, following)


@QUICK
@given(logs(), st.sampled_from(State))
def test_an_event_that_carries_another_state_than_its_type_leads_to_is_refused(
    events: list[TaskEvent], state: State
) -> None:
    before = fold_all(None, events[:-1])
    if events[-1].state is not state:
        with pytest.raises(FoldError):
            fold(before, events[-1]._replace(state=state))


@QUICK
@given(logs())
def test_data_that_cannot_be_read_is_refused_with_its_cause(events: list[TaskEvent]) -> None:
    broken = events[-1]._replace(data_text='{"unheard_of":1}')
    with pytest.raises(FoldError) as refused:
        fold_all(None, [*events[:-1], broken])
    assert refused.value.__cause__ is not None


def story(*told: EventData) -> list[TaskEvent]:
    """One task's events, a second apart; only what a fold reads of them is true."""
    task_id, began = new_task_id(), datetime(2026, 1, 1, tzinfo=UTC)
    events: list[TaskEvent] = []
    attempt, state, cancel = 0, State.REGISTERED, False
    for version, data in enumerate(told, start=1):
        attempt += isinstance(data, Started)
        cancel = cancel or isinstance(data, CancelRequested)
        state = State(data.type) if data.type in LIFECYCLE else state
        at = began + timedelta(seconds=version)
        events.append(
            TaskEvent(
                task_id, version, "p", 0, version, data.type, 1, f"actor {version}", at, at, state,
                attempt, 3, None, cancel, at if isinstance(data, Retrying) else None, b"",
                data.to_json(),
            )
        )  # fmt: skip
    return events


def test_the_record_says_what_the_events_said() -> None:
    events = story(
        Registered(task_type="slab", name="Measure the slab", metadata={"page": 3}),
        Started(worker="one", host="h", pid=1, queue="celery"),
        Progress(percent=40, step="Reading", detail="A-101", current=2, total=5),
        Retrying(reason=RetryReason.ERROR, error=ErrorData(type="E", message="no"), countdown_s=7),
        Started(worker="two", host="h", pid=2),
        CancelRequested(),
        Completed(result={"area": 12}),
    )
    records = [fold_all(None, events[:end]) for end in range(1, len(events) + 1)]
    first, one, reading, retrying, two, asked, ended = (r for r in records if r is not None)
    assert (first.task_type, first.task_name, first.metadata, first.actor) == (
        "slab", "Measure the slab", {"page": 3}, "actor 1",
    )  # fmt: skip
    assert (first.worker, first.started_at, first.step) == (None, None, None)
    assert (one.worker, one.queue, one.started_at) == ("one", "celery", events[1].recorded_at)
    said = (reading.percent, reading.step, reading.detail, reading.current, reading.total)
    assert said == (40, "Reading", "A-101", 2, 5)
    assert (retrying.retry_reason, retrying.countdown_s) == ("error", 7)
    assert (retrying.error, retrying.due_at) == (
        {"type": "E", "message": "no"}, events[3].recorded_at,
    )  # fmt: skip
    # A new attempt begins with nothing said, and goes on in the queue of the one before.
    assert (two.percent, two.step, two.detail, two.current, two.total) == (None,) * 5
    assert (two.retry_reason, two.countdown_s, two.error, two.due_at) == (None,) * 4
    assert (two.worker, two.queue, two.started_at) == ("two", "celery", events[1].recorded_at)
    assert two.attempt_started_at == events[4].recorded_at
    assert (asked.cancel_requested_by, two.cancel_requested_by) == ("actor 6", None)
    assert (ended.percent, ended.result) == (100, {"area": 12})
    assert (ended.completed_at, asked.completed_at) == (events[6].recorded_at, None)


def test_a_failure_says_why() -> None:
    registered = Registered(task_type="slab", name="Measure the slab")
    expired = fold_all(
        None, story(registered, Failed(reason=FailureReason.EXPIRED, message="late"))
    )
    assert expired is not None
    assert (expired.status, expired.failure_reason) == (Status.FAILURE, "expired")
    assert expired.error == {"type": "expired", "message": "late"}
    assert (expired.result, expired.percent) == (None, None)
