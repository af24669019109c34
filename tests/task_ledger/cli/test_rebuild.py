"""`task-ledger rebuild` makes the read model equal to the log again."""

from typing import Any

import psycopg

from tests.histories import completed
from tests.task_ledger.cli.command import Command


def test_a_record_that_was_tampered_with_is_made_anew(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    tasks = [completed(writer, "riverside") for _ in range(3)]
    assert command("rebuild", "--json").json()["tasks"] == 3
    altering.execute("UPDATE task_ledger.task_record SET status = 'FAILURE', task_name = 'x'")
    altering.execute(
        "UPDATE task_ledger.task_record SET task_id = gen_random_uuid() WHERE task_id = %s",
        tasks[:1],
    )
    ended = command("rebuild")
    assert ended.status == 0, ended.err
    assert "3 records rebuilt, 1 without events removed" in ended.out
    rows = writer.execute(
        "SELECT DISTINCT status, task_name FROM task_ledger.task_record"
    ).fetchall()
    assert rows == [("SUCCESS", "Read the drawing")]


def test_tasks_that_cannot_be_folded_are_counted_however_many(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    healthy = completed(writer, "riverside")
    spoilt = [completed(writer, "riverside") for _ in range(300)]
    altering.execute(
        "UPDATE task_ledger.task_event"
        """ SET data = '{"pid": "", "queue": 1, "host": 1, "worker": 1}'"""
        " WHERE type = 'started' AND task_id <> %s",
        [healthy],
    )
    ended = command("rebuild", "--json")
    assert ended.status == 1
    assert ended.json() == {"tasks": 301, "of": 301, "quarantined": len(spoilt), "removed": 0}
    assert "doctor" in ended.err


def test_without_a_server_it_is_status_3(lost: Command) -> None:
    ended = lost("rebuild", TASK_LEDGER_DATABASE_URL="postgresql://a:sesame@127.0.0.1:1/x")
    assert ended.status == 3
    assert "sesame" not in ended.err
