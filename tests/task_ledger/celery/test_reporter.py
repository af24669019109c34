"""Which connection a report goes over: a body's own never meets another thread's."""

import math
import threading
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs

from task_ledger.celery.run.progress import ProgressReporter
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.events import Progress
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import EventType, State
from tests.schema.calls import Task, task_in
from tests.servers import Database


def begun(database: Database) -> Task:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        return task_in(owner, State.STARTED)


def reporter(connections: Connections, task: Task) -> ProgressReporter:
    def event(data: Progress) -> Append:
        return Append(task.id, task.claim or new_claim(), task.attempt, "w1", data)

    return ProgressReporter(connections.appender, connections.progress_appender, event)


def test_a_body_that_uses_the_ledger_while_its_reports_are_sent_keeps_its_connection(
    database: Database,
) -> None:
    connections = Connections(database.url_for("worker"))
    task = begun(database)
    reports = reporter(connections, task)
    own = connections.ledger()
    for number in range(40):
        reports.report(number, "Reading")
        connections.ledger().execute("SELECT pg_sleep(0.02)")
        assert connections.ledger() is own
    reports.stop()
    sent = [e for e in read_events(own, task.id) if e.type is EventType.PROGRESS]
    assert len(sent) > 2
    assert read_task(own, task.id).percent == 39
    connections.discard()


def pids(connections: Connections) -> set[int]:
    rows = connections.ledger().execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'task-ledger %'"
        " AND datname = current_database()"
    )
    return {pid for (pid,) in rows.fetchall()}


def test_the_connection_for_merged_reports_is_kept_for_the_next_attempt(
    database: Database,
) -> None:
    connections = Connections(database.url_for("worker"))
    seen: list[set[int]] = []
    for _ in range(2):
        task = begun(database)
        reports = reporter(connections, task)
        reports.report(1, "Reading")
        reports.report(2, "Reading")
        while read_task(connections.ledger(), task.id).percent != 2:
            pass
        seen.append(pids(connections))
        reports.stop()
    assert len(seen[0]) == 2
    assert seen[0] == seen[1]
    connections.discard()


def test_a_body_that_merges_no_reports_has_one_connection(database: Database) -> None:
    connections = Connections(database.url_for("worker"))
    task = begun(database)
    reports = reporter(connections, task)
    for number in range(4):
        reports.report(25 * number, f"step {number}")
    reports.stop()
    assert len(pids(connections)) == 1
    connections.discard()


def test_a_thread_of_the_body_reports_over_another_connection(database: Database) -> None:
    connections = Connections(database.url_for("worker"))
    task = begun(database)
    reports = reporter(connections, task)
    own = connections.ledger()
    with own.transaction():
        thread = threading.Thread(target=reports.report, args=(50, "Reading"))
        thread.start()
        thread.join()
        with psycopg.connect(database.url_for("owner")) as other:
            assert read_task(other, task.id).percent == 50
    reports.stop()
    append(own, Append(task.id, task.claim, task.attempt, "w1", Progress(percent=90, step="last")))
    connections.discard()


@pytest.mark.parametrize(
    ("report", "percent", "current"),
    [
        ((1, "s", None, 1.5, 2**70), 1, 1),
        ((2, "s", None, -(2**70), math.inf), 2, -(2**63)),
        ((math.inf, "s", None, math.nan), 100, None),
        ((-math.inf, "s", None, "7"), 0, 7),
        ((math.nan, "s", None, "many"), 0, None),
        ((10**400, "s", None, Decimal("3.9")), 100, 3),
        ((-(10**400), "s", None, True), 0, 1),
        (("half", "s", None, object()), 0, None),
        ((None, None, 7), 0, None),
        ((5, "s" * 100_000, "d" * 100_000), 5, None),
        ((6, "a\0b\ud800", "\ud800\0"), 6, None),
    ],
)
def test_whatever_a_body_reports_is_stored_and_raises_nothing(
    database: Database, report: tuple[Any, ...], percent: float, current: int | None
) -> None:
    connections = Connections(database.url_for("worker"))
    task = begun(database)
    reports = reporter(connections, task)
    reports.report(*report)
    reports.stop()
    record = read_task(connections.ledger(), task.id)
    assert (record.state, record.percent, record.current) == (State.PROGRESS, percent, current)
    connections.discard()


def test_a_report_that_reaches_no_database_fails_nothing_and_is_logged() -> None:
    nowhere = Connections("postgresql://nobody@127.0.0.1:9/nothing")
    reports = reporter(nowhere, Task(new_task_id()))
    with capture_logs() as logged:
        reports.report(10, "Reading")
        reports.report(20, "Writing")
        reports.stop()
    steps = [line["step"] for line in logged if line["event"] == "progress_not_reported"]
    assert steps == ["Reading", "Writing"]
