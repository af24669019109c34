"""What beats tell of their schedules, and starting an entry now."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.celery.beat import LedgerScheduler
from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.access_log import read_accesses
from task_ledger.eventlog.schedules import Schedule, read_schedules, start_schedule
from task_ledger.eventlog.task_reach import Reach
from tests.task_ledger.celery.conftest import Stack
from tests.task_ledger.celery.test_beat import beat, last_run, stack

__all__ = ["stack"]


@pytest.fixture
def api(stack: Stack) -> Iterator[Connection[Any]]:
    """The API's connection."""
    with psycopg.connect(stack.database.url_for("api"), autocommit=True) as connection:
        yield connection


def schedule(connection: Connection[Any], name: str, reach: Reach = None) -> Schedule | None:
    return {each.name: each for each in read_schedules(connection, reach)}.get(name)


def registered(stack: Stack, name: str) -> list[tuple[str, str]]:
    """The actor and the project of each task that the entry has started."""
    return stack.connection.execute(
        "SELECT actor, project_id FROM task_ledger.task_event WHERE type = 'registered'"
        " AND private -> 'metadata' ->> 'schedule' = %s ORDER BY recorded_at",
        (name,),
    ).fetchall()


def test_a_beat_tells_what_its_entries_are_and_when_they_are_due(
    stack: Stack, api: Connection[Any]
) -> None:
    last_run(stack, "told", timedelta(minutes=30))
    scheduler = beat(stack, "told", options={"project_id": "ops"})
    assert scheduler.tick() <= 5.0, "somebody may ask to start it now"
    told = schedule(api, "told", "ops")
    assert told is not None
    assert (told.task, told.schedule, told.project_id) == ("tracked", "freq: 1.00 hour", "ops")
    assert (told.last_run_at, told.runs, told.watched) == (None, 0, True)
    assert told.next_run_at is not None
    assert timedelta(minutes=29) < told.next_run_at - datetime.now(UTC) < timedelta(minutes=31)
    assert schedule(api, "told", "other") is None

    last_run(stack, "told", timedelta(hours=2))
    scheduler = beat(stack, "told", options={"project_id": "ops"})
    scheduler.tick()
    told = schedule(api, "told")
    assert told is not None
    assert (told.runs, told.last_task_id is None) == (1, False)
    assert told.last_run_at is not None
    stack.connection.execute(
        "UPDATE task_ledger.beat_entry SET watched_until = now() - interval '1 s'"
    )
    gone = schedule(api, "told")
    assert gone is not None
    assert not gone.watched, "no beat looks at it any more"


def test_an_entry_is_started_now_once_by_whoever_asks_and_its_schedule_stays(
    stack: Stack, api: Connection[Any]
) -> None:
    beats: list[LedgerScheduler] = [
        beat(stack, "now", options={"project_id": "ops"}) for _ in range(2)
    ]
    beats[0].tick()
    before = schedule(api, "now")
    assert start_schedule(api, "now", actor="anna")
    assert not start_schedule(api, "now", actor="ben"), "one is still to be done"
    asked = schedule(api, "now")
    assert asked is not None
    assert asked.asked_by == "anna"
    for scheduler in beats:
        scheduler.tick()
    assert registered(stack, "now") == [("anna", "ops")]
    after = schedule(api, "now")
    assert before is not None
    assert after is not None
    assert (after.asked_by, after.runs) == (None, 0)
    assert before.next_run_at is not None
    assert after.next_run_at is not None
    assert abs(after.next_run_at - before.next_run_at) < timedelta(seconds=1)
    assert after.last_task_id is not None
    logged = [(row.actor, row.action, row.detail) for row in read_accesses(stack.connection)]
    assert ("anna", "schedule_started", "now") in logged
    assert not start_schedule(api, "unknown", actor="anna")
    with pytest.raises(InvalidEvent, match="a part of the ledger"):
        start_schedule(api, "now", actor="relay")


def test_an_entry_that_cannot_be_started_says_why_and_is_not_tried_for_ever(
    stack: Stack, api: Connection[Any]
) -> None:
    scheduler = beat(stack, "broken", options={"project_id": ""})
    scheduler.tick()
    assert start_schedule(api, "broken", actor="anna")
    scheduler.tick()
    broken = schedule(api, "broken")
    assert broken is not None
    assert (broken.asked_by, broken.failure, broken.last_task_id) == (None, "InvalidEvent", None)
    assert registered(stack, "broken") == []
