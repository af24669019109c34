"""The conditions that the sections of docs/operate.md are about, and what each step shows then."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from task_ledger.eventlog.append import Append, append
from task_ledger.model.events import Noted, Registered, Retrying, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import RetryReason
from tests.forked import Forked
from tests.task_ledger.cli.conditions.in_the_database import IN_THE_DATABASE
from tests.task_ledger.cli.conditions.outside import OUTSIDE, open_log
from tests.task_ledger.cli.conditions.system import System
from tests.task_ledger.projector.actions import failed
from tests.task_ledger.projector.log import REGISTER, register, say, start

PROJECT = "p"
BOOT = "00000000-0000-7000-8000-000000000001"

_CASES = {case.code: case for case in IN_THE_DATABASE}
_OUTSIDE = {code: begin for code, begin, _ in OUTSIDE}


@dataclass(frozen=True)
class Scenario:
    """A section of the runbook.

    Attributes:
        begin: brings its condition about; returns the task that its steps are about, if any.
        shown: of each step in the order of the page: the exit status (0 for SQL) and a part of what
            it shows, in which `{task}` stands for the task.
        healthy: whether its steps repair it, so that doctor finds nothing afterwards.
    """

    begin: Callable[[System], UUID | None]
    shown: tuple[tuple[int, str], ...]
    healthy: bool = field(default=False)


def _down(system: System) -> None:
    elsewhere = psycopg.connect(system.server.superuser_url(), autocommit=True)
    server = system.undo.enter_context(elsewhere)
    system.undo.callback(server.execute, "ALTER DATABASE task_ledger ALLOW_CONNECTIONS true")
    server.execute("ALTER DATABASE task_ledger ALLOW_CONNECTIONS false")


def _waiting(system: System) -> UUID:
    task_id = new_task_id()
    data = Registered(task_type="ocr", name="Read A-101", queue="ocr").to_json()
    _written(system, task_id, data)
    system.fold()
    system.execute(
        "INSERT INTO task_ledger.queue_pause (queue, paused_by, reason)"
        " VALUES ('ocr', 'anna', 'the provider is down')",
        "INSERT INTO task_ledger.outbox (due_at, try_at, message_id, task_id, tries, last_error)"
        f" VALUES (now() - interval '2 min', now(), 1, '{task_id}', 2, 'the queue is full')",
    )
    system.undo.callback(
        system.execute, "DELETE FROM task_ledger.outbox", "DELETE FROM task_ledger.queue_pause"
    )
    return task_id


def _written(system: System, task_id: UUID, data: str) -> None:
    with system.writing() as writer:
        writer.execute(REGISTER, (task_id, PROJECT, "2026-01-01T00:00:00Z", data))


def _running(system: System) -> UUID:
    with system.writing() as writer:
        task_id = register(writer, PROJECT)
        started = Started(worker="ocr@host", host="host", pid=7, boot=UUID(BOOT))
        say(writer, task_id, new_claim(), started)
    system.fold()
    system.execute(
        "UPDATE task_ledger.task_record SET updated_at = now() - interval '2 hours'"
        f" WHERE task_id = '{task_id}'",
        f"SELECT task_ledger.renew_lease('{BOOT}', 'ocr@host', 'host', 7, 600, '{{{task_id}}}',"
        " true, 'prefork', 2, '{ocr}')",
    )
    system.undo.callback(system.execute, "DELETE FROM task_ledger.worker_lease")
    return task_id


def _behind(system: System) -> None:
    _OUTSIDE["projection_behind"](system)
    forgotten = system.undo.enter_context(psycopg.connect(system.url_of("worker")))
    forgotten.execute("SELECT 1")


def _feed_went_back(system: System) -> None:
    system.execute(
        "SELECT setval(format('task_ledger.feed_%s', shard)::regclass, cursor - 1)"
        " FROM task_ledger.checkpoint WHERE follower = 'projector' AND cursor > 2"
    )


def _quarantined(system: System) -> UUID:
    with system.writing() as writer:
        task_id = register(writer, PROJECT)
        start(writer, task_id)
    where = f"WHERE task_id = '{task_id}' AND version = 2"
    (kept,) = system.row(f"SELECT data::text FROM task_ledger.task_event {where}")
    system.undo.callback(
        system.execute,
        f"UPDATE task_ledger.task_event SET data = '{kept}' {where}",
        "DELETE FROM task_ledger.dead_letter",
    )
    system.execute(f"UPDATE task_ledger.task_event SET data = '{{\"worker\": 1}}' {where}")
    system.fold()
    return task_id


def _lost(system: System) -> UUID:
    with system.writing() as writer:
        task_id = register(writer, PROJECT)
        claim = start(writer, task_id)
        lost = Retrying(reason=RetryReason.WORKER_LOST, countdown_s=0)
        append(writer, Append(task_id, claim, 1, "reconciler", lost))
    _CASES["workers_lost"](system)
    system.fold()
    return task_id


def _failing(system: System) -> UUID:
    process = Forked(
        *("task_ledger.projector", "--only", "fold,act"),
        env=os.environ | system.environment,
        stderr=subprocess.DEVNULL,
    )

    def end() -> None:
        process.terminate()
        process.wait(30)
        system.execute("DELETE FROM task_ledger.outbox")

    system.undo.callback(end)
    with system.writing() as writer:
        task_id = failed(writer)
    system.fold()
    return task_id


def _old_month(system: System) -> None:
    # The partition stays; a month without events is in nobody's way.
    system.execute("SELECT task_ledger.open_bucket(202605)")


def _connected(system: System) -> None:
    for _ in range(3):
        system.undo.enter_context(psycopg.connect(system.url_of("worker"), autocommit=True))


def _no_partition(system: System) -> None:
    (month,) = system.row("SELECT max(bucket) FROM task_ledger.bucket WHERE bucket <"
                          " to_char(now() + interval '3 months', 'YYYYMM')::integer")  # fmt: skip
    for table in ("task_event", "project_timeline"):
        partition = f"task_ledger.{table}_{month}"
        system.execute(
            f"ALTER TABLE task_ledger.{table} DETACH PARTITION {partition}",
            f"DROP TABLE {partition}",
        )
    system.execute(f"DELETE FROM task_ledger.bucket WHERE bucket = {month}")


def _twice(system: System) -> UUID:
    data = Registered.model_validate(
        {"task_type": "ocr", "name": "Read A-101", "entity": {"type": "page", "id": "A-101"}}
    ).to_json()
    tasks = [new_task_id(), new_task_id()]
    for task_id in tasks:
        _written(system, task_id, data)
    with system.writing() as writer:
        start(writer, tasks[0])
        note = Noted(kind="duplicate_delivery_refused", worker="w2", attempt=1)
        writer.execute(
            "SELECT task_ledger.note(%s, 'w2', now(), %s::json, 1, NULL)",
            (tasks[0], note.to_json()),
        )
    system.fold()
    return tasks[0]


def _altered(system: System) -> UUID:
    with system.writing() as writer:
        task_id = register(writer, PROJECT)
    system.fold()
    where = f"WHERE task_id = '{task_id}'"
    system.execute(f"UPDATE task_ledger.task_event SET actor = 'another' {where}")
    system.undo.callback(
        system.execute, f"UPDATE task_ledger.task_event SET actor = 'tester' {where}"
    )
    with sqlite3.connect(open_log(system)) as connection:
        connection.execute(
            "INSERT INTO alarm (project_id, reason, first_at, last_at)"
            " VALUES ('p', 'an event was altered', 1, 1)"
        )
    return task_id


def _seal_old(system: System) -> None:
    with sqlite3.connect(open_log(system)) as connection:
        connection.execute("UPDATE head SET published_at = ?", [int(time.time()) - 4000])


def _asked(system: System) -> UUID:
    with system.writing() as writer:
        task_id = register(writer, PROJECT)
        start(writer, task_id)
    system.fold()
    return task_id


def _of(code: str) -> Callable[[System], None]:
    return _OUTSIDE.get(code) or _CASES[code]


def _rotated(system: System) -> None:
    system.undo.callback(system.execute, "ALTER ROLE task_ledger_worker_login PASSWORD 'own'")


def _quiet(_: System) -> None:
    """Nothing is wrong."""


SCENARIOS = {
    "The ledger is down": Scenario(_down, ((1, "not currently accepting connections"),)),
    "Tasks stay waiting": Scenario(
        _waiting,
        (
            (0, "the provider is down"),
            (0, "no living workers"),
            (0, "resumed"),
            (0, "the queue is full"),
        ),
    ),
    "Tasks stay running": Scenario(_running, ((0, "ocr@host"), (0, "{task}"), (0, "{task}"))),
    "The lists are behind": Scenario(
        _behind,
        (
            (1, "events behind"),
            (1, "events behind, the oldest for 12"),
            (0, "task_ledger_worker_login"),
        ),
    ),
    "A feed went back": Scenario(
        _feed_went_back, ((0, "0 events to be numbered"), (0, "ahead of the log")), healthy=True
    ),
    "Tasks in quarantine": Scenario(_quarantined, ((0, "{task}"), (1, "version 2"))),
    "Workers are lost": Scenario(_lost, ((0, "ocr@host"), (0, "worker_lost"))),
    "Many tasks fail": Scenario(
        _failing, ((0, "no"), (0, "paused"), (0, "resumed"), (0, "runs again as"))
    ),
    "The page is slow": Scenario(_of("dead_rows_many"), ((0, "dead rows"), (0, "queue_depth"))),
    "The database is nearly full": Scenario(_old_month, ((0, "task_event"), (0, "2026-05: "))),
    "Connections run out": Scenario(_connected, ((0, "('task_ledger_worker_login', "),)),
    "Months run out": Scenario(
        _no_partition, ((0, "task_ledger"), (0, "open for this month")), healthy=True
    ),
    "Duplicates are reported": Scenario(_twice, ((0, "duplicate"), (0, "'A-101', 'ocr', 2"))),
    "A seal is old": Scenario(_seal_old, ((0, "example.com/ledger"),)),
    "A seal refuses": Scenario(_altered, ((1, "an event was altered"), (1, "{task}"))),
    "The broker was lost": Scenario(_of("broker_unreachable"), ((1, "cannot be reached"),)),
    "The database failed over": Scenario(
        _of("database_read_only"), ((0, "False"), (1, "read-only by default"))
    ),
    "A deployment was rolled back": Scenario(
        _of("release_older"), ((1, "unknown to this release"),)
    ),
    "A customer asks": Scenario(
        _asked, ((0, "a test"), (0, "{task}"), (0, "registered"), (0, "the pack has no signature"))
    ),
    "Stop everything": Scenario(
        _quiet, ((0, "paused"), (0, "("), (0, "resumed"), (0, "ahead of the log"))
    ),
    "Passwords are rotated": Scenario(_rotated, ((0, ""), (1, "login worker"))),
}
"""By the heading of the section."""
