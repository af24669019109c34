"""Partitions that open without standing in anybody's way, and feeds that skip nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid1, uuid5

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg import Connection, sql

from task_ledger.model import ids
from task_ledger.model.ids import SHARDS, shard_of
from task_ledger.model.transitions import State
from tests.schema.calls import append, feed_heads, register, task_in
from tests.servers import Database

ANY_TIME = st.integers(0, 2**48 - 1)
UUIDS = st.one_of(
    st.uuids(),
    st.uuids(version=4),
    st.builds(
        lambda ms, low: UUID(int=(ms << 80) | (7 << 76) | (2 << 62) | low),
        ANY_TIME,
        st.integers(0, 2**62 - 1),
    ),
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


LAST_OF_9999_MS = 253_402_300_799_000

MS_IN_400_YEARS = 146_097 * 86_400_000
"""After which the calendar is the same; Python's ends with the year 9999, an id's with 10889."""


def month_of(task_id: UUID) -> int | None:
    """What the bucket of an id has to be."""
    match task_id.version:
        case 7:
            cycles, ms = divmod(task_id.int >> 80, MS_IN_400_YEARS)
            drawn = datetime.fromtimestamp(ms / 1000, UTC)
            return (drawn.year + 400 * cycles) * 100 + drawn.month
        case 4:
            return 0
        case _:
            return None


def bucket_of(connection: Connection[Any], task_id: UUID) -> int | None:
    row = connection.execute("SELECT task_ledger.bucket_of(%s)", (task_id,)).fetchone()
    assert row
    return row[0]


def test_the_bucket_is_the_month_of_a_uuid7_and_0_of_a_uuid4(owner: Connection[Any]) -> None:
    @settings(max_examples=300, deadline=None)
    @given(UUIDS)
    @example(uuid1())
    @example(uuid5(UUID(int=0), "n"))
    @example(UUID(int=0))
    def check(task_id: UUID) -> None:
        assert bucket_of(owner, task_id) == month_of(task_id)
        if task_id.version in (4, 7) and (task_id.int >> 80) < LAST_OF_9999_MS:
            assert ids.bucket_of(task_id) == month_of(task_id)

    check()


def test_a_month_begins_at_midnight_in_utc(owner: Connection[Any]) -> None:
    for when, bucket in (
        (datetime(2026, 11, 30, 23, 59, 59, 999000, tzinfo=UTC), 202611),
        (datetime(2026, 12, 1, tzinfo=UTC), 202612),
        (datetime(2026, 12, 31, 23, 59, 59, 999000, tzinfo=UTC), 202612),
        (datetime(2027, 1, 1, tzinfo=UTC), 202701),
        (datetime(1970, 1, 1, tzinfo=UTC), 197001),
    ):
        millis = round(when.timestamp() * 1000)
        assert bucket_of(owner, UUID(int=(millis << 80) | (7 << 76) | (2 << 62))) == bucket


def test_the_bucket_does_not_depend_on_the_sessions_time_zone(owner: Connection[Any]) -> None:
    last = int(datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC).timestamp() * 1000)
    task_id = UUID(int=(last << 80) | (7 << 76) | (2 << 62))
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        owner.execute("SELECT set_config('timezone', %s, false)", (zone,))
        assert bucket_of(owner, task_id) == 202601


def test_shard_of_is_the_same_in_python_and_in_sql(owner: Connection[Any]) -> None:
    @settings(max_examples=300, deadline=None)
    @given(TEXT)
    def check(project_id: str) -> None:
        row = owner.execute("SELECT task_ledger.shard_of(%s)", (project_id,)).fetchone()
        assert row == (shard_of(project_id),)

    check()


def test_every_feed_has_a_sequence_without_a_cache(owner: Connection[Any]) -> None:
    rows = owner.execute(
        "SELECT sequencename, cache_size, increment_by, cycle FROM pg_sequences"
        " WHERE schemaname = 'task_ledger' AND sequencename LIKE 'feed%'"
    ).fetchall()
    assert sorted(rows) == sorted((f"feed_{n}", 1, 1, False) for n in range(SHARDS))


def test_each_project_is_numbered_in_the_feed_of_its_shard(owner: Connection[Any]) -> None:
    projects = {shard_of(f"p{n}"): f"p{n}" for n in range(400)}
    assert len(projects) == SHARDS
    for project in projects.values():
        task_in(owner, State.COMPLETED, p_project_id=project)
    assert feed_heads(owner) == [3] * SHARDS
    rows = owner.execute(
        "SELECT shard, array_agg(feed ORDER BY feed) FROM task_ledger.task_event GROUP BY 1"
    )
    assert dict(rows.fetchall()) == {shard: [1, 2, 3] for shard in range(SHARDS)}


def test_opening_the_months_again_opens_nothing(owner: Connection[Any]) -> None:
    assert owner.execute("SELECT task_ledger.open_buckets()").fetchone() == (0,)
    assert owner.execute("SELECT task_ledger.open_buckets(14)").fetchone() == (2,)
    assert owner.execute("SELECT task_ledger.open_buckets(14)").fetchone() == (0,)


def test_the_months_from_31_days_ago_to_a_year_ahead_are_open(owner: Connection[Any]) -> None:
    row = owner.execute(
        "SELECT array_agg(bucket ORDER BY bucket) FROM task_ledger.bucket"
    ).fetchone()
    now = datetime.now(UTC)
    oldest = now - timedelta(days=31)
    first = oldest.year * 12 + oldest.month - 1
    months = range(first, now.year * 12 + now.month + 12)
    assert row == ([0, *(m // 12 * 100 + m % 12 + 1 for m in months)],)


def test_opening_the_months_says_which_month_it_is_and_a_wrong_answer_harms_nothing(
    database: Database, owner: Connection[Any]
) -> None:
    month = int(datetime.now(UTC).strftime("%Y%m"))
    assert owner.execute("SELECT task_ledger.this_month()").fetchone() == (month,)
    with psycopg.connect(database.url_for("worker"), autocommit=True) as worker:
        task = task_in(owner, State.STARTED)
        for _ in range(7):  # enough for a plan that is kept
            assert append(worker, task, "progress").outcome == "appended"
        for wrong in (0, 197001):
            owner.execute(
                sql.SQL(
                    "CREATE OR REPLACE FUNCTION task_ledger.this_month() RETURNS integer"
                    " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {}"
                ).format(wrong)
            )
            for _ in range(7):
                assert append(worker, task, "progress").outcome == "appended"
        owner.execute("SELECT task_ledger.open_buckets()")
        assert append(worker, task, "completed").version == 2 + 7 * 3 + 1
    assert owner.execute("SELECT task_ledger.this_month()").fetchone() == (month,)


@pytest.mark.parametrize("bucket", [1, 202600, 202613, -1, 99999999])
def test_a_bucket_that_is_no_month_is_refused(owner: Connection[Any], bucket: int) -> None:
    with pytest.raises(psycopg.Error) as refused:
        owner.execute("SELECT task_ledger.open_bucket(%s)", (bucket,))
    assert refused.value.sqlstate == "TL004"


def test_a_partition_has_what_the_log_has_and_no_check_that_every_insert_pays_for(
    owner: Connection[Any],
) -> None:
    owner.execute("SELECT task_ledger.open_bucket(204002)")
    rows = owner.execute(
        "SELECT contype, count(*) FROM pg_constraint"
        " WHERE conrelid = 'task_ledger.task_event_204002'::regclass AND contype <> 'n' GROUP BY 1"
    ).fetchall()
    assert rows == [("p", 1)]
    row = owner.execute(
        "SELECT count(*) FROM pg_index WHERE indrelid = 'task_ledger.task_event_204002'::regclass"
    ).fetchone()
    assert row == (2,)


def test_a_month_opens_in_the_timelines_too_with_a_key_for_its_numbers(
    owner: Connection[Any],
) -> None:
    owner.execute("SELECT task_ledger.open_bucket(204005)")
    keys = owner.execute(
        "SELECT pg_get_indexdef(indexrelid, 1, true), pg_get_indexdef(indexrelid, 2, true)"
        " FROM pg_index WHERE indisunique AND indrelid = 'task_ledger.project_timeline_204005'"
        "::regclass ORDER BY 1"
    ).fetchall()
    assert keys == [("project", "seq"), ("task_id", "version")]
    number = (
        "INSERT INTO task_ledger.project_timeline"
        " VALUES (1, now(), 1, 'registered', 204005, %s, gen_random_uuid(), 'p')"
    )
    owner.execute(number, (1,))
    owner.execute(number, (2,))
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(number, (1,))


def test_behind_an_open_append_a_month_opens_without_blocking_writers(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with (
        psycopg.connect(database.url_for("owner")) as long,
        psycopg.connect(database.url_for("projector"), autocommit=True) as opener,
        ThreadPoolExecutor(1) as pool,
    ):
        append(long, task, "progress")
        opening = pool.submit(opener.execute, "SELECT task_ledger.open_bucket(204003)")
        for _ in range(20):
            # Neither a new task nor another task's event waits for the one who opens.
            owner.execute("SET statement_timeout = '2s'")
            assert register(owner).outcome == "appended"
        assert opening.result(timeout=5).fetchone() == (True,)
        long.commit()


def test_behind_a_lock_on_the_log_opening_gives_up_soon_and_works_later(
    database: Database, owner: Connection[Any]
) -> None:
    with (
        psycopg.connect(database.url_for("owner")) as holder,
        psycopg.connect(database.url_for("projector"), autocommit=True) as opener,
    ):
        holder.execute("LOCK TABLE task_ledger.task_event IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            opener.execute("SELECT task_ledger.open_bucket(204004)")
        holder.rollback()
        assert opener.execute("SELECT task_ledger.open_bucket(204004)").fetchone() == (True,)
