"""What happened is never changed: not by a service, not by the owner, not by way of a partition."""

from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql

from task_ledger.model.transitions import State
from task_ledger.ops.settings import Role
from tests.schema.calls import register, task_in
from tests.servers import Database

SERVICES: tuple[Role, ...] = ("api", "worker", "projector", "auditor", "sealer", "eraser")
TRIGGERS = ["admit_erasure", "refuse_change", "refuse_truncate"]
CHANGES = (
    "UPDATE {} SET actor = 'someone else'",
    "DELETE FROM {}",
    "TRUNCATE {}",
)


def log_tables(connection: Connection[Any]) -> list[sql.Identifier]:
    """The log and its partitions, among them one that is opened only now."""
    connection.execute("SELECT task_ledger.open_bucket(204001)")
    rows = connection.execute(
        "SELECT relid::regclass::text FROM pg_partition_tree('task_ledger.task_event')"
    ).fetchall()
    names = [row[0].split(".")[1] for row in rows]
    assert "task_event" in names
    assert "task_event_204001" in names
    assert len(names) >= 15
    return [sql.Identifier("task_ledger", name) for name in names]


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_is_refused_by_triggers_on_the_log_and_every_partition(
    database: Database, owner: Connection[Any], change: str
) -> None:
    task_in(owner, State.COMPLETED)
    for table in log_tables(owner):
        count = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        if count == (0,) and not change.startswith("TRUNCATE"):
            continue  # A row trigger has nothing to refuse where there is no row.
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(sql.SQL(change).format(table))  # pyright: ignore[reportArgumentType]
        assert refused.value.sqlstate == "TL002", (change, table)


def test_rows_of_a_partition_made_later_are_guarded_too(owner: Connection[Any]) -> None:
    owner.execute("SELECT task_ledger.open_bucket(204001)")
    owner.execute(
        "INSERT INTO task_ledger.task_event SELECT now(), now(), NULL, 1, 204001, 1, 'registered',"
        " 'registered', 0, NULL, 0, 1, false, gen_random_uuid(), NULL, 'p', 'a', '', '{}'"
    )
    for change in CHANGES:
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(
                sql.SQL(change).format(sql.Identifier("task_ledger", "task_event_204001"))
            )  # pyright: ignore[reportArgumentType]
        assert refused.value.sqlstate == "TL002"


@pytest.mark.parametrize("role", SERVICES)
def test_no_service_may_write_the_log_past_the_functions(
    database: Database, owner: Connection[Any], role: Role
) -> None:
    task_in(owner, State.STARTED)
    tables = log_tables(owner)
    with psycopg.connect(database.url_for(role), autocommit=True) as connection:
        for table in tables:
            for change in (*CHANGES, "INSERT INTO {} SELECT * FROM {}"):
                statement = sql.SQL(change.replace("FROM {}", "FROM task_ledger.task_event"))  # pyright: ignore[reportArgumentType]
                if change == "DELETE FROM {}":
                    statement = sql.SQL("DELETE FROM {}")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.format(table))


def test_the_numbers_of_the_timeline_are_never_changed(
    database: Database, owner: Connection[Any]
) -> None:
    owner.execute(
        "INSERT INTO task_ledger.project_timeline"
        " VALUES (1, now(), 1, 'registered', 0, 1, gen_random_uuid(), 'p')"
    )
    for change in ("UPDATE {} SET seq = 2", "DELETE FROM {}", "TRUNCATE {}"):
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(sql.SQL(change).format(sql.Identifier("task_ledger", "project_timeline")))  # pyright: ignore[reportArgumentType]
        assert refused.value.sqlstate == "TL002"


def test_a_merge_or_an_upsert_cannot_change_an_event_either(owner: Connection[Any]) -> None:
    register(owner)
    for statement in (
        "MERGE INTO task_ledger.task_event t USING (SELECT 1) s ON true"
        " WHEN MATCHED THEN UPDATE SET actor = 'x'",
        "INSERT INTO task_ledger.task_event SELECT * FROM task_ledger.task_event"
        " ON CONFLICT (bucket, task_id, version) DO UPDATE SET actor = 'x'",
    ):
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(statement)  # pyright: ignore[reportArgumentType]
        assert refused.value.sqlstate == "TL002"


def test_the_log_and_every_partition_carry_the_triggers_enabled(owner: Connection[Any]) -> None:
    log_tables(owner)
    rows = owner.execute(
        "SELECT relid::regclass::text, array_agg(tgname::text ORDER BY tgname)"
        " FROM pg_partition_tree('task_ledger.task_event')"
        " LEFT JOIN pg_trigger ON tgrelid = relid AND tgenabled = 'O' GROUP BY 1"
    ).fetchall()
    assert [name for name, found in rows if found != TRIGGERS] == []
