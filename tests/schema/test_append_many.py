"""Several events in one call: answered in their order, and locked in one order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import Connection

from task_ledger.model.transitions import State
from tests.schema.calls import (
    DATA,
    task_in,
)
from tests.servers import Database


def test_events_in_an_array_are_answered_in_its_order(owner: Connection[Any]) -> None:
    import json

    tasks = [task_in(owner, State.STARTED) for _ in range(5)]
    events = [
        {
            "task_id": str(task.id),
            "type": event_type,
            "claim": str(task.claim if ordinal % 3 else uuid4()),
            "attempt": 1,
            "actor": "w1",
            "occurred_at": datetime.now(UTC).isoformat(),
            "schema_version": 1,
            "data": json.loads(DATA[event_type]),
        }
        for event_type in ("progress", "completed")
        for ordinal, task in enumerate(tasks)
    ]
    rows = owner.execute(
        "SELECT outcome, version, ordinal FROM task_ledger.append_many(%s::json) ORDER BY ordinal",
        (json.dumps(events),),
    ).fetchall()
    expected = [("appended", 3), ("appended", 4)]
    assert rows == [
        (("fenced", 2) if place % 5 % 3 == 0 else expected[place // 5]) + (place + 1,)
        for place in range(10)
    ]


def test_two_arrays_with_the_same_tasks_in_opposite_order_do_not_deadlock(
    database: Database, owner: Connection[Any]
) -> None:
    import json

    tasks = [task_in(owner, State.STARTED) for _ in range(30)]

    def send(reverse: bool) -> set[str]:
        events = [
            {
                "task_id": str(task.id),
                "type": "progress",
                "claim": str(task.claim),
                "attempt": 1,
                "actor": "w1",
                "occurred_at": datetime.now(UTC).isoformat(),
                "schema_version": 1,
                "data": json.loads(DATA["progress"]),
            }
            for task in (tasks[::-1] if reverse else tasks)
        ]
        with psycopg.connect(database.url_for("worker"), autocommit=True) as connection:
            outcomes: set[str] = set()
            for _ in range(10):
                rows = connection.execute(
                    "SELECT outcome FROM task_ledger.append_many(%s::json)", (json.dumps(events),)
                )
                outcomes |= {row[0] for row in rows}
            return outcomes

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, [False, True])) == [{"appended"}, {"appended"}]
