"""What may not be stored: the wrong isolation, unstorable text, sizes, ids, closed months."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid1, uuid4, uuid5

import psycopg
import pytest
from psycopg import Connection, IsolationLevel, sql

from task_ledger.access import RESERVED
from task_ledger.celery import beat_entry
from task_ledger.errors import (
    InvalidEvent,
    InvalidTaskId,
    LedgerBusy,
    LedgerError,
    TooLarge,
    WrongIsolation,
)
from task_ledger.eventlog.database import ledger_errors, translated
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import State
from task_ledger.projector import dependents, follower, reconciler, relay
from tests.schema.calls import (
    DATA,
    Task,
    append,
    call,
    feed_heads,
    note,
    register,
    request_cancel,
    task_in,
)
from tests.servers import Database

BAD_DATA = {
    "an escaped NUL": ('{"step":"a\\u0000b","percent":1}', InvalidEvent),
    "an escaped NUL in a key": ('{"a\\u0000b":1}', InvalidEvent),
    "a lone surrogate": ('{"step":"a\\ud800b"}', InvalidEvent),
    "NaN": ('{"percent":NaN}', InvalidEvent),
    "an array": ("[1]", InvalidEvent),
    "a string": ('"text"', InvalidEvent),
    "null": ("null", InvalidEvent),
    "no value at all": (None, InvalidEvent),
    "what is not JSON": ("{", InvalidEvent),
    "more than 64 KiB": ('{"detail":"' + "x" * 65536 + '"}', TooLarge),
}


def v7(when: datetime) -> UUID:
    millis = int(when.timestamp() * 1000)
    return UUID(int=(millis << 80) | (7 << 76) | (2 << 62) | 12345)


@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=str
)
def test_any_isolation_but_read_committed_is_refused(
    database: Database, owner: Connection[Any], level: IsolationLevel
) -> None:
    task = task_in(owner, State.STARTED)
    writes = (
        lambda c: append(c, task, "progress"),
        lambda c: append(c, task, "failed"),
        register,
        lambda c: request_cancel(c, task),
        lambda c: note(c, task),
    )
    for write in writes:
        with psycopg.connect(database.url_for("owner")) as connection:
            connection.isolation_level = level
            with pytest.raises(WrongIsolation, match="READ COMMITTED"), ledger_errors():
                write(connection)


@pytest.mark.slow
def test_a_task_whose_lock_is_held_for_long_is_busy(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("owner")) as holder:
        append(holder, task, "progress")
        began = datetime.now(UTC)

        def blocked(write: Any) -> type[LedgerError] | None:
            with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
                try:
                    write(connection)
                except psycopg.Error as error:
                    known = translated(error)
                    return type(known) if known else None
            return None

        writes = (
            lambda c: append(c, task, "progress"),
            lambda c: request_cancel(c, task),
            lambda c: note(c, task),
        )
        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(blocked, writes)) == [LedgerBusy] * 3
        assert timedelta(seconds=4) < datetime.now(UTC) - began < timedelta(seconds=30)


@pytest.mark.slow
def test_an_append_waits_no_longer_for_a_table_that_is_locked(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    owner.execute("SET statement_timeout = '20s'")
    with psycopg.connect(database.url_for("owner")) as holder:
        holder.execute("LOCK TABLE task_ledger.task_event IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            append(owner, task, "progress")


@pytest.mark.parametrize("name", BAD_DATA)
def test_data_that_may_not_be_stored_is_refused_whoever_writes_it(
    owner: Connection[Any], name: str
) -> None:
    data, expected = BAD_DATA[name]
    task = task_in(owner, State.STARTED)
    heads = feed_heads(owner)
    writes = (
        lambda: append(owner, task, "progress", p_data=data),
        lambda: append(owner, task, "failed", p_data=data),
        lambda: register(owner, p_data=data),
        lambda: note(owner, task, p_data=data),
        lambda: call(
            owner, "request_cancel", p_task_id=task.id, p_actor="a",
            p_occurred_at=datetime.now(UTC), p_data=data, p_schema_version=1,
        ),
    )  # fmt: skip
    for write in writes:
        with pytest.raises(expected), ledger_errors():
            write()
    assert feed_heads(owner) == heads


def test_data_of_exactly_64_kib_is_stored(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    data = '{"detail":"' + "x" * (65536 - 13) + '"}'
    assert len(data) == 65536
    assert append(owner, task, "progress", p_data=data).outcome == "appended"


@pytest.mark.parametrize("actor", ["", None, "x" * 201, "é" * 101])
def test_an_event_needs_an_actor_of_at_most_200_bytes(
    owner: Connection[Any], actor: str | None
) -> None:
    task = task_in(owner, State.STARTED)
    for write in (
        lambda: append(owner, task, "progress", p_actor=actor),
        lambda: register(owner, p_actor=actor),
        lambda: note(owner, task, p_actor=actor),
    ):
        with pytest.raises(InvalidEvent), ledger_errors():
            write()


@pytest.mark.parametrize(
    ("event_type", "changed"),
    [
        ("retrying", {"p_due_at": None, "p_data": '{"reason":"error"}'}),
        ("progress", {"p_due_at": datetime.now(UTC)}),
        ("progress", {"p_claim": None}),
        ("completed", {"p_claim": None}),
        ("progress", {"p_max_attempts": 5}),
        ("retrying", {"p_max_attempts": 0}),
        ("completed", {"p_traceback": "Traceback"}),
    ],
)
def test_what_does_not_belong_to_a_type_is_refused(
    owner: Connection[Any], event_type: str, changed: dict[str, Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with pytest.raises(InvalidEvent), ledger_errors():
        append(owner, task, event_type, **changed)


def test_a_task_does_not_start_without_a_claim(owner: Connection[Any]) -> None:
    task = task_in(owner, State.REGISTERED)
    with pytest.raises(InvalidEvent, match="claim"), ledger_errors():
        append(owner, task, "started", p_attempt=1, p_claim=None)


@pytest.mark.parametrize("project", [None, "", "x" * 201])
def test_a_project_id_has_1_to_200_bytes(owner: Connection[Any], project: str | None) -> None:
    with pytest.raises(InvalidEvent, match="200 bytes"), ledger_errors():
        register(owner, p_project_id=project)


def test_a_limit_of_attempts_is_at_least_one(owner: Connection[Any]) -> None:
    with pytest.raises(InvalidEvent, match="max_attempts"), ledger_errors():
        register(owner, p_max_attempts=0)


@pytest.mark.parametrize(
    ("task_id", "said"),
    [
        (uuid1(), "neither a UUIDv7 nor a UUIDv4"),
        (uuid5(UUID(int=0), "name"), "neither a UUIDv7 nor a UUIDv4"),
        (UUID(int=0), "neither a UUIDv7 nor a UUIDv4"),
        (v7(datetime.now(UTC) - timedelta(days=31, minutes=1)), "not within the last 31 days"),
        (v7(datetime.now(UTC) + timedelta(days=1, hours=2)), "not within the last 31 days"),
        (v7(datetime(1970, 1, 1, tzinfo=UTC)), "not within the last 31 days"),
        (v7(datetime(9000, 1, 1, tzinfo=UTC)), "not within the last 31 days"),
    ],
)
def test_ids_that_no_partition_is_for_are_refused(
    owner: Connection[Any], task_id: UUID, said: str
) -> None:
    heads = feed_heads(owner)
    with pytest.raises(InvalidTaskId, match=said), ledger_errors():
        register(owner, task_id)
    assert feed_heads(owner) == heads


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=30, hours=22), -timedelta(hours=22)])
def test_an_id_drawn_within_31_days_is_taken(owner: Connection[Any], age: timedelta) -> None:
    assert register(owner, v7(datetime.now(UTC) - age)).outcome == "appended"


def test_a_uuid4_lives_in_the_bucket_0(owner: Connection[Any]) -> None:
    task_id = uuid4()
    assert register(owner, task_id).outcome == "appended"
    assert owner.execute("SELECT bucket FROM task_ledger.task_event").fetchall() == [(0,)]
    assert append(owner, Task(task_id, uuid4(), 1), "started").outcome == "appended"


def test_a_closed_month_takes_no_task_and_is_never_opened_again(owner: Connection[Any]) -> None:
    task_id = new_task_id()
    row = owner.execute("SELECT task_ledger.bucket_of(%s)", (task_id,)).fetchone()
    assert row is not None
    register(owner, task_id)
    owner.execute("UPDATE task_ledger.bucket SET closed_at = now() WHERE bucket = %s", row)
    with pytest.raises(InvalidTaskId, match="no open partition"), ledger_errors():
        register(owner)
    partition = sql.Identifier("task_ledger", f"task_event_{row[0]}")
    owner.execute(
        sql.SQL("ALTER TABLE task_ledger.task_event DETACH PARTITION {}").format(partition)
    )
    with pytest.raises(InvalidTaskId, match="no open partition"), ledger_errors():
        register(owner, task_id)
    assert owner.execute("SELECT task_ledger.open_bucket(%s)", row).fetchone() == (False,)
    with pytest.raises(InvalidTaskId, match="no open partition"), ledger_errors():
        register(owner, task_id)


def test_a_due_time_with_a_message_that_is_not_there_is_no_error(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    assert append(owner, task, "retrying", p_data=DATA["retrying"]).outcome == "appended"


@pytest.mark.parametrize(
    "actor", ["projector", "Relay", "reconciler", "sealer", "notifier", "next-steps", "WORKER"]
)
def test_nobody_asks_under_the_name_of_a_part_of_the_ledger(
    owner: Connection[Any], actor: str
) -> None:
    task = task_in(owner, State.REGISTERED)
    many = (
        "SELECT task_ledger.enqueue_many(ARRAY[%s]::uuid[], 'P-1', %s, clock_timestamp(),"
        " ARRAY['{}']::json[], 1, ARRAY[NULL]::integer[], ARRAY[NULL]::timestamptz[],"
        " ARRAY['{}']::json[], ARRAY['']::bytea[])"
    )
    attempts = (
        lambda: register(owner, p_actor=actor),
        lambda: request_cancel(owner, task, actor),
        lambda: owner.execute(many, (new_task_id(), actor)),
    )
    for attempt in attempts:
        with pytest.raises(InvalidEvent, match="a part of the ledger acts as"), ledger_errors():
            attempt()
    row = owner.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
    assert row == (1,)


def test_the_reserved_names_are_those_of_all_parts(owner: Connection[Any]) -> None:
    parts = {dependents.ACTOR, relay.ACTOR, reconciler.ACTOR, follower.PROJECTOR, beat_entry.ACTOR}
    assert parts <= RESERVED
    for name in RESERVED - {beat_entry.ACTOR}:
        row = owner.execute("SELECT task_ledger.may_ask(%s)", (name,)).fetchone()
        assert row == (False,), name
    assert owner.execute("SELECT task_ledger.may_ask('beat')").fetchone() == (True,)
