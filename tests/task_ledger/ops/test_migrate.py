"""Migrations: from nothing to the head, again, at the same time, and under load."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from threading import Event

import psycopg
import pytest

from services.plugin import takeoff
from task_ledger.errors import PartitionsBusy
from task_ledger.model.transitions import State
from task_ledger.ops import migrate
from task_ledger.ops.migrate import pending, schema_folder, upgrade
from tests.schema.calls import append, register, task_in
from tests.servers import Database

FOLDERS = [schema_folder(), *(each.folder for each in takeoff.schemas)]
CATALOG = """
SELECT 'relation', relname, relkind::text, coalesce(relacl, acldefault(
    CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))::text
FROM pg_class
WHERE relnamespace = 'task_ledger'::regnamespace
UNION ALL SELECT 'function', oid::regprocedure::text,
    md5(CASE prokind WHEN 'a' THEN prosrc ELSE pg_get_functiondef(oid) END), proacl::text
FROM pg_proc WHERE pronamespace = 'task_ledger'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
ORDER BY 1, 2, 3, 4
"""


def catalog(database: Database) -> list[tuple[str, ...]]:
    with psycopg.connect(database.url) as connection:
        return connection.execute(CATALOG).fetchall()


def test_an_empty_database_becomes_a_ledger(empty_database: Database) -> None:
    assert pending(empty_database.url) == ["0001"]
    upgrade(empty_database.url)
    assert pending(empty_database.url) == []
    with psycopg.connect(empty_database.url_for("owner")) as connection:
        assert register(connection).outcome == "appended"


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = catalog(database)
    assert len(before) > 60
    upgrade(database.url, takeoff.schemas)
    assert catalog(database) == before


def test_a_function_that_was_changed_by_hand_is_put_back(database: Database) -> None:
    before = catalog(database)
    with psycopg.connect(database.url_for("owner")) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION task_ledger.lock_key(p_task_id uuid) RETURNS bigint"
            " LANGUAGE sql RETURN 1"
        )
        connection.execute("GRANT EXECUTE ON FUNCTION task_ledger.register TO task_ledger_api")
        connection.execute("GRANT UPDATE ON task_ledger.task_event TO task_ledger_worker")
        connection.commit()
    assert catalog(database) != before
    upgrade(database.url)
    after = {row[:3] for row in catalog(database)}
    assert after == {row[:3] for row in before}
    with psycopg.connect(database.url_for("owner")) as connection:
        assert connection.execute(
            "SELECT has_function_privilege('task_ledger_api', 'task_ledger.register'::regproc,"
            " 'EXECUTE'), has_table_privilege('task_ledger_worker',"
            " 'task_ledger.task_event', 'UPDATE')"
        ).fetchone() == (False, False)


def test_two_migrations_at_the_same_time_both_succeed(empty_database: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(upgrade, empty_database.url) for _ in range(3)]:
            done.result(timeout=60)
    with psycopg.connect(empty_database.url_for("owner")) as connection:
        assert register(connection).outcome == "appended"


def test_writers_go_on_while_a_migration_runs(database: Database) -> None:
    stop = Event()

    def write() -> int:
        written = 0
        with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
            task = task_in(connection, State.STARTED)
            while not stop.is_set():
                assert append(connection, task, "progress").outcome == "appended"
                assert register(connection).outcome == "appended"
                written += 2
        return written

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write) for _ in range(3)]
        try:
            for _ in range(2):
                upgrade(database.url)
        finally:
            stop.set()
        assert all(writer.result(timeout=30) > 10 for writer in writers)


def test_partitions_that_cannot_be_opened_are_a_typed_error(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "OPENING_ATTEMPTS", 1)
    with psycopg.connect(database.url_for("owner")) as holder:
        holder.execute("DELETE FROM task_ledger.bucket WHERE bucket = 0")
        holder.commit()
        holder.execute("SELECT pg_advisory_xact_lock(hashtextextended('task-ledger buckets', 0))")
        with pytest.raises(PartitionsBusy, match="task-ledger migrate"):
            upgrade(database.url)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_files_are_exactly_those_that_are_run(folder: Path) -> None:
    ordered = [
        line
        for line in (folder / "order.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert len(ordered) == len(set(ordered))
    found = {
        path.relative_to(folder).as_posix()
        for kind in ("types", "tables", "functions", "triggers", "grants")
        for path in (folder / kind).glob("*.sql")
    }
    assert set(ordered) == found


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_revisions_create_exactly_the_types_and_tables(folder: Path) -> None:
    created: list[str] = []
    for path in sorted((folder / "migrations" / "versions").glob("*.py")):
        created += re.findall(r'"((?:types|tables)/\w+\.sql)"', path.read_text(encoding="utf-8"))
    frozen = [
        line
        for line in (folder / "order.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith(("types/", "tables/"))
    ]
    assert sorted(created) == sorted(frozen)


def test_every_object_of_the_database_has_a_file_named_after_it(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        functions = {
            row[0]
            for row in connection.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'task_ledger'::regnamespace"
            )
        }
    assert functions == {path.stem for path in (schema_folder() / "functions").glob("*.sql")}


def test_every_sql_file_says_what_it_is_for() -> None:
    for path in chain.from_iterable(folder.rglob("*.sql") for folder in FOLDERS):
        header = path.read_text(encoding="utf-8").split("\n\n")[0] + path.read_text(
            encoding="utf-8"
        )
        assert header.startswith("--"), path
        assert "-- Usage:" in header, path
        if path.parent.name == "functions":
            assert "-- Returns:" in header, path
            assert "-- Arguments:" in header, path
