"""Queues: what waits in each, whether a worker takes it, and what each task waits for."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from task_ledger.eventlog.queues import LOOK, QueueState, pause_queue, read_queues
from task_ledger.eventlog.task_reach import Reach
from task_ledger.eventlog.waits import Wait, WaitsFor, read_waits
from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.histories import fold_all_tasks
from tests.servers import Database
from tests.task_ledger.eventlog.buffers import buffers_of
from tests.task_ledger.projector.log import owner, start

Connection = psycopg.Connection[Any]
REGISTER = "SELECT * FROM task_ledger.register(%s, %s, 'tester', %s, %s::json, 1, NULL, %s)"
RENEW = "SELECT task_ledger.renew_lease(%s, %s, 'h', 7, %s, %s, true, 'prefork', 2, %s)"
FILL = """
INSERT INTO task_ledger.task_record (
    task_id, project_id, version, state, status, task_type, task_name, actor, metadata, queue,
    attempt, cancel_requested, waits_for, notes, created_at, updated_at, digest)
SELECT gen_random_uuid(), 'p' || n %% 3, 1, 'registered', 'PENDING', 't', 'n', 'a', '{}', %s, 0,
    false, '{}', 0, now() - interval '1 hour', now(), ''
FROM generate_series(1, %s) AS n"""


@pytest.fixture
def writer(database: Database) -> Iterator[Connection]:
    with closing(owner(database)) as connection:
        yield connection


@pytest.fixture
def reader(database: Database) -> Iterator[Connection]:
    """The API's connection."""
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


def register(
    connection: Connection,
    queue: str,
    project: str = "p",
    due_in_s: float | None = None,
    age_s: float = 0,
) -> UUID:
    """A task that waits in a queue, folded as if it had been registered `age_s` ago."""
    task_id = new_task_id()
    now = datetime.now(UTC)
    due_at = None if due_in_s is None else now + timedelta(seconds=due_in_s)
    data = Registered(task_type="test", name="a test", queue=queue).to_json()
    connection.execute(REGISTER, (task_id, project, now, data, due_at))
    fold_all_tasks(connection)
    connection.execute(
        "UPDATE task_ledger.task_record SET created_at = created_at - make_interval(secs => %s)"
        " WHERE task_id = %s",
        (age_s, task_id),
    )
    return task_id


def lease(connection: Connection, *queues: str, live: tuple[UUID, ...] = (), s: float = 60) -> UUID:
    """A worker that consumes queues."""
    boot = uuid4()
    connection.execute(RENEW, (boot, f"w-{boot}", s, list(live), list(queues)))
    return boot


def states(connection: Connection, reach: Reach = None) -> dict[str, QueueState]:
    return {state.queue: state for state in read_queues(connection, reach)}


def test_a_queue_that_no_living_worker_takes_from_is_an_alarm_after_some_seconds(
    writer: Connection, reader: Connection
) -> None:
    register(writer, "ocr", age_s=60)
    register(writer, "new")
    register(writer, "taken", age_s=60)
    lease(writer, "taken", "idle")
    lease(writer, "ocr", s=0)
    ended = lease(writer, "ocr")
    writer.execute("SELECT task_ledger.end_lease(%s)", (ended,))
    found = states(reader)
    assert {
        name: (state.waiting, state.workers, state.no_worker) for name, state in found.items()
    } == {
        "idle": (0, 1, False),
        "new": (1, 0, False),
        "ocr": (1, 0, True),
        "taken": (1, 1, False),
    }
    assert found["taken"].processes == 2
    assert found["ocr"].first_due_at is not None
    lease(writer, "ocr")
    assert not states(reader)["ocr"].no_worker
    pause_queue(reader, "new", actor="anna", reason="maintenance")
    pause = states(reader)["new"].pause
    assert pause is not None
    assert (pause.by, pause.reason) == ("anna", "maintenance")


