"""`task-ledger tasks`, `timeline`, `export` and `cancel` against a projector that really runs."""

import csv
import io
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from task_ledger.cli.timeline import timeline
from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.eventlog.export import COLUMNS
from task_ledger.eventlog.saved_views import View, save_view
from task_ledger.eventlog.task_order import Order
from task_ledger.eventlog.tree_state import MOST_BELOW
from task_ledger.model.events import Started
from task_ledger.model.ids import new_claim
from tests.forked import Forked
from tests.histories import completed, failed, registered, retrying
from tests.servers import Database
from tests.task_ledger.cli.command import Command
from tests.task_ledger.local.children import wait_until
from tests.task_ledger.server.test_tree import register

CHECK_EXPORT = Path(__file__).parents[3] / "docs" / "check_export.py"


@pytest.fixture
def projector(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = Forked(
        *("task_ledger.projector", "--only", "fold"), env=environment, stderr=subprocess.DEVNULL
    )
    yield process
    process.terminate()
    process.wait(20)


def numbered(writer: psycopg.Connection[Any], project_id: str) -> int:
    row = writer.execute(
        "SELECT count(*) FROM task_ledger.project_timeline WHERE project_id = %s", (project_id,)
    ).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.usefixtures("projector")
def test_tasks_are_listed_by_a_query(command: Command, writer: psycopg.Connection[Any]) -> None:
    done = completed(writer, "riverside")
    broken = failed(writer, "riverside", "no matter")
    wait_until(lambda: numbered(writer, "riverside") == 7, "seven events")
    for words in (["is:ended", "error:~sheet"], ["--", "is:ended", "-status:SUCCESS"]):
        found = command("tasks", "riverside", "--json", *words).json()["tasks"]
        assert [task["task_id"] for task in found] == [str(broken)]
    found = command("tasks", "riverside", "--json", "--status", "SUCCESS", "is:ended").json()
    assert [task["task_id"] for task in found["tasks"]] == [str(done)]


@pytest.mark.usefixtures("projector")
def test_trees_are_listed_with_the_state_of_what_is_below_their_first_task(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    first = completed(writer, "riverside")
    child = register(writer, "riverside", name="Read page 1", parent_id=first, root_id=first)
    wait_until(lambda: numbered(writer, "riverside") == 5, "five events")
    found = command("tasks", "riverside", "--trees", "--json").json()
    assert [task["task_id"] for task in found["tasks"]] == [str(first)]
    state = found["trees"][str(first)]
    assert (state["worst"], state["more"]) == ("PENDING", False)
    assert state["by_status"] == {"PENDING": 1, "SUCCESS": 1}
    printed = command("tasks", "riverside", "--trees").out
    assert "1 PENDING, 1 SUCCESS" in printed
    assert "running since" in printed
    assert str(child) not in printed
    below = command("tasks", "riverside", f"root:{first}", "--json").json()["tasks"]
    assert [task["task_id"] for task in below] == [str(child)]
    refused = command("tasks", "riverside", "lasted:5m")
    assert refused.status == 1
    assert "there is no field lasted" in refused.err


@pytest.mark.usefixtures("projector")
def test_a_tree_of_which_only_a_part_is_counted_has_not_ended_with_that_part(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    first = completed(writer, "riverside")
    with writer.transaction():
        for _ in range(MOST_BELOW):
            below = register(writer, "riverside", parent_id=first, root_id=first)
            request_cancel(writer, below, "tester")
        register(writer, "riverside", parent_id=first, root_id=first)
    # Each child has been registered, and all but one cancelled.
    events = 4 + 3 * MOST_BELOW + 1
    wait_until(lambda: numbered(writer, "riverside") == events, f"{events} events")
    printed = " ".join(command("tasks", "riverside", "--trees").out.split())
    assert f"{MOST_BELOW + 1}+" in printed
    assert f"first {MOST_BELOW + 1} ended" in printed


@pytest.mark.usefixtures("projector")
def test_tasks_are_listed_by_a_saved_view(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    done = completed(writer, "riverside")
    broken = failed(writer, "riverside", "no matter")
    wait_until(lambda: numbered(writer, "riverside") == 7, "seven events")
    with psycopg.connect(database.url_for("api"), autocommit=True) as api:
        view = View("is:ended", Order.FIRST_ENDED)
        assert save_view(api, "riverside", "ended", view, actor="anna")
    listed = command("tasks", "riverside", "--view", "ended", "--json").json()["tasks"]
    assert [task["task_id"] for task in listed] == [str(done), str(broken)]
    narrowed = command("tasks", "riverside", "--view", "ended", "status:FAILURE", "--json").json()
    assert [task["task_id"] for task in narrowed["tasks"]] == [str(broken)]
    unknown = command("tasks", "riverside", "--view", "open")
    assert (unknown.status, "Views of this project: ended." in unknown.err) == (1, True)
    assert command("tasks", "--all", "--view", "ended").status == 2


@pytest.mark.usefixtures("projector")
def test_tasks_of_all_projects_are_listed_and_found(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    done = completed(writer, "riverside")
    broken = failed(writer, "harbour", "no matter")
    wait_until(lambda: numbered(writer, "harbour") + numbered(writer, "riverside") == 7, "events")
    listed = command("tasks", "--all", "--json").json()
    assert [(task["project_id"], task["task_id"]) for task in listed["tasks"]] == [
        ("harbour", str(broken)),
        ("riverside", str(done)),
    ]
    found = command("tasks", "--all", "--json", "error:~sheet", "is:ended").json()["tasks"]
    assert [task["task_id"] for task in found] == [str(broken)]
    assert "harbour" in command("tasks", "--all").out
    refused = command("tasks")
    assert refused.status == 2
    assert "name a project, or pass --all" in refused.err


@pytest.mark.usefixtures("projector")
def test_failures_are_listed_by_group_and_marked_handled(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    for project in ("riverside", "riverside", "harbour"):
        failed(writer, project, "no matter")
    wait_until(lambda: numbered(writer, "harbour") + numbered(writer, "riverside") == 9, "events")
    everywhere = command("failures", "--all", "--json").json()["groups"]
    assert [(g["project_id"], g["tasks"]) for g in everywhere] == [("harbour", 1), ("riverside", 2)]
    (group,) = command("failures", "riverside", "--json").json()["groups"]
    listed = command("failures", "--all")
    assert group["fingerprint"] in listed.out
    assert "harbour" in listed.out
    tasks = command("tasks", "riverside", f"fingerprint:{group['fingerprint']}", "--json").json()
    assert len(tasks["tasks"]) == 2
    done = command("failures", "riverside", "--handled", group["fingerprint"], "--comment", "told")
    assert "is handled up to its failure of" in done.out
    assert "no open failures" in command("failures", "riverside").out
    (handled,) = command("failures", "riverside", "--state", "handled", "--json").json()["groups"]
    assert handled["handled"]["actor"].startswith("cli:")
    assert handled["handled"]["comment"] == "told"
    unknown = command("failures", "riverside", "--handled", "0" * 16)
    assert (unknown.status, "has no failures" in unknown.err) == (1, True)
    assert command("failures", "--all", "--handled", "0" * 16).status == 2


@pytest.mark.usefixtures("projector")
def test_tasks_are_listed_with_their_status(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    done = completed(writer, "riverside")
    broken = failed(writer, "riverside", "no matter")
    waiting = retrying(writer, "riverside", datetime.now(UTC) + timedelta(minutes=5))
    completed(writer, "harbour")
    wait_until(lambda: numbered(writer, "riverside") == 10, "ten events")
    listed = command("tasks", "riverside", "--json").json()
    assert [(task["task_id"], task["status"]) for task in listed["tasks"]] == [
        (str(waiting), "RETRY"),
        (str(broken), "FAILURE"),
        (str(done), "SUCCESS"),
    ]
    assert listed["counts"]["RETRY"] == 1
    chosen = command("tasks", "riverside", "--status", "failure", "--status", "RETRY")
    assert str(broken) in chosen.out
    assert str(waiting) in chosen.out
    assert str(done) not in chosen.out
    assert "no such sheet" in chosen.out
    assert command("tasks", "riverside", "--status", "BROKEN").status == 2


@pytest.mark.usefixtures("projector")
def test_a_project_whose_name_is_misspelt_is_told_with_those_that_are_like_it(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    nobody = command("timeline", "riverside")
    assert (nobody.status, nobody.out) == (0, "")
    assert "No project has tasks" in nobody.err
    for project in ("riverside", "riverbank", "tower"):
        completed(writer, project)
        wait_until(lambda at=project: numbered(writer, at) == 4, "four events")
    for words in (("tasks",), ("timeline",), ("export",), ("tasks", "--json")):
        said = command(words[0], "riversyde", *words[1:]).err
        assert "The project riversyde has no tasks" in said
        assert "riverside" in said
        assert "tower" not in said
    assert "has no tasks" not in command("tasks", "riverside", "--status", "REVOKED").err


def test_a_list_that_is_behind_says_so(command: Command, writer: psycopg.Connection[Any]) -> None:
    completed(writer, "riverside")
    ended = command("tasks", "riverside")
    assert ended.status == 0
    assert "4 events" in ended.err
    assert command("tasks", "riverside", "--json").json()["lag_s"] > 0


@pytest.mark.usefixtures("projector")
def test_a_timeline_is_filtered_and_followed_by_a_query(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    broken = failed(writer, "riverside", "no matter")
    wait_until(lambda: numbered(writer, "riverside") == 7, "seven events")
    for words in (["--after", 0], []):
        found = command(
            "timeline", "riverside", *words, "--query", "error:~sheet -event:noted", "--json"
        )
        assert [entry["seq"] for entry in found.lines()] == [7]
    following = command.start(
        *("timeline", "riverside", "--follow", "--query", "event:registered actor:anna", "--json")
    )
    assert following.stdout is not None
    shown = [following.stdout.readline() for _ in range(2)]
    failed(writer, "riverside", "no matter")
    shown.append(following.stdout.readline())
    assert [line.split(",")[0] for line in shown] == [f'{{"seq":{n}' for n in (1, 5, 8)]
    following.send_signal(signal.SIGINT)
    assert following.wait(20) == 0
    refused = command("timeline", "riverside", "--query", f"id:{broken} took:>5m")
    assert refused.status == 1
    assert "there is no field took" in refused.err
    assert "The fields of events are event, actor" in refused.err


@pytest.mark.usefixtures("projector")
def test_what_was_searched_for_the_last_events_is_not_searched_again(
    environment: dict[str, str],
    writer: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failed(writer, "riverside", "no matter")
    wait_until(lambda: numbered(writer, "riverside") == 3, "three events")
    monkeypatch.setattr("task_ledger.eventlog.timeline.LOOK", 1)
    monkeypatch.setattr("task_ledger.cli.timeline.PAGE", 1)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    timeline("riverside", query="step:nowhere")
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("projector")
def test_following_a_timeline_shows_what_comes_and_ends_on_ctrl_c(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    wait_until(lambda: numbered(writer, "riverside") == 4, "four events")
    following = command.start("timeline", "riverside", "--follow")
    assert following.stdout is not None
    shown = [following.stdout.readline() for _ in range(4)]
    second = completed(writer, "riverside")
    shown += [following.stdout.readline() for _ in range(4)]
    assert str(second) in shown[7]
    completed(writer, "riverside")
    shown += [following.stdout.readline() for _ in range(4)]
    assert [int(line.split()[0]) for line in shown] == list(range(1, 13))
    following.send_signal(signal.SIGINT)
    assert following.wait(20) == 0
    assert following.communicate()[1] == ""


@pytest.mark.usefixtures("projector")
def test_following_goes_on_without_a_gap_after_its_connection_broke(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    wait_until(lambda: numbered(writer, "riverside") == 4, "four events")
    following = command.start("timeline", "riverside", "--follow", "--after", "2", "--json")
    assert following.stdout is not None
    shown = [following.stdout.readline() for _ in range(2)]
    altering.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'task-ledger cli' AND datname = current_database()"
    )
    completed(writer, "riverside")
    shown += [following.stdout.readline() for _ in range(4)]
    assert [line.split(",")[0] for line in shown] == [f'{{"seq":{n}' for n in range(3, 9)]
    following.send_signal(signal.SIGINT)
    assert following.wait(20) == 0
    assert "Trying again" in following.communicate()[1]


@pytest.mark.usefixtures("projector")
def test_a_timeline_resumes_behind_a_number(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    wait_until(lambda: numbered(writer, "riverside") == 4, "four events")
    ended = command("timeline", "riverside", "--after", 3, "--json")
    (entry,) = ended.lines()
    assert (entry["seq"], entry["type"], entry["task_name"]) == (4, "completed", "Read the drawing")
    assert command("timeline", "nowhere").out == ""


@pytest.mark.usefixtures("projector")
def test_an_export_is_checked_by_the_program_in_the_docs(
    command: Command, writer: psycopg.Connection[Any], tmp_path: Path
) -> None:
    completed(writer, "riverside")
    failed(writer, "riverside", "no matter")
    wait_until(lambda: numbered(writer, "riverside") == 7, "seven events")
    export = tmp_path / "riverside.ndjson"
    export.write_text(command("export", "riverside").out, encoding="utf-8")
    assert subprocess.run([sys.executable, CHECK_EXPORT, export], check=False).returncode == 0
    export.write_text(export.read_text().replace("celery@one", "celery@two", 1))
    assert subprocess.run([sys.executable, CHECK_EXPORT, export], check=False).returncode == 1


@pytest.mark.usefixtures("projector")
def test_an_export_has_every_column_in_both_forms(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    wait_until(lambda: numbered(writer, "riverside") == 4, "four events")
    lines = command("export", "riverside").lines()
    assert [line["version"] for line in lines] == [1, 2, 3, 4]
    assert all(tuple(line) == COLUMNS for line in lines)
    table = csv.DictReader(io.StringIO(command("export", "riverside", "--format", "csv").out))
    assert [row["digest"] for row in table] == [line["digest"] for line in lines]


def test_a_process_that_its_worker_cannot_end_is_not_terminated(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task_id = registered(writer, "riverside")
    append(writer, Append(task_id, new_claim(), 1, "w", Started(worker="w", host="h", pid=1)))
    refused = command("cancel", task_id, "--terminate")
    assert refused.status == 1
    assert "without terminate" in refused.err
    assert command("show", task_id, "--json").json()["task"]["cancel_requested"] is False


def test_cancelling_a_task_that_nobody_runs_ends_it_at_once(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task_id = registered(writer, "riverside")
    ended = command("cancel", task_id, "--reason", "a duplicate", "--json")
    assert ended.json() == {"task_id": str(task_id), "outcome": "accepted", "status": "REVOKED"}
    events = command("show", task_id, "--json").json()["events"]
    assert events[1]["type"] == "cancel_requested"
    assert events[1]["actor"].startswith("cli:")
    assert "a duplicate" in events[1]["private_text"]
    assert command("cancel", task_id).status == 1
    assert command("cancel", uuid4()).status == 1


@pytest.mark.usefixtures("projector")
def test_tasks_are_listed_as_of_an_earlier_time(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    broken = failed(writer, "riverside", "no matter")
    wait_until(lambda: numbered(writer, "riverside") == 3, "three events")
    events = command("show", str(broken), "--json").json()["events"]
    then = command("tasks", "riverside", "--as-of", events[1]["recorded_at"], "--json").json()
    assert [task["status"] for task in then["tasks"]] == ["STARTED"]
    assert (then["counts"]["STARTED"], then["counts"]["FAILURE"]) == (1, 0)
    none = command("tasks", "riverside", "--as-of", "2020-01-01", "--json").json()
    assert none["tasks"] == []
    for refused in ("2999-01-01", "yesterday", "0001-01-01", "0001-01-01T00:00+14:00"):
        assert command("tasks", "riverside", "--as-of", refused).status == 2
