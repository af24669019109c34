"""A follower that would miss events refuses to go on, and is repaired."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.errors import FeedWentBack, LedgerBusy
from task_ledger.eventlog.feeds import feeds_gone_back, refuse_feeds_gone_back, repair_feeds
from task_ledger.eventlog.lag import read_lag
from task_ledger.model.ids import shard_of
from task_ledger.ops.settings import Settings
from task_ledger.projector import parts
from task_ledger.projector.follower import Follower
from task_ledger.projector.watch import Watch
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    owner,
    projector,
    projector_connection,
    register,
    start,
    timeline,
)

FEED = f"task_ledger.feed_{shard_of('p')}"


@pytest.fixture
def connection(database: Database) -> Iterator[Connection[Any]]:
    """The projector's."""
    with closing(projector_connection(database)) as connection:
        yield connection


@pytest.fixture
def follower(connection: Connection[Any]) -> Follower:
    """The projector, ticked by hand."""
    return projector(connection)


def set_back(writer: Connection[Any], to: int) -> None:
    """Let the feed of project p go on behind `to`."""
    writer.execute("SELECT setval(%s, %s)", (FEED, to))


def events(writer: Connection[Any], tasks: int) -> None:
    """Three events for each of so many tasks."""
    for _ in range(tasks):
        task_id = register(writer)
        complete(writer, task_id, start(writer, task_id))


def test_a_follower_whose_feed_went_back_refuses_and_finds_everything_after_the_repair(
    writer: Connection[Any], connection: Connection[Any], follower: Follower
) -> None:
    events(writer, 2)
    drain(follower)
    before = timeline(writer)
    set_back(writer, 1)
    events(writer, 1)
    with pytest.raises(FeedWentBack, match=r"is at 4, its follower at 6.*repair feeds"):
        follower.tick()
    assert read_lag(writer).stopped
    (feed,) = repair_feeds(connection)
    assert (feed.head, feed.set_to, feed.missed) == (4, 6, 3)
    assert feeds_gone_back(connection) == []
    events(writer, 1)
    drain(follower)
    assert timeline(writer)[:6] == before
    assert_projected(writer)
    assert not read_lag(writer).stopped
    assert repair_feeds(connection) == []


def test_events_that_were_missed_long_ago_are_found(
    writer: Connection[Any], connection: Connection[Any], follower: Follower
) -> None:
    events(writer, 2)
    drain(follower)
    set_back(writer, 3)
    events(writer, 1)
    # Somebody has set the sequence right, and nobody has looked at what was missed.
    set_back(writer, 6)
    assert not follower.tick().worked
    assert [feed.missed for feed in repair_feeds(connection)] == [3]
    drain(follower)
    assert_projected(writer)


def test_a_feed_that_has_passed_its_follower_again_is_refused_before_one_begins(
    writer: Connection[Any], connection: Connection[Any], follower: Follower
) -> None:
    events(writer, 2)
    drain(follower)
    set_back(writer, 3)
    events(writer, 2)
    with pytest.raises(FeedWentBack, match=r"is at 9, .* the projector has missed events"):
        refuse_feeds_gone_back(connection)
    assert [feed.missed for feed in repair_feeds(connection)] == [3]
    refuse_feeds_gone_back(connection)
    drain(projector(connection))
    refuse_feeds_gone_back(connection)
    assert_projected(writer)


def test_a_follower_notices_a_feed_below_what_it_saw_last_though_not_below_its_own_place(
    writer: Connection[Any], follower: Follower, database: Database
) -> None:
    events(writer, 2)
    with closing(projector_connection(database)) as other, other.transaction():
        other.execute("SELECT FROM task_ledger.checkpoint FOR UPDATE")
        assert not follower.tick().worked
    set_back(writer, 3)
    with pytest.raises(FeedWentBack, match="is at 3"):
        follower.tick()


def test_a_running_projector_notices_a_feed_that_has_passed_it_again(
    writer: Connection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "FEEDS_EVERY_S", 0)
    events(writer, 2)
    with parts.folding(settings, Watch()) as step:
        step()
        set_back(writer, 3)
        events(writer, 2)
        with pytest.raises(FeedWentBack, match="has missed events"):
            step()


def test_an_event_that_becomes_visible_in_a_gap_is_not_taken_for_missed(
    writer: Connection[Any], connection: Connection[Any], follower: Follower, database: Database
) -> None:
    with closing(owner(database, autocommit=False)) as late:
        register(late)
        events(writer, 1)
        drain(follower)
        late.commit()
    refuse_feeds_gone_back(connection)
    drain(follower)
    refuse_feeds_gone_back(connection)


def test_a_log_that_is_past_its_feed_is_refused_before_a_follower_begins(
    writer: Connection[Any], connection: Connection[Any]
) -> None:
    events(writer, 2)
    refuse_feeds_gone_back(connection)
    set_back(writer, 2)
    with pytest.raises(FeedWentBack, match="is at 2, its followers at 0, the log at 6"):
        refuse_feeds_gone_back(connection)


def test_two_events_of_one_number_are_both_read_at_the_end_of_a_batch(
    writer: Connection[Any],
    connection: Connection[Any],
    follower: Follower,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("task_ledger.projector.follower.BATCH", 1)
    events(writer, 1)
    set_back(writer, 1)
    events(writer, 1)
    repair_feeds(connection)
    drain(follower)
    assert_projected(writer)


@pytest.mark.parametrize("batch", [1, 2, 1000])
@pytest.mark.parametrize("others", [0, 120])
def test_a_task_whose_events_were_not_read_when_the_feed_went_back_keeps_their_order(
    writer: Connection[Any],
    connection: Connection[Any],
    follower: Follower,
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
    others: int,
) -> None:
    """Its later events have the lower feed numbers; some of the others are read with them."""
    events(writer, 2)
    drain(follower)
    task_id = register(writer)
    claim = start(writer, task_id)
    set_back(writer, 2)
    complete(writer, task_id, claim)
    events(writer, others // 3)
    repair_feeds(connection)
    monkeypatch.setattr("task_ledger.projector.follower.BATCH", batch)
    drain(follower)
    assert_projected(writer)
    rows = writer.execute(
        "SELECT version FROM task_ledger.project_timeline WHERE task_id = %s ORDER BY seq",
        (task_id,),
    ).fetchall()
    assert rows == [(1,), (2,), (3,)]


@pytest.mark.slow
def test_a_repair_waits_for_nobody_for_long(
    writer: Connection[Any], connection: Connection[Any], database: Database
) -> None:
    with closing(owner(database, autocommit=False)) as late:
        register(late)
        with pytest.raises(LedgerBusy):
            repair_feeds(connection)
        late.commit()
    assert repair_feeds(connection) == []
