"""A month leaves the database as a whole, and is in an archive that was verified before."""

import os
import signal
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from task_ledger.archive.errors import HeldBack, InvalidArchive
from task_ledger.archive.policy import due
from task_ledger.archive.retiring import STEPS, reopen, retire_month
from task_ledger.archive.store import ArchiveStore, open_archives
from task_ledger.archive.verifying import Verified, verify_month
from task_ledger.errors import MonthRetired, RetiredTask
from task_ledger.eventlog.append import note, request_cancel
from task_ledger.eventlog.erasure import Target, erase
from task_ledger.eventlog.verify import (
    Scope,
    chains,
    closed,
    failures,
    one_snapshot,
    records,
    timelines,
    tracebacks,
)
from task_ledger.model.events import Noted, make_data
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended, failed, registered
from tests.task_ledger.sealer.databases import project

Owner = psycopg.Connection[Any]
COMMENT = make_data(Noted, kind="comment", message="late")


def retire(owner: Owner, archives: ArchiveStore, **options: Any) -> None:
    retire_month(owner, MONTH, archives, None, actor="anna", **{"wait_s": 10, **options})


def size_of(owner: Owner) -> int:
    """Octets of the tables of the month on the disk."""
    row = owner.execute(
        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class AS c"
        " WHERE c.relname IN (%s, %s)",
        (f"task_event_{MONTH.bucket}", f"project_timeline_{MONTH.bucket}"),
    ).fetchone()
    assert row is not None
    return row[0]


def findings(database: Database) -> list[str]:
    """What `task-ledger verify` finds."""
    with psycopg.connect(database.url_for("auditor")) as connection, one_snapshot(connection):
        checks = (chains, timelines, records, failures, tracebacks)
        return [each.reason for check in checks for each in check(connection, Scope())]


def tasks_of(owner: Owner, table: str) -> set[UUID]:
    statement = sql.SQL("SELECT task_id FROM task_ledger.{}").format(sql.Identifier(table))
    return {row[0] for row in owner.execute(statement)}


