"""A relay is killed or held up within a round: what it has begun leaves, and counts once."""

import signal
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.errors import Fenced
from task_ledger.eventlog.append import Append, append
from task_ledger.model.events import Retrying, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import RetryReason
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.forked import Forked
from tests.servers import Database
from tests.task_ledger.projector import dying_relay
from tests.task_ledger.projector.log import (
    count,
    projector_connection,
    say,
    start,
)
from tests.task_ledger.projector.outbox import (
    enqueue,
    header_of,
    leave_begun,
    make_due,
    message,
    received,
)


def kill_a_relay(database: Database, broker_url: str) -> None:
    """Start a relay that is killed when the broker has its first message."""
    died = Forked(dying_relay.__name__, database.url_for("projector"), broker_url)
    assert died.wait(60) == -signal.SIGKILL


def test_killed_between_publish_and_delete_it_is_published_again_and_claimed_once(
    writer: Connection[Any], database: Database, broker_url: str, relay: Relay
) -> None:
    task_id = enqueue(writer)
    kill_a_relay(database, broker_url)
    assert count(database, "outbox") == 1
    leave_begun(writer)
    assert relay.tick().worked
    first, second = received(broker_url)
    assert first.body == second.body
    attempt = header_of(first).attempt
    assert attempt == header_of(second).attempt
    data = Started(worker="w", host="h", pid=1)
    say(writer, task_id, new_claim(), data, attempt)
    with pytest.raises(Fenced):
        say(writer, task_id, new_claim(), data, attempt)


def test_a_round_that_kills_its_relay_is_not_sent_again_without_a_pause(
    writer: Connection[Any], database: Database, broker_url: str, relay: Relay
) -> None:
    task_id = enqueue(writer)
    for _ in range(3):
        kill_a_relay(database, broker_url)
        leave_begun(writer)
    assert len(received(broker_url)) == 3
    writer.execute("UPDATE task_ledger.outbox SET begun_at = now() + interval '1 h'")
    assert not relay.tick().worked
    writer.execute("UPDATE task_ledger.outbox SET begun_at = now() - interval '3 s'")
    assert relay.tick().worked
    assert count(database, "outbox") == 0
    row = writer.execute(
        "SELECT dispatches FROM task_ledger.redispatch WHERE task_id = %s", (task_id,)
    ).fetchone()
    assert row == (3,)


def test_a_round_that_others_are_due_in_leaves_out_what_killed_relays(
    writer: Connection[Any], database: Database, broker_url: str, relay: Relay
) -> None:
    killed = enqueue(writer)
    for _ in range(3):
        kill_a_relay(database, broker_url)
        leave_begun(writer)
    received(broker_url)
    writer.execute("UPDATE task_ledger.outbox SET begun_at = now() + interval '1 h'")
    enqueue(writer)
    assert relay.tick().worked
    assert len(received(broker_url)) == 1
    left = writer.execute("SELECT task_id FROM task_ledger.outbox").fetchall()
    assert left == [(killed,)]
    assert not relay.tick().worked


@pytest.mark.parametrize("newest_first", [False, True])
def test_two_attempts_of_a_task_in_one_round_that_killed_relays_leave_and_the_newer_counts(
    writer: Connection[Any], database: Database, broker_url: str, relay: Relay, newest_first: bool
) -> None:
    """Attempt 1's dispatch is still there when a message that came twice has ended it."""
    task_id = enqueue(writer)
    claim = start(writer, task_id)
    retrying = Retrying(reason=RetryReason.ERROR, countdown_s=0)
    append(writer, Append(task_id, claim, 1, "w", retrying, due_at=datetime.now(UTC)))
    make_due(writer)
    writer.execute("UPDATE task_ledger.outbox SET sends = attempt")
    leave_begun(writer)
    if newest_first:
        writer.execute("UPDATE task_ledger.outbox SET try_at = try_at - attempt * interval '1 s'")
    assert relay.tick().worked
    assert sorted(header_of(got).attempt for got in received(broker_url)) == [1, 2]
    assert count(database, "outbox") == 0
    rows = writer.execute("SELECT task_id, attempt, dispatches FROM task_ledger.redispatch")
    assert rows.fetchall() == [(task_id, 2, 3)]


def test_an_earlier_attempt_that_leaves_late_does_not_count_for_the_later_one(
    writer: Connection[Any], relay: Relay
) -> None:
    task_id = enqueue(writer)
    writer.execute(
        "INSERT INTO task_ledger.redispatch (task_id, attempt, dispatches) VALUES (%s, 2, 1)",
        (task_id,),
    )
    writer.execute("UPDATE task_ledger.outbox SET sends = 1")
    leave_begun(writer)
    assert relay.tick().worked
    rows = writer.execute("SELECT attempt, dispatches FROM task_ledger.redispatch").fetchall()
    assert rows == [(2, 1)]


def test_what_a_round_leaves_unpublished_is_counted_back(
    writer: Connection[Any], broker_url: str, relay: Relay
) -> None:
    enqueue(writer, message(headers={"task": "t"}))
    for _ in range(4):
        relay.tick()
        writer.execute("UPDATE task_ledger.outbox SET try_at = now()")
    rows = writer.execute("SELECT sends, tries > 0 FROM task_ledger.outbox").fetchall()
    assert rows in ([(0, True)], [])


def test_what_another_relay_has_just_begun_is_left_to_it_and_counts_once(
    writer: Connection[Any], database: Database, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between a relay's two statements, nobody holds the rows."""
    task_id = enqueue(writer)
    rounds: list[bool] = []
    with (
        closing(projector_connection(database)) as one,
        closing(projector_connection(database)) as other,
        closing(Publisher(broker_url)) as publisher,
    ):
        second = Relay(other, publisher)
        take = Relay._take  # pyright: ignore[reportPrivateUsage]

        def take_after_the_other(relay: Relay, ids: list[int]) -> Any:
            if not rounds:
                rounds.append(False)
                rounds[0] = second.tick().worked
            return take(relay, ids)

        monkeypatch.setattr(Relay, "_take", take_after_the_other)
        assert Relay(one, publisher).tick().worked
    assert rounds == [False]
    assert len(received(broker_url)) == 1
    rows = writer.execute("SELECT FROM task_ledger.redispatch WHERE task_id = %s", (task_id,))
    assert rows.fetchall() == [], "it was published once"
