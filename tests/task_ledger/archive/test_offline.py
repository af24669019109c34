"""A project's folder of an archive is checked by the offline verifier, without anything else."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger.archive.documents import PROJECT, folder_of
from task_ledger.archive.erasing import erase_tasks
from task_ledger.archive.retiring import retire_month
from task_ledger.archive.sealing import SealedLog
from task_ledger.archive.store import ArchiveStore
from task_ledger.sealer.location import LogLocation
from task_ledger.sealer.postgres import PostgresSource
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended
from tests.task_ledger.sealer.databases import CHECK_EXPORT, project
from tests.task_ledger.sealer.logs import Log

Owner = psycopg.Connection[Any]


@pytest.fixture
def folder(
    database: Database, owner: Owner, archives: ArchiveStore, log: Log, tmp_path: Path
) -> Path:
    """The folder of a project of which three events lie before, between and behind."""
    for month in (MONTH.back(-1), MONTH, MONTH.back(-1), MONTH, MONTH.back(-1)):
        ended(owner, "riverside", month)
    project(database)
    with PostgresSource(database.url_for("sealer")) as source:
        sealed = SealedLog(LogLocation(log.state, log.keys, str(log.public)), source)
        retire_month(owner, MONTH, archives, sealed, actor="anna")
    handed_out = tmp_path / "handed out"
    shutil.move(tmp_path / "var" / "archive" / str(MONTH) / folder_of("riverside"), handed_out)
    return handed_out


def check(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECK_EXPORT), str(folder), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def change_lines(folder: Path, change: Any) -> None:
    (path,) = folder.glob("events-*")
    lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    text = "".join(json.dumps(line) + "\n" for line in change(lines))
    path.write_bytes(gzip.compress(text.encode()))


def change_document(folder: Path, **values: Any) -> None:
    path = folder / PROJECT
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_folder_fits_its_seal_alone_and_by_the_log_s_key(folder: Path, log: Log) -> None:
    status, said = check(folder)
    assert (status, said) == (0, "8 events of 2 tasks; 0 tasks do not fit\n")
    status, said = check(folder, "--key", log.vkeys[0].encode())
    assert status == 0, said
    assert "8 of 20 events, each in its place; 0 after them are not" in said
    assert check(folder, "--key", log.vkeys[0].encode(), "--checkpoint", "seal.json")[0] == 2


def test_an_event_that_is_missing_or_was_altered_is_found(folder: Path, log: Log) -> None:
    key = ("--key", log.vkeys[0].encode())
    whole = folder.with_name("whole")
    shutil.copytree(folder, whole)
    change_lines(folder, lambda lines: lines[:-1])
    for arguments in ((), key):
        status, said = check(folder, *arguments)
        assert status == 1
        assert "7 events" in said
    change_document(folder, events=7)
    status, said = check(folder, *key)
    assert status == 1, "without its last event, the list altered too"
    assert "seal: the project and the log's entry" in said

    shutil.rmtree(folder)
    shutil.copytree(whole, folder)
    change_lines(folder, lambda lines: [{**lines[0], "actor": "eve"}, *lines[1:]])
    status, said = check(folder)
    assert status == 1
    assert "version 1: its digest does not fit" in said


def test_missing_tasks_are_found_by_the_seal(folder: Path, log: Log) -> None:
    change_lines(folder, lambda lines: lines[4:])
    change_document(folder, events=4, tasks=1)
    assert check(folder)[0] == 0
    status, said = check(folder, "--key", log.vkeys[0].encode())
    assert status == 1
    assert "it has number 13 where 5 must be" in said


@pytest.mark.parametrize(
    "values",
    [
        {"others": []},
        {"others": [[0, 2, "00" * 32]]},
        {"others": [[0, 70, "00" * 32]]},
        {"others": "all"},
        {"seal": None},
        {"files": [{"name": "../../etc/passwd", "kind": "events"}]},
        {"format": "task-ledger archive 2"},
    ],
)
def test_a_document_that_was_altered_is_refused(
    folder: Path, log: Log, values: dict[str, Any]
) -> None:
    change_document(folder, **values)
    assert check(folder, "--key", log.vkeys[0].encode())[0] != 0


def test_another_log_s_key_is_refused(folder: Path, tmp_path: Path) -> None:
    other = Log(tmp_path / "other")
    status, said = check(folder, "--key", other.vkeys[0].encode())
    assert status == 1
    assert "signature" in said or "no key" in said


def test_an_erased_event_stays_valid(
    database: Database, folder: Path, archives: ArchiveStore, log: Log, tmp_path: Path
) -> None:
    place = tmp_path / "var" / "archive" / str(MONTH) / folder_of("riverside")
    shutil.copytree(folder, place)
    task = json.loads(gzip.decompress(next(place.glob("events-*")).read_bytes()).splitlines()[0])
    with psycopg.connect(database.url_for("auditor"), autocommit=True) as auditor:
        tasks = [UUID(task["task_id"])]
        done = erase_tasks(
            auditor, archives, MONTH, "riverside", tasks, actor="dpo", reason="a request"
        )
    assert done.events == 3
    status, said = check(place, "--key", log.vkeys[0].encode())
    assert status == 0, said
    assert "3 events are erased" in said


def test_an_altered_node_does_not_yield_the_sealed_root(folder: Path, log: Log) -> None:
    nodes = json.loads((folder / PROJECT).read_text())["others"]
    change_document(folder, others=[[*nodes[0][:2], "00" * 32], *nodes[1:]])
    status, said = check(folder, "--key", log.vkeys[0].encode())
    assert status == 1
    assert "are not the events that were sealed" in said