def test_only_due_tasks_that_nobody_has_started_wait_for_a_worker(
    writer: Connection, reader: Connection
) -> None:
    later = register(writer, "ocr", due_in_s=3600)
    started = register(writer, "ocr", age_s=60)
    start(writer, started)
    blocked = register(writer, "ocr", age_s=60)
    writer.execute(
        "INSERT INTO task_ledger.next_step (after, task_id) VALUES (%s, %s)", (started, blocked)
    )
    fold_all_tasks(writer)
    state = states(reader)["ocr"]
    assert (state.waiting, state.later, state.blocked) == (0, 1, 1)
    assert (state.first_due_at, state.no_worker) == (None, False)
    waits = read_all(reader, later, started, blocked)
    assert {task_id: wait.waits_for for task_id, wait in waits.items()} == {
        later: WaitsFor.TIME,
        blocked: WaitsFor.TASKS,
    }


def read_all(connection: Connection, *task_ids: UUID) -> dict[UUID, Wait]:
    """What these tasks wait for, by their records in the read model."""
    from task_ledger.eventlog.task_filter import TaskFilter
    from task_ledger.eventlog.task_list import list_tasks

    records = list_tasks(connection, None, TaskFilter(task_ids=frozenset(task_ids)), limit=100)
    return read_waits(connection, records)


def test_a_task_says_what_it_waits_for(writer: Connection, reader: Connection) -> None:
    alone = register(writer, "ocr", age_s=60)
    fresh = register(writer, "ocr")
    received = register(writer, "taken", age_s=60)
    taken = register(writer, "taken", age_s=60)
    held = register(writer, "paused", age_s=60)
    lease(writer, "taken", live=(received,))
    pause_queue(reader, "paused", actor="anna", reason="maintenance")
    writer.execute(
        "INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at, held)"
        " VALUES (1, %s, 1, now(), 'infinity', 'paused')",
        (held,),
    )
    waits = read_all(reader, alone, fresh, received, taken, held)
    told = {task_id: (w.waits_for, w.queue, w.taken, w.no_worker) for task_id, w in waits.items()}
    assert told == {
        alone: (WaitsFor.WORKER, "ocr", False, True),
        fresh: (WaitsFor.WORKER, "ocr", False, False),
        received: (WaitsFor.PROCESS, "taken", True, False),
        taken: (WaitsFor.WORKER, "taken", True, False),
        held: (WaitsFor.RESUME, "paused", False, False),
    }


def test_a_token_is_told_of_the_tasks_of_its_projects_alone(
    writer: Connection, reader: Connection
) -> None:
    register(writer, "ocr", "mine", age_s=60)
    register(writer, "ocr", "theirs")
    register(writer, "theirs", "theirs")
    lease(writer, "idle")
    for reach in ("mine", frozenset({"mine", "none"})):
        found = states(reader, reach)
        assert set(found) == {"ocr"}
        assert (found["ocr"].waiting, found["ocr"].no_worker, found["ocr"].depth) == (1, True, None)
    assert states(reader, frozenset()) == {}


@pytest.mark.parametrize("plan", ["force_custom_plan", "force_generic_plan"])
def test_a_large_backlog_hides_no_other_queue_and_costs_no_more(
    writer: Connection, reader: Connection, plan: str
) -> None:
    reader.execute(f"SET plan_cache_mode = {plan}".encode())
    register(writer, "rare", "p1", age_s=60)
    writer.execute(FILL, ("huge", 30_000))
    writer.execute("VACUUM ANALYZE task_ledger.task_record")
    buffers, found = buffers_of(reader, lambda connection: read_queues(connection, None))
    told = {state.queue: (state.waiting, state.more, state.no_worker) for state in found}
    assert told == {"huge": (LOOK, True, True), "rare": (1, False, True)}
    assert buffers < 4 * LOOK
    buffers, found = buffers_of(reader, lambda connection: read_queues(connection, "p1"))
    told = {state.queue: (state.waiting, state.more) for state in found}
    assert told["huge"] == (LOOK, True)
    assert buffers < 4 * LOOK
