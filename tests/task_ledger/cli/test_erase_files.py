"""After the erasure and what it lists as left to do, the text is in no file of PostgreSQL."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from task_ledger.ops.migrate import upgrade
from tests.histories import failed
from tests.servers import Database, fresh_database, quick_folder, quick_postgres
from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.test_erase import REASON, SECRET, history
from tests.task_ledger.sealer.databases import project

# Stored as they are: a long text would otherwise be compressed, and a search would not find it.
UNCOMPRESSED = {
    "task_event": ("data", "private"),
    "task_record": ("metadata", "result", "error"),
    "traceback": ("text",),
    "message": ("body",),
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A ledger on a server of its own, and the server's data."""
    with (
        quick_folder(tmp_path) as folder,
        quick_postgres(folder) as server,
        fresh_database(server) as database,
    ):
        upgrade(database.url)
        with psycopg.connect(database.superuser_url, autocommit=True) as owner:
            for table, columns in UNCOMPRESSED.items():
                for column in columns:
                    owner.execute(
                        f"ALTER TABLE task_ledger.{table} ALTER {column} SET STORAGE EXTERNAL"  # pyright: ignore[reportArgumentType, reportCallIssue]
                    )
        yield database, folder / "data"


def holding(data: Path) -> list[str]:
    """The files of the server that contain the text."""
    wanted = SECRET.encode()
    files = (path for path in data.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(data)) for path in files if wanted in path.read_bytes())


def clean_wal(database: Database, data: Path) -> None:
    """As docs/how-to/erase.md says: write through every file of the WAL, then drop the old ones."""
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET wal_recycle = off")
        admin.execute("SELECT pg_reload_conf()")
        for _ in list((data / "pg_wal").glob("0*")):
            admin.execute("SELECT pg_logical_emit_message(true, 'erase', ''), pg_switch_wal()")
        admin.execute("CHECKPOINT")


def test_the_text_is_in_no_file_of_the_server(
    served: tuple[Database, Path], tmp_path: Path
) -> None:
    database, data = served
    with psycopg.connect(database.url, autocommit=True) as writer:
        task = history(writer)
        trace = failed(writer, "riverside", f"{SECRET}.py\n" * 2000)
        long = history(writer, name=f"About {SECRET}", result=f"{SECRET} " * 2000)
        project(database)
        writer.execute("ANALYZE")
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:
        admin.execute("CHECKPOINT")
    assert {name.partition("/")[0] for name in holding(data)} >= {"base", "pg_wal"}

    command = Command({**os.environ, "TASK_LEDGER_DATABASE_URL": database.url}, tmp_path)
    told = (f"--task={each}" for each in (task, trace, long))
    assert command("erase", *told, *REASON).status == 0
    clean_wal(database, data)
    assert holding(data), "VACUUM FULL is needed: without a rewrite, old versions of rows stay"

    done = command("erase", "--rewrite")
    assert done.status == 0, done.err
    assert "pg_statistic" not in done.err
    clean_wal(database, data)
    assert holding(data) == []
    assert "Nothing was erased since" in command("erase", "--rewrite").out
    assert command("verify").status == 0


def test_a_rewrite_says_who_still_sees_what_was_erased(served: tuple[Database, Path]) -> None:
    from task_ledger.errors import LedgerBusy
    from task_ledger.ops.rewriting import rewrite_erased

    database, _ = served
    with psycopg.connect(database.url, autocommit=True) as writer:
        task = history(writer)
        with psycopg.connect(database.url_for("auditor"), application_name="a report") as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM task_ledger.task_event")
            with psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser:
                eraser.execute("SELECT task_ledger.erase(%s, NULL, 'dpo', 'why')", (task,))
            with pytest.raises(LedgerBusy, match="a report"):
                rewrite_erased(writer, actor="anna", wait_s=0)
        assert rewrite_erased(writer, actor="anna").tables[1:] == (
            "task_record", "traceback", "message", "outbox", "dead_letter",
        )  # fmt: skip


def test_what_is_erased_during_a_rewrite_is_left_to_the_next(
    served: tuple[Database, Path],
) -> None:
    from task_ledger.ops.rewriting import rewrite_erased

    database, _ = served
    erase = "SELECT task_ledger.erase(%s, NULL, 'dpo', 'why')"
    with (
        ThreadPoolExecutor(1) as thread,
        psycopg.connect(database.url, autocommit=True) as writer,
        psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser,
    ):
        first, later = history(writer), uuid4()
        writer.execute(
            "SELECT task_ledger.register(%s, 'riverside', 'anna', now(), %s, 1, 3, NULL, %s)",
            (later, '{"task_type": "letter"}', f'{{"name": "{SECRET}"}}'),
        )
        with psycopg.connect(database.url_for("auditor")) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM task_ledger.task_event")
            eraser.execute(erase, (first,))
            rewriting = thread.submit(rewrite_erased, writer, actor="anna")
            _await_waiting(database, writer.info.backend_pid)
            eraser.execute(erase, (later,))
        assert "task_event_0" not in rewriting.result().tables
        assert rewrite_erased(writer, actor="anna").tables[0] == "task_event_0"
        assert rewrite_erased(writer, actor="anna").tables == ()


def _await_waiting(database: Database, pid: int) -> None:
    """Until a rewrite's session asks who may still see what was erased."""
    asked = "SELECT query LIKE '%%pg_replication_slots%%' FROM pg_stat_activity WHERE pid = %s"
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:
        until = time.monotonic() + 20
        while admin.execute(asked, (pid,)).fetchone() != (True,):
            assert time.monotonic() < until
            time.sleep(0.02)
