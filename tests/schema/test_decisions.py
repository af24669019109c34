"""Python's table of transitions and both paths of the database decide alike, in every case."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from task_ledger.eventlog.append_result import AppendResult
from task_ledger.model.transitions import (
    AFTER_CANCEL,
    HELD,
    LIFECYCLE,
    EventType,
    State,
    may_follow,
)
from tests.schema.calls import CANCELLED, DATA, Task, call, request_cancel, start, task_in

APPENDED = sorted(LIFECYCLE - {EventType.REGISTERED})
"""The types that `task_ledger.append` takes."""

EVERY_CASE = """
SELECT t.state, t.attempt, t.claim, t.cancelled, t.due, t.most,
       e.type, e.attempt, e.claim, e.most, e.cancels,
       task_ledger.decide_append(
           t.state::task_ledger.event_type, t.attempt, uuid_of.t, t.cancelled,
           now() + make_interval(hours => t.due), t.most,
           e.type::task_ledger.event_type, e.attempt, uuid_of.e, e.most, e.cancels)
FROM (SELECT * FROM unnest(%(states)s::text[]) AS state,
          generate_series(0, 2) AS attempt, unnest('{NULL,1,2}'::integer[]) AS claim,
          unnest('{f,t}'::boolean[]) AS cancelled, unnest('{NULL,-1,1}'::integer[]) AS due,
          unnest('{NULL,1,2}'::integer[]) AS most) AS t
CROSS JOIN (SELECT * FROM unnest(%(types)s::text[]) AS type,
          generate_series(1, 3) AS attempt, unnest('{NULL,1,2}'::integer[]) AS claim,
          unnest('{NULL,2}'::integer[]) AS most, unnest('{f,t}'::boolean[]) AS cancels
      WHERE type = 'failed' OR NOT cancels) AS e
CROSS JOIN LATERAL (SELECT lpad(t.claim::text, 32, '0')::uuid AS t,
                           lpad(e.claim::text, 32, '0')::uuid AS e) AS uuid_of"""

OF_TASK = ("state", "attempt", "claim", "cancelled", "due", "most")
OF_EVENT = ("type", "attempt", "claim", "most", "cancels")
Columns = dict[str, Any]


def decided(task: Columns, event: Columns) -> str:
    """What the documentation promises, by the table in `task_ledger.model.transitions`."""
    next_attempt = event["attempt"] == task["attempt"] + 1
    if event["type"] == "started":
        meant = next_attempt
    elif event["claim"] is None:
        meant = task["claim"] is None and next_attempt
    else:
        meant = event["claim"] == task["claim"]
    kind, state = EventType(event["type"]), State(task["state"])
    if not meant:
        return "fenced"
    if not may_follow(state, kind):
        return "illegal"
    allowed = kind in AFTER_CANCEL and (kind is not EventType.FAILED or event["cancels"])
    if task["cancelled"] and not allowed:
        return "cancelled"
    if kind is EventType.STARTED and (task["due"] or -1) > 0:
        return "not_due"
    most = event["most"] or task["most"]
    if kind is EventType.RETRYING and most is not None and task["attempt"] >= most:
        return "exhausted"
    return "appended"


def test_the_database_decides_every_case_as_the_table_of_transitions(
    owner: Connection[Any],
) -> None:
    rows = owner.execute(
        EVERY_CASE, {"states": [str(s) for s in State], "types": [str(t) for t in APPENDED]}
    ).fetchall()
    assert len(rows) == 6 * 3 * 3 * 2 * 3 * 3 * (6 * 3 * 3 * 2)
    seen: set[str] = set()
    for row in rows:
        task: Columns = dict(zip(OF_TASK, row[:6], strict=True))
        event: Columns = dict(zip(OF_EVENT, row[6:11], strict=True))
        seen.add(row[11])
        assert row[11] == decided(task, event), (task, event)
    assert seen == {"appended", "fenced", "illegal", "cancelled", "not_due", "exhausted"}


def result_of(owner: Connection[Any], path: str, arguments: Columns) -> tuple[AppendResult, Any]:
    """What a path answers and stores, undone."""
    with owner.transaction(force_rollback=True):
        result = call(owner, path, **arguments)
        stored = owner.execute(
            "SELECT type, state, attempt, max_attempts, claim, cancel_requested, due_at, data::text"
            " FROM task_ledger.task_event WHERE task_id = %s ORDER BY version DESC LIMIT 1",
            [arguments["p_task_id"]],
        ).fetchone()
    return result, stored


def claims(task: Task) -> dict[str, UUID | None]:
    """The claims by which an event may come."""
    return {"own": task.claim, "other": uuid4(), "none": None}


def cancelled_in(owner: Connection[Any], state: State) -> Task:
    """A task that a claim holds, with a cancel accepted."""
    task = task_in(owner, state)
    request_cancel(owner, task)
    return task


def hashed(kind: EventType, message: str) -> str:
    """The data of an event that carries the hash of a message."""
    return json.dumps({**json.loads(DATA[kind]), "message_sha256": message})


def data_of(kind: EventType) -> set[str]:
    """What an event of a type may say as far as the paths look at it."""
    if kind is EventType.FAILED:
        return {DATA[kind], CANCELLED}
    if kind is EventType.STARTED:
        return {DATA[kind], hashed(kind, "a" * 64), hashed(kind, "b" * 64)}
    return {DATA[kind]}


SITUATIONS: dict[str, Callable[[Connection[Any]], Task]] = {
    **{state: partial(task_in, state=state) for state in State},
    **{f"{state}, cancelled": partial(cancelled_in, state=state) for state in sorted(HELD)},
    "started again": lambda owner: start(owner, task_in(owner, State.RETRYING)),
    "registered with a hash": lambda owner: task_in(
        owner, State.REGISTERED, p_data=hashed(EventType.REGISTERED, "a" * 64)
    ),
    "registered for later": lambda owner: task_in(
        owner, State.REGISTERED, p_due_at=datetime.now(UTC) + timedelta(hours=1)
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_short_path_does_what_the_general_path_does(
    owner: Connection[Any], situation: str
) -> None:
    task = SITUATIONS[situation](owner)
    for kind, attempt, by in product(APPENDED, range(4), claims(task)):
        claim = claims(task)[by]
        if kind is not EventType.FAILED and claim is None:
            continue  # refused by both as an argument: only an end may come without a claim
        for data in data_of(kind):
            arguments = {
                "p_task_id": task.id, "p_type": kind, "p_claim": claim, "p_attempt": attempt,
                "p_actor": "w1", "p_occurred_at": datetime.now(UTC), "p_data": data,
                "p_schema_version": 1, "p_due_at": None, "p_max_attempts": None,
                "p_traceback": None,
            }  # fmt: skip
            if kind is EventType.RETRYING:
                arguments["p_due_at"] = datetime.now(UTC)
            short = result_of(owner, "append", arguments)
            general = result_of(owner, "append_general", arguments)
            assert short == general, (kind, attempt, by, data)
