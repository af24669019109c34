"""The one fold: total on legal logs, the same in any chunking, and closed to all others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.errors import FoldError
from task_ledger.events import TaskEvent
from task_ledger.fold import fold, fold_all
from task_ledger.transitions import TERMINAL, EventType, State, Status, may_follow
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
        following = replace(other, version=record.version + 1)
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
            fold(before, replace(events[-1], state=state))


@QUICK
@given(logs())
def test_data_that_cannot_be_read_is_refused_with_its_cause(events: list[TaskEvent]) -> None:
    broken = replace(events[-1], data_text='{"unheard_of":1}')
    with pytest.raises(FoldError) as refused:
        fold_all(None, [*events[:-1], broken])
    assert refused.value.__cause__ is not None
