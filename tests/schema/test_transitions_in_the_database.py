"""The database refuses every step that the table of transitions does not allow, by itself."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import FoldError
from task_ledger.eventlog.read import read_events
from task_ledger.model.fold import fold, fold_all
from task_ledger.model.transitions import UNCHANGING, EventType, State, may_follow, sql
from task_ledger.ops.migrate import schema_folder
from tests.schema.calls import (
    Task,
    append,
    feed_heads,
    note,
    register,
    request_cancel,
    request_retry,
    start,
    task_in,
)

EVERY_PAIR = [(state, event_type) for state in State for event_type in EventType]


def attempt_to_write(connection: Connection[Any], task: Task, event_type: EventType) -> str:
    match event_type:
        case EventType.REGISTERED:
            return register(connection, task.id).outcome
        case EventType.CANCEL_REQUESTED:
            return request_cancel(connection, task).outcome
        case EventType.NOTED:
            return note(connection, task).outcome
        case EventType.RETRY_REQUESTED:
            return request_retry(connection, task).outcome
        case EventType.STARTED:
            following = Task(task.id, uuid4(), task.attempt + 1)
            return append(connection, following, event_type).outcome
        case _:
            # The attempt that a first start would name, so that it is the type that is refused.
            attempt = (task.attempt or 1) if task.claim else task.attempt + 1
            return append(connection, task, event_type, p_attempt=attempt).outcome


@pytest.mark.parametrize(("state", "event_type"), EVERY_PAIR)
def test_the_database_stores_an_event_exactly_when_the_table_allows_it(
    shared_owner: Connection[Any], state: State, event_type: EventType
) -> None:
    owner = shared_owner
    waiting = event_type is EventType.RETRY_REQUESTED
    task = task_in(owner, state, countdown=timedelta(hours=1 if waiting else -1))
    before = read_events(owner, task.id)
    heads = feed_heads(owner)
    if task.claim is None and event_type not in UNCHANGING:
        # A claim that is not null, so that the state and not the missing claim decides.
        task.claim = None if event_type is EventType.FAILED else uuid4()

    outcome = attempt_to_write(owner, task, event_type)

    stored = read_events(owner, task.id)[len(before) :]
    if may_follow(state, event_type):
        assert outcome in {"appended", "accepted"}
        assert stored[0].type == event_type
        record = fold_all(None, before + stored)
        assert record is not None
        assert (record.state, record.version) == (stored[-1].state, stored[-1].version)
    else:
        assert outcome in {"illegal", "fenced", "ended", "not_retrying", "already_registered"}
        assert stored == []
        if event_type is not EventType.REGISTERED:
            assert feed_heads(owner) == heads, "a refused event took a feed number"


@pytest.mark.parametrize("state", State)
def test_the_fold_refuses_what_the_database_refuses(owner: Connection[Any], state: State) -> None:
    task = task_in(owner, state)
    record = fold_all(None, read_events(owner, task.id))
    assert record is not None
    samples = {}
    for event_type in EventType:
        legal = next((s for s in State if may_follow(s, event_type)), None)
        waiting = event_type is EventType.RETRY_REQUESTED
        countdown = timedelta(hours=1 if waiting else -1)
        sample = task_in(owner, legal or State.REGISTERED, countdown=countdown)
        sample = sample if legal else Task(sample.id)
        if legal:
            attempt_to_write(owner, sample, event_type)
        samples[event_type] = next(
            e for e in reversed(read_events(owner, sample.id)) if e.type is event_type
        )
    for event_type, sample in samples.items():
        following = _as_next(sample, record.version + 1, state)
        if may_follow(state, event_type):
            assert fold(record, following).version == record.version + 1
        else:
            with pytest.raises(FoldError, match="may not follow"):
                fold(record, following)


def _as_next(event: Any, version: int, state: State) -> Any:
    carried = state if event.type in UNCHANGING else event.state
    return event._replace(version=version, state=carried)


def test_the_function_in_the_database_equals_the_table(owner: Connection[Any]) -> None:
    rows = owner.execute(
        "SELECT s, t, task_ledger.may_follow(s, t) FROM"
        " unnest(enum_range(NULL::task_ledger.event_type)) s,"
        " unnest(enum_range(NULL::task_ledger.event_type)) t"
    ).fetchall()
    in_database = {(s, t) for s, t, allowed in rows if allowed}
    assert in_database == {(str(s), str(t)) for s, t in EVERY_PAIR if may_follow(s, t)}


def test_the_file_of_the_function_is_what_the_table_generates() -> None:
    path = schema_folder() / "functions" / "may_follow.sql"
    assert path.read_text(encoding="utf-8") == sql()


@pytest.mark.parametrize(
    "event_type", ["registered", "cancel_requested", "noted", "retry_requested"]
)
def test_a_worker_cannot_append_types_that_are_not_its_own(
    owner: Connection[Any], event_type: str
) -> None:
    task = task_in(owner, State.STARTED)
    with pytest.raises(psycopg.Error) as refused:
        append(owner, task, event_type)
    assert refused.value.sqlstate == "TL004"
    assert read_events(owner, task.id)[-1].state is State.STARTED


def test_only_the_first_event_needs_no_task_before_it(owner: Connection[Any]) -> None:
    for event_type in ("started", "progress", "retrying", "completed", "failed"):
        from task_ledger.model.ids import new_task_id

        answer = append(owner, Task(new_task_id(), uuid4(), 1), event_type)
        assert (answer.outcome, answer.version) == ("unknown", 0)


def test_a_task_starts_again_after_each_retry(owner: Connection[Any]) -> None:
    task = task_in(owner, State.RETRYING)
    start(owner, task)
    assert [e.attempt for e in read_events(owner, task.id)] == [0, 1, 1, 2]
