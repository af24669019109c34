"""An evidence pack proves itself with what is in it, and says in words what happened."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pypdfium2
import pytest
from psycopg import IsolationLevel

from task_ledger.evidence.pack import NothingToShow, Request, Seal, write_pack
from task_ledger.sealer.event_proofs import task_proof
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.seal_file import project_seal
from tests.histories import completed, failed
from tests.servers import Database
from tests.task_ledger.sealer.databases import number
from tests.task_ledger.sealer.logs import Log

PROJECT = "riverside"
EVERYTHING = Request(PROJECT, None, None, None, "anna")


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def pack(database: Database, request: Request, seal: Seal | None) -> zipfile.ZipFile:
    out = BytesIO()
    with psycopg.connect(database.url_for("auditor")) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        write_pack(out, connection, request, seal)
    return zipfile.ZipFile(out)


def check(folder: Path, archive: zipfile.ZipFile, log: Log) -> tuple[int, str]:
    """What an auditor does with the pack: unpack it, and run the program that is in it."""
    archive.extractall(folder)
    key = ["--key", log.vkeys[0].encode(), "--checkpoint", "seal.json"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check_export.py", "events.ndjson", *key],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def check_again(folder: Path, log: Log) -> str:
    """What the program says of what was unpacked, which fails."""
    key = ["--key", log.vkeys[0].encode(), "--checkpoint", "seal.json"]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check_export.py", "events.ndjson", *key],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def printed(archive: zipfile.ZipFile) -> str:
    """The text of the PDF."""
    document = pypdfium2.PdfDocument(archive.read("report.pdf"))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_projects_pack_is_checked_with_what_is_in_it(
    database: Database, owner: psycopg.Connection[Any], log: Log, tmp_path: Path
) -> None:
    done, broken = completed(owner, PROJECT), failed(owner, PROJECT, "secret traceback")
    number(owner)
    with PostgresSource(database.url_for("sealer")) as source:
        log.tick(source)
    vkey = log.vkeys[0].encode()
    seal = Seal(project_seal(log.state, log.store, PROJECT), [vkey])
    archive = pack(database, EVERYTHING, seal)
    status, words = check(tmp_path, archive, log)
    assert status == 0, words

    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["asked_by"], manifest["sealed"]) == ("anna", manifest["events"])
    page, paper = archive.read("report.html").decode(), printed(archive)
    for text in (page, paper):
        for task in (done, broken):
            assert str(task)[-8:] in text
        assert "database's clock" in text.replace("&#x27;", "'")
        assert "Completed:" in text
        assert "Failed:" in text
        assert "for anna" in text
        assert " UTC" in text
        assert "secret traceback" not in text
    assert vkey in page
    assert "http" not in page.replace("http-equiv", ""), "the page asks for nothing from elsewhere"
    assert "<script" not in page

    lines = (tmp_path / "events.ndjson").read_text().splitlines(keepends=True)
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))
    (tmp_path / "events.ndjson").write_text("".join(lines).replace('"seq": 2,', '"seq": 9,'))
    archive.extract("seal.json", tmp_path)
    assert "it has number 9 where 2 must be" in check_again(tmp_path, log)

    # A pack from which an event was removed does not fit.
    cut = BytesIO()
    with zipfile.ZipFile(cut, "w") as changed:
        for name in {*archive.namelist()} - {"events.ndjson"}:
            changed.writestr(name, archive.read(name))
        changed.writestr("events.ndjson", "".join(lines[:-1]))
    assert check(tmp_path, zipfile.ZipFile(cut), log)[0] == 1


def test_one_tasks_pack_is_checked_by_the_proofs_of_its_events(
    database: Database, owner: psycopg.Connection[Any], log: Log, tmp_path: Path
) -> None:
    other, task = completed(owner, PROJECT), failed(owner, PROJECT, "secret traceback")
    number(owner)
    with PostgresSource(database.url_for("sealer")) as source:
        log.tick(source)
        proof = task_proof(log.state, log.store, source, PROJECT, task)
    archive = pack(database, replace(EVERYTHING, task_id=task), Seal(proof, []))
    status, words = check(tmp_path, archive, log)
    assert status == 0, words
    assert "each by its proof; 0 after them are not" in words
    lines = (tmp_path / "events.ndjson").read_text()
    assert [json.loads(line)["seq"] for line in lines.splitlines()] == [5, 6, 7]
    (tmp_path / "events.ndjson").write_text(lines.replace('"seq": 6,', '"seq": 2,'))
    assert "it has number 2 where 6 must be" in check_again(tmp_path, log)
    assert str(other)[-8:] not in archive.read("report.html").decode()


def test_a_pack_of_unsealed_events_says_so(
    database: Database, owner: psycopg.Connection[Any]
) -> None:
    completed(owner, PROJECT)
    number(owner)
    later = replace(EVERYTHING, since=datetime.now(UTC) + timedelta(days=1))
    archive = pack(database, later, None)
    assert [json.loads(archive.read("events.ndjson"))["seq"]] == [4]
    page = archive.read("report.html").decode()
    assert "Completed:" not in page
    assert "No. Nothing here is proven by a signature." in page
    assert "seal.json" not in archive.namelist()


def test_text_of_an_event_is_escaped_in_the_report(
    database: Database, owner: psycopg.Connection[Any]
) -> None:
    task = completed(owner, PROJECT)
    owner.execute(
        "UPDATE task_ledger.task_event SET actor = '<b>&Жук' WHERE task_id = %s AND version = 1",
        (task,),
    )
    number(owner)
    archive = pack(database, EVERYTHING, None)
    assert "&lt;b&gt;&amp;Жук" in archive.read("report.html").decode()
    assert "<b>&\\u0416" in printed(archive)


def test_a_request_without_events_makes_no_pack(database: Database) -> None:
    with pytest.raises(NothingToShow):
        pack(database, EVERYTHING, None)
