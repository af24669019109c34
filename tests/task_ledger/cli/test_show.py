"""`task-ledger show` reads one task, fresh or as it was, with no projector running."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg

from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.histories import attempted, completed, failed, fold_all_tasks, registered
from tests.servers import Database
from tests.task_ledger.cli.command import Command


def test_a_task_is_fresh_although_no_projector_runs(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task_id = registered(writer, "riverside")
    assert command("show", task_id, "--json").json()["task"]["status"] == "PENDING"
    attempted(writer, task_id)
    found = command("show", task_id, "--json").json()
    assert found["task"]["status"] == "STARTED"
    assert found["task"]["worker"] == "celery@one"
    assert [event["type"] for event in found["events"]] == ["registered", "started"]


def test_as_of_a_version_and_as_of_a_time(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task_id = completed(writer, "riverside")
    now = command("show", task_id, "--json").json()
    assert (now["task"]["status"], now["task"]["version"]) == ("SUCCESS", 4)
    for version, status in enumerate(("PENDING", "STARTED", "PROGRESS", "SUCCESS"), start=1):
        by_version = command("show", task_id, "--as-of", version, "--json").json()
        assert by_version["task"]["status"] == status
        assert by_version["settled"] is True
        assert len(by_version["events"]) == version
        recorded = now["events"][version - 1]["recorded_at"]
        by_time = command("show", task_id, "--as-of", recorded, "--json").json()
        assert by_time["task"]["version"] == version


def test_as_of_a_time_says_while_an_earlier_event_may_still_appear(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    task_id = registered(writer, "riverside")
    with psycopg.connect(database.url) as busy:
        attempted(busy, task_id)
        at = datetime.now(UTC).isoformat()
        assert command("show", task_id, "--as-of", at, "--json").json()["settled"] is False
        assert "may appear" in command("show", task_id, "--as-of", at).out
    assert command("show", task_id, "--as-of", at, "--json").json()["settled"] is True


def test_what_is_printed_is_readable_and_cannot_steer_a_terminal(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task_id = registered(writer, "riverside", name="[red]Read\x1b[2Jthe drawing")
    ended = command("show", task_id)
    assert ended.status == 0
    assert "PENDING" in ended.out
    assert "[red]Read\\x1b[2Jthe drawing" in ended.out
    assert "\x1b" not in ended.out


def test_a_traceback_is_shown_only_when_asked_for(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task_id = failed(writer, "riverside", 'File "plan.py", line 3\nValueError: 7')
    assert "plan.py" not in command("show", task_id).out
    assert "tracebacks" not in command("show", task_id, "--json").json()
    ended = command("show", task_id, "--traceback", "--json")
    assert ended.json()["tracebacks"] == [
        {"version": 3, "text": 'File "plan.py", line 3\nValueError: 7'}
    ]
    assert 'File "plan.py", line 3\nValueError: 7' in command("show", task_id, "--traceback").out


def test_a_connection_that_is_not_the_auditors_is_refused_tracebacks(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    task_id = failed(writer, "riverside", "secret")
    as_api = {"TASK_LEDGER_AUDITOR_DATABASE_URL": database.url_for("api")}
    assert command("show", task_id, **as_api).status == 0
    ended = command("show", task_id, "--traceback", **as_api)
    assert (ended.status, ended.out) == (1, "")
    assert "permission denied" in ended.err


def test_what_does_not_exist_is_status_1(command: Command, writer: psycopg.Connection[Any]) -> None:
    task_id = registered(writer, "riverside")
    before = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert command("show", uuid4()).status == 1
    assert command("show", task_id, "--as-of", 2).status == 1
    assert command("show", task_id, "--as-of", before).status == 1
    assert command("show", task_id, "--as-of", "yesterday").status == 2


def test_folded_shows_the_log_whatever_somebody_wrote_into_the_read_model(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    task_id = completed(writer, "riverside")
    fold_all_tasks(altering)
    altering.execute("UPDATE task_ledger.task_record SET status = 'FAILURE', task_name = 'forged'")
    told = command("show", task_id, "--json").json()["task"]
    assert told["task_name"] == "forged"
    folded = command("show", task_id, "--folded", "--json").json()["task"]
    assert (folded["status"], folded["version"]) == ("SUCCESS", 4)
    assert folded["task_name"] != "forged"
    assert command("show", task_id, "--folded", "--as-of", 2).status == 2


def test_a_tasks_trace_is_shown(command: Command, writer: psycopg.Connection[Any]) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    task_id = new_task_id()
    data = Registered(task_type="t", name="n", traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")
    writer.execute(
        "SELECT task_ledger.register(%s, 'riverside', 'ops', %s, %s::json, 1, 1, NULL)",
        (task_id, datetime.now(UTC), data.to_json()),
    )
    assert trace_id in command("show", task_id).out
    assert command("show", task_id, "--json").json()["task"]["trace_id"] == trace_id
