"""Whoever alters the log, the database's owner included, is shown by the rows that are left."""

from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Json

from task_ledger.eventlog.database import query
from task_ledger.eventlog.verify import (
    Finding,
    Scope,
    chains,
    closed,
    count,
    one_snapshot,
    timelines,
)
from task_ledger.model.ids import shard_of
from tests.histories import completed
from tests.servers import Database

PROJECT = "riverside"


@pytest.fixture
def tasks(database: Database) -> list[UUID]:
    """Three tasks of four events each; the second one is of another project."""
    with psycopg.connect(database.url) as connection:
        return [completed(connection, project_id) for project_id in (PROJECT, "harbour", PROJECT)]


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The database's owner, who has turned the triggers off."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def number(owner: psycopg.Connection[Any]) -> None:
    """Write the timeline and the checkpoints as a projector that has read everything does."""
    owner.execute(
        """
        INSERT INTO task_ledger.project_head
        SELECT project_id, count(*) FROM task_ledger.task_event GROUP BY project_id
        """
    )
    owner.execute(
        """
        INSERT INTO task_ledger.project_timeline
        SELECT row_number() OVER (PARTITION BY project_id ORDER BY feed), recorded_at, version,
            type, bucket, id, task_id, project_id
        FROM task_ledger.task_event JOIN task_ledger.project_head USING (project_id)
        """
    )
    owner.execute(
        """
        INSERT INTO task_ledger.project_bucket
        SELECT project_id, bucket, min(seq), max(seq)
        FROM task_ledger.project_timeline
        GROUP BY project_id, bucket
        """
    )
    owner.execute(
        """
        UPDATE task_ledger.checkpoint AS c SET cursor = h.head
        FROM task_ledger.feed_heads() AS h WHERE h.shard = c.shard
        """
    )


def findings(database: Database, scope: Scope = Scope()) -> list[Finding]:  # noqa: B008 - frozen
    with (
        psycopg.connect(database.url_for("auditor")) as connection,
        one_snapshot(connection),
    ):
        return [*chains(connection, scope), *timelines(connection, scope)]


def test_a_log_that_nobody_altered_fits(database: Database, tasks: list[UUID]) -> None:
    seen: list[int] = []
    with psycopg.connect(database.url_for("auditor")) as connection, one_snapshot(connection):
        assert list(chains(connection, Scope(), seen.append)) == []
        assert list(timelines(connection, Scope())) == []
        assert count(connection, Scope()) == sum(seen) == 12
        assert count(connection, Scope(task_id=tasks[0])) == 4
        assert count(connection, Scope(project_id=PROJECT)) == 8


@pytest.mark.parametrize(
    "change",
    [
        """data = '{"percent": 51, "step": "Reading"}'""",
        "data = (data::text || ' ')::json",
        "actor = 'celery@two'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "recorded_at = 'infinity'",
        "occurred_at = '0044-03-15 BC'",
        "due_at = recorded_at",
        "state = 'started'",
        "state = 'noted'",
        "type = 'noted'",
        "project_id = 'harbour'",
        "shard = 15 - shard",
        "feed = feed + 1000000",
        "schema_version = 2",
        "attempt = 2",
        "max_attempts = NULL",
        "claim = gen_random_uuid()",
        "cancel_requested = true",
        "digest = sha256(digest)",
    ],
)
def test_a_change_to_any_column_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID], change: LiteralString
) -> None:
    owner.execute(
        f"UPDATE task_ledger.task_event SET {change} WHERE task_id = %s AND version = 3",
        (tasks[0],),
    )
    for scope in (Scope(), Scope(task_id=tasks[0]), Scope(project_id=PROJECT)):
        found = findings(database, scope)
        assert [(each.task_id, each.version) for each in found] == [(tasks[0], 3)]


def test_a_deleted_event_in_the_middle_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    owner.execute(
        "DELETE FROM task_ledger.task_event WHERE task_id = %s AND version = 2", (tasks[0],)
    )
    (found,) = findings(database)
    assert (found.task_id, found.version) == (tasks[0], 2)
    assert "missing" in found.reason


def test_a_deleted_first_event_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    owner.execute(
        "DELETE FROM task_ledger.task_event WHERE task_id = %s AND version = 1", (tasks[0],)
    )
    assert [(f.task_id, f.version) for f in findings(database)] == [(tasks[0], 1)]


def test_an_event_moved_to_another_partition_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    owner.execute(
        "UPDATE task_ledger.task_event SET bucket = 0 WHERE task_id = %s AND version = 4",
        (tasks[0],),
    )
    found = findings(database, Scope(task_id=tasks[0]))
    assert [(f.task_id, f.version) for f in found] == [(tasks[0], 4)]
    assert "partition 0" in found[0].reason


def test_two_events_exchanged_with_their_digests_are_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    owner.execute(
        "UPDATE task_ledger.task_event SET version = 5 - version + 100"
        " WHERE task_id = %s AND version IN (2, 3)",
        (tasks[0],),
    )
    owner.execute(
        "UPDATE task_ledger.task_event SET version = version - 100 WHERE version > 100",
    )
    assert [(f.task_id, f.version) for f in findings(database)] == [(tasks[0], 2)]


