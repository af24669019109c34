"""`task-ledger retire` and `archive`, and what other commands say of a retired month."""

import gzip
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger.sealer.location import LogLocation, open_log
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended, failed, id_in, registered
from tests.task_ledger.cli.command import Command
from tests.task_ledger.sealer.databases import check, project

Owner = psycopg.Connection[Any]
SECRET = "Wilhelmina"
REASON = ("--reason", "request 17/2026")


@pytest.fixture
def task(database: Database, owner: Owner) -> UUID:
    """A task of a month that may be retired, beside another one."""
    task_id = ended(owner, "riverside", name=f"Letter to {SECRET}")
    failed(owner, "riverside", f"in {SECRET}.py")
    project(database)
    return task_id


def everything_in(folder: Path) -> str:
    """The text of every archived file."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(
        (gzip.decompress(each.read_bytes()) if each.suffix == ".gz" else each.read_bytes()).decode()
        for each in found
    )


def test_a_dry_run_lists_months_and_obstacles_and_does_nothing(
    command: Command, owner: Owner, database: Database, task: UUID
) -> None:
    told = command("retire", MONTH, "--dry-run")
    assert (told.status, told.out) == (0, f"{MONTH}: would be retired\n")
    open_ = registered(owner, "riverside")
    project(database)
    told = command("retire", MONTH, "--dry-run", "--json")
    assert told.status == 1
    (month,) = told.json()["months"]
    assert [each["task_id"] for each in month["held_back_by"]] == [str(open_)]
    assert command("show", task).status == 0
    assert command("archive", "list", "--json").json() == []


def test_a_month_is_retired_and_every_command_says_where_it_is(
    command: Command, owner: Owner, database: Database, task: UUID
) -> None:
    refused = command("retire", MONTH)
    assert refused.status == 1
    assert "--unsealed" in refused.err
    done = command("retire", MONTH, "--unsealed")
    assert (done.status, done.out) == (0, f"Retired {MONTH}: 7 events are in its archive.\n")
    assert command("retire", MONTH, "--unsealed").status == 0, "it can be run again"

    shown = command("show", task)
    assert shown.status == 1
    assert f"have left the ledger for the archive {MONTH}" in shown.err
    assert f"archive {MONTH}" in command("verify", "--task", task).err
    for read in ("timeline", "tasks", "export"):
        told = command(read, "riverside")
        assert told.status == 0
        assert f"2 tasks of {MONTH} are in archives" in told.err
        assert "No task of the project" not in told.err
    verified = command("verify")
    assert verified.status == 0
    assert "7 events of closed months are not here: not verified" in verified.out
    assert command("rebuild").status == 0
    assert command("verify").status == 0


def test_an_archive_is_listed_read_and_verified_without_a_database(
    command: Command, task: UUID, lost: Command
) -> None:
    assert command("retire", MONTH, "--unsealed").status == 0
    (listed,) = lost("archive", "list", "--json").json()
    assert [each["project_id"] for each in listed["projects"]] == ["riverside"]
    lines = lost("archive", "read", MONTH, "riverside", "--task", task).lines()
    assert [line["version"] for line in lines] == [1, 2, 3, 4]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4]
    assert lost("archive", "verify", MONTH, "--json").json()["events"] == 7
    nothing = lost("archive", "read", MONTH, "riverside", "--task", id_in(MONTH))
    assert (nothing.status, nothing.out) == (1, "")
    assert lost("archive", "verify", MONTH.back(1)).status == 1
    assert lost("archive", "verify", "May").status == 2


def test_a_damaged_archive_is_named(command: Command, task: UUID, tmp_path: Path) -> None:
    assert command("retire", MONTH, "--unsealed").status == 0
    (path,) = (tmp_path / "var" / "archive").rglob("events-*")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert "is not the file that was archived" in command("archive", "verify", MONTH).err
    path.unlink()
    assert "is missing" in command("archive", "verify", MONTH).err


def test_an_erasure_in_an_archive_leaves_no_text_and_a_valid_archive(
    command: Command, owner: Owner, task: UUID, tmp_path: Path, settings: Any
) -> None:
    open_log(LogLocation.of(settings), "example.com/ledger")
    assert command("retire", MONTH).status == 0
    key = command("seal", "key").out.strip()
    folder = tmp_path / "var" / "archive"
    assert SECRET in everything_in(folder)
    assert not folder.stat().st_mode & 0o077, "only for the user"
    (events,) = folder.rglob("events-*")
    killed = events.with_name(f".{events.name}.0a1b2c3d")
    killed.write_bytes(events.read_bytes())
    others = command("archive", "read", MONTH, "riverside").lines()[4]["task_id"]
    refused = command("erase", "--task", task, "--really", *REASON)
    assert refused.status == 1
    assert "task-ledger archive erase" in refused.err

    about = ("archive", "erase", MONTH, "riverside", "--task", task, "--task", others, *REASON)
    done = command(*about, "--json")
    assert done.status == 0, done.err
    told = done.json()
    assert (told["events"], told["tracebacks"], told["files"]) == (5, 1, 2)
    assert any("object lock" in line for line in told["left"])
    assert SECRET not in everything_in(folder)
    verified = command("archive", "verify", MONTH, "--key", key)
    assert verified.status == 0, verified.err
    assert "5 events are erased" in verified.out
    assert "1 projects match their seals" in verified.out
    assert command(*about, "--json").json()["events"] == 0
    rows = [row for row in command("access-log", "--json").lines() if row["action"] == "erasure"]
    assert {row["task_id"] for row in rows} == {str(task), others}
    unknown = command("archive", "erase", MONTH, "riverside", "--task", id_in(MONTH), *REASON)
    assert unknown.status == 1


def test_a_hold_is_placed_listed_obeyed_and_released(command: Command, task: UUID) -> None:
    placed = command("archive", "hold", "--project", "riverside", "--reason", "case 7", "--json")
    number = placed.json()["hold"]
    month = command("archive", "hold", "--month", MONTH, "--reason", "case 8", "--json").json()
    assert str(MONTH) in command("archive", "holds").out
    assert command("archive", "release", month["hold"], "--reason", "over").status == 0
    held = command("retire", MONTH, "--unsealed")
    assert held.status == 1
    assert "held, project 'riverside': hold 1 by" in held.err
    assert "case 7" in command("archive", "holds").out
    assert command("archive", "release", number, "--reason", "over").status == 0
    assert command("archive", "release", number, "--reason", "over").status == 1
    assert command("retire", MONTH, "--unsealed").status == 0
    rows = command("archive", "holds", "--json").json()
    assert [row["release_reason"] for row in rows] == ["over", "over"]


def test_keep_for_keeps_months_and_retires_older_ones(command: Command, task: UUID) -> None:
    kept = command("retire", MONTH, "--keep-for", 3, "--unsealed")
    assert kept.status == 1
    assert "is kept" in kept.err
    assert command("retire", "--keep-for", 12, "--unsealed").out == "There is no month to retire.\n"
    assert command("retire", "--keep-for", 2, "--unsealed").status == 0
    assert command("show", task).status == 1
    assert command("retire").status == 2


def test_a_retirement_can_be_given_up(command: Command, owner: Owner, task: UUID) -> None:
    owner.execute("SELECT task_ledger.close_bucket(%s)", (MONTH.bucket,))
    given_up = command("retire", MONTH, "--reopen")
    assert (given_up.out, given_up.err) == (f"{MONTH} accepts events again.\n", "")
    assert command("retire", MONTH, "--reopen").status == 1


def test_a_partly_written_archive_is_named(
    command: Command, owner: Owner, task: UUID, tmp_path: Path
) -> None:
    owner.execute("SELECT task_ledger.close_bucket(%s)", (MONTH.bucket,))
    (tmp_path / "var" / "archive" / str(MONTH) / "folder").mkdir(parents=True)
    assert f"delete {MONTH} in the archives" in command("retire", MONTH, "--reopen").err


def checks(command: Command) -> dict[str, tuple[str, str]]:
    """What `task-ledger doctor` says of retired months."""
    found = command("doctor", "--json").json()["checks"]
    names = ("retirement", "retired months", "archive")
    return {each["name"]: (each["level"], each["found"]) for each in found if each["name"] in names}


def test_doctor_names_a_month_that_was_left_and_an_archive_that_is_gone(
    command: Command, owner: Owner, task: UUID, tmp_path: Path
) -> None:
    assert checks(command) == {}
    owner.execute("SELECT task_ledger.close_bucket(%s)", (MONTH.bucket,))
    level, said = checks(command)["retirement"]
    assert level == "warn"
    assert f"{MONTH} takes no events since" in said
    assert command("retire", MONTH, "--unsealed").status == 0
    assert checks(command) == {"retired months": ("ok", f"1, the last one {MONTH}")}
    (tmp_path / "var" / "archive").rename(tmp_path / "elsewhere")
    level, said = checks(command)["archive"]
    assert level == "fail"
    assert f"there is no archive of {MONTH}" in said


def test_the_remaining_events_of_a_project_are_proven_by_its_seal(
    command: Command, owner: Owner, database: Database, task: UUID, tmp_path: Path, settings: Any
) -> None:
    open_log(LogLocation.of(settings), "example.com/ledger")
    for month in (MONTH.back(-1), MONTH, MONTH.back(-1)):
        ended(owner, "riverside", month)
    project(database)
    assert command("retire", MONTH).status == 0
    key = command("seal", "key").out.strip()
    ended(owner, "riverside", MONTH.back(-1))
    project(database)
    seal = tmp_path / "seal.json"
    seal.write_text(command("seal", "export", "riverside").out)
    for form in ("ndjson", "csv"):
        export = command("export", "riverside", "--format", form).out
        status, said = check(tmp_path, export, "--key", key, "--checkpoint", str(seal))
        assert status == 0, said
        assert "8 of 19 events, each in its place; 4 after them are not" in said
    lines = command("export", "riverside").out.splitlines(keepends=True)
    status, said = check(tmp_path, "".join(lines[4:]), "--key", key, "--checkpoint", str(seal))
    assert status == 1, "without its first task"
    assert "seal: the project and the log's entry" in said
    assert command("evidence", "pack.zip", "--project", "riverside").status == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as pack:
        pack.extractall(tmp_path / "pack")
    told = ("--key", key, "--checkpoint", str(tmp_path / "pack" / "seal.json"))
    status, said = check(tmp_path, (tmp_path / "pack" / "events.ndjson").read_text(), *told)
    assert status == 0, said
    nowhere = command("seal", "export", "nowhere")
    assert nowhere.status == 1
