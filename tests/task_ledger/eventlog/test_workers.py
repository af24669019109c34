"""Workers as their leases tell: alive, stopped or lost, and what each of them has."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.task_reach import Reach
from task_ledger.eventlog.workers import Worker, WorkerState, read_workers
from task_ledger.model.events import Started, make_data
from task_ledger.model.ids import new_claim
from tests.histories import fold_all_tasks, registered
from tests.servers import Database
from tests.task_ledger.projector.log import owner

Connection = psycopg.Connection[Any]
RENEW = "SELECT task_ledger.renew_lease(%s, %s, 'h', 7, %s, %s, true, 'prefork', 2, %s)"


@pytest.fixture
def writer(database: Database) -> Iterator[Connection]:
    with closing(owner(database)) as connection:
        yield connection


def lease(connection: Connection, name: str, *live: UUID, s: float = 60) -> UUID:
    boot = uuid4()
    connection.execute(RENEW, (boot, name, s, list(live), ["ocr"]))
    return boot


def workers(connection: Connection, reach: Reach = None) -> dict[str, Worker]:
    return {worker.worker: worker for worker in read_workers(connection, reach)}


def test_living_workers_come_first_and_gone_ones_say_how_they_went(writer: Connection) -> None:
    lease(writer, "lost", s=0)
    stopped = lease(writer, "stopped")
    writer.execute("SELECT task_ledger.end_lease(%s)", (stopped,))
    lease(writer, "b")
    lease(writer, "a")
    found = workers(writer)
    assert list(found) == ["a", "b", "stopped", "lost"]
    assert {name: worker.state for name, worker in found.items()} == {
        "a": WorkerState.ALIVE,
        "b": WorkerState.ALIVE,
        "stopped": WorkerState.STOPPED,
        "lost": WorkerState.LOST,
    }
    assert [found[name].gone_at is None for name in found] == [True, True, False, False]
    assert (found["a"].pool, found["a"].processes, found["a"].queues) == ("prefork", 2, ["ocr"])


def test_what_a_worker_runs_is_told_from_what_it_has_only_received(writer: Connection) -> None:
    running, received = registered(writer, "mine"), registered(writer, "theirs")
    boot = lease(writer, "w", running, received, uuid4())
    started = make_data(Started, worker="w", host="h", pid=1, boot=boot)
    append(writer, Append(running, new_claim(), 1, "w", started))
    fold_all_tasks(writer)
    worker = workers(writer)["w"]
    assert worker.held == 3
    assert {task.task_id: task.running for task in worker.tasks} == {
        running: True,
        received: False,
    }
    assert [task.started_at is None for task in worker.tasks] == [
        not task.running for task in worker.tasks
    ]
    for reach in ("mine", frozenset({"mine"})):
        told = workers(writer, reach)["w"]
        assert ([task.task_id for task in told.tasks], told.held) == ([running], 3)
    assert workers(writer, "theirs")["w"].running == 1


def test_a_task_that_another_worker_has_taken_over_is_not_said_to_run(writer: Connection) -> None:
    task = registered(writer, "p")
    lease(writer, "old", task)
    boot = lease(writer, "new", task)
    started = make_data(Started, worker="new", host="h", pid=1, boot=boot)
    append(writer, Append(task, new_claim(), 1, "new", started))
    fold_all_tasks(writer)
    found = workers(writer)
    assert [found[name].tasks[0].running for name in ("old", "new")] == [False, True]