def test_a_cut_tail_passes_the_chain_and_is_named_by_the_timeline(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    number(owner)
    assert findings(database) == []
    owner.execute(
        "DELETE FROM task_ledger.task_event WHERE task_id = %s AND version = 4", (tasks[0],)
    )
    with psycopg.connect(database.url_for("auditor")) as connection, one_snapshot(connection):
        assert list(chains(connection, Scope())) == []
    (found,) = findings(database)
    assert (found.task_id, found.version, found.project_id) == (tasks[0], 4, PROJECT)
    assert found.seq is not None
    assert "no longer in the log" in found.reason


def test_events_of_a_closed_partition_are_not_called_missing(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    number(owner)
    owner.execute("DELETE FROM task_ledger.task_event")
    assert len(findings(database)) == 12
    owner.execute("UPDATE task_ledger.bucket SET closed_at = clock_timestamp()")
    assert findings(database) == []


def test_what_is_missing_of_a_closed_month_that_is_still_there_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    """Closing a month hides no event that was taken out of it."""
    number(owner)
    owner.execute("UPDATE task_ledger.bucket SET closed_at = clock_timestamp()")
    assert findings(database) == []
    owner.execute(
        "DELETE FROM task_ledger.task_event WHERE task_id = %s AND version = 4", (tasks[0],)
    )
    (found,) = findings(database)
    assert (found.task_id, found.version) == (tasks[0], 4)
    with psycopg.connect(database.url_for("auditor")) as connection, one_snapshot(connection):
        assert closed(connection, Scope()) == 0


def test_a_timeline_with_a_gap_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    number(owner)
    owner.execute(
        "DELETE FROM task_ledger.project_timeline WHERE project_id = %s AND seq = 5", [PROJECT]
    )
    found = findings(database)
    assert [(f.project_id, f.seq, f.version) for f in found] == [
        (PROJECT, 5, None),
        (PROJECT, None, 1),
    ]
    assert findings(database, Scope(project_id="harbour")) == []


@pytest.mark.parametrize(
    "name",
    [
        "verify_closed",
        "verify_records",
        "verify_timeline_bounds",
        "verify_timeline_gaps",
        "verify_timeline_order",
        "verify_timeline_strays",
    ],
)
def test_the_timeline_of_one_project_is_read_by_its_index(
    owner: psycopg.Connection[Any], tasks: list[UUID], name: Any
) -> None:
    number(owner)
    owner.execute("SET enable_seqscan = off")
    owner.execute("SET enable_bitmapscan = off")
    statement = sql.SQL("EXPLAIN {}").format(sql.SQL(query(name)))
    plan = owner.execute(statement, Scope(project_id=PROJECT).parameters()).fetchall()
    assert "Index Cond: (project = " in "\n".join(line for (line,) in plan)


@pytest.mark.parametrize("change", ["type = 'failed'", "project = project + 1"])
def test_a_timeline_that_says_another_thing_than_the_log_is_named(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID], change: str
) -> None:
    number(owner)
    owner.execute(
        f"UPDATE task_ledger.project_timeline SET {change} WHERE task_id = %s AND version = 4",  # pyright: ignore[reportArgumentType]
        (tasks[2],),
    )
    assert [(f.task_id, f.version) for f in findings(database)] == [(tasks[2], 4)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "UPDATE task_ledger.project_head SET seq = seq + 1",
            "the timeline has numbers 1 to 4; stored are 1 to 5",
        ),
        (
            "UPDATE task_ledger.project_bucket SET first_seq = 2",
            "has numbers 1 to 4; stored are 2 to 4",
        ),
        ("DELETE FROM task_ledger.project_bucket", "has numbers 1 to 4; stored are none"),
    ],
)
def test_ends_of_a_timeline_that_readers_would_miss_rows_by_are_found(
    database: Database,
    owner: psycopg.Connection[Any],
    tasks: list[UUID],
    change: str,
    reason: str,
) -> None:
    number(owner)
    owner.execute(f"{change} WHERE project_id = 'harbour'".encode())
    (finding,) = findings(database, Scope(project_id="harbour"))
    assert finding.project_id == "harbour"
    assert reason in finding.reason
    assert findings(database, Scope(task_id=tasks[1])) == [finding]
    assert findings(database, Scope(task_id=tasks[0])) == []


def test_only_what_the_projector_has_passed_is_expected_in_the_timeline(
    database: Database, owner: psycopg.Connection[Any], tasks: list[UUID]
) -> None:
    assert findings(database) == []
    number(owner)
    for table in ("project_timeline", "project_head", "project_bucket"):
        owner.execute(f"DELETE FROM task_ledger.{table} WHERE project_id = 'harbour'".encode())
    assert {(f.task_id, f.version) for f in findings(database)} == {
        (tasks[1], version) for version in (1, 2, 3, 4)
    }
    shard = shard_of("harbour")
    owner.execute(
        "UPDATE task_ledger.checkpoint SET gaps = %s WHERE shard = %s",
        (Json([[1, 4, None]]), shard),
    )
    assert findings(database) == []
