"""`task-ledger schedules`."""

from typing import Any

import psycopg

from tests.task_ledger.cli.command import Command


def test_schedules_are_listed_and_one_is_started_now(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    assert "no schedules" in command("schedules").out
    writer.execute(
        "INSERT INTO task_ledger.beat_entry (name, last_run_at, schedule) VALUES"
        " ('nightly', now(), 'crontab: 0 3 * * *')"
    )
    assert "no beat runs it" in command("schedules").out
    unknown = command("schedules", "--start", "unknown")
    assert (unknown.status, "no schedule unknown" in unknown.err) == (1, True)
    assert command("schedules", "--start", "nightly").status == 0
    again = command("schedules", "--start", "nightly")
    assert (again.status, "is still pending" in again.err) == (1, True)
    (found,) = command("schedules", "--json").json()["schedules"]
    assert found["asked_by"].startswith("cli:")
