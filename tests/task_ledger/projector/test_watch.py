"""A relay rests while the fold polls for it, and misses nothing."""

import time
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.ops.settings import Settings
from task_ledger.projector import parts, watch
from task_ledger.projector.follower import Follower
from task_ledger.projector.watch import Watch
from tests.servers import Database
from tests.task_ledger.projector.log import drain, owner, projector, projector_connection, register
from tests.task_ledger.projector.outbox import enqueue

LONG_S = 30.0


@pytest.fixture
def follower(database: Database) -> Iterator[Follower]:
    with closing(projector_connection(database)) as connection:
        yield projector(connection)


def test_a_snapshot_stays_until_something_is_committed(
    writer: Connection[Any], follower: Follower, database: Database
) -> None:
    drain(follower)
    quiet = follower.quiet
    assert quiet is not None
    with closing(owner(database, autocommit=False)) as late:
        register(late)
        assert _snapshot(writer) == quiet
        late.commit()
    assert _snapshot(writer) != quiet
    assert follower.tick().events == 1
    assert follower.quiet is None


def test_a_follower_whose_checkpoint_is_taken_is_not_quiet(
    writer: Connection[Any], follower: Follower, database: Database
) -> None:
    drain(follower)
    register(writer)
    with closing(projector_connection(database)) as other, other.transaction():
        other.execute("SELECT FROM task_ledger.checkpoint FOR UPDATE")
        assert not follower.tick().worked
        assert follower.quiet is None


def test_an_idle_fold_lets_the_relay_rest_and_wakes_it_for_a_dispatch(
    writer: Connection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "VALID_S", LONG_S)
    shared = Watch()
    with parts.folding(settings, shared) as fold:
        for _ in range(3):
            fold()
        assert not shared.rest()  # it has not looked for itself yet
        assert shared.rest()
        enqueue(writer)
        fold()
        assert not shared.rest()


def test_a_relay_is_woken_when_a_countdown_ends(
    writer: Connection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "VALID_S", LONG_S)
    shared = Watch()
    with parts.folding(settings, shared) as fold:
        enqueue(writer)
        writer.execute(
            "UPDATE task_ledger.outbox SET try_at = clock_timestamp() + interval '0.5 s'"
        )
        shared.rest()
        _until_resting(fold, shared)
        deadline = time.monotonic() + 10
        while shared.rest() and time.monotonic() < deadline:
            fold()
        row = writer.execute(
            "SELECT try_at <= clock_timestamp() FROM task_ledger.outbox"
        ).fetchone()
        assert row == (True,)


def test_a_relay_does_not_rest_while_dispatches_are_held(
    writer: Connection[Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "VALID_S", LONG_S)
    shared = Watch()
    with parts.folding(settings, shared) as fold:
        enqueue(writer)
        writer.execute("UPDATE task_ledger.outbox SET held = 'q', try_at = 'infinity'")
        shared.rest()
        for _ in range(4):
            fold()
        assert not shared.rest()


def test_a_relay_polls_for_itself_when_the_fold_has_ended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "VALID_S", LONG_S)
    shared = Watch()
    with parts.folding(settings, shared) as fold:
        shared.rest()
        _until_resting(fold, shared)
    assert not shared.rest()


def test_a_relay_polls_for_itself_when_the_fold_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "VALID_S", 0.1)
    shared = Watch()
    shared.rest()
    shared.nothing_due()
    assert not shared.rest()


def test_a_relay_polls_for_itself_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "VALID_S", LONG_S)
    monkeypatch.setattr(watch, "FALLBACK_S", 0.2)
    monkeypatch.setattr(watch, "REST_S", 0.1)
    shared = Watch()
    shared.rest()
    shared.nothing_due()
    rests = 0
    while shared.rest():
        rests += 1
    assert 1 <= rests <= 2


def test_waking_ends_a_rest_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "VALID_S", LONG_S)
    monkeypatch.setattr(watch, "REST_S", LONG_S)
    shared = Watch()
    shared.rest()
    shared.nothing_due()
    rested: list[bool] = []
    resting = Thread(target=lambda: rested.append(shared.rest()))
    began = time.monotonic()
    resting.start()
    shared.wake()
    resting.join(LONG_S)
    assert rested == [False]
    assert time.monotonic() - began < LONG_S / 2


def _snapshot(connection: Connection[Any]) -> str:
    row = connection.execute("SELECT pg_current_snapshot()::text").fetchone()
    assert row is not None
    return row[0]


def _until_resting(fold: parts.Step, shared: Watch) -> None:
    """Fold until nothing is left to do and the watch says so."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        fold()
        if shared.rest():
            return
    raise AssertionError("the fold never had nothing to do")
