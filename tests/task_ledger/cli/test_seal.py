"""`task-ledger sealer`, `seal` and `verify --sealed`: open, seal, tell, rotate, refuse, check."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from task_ledger.sealer.status import SealStatus, seal_status
from tests.histories import completed
from tests.servers import Database
from tests.task_ledger.cli.command import Command, Ended
from tests.task_ledger.local.children import wait_until
from tests.task_ledger.sealer.databases import CHECK_EXPORT, number

NAME = "example.com/ledger"
PROJECT = "riverside"
QUICK = {"TASK_LEDGER_SEAL_EVERY_S": "0.05"}


@contextmanager
def sealing(command: Command) -> Iterator[subprocess.Popen[str]]:
    """A sealer that looks often, ended in order."""
    process = command.start("sealer", **QUICK)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0


def until(command: Command, holds: Callable[[SealStatus], bool], what: str) -> None:
    """Wait for what the state says; reads it directly, which is faster than a command."""
    folder = command.environment.get("TASK_LEDGER_SEAL_DIR") or command.folder / "var" / "seal"
    wait_until(lambda: holds(seal_status(Path(folder) / "seal.sqlite")), what, 30)


def sealed(command: Command, events: int) -> None:
    """Wait until so many events are in a published checkpoint."""
    until(
        command,
        lambda s: s.events == events and s.unsealed == s.unpublished == 0 and s.size > 0,
        f"{events} sealed events",
    )


def published(found: SealStatus) -> bool:
    return found.size > 0 and found.unpublished == 0


@pytest.fixture
def vkey(command: Command) -> str:
    """A log that was opened, and its key."""
    return command("seal", "open", NAME).out.strip()


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The database's owner, who has turned the triggers off and numbers timelines."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def verify(command: Command, seal: Path, vkey: str, *more: str) -> Ended:
    return command("verify", "--sealed", seal, "--key", vkey, *more)


def test_what_was_sealed_is_told_and_verified_and_a_falsification_is_refused_and_named(
    command: Command,
    writer: psycopg.Connection[Any],
    owner: psycopg.Connection[Any],
    vkey: str,
    tmp_path: Path,
) -> None:
    task = completed(writer, PROJECT)
    number(owner)
    seal, exported = tmp_path / "seal.json", tmp_path / "events.ndjson"
    with sealing(command):
        sealed(command, 4)
        told = command("seal", "status", "--json").json()
        assert (told["origin"], told["vkeys"], told["standing"]) == (NAME, [vkey], [])
        seal.write_text(command("seal", "export", PROJECT).out)
        exported.write_text(command("export", PROJECT).out)

        # By the ledger, and by an auditor without access to anything.
        ended = verify(command, seal, vkey, "--json")
        assert ended.status == 0, ended.err
        assert (ended.json()["verified"], ended.json()["sealed"]) == (True, 4)
        offline = [sys.executable, "-I", "-S", str(CHECK_EXPORT), str(exported)]
        given = ["--key", vkey, "--checkpoint", str(seal)]
        subprocess.run([*offline, *given], check=True, capture_output=True)

        # The same in one file.
        ended = command("evidence", "--task", task, "task.zip")
        assert (ended.status, ended.err) == (0, "")
        with zipfile.ZipFile(tmp_path / "task.zip") as archive:
            assert json.loads(archive.read("manifest.json"))["sealed"] == 4
        assert command("evidence", "--task", task, "task.zip").status == 2
        period = ("--since", "2026-01-01T00:00:00Z", "--until", "2100-01-01T00:00:00Z")
        ended = command("evidence", "--project", PROJECT, *period, "period.zip")
        assert (ended.status, ended.err) == (0, "")
        with zipfile.ZipFile(tmp_path / "period.zip") as archive:
            archive.extractall(tmp_path / "period")
        checked = [sys.executable, "-I", "-S", "check_export.py", "events.ndjson"]
        checked += ["--key", vkey, "--checkpoint", "seal.json"]
        said = subprocess.run(
            checked, cwd=tmp_path / "period", check=True, capture_output=True, text=True
        )
        assert "numbers 1 to 4 of 4, of which 4 were recorded from 2026-01-01" in said.stdout

        # Rotating needs no restart: both keys sign, and the old one still checks.
        new = command("seal", "rotate", "--overlap-days", "1").out.strip()
        assert command("seal", "key").out.split() == [new, vkey]
        until(command, lambda s: s.vkeys == (new, vkey), "the new key in the log")
        renewed = tmp_path / "renewed.json"
        since = json.loads(seal.read_text())["checkpoint"].split("\n")[1]
        renewed.write_text(command("seal", "export", PROJECT, "--since", since).out)
        ended = verify(command, renewed, vkey, "--key", new)
        assert ended.status == 0
        assert f"signed by {new}" in ended.out
        assert f"signed by {vkey}" in ended.out

        # A process of another login signs nothing any more once the owner has dropped a task.
        for table in ("task_event", "project_timeline"):
            owner.execute(f"DELETE FROM task_ledger.{table} WHERE version > 2")  # type: ignore[arg-type]
        until(command, lambda s: len(s.standing) == 1, "the alarm")
    ended = command("seal", "status")
    assert ended.status == 1
    assert f"project {PROJECT}" in ended.out
    assert "its timeline ends at 2, and 4 events are sealed" in ended.out
    checks = {c["name"]: c for c in command("doctor", "--json").json()["checks"]}
    assert checks["seal"]["level"] == "fail"
    assert "timeline ends at 2" in checks["seal"]["found"]
    ended = verify(command, seal, vkey)
    assert ended.status == 1
    assert "its timeline lacks number 3" in ended.err
    assert str(task) not in ended.err


def test_events_that_were_altered_with_their_digests_do_not_fit_the_seal(
    command: Command,
    writer: psycopg.Connection[Any],
    owner: psycopg.Connection[Any],
    vkey: str,
    tmp_path: Path,
) -> None:
    completed(writer, PROJECT)
    number(owner)
    with sealing(command):
        sealed(command, 4)
    seal = tmp_path / "seal.json"
    seal.write_text(command("seal", "export", PROJECT).out)
    # One byte, under the digest that was sealed.
    actor = "UPDATE task_ledger.task_event SET actor = %s WHERE version = 2"
    owner.execute(actor, ["celery@onf"])
    ended = verify(command, seal, vkey)
    assert (ended.status, "version 2: its digest does not fit" in ended.out) == (1, True)
    assert "are as they were sealed" not in ended.out
    assert '"verified":false' in verify(command, seal, vkey, "--json").out
    owner.execute(actor, ["celery@one"])
    assert verify(command, seal, vkey).status == 0
    owner.execute("UPDATE task_ledger.task_event SET digest = sha256('forged') WHERE version = 2")
    ended = verify(command, seal, vkey)
    assert ended.status == 1
    assert "numbers 1 to 4 of the timeline are not the events that were sealed" in ended.err


def test_a_seal_that_another_key_signed_or_that_is_none_is_refused(
    command: Command,
    writer: psycopg.Connection[Any],
    owner: psycopg.Connection[Any],
    vkey: str,
    tmp_path: Path,
) -> None:
    completed(writer, PROJECT)
    number(owner)
    with sealing(command):
        sealed(command, 4)
    seal = tmp_path / "seal.json"
    seal.write_text(command("seal", "export", PROJECT).out)
    other = Command(command.environment, tmp_path)
    other.environment["TASK_LEDGER_SEAL_DIR"] = str(tmp_path / "other")
    foreign = other("seal", "open", NAME).out.strip()
    ended = verify(command, seal, foreign)
    assert (ended.status, "no known key has signed" in ended.err) == (1, True)
    assert verify(command, seal, "nonsense").status == 2
    assert command("verify", "--sealed", seal).status == 2
    assert command("verify", "--sealed", seal, "--key", vkey, "--project", "x").status == 2
    seal.write_text('{"format": "task-ledger seal 1"}')
    assert "this is not a project" in verify(command, seal, vkey).err
    assert verify(command, tmp_path / "absent", vkey).status == 2
    assert command("seal", "export", "nowhere").status == 1
    assert command("seal", "export", PROJECT, "--since", "99").status == 2


def test_of_two_sealers_one_seals_and_the_other_takes_over(
    command: Command, writer: psycopg.Connection[Any], owner: psycopg.Connection[Any], vkey: str
) -> None:
    completed(writer, PROJECT)
    number(owner)
    with sealing(command):
        sealed(command, 4)
        first = command.start("sealer", **QUICK)
        try:
            assert first.stderr is not None
            assert "started" in first.stderr.readline()
        finally:
            first.kill()
            first.communicate()
    completed(writer, PROJECT)
    number(owner)
    with sealing(command):
        sealed(command, 8)
    assert command("seal", "status").status == 0


def test_a_log_is_opened_once_and_a_next_one_names_the_log_before(
    command: Command, vkey: str, tmp_path: Path
) -> None:
    assert (tmp_path / "var" / "seal" / "seal.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "seal" / "seal.sqlite").stat().st_mode & 0o077 == 0
    ended = command("seal", "open", NAME)
    assert (ended.status, "already open here" in ended.err) == (1, True)
    assert vkey.startswith(f"{NAME}+")
    with sealing(command):
        until(command, published, "a checkpoint")
    folder = tmp_path / "var" / "seal" / "published"
    command.environment["TASK_LEDGER_SEAL_DIR"] = str(tmp_path / "next")
    after = ("--after", folder / "checkpoint")
    assert command("seal", "open", f"{NAME}/2", *after).status == 2
    assert command("seal", "open", NAME, *after, "--reason", "restored").status == 2
    assert command("seal", "open", f"{NAME}/2", *after, "--reason", "restored").status == 0
    with sealing(command):
        until(command, published, "a checkpoint")
    first = tmp_path / "next" / "published" / "tile" / "entries" / "000.p" / "1"
    assert f"{NAME}/2\n{NAME}\n".encode() in first.read_bytes()
    assert b"restored" in first.read_bytes()


def test_without_a_log_the_sealer_says_how_to_open_one(command: Command) -> None:
    ended = command("sealer")
    assert (ended.status, "task-ledger seal open NAME" in ended.err) == (2, True)
    assert command("seal", "status").status == 1
    wrong = command("seal", "open", "no name")
    assert (wrong.status, "no spaces" in wrong.err) == (2, True)
