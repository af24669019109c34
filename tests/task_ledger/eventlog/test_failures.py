"""Groups of failures: what is in them, and when they are open."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.failures import (
    DAYS,
    HOURS,
    FailureGroup,
    FailureState,
    handle_failure,
    read_failure,
)
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_list import list_tasks
from task_ledger.eventlog.verify import Scope, failures, one_snapshot
from task_ledger.model.events import Failed
from task_ledger.model.transitions import FailureReason
from task_ledger.ops.settings import Settings
from task_ledger.projector.follower import Follower
from task_ledger.projector.parts import opening_months
from task_ledger.projector.rebuild import rebuild
from tests.servers import Database
from tests.task_ledger.eventlog.failing import fail, groups
from tests.task_ledger.projector.log import assert_projected, drain, register, say, start

Connection = psycopg.Connection[Any]
HANDLED = FailureState.HANDLED


def handle(reader: Connection, group: FailureGroup, comment: str | None = None) -> bool:
    return handle_failure(
        reader,
        group.project_id,
        group.fingerprint,
        actor="anna",
        up_to=group.last_at,
        comment=comment,
    )


def test_equal_failures_of_a_project_are_one_group(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    first = fail(writer, "sheet 1 has no scale bar")
    last = fail(writer, "sheet 22 has no scale bar")
    other = fail(writer, "sheet 3 has no scale bar", place="shop.measure")
    elsewhere = fail(writer, "sheet 4 has no scale bar", project="q")
    cancelled = register(writer)
    say(writer, cancelled, start(writer, cancelled), Failed(reason=FailureReason.CANCELLED))
    timed_out = register(writer)
    say(
        writer,
        timed_out,
        start(writer, timed_out),
        Failed(reason=FailureReason.TIMEOUT, message="ran longer than 5 s"),
    )
    drain(follower)
    found = groups(reader)
    assert [(g.project_id, g.tasks, g.last_task_id) for g in found] == [
        ("p", 1, timed_out),
        ("q", 1, elsewhere),
        ("p", 1, other),
        ("p", 2, last),
    ]
    group = found[-1]
    assert (group.task_type, group.error_type, group.place) == ("test", "ValueError", "shop.find")
    assert group.message == "sheet 22 has no scale bar"
    assert found[1].fingerprint == group.fingerprint
    ended = {
        t.task_id: t.completed_at
        for t in list_tasks(
            reader, "p", task_filter(f"fingerprint:{group.fingerprint}", datetime.now(UTC)), limit=9
        )
    }
    assert ended == {first: group.first_at, last: group.last_at}
    assert (sum(group.hours), sum(group.days), group.hours[-1]) == (2, 2, 2)
    assert (found[0].error_type, found[0].message) == ("timeout", "ran longer than 5 s")
    assert groups(reader, "q") == [found[1]]
    assert groups(reader, frozenset({"q", "none"})) == [found[1]]
    assert groups(reader, frozenset[str]()) == []
    assert read_failure(reader, "p", group.fingerprint, now=datetime.now(UTC)) == group
    assert read_failure(reader, "q", "0" * 16, now=datetime.now(UTC)) is None
    assert_projected(writer)


def test_hours_that_no_trend_shows_any_more_are_deleted_and_the_group_stays(
    writer: Connection, reader: Connection, follower: Follower, settings: Settings
) -> None:
    for age in range(16):
        fail(writer, f"sheet {age} has no scale bar")
    drain(follower)
    (before,) = groups(reader)
    for age in (14, 16, 400):
        writer.execute(
            "INSERT INTO task_ledger.failure_hour SELECT project_id, fingerprint,"
            " hour - make_interval(days => %s), 1 FROM task_ledger.failure_hour"
            " WHERE hour > now() - interval '2 hours' ORDER BY hour DESC LIMIT 1",
            (age,),
        )
    with opening_months(settings) as step:
        step()
    kept = writer.execute(
        "SELECT count(*) FROM task_ledger.failure_hour WHERE hour < now() - interval '1 day'"
    ).fetchone()
    assert kept == (1,)
    (after,) = groups(reader)
    assert (after.tasks, after.first_at, after.hours) == (
        before.tasks,
        before.first_at,
        before.hours,
    )


def test_a_handled_group_comes_back_with_its_next_failure(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    fail(writer, "no scale bar")
    drain(follower)
    (group,) = groups(reader)
    assert group.handled is None
    assert handle(reader, group, "the provider is told")
    assert groups(reader) == []
    (handled,) = groups(reader, state=HANDLED)
    assert handled.handled is not None
    assert (handled.handled.actor, handled.handled.comment) == ("anna", "the provider is told")
    fail(writer, "no scale bar")
    drain(follower)
    assert groups(reader, state=HANDLED) == []
    (back,) = groups(reader)
    assert (back.tasks, back.handled) == (2, handled.handled)


def test_a_failure_that_one_has_not_seen_keeps_its_group_open(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    fail(writer, "no scale bar")
    drain(follower)
    (seen,) = groups(reader)
    fail(writer, "no scale bar")
    drain(follower)
    assert handle(reader, seen)
    assert [group.tasks for group in groups(reader)] == [2]
    # Nor does a time in the future handle what has not happened yet.
    (seen,) = groups(reader)
    handle_failure(
        reader, "p", seen.fingerprint, actor="anna", up_to=datetime.now(UTC) + timedelta(days=9)
    )
    assert groups(reader) == []
    fail(writer, "no scale bar")
    drain(follower)
    assert [group.tasks for group in groups(reader)] == [3]


def test_what_was_said_of_a_group_is_kept_and_unknown_groups_are_not_handled(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    fail(writer, "no scale bar")
    drain(follower)
    (group,) = groups(reader)
    assert not handle_failure(reader, "p", "0" * 16, actor="anna", up_to=group.last_at)
    with pytest.raises(InvalidEvent, match="a part of the ledger acts as projector"):
        handle_failure(reader, "p", group.fingerprint, actor="projector", up_to=group.last_at)
    for comment in ("", "x" * 2001):
        with pytest.raises(InvalidEvent, match="1 to 2000 characters"):
            handle(reader, group, comment)
    assert handle(reader, group, "one")
    assert handle(reader, group, "two")
    for change in ("UPDATE {} SET comment = ''", "DELETE FROM {}", "TRUNCATE {}"):
        with pytest.raises(psycopg.Error) as refused:
            writer.execute(change.format("task_ledger.failure_handling").encode())
        assert refused.value.sqlstate == "TL002"
    rows = writer.execute("SELECT comment FROM task_ledger.failure_handling ORDER BY at")
    assert [row[0] for row in rows] == ["one", "two"]


def test_a_group_whose_newest_task_was_erased_shows_the_one_before(
    database: Database, writer: Connection, reader: Connection, follower: Follower
) -> None:
    kept = fail(writer, "no scale bar")
    erased = [fail(writer, "no scale bar"), fail(writer, "Wilhelmina's sheet")]
    drain(follower)
    alone, before = groups(reader)
    with psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser:
        for task in erased:
            eraser.execute("SELECT task_ledger.erase(%s, NULL, 'dpo', 'why')", (task,))
    both, group = groups(reader)
    assert (both.tasks, both.message) == (2, "[erased]")
    assert (group.fingerprint, group.tasks) == (before.fingerprint, 1)
    assert (group.last_task_id, group.message) == (kept, "no scale bar")
    assert group.last_at == group.first_at
    # A fingerprint is a hash, from which a short message can be guessed.
    hours = writer.execute("SELECT fingerprint FROM task_ledger.failure_hour").fetchall()
    assert {row[0] for row in hours} == {both.fingerprint, group.fingerprint}
    assert alone.fingerprint not in {both.fingerprint, group.fingerprint}
    rebuild(database.url_for("projector"))
    assert groups(reader) == [both, group]


def test_a_rebuild_makes_groups_anew_and_verify_finds_wrong_ones(
    database: Database, writer: Connection, reader: Connection, follower: Follower
) -> None:
    for number in range(3):
        fail(writer, f"sheet {number} has no scale bar")
    fail(writer, "no title block")
    drain(follower)
    (handled, *_) = groups(reader)
    handle(reader, handled)
    before = groups(reader) + groups(reader, state=HANDLED)
    assert [group.tasks for group in before] == [3, 1]

    def wrong() -> list[str]:
        with psycopg.connect(database.url_for("auditor")) as own, one_snapshot(own) as snapshot:
            return [finding.reason for finding in failures(snapshot, Scope())]

    assert wrong() == []
    writer.execute("UPDATE task_ledger.failure_group SET tasks = 7, first_at = now()")
    writer.execute("DELETE FROM task_ledger.failure_hour")
    writer.execute(
        "UPDATE task_ledger.task_record SET fingerprint = 'x' WHERE task_name = 'a test'"
    )
    assert len(wrong()) == 2
    rebuild(database.url_for("projector"))
    assert wrong() == []
    assert groups(reader) + groups(reader, state=HANDLED) == before
    assert_projected(writer)


def test_a_group_goes_when_the_records_of_its_tasks_do(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    tasks = [fail(writer, "no scale bar") for _ in range(2)]
    drain(follower)
    writer.execute("DELETE FROM task_ledger.task_record WHERE task_id = %s", (tasks[1],))
    (group,) = groups(reader)
    assert (group.tasks, group.message, sum(group.hours)) == (1, "no scale bar", 1)
    writer.execute("DELETE FROM task_ledger.task_record")
    assert groups(reader) == []


def test_a_trend_counts_the_hours_and_days_up_to_now(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    fail(writer, "no scale bar")
    drain(follower)
    (group,) = groups(reader)
    for hours_ago, tasks in (
        (1, 2),
        (HOURS - 1, 3),
        (HOURS, 5),
        (DAYS * 24 - 1, 7),
        (DAYS * 24, 11),
    ):
        writer.execute(
            "INSERT INTO task_ledger.failure_hour VALUES"
            " ('p', %s, date_trunc('hour', now(), 'UTC') - make_interval(hours => %s), %s)",
            (group.fingerprint, hours_ago, tasks),
        )
    (group,) = groups(reader)
    assert group.hours == [3, *[0] * (HOURS - 3), 2, 1]
    assert group.days == [7, *[0] * (DAYS - 3), 5, 6]