def test_a_month_leaves_the_database_and_is_in_its_archive(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    tasks = {ended(owner, "riverside"), ended(owner, "harbour"), failed(owner, "riverside", "tb")}
    stays = ended(owner, "riverside", MONTH.back(-1))
    project(database)
    assert size_of(owner) > 0
    retire(owner, archives)
    assert verify_month(archives, MONTH) == Verified(11, 3, 0, 2, 0)
    for table in ("task_event", "project_timeline", "task_record", "traceback", "message"):
        assert not tasks_of(owner, table) & tasks, table
    for table in ("task_event", "project_timeline", "task_record"):
        assert tasks_of(owner, table) == {stays}
    assert size_of(owner) == 0
    counts = owner.execute("SELECT project_id, tasks FROM task_ledger.task_count ORDER BY 1")
    assert [row for row in counts if row[1]] == [("riverside", 1)]
    assert owner.execute("SELECT count(*) FROM task_ledger.failure_group").fetchone() == (0,)
    row = owner.execute(
        "SELECT actor, detail FROM task_ledger.access_log WHERE action = 'retirement'"
    ).fetchone()
    assert row is not None
    assert row[0] == "anna"
    assert f"month {MONTH.bucket}: 11 events, archive {MONTH}" in row[1]


def test_verify_passes_and_counts_retired_events(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    ended(owner, "riverside", MONTH.back(-1))
    ended(owner, "riverside")
    failed(owner, "riverside", "tb")
    ended(owner, "riverside", MONTH.back(-1))
    ended(owner, "harbour")
    project(database)
    retire(owner, archives)
    assert findings(database) == []
    with psycopg.connect(database.url_for("auditor")) as connection, one_snapshot(connection):
        assert closed(connection, Scope()) == 11
        assert closed(connection, Scope(project_id="harbour")) == 4


def test_numbers_continue_after_a_project_s_retired_months(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    ended(owner, "riverside")
    project(database)
    retire(owner, archives)
    ended(owner, "riverside", MONTH.back(-1))
    project(database)
    rows = owner.execute("SELECT seq FROM task_ledger.project_timeline ORDER BY 1").fetchall()
    assert rows == [(5,), (6,), (7,), (8,)]
    assert findings(database) == []


def test_an_unfinished_task_holds_its_month_back_and_is_named(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    ended(owner, "riverside")
    task = registered(owner, "harbour")
    project(database)
    with pytest.raises(HeldBack, match=str(task)) as raised:
        retire(owner, archives)
    (found,) = raised.value.obstacles
    assert (found.kind, found.project_id, found.task_id) == ("unfinished", "harbour", task)
    assert note(owner, task, "anna", COMMENT).outcome == "appended"


def test_a_month_is_held_back_by_a_recent_end_an_unread_event_and_a_task_that_follows(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    before = ended(owner, "riverside")
    with pytest.raises(HeldBack, match="behind"):
        retire(owner, archives)
    project(database)
    this = MONTH.back(-3)
    ends = datetime(this.bucket // 100, this.bucket % 100, 1, tzinfo=UTC)
    owner.execute("SET TimeZone = 'America/New_York'")
    with pytest.raises(HeldBack, match=f"recent: .* from {ends + timedelta(31):%Y-%m-%d} on"):
        retire_month(owner, MONTH.back(-2), archives, None, actor="anna")
    with pytest.raises(HeldBack, match="unknown"):
        retire_month(owner, MONTH.back(200), archives, None, actor="anna")
    follows = registered(owner, "riverside", MONTH.back(-1))
    project(database)
    owner.execute(
        "UPDATE task_ledger.task_record SET waits_for = ARRAY[%s] WHERE task_id = %s",
        (before, follows),
    )
    with pytest.raises(HeldBack, match=f"{follows}: it follows task {before}"):
        retire(owner, archives)


@pytest.mark.parametrize("scope", [("riverside", None), (None, MONTH.bucket), (None, None)])
def test_a_legal_hold_is_obeyed_until_it_is_released(
    database: Database, owner: Owner, archives: ArchiveStore, scope: tuple[str | None, int | None]
) -> None:
    ended(owner, "riverside")
    project(database)
    owner.execute("SELECT task_ledger.place_hold('elsewhere', NULL, 'eve', 'another case')")
    row = owner.execute("SELECT task_ledger.place_hold(%s, %s, 'eve', 'case 7')", scope).fetchone()
    with pytest.raises(HeldBack, match="eve: case 7"):
        retire(owner, archives)
    released = owner.execute("SELECT task_ledger.release_hold(%s, 'eve', 'it is over')", row)
    assert released.fetchone() == (True,)
    retire(owner, archives)
    actions = owner.execute("SELECT action FROM task_ledger.access_log ORDER BY seq").fetchall()
    kinds = [row[0] for row in actions]
    assert kinds == ["hold_placed", "hold_placed", "hold_released", "retirement"]
    with pytest.raises(psycopg.Error, match=f"it is in the archive {MONTH}"):
        owner.execute("SELECT task_ledger.place_hold(NULL, %s, 'eve', 'late')", (MONTH.bucket,))


def test_nothing_is_written_to_a_month_that_is_leaving_or_has_left(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)
    refused: list[str] = []

    def write(step: str) -> None:
        if step == "close":
            return
        for attempt in (
            lambda: note(owner, task, "anna", COMMENT),
            lambda: request_cancel(owner, task, "anna"),
        ):
            with pytest.raises(RetiredTask, match="archive"):
                attempt()
        with (
            psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser,
            pytest.raises((MonthRetired, RetiredTask), match="archive"),
        ):
            erase(eraser, Target(task), actor="dpo", reason="why")
        with pytest.raises(psycopg.Error, match="no open partition"):
            registered(owner, "riverside")
        refused.append(step)

    retire(owner, archives, began=write)
    assert refused == [step for step in STEPS[1:] if step != "seal"]
    write("afterwards")


def test_a_retirement_that_is_given_up_leaves_the_month_as_it_was(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)

    def stop(step: str) -> None:
        if step == "take out":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retire(owner, archives, began=stop)
    assert reopen(owner, MONTH)
    assert not reopen(owner, MONTH)
    assert note(owner, task, "anna", COMMENT).outcome == "appended"
    project(database)
    assert findings(database) == []
    retire(owner, archives)
    assert verify_month(archives, MONTH).events == 5


def _retire_until(url: str, folder: str, step: str) -> None:
    def die(began: str) -> None:
        if began == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with psycopg.connect(url, autocommit=True) as owner:
        retire(owner, open_archives(folder), began=die)


@pytest.mark.parametrize("step", [step for step in STEPS if step != "seal"])
def test_a_retirement_that_is_killed_is_finished_by_the_next(
    database: Database, owner: Owner, archives: ArchiveStore, tmp_path: Path, step: str
) -> None:
    tasks = {ended(owner, "riverside"), failed(owner, "harbour", "tb")}
    stays = ended(owner, "riverside", MONTH.back(-1))
    project(database)
    arguments = (database.url_for("owner"), str(tmp_path / "var" / "archive"), step)
    process = get_context("fork").Process(target=_retire_until, args=arguments)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert findings(database) == []
    left = tasks_of(owner, "task_event")
    if left != {stays}:
        assert left == {*tasks, stays}
    else:
        assert verify_month(archives, MONTH).tasks == 2
    retire(owner, archives)
    assert verify_month(archives, MONTH).tasks == 2
    for table in ("task_event", "project_timeline", "task_record"):
        assert tasks_of(owner, table) == {stays}
    assert tasks_of(owner, "traceback") == set()
    rows = owner.execute("SELECT FROM task_ledger.access_log WHERE action = 'retirement'")
    assert len(rows.fetchall()) == 1


def test_a_month_whose_archive_was_damaged_stays(
    database: Database, owner: Owner, archives: ArchiveStore, tmp_path: Path
) -> None:
    task = ended(owner, "riverside")
    project(database)

    def damage(step: str) -> None:
        if step == "read back":
            (path,) = (tmp_path / "var" / "archive").rglob("events-*")
            path.write_bytes(path.read_bytes()[:-9] + b"x" * 9)

    with pytest.raises(InvalidArchive, match="is not the file that was archived"):
        retire(owner, archives, began=damage)
    assert tasks_of(owner, "task_event") == {task}


def test_a_month_with_other_events_than_were_archived_does_not_leave(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)

    def leave(step: str) -> None:
        if step == "take out":
            # As many leaves as are said to be archived, and one event more.
            owner.execute("UPDATE task_ledger.retired_leaf SET leaves = substr(leaves, 1, 96)")
            with pytest.raises(psycopg.Error, match="other events than the 3 that were archived"):
                owner.execute(
                    "SELECT task_ledger.retire_bucket(%s, 'x', 3, sha256(''), 'eve')",
                    (MONTH.bucket,),
                )
            owner.execute("DELETE FROM task_ledger.retired_leaf")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retire(owner, archives, began=leave)
    with pytest.raises(psycopg.Error, match="other events than the 4 that were archived"):
        owner.execute(
            "SELECT task_ledger.retire_bucket(%s, 'x', 4, sha256(''), 'eve')", (MONTH.bucket,)
        )
    assert tasks_of(owner, "task_event") == {task}


def test_a_month_that_is_held_back_after_it_was_closed_takes_events_again(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)

    def place(step: str) -> None:
        if step == "wait":
            owner.execute("SELECT task_ledger.place_hold(NULL, NULL, 'eve', 'case 7')")

    with pytest.raises(HeldBack, match="case 7"):
        retire(owner, archives, began=place)
    assert archives.months() == []
    assert note(owner, task, "anna", COMMENT).outcome == "appended"


def test_records_are_forgotten_last_so_that_a_month_that_is_not_forgotten_is_known(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    task = failed(owner, "riverside", "tb")
    project(database)

    def stop(step: str) -> None:
        if step == "forget":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retire(owner, archives, began=stop)
    owner.execute(
        "INSERT INTO task_ledger.traceback (task_id, version, text)"
        " SELECT %s, 100 + n, 'tb' FROM generate_series(1, 5000) AS n",
        (task,),
    )
    owner.execute("SELECT task_ledger.forget_retired(%s)", (MONTH.bucket,))
    assert tasks_of(owner, "traceback") == {task}
    assert due(owner, MONTH) == [MONTH]
    retire(owner, archives)
    assert tasks_of(owner, "traceback") == set()
    assert due(owner, MONTH) == []
