"""`task-ledger erase`: the dry run, the erasure, and that everything that reads follows."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger.eventlog.append import Append, append, note
from task_ledger.model.events import Completed, Noted, Progress, Registered, make_data
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.projector.database import connect
from task_ledger.projector.rebuild import rebuild
from tests.histories import STARTED, failed
from tests.servers import Database
from tests.task_ledger.cli.command import Command, Ended
from tests.task_ledger.sealer.databases import project

CHECK_EXPORT = Path(__file__).parents[3] / "docs" / "check_export.py"
SECRET = "Wilhelmina"
REASON = ("--really", "--reason", "request 17/2026")


def history(
    writer: psycopg.Connection[Any],
    entity: str = "person:7",
    *,
    ends: bool = True,
    name: str = f"Letter to {SECRET}",
    result: str = SECRET,
) -> UUID:
    """A task that says the secret wherever text may be, by the library's own writers."""
    task_id, claim = new_task_id(), new_claim()
    kind, _, number = entity.partition(":")
    data = make_data(
        Registered,
        task_type="letter",
        name=name,
        metadata={"to": SECRET},
        entity={"type": kind, "id": number},
    )
    clear, private = data.texts()
    writer.execute(
        "SELECT task_ledger.register(%s, 'riverside', 'anna', now(), %s, 1, 3, NULL, %s)",
        (task_id, clear, private),
    )
    events = [STARTED, make_data(Progress, percent=50, step=f"For {SECRET}", detail=SECRET)]
    if ends:
        events.append(make_data(Completed, result={"name": result}))
    for each in events:
        append(writer, Append(task_id, claim, 1, "celery@one", each))
    note(writer, task_id, "anna", make_data(Noted, kind="comment", message=f"called {SECRET}"))
    return task_id


