"""The one table of what may follow what."""

import subprocess
import sys

import pytest

from task_ledger.model.transitions import (
    LIFECYCLE,
    TERMINAL,
    TRANSITIONS,
    UNCHANGING,
    EventType,
    FailureReason,
    State,
    Status,
    may_follow,
    mermaid,
    sql,
    status_of,
)


def test_every_type_is_in_the_table_in_exactly_one_way() -> None:
    assert set(TRANSITIONS) == {None, *State}
    assert LIFECYCLE | set(UNCHANGING) == set(EventType)
    assert not LIFECYCLE & set(UNCHANGING)
    for allowed in TRANSITIONS.values():
        assert allowed <= LIFECYCLE


def test_the_table_is_the_one_that_was_designed() -> None:
    assert {str(s): sorted(map(str, allowed)) for s, allowed in TRANSITIONS.items()} == {
        "None": ["registered"],
        "registered": ["failed", "started"],
        "started": ["completed", "failed", "progress", "retrying"],
        "progress": ["completed", "failed", "progress", "retrying"],
        "retrying": ["failed", "started"],
        "completed": [],
        "failed": [],
    }


def test_nothing_changes_the_state_of_a_task_that_has_ended() -> None:
    for state in TERMINAL:
        assert [t for t in EventType if may_follow(state, t)] == [EventType.NOTED]


def test_nothing_but_its_registration_comes_before_a_task() -> None:
    assert [t for t in EventType if may_follow(None, t)] == [EventType.REGISTERED]


def test_every_state_can_be_reached_and_left_for_an_end() -> None:
    reached: set[State] = {State.REGISTERED}
    for _ in State:
        reached |= {State(t) for s in reached for t in TRANSITIONS[s]}
    assert reached == set(State)
    assert all(EventType.FAILED in TRANSITIONS[s] for s in set(State) - TERMINAL)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.REGISTERED, Status.PENDING),
        (State.STARTED, Status.STARTED),
        (State.PROGRESS, Status.PROGRESS),
        (State.RETRYING, Status.RETRY),
        (State.COMPLETED, Status.SUCCESS),
    ],
)
def test_a_state_has_one_status(state: State, status: Status) -> None:
    assert status_of(state) is status


@pytest.mark.parametrize("reason", FailureReason)
def test_of_the_failures_only_a_cancel_is_revoked(reason: FailureReason) -> None:
    expected = Status.REVOKED if reason is FailureReason.CANCELLED else Status.FAILURE
    assert status_of(State.FAILED, reason) is expected


def test_a_failure_without_a_reason_has_no_status() -> None:
    with pytest.raises(ValueError, match="reason"):
        status_of(State.FAILED)


def test_the_diagram_has_every_step_and_no_other() -> None:
    steps = {tuple(line.split(" --> ")) for line in mermaid().replace("    ", "").splitlines()[1:]}
    expected = {
        ("[*]" if state is None else str(state), str(t))
        for state, allowed in TRANSITIONS.items()
        for t in allowed
    }
    assert steps == expected | {(str(state), "[*]") for state in TERMINAL}


def test_the_module_prints_the_sql() -> None:
    command = [sys.executable, "-m", "task_ledger.model.transitions"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == sql()
