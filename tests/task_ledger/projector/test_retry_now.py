"""Ending a countdown: the attempt is due at once, and one delivery starts it, whatever races."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import Fenced, NotDue, NotRetrying
from task_ledger.eventlog.append import request_cancel, request_retry
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import State
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.servers import Database
from tests.task_ledger.projector.actions import counting_down, types
from tests.task_ledger.projector.log import count, owner, projector_connection, say
from tests.task_ledger.projector.outbox import enqueue, header_of, received

DATA = Started(worker="w", host="h", pid=1)


def test_the_attempt_is_dispatched_and_may_start_at_once(
    writer: Connection[Any], relay: Relay, broker_url: str, database: Database
) -> None:
    task_id = counting_down(writer)
    assert not relay.tick().worked
    with pytest.raises(NotDue):
        say(writer, task_id, new_claim(), DATA, 2)
    assert request_retry(writer, task_id, "alice", "the provider is back").outcome == "accepted"
    assert read_task(writer, task_id).state is State.RETRYING
    assert relay.tick().worked
    assert [header_of(got).attempt for got in received(broker_url)] == [2]
    assert count(database, "outbox") == 0
    assert say(writer, task_id, new_claim(), DATA, 2).outcome == "appended"
    with pytest.raises(Fenced):
        say(writer, task_id, new_claim(), DATA, 2)
    assert types(writer, task_id) == [
        "registered",
        "started",
        "retrying",
        "retry_requested",
        "started",
    ]


def test_it_says_what_is_in_no_countdown(writer: Connection[Any]) -> None:
    waiting = enqueue(writer)
    with pytest.raises(NotRetrying, match="not in a countdown"):
        request_retry(writer, waiting, "alice")
    over = counting_down(writer, seconds=0)
    assert request_retry(writer, over, "alice").outcome == "already"
    ended = counting_down(writer)
    request_cancel(writer, ended, "alice")
    assert request_retry(writer, ended, "alice").outcome == "ended"
    assert "retry_requested" not in types(writer, over) + types(writer, ended)


def test_a_second_request_changes_nothing(writer: Connection[Any], database: Database) -> None:
    task_id = counting_down(writer)
    answers = [request_retry(writer, task_id, "alice").outcome for _ in range(2)]
    assert answers == ["accepted", "already"]
    assert count(database, "outbox") == 1


def test_a_dispatch_that_is_missing_is_stored(
    writer: Connection[Any], relay: Relay, broker_url: str
) -> None:
    task_id = counting_down(writer)
    writer.execute("DELETE FROM task_ledger.outbox WHERE task_id = %s", (task_id,))
    request_retry(writer, task_id, "alice")
    assert relay.tick().worked
    assert [header_of(got).attempt for got in received(broker_url)] == [2]


def test_killed_before_its_commit_it_leaves_the_countdown_as_it_was(
    writer: Connection[Any], database: Database
) -> None:
    task_id = counting_down(writer)
    due = read_task(writer, task_id).due_at
    with closing(owner(database, autocommit=False)) as asker:
        request_retry(asker, task_id, "alice")
        with psycopg.connect(database.superuser_url) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 10000)", (asker.info.backend_pid,))
    assert read_task(writer, task_id).due_at == due
    row = writer.execute("SELECT due_at, try_at FROM task_ledger.outbox").fetchone()
    assert row == (due, due)


def test_a_race_with_the_countdowns_own_end_starts_the_attempt_once(
    writer: Connection[Any], database: Database, broker_url: str
) -> None:
    """Countdowns of up to 50 ms end while they are asked to end, and a relay publishes."""
    chance = random.Random(16)
    tasks: list[UUID] = []
    answers: Counter[str] = Counter()
    asked = Event()

    def ask() -> None:
        with closing(owner(database)) as asker:
            for _ in range(100):
                tasks.append(counting_down(asker, chance.uniform(0, 0.05)))
                answers[request_retry(asker, tasks[-1], "alice").outcome] += 1
        asked.set()

    def relay_all() -> None:
        with (
            closing(projector_connection(database)) as connection,
            closing(Publisher(broker_url)) as publisher,
        ):
            relay = Relay(connection, publisher)
            while relay.tick().worked or not asked.is_set() or count(database, "outbox"):
                pass

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(ask), pool.submit(relay_all)]:
            done.result(30)
    starts: Counter[UUID] = Counter()
    for task_id in tasks:
        for _ in range(2):
            try:
                say(writer, task_id, new_claim(), DATA, 2)
            except Fenced:
                continue
            starts[task_id] += 1
    assert set(answers) == {"accepted", "already"}
    assert [starts[one] for one in tasks] == [1] * len(tasks)
    assert count(database, "outbox") == 0
    assert len(received(broker_url)) >= len(tasks)
    for task_id in tasks:
        assert types(writer, task_id).count("retry_requested") <= 1