def stored(database: Database) -> str:
    """Every row of the ledger, as text."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'task_ledger'::regnamespace"
            " AND relkind IN ('r', 'p')"
        ).fetchall()
        found: list[str] = []
        for (name,) in names:
            rows = connection.execute(f"SELECT t::text FROM task_ledger.{name} AS t")  # pyright: ignore[reportArgumentType, reportCallIssue]
            found += [row[0] for row in rows]
        return "\n".join(found)


def checked(folder: Path, export: Ended, form: str) -> str:
    """What the program for auditors says of an export."""
    path = folder / f"export.{form}"
    path.write_text(export.out, newline="")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECK_EXPORT), str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_dry_run_says_what_would_go_and_erases_nothing(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    task = history(writer)
    trace = failed(writer, "riverside", f"in {SECRET}.py")
    project(database)
    told = command("erase", "--task", task, "--event", f"{trace}:3", "--json")
    assert told.status == 0
    first, second = told.json()["tasks"]
    assert (first["versions"], first["unsalted"], first["message"]) == ([1, 3, 4, 5], [], False)
    assert (second["versions"], second["tracebacks"]) == ([3], 1)
    printed = command("erase", "--task", task)
    assert "1, 3, 4, 5" in printed.out
    assert "Nothing was erased" in printed.err
    assert SECRET in stored(database)
    assert command("access-log", "--json").lines() == []


def test_what_a_writer_passed_in_clear_is_named_and_not_said_to_be_erased(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task, claim = new_task_id(), new_claim()
    clear = json.dumps({"task_type": "letter", "name": SECRET, "metadata": {"to": SECRET}})
    writer.execute(
        "SELECT task_ledger.register(%s, 'riverside', 'anna', now(), %s, 1, 3, NULL, '{}')",
        (task, clear),
    )
    append(writer, Append(task, claim, 1, "celery@one", STARTED))
    error = {"type": "E", "message": SECRET}
    writer.execute(
        "SELECT task_ledger.append(%s, 'failed', %s, 1, 'celery@one', now(), %s, 1,"
        " p_private => %s)",
        (task, claim, json.dumps({"reason": "error", "error": error}), '{"message":"x"}'),
    )
    fields = {1: ["metadata", "name"], 3: ["error"]}
    left = [{"task_id": str(task), "version": n, "fields": fields[n]} for n in fields]
    for options in ((), REASON):
        told = command("erase", "--task", task, *options, "--json").json()
        assert told["left_in_clear"] == left
    assert told["tasks"][0]["events"] == 1
    printed = command("erase", "--task", task, *REASON)
    assert "Erased 0 events" in printed.out
    assert f"Task {task}: error, metadata, name stay in clear in 2 events" in printed.err
    assert command("erase", "--event", f"{task}:2", "--json").json()["left_in_clear"] == []
    ordinary = command("erase", "--task", history(writer), "--json").json()
    assert ordinary["left_in_clear"] == []


def test_everything_follows_and_all_checks_still_pass(
    command: Command, writer: psycopg.Connection[Any], database: Database, tmp_path: Path
) -> None:
    tasks = [history(writer), failed(writer, "riverside", f"in {SECRET}.py")]
    other = history(writer, "person:8")
    project(database)
    done = command("erase", "--task", tasks[0], "--task", tasks[1], "--task", other, *REASON)
    assert done.status == 0, done.err
    assert "--rewrite" in done.err
    assert "WAL" in done.err
    assert "backups" in done.err
    assert SECRET not in stored(database)

    shown = command("show", tasks[0])
    assert "[erased]" in shown.out
    assert "(erased)" in shown.out
    assert command("verify").status == 0
    for form in ("ndjson", "csv"):
        said = checked(tmp_path, command("export", "riverside", "--format", form), form)
        assert "0 tasks do not fit" in said
        assert "events are erased" in said
    replayed = command("show", tasks[0], "--as-of", 3, "--json").json()["task"]
    assert (replayed["percent"], replayed["step"], replayed["detail"]) == (50, "[erased]", None)

    before = records(database)
    rebuild(database.url_for("projector"))
    assert records(database) == before
    rows = command("access-log", "--json").lines()
    erasures = [row for row in rows if row["action"] == "erasure"]
    assert [UUID(row["task_id"]) for row in erasures] == [*tasks, other]
    assert all("request 17/2026" in row["detail"] for row in erasures)


def records(database: Database) -> list[str]:
    """The read model, as text."""
    with psycopg.connect(database.superuser_url) as connection:
        rows = connection.execute(
            "SELECT to_jsonb(r)::text FROM task_ledger.task_record AS r ORDER BY r.task_id"
        )
        return [row[0] for row in rows]


def test_an_entity_s_tasks_are_erased_and_no_other_and_running_it_again_does_nothing(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    mine = [history(writer), history(writer)]
    other = history(writer, "person:70")
    project(database)
    about = ("erase", "--project", "riverside", "--entity", "person:7")
    assert {each["task_id"] for each in command(*about, "--json").json()["tasks"]} == {
        str(task) for task in mine
    }
    assert command(*about, *REASON).status == 0
    kept = command("show", other, "--json").json()
    assert kept["task"]["task_name"] == f"Letter to {SECRET}"
    for task in mine:
        assert SECRET not in json.dumps(command("show", task, "--json").json())
    again = command(*about, *REASON)
    assert again.status == 0
    assert "all of them were erased" in again.out
    assert len(command("access-log", "--json").lines()) == 2


def test_a_task_that_goes_on_is_named_with_what_erases_the_rest_of_it(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    data = make_data(
        Registered, task_type="letter", name=SECRET, entity={"type": "person", "id": "7"}
    )
    task = new_task_id()
    clear, private = data.texts()
    message = json.dumps(
        {
            "exchange": "",
            "routing_key": "letters",
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "headers": {},
            "properties": {},
            "declare": [],
        }
    )
    writer.execute(
        "SELECT task_ledger.enqueue(%s, 'riverside', 'anna', now(), %s, 1, 3, NULL, %s, %s, %s)",
        (task, clear, message, SECRET.encode(), private),
    )
    about = ("erase", "--project", "riverside", "--entity", "person:7", *REASON)
    assert f"task-ledger erase --task {task}" in command(*about).err
    claim = new_claim()
    for each in (STARTED, make_data(Completed, result={"name": SECRET})):
        append(writer, Append(task, claim, 1, "celery@one", each))
    # Its first event no longer says for whom it is, so only its id leads to it.
    assert "No task was registered" in command(*about).out
    assert command("erase", "--task", task, *REASON).status == 0
    assert SECRET not in json.dumps(command("show", task, "--json").json())


def test_a_record_that_the_projector_folds_later_has_no_erased_text(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    task = history(writer, ends=False)
    assert command("erase", "--task", task, *REASON).status == 0
    project(database)
    assert SECRET not in "".join(records(database))
    assert command("verify").status == 0


def test_an_erasure_between_two_ticks_is_not_undone_by_the_next(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    task = history(writer, ends=False)
    project(database)
    assert command("erase", "--task", task, *REASON).status == 0
    note(writer, task, "anna", make_data(Noted, kind="comment"))
    project(database)
    assert SECRET not in "".join(records(database))
    assert command("verify").status == 0


def test_an_erasure_waits_while_the_projector_folds(
    writer: psycopg.Connection[Any], database: Database
) -> None:
    task = history(writer)
    project(database)
    with (
        connect(database.url_for("projector"), "test") as projector,
        psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser,
    ):
        eraser.execute("SET statement_timeout = '300ms'")
        with projector.transaction():
            projector.execute("SELECT FROM task_ledger.checkpoint FOR UPDATE")
            with pytest.raises(psycopg.errors.QueryCanceled):
                eraser.execute("SELECT task_ledger.erase(%s, NULL, 'dpo', 'why')", (task,))
        row = eraser.execute("SELECT (task_ledger.erase(%s, NULL, 'dpo', 'why')).events", (task,))
        assert row.fetchone() == (4,)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--task", "01a209ad-82ef-7627-b353-0b20b9289804", "--really"),
        ("--entity", "person:7"),
        ("--project", "riverside", "--entity", "person"),
        ("--event", "x:1"),
        ("--rewrite", "--really"),
    ],
    ids=["nothing", "no reason", "no project", "no id", "no task", "two things"],
)
def test_a_command_that_does_not_say_enough_is_refused(
    command: Command, database: Database, arguments: tuple[str, ...]
) -> None:
    assert database
    assert command("erase", *arguments).status == 2


def test_an_unknown_task_is_refused(command: Command, database: Database) -> None:
    assert database
    unknown = command("erase", "--task", "01a209ad-82ef-7627-b353-0b20b9289804")
    assert unknown.status == 1
    assert "not in the ledger" in unknown.err
