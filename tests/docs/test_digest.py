"""The program that checks exports fits a real one, and catches one that was altered."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from task_ledger.eventlog.export import COLUMNS, exported
from task_ledger.eventlog.read import read_events
from tests.histories import attempted, completed, failed, registered
from tests.servers import Database

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def lines(database: Database) -> list[str]:
    """An export whose tasks' events stand between each other, with free text of every kind."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        project_id = "Straße\n9 —\tProjekt"
        tasks = [
            completed(connection, project_id),
            failed(connection, project_id, "no matter"),
            registered(connection, project_id, name='"\\ \u2028 日本', actor="an\nna"),
        ]
        attempted(connection, tasks[2])
        events = [event for task_id in tasks for event in read_events(connection, task_id)]
    events.sort(key=lambda event: (event.version, event.feed))
    return [json.dumps(exported(event), ensure_ascii=False) + "\n" for event in events]


def check(folder: Path, lines: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the program apart from everything that is installed."""
    program, export = folder / "check_export.py", folder / "export.ndjson"
    program.write_text((DOCS / "check_export.py").read_text())
    export.write_text("".join(lines), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(export)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_that_nobody_altered_fits(tmp_path: Path, lines: list[str]) -> None:
    done = check(tmp_path, lines)
    assert (done.returncode, done.stdout) == (
        0,
        "9 events of 3 tasks; 0 tasks do not fit\n",
    ), done.stderr


OTHER: dict[str, Callable[[Any], Any]] = {
    "task_id": lambda _: "01a209ad-82ef-7627-b353-0b20b9289804",
    "project_id": lambda text: text + " ",
    "type": lambda _: "noted",
    "actor": lambda text: text + "x",
    "occurred_at": lambda text: text[:-2] + ("0Z" if text[-2] != "0" else "1Z"),
    "recorded_at": lambda text: text[:-2] + ("0Z" if text[-2] != "0" else "1Z"),
    "state": lambda _: "retrying",
    "claim": lambda claim: None if claim else "01a209ad-82ef-4627-b353-0b20b9289804",
    "cancel_requested": lambda flag: not flag,
    "due_at": lambda _: "2026-11-23T18:20:00.000000Z",
    "data_text": lambda text: text + " ",
    "private_text": lambda text: (text or "{}") + " ",
    "salt": lambda salt: "0" * 32 if salt is None else salt[::-1],
    "erased": lambda _: f"2 {'0' * 64}",
    "digest": lambda text: text[::-1],
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_to_any_column_is_named(tmp_path: Path, lines: list[str], column: str) -> None:
    event = json.loads(lines[4])
    change = OTHER.get(column, lambda number: (number or 0) + 1)
    lines[4] = json.dumps(event | {column: change(event[column])}) + "\n"
    done = check(tmp_path, lines)
    assert done.returncode == 1
    assert done.stdout.startswith("line 5: task ")


@pytest.mark.parametrize(
    "forged",
    [
        {"cancel_requested": ""},
        {"cancel_requested": 0},
        {"max_attempts": "3"},
        {"data": {"reason": "covered by no digest"}},
    ],
    ids=str,
)
def test_what_only_looks_like_the_event_is_named(
    tmp_path: Path, lines: list[str], forged: dict[str, Any]
) -> None:
    event = json.loads(lines[0])
    assert (event["cancel_requested"], event["max_attempts"]) == (False, 3)
    lines[0] = json.dumps(event | forged) + "\n"
    done = check(tmp_path, lines)
    assert done.returncode == 1
    assert done.stdout.startswith("line 1: task ")


def test_without_an_export_it_says_how_it_is_called(tmp_path: Path) -> None:
    for arguments, status, said in (
        ([], 2, "usage: check_export.py"),
        ([str(tmp_path / "none")], 1, "No such file"),
    ):
        done = subprocess.run(
            [sys.executable, str(DOCS / "check_export.py"), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_one_changed_byte_is_named(tmp_path: Path, lines: list[str]) -> None:
    assert "Read the drawing" in lines[0]
    lines[0] = lines[0].replace("Read the drawing", "Read the drawinh")
    done = check(tmp_path, lines)
    assert done.returncode == 1
    task_id = json.loads(lines[0])["task_id"]
    assert f"line 1: task {task_id}, version 1: its digest does not fit" in done.stdout
    assert "1 tasks do not fit" in done.stdout


def test_a_missing_event_is_named(tmp_path: Path, lines: list[str]) -> None:
    task_id = json.loads(lines[3])["task_id"]
    done = check(tmp_path, lines[:3] + lines[4:])
    assert done.returncode == 1
    assert f"task {task_id}, version 3: version 2 is missing" in done.stdout


def test_a_cut_tail_is_not_seen_which_the_page_says(tmp_path: Path, lines: list[str]) -> None:
    assert check(tmp_path, lines[:-1]).returncode == 0
    assert "**A cut tail.**" in (DOCS / "digest.md").read_text()


@pytest.mark.parametrize("line", ["{}\n", "[]\n", "not JSON\n", "null\n"])
def test_what_is_no_export_is_said_in_one_line(tmp_path: Path, lines: list[str], line: str) -> None:
    done = check(tmp_path, [*lines[:2], line])
    assert done.returncode == 1
    assert done.stderr.startswith("line 3 is not an exported event")
    assert "Traceback" not in done.stderr


def test_an_empty_export_is_not_called_checked(tmp_path: Path) -> None:
    assert check(tmp_path, []).returncode == 1
