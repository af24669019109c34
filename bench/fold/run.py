"""Measures a projector's catch-up, a rebuild, and COPY of the rows they write."""

import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from bench.processes import process, until
from bench.row import Row, alone, compared
from bench.servers import Servers

PROJECTS = 32
TASKS = 500
"""Tasks per project, with seven events each."""

TABLES = ("project_timeline", "task_record")
_EMPTY = """
    TRUNCATE task_ledger.project_timeline, task_ledger.project_head, task_ledger.project_bucket,
        task_ledger.task_record, task_ledger.task_count, task_ledger.task_rollup"""
_BEGIN_ANEW = "UPDATE task_ledger.checkpoint SET cursor = 0, gaps = '[]', old_gaps = '[]'"
_DONE = "SELECT coalesce(sum(cursor), 0) FROM task_ledger.checkpoint"


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure events per second of a projector that catches up, against COPY, and of a rebuild."""
    tasks = TASKS // 10 if short else TASKS
    events = PROJECTS * tasks * 7
    folded: list[float] = []
    copied: list[float] = []
    rebuilt: list[float] = []
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        _fill(connection, tasks)
        for _ in range(1 if short else 3):
            folded.append(_fold(servers, connection))
            copied.append(events / _copy(connection))
            rebuilt.append(events / _rebuild(servers))
    return [
        compared("fold, one projector behind", "events/s", folded, copied, "COPY of its rows"),
        alone("rebuild", "events/s", rebuilt),
    ]


def _fill(connection: Connection[Any], tasks: int) -> None:
    folder = Path(__file__).parent
    arguments = {"projects": PROJECTS, "tasks": tasks}
    connection.execute((folder / "events.sql").read_bytes(), arguments)
    connection.execute((folder / "feeds.sql").read_bytes())
    connection.execute("VACUUM ANALYZE task_ledger.task_event")
    for table in TABLES:
        connection.execute(
            f"CREATE TABLE copy_{table} (LIKE task_ledger.{table} INCLUDING ALL)".encode()
        )


def _fold(servers: Servers, connection: Connection[Any]) -> float:
    """Return events per second, from the first tick's commit to the last one's."""
    with connection.transaction():
        # The timeline's triggers forbid deletion; this is the only place that bypasses them.
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(_EMPTY)
        connection.execute(_BEGIN_ANEW)
    last = _number(connection, "SELECT sum(head) FROM task_ledger.feed_heads()")
    with process(servers, "fold", "task_ledger.projector", "--only", "fold"):
        until(servers, "fold", lambda: _number(connection, _DONE) > 0)
        began, first = time.perf_counter(), _number(connection, _DONE)
        until(servers, "fold", lambda: _number(connection, _DONE) == last)
        return (last - first) / (time.perf_counter() - began)


def _copy(connection: Connection[Any]) -> float:
    """Return the seconds for copying the fold's rows into tables with the same indexes."""
    seconds = 0.0
    for table in TABLES:
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY task_ledger.{table} TO STDOUT".encode()) as out:
                rows = b"".join(bytes(block) for block in out)
            cursor.execute(f"TRUNCATE copy_{table}".encode())
            began = time.perf_counter()
            with cursor.copy(f"COPY copy_{table} FROM STDIN".encode()) as copy:
                copy.write(rows)
            seconds += time.perf_counter() - began
    return seconds


def _rebuild(servers: Servers) -> float:
    """Return the seconds of a rebuild's process."""
    began = time.perf_counter()
    with process(servers, "rebuild", "task_ledger.projector.rebuild") as running:
        if running.wait() != 0:
            raise RuntimeError("the rebuild failed; its log is in the folder of the servers")
    return time.perf_counter() - began


def _number(connection: Connection[Any], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0
