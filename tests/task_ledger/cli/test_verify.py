"""`task-ledger verify` names what was altered and ends with status 1, or else with 0."""

import subprocess
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.histories import completed
from tests.task_ledger.cli.command import SCRIPT, Command


@pytest.fixture
def tasks(writer: psycopg.Connection[Any]) -> list[UUID]:
    return [completed(writer, project) for project in ("riverside", "harbour")]


def test_a_log_that_nobody_altered_fits(command: Command, tasks: list[UUID]) -> None:
    assert "8 events are intact" in command("verify").out
    ended = command("verify", "--all", "--json")
    assert ended.status == 0
    assert ended.json() == {"verified": True, "events": 8, "findings": 0, "not_verified": 0}
    assert command("verify", "--task", tasks[0], "--json").json()["events"] == 4
    assert command("verify", "--project", "harbour", "--json").json()["events"] == 4


def test_an_empty_ledger_fits(command: Command) -> None:
    assert command("verify").status == 0


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE task_ledger.task_event SET data = \'{"percent": 50, "step": "reading"}\'',
        "UPDATE task_ledger.task_event SET actor = 'celery@onf'",
        "UPDATE task_ledger.task_event SET recorded_at = recorded_at + interval '1 us'",
        "UPDATE task_ledger.task_event SET state = 'started'",
        "UPDATE task_ledger.task_event SET project_id = 'riversidf'",
        "DELETE FROM task_ledger.task_event",
    ],
)
def test_one_altered_event_is_named(
    command: Command, altering: psycopg.Connection[Any], tasks: list[UUID], change: LiteralString
) -> None:
    altering.execute(change + " WHERE task_id = %s AND version = 3", (tasks[0],))
    ended = command("verify")
    assert ended.status == 1
    assert f"task {tasks[0]}, version 3:" in ended.out
    assert str(tasks[1]) not in ended.out
    finding, summary = command("verify", "--task", tasks[0], "--json").lines()
    assert (finding["task_id"], finding["version"]) == (str(tasks[0]), 3)
    assert summary["findings"] == 1
    assert command("verify", "--project", "riverside").status == 1
    assert command("verify", "--project", "harbour").status == 0


def test_a_scope_in_which_there_is_nothing_is_not_called_verified(command: Command) -> None:
    assert command("verify", "--project", "nowhere").status == 1
    assert command("verify", "--task", uuid4()).status == 1
    assert command("verify", "--project", "nowhere", "--all").status == 2


def test_on_a_terminal_it_shows_how_far_it_is(command: Command, tasks: list[UUID]) -> None:
    # `script` gives the command a terminal for both of its outputs.
    shown = subprocess.run(
        ["script", "-qec", f"{SCRIPT} verify", "/dev/null"],
        env=command.environment | {"TERM": "xterm"},
        cwd=command.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "verifying" in shown
    assert "8/8" in shown
    assert "8 events are intact" in shown


def test_a_month_that_was_closed_and_is_gone_is_not_called_fitting(
    command: Command, altering: psycopg.Connection[Any], writer: psycopg.Connection[Any]
) -> None:
    completed(writer, "p1")
    altering.execute("INSERT INTO task_ledger.project_head VALUES ('p1', 4)")
    altering.execute(
        "INSERT INTO task_ledger.project_timeline SELECT feed, recorded_at, version, type, bucket,"
        " id, task_id, project_id FROM task_ledger.task_event"
        " JOIN task_ledger.project_head USING (project_id)"
    )
    altering.execute(
        "INSERT INTO task_ledger.project_bucket"
        " SELECT 'p1', min(bucket), 1, 4 FROM task_ledger.task_event"
    )
    altering.execute("UPDATE task_ledger.bucket SET closed_at = clock_timestamp()")
    altering.execute("DELETE FROM task_ledger.task_event")
    told = command("verify").out
    assert "4 events of closed months are not here: not verified" in told
    assert "intact" not in told
    assert command("verify", "--json").json()["verified"] is False


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "UPDATE task_ledger.task_rollup SET completed = completed + 1"
            " WHERE project_id = 'riverside'",
            "project riverside: 1 rollups of demo, of ",
        ),
        (
            "UPDATE task_ledger.task_rollup SET duration = '{}'"
            " WHERE project_id = '' AND hour = '-infinity'",
            "all projects: 1 rollups of demo, of all times, do not count",
        ),
        ("DELETE FROM task_ledger.task_rollup WHERE hour = '-infinity'", "of all times"),
        (
            "INSERT INTO task_ledger.task_rollup (hour, bucket, shard, project_id, task_type,"
            " started) VALUES (date_trunc('hour', now()), 0, 3, 'quay', 'demo', 1)",
            "project quay: 1 rollups of demo",
        ),
    ],
)
def test_rollups_that_do_not_count_the_events_are_named_until_a_rebuild(
    command: Command, altering: psycopg.Connection[Any], tasks: list[UUID], change: str, told: str
) -> None:
    assert len(tasks) == 2
    assert command("rebuild").status == 0
    assert command("verify").status == 0
    altering.execute(change.encode())
    ended = command("verify")
    assert ended.status == 1
    assert told in " ".join(ended.out.split())
    assert command("rebuild").status == 0
    assert command("verify").status == 0


def test_hours_that_are_no_longer_kept_are_not_missed(
    command: Command, altering: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    altering.execute(
        "UPDATE task_ledger.task_event SET recorded_at = recorded_at - interval '3 hours'"
        " WHERE task_id = %s",
        [tasks[0]],
    )
    assert command("rebuild").status == 0
    altering.execute("SELECT task_ledger.recount_rollups(s) FROM generate_series(0, 15) AS s")
    assert "rollups" not in command("verify").out
    altering.execute(
        "DELETE FROM task_ledger.task_rollup WHERE hour > '-infinity' AND project_id = 'riverside'"
        " OR hour BETWEEN now() - interval '5 hours' AND now() - interval '2 hours'"
    )
    assert "rollups" not in command("verify").out
