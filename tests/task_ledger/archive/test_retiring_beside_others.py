"""Others read and write while a month is retired."""

from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from task_ledger.archive.errors import StillInUse
from task_ledger.archive.retiring import STEPS, retire_month
from task_ledger.archive.store import ArchiveStore
from task_ledger.archive.verifying import verify_month
from task_ledger.errors import MonthRetired
from task_ledger.eventlog.append import note
from task_ledger.model.events import Noted, make_data
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended
from tests.task_ledger.local.children import wait_until
from tests.task_ledger.sealer.databases import project

Owner = psycopg.Connection[Any]
COMMENT = make_data(Noted, kind="comment", message="late")


def retire(owner: Owner, archives: ArchiveStore, **options: Any) -> None:
    retire_month(owner, MONTH, archives, None, actor="anna", **{"wait_s": 10, **options})


def tasks_of(owner: Owner, table: str) -> set[UUID]:
    statement = sql.SQL("SELECT task_id FROM task_ledger.{}").format(sql.Identifier(table))
    return {row[0] for row in owner.execute(statement)}


def test_a_hold_that_is_placed_meanwhile_keeps_the_month(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)

    def place(step: str) -> None:
        if step == "take out":
            owner.execute("SELECT task_ledger.place_hold(NULL, NULL, 'eve', 'case 7')")

    with pytest.raises(MonthRetired, match="case 7"):
        retire(owner, archives, began=place)
    assert tasks_of(owner, "task_event") == {task}


def test_a_writer_that_began_before_is_waited_for_and_its_event_is_archived(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    """The obvious order archives first, and loses what is committed afterwards."""
    task = ended(owner, "riverside")
    project(database)
    with psycopg.connect(database.url) as late:
        note(late, task, "anna", COMMENT)
        with pytest.raises(StillInUse, match="still open"):
            retire(owner, archives, wait_s=0.5)
        late.commit()
    project(database)
    retire(owner, archives)
    assert verify_month(archives, MONTH).events == 5


def test_a_reader_of_the_month_is_waited_for_and_writers_go_on(
    database: Database, owner: Owner, superuser: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)
    waiting = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
    asked = (owner.info.backend_pid,)
    with psycopg.connect(database.url_for("auditor")) as reader:
        reader.execute("SELECT count(*) FROM task_ledger.task_event")
        thread = Thread(target=retire, args=(owner, archives))
        thread.start()
        wait_until(lambda: superuser.execute(waiting, asked).fetchone() == (True,), "the lock")
        with psycopg.connect(database.url, autocommit=True) as writer:
            writer.execute("SET lock_timeout = '2s'")
            for _ in range(3):
                ended(writer, "riverside", MONTH.back(-1))
        assert reader.execute(
            "SELECT count(*) FROM task_ledger.task_event WHERE task_id = %s", (task,)
        ).fetchone() == (4,)
        reader.rollback()
        thread.join()
    assert task not in tasks_of(owner, "task_event")


def test_a_writer_that_did_not_see_the_month_close_is_waited_for_whatever_its_transaction_id(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    """Its id is higher than that of the transaction that closes, which had not committed yet."""
    task = ended(owner, "riverside")
    project(database)
    with (
        psycopg.connect(database.url_for("owner")) as closing,
        psycopg.connect(database.url) as late,
    ):
        closing.execute(
            "SELECT pg_current_xact_id(), task_ledger.close_bucket(%s)", (MONTH.bucket,)
        )
        assert note(late, task, "anna", COMMENT).outcome == "appended"
        closing.commit()
        for _ in range(3):
            row = owner.execute("SELECT task_ledger.writers_left(%s)", (MONTH.bucket,)).fetchone()
            assert row == (True,)
        late.commit()
    project(database)
    retire(owner, archives)
    assert verify_month(archives, MONTH).events == 5


def test_two_processes_do_not_write_the_same_archive(
    database: Database, owner: Owner, archives: ArchiveStore
) -> None:
    """The second would take the month out, and the first then write an archive of nothing."""
    ended(owner, "riverside")
    project(database)
    refused: list[str] = []

    def again(step: str) -> None:
        with (
            psycopg.connect(database.url_for("owner"), autocommit=True) as second,
            pytest.raises(StillInUse, match="another process"),
        ):
            retire(second, archives, wait_s=0)
        refused.append(step)

    retire(owner, archives, began=again)
    assert refused == [step for step in STEPS if step != "seal"]
    with psycopg.connect(database.url_for("owner"), autocommit=True) as second:
        retire(second, archives)
    assert verify_month(archives, MONTH).events == 4


def test_writers_go_on_while_somebody_holds_the_access_log(
    database: Database, owner: Owner, superuser: Owner, archives: ArchiveStore
) -> None:
    task = ended(owner, "riverside")
    project(database)
    waiting = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
    asked = (owner.info.backend_pid,)
    with psycopg.connect(database.url_for("owner")) as reader:
        reader.execute("LOCK TABLE task_ledger.access_log IN SHARE ROW EXCLUSIVE MODE")
        thread = Thread(target=retire, args=(owner, archives))
        thread.start()
        wait_until(lambda: superuser.execute(waiting, asked).fetchone() == (True,), "the lock")
        with psycopg.connect(database.url, autocommit=True) as writer:
            writer.execute("SET lock_timeout = '1s'")
            for _ in range(3):
                ended(writer, "riverside", MONTH.back(-1))
        reader.rollback()
        thread.join()
    assert task not in tasks_of(owner, "task_event")
